"""The gate for what the model says: nothing of it is shown where the direct figure that it rests on is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.publish.gate import require_published
from danvan_study.publish.rounding import WHOLE_BELOW
from danvan_study.publish.sealed import Sealed
from danvan_study.tables import Directs, Forecasts, PublishedRows, Signals, Smoothed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.publish.gate import Published
    from danvan_study.trend import Outlooks

_KEY: Final = [Directs.level, Directs.area, Directs.question, Directs.statistic, Directs.answer]


class PublishedOutlook(Sealed):
    """Smoothed lines (:class:`~danvan_study.tables.Smoothed`), forecasts and signals that passed the gate."""

    __slots__ = ("_forecasts", "_signals")

    gate = "danvan_study.publish.outlook_gate.publish_outlook"
    _forecasts: pd.DataFrame
    _signals: pd.DataFrame

    @property
    def forecasts(self) -> pd.DataFrame:
        """A fresh copy of the forecasts (:class:`~danvan_study.tables.Forecasts`)."""
        return self._forecasts.copy(deep=True)

    @property
    def signals(self) -> pd.DataFrame:
        """A fresh copy of the watched figures (:class:`~danvan_study.tables.Signals`)."""
        return self._signals.copy(deep=True)


def publish_outlook(outlooks: Outlooks, *, figures: Published) -> PublishedOutlook:
    """Let through lines, forecasts and signals of figures that are themselves published.

    * A line is shown in those periods only in which its direct figure is.
    * A forecast needs its last direct figure, and the one that came where it is scored; a signal the wave's.
    * The budget of false alarms is shared out anew among the figures that are shown.

    Parameters
    ----------
    figures
        The published figures of all waves.

    Raises
    ------
    TypeError
        ``figures`` did not come through the gate.
    """
    published = require_published(figures).rows
    shown = published[(published[PublishedRows.group] == "") & published[PublishedRows.estimate].notna()]
    found = object.__new__(PublishedOutlook)
    for name, value in (
        ("_rows", _keep(outlooks.smoothed, shown, {Smoothed.direct: Smoothed.period})),
        ("_forecasts", _keep(outlooks.forecasts, shown, _OF_FORECASTS)),
        ("_signals", _call(outlooks.signals, _keep(outlooks.signals, shown, {Signals.direct: Signals.period}))),
        ("_simulated", figures.simulated),
    ):
        object.__setattr__(found, name, value)
    return found


def require_published_outlook(outlook: object) -> PublishedOutlook:
    """Return ``outlook`` if it passed the gate.

    Raises
    ------
    TypeError
        It is anything but :class:`PublishedOutlook`.
    """
    if type(outlook) is not PublishedOutlook:
        raise TypeError(f"only a PublishedOutlook can be shown, not {type(outlook).__name__}")
    return outlook


_OF_FORECASTS: Final = {Forecasts.unchanged: Forecasts.origin, Forecasts.outcome: Forecasts.period}


def _keep(rows: pd.DataFrame, published: pd.DataFrame, direct: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows whose direct figures are all published, these as published and the rest rounded alike.

    Parameters
    ----------
    direct
        Column of a direct figure to the column of its period; where the period is blank, there is no figure yet.
    """
    n = pd.Series(np.inf, index=rows.index)
    kept = pd.Series(data=True, index=rows.index)
    rows = rows.copy()
    for name, period in direct.items():
        left = rows[[period, *_KEY]].rename(columns={period: PublishedRows.period})
        found = left.merge(
            published[[*left.columns, PublishedRows.estimate, PublishedRows.n]], on=list(left.columns), how="left"
        )
        rows[name] = found[PublishedRows.estimate].to_numpy()
        n = np.minimum(n, found[PublishedRows.n].fillna(np.inf).to_numpy())
        kept &= rows[name].notna() | (rows[period] == "")
    in_points = rows[Directs.statistic] != "average"
    for name in rows.columns.intersection(_MODELLED):
        points = rows[name].round(1).where(n >= WHOLE_BELOW, rows[name].round(0))
        rows[name] = points.where(in_points, rows[name].round(3))
    return rows[kept].reset_index(drop=True)


def _call(watched: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the signals among the figures that are shown, by the threshold that so many of them allow."""
    if shown.empty:
        return shown
    limit = min(watched[Signals.threshold].iloc[0] * len(watched) / len(shown), 1.0)
    way = np.where(shown[Signals.direct] > shown[Signals.expected], "up", "down")
    called = pd.Series(np.where(shown[Signals.p] < limit, way, ""), dtype="str")
    return shown.assign(**{Signals.threshold: limit, Signals.signal: called})


_MODELLED: Final = [
    *(Smoothed.estimate, Smoothed.low, Smoothed.high, Signals.expected),
    *(Smoothed.se, Forecasts.se_line, Forecasts.unchanged_se),
]
