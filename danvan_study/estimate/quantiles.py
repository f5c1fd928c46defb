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
    SHAH_VAISH = "shahvaish"
    """As R ``survey`` has it: half the weight itself is taken off a place counted in respondents (Shah and Vaish 2006
    mean the weight over its mean), so that only weights near 1 give a sound figure. For comparison."""


class Inversion(StrEnum):
    """Which interval of the share below the quantile is inverted (Woodruff 1952, JASA 47)."""

    MEAN = "mean"
    BETA = "beta"
    LOGIT = "xlogit"
    ASIN = "asin"
    SCORE = "score"
    """The values that a score test of the share above them would not refuse (Francisco and Fuller 1991)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """One quantile."""

    value: float
    low: float
    high: float
    se: float
    """Width of the interval over twice the t quantile; a by-product, not a basis for tests."""


ROUNDING = 1e-12
"""Shares of weight that differ by less are the same."""
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
    if rule is Rule.SHAH_VAISH:
        return _last_reached(x, (below / w.mean() + 0.5 - w / 2) / (len(x) + 1), part)
    own, last = LEAN.get(rule, (0.0, 0.0))
    return float(np.interp(part, (below - own * w) / (below[-1] + last * w[-1]), x))


def quantile_interval(
    survey: Survey, values: Floats, part: float, *, rule: Rule = Rule.MATH, inversion: Inversion = Inversion.MEAN
) -> Quantile:
    """Estimate a quantile with its 95 % interval, the full design's degrees of freedom behind it."""
    value = quantile(values, survey.weight, part, rule=rule)
    df = np.array([float(survey.design.degrees_of_freedom)])
    if inversion is Inversion.SCORE:
        low, high = (quantile(values, survey.weight, end, rule=rule) for end in _score_ends(survey, values, part))
        return Quantile(value=value, low=low, high=high, se=(high - low) / 2 / float(critical(df, LEVEL)[0]))
    share = mean(survey, (values <= value).astype(np.float64)[:, None])
    shares = Shares(share=share.value, variance=np.diag(share.covariance), n=np.array([float(survey.n)]), df=df)
    ends = [float(end[0]) for end in INVERSIONS[inversion](shares)]
    low, high = (quantile(values, survey.weight, end, rule=rule) if 0 <= end <= 1 else float("nan") for end in ends)
    return Quantile(value=value, low=low, high=high, se=(high - low) / 2 / float(critical(df, LEVEL)[0]))


def _step(x: Floats, reached: Floats, part: float, *, halves: bool) -> float:
    at = int(np.searchsorted(reached, part * (1 - ROUNDING)))
    at = min(at, len(x) - 1)
    if halves and abs(reached[at] - part) <= ROUNDING and at + 1 < len(x):
        return float((x[at] + x[at + 1]) / 2)
    return float(x[at])


def _last_reached(x: Floats, places: Floats, part: float) -> float:
    """Return the value with the last place that is reached; outside the places, the nearest."""
    order = np.argsort(places, kind="stable")
    return float(x[order][max(int(np.searchsorted(places[order], part, side="right")) - 1, 0)])


def _score_ends(survey: Survey, values: Floats, part: float) -> tuple[float, float]:
    """Return the parts of the respondents below the values where the score test begins and ceases to refuse.

    The test compares the weighted share above a value with ``1 - part``. Its statistic falls in steps; halving finds
    the step that crosses the t quantile, and the side of it that comes nearer is taken.
    """
    reach = float(critical(np.array([float(survey.design.degrees_of_freedom)]), LEVEL)[0])
    steps = np.unique(values)

    def statistic(at: int) -> float:
        above = mean(survey, ((values > steps[at]) - (1 - part))[:, None])
        return float(above.value[0] / above.se[0])

    ends = []
    for limit in (reach, -reach):
        low, high = 0, len(steps) - 2  # nobody is above the last value
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if statistic(middle) > limit else (low, middle)
        nearer = low if abs(statistic(low) - limit) < abs(statistic(high) - limit) else high
        ends.append(float((values <= steps[nearer]).mean()))
    return ends[0], ends[1]


def _symmetric(shares: Shares) -> tuple[Floats, Floats]:
    return t_interval(shares.share, shares.variance, df=shares.df)


INVERSIONS: dict[Inversion, Callable[[Shares], tuple[Floats, Floats]]] = {
    Inversion.MEAN: _symmetric,
    Inversion.BETA: beta_interval,
    Inversion.LOGIT: logit_interval,
    Inversion.ASIN: asin_interval,
}
