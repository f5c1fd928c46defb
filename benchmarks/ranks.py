"""Simulate the ranks of issues: ``python -m benchmarks.ranks [SAMPLES]``.

The worlds stand in ``ranks.toml``. In each, people of one village answer more alike than people at large (Dirichlet
villages of the stated correlation). Counted are the samples in which every set of ranks holds its issue's true rank
(of issues that are truly equal: all of their ranks, which asks more than the worlds do), how many issues may lead, and
how many ranks a set has.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.estimate.design import Design
from danvan_study.estimate.ranks import rank_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 2_000
GRID = tomllib.loads(Path(__file__).with_name("ranks.toml").read_text(encoding="utf-8"))


def main(arguments: list[str]) -> None:
    """Print a table, a line for each world."""
    samples = int(arguments[0]) if arguments else GRID["samples"]
    print("| shares | villages | correlation | all sets hold | lead, mean | width, mean |\n|---|---|---|---|---|---|")
    for name, percents in GRID["worlds"].items():
        for villages in GRID["villages"]:
            for correlation in GRID["village_correlation"]:
                holds, leading, width = world(
                    np.array(percents) / 100, villages=villages, correlation=correlation, samples=samples
                )
                print(f"| {name} | {villages} | {correlation} | {100 * holds:.1f} % | {leading:.1f} | {width:.1f} |")


def world(share: Floats, *, villages: int, correlation: float, samples: int) -> tuple[float, float, float]:
    """Return how often all sets hold, how many issues may lead, and how many places a set has."""
    random = np.random.default_rng(GRID["seed"])
    whole = np.append(share, max(0.0, 1 - share.sum()))
    whole = whole[whole > 0] / whole.sum()
    best = 1 + (share[:, None] < share[None, :] - 1e-12).sum(axis=1)
    worst = (share[:, None] <= share[None, :] + 1e-12).sum(axis=1)
    design = Design.of(["one"] * villages, [str(village) for village in range(villages)])
    held, leading, width = 0, 0.0, 0.0
    for _ in range(samples):
        counts = _answers(random, whole, villages=villages, correlation=correlation)[:, : len(share)]
        n = villages * GRID["per_village"]
        estimate = counts.sum(axis=0) / n
        spread = design.spread((counts - GRID["per_village"] * estimate) / n)
        df, confidence = design.degrees_of_freedom, GRID["confidence"] / 100
        low, high = rank_sets(estimate, spread, df=df, confidence=confidence, draws=DRAWS)
        held += bool(((low <= best) & (high >= worst)).all())
        leading += float((low == 1).sum())
        width += float((high - low + 1).mean())
    return held / samples, leading / samples, width / samples


def _answers(random: np.random.Generator, share: Floats, *, villages: int, correlation: float) -> Floats:
    """Draw the answers of each village: counts, villages x answers."""
    if not correlation:
        return random.multinomial(GRID["per_village"], share, size=villages).astype(np.float64)
    inside = random.dirichlet(share * (1 - correlation) / correlation, size=villages)
    return random.multinomial(GRID["per_village"], inside).astype(np.float64)


if __name__ == "__main__":
    main(sys.argv[1:])
