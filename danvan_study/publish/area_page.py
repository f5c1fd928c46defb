"""An area's page for its briefing: its own figures beside those of all, and beside no other area's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Document, Paragraph, Row
from danvan_study.publish.breakdowns import figure_cell, notes_on_marks
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.method import contact_blocks
from danvan_study.publish.outline import part, without_heading
from danvan_study.publish.results import Domain, Results, key_reading, wording
from danvan_study.publish.summary import INDICATORS, indicator_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.areas import Area
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Reading, Result

ISSUES: Final = 5
_WIDTHS: Final = (75.0, 45.0, 45.0)


def compose_area(context: BriefContext, area: Area) -> Document:
    """Compose the page of an area, over the rolling year where there is one.

    Parameters
    ----------
    area
        One of the reporting areas of ``context.areas``.
    """
    texts, language = words.phrases(context.language), context.language
    period = context.rolling or context.period
    results = Results(context.published, period=period.id, codebook=context.codebook, language=language)
    asked = [result for name in read_content(context).names if (result := results.get(name))][:INDICATORS]
    rows = [*_indicators(context, results, asked, area=area), *_issues(context, results, area=area)]
    cells = [row.cells[-1] for row in rows]
    table = DataTable(
        caption=texts["area_figures"].format(area=area.label(language), period=words.period_name(period, language)),
        head=(texts["summary_indicator"], texts["all_areas"], area.label(language)),
        rows=tuple(rows),
        widths=_WIDTHS,
        notes=(texts["headline_note"], texts["area_note"], *notes_on_marks(context, cells)),
    )
    blocks: list[Block] = [
        Paragraph(text=texts["area_use"]),
        table if rows else Paragraph(text=texts["area_none"]),
        *part(texts["area_questions"], _questions(context, results, asked)),
        *part(texts["contact_title"], without_heading(contact_blocks(context))[:1]),
    ]
    document = document_of(context, blocks, kind="area")
    return replace(document, kicker=f"{document.kicker}: {area.label(language)}")


def _indicators(context: BriefContext, results: Results, asked: Sequence[Result], *, area: Area) -> list[Row]:
    """Return a row for each headline question: all areas, and this one."""
    return [
        _row(indicator_name(place, everybody, context), everybody, key_reading(everybody), results=results, area=area)
        for place, everybody in enumerate(asked, 1)
    ]


def _row(name: str, everybody: Result, reading: Reading | None, *, results: Results, area: Area) -> Row:
    here = results.get(everybody.name, Domain(area=area.key))
    return Row(
        cells=(
            name,
            _with_base(everybody, reading, results.language),
            _with_base(here, reading, results.language),
        )
    )


def _with_base(result: Result | None, reading: Reading | None, language: str) -> str:
    """Write a figure as the tables of areas do, with its base."""
    cell = figure_cell(result, reading, language=language)
    figure = result.matching(reading) if result and reading else None
    if figure is None or not figure.is_shown:
        return cell
    share, interval, *marks = cell.split("\n")
    return "\n".join([share, f"{interval} · {words.base(figure.n, language)}", *marks])


def _issues(context: BriefContext, results: Results, *, area: Area) -> list[Row]:
    """Return the issues that are named most here, of those that may be shown."""
    everybody = results.get(context.study.reports.issues.question)
    here = results.get(context.study.reports.issues.question, Domain(area=area.key))
    if everybody is None or here is None:
        return []
    apart = context.study.reports.issues.apart
    shown = [reading for reading in here.shares if reading.is_shown and reading.answer not in apart]
    shown.sort(key=lambda reading: -reading.estimate)
    texts = words.phrases(context.language)
    rows = [
        _row(reading.label, everybody, everybody.share(reading.answer), results=results, area=area)
        for reading in shown[:ISSUES]
    ]
    return [Row(cells=(texts["area_issues"],), kind="section"), *rows] if rows else []


def _questions(context: BriefContext, results: Results, asked: Sequence[Result]) -> list[Block]:
    """Return the exact wording of what the page tells."""
    issues = results.get(context.study.reports.issues.question)
    told = [f"{place}. {wording(result, context.language)}" for place, result in enumerate(asked, 1)]
    if issues is not None:
        told.append(f"{words.phrases(context.language)['issues_title']}: {wording(issues, context.language)}")
    return [Paragraph(text=text, style="note") for text in told]
