"""What is far out: Tukey's outer fences (1977, *Exploratory Data Analysis*, section 2D)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.check.material import Flags, Floats

FAR_OUT = 3.0
"""Interquartile ranges beyond the quartiles."""
NORMAL_RANGE = 1.349
"""Interquartile range of a normal distribution, in standard deviations."""
SKEWED = 4.0
"""Upper over lower quartile above which a positive number is judged by its logarithm."""


def far_out(values: Floats) -> tuple[float, float]:
    """Return the outer fences of the known values; both infinite where nothing is known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return -np.inf, np.inf
    first, third = np.quantile(known, [0.25, 0.75])
    reach = FAR_OUT * (third - first)
    return float(first - reach), float(third + reach)


def far_numbers(numbers: Floats) -> Flags:
    """Tell which numbers lie beyond the fences.

    A positive number is judged by its logarithm below: the fence of amounts lies under zero otherwise, and a thousand
    taken for a unit is never seen. Above it is so where the question is skewed. Where half of the answers or more are
    the same number, the standard deviation stands in for the quartiles.
    """
    known = numbers[np.isfinite(numbers)]
    first, third = np.quantile(known, [0.25, 0.75])
    if first == third:
        reach = FAR_OUT * NORMAL_RANGE * float(known.std())
        return np.asarray(np.abs(numbers - first) > reach) if reach else np.zeros(len(numbers), dtype="bool")
    low, high = far_out(numbers)
    if known.min() > 0:
        fences = np.exp(far_out(np.log(known)))
        low = float(fences[0])
        high = float(fences[1]) if third > SKEWED * first else high
    return np.asarray((numbers < low) | (numbers > high))
