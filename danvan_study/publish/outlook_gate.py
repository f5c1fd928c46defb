"""The gate for what the model says: nothing of it is shown where the direct figure that it rests on is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.publish.gate import require_published
from danvan_study.publish.sealed import Sealed
from danvan_study.tables import Directs, Forecasts, PublishedRows, Signals, Smoothed

if TYPE_CHECKING:
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
    forecasts = outlooks.forecasts
    came = _shown(forecasts, shown, period=Forecasts.period) | (forecasts[Forecasts.period] == "")
    found = object.__new__(PublishedOutlook)
    for name, value in (
        ("_rows", _keep(outlooks.smoothed, _shown(outlooks.smoothed, shown, period=Smoothed.period))),
        ("_forecasts", _keep(forecasts, _shown(forecasts, shown, period=Forecasts.origin) & came)),
        ("_signals", _keep(outlooks.signals, _shown(outlooks.signals, shown, period=Signals.period))),
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


def _shown(rows: pd.DataFrame, published: pd.DataFrame, *, period: str) -> pd.Series:
    """Say of each row whether the direct figure of one of its periods is published."""
    there = pd.MultiIndex.from_frame(published[[PublishedRows.period, *_KEY]])
    return pd.Series(pd.MultiIndex.from_frame(rows[[period, *_KEY]]).isin(there), index=rows.index)


def _keep(rows: pd.DataFrame, shown: pd.Series) -> pd.DataFrame:
    """Return what is shown, figures as those of the gate: to one decimal, averages to three."""
    kept = rows[shown].reset_index(drop=True)
    in_points = kept[Directs.statistic] != "average"
    for name in kept.columns.intersection(_ROUNDED):
        kept[name] = kept[name].round(1).where(in_points, kept[name].round(3))
    return kept


_ROUNDED: Final = [
    *(Smoothed.direct, Smoothed.estimate, Smoothed.se, Smoothed.low, Smoothed.high),
    *(Forecasts.se_line, Forecasts.unchanged, Forecasts.unchanged_se, Forecasts.outcome, Signals.expected),
]
