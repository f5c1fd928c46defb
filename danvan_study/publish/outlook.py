"""What to expect: lines of the areas, the next wave's figures beside "no change", and what came as a surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.alt_texts import lines_alt
from danvan_study.publish.blocks import Block, Bullets, DataTable, Heading, Paragraph, Picture, Row
from danvan_study.publish.chart_bases import wave_base
from danvan_study.publish.charts import draw_districts
from danvan_study.publish.forecast_scores import figure, forecast_key, interval, last_forecast, tell_score
from danvan_study.publish.results import label_of, wording
from danvan_study.tables import Forecasts, Signals

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result

_WIDTHS: Final = (90.0, 30.0, 45.0)


def outlook_blocks(context: BriefContext, headlines: Sequence[Result]) -> list[Block]:
    """Return the lines of the first headline question, the forecasts of all of them, and the signals."""
    if context.history is None or context.history.outlook is None or context.history.outlook.forecasts.empty:
        return []
    texts = words.phrases(context.language)
    forecasts = context.history.outlook.forecasts
    blocks: list[Block] = [Heading(text=texts["outlook_title"]), *_lines(context, headlines)]
    table = _forecast_table(context, headlines, forecasts)
    if table.rows:
        blocks.append(table)
    if past := last_forecast(context, headlines, forecasts):
        blocks.append(past)
    scores = [tell_score(forecasts, level, context.language) for level in ("all", "area")]
    blocks += [Paragraph(text=score) for score in scores if score]
    return [*blocks, *_signal_blocks(context, context.history.outlook.signals)]


def _lines(context: BriefContext, headlines: Sequence[Result]) -> list[Block]:
    scale = next((result for result in headlines if result.is_scale), None)
    if context.areas is None or scale is None or context.history is None:
        return []
    texts, language = words.phrases(context.language), context.language
    areas = [(area.key, area.label(language)) for area in context.areas.reporting]
    chart = draw_districts(context.history, scale.name, areas=areas, language=language)
    if chart is None:
        return []
    asked = wording(scale, language)
    return [
        Picture(
            name="lines",
            caption=texts["lines_figure"].format(question=asked),
            alt=lines_alt(context, context.history, scale),
            chart=chart.plan,
            height=chart.plan.height,
            notes=(
                wave_base(context.history, [scale.name], language=language, by_area=True),
                texts["lines_note"],
            ),
        )
    ]


def _forecast_table(context: BriefContext, headlines: Sequence[Result], forecasts: pd.DataFrame) -> DataTable:
    """Return the forecasts of the headline questions for all together, each beside "no change"."""
    texts, language = words.phrases(context.language), context.language
    new = forecasts[(forecasts[Forecasts.period] == "") & (forecasts[Forecasts.level] == "all")]
    keys = [Forecasts.question, Forecasts.statistic, Forecasts.answer]
    found = {tuple(row[key] for key in keys): row for row in new.to_dict("records")}
    rows = []
    for result in headlines:
        if row := found.get(forecast_key(result)):
            ahead = f"{figure(row, Forecasts.estimate, language)} ({interval(row, language)})"
            last = figure(row, Forecasts.unchanged, language)
            rows.append(Row(cells=(wording(result, language), last, ahead)))
    period = words.wave_name(context.wave, language)
    return DataTable(
        caption=texts["forecast_caption"].format(period=period),
        head=(texts["question_column"], texts["unchanged_head"].format(period=period), texts["forecast_head"]),
        rows=tuple(rows),
        widths=_WIDTHS,
        notes=(texts["forecast_note"],),
        small=True,
    )


def _signal_blocks(context: BriefContext, signals: pd.DataFrame) -> list[Block]:
    """Say what came as a surprise, or that nothing did."""
    texts, language = words.phrases(context.language), context.language
    if signals.empty:
        return []
    called = signals[signals[Signals.signal] != ""].to_dict("records")
    said = texts["signals_some" if called else "signals_none"]
    blocks: list[Block] = [Paragraph(text=said.format(count=words.number(len(signals), language)))]
    if called:
        blocks.append(Bullets(items=tuple(_signal(context, row) for row in called)))
    return [*blocks, Paragraph(text=texts["signals_note"], style="note")]


def _signal(context: BriefContext, row: Mapping[Hashable, object]) -> str:
    texts, language = words.phrases(context.language), context.language
    question = next(one for one in context.codebook.questions if one.name == row[Signals.question])
    asked = " ".join(question.label(language).split())
    if row[Signals.answer]:
        asked = f"{asked} ({label_of(question, str(row[Signals.answer]), language)})"
    areas = {area.key: area.label(language) for area in context.areas.reporting} if context.areas else {}
    return texts[f"signal_{row[Signals.signal]}"].format(
        where=areas.get(str(row[Signals.area]), texts["all_areas"]),
        question=asked,
        figure=figure(row, Signals.direct, language),
        expected=figure(row, Signals.expected, language),
        interval=interval(row, language),
    )
