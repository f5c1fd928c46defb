"""Simulate the tests of change: ``python -m benchmarks.change [FAMILIES]``.

A family is what one brief shows together: 17 districts x 10 indices, two quarters, villages drawn afresh. The true
shares are known. Counted are: how often the 95 % interval holds the true change, how often a test of 5 % rejects where
nothing changed, and the false discoveries among what the brief would call "up" or "down". (``false_coverage`` judges
the intervals of what is called.) Each line of the grid draws another world; the seed is fixed, so the table below
``docs`` can be made again to the last digit.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from danvan_study.publish.trend_gate import ERROR, FALSE_DISCOVERIES
from danvan_study.tables import Changes, Trends
from danvan_study.trend import Evidence, find_trends, select_changes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 20_260_903
DISTRICTS, INDICES = 17, 10
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How answers come about."""

    villages: int
    people: int
    """Interviews in a village."""
    correlation: float
    """Of two people of one village, on the scale of the logit."""
    shock: float = -0.6
    """Change of a shocked index in a shocked district, in logits."""
    unequal: bool = False
    """Heavy-tailed villages (t with 4 degrees of freedom) and spreads that differ threefold between districts."""
    shared: float = 0.0
    """Correlation of a village's effects on two indices. A village that stands out does so in all of them."""
    moved: float = 0.10
    """Share of the indices of a district that move."""

    @property
    def name(self) -> str:
        """How villages differ, in a word."""
        return ("unequal" if self.unequal else "equal") + (", shared" if self.shared else "")


GRID = tuple(
    World(villages=villages, people=people, correlation=correlation, unequal=unequal, shared=shared)
    for villages, people in ((3, 20), (5, 20), (7, 10), (7, 20))
    for correlation in (0.02, 0.05, 0.10)
    for unequal, shared in ((False, 0.0), (True, 0.0), (True, 0.5))
)


def main(arguments: list[str]) -> None:
    """Run the grid and print it as a table."""
    families = int(arguments[0]) if arguments else 1000
    rng = np.random.default_rng(SEED)
    print("| villages x people | correlation | world | coverage | type I | false discoveries | upper bound | power |")
    print("|---|---|---|---|---|---|---|---|")
    for world in GRID:
        print(_line(world, _run(world, families, rng)), flush=True)


def _run(world: World, families: int, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate some families, a hundred at a time."""
    sizes = [100] * (families // 100) + ([families % 100] if families % 100 else [])
    parts = [draw_families(world, size, rng).assign(portion=number) for number, size in enumerate(sizes)]
    return pd.concat(parts, ignore_index=True)


def draw_families(world: World, families: int, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate families, test their changes, and call those that the brief would call."""
    shape = (families, DISTRICTS, INDICES)
    level = logit(rng.uniform(0.25, 0.75, size=(families, 1, INDICES))) + rng.normal(0, 0.3, shape)
    shocked = rng.random(shape) < world.moved
    spread = np.sqrt(world.correlation / (1 - world.correlation) * np.pi**2 / 3)
    factor = rng.uniform(0.5, 1.5, size=(families, DISTRICTS, 1)) if world.unequal else 1.0
    spread = np.broadcast_to(spread * factor, shape)
    waves = [_wave(world, level + world.shock * shocked * turn, spread=spread, rng=rng) for turn in (0, 1)]
    truth = _mean(level + world.shock * shocked, spread, world) - _mean(level, spread, world)
    table = _changes(*waves, world=world)
    found = find_trends(table)
    names = (Trends.change, Trends.se, Trends.df, Trends.p)
    numbers = {name: found[name].to_numpy(dtype="float64") for name in names}
    family = found[Trends.family].to_numpy(dtype="object")
    selected = select_changes(Evidence(**numbers, family=family), error=ERROR, false_share=FALSE_DISCOVERIES)
    return pd.DataFrame(
        {
            "family": table[Changes.period].to_numpy(),
            "shocked": shocked.ravel(),
            "truth": 100 * truth.ravel(),
            "low": found[Trends.low].to_numpy(),
            "high": found[Trends.high].to_numpy(),
            "p": found[Trends.p].to_numpy(),
            "called": selected.called,
            "shown_low": selected.low,
            "shown_high": selected.high,
        }
    )


def _mean(level: Floats, spread: Floats, world: World) -> Floats:
    """Return the share of the whole district: the mean over villages."""
    if world.unequal:  # quantiles of the t distribution, scaled to the same spread
        from scipy.stats import t  # noqa: PLC0415 -- only here

        nodes = t.ppf((np.arange(401) + 0.5) / 401, 4) / np.sqrt(2)
        return np.mean([expit(level + spread * node) for node in nodes], axis=0)
    return np.tensordot(
        WEIGHTS / WEIGHTS.sum(), np.array([expit(level + spread * node) for node in NODES]), axes=(0, 0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Direct estimates of one quarter: families x districts x indices."""

    share: Floats
    variance: Floats
    simple: Floats


def _wave(world: World, level: Floats, *, spread: Floats, rng: np.random.Generator) -> Direct:
    """Draw villages and answers with unequal weights, and estimate each district."""
    m, k = world.villages, world.people
    effect = _village_effects(world, (*level.shape, m), rng)
    chance = expit(level[..., None] + spread[..., None] * effect)
    answers = rng.random((*level.shape, m, k)) < chance[..., None]
    weight = rng.lognormal(0, 0.4, size=(level.shape[0], level.shape[1], 1, m, k))
    people = weight.sum(axis=(-1, -2))
    share = (weight * answers).sum(axis=(-1, -2)) / people
    totals = (weight * (answers - share[..., None, None])).sum(axis=-1) / people[..., None]
    variance = m / (m - 1) * ((totals - totals.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    return Direct(share=share, variance=variance, simple=share * (1 - share) / (m * k - 1))


def _village_effects(world: World, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw effects of variance 1: families x districts x indices x villages."""
    effect = rng.normal(size=shape)
    if not world.unequal:
        return effect
    families, districts, _, villages = shape
    common = rng.normal(size=(families, districts, 1, villages)) if world.shared else 0.0
    effect = np.sqrt(world.shared) * common + np.sqrt(1 - world.shared) * effect
    one_tail = (families, districts, 1, villages) if world.shared else shape
    heavy: Floats = effect * np.sqrt(4 / rng.chisquare(4, one_tail)) / np.sqrt(2)
    return heavy


def _changes(before: Direct, after: Direct, *, world: World) -> pd.DataFrame:
    family, district, index = (part.ravel() for part in np.indices(before.share.shape))
    m, n, villages = len(family), world.villages * world.people, world.villages
    texts = {
        Changes.period: [f"f{number:04d}" for number in family],
        Changes.against: ["before"] * m,
        Changes.level: ["area"] * m,
        Changes.area: [f"d{number:02d}" for number in district],
        Changes.question: [f"i{number:02d}" for number in index],
        Changes.statistic: ["positive"] * m,
        Changes.answer: [""] * m,
        Changes.note: [""] * m,
    }
    both = (before.share + after.share) / 2
    numbers = {
        Changes.estimate: 100 * after.share,
        Changes.earlier: 100 * before.share,
        Changes.change: 100 * (after.share - before.share),
        Changes.se: 100 * np.sqrt(after.variance + before.variance),
        Changes.simple_se: 100 * np.sqrt(after.simple + before.simple),
        Changes.null_se: 100 * np.sqrt(2 * both * (1 - both) / (n - 0.5)),
    }
    table = pd.DataFrame(texts, dtype="str").assign(**{name: values.ravel() for name, values in numbers.items()})
    counts = {Changes.n: n, Changes.n_earlier: n, Changes.df: 2 * (villages - 1)}
    return table.assign(**counts, **{Changes.comparable: True})


def _line(world: World, rows: pd.DataFrame) -> str:
    covered = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    called = rows["called"]
    keys = [rows["portion"], rows["family"]]
    false = (called & ~rows["shocked"]).groupby(keys).sum()
    share = false / called.groupby(keys).sum().clip(lower=1)
    upper = share.mean() + 1.645 * share.std() / np.sqrt(len(share))
    cells = [
        f"{world.villages} x {world.people}",
        f"{world.correlation:.2f}",
        world.name,
        f"{100 * covered.mean():.1f} %",
        f"{(rows.loc[~rows['shocked'], 'p'] <= ERROR).mean():.3f}",
        f"{share.mean():.3f}",
        f"{upper:.3f}",
        f"{called[rows['shocked']].mean():.3f}",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main(sys.argv[1:])
