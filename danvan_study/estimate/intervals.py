"""Confidence intervals. Every function is vectorised and takes the degrees of freedom as an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv, expit, logit, rel_entr, stdtrit

if TYPE_CHECKING:
    from danvan_study.estimate.design import Floats

LEVEL = 0.95
FEW = 5.0
"""With fewer effective cases than this on either side, a share takes the Korn-Graubard interval."""
RARE, FEW_OF_RARE = 0.10, 30.0
"""An answer this rare (or this common) takes it up to so many cases: where rare answers come in clusters, the logit
interval covers down to 91 % (docs/measured/coverage.md). For all shares it would be far too wide in few villages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Estimated shares, 0 to 1, with what their intervals need."""

    share: Floats
    variance: Floats
    n: Floats
    """Respondents in the base."""
    df: Floats

    def where(self, chosen: np.ndarray) -> Shares:
        """Return the chosen ones."""
        return Shares(share=self.share[chosen], variance=self.variance[chosen], n=self.n[chosen], df=self.df[chosen])


def critical(df: Floats, level: float = LEVEL) -> Floats:
    """Return the two-sided t quantile; NaN where ``df`` is not positive."""
    distinct, place = np.unique(df, return_inverse=True)  # few among many, and each is dear
    quantile: Floats = np.where(distinct > 0, stdtrit(np.maximum(distinct, 1), (1 + level) / 2), np.nan)[place]
    return quantile


def t_interval(estimate: Floats, variance: Floats, *, df: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the symmetric interval."""
    reach = critical(df, level) * np.sqrt(variance)
    return estimate - reach, estimate + reach


def logit_interval(shares: Shares, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the interval that is symmetric in logits (Korn and Graubard 1999, *Analysis of Health Surveys*)."""
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = logit(p)
        reach = critical(shares.df, level) * np.sqrt(shares.variance) / (p * (1 - p))
        return expit(centre - reach), expit(centre + reach)


def asin_interval(shares: Shares, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the symmetric interval on the arcsine square root scale."""
    centre = np.arcsin(np.sqrt(shares.share))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = critical(shares.df, level) * np.sqrt(shares.variance / (4 * shares.share * (1 - shares.share)))
    low, high = np.clip(centre - reach, 0, np.pi / 2), np.clip(centre + reach, 0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def beta_interval(shares: Shares, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the Clopper-Pearson interval with an effective sample size.

    After Korn and Graubard (1998, *Survey Methodology* 24, 193-201): the effective size ``p (1 - p) / variance`` is
    multiplied by the squared ratio of the t quantiles with ``n - 1`` and with the design's degrees of freedom.
    """
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = critical(shares.n - 1, level) / critical(shares.df, level)
        size = p * (1 - p) / shares.variance * ratio**2
    return clopper_pearson(p, size, level)


def clopper_pearson(p: Floats, size: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the exact binomial interval for the share ``p`` of ``size`` cases, which need not be whole."""
    tail = (1 - level) / 2
    success, failure = size * p, size * (1 - p)
    with np.errstate(invalid="ignore"):
        low = betaincinv(success, failure + 1, tail)
        high = betaincinv(success + 1, failure, 1 - tail)
    known = np.isfinite(size)
    return np.where(known & (p <= 0), 0.0, low), np.where(known & (p >= 1), 1.0, high)


def wilson_interval(shares: Shares, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the score interval with ``p (1 - p) / variance`` cases and t in place of z (as R ``survey`` 4.5)."""
    p, quantile = shares.share, critical(shares.df, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = p * (1 - p) / shares.variance
        centre = (p + quantile**2 / (2 * size)) / (1 + quantile**2 / size)
        reach = quantile * np.sqrt(p * (1 - p) / size + quantile**2 / (4 * size**2)) / (1 + quantile**2 / size)
    return centre - reach, centre + reach


def likelihood_interval(shares: Shares, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the shares that a binomial likelihood doesn't rule out.

    Its number of cases is ``n`` over the design effect, that against the sample variance with its ``n - 1``. Twice
    the log likelihood ratio is held against the squared t quantile (scaling after Rao and Scott 1984, *Annals of
    Statistics* 12). Found by halving; 60 steps end at the last digit.
    """
    p, quantile = shares.share, critical(shares.df, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = p * (1 - p) / shares.variance * (shares.n - 1) / shares.n

    def outside(q: Floats) -> np.ndarray:
        ratio = rel_entr(p, q) + rel_entr(1 - p, 1 - q)
        return 2 * size * ratio > quantile**2

    ends = []
    for end in (0.0, 1.0):
        near, far = p.copy(), np.full_like(p, end)
        for _ in range(60):
            middle = (near + far) / 2
            out = outside(middle)
            near, far = np.where(out, near, middle), np.where(out, middle, far)
        ends.append(np.where(np.isfinite(size) & np.isfinite(quantile), near, np.nan))
    return ends[0], ends[1]
