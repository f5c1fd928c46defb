"""What changed: a line for each headline question over all waves, and a table of changes of every question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.alt_texts import trends_alt
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Picture, Row
from danvan_study.publish.chart_bases import wave_base
from danvan_study.publish.charts import draw_trends
from danvan_study.publish.movements import movement_cell, movements_of
from danvan_study.publish.results import key_reading, wording
from danvan_study.study import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext, History
    from danvan_study.publish.results import Result
    from danvan_study.study import Comparison

_WIDTH: Final = 165.0
_QUESTION: Final = 46.0
_SMALLEST: Final = 17.0


def card_changes(context: BriefContext, result: Result) -> tuple[str, ...]:
    """Say how a headline figure differs from the period before and from the same one of the year before."""
    reading = key_reading(result)
    if context.history is None or reading is None:
        return ()
    texts, movements = words.phrases(context.language), movements_of(context.history.changes)
    lines = []
    for comparison in comparisons_of(context):
        movement = movements.get(comparison, result.name, reading)
        if movement is None or not (movement.is_shown or movement.is_broken):
            continue
        key = "change_line" if movement.is_shown else "change_line_broken"
        against = words.period_name(comparison.against, context.language)
        figure = movement.figure(context.language) if movement.is_shown else ""
        lines.append(texts[key].format(against=against, verdict=movement.word(context.language), change=figure))
    return tuple(lines)


def trend_blocks(context: BriefContext, headlines: Sequence[Result], shown: Sequence[Result]) -> list[Block]:
    """Return the chart of the headline questions over time, and the changes of every question on a scale."""
    history = context.history
    if history is None or not history.comparisons:
        return []
    texts = words.phrases(context.language)
    blocks: list[Block] = [Heading(text=texts["trends_title"])]
    drawn = [result for result in headlines if key_reading(result)]
    if drawn:
        blocks.append(_picture(context, history, drawn))
    compared = [*comparisons_of(context), *_rolling(context)]
    scales = [result for result in shown if compared and result.is_scale and result.question.role in _OPINIONS]
    table = _table(context, history, scales)
    return [*blocks, table] if table.rows else [*blocks, Paragraph(text=texts["trends_none"], style="note")]


_OPINIONS: Final = (Role.OPINION, Role.FILTER, Role.UNSTATED)


def comparisons_of(context: BriefContext) -> list[Comparison]:
    """Return what the period is compared with."""
    history = context.history
    return [one for one in history.comparisons if one.period == context.period] if history else []


def _rolling(context: BriefContext) -> list[Comparison]:
    """Return the rolling year beside the one before it, which shares no wave with it; a longer period stands alone."""
    if context.history is None or context.period.span is not Span.WAVE:
        return []
    found = [one for one in context.history.comparisons if one.period == context.rolling]
    return [one for one in found if not set(one.period.waves) & set(one.against.waves)]


def _picture(context: BriefContext, history: History, drawn: Sequence[Result]) -> Picture:
    texts = words.phrases(context.language)
    chart = draw_trends(
        history, [result.name for result in drawn], codebook=context.codebook, language=context.language
    )
    first = words.wave_name(history.calendar.waves[0].id, context.language)
    last = words.wave_name(history.calendar.waves[-1].id, context.language)
    return Picture(
        name="trends",
        caption=texts["trends_figure"].format(first=first, last=last),
        alt=trends_alt(context, history, drawn),
        chart=chart.plan,
        height=chart.plan.height,
        notes=(
            wave_base(history, [result.name for result in drawn], language=context.language),
            texts["trends_figure_note"],
            *splice_notes(context, [result.name for result in drawn]),
        ),
    )


def splice_notes(context: BriefContext, names: Sequence[str]) -> list[str]:
    """Say of each join who decided on it, when and why."""
    texts, language = words.phrases(context.language), context.language
    splices = context.history.splices if context.history else ()
    return [
        texts[f"splice_{splice.method}"].format(
            question=question.label(language),
            wave=words.wave_name(splice.wave, language),
            shift=words.difference(splice.shift, language),
            error=words.number(splice.shift_se, language, 1),
            reason=splice.reason.rstrip("."),
            who=splice.decided_by,
            day=words.day(splice.decided_on, language),
        )
        for splice in splices
        if splice.question in names and (question := context.codebook.question(splice.question))
    ]


def _table(context: BriefContext, history: History, scales: Sequence[Result]) -> DataTable:
    """Return a row for each question: its figure, each change with its word, and the smallest change to be seen."""
    texts, language = words.phrases(context.language), context.language
    rolling = _rolling(context)
    columns = [*comparisons_of(context), *rolling]
    movements, rows = movements_of(history.changes), []
    for result in scales:
        reading = key_reading(result)
        if reading is None:
            continue
        found = [movements.get(comparison, result.name, reading) for comparison in columns]
        smallest = next((one for one in found if one and one.is_shown), None)
        least = words.number(smallest.smallest, language, 1) if smallest else texts["suppressed_mark"]
        rows.append(Row(cells=(wording(result, language), *[movement_cell(one, language) for one in found], least)))
    heads = [texts["change_head"].format(against=words.period_name(one.against, language)) for one in columns]
    if rolling:
        heads[-1] = texts["change_head_rolling"]
    width = (_WIDTH - _QUESTION - _SMALLEST) / max(len(columns), 1)
    return DataTable(
        caption=texts["changes_caption"].format(period=words.period_name(context.period, language)),
        head=(texts["question_column"], *heads, texts["smallest_column"]),
        rows=tuple(rows),
        widths=(_QUESTION, *[width] * len(columns), _SMALLEST),
        notes=(texts["changes_note"].format(count=len(rows)), texts["changes_words"]),
        small=True,
    )
