"""Calibration to totals of any variables, with the distances of Deville and Särndal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.study import Distance

if TYPE_CHECKING:
    from collections.abc import Callable

    from danvan_study.weight.model import Floats

TOLERANCE = 1e-10
MOST_STEPS = 200
UNBOUNDED = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Where calibration ended."""

    factor: Floats
    """By which each weight was multiplied."""
    steps: int
    gap: float
    """Largest distance from a total, as part of 1 + that total."""

    @property
    def converged(self) -> bool:
        """Whether every total is met."""
        return self.gap <= TOLERANCE


def calibrate(
    start: Floats,
    auxiliaries: Floats,
    *,
    totals: Floats,
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] = UNBOUNDED,
) -> Adjusted:
    """Find factors, as near to 1 as ``distance`` tells, with which the weights meet the totals.

    Newton's method on the calibration equations ``sum w g(x'b) x = totals``, halving a step that leads away.

    Parameters
    ----------
    start
        Weights before.
    auxiliaries
        Rows x variables.
    totals
        Population totals of the variables.
    distance, bounds
        ``bounds`` limit the factors; cut off for linear and raking, approached for logit.

    Raises
    ------
    ValueError
        Bounds don't stand around 1, or the logit distance has none.
    """
    if not bounds[0] < 1 < bounds[1] or (distance is Distance.LOGIT and not np.isfinite(bounds).all()):
        raise ValueError(f"bounds {bounds} don't fit the {distance} distance")
    scale = 1 / np.maximum(np.abs(auxiliaries).max(axis=0), np.finfo(float).tiny)
    variables, wanted = auxiliaries * scale, totals * scale

    def gap_at(slope: Floats) -> float:
        reached = variables.T @ (start * _factor(variables @ slope, distance, bounds)[0])
        return float((np.abs(reached - wanted) / (1 + np.abs(wanted))).max())

    slope, steps = np.zeros(variables.shape[1]), 0
    gap = gap_at(slope)
    while gap > TOLERANCE and steps < MOST_STEPS:
        factor, change = _factor(variables @ slope, distance, bounds)
        matrix = variables.T @ ((start * change)[:, None] * variables)
        step = np.linalg.pinv(matrix, hermitian=True) @ (wanted - variables.T @ (start * factor))
        slope, gap = _walk(slope, step, gap_at)
        steps += 1
    return Adjusted(factor=_factor(variables @ slope, distance, bounds)[0], steps=steps, gap=gap)


def _walk(slope: Floats, step: Floats, gap_at: Callable[[Floats], float]) -> tuple[Floats, float]:
    """Take the step, or as much of it as brings the totals nearer."""
    before = gap_at(slope)
    for halving in range(20):
        further = slope + step / 2**halving
        gap = gap_at(further)
        if gap < before:
            return further, gap
    return slope + step, gap_at(slope + step)


def _factor(moved: Floats, distance: Distance, bounds: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return the factor of each row and its derivative."""
    low, high = bounds
    if distance is Distance.LOGIT:
        pace = (high - low) / ((1 - low) * (high - 1))
        growth = np.exp(np.clip(pace * moved, -700, 700))
        below = (high - 1) + (1 - low) * growth
        factor = (low * (high - 1) + high * (1 - low) * growth) / below
        return factor, pace * (factor - low) * (high - factor) / (high - low)
    free = 1 + moved if distance is Distance.LINEAR else np.exp(np.clip(moved, -700, 700))
    inside = (free >= low) & (free <= high)
    change = np.ones_like(free) if distance is Distance.LINEAR else free
    return np.clip(free, low, high), np.where(inside, change, 0.0)
