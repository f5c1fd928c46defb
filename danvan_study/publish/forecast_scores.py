"""How good past forecasts were: the last one figure by figure, and all of them beside "no change"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import DataTable, Row
from danvan_study.publish.results import key_reading, wording
from danvan_study.tables import Forecasts

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result

AVERAGE: Final = "average"
_KEY: Final = [Forecasts.question, Forecasts.statistic, Forecasts.answer]


def skill(forecasts: pd.DataFrame, level: str) -> float | None:
    """Return by how many percent the forecasts of shares came closer than "no change" (mean CRPS).

    Gneiting and Raftery 2007, *JASA* 102, p. 367. None: no forecast has been put to the test.
    """
    past = _tested(forecasts, level)
    if past.empty:
        return None
    return 100 * float(1 - past[Forecasts.crps].mean() / past[Forecasts.crps_unchanged].mean())


def tell_score(forecasts: pd.DataFrame, level: str, language: str) -> str:
    """Say how all past forecasts did against "no change"; nothing while none has been put to the test."""
    gained = skill(forecasts, level)
    if gained is None:
        return ""
    texts, past = words.phrases(language), _tested(forecasts, level)
    inside = past[Forecasts.outcome].between(past[Forecasts.low], past[Forecasts.high])
    return texts["forecast_score" if round(gained) > 0 else "forecast_no_skill"].format(
        whom=texts[f"forecast_level_{level}"],
        count=words.number(len(past), language),
        waves=past[Forecasts.origin].nunique(),
        skill=words.number(abs(gained), language),
        inside=words.percent(100 * inside.mean(), language, 0),
    )


def last_forecast(context: BriefContext, headlines: Sequence[Result], forecasts: pd.DataFrame) -> DataTable | None:
    """Return what was forecast for the wave, figure by figure, beside what came; None where nothing was."""
    texts, language = words.phrases(context.language), context.language
    came = forecasts[(forecasts[Forecasts.period] == context.wave) & (forecasts[Forecasts.level] == "all")]
    found = {tuple(row[name] for name in _KEY): row for row in came.to_dict("records")}
    rows = [
        Row(cells=(wording(result, language), *_cells(row, language)))
        for result in headlines
        if (row := found.get(forecast_key(result)))
    ]
    if not rows:
        return None
    heads = ("question_column", *(f"last_forecast_{name}" for name in ("unchanged", "said", "came", "verdict")))
    return DataTable(
        caption=texts["last_forecast_caption"].format(period=words.wave_name(context.wave, language)),
        head=tuple(texts[name] for name in heads),
        rows=tuple(rows),
        widths=(65.0, 22.0, 36.0, 18.0, 24.0),
        notes=(texts["last_forecast_note"],),
        small=True,
    )


def forecast_key(result: Result) -> tuple[str, str, str]:
    """Return question, statistic and answer of the figure that stands for a question."""
    reading = key_reading(result)
    answer = reading.answer if reading else ""
    return (result.name, "share" if answer else "positive", answer)


def figure(row: Mapping[Hashable, object], name: str, language: str) -> str:
    """Write one figure of a forecast: a share, or an average as it is."""
    value = float(str(row[name]))
    return words.shortest(value, language) if row[Forecasts.statistic] == AVERAGE else words.percent(value, language)


def interval(row: Mapping[Hashable, object], language: str) -> str:
    """Write the interval of a forecast."""
    return words.span(float(str(row[Forecasts.low])), float(str(row[Forecasts.high])), language=language)


def _cells(row: Mapping[Hashable, object], language: str) -> tuple[str, str, str, str]:
    low, high, outcome = (float(str(row[name])) for name in (Forecasts.low, Forecasts.high, Forecasts.outcome))
    return (
        figure(row, Forecasts.unchanged, language),
        f"{figure(row, Forecasts.estimate, language)} ({interval(row, language)})",
        figure(row, Forecasts.outcome, language),
        words.phrases(language)["last_forecast_inside" if low <= outcome <= high else "last_forecast_outside"],
    )


def _tested(forecasts: pd.DataFrame, level: str) -> pd.DataFrame:
    past = forecasts[(forecasts[Forecasts.level] == level) & forecasts[Forecasts.crps].notna()]
    return past[past[Forecasts.crps_unchanged].notna() & (past[Forecasts.statistic] != AVERAGE)]
