"""The summary of a period on two pages: what was found, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, DataTable, Document, Facts, Heading, Paragraph, Row
from danvan_study.publish.charts.strip import nonanswer_text
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.findings import findings
from danvan_study.publish.issues import find_places, lead_sentence
from danvan_study.publish.method import limit_blocks, method_blocks
from danvan_study.publish.movements import movement_cell, movements_of
from danvan_study.publish.outline import part, some_facts, without_heading
from danvan_study.publish.results import key_reading, wording
from danvan_study.publish.topics import topic_title
from danvan_study.publish.trends import comparisons_of

if TYPE_CHECKING:
    from danvan_study.publish.content import Content
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Reading, Result

INDICATORS: Final = 5
ISSUES: Final = 5
METHOD: Final = ("who", "population", "when", "mode", "count", "weights", "precision", "intervals")
"""Rows of the method box; the response rates are told in one line of their own."""
_WIDTH: Final = 165.0
_NAME: Final = 58.0
_ISSUE: Final = 46.0
_FIGURE: Final = 34.0
_RANK: Final = 15.0


def compose_summary(context: BriefContext) -> Document:
    """Compose the summary of a period: figures, findings and issues on one page, method and limits on the other."""
    content, texts = read_content(context), words.phrases(context.language)
    content = replace(content, headlines=content.headlines[:INDICATORS])
    found = findings(context, content.shown, headlines=content.names)
    method = part(texts["summary_method"], _method(context, content))
    blocks = [
        *_indicators(context, content),
        *part(texts["summary_findings"], [Bullets(items=tuple(found))] if found else []),
        *part(texts["summary_issues"], _issues(context, content)),
        *[replace(block, starts_page=True) if isinstance(block, Heading) else block for block in method],
        *part(texts["limits_title"], without_heading(limit_blocks(context))),
        *_wordings(context, content),
        *part(texts["contact_title"], _contact(context)),
    ]
    return document_of(context, blocks, kind="summary")


def _indicators(context: BriefContext, content: Content) -> list[Block]:
    """Return the headline figures with interval, changes and verdicts."""
    texts, language = words.phrases(context.language), context.language
    if not content.headlines:
        return [Paragraph(text=texts["headline_none"])]
    compared = comparisons_of(context)
    rows = [
        Row(cells=(indicator_name(place, result, context), _figure(result, language), *_changes(context, result)))
        for place, result in enumerate(content.headlines, 1)
    ]
    heads = [texts["change_head"].format(against=words.period_name(one.against, language)) for one in compared]
    room = _WIDTH - _FIGURE - (_NAME if compared else 0.0)
    widths = (_NAME, _FIGURE, *[room / len(compared)] * len(compared)) if compared else (room, _FIGURE)
    return [
        DataTable(
            caption=texts["summary_indicators"].format(period=words.period_name(context.period, language)),
            head=(texts["summary_indicator"], texts["share_column"], *heads),
            rows=tuple(rows),
            widths=widths,
            notes=(texts["changes_words"],) if compared else (),
            small=True,
        )
    ]


def indicator_name(place: int, result: Result, context: BriefContext) -> str:
    """Name an indicator by its topic, and beneath it the answers that are counted."""
    reading = key_reading(result)
    answers = result.positive_answers(context.language) if result.is_scale else [reading.label if reading else ""]
    topic = topic_title(result.question.topic, context.codebook, context.language)
    return f"{place}. {topic}\n{words.listed(answers, context.language)}"


def _figure(result: Result, language: str) -> str:
    texts, reading = words.phrases(language), key_reading(result)
    if reading is None or not reading.is_shown:
        return reading.text(language) if reading else texts["suppressed_mark"]
    lines = [reading.share(language), f"({reading.interval(language)}) · {words.base(reading.n, language)}"]
    return "\n".join([*lines, texts["low_precision"]] if reading.is_doubtful else lines)


def _changes(context: BriefContext, result: Result, reading: Reading | None = None) -> list[str]:
    reading = reading or key_reading(result)
    if context.history is None or reading is None:
        return []
    movements = movements_of(context.history.changes)
    found = [movements.get(comparison, result.name, reading) for comparison in comparisons_of(context)]
    return [movement_cell(movement, context.language) for movement in found]


def _issues(context: BriefContext, content: Content) -> list[Block]:
    """Return who leads as far as the sample can tell, and the issues named most."""
    texts, language = words.phrases(context.language), context.language
    places = find_places(context, content.results)
    result = content.results.get(context.study.reports.issues.question)
    if not places or result is None:
        return []
    compared = comparisons_of(context)
    rows = [
        Row(
            cells=(
                place.reading.label,
                place.reading.text(language),
                place.span,
                *_changes(context, result, place.reading),
            )
        )
        for place in [place for place in places if place.rank][:ISSUES]
    ]
    heads = [texts["change_head"].format(against=words.period_name(one.against, language)) for one in compared]
    room = (_WIDTH - _ISSUE - _FIGURE - _RANK) / max(len(compared), 1)
    return [
        Paragraph(text=lead_sentence(places, language)),
        DataTable(
            caption=texts["issues_caption"].format(period=words.period_name(context.period, language)),
            head=(texts["issue_column"], texts["share_column"], texts["place_column"], *heads),
            rows=tuple(rows),
            widths=(_ISSUE if compared else _ISSUE + room, _FIGURE, _RANK, *[room] * len(compared)),
            notes=(texts["issues_note"],),
            small=True,
        ),
    ]


def _method(context: BriefContext, content: Content) -> list[Block]:
    texts, language = words.phrases(context.language), context.language
    terms = [texts[f"method_{name}"] for name in METHOD]
    box = some_facts(method_blocks(context, content.shown), terms)
    rates = context.fieldwork.response
    if rates is None:
        return box
    shares = {name: getattr(rates, name) for name in ("rr1", "rr2", "rr3", "rr4", "coop1", "ref1", "con1")}
    said = texts["summary_response"].format(
        households=words.number(rates.households, language),
        **{name: words.percent(100 * share, language) for name, share in shares.items()},
    )
    return [
        replace(block, rows=(*block.rows, (texts["method_response"], said))) if isinstance(block, Facts) else block
        for block in box
    ]


def _wordings(context: BriefContext, content: Content) -> list[Block]:
    """Return the exact wording of each indicator, its base, and how many gave no answer."""
    texts, language = words.phrases(context.language), context.language
    if not content.headlines:
        return []
    rows = [
        Row(
            cells=(
                f"{place}. {wording(result, language)}",
                words.number(result.n, language),
                nonanswer_text(result, language) if result.nonanswers else texts["suppressed_mark"],
            )
        )
        for place, result in enumerate(content.headlines, 1)
    ]
    return [
        DataTable(
            caption=texts["summary_wordings_caption"],
            head=(texts["question_column"], texts["n_column"], texts["chart_nonanswer"]),
            rows=tuple(rows),
            widths=(123, 18, 24),
            small=True,
        )
    ]


def _contact(context: BriefContext) -> list[Block]:
    """Say whom to ask, how an answer is withdrawn, and where the rest lies."""
    texts, origin = words.phrases(context.language), context.provenance
    facts = [
        (texts["summary_contact"], context.study.contact),
        (texts["summary_withdraw"], texts["contact_withdraw"]),
        (texts["summary_where"], texts["summary_where_text"]),
        (texts["summary_commit"], f"{origin.commit} · danvan_study {origin.version}"),
        (texts["summary_data"], origin.manifest_sha256),
        (texts["summary_form"], origin.form_sha256),
    ]
    return [Facts(rows=tuple((term, text) for term, text in facts if text))]
