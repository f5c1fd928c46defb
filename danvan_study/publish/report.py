"""The report of a period, in the order of an office: survey, situation, concerns, changes, limits, proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Document, Heading, Paragraph
from danvan_study.publish.breakdowns import area_blocks, group_blocks
from danvan_study.publish.conditions import condition_blocks
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.disclosure import disclosure_blocks
from danvan_study.publish.findings import change_blocks
from danvan_study.publish.headlines import headline_blocks
from danvan_study.publish.issues import issue_blocks
from danvan_study.publish.kept.consultations import consultation_blocks
from danvan_study.publish.kept.follow_up import follow_up_blocks
from danvan_study.publish.method import changed_blocks, contact_blocks, limit_blocks, method_blocks, origin_blocks
from danvan_study.publish.open_words import own_words_blocks
from danvan_study.publish.outline import (
    annex,
    gap,
    labelled,
    one_deeper,
    part,
    some_facts,
    tables_of,
    without_heading,
    without_tables,
)
from danvan_study.publish.outlook import outlook_blocks
from danvan_study.publish.own_work import own_work_blocks
from danvan_study.publish.topics import annex_blocks, topic_blocks
from danvan_study.publish.trends import trend_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.content import Content
    from danvan_study.publish.context import BriefContext

OVERVIEW: Final = ("who", "population", "when", "mode", "count", "response", "precision", "intervals")
"""Rows of the method box with which the report opens; the others stand in an annex."""


def compose_report(context: BriefContext) -> Document:
    """Compose the report of a period: figures and sentences; assessment and proposals are gaps for the author."""
    content = read_content(context)
    method = method_blocks(context, content.shown)
    issues, areas = issue_blocks(context, content.results), area_blocks(context, content.names)
    trends = trend_blocks(context, content.headlines, content.shown)
    texts = words.phrases(context.language)
    blocks = [
        *part(texts["part_overview"], some_facts(method, _overview(context.language))),
        *part(texts["part_situation"], _situation(context, content, areas=areas, ranked=bool(issues))),
        *part(texts["part_concerns"], _concerns(context, content, issues)),
        *part(texts["part_comparison"], _comparison(context, content, trends)),
        *part(
            texts["part_limits"],
            without_heading(limit_blocks(context)),
            one_deeper(condition_blocks(context, content.shown)),
            one_deeper(changed_blocks(context)),
        ),
        *part(
            texts["part_proposals"],
            one_deeper(follow_up_blocks(context)),
            part(texts["own_proposals"], gap(texts["gap_proposals"]), level=2),
        ),
        *annex(texts["annex_areas"], tables_of(areas)),
        *annex(texts["annex_groups"], without_heading(group_blocks(context, content.names))),
        *annex(texts["annex_changes"], tables_of(trends)),
        *annex(texts["annex_method"], _how(context, method)),
        *annex(
            texts["annex_questions"], without_heading(annex_blocks(content.asked, context.codebook, context.language))
        ),
    ]
    return document_of(context, list(labelled(blocks, context.language)), kind="report")


def _overview(language: str) -> list[str]:
    return [words.phrases(language)[f"method_{name}"] for name in OVERVIEW]


def _situation(context: BriefContext, content: Content, *, areas: Sequence[Block], ranked: bool) -> list[Block]:
    """Return the headline figures, then the charts of each topic with a gap for the author, then areas at a glance."""
    texts = words.phrases(context.language)
    elsewhere = context.study.reports.issues.question if ranked else ""
    charted = [result for result in content.shown if result.name != elsewhere]
    topics: list[Block] = []
    for block in without_heading(topic_blocks(content.results, charted, context.codebook)):
        if isinstance(block, Heading) and topics:
            topics += gap(texts["gap_topic"])
        topics.append(block)
    return [
        Paragraph(text=texts["headlines_lead"], style="lead"),
        *headline_blocks(content.headlines, context),
        *topics,
        *(gap(texts["gap_topic"]) if topics else []),
        *part(texts["part_areas"], without_heading(without_tables(areas)), level=2),
    ]


def _concerns(context: BriefContext, content: Content, issues: Sequence[Block]) -> list[Block]:
    texts = words.phrases(context.language)
    return [
        *one_deeper(issues),
        *one_deeper(own_words_blocks(context, content.results)),
        *one_deeper(consultation_blocks(context)),
        *gap(texts["gap_concerns"]),
    ]


def _comparison(context: BriefContext, content: Content, trends: Sequence[Block]) -> list[Block]:
    texts = words.phrases(context.language)
    told = [*change_blocks(context, content.shown), *without_heading(without_tables(trends))]
    return [
        *part(texts["trends_title"], told or [Paragraph(text=texts["trends_none"])], level=2),
        *one_deeper(outlook_blocks(context, content.headlines)),
        *gap(texts["gap_comparison"]),
    ]


def _how(context: BriefContext, method: Sequence[Block]) -> list[Block]:
    texts = words.phrases(context.language)
    return [
        *part(texts["method_more"], some_facts(method, _overview(context.language), others=True), level=2),
        *one_deeper(disclosure_blocks(context)),
        *one_deeper(own_work_blocks(context)),
        *one_deeper(contact_blocks(context)),
        *one_deeper(origin_blocks(context)),
    ]
