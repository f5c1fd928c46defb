"""Systematic draws: of clusters with probability proportional to size, of households with equal chances."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.integer[Any]]

SAMPLE_COLUMNS = ("cluster", "area", "residence", "p_cluster", "households", "approached", "selected")
"""Of the sample file: ``p_cluster`` is the chance of the village to be drawn, ``households`` how many live there,
``selected`` how many of them stand on the interviewer's list, ``approached`` how many were gone to."""
DECIMALS = 9
"""Of a selection probability, as it is written and as it is used."""


def inclusion_chances(sizes: Floats, count: int) -> Floats:
    """Return the chance of each unit to be among ``count`` drawn in proportion to ``sizes``.

    A unit as large as the step or larger is certain; the others share what is left (Särndal, Swensson and Wretman
    1992, *Model Assisted Survey Sampling*, section 3.6.2).

    Raises
    ------
    ValueError
        There are fewer units than are to be drawn, or one has no size.
    """
    if not (sizes > 0).all():
        raise ValueError("a unit without size can't be drawn")
    if count > len(sizes):
        raise ValueError(f"{count} of {len(sizes)} units can't be drawn")
    certain = np.zeros(len(sizes), dtype=bool)
    while not certain.all():
        chance = (count - int(certain.sum())) * sizes / sizes[~certain].sum()
        more = ~certain & (chance >= 1)
        if not more.any():
            return np.where(certain, 1.0, chance)
        certain |= more
    return np.ones(len(sizes))


def draw_systematic(sizes: Floats, count: int, *, start: float) -> tuple[Whole, Floats]:
    """Walk down the units in equal steps of their size (Lohr 2022, *Sampling: Design and Analysis*, section 6.2).

    Parameters
    ----------
    sizes
        In the order of the walk: what lies side by side is spread over the sample (implicit stratification).
    start
        Where in the first step the walk begins, 0 to 1.

    Returns
    -------
    Positions drawn, rising, and the chance of each.
    """
    chance = inclusion_chances(sizes, count)
    certain, lots = np.flatnonzero(chance >= 1), np.flatnonzero(chance < 1)
    points = start + np.arange(count - len(certain))
    drawn = np.searchsorted(np.cumsum(chance[lots]), points, side="right")
    # The sum of the chances may fall short of a whole number by a rounding error.
    picked = lots[np.minimum(drawn, len(lots) - 1)] if len(points) else lots[:0]
    rows = np.sort(np.concatenate([certain, picked]))
    return rows, chance[rows]


def draw_clusters(
    stratum: Whole, sizes: Floats, *, implicit: Whole, counts: Whole, generator: np.random.Generator
) -> tuple[Whole, Floats]:
    """Draw ``counts`` clusters of each stratum, one systematic walk a stratum, ordered by ``implicit``.

    Parameters
    ----------
    stratum
        Of each cluster: position in ``counts`` (V,).
    implicit
        By what the walk is ordered (V,), the frame's order within.

    Returns
    -------
    Positions of the clusters drawn, stratum by stratum, and the chance of each.
    """
    rows, chances = [], []
    for number, count in enumerate(counts):
        there = np.flatnonzero(stratum == number)
        there = there[np.argsort(implicit[there], kind="stable")]
        picked, chance = draw_systematic(sizes[there], int(count), start=float(generator.random()))
        rows.append(there[picked])
        chances.append(chance)
    return np.concatenate(rows), np.concatenate(chances)


def equal_steps(units: int, count: int, *, start: float) -> Whole:
    """Draw ``count`` of ``units`` with equal chances, in steps of ``units / count``; all where there are fewer.

    Returns
    -------
    Numbers 1 to ``units``, rising.
    """
    if count >= units:
        return np.arange(1, units + 1)
    steps = np.floor((start + np.arange(count)) * units / count).astype(np.int64)
    # A start a hair below 1 may be rounded up, past the last household.
    return 1 + np.minimum(steps, units - 1)
