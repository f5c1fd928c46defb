"""From direct estimates to a panel with known sampling variances: pooled design effects, linear or logit scale.

A district's own variance rests on three to seven villages and can't be used as if it were known. What is pooled is the
design effect, over quarters and partly over districts (a generalised variance function; Wolter 2007, *Introduction to
Variance Estimation*, ch. 7), and the variance of a person's answer, over the quarters of a district.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, logit

from danvan_study.trend.district_model import Panel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SMALLEST_DEFF: Final = 0.8
SMALLEST_PERSON: Final = 1e-6
"""Variance of answers that stands in where nobody ever differed from anybody."""
BORROWED: Final = 40.0
"""Degrees of freedom that the design effect of all districts counts in a district's own."""
RARE: Final = 0.10
"""Shares nearer to 0 or 1 than this are followed on the logit scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Direct estimates of one figure, districts x periods; NaN and 0 where there is none."""

    estimate: Floats
    """Shares in parts of 1; scores, net balances and averages in their own unit."""
    person: Floats
    """Variance of one person's answer."""
    deff: Floats
    n: Floats
    df: Floats
    at: Floats
    """When each period was, in quarters."""
    is_share: bool = False

    def until(self, periods: int) -> Series:
        """Return the first periods alone: what was known then."""
        parts = {name: getattr(self, name)[:, :periods] for name in ("estimate", "person", "deff", "n", "df")}
        return Series(**parts, at=self.at[:periods], is_share=self.is_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Linear, or the logit for rare shares; and what one more interview would bring there."""

    is_logit: bool
    person: Floats
    """Variance of one person's answer by district, on the scale of the model."""
    deff: Floats
    """By district."""

    def forth(self, value: Floats) -> Floats:
        """Bring values to the scale."""
        scaled: Floats = logit(value) if self.is_logit else value
        return scaled

    def observed(self, estimate: Floats, n: Floats) -> Floats:
        """Bring estimates to the scale; on the logit scale as if half a person more had said yes and half one no."""
        if not self.is_logit:
            return estimate
        effective = n / self.deff[:, None]
        return self.forth((effective * estimate + 0.5) / (effective + 1))

    def back(self, value: Floats) -> Floats:
        """Bring values back."""
        returned: Floats = expit(value) if self.is_logit else value
        return returned

    def slope(self, value: Floats) -> Floats:
        """Return how much the figure moves with a value of the model."""
        share = self.back(value)
        slope: Floats = share * (1 - share) if self.is_logit else np.ones_like(value)
        return slope

    def variance(self, n: Floats) -> Floats:
        """Return the sampling variance of estimates from ``n`` interviews a district: districts x periods."""
        with np.errstate(divide="ignore"):
            variance: Floats = np.where(n > 0, (self.deff * self.person)[:, None] / n, np.nan)
        return variance


def find_scale(series: Series) -> Scale:
    """Choose the scale of a figure and pool what is known of its sampling errors."""
    n, there = series.n, np.isfinite(series.estimate) & (series.n > 0)
    share = _by_district(np.where(there, series.estimate, 0.0), np.where(there, n, 0.0))
    middle = float(np.average(series.estimate[there], weights=n[there]))
    known = there & np.isfinite(series.person)
    answer = _by_district(np.where(known, series.person, 0.0), np.where(known, n, 0.0))
    is_logit = series.is_share and not RARE <= middle <= 1 - RARE
    if is_logit:
        # Where nobody said so, or everybody: as if half a person had said otherwise.
        share = np.clip(share, 0.5 / n.sum(), 1 - 0.5 / n.sum())
        answer = 1 / (share * (1 - share))
    return Scale(is_logit=is_logit, person=np.maximum(answer, SMALLEST_PERSON), deff=_design_effects(series))


def as_panel(series: Series, scale: Scale) -> Panel:
    """Return the estimates on the scale of the model, with their variances."""
    return Panel(
        direct=np.where(series.n > 0, scale.observed(series.estimate, series.n), np.nan),
        variance=scale.variance(np.where(np.isfinite(series.estimate), series.n, 0.0)),
        at=series.at,
        unit=float(np.sqrt(scale.person.mean())),
    )


def _by_district(values: Floats, n: Floats) -> Floats:
    """Return each district's mean over its quarters, with the mean of all counting as one quarter more."""
    total = (values * n).sum() / n.sum()
    quarter = n.sum() / (n > 0).sum()
    mean: Floats = ((values * n).sum(axis=1) + total * quarter) / (n.sum(axis=1) + quarter)
    return mean


def _design_effects(series: Series) -> Floats:
    known = np.isfinite(series.deff) & (series.df > 0) & (series.person > 0)
    df, deff = np.where(known, series.df, 0.0), np.where(known, series.deff, 0.0)
    pooled = (df * deff).sum() / df.sum() if df.any() else 1.0
    own: Floats = ((df * deff).sum(axis=1) + BORROWED * pooled) / (df.sum(axis=1) + BORROWED)
    return np.maximum(own, SMALLEST_DEFF)
