"""Tests of change: interval, p, adjustment for the number of tests, and the smallest change that could be seen.

An area has few clusters, so its own variance is itself hardly known. There the design effect of the question is pooled
over the areas (a generalised variance function; Wolter 2007, *Introduction to Variance Estimation*, ch. 7) and taken
times what all questions together tell of the area (``places``). That holds the level of the tests where the area's own
variance is too timid and a simple random sample far too bold. Change is never tested on a smoothed line: that would
take shocks away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from danvan_study.tables import Changes, Trends
from danvan_study.trend.places import find_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OWN_VARIANCE_FROM: Final = 30
"""Degrees of freedom from which a figure stands on its own variance."""
SMALLEST_DEFF: Final = 0.8
LEVEL: Final = 0.95
POWER: Final = 0.80
DECIMALS: Final = 9

_MEASURE: Final = [Changes.period, Changes.against, Changes.question, Changes.statistic, Changes.answer]
_NUMBERS: Final = (Trends.se_design, Trends.deff, Trends.se, Trends.low, Trends.high, Trends.p, Trends.mdc)


def find_trends(changes: pd.DataFrame) -> pd.DataFrame:
    """Test every change.

    * ``se`` is that of the design for all together; for an area with fewer than 30 degrees of freedom it is the error
      of a simple random sample times the root of the pooled design effect, at least 0.8 with the area's own factor.
    * ``p`` takes the error that the change would have had if nothing had changed: both periods' answers make one
      distribution, as in a score test. Small p count among many tests, and the plain error has too long tails there
      (``benchmarks/change.py``).
    * ``mdc`` is the true change that a two-sided test of 5 % would notice in 80 of 100 cases.
    * ``p_adjusted`` is p by Benjamini and Hochberg (1995, JRSS B 57) within ``family``: one statistic of all questions
      and answers, for all together or for all areas, between the same two periods.

    Parameters
    ----------
    changes
        Contract :class:`~danvan_study.tables.Changes`.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Trends`, in the same order.
    """
    changes = Changes.conform(changes)
    if changes.empty:
        return Trends.empty()
    deff, df = _design_effects(changes)
    se = np.sqrt(deff) * changes[Changes.simple_se].to_numpy()
    null = np.sqrt(deff) * changes[Changes.null_se].to_numpy()
    testable = (se > 0) & (null > 0) & (df > 0)
    change = changes[Changes.change].to_numpy()
    se, null = np.where(testable, se, np.nan), np.where(testable, null, np.nan)
    freedom = np.maximum(df, 1)
    reach = stats.t.ppf((1 + LEVEL) / 2, freedom)
    with np.errstate(invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(change) / null, freedom)
    low, high = within_range(changes, change - reach * se, change + reach * se)
    table = changes.rename(columns={Changes.se: Trends.se_design}).drop(columns=[Changes.simple_se, Changes.null_se])
    table = table.assign(
        **{
            Trends.deff: deff,
            Trends.se: se,
            Trends.low: low,
            Trends.high: high,
            Trends.df: df,
            Trends.p: p,
            Trends.mdc: (reach + stats.t.ppf(POWER, freedom)) * se,
            Trends.family: _families(changes),
            Trends.note: _notes(changes, testable),
        }
    )
    for name in _NUMBERS:
        table[name] = table[name].astype("float64").round(DECIMALS) + 0.0
    return Trends.conform(table.assign(**{Trends.p_adjusted: adjust_families(table)}))


def adjust_families(trends: pd.DataFrame) -> Floats:
    """Return p adjusted within each family by Benjamini and Hochberg; NaN where nothing was tested.

    The adjusted p is the smallest share of false discoveries at which the change would count as one.
    """
    adjusted = np.full(len(trends), np.nan)
    p = trends[Trends.p].to_numpy(dtype="float64")
    families = pd.factorize(trends[Trends.family])[0]
    for family in range(int(families.max(initial=-1)) + 1):
        tested = np.flatnonzero((families == family) & np.isfinite(p))
        adjusted[tested] = stats.false_discovery_control(p[tested], method="bh") if len(tested) else []
    rounded: Floats = adjusted.round(DECIMALS) + 0.0
    return rounded


def _design_effects(changes: pd.DataFrame) -> tuple[Floats, NDArray[np.int64]]:
    """Return the design effect that each test stands on, and its degrees of freedom."""
    df = changes[Changes.df].to_numpy(dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (changes[Changes.se].to_numpy() / changes[Changes.simple_se].to_numpy()) ** 2
    # Where nobody differs from anybody there is no error to have an effect on.
    own = np.where(np.isfinite(own), own, np.nan)
    is_area = (changes[Changes.level] == "area").to_numpy()
    known = is_area & np.isfinite(own) & (df > 0)
    keys = [changes[name] for name in _MEASURE]
    weight = pd.Series(np.where(known, df, 0)).groupby(keys).transform("sum").to_numpy()
    total = pd.Series(np.where(known, own * df, 0.0)).groupby(keys).transform("sum").to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = total / weight
        relative = np.where(known & (pooled > 0), own / pooled, np.nan)
    places = find_places(changes, relative)
    lean = is_area & (df < OWN_VARIANCE_FROM) & (weight > df)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = 2 / (2 / weight + places.variance)
    borrowed = np.maximum(pooled * places.factor, SMALLEST_DEFF)
    return np.where(lean, borrowed, own), np.where(lean, np.maximum(freedom, df), df).astype(np.int64)


def within_range(changes: pd.DataFrame, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Cut intervals off where no change can lie: beyond 100 points, beyond 200 of a net share."""
    widest = changes[Changes.statistic].map({"net": 200.0, "average": np.inf}).astype("float64").fillna(100.0)
    return np.maximum(low, -widest.to_numpy()), np.minimum(high, widest.to_numpy())


def _families(changes: pd.DataFrame) -> pd.Series:
    parts = [changes[name].astype("str") for name in (Changes.period, Changes.against, Changes.level)]
    family: pd.Series = (
        parts[0] + " / " + parts[1] + " · " + parts[2] + " · " + changes[Changes.statistic].astype("str")
    )
    return family.astype("str")


def _notes(changes: pd.DataFrame, testable: NDArray[np.bool_]) -> pd.Series:
    silent = changes[Changes.comparable] & ~testable
    return changes[Changes.note].where(~silent, "not testable: too few clusters, or nobody differs").astype("str")
