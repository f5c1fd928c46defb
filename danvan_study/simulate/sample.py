"""Draw the villages of a wave: stratified by area, within an area with probability proportional to households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.sampling import DECIMALS, allocate, draw_clusters
from danvan_study.simulate.model import RESIDENCES

if TYPE_CHECKING:
    from danvan_study.simulate.model import Fieldwork
    from danvan_study.simulate.population import Population


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
    village, chances = draw_clusters(
        population.area,
        population.households.astype("float64"),
        implicit=population.residence,
        counts=counts,
        generator=generator,
    )
    households = population.households[village]
    selected = np.minimum(fieldwork.households, households)
    return pd.DataFrame(
        {
            "cluster": np.array(population.villages)[village],
            "area": np.array(population.areas)[population.area[village]],
            "residence": np.array(RESIDENCES)[population.residence[village]],
            "p_cluster": chances.round(DECIMALS),
            "households": households,
            "approached": selected,
            "selected": selected,
            "village": village,
        }
    )
