"""Draw the villages of a wave: stratified by area, within an area with probability proportional to households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.areas.census import share_out
from danvan_study.simulate.model import RESIDENCES

if TYPE_CHECKING:
    from danvan_study.simulate.model import Fieldwork, Floats, Whole
    from danvan_study.simulate.population import Population

SAMPLE_COLUMNS = ("cluster", "area", "residence", "p_cluster", "households", "approached", "selected")
DECIMALS = 9
"""Of a selection probability, as it is written and as it is used."""


def allocate(adults: Floats, *, villages: int, smallest: int) -> Whole:
    """Share villages out to areas in proportion to the square root of their adults, ``smallest`` at least.

    Square roots serve the areas and the province both (Bankier 1988, *Power Allocations*, American Statistician 42,
    with the power 1/2).
    """
    parts = np.full(len(adults), smallest)
    open_ = np.ones(len(adults), dtype=bool)
    while True:
        parts[open_] = share_out(villages - int(parts[~open_].sum()), np.sqrt(adults[open_]))
        below = open_ & (parts < smallest)
        if not below.any():
            return parts
        parts[below] = smallest
        open_ &= ~below


def draw_sample(population: Population, fieldwork: Fieldwork, generator: np.random.Generator) -> pd.DataFrame:
    """Draw the sample of a wave.

    Returns
    -------
    pandas.DataFrame
        One row per village: ``p_cluster`` its chance to be drawn, ``households`` in the village, ``selected``
        households on the interviewer's list, ``approached`` of them. ``village`` is its position in the frame.
    """
    adults = np.bincount(population.area, weights=population.adults, minlength=len(population.areas))
    counts = allocate(adults.astype("float64"), villages=fieldwork.villages, smallest=fieldwork.smallest)
    drawn = [
        _systematic(population, area=area, count=int(count), start=float(generator.random()))
        for area, count in enumerate(counts)
    ]
    village = np.concatenate([rows for rows, _ in drawn])
    households = population.households[village]
    selected = np.minimum(fieldwork.households, households)
    return pd.DataFrame(
        {
            "cluster": np.array(population.villages)[village],
            "area": np.array(population.areas)[population.area[village]],
            "residence": np.array(RESIDENCES)[population.residence[village]],
            "p_cluster": np.concatenate([chances for _, chances in drawn]).round(DECIMALS),
            "households": households,
            "approached": selected,
            "selected": selected,
            "village": village,
        }
    )


def _systematic(population: Population, *, area: int, count: int, start: float) -> tuple[Whole, Floats]:
    """Walk down the area's villages, urban first, in equal steps of households (Lohr 2022, section 6.2)."""
    rows = np.flatnonzero(population.area == area)
    rows = rows[np.argsort(population.residence[rows], kind="stable")]
    size = population.households[rows].astype("float64")
    chance = count * size / size.sum()
    if (chance >= 1).any():
        raise ValueError(f"area {population.areas[area]} has too few villages to draw {count} of them")
    ends = np.cumsum(chance)
    picked = np.searchsorted(ends, start + np.arange(count), side="right")
    picked = np.minimum(picked, len(rows) - 1)
    return rows[picked], chance[picked]
