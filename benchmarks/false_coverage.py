"""Judge the intervals of called changes: ``python -m benchmarks.false_coverage [FAMILIES]``.

The worlds stand in ``false_coverage.toml``. In each family the share of called changes whose interval misses the true
change is taken, 0 where none is called, and averaged: for the intervals that the brief shows, and for ordinary ones of
95 % in their place.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.change import World, draw_families

if TYPE_CHECKING:
    from collections.abc import Mapping

GRID = tomllib.loads((Path(__file__).parent / "false_coverage.toml").read_text(encoding="utf-8"))
PORTION = 100


class FalseCoverage(NamedTuple):
    """What was found in a world."""

    called: float
    """Changes of a family, on average."""
    shown: float
    """Mean share of called changes whose interval misses the truth."""
    upper: float
    """Its 95 % upper Monte Carlo bound."""
    ordinary: float
    """The same share with ordinary intervals."""
    contradicting: int
    """Called changes whose interval holds 0."""


def main(arguments: list[str]) -> None:
    """Run every world and print a table."""
    families = int(arguments[0]) if arguments else GRID["families"]
    print("| world | called in a family | shown intervals miss | upper bound | ordinary intervals miss | hold 0 |")
    print("|---|---|---|---|---|---|")
    for name in GRID["worlds"]:
        found = measure(name, families)
        numbers = (found.shown, found.upper, found.ordinary)
        cells = [name, f"{found.called:.1f}", *[f"{number:.3f}" for number in numbers], str(found.contradicting)]
        print("| " + " | ".join(cells) + " |", flush=True)


def measure(name: str, families: int) -> FalseCoverage:
    """Simulate families of a world, each world with a stream of its own."""
    rng = np.random.default_rng([GRID["seed"], list(GRID["worlds"]).index(name)])
    world = _world(GRID["worlds"][name])
    sizes = [PORTION] * (families // PORTION) + ([families % PORTION] if families % PORTION else [])
    rows = pd.concat(
        [draw_families(world, size, rng).assign(portion=number) for number, size in enumerate(sizes)],
        ignore_index=True,
    )
    called, keys = rows["called"], [rows["portion"], rows["family"]]
    counts = called.groupby(keys).sum()
    shares = {}
    for kind, low, high in (("shown", "shown_low", "shown_high"), ("ordinary", "low", "high")):
        missed = called & ((rows["truth"] < rows[low]) | (rows["truth"] > rows[high]))
        shares[kind] = missed.groupby(keys).sum() / counts.clip(lower=1)
    return FalseCoverage(
        called=float(counts.mean()),
        shown=float(shares["shown"].mean()),
        upper=float(shares["shown"].mean() + 1.645 * shares["shown"].std() / np.sqrt(families)),
        ordinary=float(shares["ordinary"].mean()),
        contradicting=int((called & (rows["shown_low"] <= 0) & (rows["shown_high"] >= 0)).sum()),
    )


def _world(given: Mapping[str, float]) -> World:
    """Read a world; the file counts those that move in 100."""
    return World(**{**given, "moved": given["moved"] / 100})  # type: ignore[arg-type] # TOML's own types


if __name__ == "__main__":
    main(sys.argv[1:])
