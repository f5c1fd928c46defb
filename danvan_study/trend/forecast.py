"""What the model says at the end of a wave: the districts' lines up to it, and the direct figures of the wave to come.

A forecast stands beside "no change": the last direct figure, as sure as the figures' own past changes allow. Both are
scored when the next wave is in, and a method that does not beat "no change" says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from danvan_study.tables import Directs, Forecasts, Smoothed
from danvan_study.trend.outlook import look_out
from danvan_study.trend.scoring import crps_normal
from danvan_study.trend.series import ITEM, read_items

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from danvan_study.contract import Table
    from danvan_study.trend.outlook import Outlook
    from danvan_study.trend.series import Item

    Floats = NDArray[np.float64]

FEWEST: Final = 2
"""Waves from which a figure has a line and a forecast."""
DECIMALS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What the model says at the end of one wave."""

    smoothed: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Smoothed`."""
    forecasts: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Forecasts`, not yet scored."""


def fit_trends(
    directs: pd.DataFrame, at: Mapping[str, float], *, ahead: float, begins: Mapping[str, str] | None = None
) -> Fitted:
    """Fit the lines of every figure up to the last wave of ``at``, and forecast the next.

    Parameters
    ----------
    directs
        Contract :class:`~danvan_study.tables.Directs`; waves that ``at`` does not name are not looked at.
    at
        Wave, in order of time, to when it was, in quarters.
    ahead
        Quarters to the wave to come.
    begins
        Question to the first wave that asked it as it is asked now.
    """
    origin = list(at)[-1]
    lines, forecasts = [], []
    # Hundreds of small matrices: sharing each out among threads costs more than it saves.
    with threadpool_limits(limits=1, user_api="blas"):
        for item in read_items(directs, at, begins or {}):
            # Without any error known, as from one village a district, there is nothing to weigh figures by.
            judged = np.isfinite(item.series.person).any()
            if judged and len(item.periods) >= FEWEST and item.periods[-1] == origin:
                outlook = look_out(item.series, item.people, item.whole, ahead=ahead)
                lines.append(_line_rows(item, outlook))
                forecasts.append(_forecast_rows(item, outlook))
    return Fitted(
        smoothed=_table(lines, origin, Smoothed),
        forecasts=_table(forecasts, origin, Forecasts),
    )


def score_forecasts(forecasts: pd.DataFrame, directs: pd.DataFrame, following: Mapping[str, str]) -> pd.DataFrame:
    """Set forecasts against the direct figures of the wave that came next.

    Parameters
    ----------
    forecasts
        Contract :class:`~danvan_study.tables.Forecasts`, of questions that the next wave asked alike.
    directs
        Contract :class:`~danvan_study.tables.Directs`.
    following
        Wave to the one that came next.
    """
    period = forecasts[Forecasts.origin].map(dict(following)).fillna("").astype("str")
    rows = forecasts.assign(**{Forecasts.period: period})
    keys = [Directs.period, Directs.level, Directs.area, *ITEM]
    came = directs[[*keys, Directs.estimate]].rename(columns={Directs.estimate: "_came"})
    outcome = rows[keys].merge(came, on=keys, how="left")["_came"].to_numpy()
    scores = {
        Forecasts.crps: (rows[Forecasts.estimate], rows[Forecasts.se]),
        Forecasts.crps_unchanged: (rows[Forecasts.unchanged], rows[Forecasts.unchanged_se]),
    }
    rows[Forecasts.outcome] = outcome
    for name, (mean, se) in scores.items():
        rows[name] = crps_normal(outcome, mean.to_numpy(), se.to_numpy()).round(DECIMALS)
    return Forecasts.conform(rows)


def _line_rows(item: Item, outlook: Outlook) -> pd.DataFrame:
    """Return the lines of an item, district after district."""
    districts, periods = outlook.line.shape
    direct = np.where(item.series.n > 0, item.series.estimate, np.nan)
    numbers = {
        Smoothed.direct: direct,
        Smoothed.estimate: outlook.line,
        Smoothed.se: outlook.line_se,
        Smoothed.low: outlook.low,
        Smoothed.high: outlook.high,
    }
    texts = {Smoothed.period: np.tile(item.periods, districts), Smoothed.area: np.repeat(item.areas, periods)}
    return _rows(item, texts, {name: values.ravel() for name, values in numbers.items()})


def _forecast_rows(item: Item, outlook: Outlook) -> pd.DataFrame:
    """Return the forecasts of an item: all together first, then the districts."""
    parts = [outlook.ahead] if item.areas == ("",) else [outlook.whole, outlook.ahead]
    areas = item.areas if item.areas == ("",) else ("", *item.areas)
    names = (
        (Forecasts.estimate, "mean"),
        (Forecasts.se, "se"),
        (Forecasts.se_line, "se_line"),
        (Forecasts.low, "low"),
        (Forecasts.high, "high"),
        (Forecasts.unchanged, "last"),
        (Forecasts.unchanged_se, "last_se"),
    )
    numbers = {name: np.concatenate([getattr(part, field) for part in parts]) for name, field in names}
    n = np.concatenate([part.n for part in parts])
    table = _rows(item, {Forecasts.area: np.array(areas), Forecasts.period: np.full(len(areas), "")}, numbers)
    table[Forecasts.n], table[Forecasts.on_logit] = n.astype(np.int64), outlook.is_logit
    return table


def _rows(item: Item, texts: Mapping[str, NDArray[np.str_]], numbers: Mapping[str, Floats]) -> pd.DataFrame:
    areas = texts[Directs.area]
    columns: dict[str, object] = {name: values * item.points for name, values in numbers.items()}
    columns |= dict(zip(ITEM, (item.question, item.statistic, item.answer), strict=True))
    return pd.DataFrame({**texts, Directs.level: np.where(areas == "", "all", "area"), **columns})


def _table(parts: Sequence[pd.DataFrame], origin: str, contract: type[Table]) -> pd.DataFrame:
    if not parts:
        return contract.empty()
    table = pd.concat(parts, ignore_index=True).assign(origin=origin)
    for name in contract.columns():
        if name not in table:
            table[name] = np.nan
    numbers = table.select_dtypes("float64").columns
    table[numbers] = table[numbers].round(DECIMALS) + 0.0
    texts = {name: "str" for name in table if name not in numbers and table[name].dtype == object}
    return contract.conform(table.astype(texts)[list(contract.columns())])
