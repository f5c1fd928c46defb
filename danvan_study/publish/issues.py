"""Issues of concern: who leads as far as the sample can tell, what is new, what fades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Picture, Row
from danvan_study.publish.charts import Place, draw_ranks
from danvan_study.publish.movements import movement_cell, movements_of
from danvan_study.publish.results import Results
from danvan_study.publish.topics import annex_text
from danvan_study.publish.trends import comparisons_of
from danvan_study.study import Against
from danvan_study.tables import Ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.movements import Movement
    from danvan_study.publish.results import Result
    from danvan_study.study import Comparison

_WIDTH: Final = 165.0
_ISSUE: Final = 43.0
_PLACE: Final = 12.0
_SHARE: Final = 34.0


def issue_blocks(context: BriefContext, results: Results) -> list[Block]:
    """Return what leads, its picture, what is new or fades, and the table; nothing where nothing may be ranked."""
    places = find_places(context, results)
    result = results.get(context.study.reports.issues.question)
    if not places or result is None:
        return []
    texts = words.phrases(context.language)
    comparisons = comparisons_of(context)
    movements = {
        place.reading.answer: [_movement(context, one, result=result, place=place) for one in comparisons]
        for place in places
    }
    return [
        Heading(text=texts["issues_title"]),
        Paragraph(text=lead_sentence(places, context.language)),
        *_moved(comparisons, places, movements=movements, language=context.language),
        _picture(context, results, result=result, places=places),
        _table(context, places, comparisons=comparisons, movements=movements),
    ]


def find_places(context: BriefContext, results: Results) -> list[Place]:
    """Return the issues by their share, then the answers that are no issue; empty where nothing may be ranked."""
    name = context.study.reports.issues.question
    result = results.get(name)
    if result is None or context.ranks is None:
        return []
    rows = context.ranks.rows
    rows = rows[(rows[Ranks.question] == name) & (rows[Ranks.period] == context.period.id)]
    ranks = {str(row[Ranks.answer]): row for row in rows.to_dict("records")}
    if not ranks:
        return []
    before = _before(context)
    places = [
        Place(
            reading=reading,
            rank=int(row[Ranks.rank]) if (row := ranks.get(reading.answer)) else 0,
            low=int(row[Ranks.rank_low]) if row else 0,
            high=int(row[Ranks.rank_high]) if row else 0,
            earlier=before.share(reading.answer) if before else None,
        )
        for reading in result.shares
    ]
    return sorted(places, key=lambda place: place.rank or len(places))


def _before(context: BriefContext) -> Result | None:
    """Return what was published of the question in the period before, where it was asked alike."""
    previous = next((one for one in comparisons_of(context) if one.kind is Against.PREVIOUS), None)
    name = context.study.reports.issues.question
    if previous is None or context.history is None:
        return None
    if set(previous.waves[1:]) & set(context.history.breaks.get(name, ())):
        return None
    figures = context.history.figures
    return Results(figures, period=previous.against.id, codebook=context.codebook, language=context.language).get(name)


def _movement(context: BriefContext, comparison: Comparison, *, result: Result, place: Place) -> Movement | None:
    if context.history is None:
        return None
    return movements_of(context.history.changes).get(comparison, result.name, place.reading)


def lead_sentence(places: Sequence[Place], language: str) -> str:
    """Say which issue leads, or which cannot be told apart at the head."""
    texts = words.phrases(language)
    leaders = [place for place in places if place.low == 1]
    named = [f"“{place.reading.label}” {place.reading.text(language)}" for place in leaders]
    key = "issues_leader" if len(leaders) == 1 else "issues_leaders"
    return texts[key].format(issues="; ".join(named))


def _moved(
    comparisons: Sequence[Comparison],
    places: Sequence[Place],
    *,
    movements: dict[str, list[Movement | None]],
    language: str,
) -> list[Block]:
    """Return a sentence for each comparison: what is named clearly more, and what clearly less."""
    texts, blocks = words.phrases(language), list[Block]()
    for number, comparison in enumerate(comparisons):
        said = {}
        for verdict in ("up", "down"):
            named = [
                f"“{place.reading.label}” {movement.figure(language)}"
                for place in places
                if (movement := movements[place.reading.answer][number]) and movement.verdict == verdict and place.rank
            ]
            said[verdict] = "; ".join(named) or texts["issues_none"]
        against = words.period_name(comparison.against, language)
        text = texts["issues_moved"].format(against=against, new=said["up"], fading=said["down"])
        blocks.append(Paragraph(text=text))
    return blocks


def _picture(context: BriefContext, results: Results, *, result: Result, places: Sequence[Place]) -> Picture:
    texts, language = words.phrases(context.language), context.language
    chart = draw_ranks(results, result, places)
    readings = "; ".join(
        texts["alt_rank"].format(
            issue=place.reading.label, figures=place.reading.text(language), low=place.low, high=place.high
        )
        for place in places
        if place.rank
    )
    notes = [texts["issues_figure_note"]]
    if any(place.earlier for place in places):
        notes.append(texts["issues_earlier_note"])
    period = words.period_name(context.period, language)
    return Picture(
        name="issues",
        caption=texts["issues_figure"].format(period=period),
        alt=texts["alt_ranks"].format(period=period, readings=readings),
        chart=chart.plan,
        height=chart.plan.height,
        notes=tuple(notes),
    )


def _table(
    context: BriefContext,
    places: Sequence[Place],
    *,
    comparisons: Sequence[Comparison],
    movements: dict[str, list[Movement | None]],
) -> DataTable:
    texts, language = words.phrases(context.language), context.language
    heads = [
        texts["change_head"].format(against=words.period_name(comparison.against, language))
        for comparison in comparisons
    ]
    rows = [
        Row(
            cells=(
                place.reading.label,
                annex_text(place.reading, language),
                place.span if place.rank else texts["issues_apart"],
                *[movement_cell(movement, language) for movement in movements[place.reading.answer]],
            )
        )
        for place in places
    ]
    room = (_WIDTH - _ISSUE - _SHARE - _PLACE) / max(len(comparisons), 1)
    return DataTable(
        caption=texts["issues_caption"].format(period=words.period_name(context.period, language)),
        head=(texts["issue_column"], texts["share_column"], texts["place_column"], *heads),
        rows=tuple(rows),
        widths=(_ISSUE, _SHARE, _PLACE, *[room] * len(comparisons)),
        notes=(texts["issues_note"], texts["changes_words"]) if comparisons else (texts["issues_note"],),
        small=True,
    )
