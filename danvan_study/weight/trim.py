"""Trimming: keep single respondents from speaking for too many, without leaving the margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.weight.rake import TOLERANCE, collapse, rake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.weight.margins import Constraint
    from danvan_study.weight.model import Codes, Floats

MOST_ROUNDS = 200
SLACK = 1e-9
"""A weight may pass its bound by this part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """Weights after trimming."""

    weights: Floats
    low: int
    high: int
    rounds: int
    cycles: int
    bounds_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What trimming must not lose: the margins, over the patterns of the respondents."""

    pattern: Codes
    constraints: tuple[Constraint, ...]
    tolerance: float = TOLERANCE

    def restore(self, weights: Floats) -> tuple[Floats, int]:
        """Bring weights back to the margins; return them and the cycles it took."""
        sums = collapse(weights, self.pattern)
        raked = rake(sums, self.constraints, tolerance=self.tolerance)
        return weights * (raked.weights / sums)[self.pattern], raked.cycles


def trim(weights: Floats, areas: Sequence[str] | pd.Series, *, bounds: tuple[float, float], target: Target) -> Trimmed:
    """Bring weights between multiples of the median weight of their area, in turn with raking.

    The bounds are taken once, from the weights as they come in. Cutting and raking alternate until both hold (Izrael,
    Battaglia and Frankel 2009, SAS Global Forum 247). Where the margins leave no room for that within
    ``MOST_ROUNDS``, cutting has the last word but for the area totals, and the report tells the gap that is left.
    """
    by_area = pd.Series(weights).groupby(pd.Series(list(areas)))
    median = by_area.transform("median").to_numpy(dtype="float64")
    low, high = bounds[0] * median, bounds[1] * median
    now, cycles, rounds = weights, 0, 0
    while not _within(now, low, high) and rounds < MOST_ROUNDS:
        now, more = target.restore(np.clip(now, low, high))
        cycles += more
        rounds += 1
    holds = _within(now, low, high)
    if not holds:
        now = _keep_area_totals(np.clip(now, low, high), now, areas)
    return Trimmed(
        weights=now,
        low=int((weights < low * (1 - SLACK)).sum()),
        high=int((weights > high * (1 + SLACK)).sum()),
        rounds=rounds,
        cycles=cycles,
        bounds_hold=holds,
    )


def _within(weights: Floats, low: Floats, high: Floats) -> bool:
    return bool(((weights >= low * (1 - SLACK)) & (weights <= high * (1 + SLACK))).all())


def _keep_area_totals(cut: Floats, before: Floats, areas: Sequence[str] | pd.Series) -> Floats:
    """Scale cut weights so that each area keeps the sum it had."""
    area = pd.Series(list(areas))
    scale = pd.Series(before).groupby(area).transform("sum") / pd.Series(cut).groupby(area).transform("sum")
    scaled: Floats = cut * scale.to_numpy(dtype="float64")
    return scaled
