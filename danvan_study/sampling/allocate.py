"""Share the clusters of a sample out to the strata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.areas.census import share_out
from danvan_study.study import Allocation

if TYPE_CHECKING:
    from danvan_study.sampling.systematic import Floats, Whole


def allocate(
    adults: Floats,
    *,
    villages: int,
    smallest: int,
    rule: Allocation = Allocation.SQUARE_ROOT,
    spread: Floats | None = None,
) -> Whole:
    """Share villages out to areas, ``smallest`` at least.

    * proportional to the adults N: best for the province where areas are alike.
    * by the square root of N: serves the areas and the province both (Bankier 1988, *Power Allocations*, American
      Statistician 42, with the power 1/2).
    * Neyman: in proportion to N S, which makes the variance of the province least (Cochran 1977, *Sampling
      Techniques*, formula 5.26).

    Areas that would get fewer than ``smallest`` get that many, and the others share the rest by the same rule.

    Parameters
    ----------
    adults
        Adults of each area (A,).
    spread
        Standard deviation S of the answers in each area (A,); needed by Neyman alone.

    Raises
    ------
    ValueError
        There are fewer villages than the floor needs, or Neyman has no spread.
    """
    if villages < smallest * len(adults):
        raise ValueError(f"{villages} villages, but {len(adults)} areas need {smallest} each")
    measure = _measure(adults, rule, spread)
    parts = np.full(len(adults), smallest)
    open_ = np.ones(len(adults), dtype=bool)
    while open_.any():
        parts[open_] = share_out(villages - int(parts[~open_].sum()), measure[open_])
        below = open_ & (parts < smallest)
        if not below.any():
            break
        parts[below] = smallest
        open_ &= ~below
    return parts


def _measure(adults: Floats, rule: Allocation, spread: Floats | None) -> Floats:
    match rule:
        case Allocation.PROPORTIONAL:
            return adults
        case Allocation.SQUARE_ROOT:
            return np.sqrt(adults)
        case Allocation.NEYMAN:
            if spread is None:
                raise ValueError("Neyman's allocation needs the spread of the answers")
            return adults * spread
