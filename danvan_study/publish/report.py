"""The report of a period: what was asked and found, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Document, Heading
from danvan_study.publish.breakdowns import area_blocks, group_blocks
from danvan_study.publish.conditions import condition_blocks
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.headlines import headline_blocks
from danvan_study.publish.issues import issue_blocks
from danvan_study.publish.method import contact_blocks, limit_blocks, method_blocks, origin_blocks
from danvan_study.publish.open_words import own_words_blocks
from danvan_study.publish.outlook import outlook_blocks
from danvan_study.publish.pooled import period_blocks
from danvan_study.publish.topics import annex_blocks, topic_blocks
from danvan_study.publish.trends import trend_blocks

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def compose_report(context: BriefContext) -> Document:
    """Compose the report of a period."""
    content, texts = read_content(context), words.phrases(context.language)
    issues = issue_blocks(context, content.results)
    ranked = context.study.reports.issues.question if issues else ""
    charted = [result for result in content.shown if result.name != ranked]
    blocks: list[Block] = [
        *period_blocks(context),
        Heading(text=texts["headline_title"]),
        *headline_blocks(content.headlines, context),
        *issues,
        *trend_blocks(context, content.headlines, content.shown),
        *outlook_blocks(context, content.headlines),
        *topic_blocks(content.results, charted, context.codebook),
        *own_words_blocks(context, content.results),
        *condition_blocks(context, content.shown),
        *area_blocks(context, content.names),
        *group_blocks(context, content.names),
        *method_blocks(context, content.shown),
        *limit_blocks(context),
        *contact_blocks(context),
        *origin_blocks(context),
        *annex_blocks(content.asked, context.codebook, context.language),
    ]
    return document_of(context, blocks, kind="report")
