"""Quantiles of a weighted sample, with intervals made by inverting the distribution."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.estimate.estimators import mean
from danvan_study.estimate.intervals import (
    LEVEL,
    Shares,
    asin_interval,
    beta_interval,
    critical,
    logit_interval,
    t_interval,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.survey import Survey


class Rule(StrEnum):
    """How the step between two observed values is bridged; numbers after Hyndman and Fan (1996)."""

    MATH = "math"
    """Smallest value whose cumulated weight reaches the part asked for; the same as HF1."""
    SCHOOL = "school"
    """As MATH, but the middle of two values where the weight is reached exactly; the same as HF2."""
    HF1 = "hf1"
    HF2 = "hf2"
    HF4 = "hf4"
    HF5 = "hf5"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    HF9 = "hf9"


class Inversion(StrEnum):
    """Which interval of the share below the quantile is inverted (Woodruff 1952, JASA 47)."""

    MEAN = "mean"
    BETA = "beta"
    LOGIT = "xlogit"
    ASIN = "asin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """One quantile."""

    value: float
    low: float
    high: float
    se: float
    """Width of the interval over twice the t quantile; a by-product, not a basis for tests."""


LEAN = {Rule.HF5: (1 / 2, 0.0), Rule.HF6: (0.0, 1.0), Rule.HF8: (1 / 3, 1 / 3), Rule.HF9: (3 / 8, 1 / 4)}
"""For the interpolating rules: the part of its own weight taken off a value's place, and of the last weight added to
the sum."""


def quantile(values: Floats, weight: Floats, part: float, *, rule: Rule = Rule.MATH) -> float:
    """Return the value below which ``part`` of the weight lies."""
    order = np.argsort(values, kind="stable")
    x, w = values[order], weight[order]
    below = w.cumsum()
    if rule in {Rule.MATH, Rule.HF1, Rule.SCHOOL, Rule.HF2}:
        return _step(x, below / below[-1], part, halves=rule in {Rule.SCHOOL, Rule.HF2})
    if rule is Rule.HF7:
        return float(np.interp(part, np.concatenate([[0.0], below[:-1]]) / below[-2], x))
    own, last = LEAN.get(rule, (0.0, 0.0))
    return float(np.interp(part, (below - own * w) / (below[-1] + last * w[-1]), x))


def quantile_interval(
    survey: Survey, values: Floats, part: float, *, rule: Rule = Rule.MATH, inversion: Inversion = Inversion.MEAN
) -> Quantile:
    """Estimate a quantile with its 95 % interval, the full design's degrees of freedom behind it."""
    value = quantile(values, survey.weight, part, rule=rule)
    share = mean(survey, (values <= value).astype(np.float64)[:, None])
    df = np.array([float(survey.design.degrees_of_freedom)])
    shares = Shares(share=share.value, variance=np.diag(share.covariance), n=np.array([float(survey.n)]), df=df)
    ends = [float(end[0]) for end in INVERSIONS[inversion](shares)]
    low, high = (quantile(values, survey.weight, end, rule=rule) if 0 <= end <= 1 else float("nan") for end in ends)
    return Quantile(value=value, low=low, high=high, se=(high - low) / 2 / float(critical(df, LEVEL)[0]))


def _step(x: Floats, reached: Floats, part: float, *, halves: bool) -> float:
    at = int(np.searchsorted(reached, part * (1 - 1e-15)))
    at = min(at, len(x) - 1)
    if halves and reached[at] == part and at + 1 < len(x):
        return float((x[at] + x[at + 1]) / 2)
    return float(x[at])


def _symmetric(shares: Shares) -> tuple[Floats, Floats]:
    return t_interval(shares.share, shares.variance, df=shares.df)


INVERSIONS: dict[Inversion, Callable[[Shares], tuple[Floats, Floats]]] = {
    Inversion.MEAN: _symmetric,
    Inversion.BETA: beta_interval,
    Inversion.LOGIT: logit_interval,
    Inversion.ASIN: asin_interval,
}
