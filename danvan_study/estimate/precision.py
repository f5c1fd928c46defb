"""From variances to what is shown: standard error, interval, design effect, effective size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.estimate.intervals import (
    FEW,
    FEW_OF_RARE,
    RARE,
    Shares,
    clopper_pearson,
    critical,
    logit_interval,
    t_interval,
)

if TYPE_CHECKING:
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.measures import Measure
    from danvan_study.estimate.ratios import Ratios


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """The figures beside an estimate, domains x measures, in parts of the measure's scale."""

    se: Floats
    low: Floats
    high: Floats
    deff: Floats
    n_effective: Floats
    df: Codes


def precision(ratios: Ratios, measures: tuple[Measure, ...]) -> Precision:
    """Work out standard errors, 95 % intervals, design effects and effective sizes.

    * Not estimable (NaN, never 0): domains with a single cluster or without degrees of freedom.
    * ``deff`` is the variance over that of a simple random sample of the same ``n`` (Kish 1965, p. 258).
      ``n_effective`` is ``n / deff``, at most ``n`` (Parker et al. 2017, NCHS *Vital and Health Statistics* 2-175).
    * Where the variance is 0 (everybody said the same, or the margins fix the figure), ``deff`` is that of the
      weights alone, 1 + cv squared, and the interval is the one that this ``deff`` gives.
    """
    df = ratios.clusters - ratios.strata
    estimable = (df > 0) & (ratios.n > 1)
    silent, kish = ratios.silent, 1.0 if ratios.kish is None else ratios.kish
    variance = np.where(estimable, np.where(silent, ratios.simple_variance * kish, ratios.variance), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = np.where(silent, kish, ratios.variance / ratios.simple_variance)
        deff = np.where(estimable, deff, np.nan)
        effective = np.minimum(ratios.n / deff, ratios.n)
    low, high = _intervals(ratios, measures, variance=variance, effective=effective)
    se = np.where(estimable, np.where(silent, 0.0, np.sqrt(ratios.variance)), np.nan)
    return Precision(se=se, low=low, high=high, deff=deff, n_effective=effective, df=df)


def _intervals(
    ratios: Ratios, measures: tuple[Measure, ...], *, variance: Floats, effective: Floats
) -> tuple[Floats, Floats]:
    """Logit interval for shares, Korn-Graubard where few cases stand on one side; t interval for the rest."""
    df = (ratios.clusters - ratios.strata).astype(np.float64)
    floor, ceiling = (np.array([getattr(measure, end) for measure in measures]) for end in ("low", "high"))
    is_share = np.array([measure.is_share for measure in measures], dtype=bool)
    low, high = t_interval(ratios.estimate, variance, df=df)
    shares = Shares(share=ratios.estimate, variance=variance, n=ratios.n.astype(np.float64), df=df)
    ends = logit_interval(shares)
    low, high = (np.where(is_share, end, other) for end, other in zip(ends, (low, high), strict=True))
    with np.errstate(invalid="ignore"):
        smaller = np.minimum(ratios.estimate, 1 - ratios.estimate)
        few = is_share & (effective * smaller < np.where(smaller < RARE, FEW_OF_RARE, FEW))
    unsure = replace(shares, df=np.where(ratios.silent, df, ratios.tail_df))
    low[few], high[few] = _korn_graubard(unsure.where(few), effective[few])
    unanimous = ~is_share & (ratios.simple_variance == 0)
    ends = _unanimous(ratios.estimate, _adjusted(shares, effective), floor=floor, ceiling=ceiling)
    low, high = (np.where(unanimous, end, other) for end, other in zip(ends, (low, high), strict=True))
    return np.clip(low, floor, ceiling), np.clip(high, floor, ceiling)


def _adjusted(shares: Shares, effective: Floats) -> Floats:
    """Return the effective size, reduced for few degrees of freedom (Korn and Graubard 1998)."""
    size: Floats = effective * (critical(shares.n - 1) / critical(shares.df)) ** 2
    return size


def _korn_graubard(shares: Shares, effective: Floats) -> tuple[Floats, Floats]:
    """Clopper-Pearson with the effective size, which never passes ``n``."""
    return clopper_pearson(np.clip(shares.share, 0.0, 1.0), _adjusted(shares, effective))


def _unanimous(estimate: Floats, size: Floats, *, floor: Floats, ceiling: Floats) -> tuple[Floats, Floats]:
    """Bound the mean where everybody gave the same score.

    Those who differ are at most as many as Clopper-Pearson allows where none is seen in ``size``. At worst they all
    stand at one end of the range, so the interval reaches that far and no farther. An average without range has no
    such bound: not estimable.
    """
    others = 1 - 0.025 ** (1 / size)
    with np.errstate(invalid="ignore"):
        low = np.where(np.isfinite(floor), estimate - others * (estimate - floor), np.nan)
        high = np.where(np.isfinite(ceiling), estimate + others * (ceiling - estimate), np.nan)
    return low, high
