"""The gate for changes: one is shown only where both of its figures are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.publish.gate import require_published
from danvan_study.publish.rounding import WHOLE_BELOW
from danvan_study.publish.sealed import Sealed
from danvan_study.tables import Estimates, PublishedChanges, PublishedRows, Trends
from danvan_study.trend import Evidence, adjust_families, select_changes, within_range

if TYPE_CHECKING:
    from danvan_study.publish.gate import Published

FALSE_DISCOVERIES: Final = 0.10
"""The share of false discoveries that a table of changes may hold."""
ERROR: Final = 0.05

_KEY: Final = [Trends.level, Trends.area, Trends.question, Trends.statistic, Trends.answer]
_NUMBERS: Final = [
    PublishedChanges.estimate,
    PublishedChanges.earlier,
    PublishedChanges.change,
    PublishedChanges.low,
    PublishedChanges.high,
    PublishedChanges.confidence,
    PublishedChanges.p,
    PublishedChanges.p_adjusted,
    PublishedChanges.mdc,
]
_CHANGE: Final = [PublishedChanges.change, PublishedChanges.low, PublishedChanges.high]


class PublishedTrends(Sealed):
    """Changes that passed the gate (:class:`~danvan_study.tables.PublishedChanges`)."""

    __slots__ = ()

    gate = "danvan_study.publish.trend_gate.publish_trends"


def publish_trends(trends: pd.DataFrame, *, figures: Published) -> PublishedTrends:
    """Let through the changes between figures that are themselves published, and judge them.

    * A change of a figure that the gate hid in either period is hidden, or the other figure would give it back.
    * ``p_adjusted`` is worked out anew over what is shown together.
    * ``verdict`` is ``up`` or ``down`` where p is at most 0.05, the adjusted p at most 0.10 and the interval shown
      excludes 0, else ``unclear``; there is no word for "has not changed", which no sample can show.
    * The interval of what is called up or down is wider than one of 95 %, for having been picked out
      (:func:`~danvan_study.trend.select_changes`); ``confidence`` is its level.

    Parameters
    ----------
    trends
        Contract :class:`~danvan_study.tables.Trends`.
    figures
        The published figures of all periods that are compared.

    Raises
    ------
    TypeError
        ``figures`` did not come through the gate.
    """
    rows = Trends.conform(trends)
    flags = [_flags(rows, require_published(figures).rows, period=name) for name in (Trends.period, Trends.against)]
    hidden = pd.Series((flags[0] == "hidden") | (flags[1] == "hidden"), index=rows.index)
    doubtful = (flags[0] == "low_precision") | (flags[1] == "low_precision")
    broken = ~rows[Trends.comparable]
    untested = ~broken & ~hidden & rows[Trends.p].isna()
    suppressed = broken | hidden | untested
    rows = rows.assign(**{Trends.p: rows[Trends.p].where(~suppressed)})
    rows[Trends.p_adjusted] = adjust_families(rows)
    rows = _select(rows)
    flag = np.select([suppressed, doubtful], ["suppressed", "low_precision"], default="")
    reason = np.select([broken, hidden, untested], ["not_comparable", "figure_hidden", "not_testable"], default="")
    rows = rows.assign(
        **{
            PublishedChanges.flag: pd.Series(flag, index=rows.index, dtype="str"),
            PublishedChanges.reason: pd.Series(reason, index=rows.index, dtype="str"),
        }
    )
    rows.loc[suppressed, _NUMBERS] = np.nan
    rows.loc[suppressed, [PublishedChanges.n, PublishedChanges.n_earlier]] = 0
    rows = PublishedChanges.conform(_round(rows[list(PublishedChanges.columns())]))
    return _seal(rows, simulated=figures.simulated)


def require_published_trends(changes: object) -> PublishedTrends:
    """Return ``changes`` if they passed the gate.

    Raises
    ------
    TypeError
        They are anything but :class:`PublishedTrends`.
    """
    if type(changes) is not PublishedTrends:
        raise TypeError(f"only PublishedTrends can be shown, not {type(changes).__name__}")
    return changes


def _seal(rows: pd.DataFrame, *, simulated: bool) -> PublishedTrends:
    published = object.__new__(PublishedTrends)
    object.__setattr__(published, "_rows", rows)
    object.__setattr__(published, "_simulated", bool(simulated))
    return published


def _flags(rows: pd.DataFrame, published: pd.DataFrame, *, period: str) -> np.ndarray:
    """Return the flag of each row's figure in one of its periods; ``hidden`` where it is not shown at all."""
    shown = published[(published[PublishedRows.group] == "") & published[PublishedRows.estimate].notna()]
    left = rows[[period, *_KEY]].rename(columns={period: Estimates.period})
    found = left.merge(shown[[Estimates.period, *_KEY, PublishedRows.flag]], on=[Estimates.period, *_KEY], how="left")
    return found[PublishedRows.flag].astype("object").fillna("hidden").to_numpy()


def _select(rows: pd.DataFrame) -> pd.DataFrame:
    """Add verdict, interval and its level."""
    names = (Trends.change, Trends.se, Trends.df, Trends.p)
    numbers = {name: rows[name].to_numpy(dtype="float64") for name in names}
    evidence = Evidence(**numbers, family=rows[Trends.family].to_numpy(dtype="object"))
    selected = select_changes(evidence, error=ERROR, false_share=FALSE_DISCOVERIES)
    low, high = within_range(rows, selected.low, selected.high)
    change, known = numbers[Trends.change], np.isfinite(numbers[Trends.p])
    called = [selected.called & (change > 0), selected.called, known]
    verdict = np.select(called, ["up", "down", "unclear"], default="")
    columns = {PublishedChanges.low: low, PublishedChanges.high: high, PublishedChanges.confidence: selected.confidence}
    rows = rows.assign(**columns)
    rows[PublishedChanges.verdict] = pd.Series(verdict, index=rows.index, dtype="str")
    return rows


def _round(rows: pd.DataFrame) -> pd.DataFrame:
    """Round as figures are: one decimal, whole points where either base is below a thousand.

    In points a change is that of the two figures as they are printed, and its interval moves along without crossing 0:
    it tells nothing of the figures that they don't tell themselves.
    """
    small = rows[[PublishedChanges.n, PublishedChanges.n_earlier]].min(axis=1) < WHOLE_BELOW
    in_points = rows[PublishedChanges.statistic] != "average"
    before = rows[_CHANGE]
    for name in _NUMBERS:
        if name in {PublishedChanges.p, PublishedChanges.p_adjusted}:
            rows[name] = rows[name].round(4)
        elif name == PublishedChanges.confidence:
            rows[name] = rows[name].round(2)
        elif name not in _CHANGE:
            rows[name] = _in_digits(rows[name], small).where(in_points, rows[name].round(3))
    told = rows[PublishedChanges.estimate] - rows[PublishedChanges.earlier]
    moved = told - before[PublishedChanges.change]
    for name in _CHANGE:
        limit = _in_digits(before[name] + moved, small)
        limit = limit.clip(lower=0).where(before[name] > 0, limit.clip(upper=0))
        rows[name] = limit.where(in_points, before[name].round(3))
    rows[PublishedChanges.change] = told.round(1).where(in_points, rows[PublishedChanges.change])
    same = in_points & (rows[PublishedChanges.change] == 0) & (rows[PublishedChanges.verdict] != "")
    rows[PublishedChanges.verdict] = rows[PublishedChanges.verdict].where(~same, "unclear")
    return rows


def _in_digits(points: pd.Series, small: pd.Series) -> pd.Series:
    return points.round(1).where(~small, points.round(0))
