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


Rows = dict[str, np.ndarray]
"""Columns of some rows; a table is made of them once, at the end."""


def _line_rows(item: Item, outlook: Outlook) -> Rows:
    """Return the lines of an item, district after district."""
    districts, periods = outlook.line.shape
    numbers = {
        Smoothed.direct: np.where(item.series.n > 0, item.series.estimate, np.nan),
        Smoothed.estimate: outlook.line,
        Smoothed.se: outlook.line_se,
        Smoothed.low: outlook.low,
        Smoothed.high: outlook.high,
    }
    rows = {name: values.ravel() * item.points for name, values in numbers.items()}
    period = np.tile(np.array(item.periods, dtype=object), districts)
    return _texts(item, np.repeat(np.array(item.areas, dtype=object), periods)) | {Smoothed.period: period} | rows


def _forecast_rows(item: Item, outlook: Outlook) -> Rows:
    """Return the forecasts of an item: all together first, then the districts."""
    alone = item.areas == ("",)
    parts = [outlook.ahead] if alone else [outlook.whole, outlook.ahead]
    areas = np.array(item.areas if alone else ("", *item.areas), dtype=object)
    numbers = {
        name: np.concatenate([getattr(part, field) for part in parts]) * item.points for name, field in _FIELDS.items()
    }
    return (
        _texts(item, areas)
        | {Forecasts.period: np.full(len(areas), "", dtype=object), **numbers}
        | {Forecasts.n: np.concatenate([part.n for part in parts]).astype(np.int64)}
        | {Forecasts.on_logit: np.full(len(areas), outlook.is_logit)}
        | {name: np.full(len(areas), np.nan) for name in _SCORED_LATER}
    )


_FIELDS: Final = {
    Forecasts.estimate: "mean",
    Forecasts.se: "se",
    Forecasts.se_line: "se_line",
    Forecasts.low: "low",
    Forecasts.high: "high",
    Forecasts.unchanged: "last",
    Forecasts.unchanged_se: "last_se",
}
_SCORED_LATER: Final = (Forecasts.outcome, Forecasts.crps, Forecasts.crps_unchanged)


def _texts(item: Item, areas: NDArray[np.object_]) -> Rows:
    fixed = zip(ITEM, (item.question, item.statistic, item.answer), strict=True)
    return {
        Directs.level: np.where(areas == "", "all", "area").astype(object),
        Directs.area: areas,
        **{name: np.full(len(areas), value, dtype=object) for name, value in fixed},
    }


def _table(parts: Sequence[Rows], origin: str, contract: type[Table]) -> pd.DataFrame:
    if not parts:
        return contract.empty()
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Adding 0 turns -0.0 into 0.0: they would be different bytes.
    columns = {
        name: values.round(DECIMALS) + 0.0 if values.dtype == float else values for name, values in columns.items()
    }
    table = pd.DataFrame(columns).assign(origin=origin)
    texts = {name: "str" for name, column in columns.items() if column.dtype == object}
    return contract.conform(table.astype({**texts, Forecasts.origin: "str"}))
