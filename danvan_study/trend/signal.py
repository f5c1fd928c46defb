"""An early warning: figures of a wave that the forecast made before it had hardly expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import logit

from danvan_study.tables import Directs, Forecasts, Signals
from danvan_study.trend.forecast import DECIMALS
from danvan_study.trend.series import ITEM
from danvan_study.trend.surprise import surprises, threshold

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FALSE_ALARMS: Final = 1.0
"""False alarms that a province-year may have, over everything that is watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlooks:
    """What the model says at the end of a wave."""

    smoothed: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Smoothed`."""
    forecasts: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Forecasts`: those of all waves so far, scored, and the new ones."""
    signals: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Signals`, of the wave."""


def find_signals(
    forecasts: pd.DataFrame, directs: pd.DataFrame, *, period: str, whole_only: Collection[str] = (), waves: float = 4.0
) -> pd.DataFrame:
    """Judge the figures of a wave by the forecasts made before it.

    Parameters
    ----------
    forecasts
        Contract :class:`~danvan_study.tables.Forecasts`, scored, of all waves so far.
    directs
        Contract :class:`~danvan_study.tables.Directs`.
    period
        The wave.
    whole_only
        Questions that are watched for all together and never by area.
    waves
        In a year.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Signals`: a row for each figure that is watched.
    """
    by_area = forecasts[Forecasts.level] == "area"
    watched = ~(by_area & forecasts[Forecasts.question].isin(list(whole_only)))
    rows = forecasts[watched & forecasts[Forecasts.outcome].notna()]
    now = rows[Forecasts.period] == period
    if not now.any():
        return Signals.empty()
    errors = _errors(rows, directs)
    parts = [_judge(rows[rows[Forecasts.level] == level], errors, period=period) for level in ("all", "area")]
    p = pd.concat(parts).reindex(rows.index[now])
    found = rows[now].rename(columns={Forecasts.outcome: Signals.direct, Forecasts.estimate: Signals.expected})
    limit = threshold(len(found), a_year=FALSE_ALARMS, waves=waves)
    way = np.where(found[Signals.direct] > found[Signals.expected], "up", "down")
    found = found.assign(
        **{
            Signals.p: p.round(DECIMALS),
            Signals.threshold: round(limit, DECIMALS),
            Signals.signal: pd.Series(np.where(p < limit, way, ""), index=found.index, dtype="str"),
        }
    )
    return Signals.conform(found[list(Signals.columns())])


def _errors(rows: pd.DataFrame, directs: pd.DataFrame) -> pd.Series:
    """Return the standardised errors of forecasts, for as many interviews as there came to be."""
    keys = [Directs.period, Directs.level, Directs.area, *ITEM]
    n = rows[keys].merge(directs[[*keys, Directs.n]], on=keys, how="left")[Directs.n].to_numpy(dtype="float64")
    se, line = rows[Forecasts.se].to_numpy(), rows[Forecasts.se_line].to_numpy()
    sampling = (se**2 - line**2) * rows[Forecasts.n].to_numpy() / n
    came, expected = rows[Forecasts.outcome].to_numpy(), rows[Forecasts.estimate].to_numpy()
    gap, total = came - expected, np.sqrt(line**2 + sampling)
    rare = rows[Forecasts.on_logit].to_numpy()
    share, middle = np.clip(came[rare] / 100, 0.5 / n[rare], 1 - 0.5 / n[rare]), expected[rare] / 100
    gap[rare] = 100 * (logit(share) - logit(middle)) * middle * (1 - middle)
    return pd.Series(gap / total, index=rows.index)


def _judge(rows: pd.DataFrame, errors: pd.Series, *, period: str) -> pd.Series:
    """Return p of the wave's figures of one level."""
    if rows.empty:
        return pd.Series(dtype="float64")
    item = rows.groupby(ITEM, sort=True).ngroup().to_numpy()
    area, areas = pd.factorize(rows[Forecasts.area], sort=True)
    wave, waves = pd.factorize(rows[Forecasts.period])
    cube = np.full((len(waves), int(item.max()) + 1, len(areas)), np.nan)
    cube[wave, item, area] = errors[rows.index].to_numpy()
    now = (rows[Forecasts.period] == period).to_numpy()
    if not now.any():
        return pd.Series(dtype="float64")
    place = list(waves).index(period)
    p = surprises(cube[place], np.delete(cube, place, axis=0))
    return pd.Series(p[item[now], area[now]], index=rows.index[now])
