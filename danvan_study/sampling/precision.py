"""What a sample will be able to tell, before anybody goes out: points of a share of 50 %, the least precise one."""

from __future__ import annotations

from math import inf, sqrt

from scipy import stats

CONFIDENCE, POWER = 0.975, 0.80
"""A two-sided interval of 95 %, a change that is noticed in 80 of 100 cases."""
VARIANCE = 0.25
"""Of one answer where half of the people give it."""


def design_effect(per_cluster: float, *, correlation: float, weighting: float) -> float:
    """Return 1 + (m - 1) rho, times the effect of unequal weights.

    Kish 1965, *Survey Sampling*, p. 162 and 427; that the two multiply: Gabler, Häder and Lahiri 1999, *Survey
    Methodology* 25.

    Parameters
    ----------
    per_cluster
        Interviews m in a village.
    correlation
        How alike people of one village answer (rho).
    weighting
        1 + cv squared of the weights.
    """
    return (1 + (per_cluster - 1) * correlation) * weighting


def margin_of_error(effective: float, *, df: float = inf) -> float:
    """Return half the width of the 95 % interval, in points.

    Parameters
    ----------
    effective
        Interviews over the design effect.
    df
        Villages less strata, from which the variance will be estimated.
    """
    if effective <= 0 or df <= 0:
        return float("nan")
    return 100 * float(stats.t.ppf(CONFIDENCE, df)) * sqrt(VARIANCE / effective)


def smallest_change(effective: float, *, df: float = inf) -> float:
    """Return the change between two waves of this size that is noticed with 80 % power, in points.

    Cohen 1988, *Statistical Power Analysis*, section 6.2, in the form of Kish for independent samples. Parameters as
    :func:`margin_of_error`, ``df`` of one wave.
    """
    if effective <= 0 or df <= 0:
        return float("nan")
    both = 2 * df
    reach = float(stats.t.ppf(CONFIDENCE, both) + stats.t.ppf(POWER, both))
    return 100 * reach * sqrt(2 * VARIANCE / effective)
