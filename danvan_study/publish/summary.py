"""The summary of a period on two pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Document, Heading
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.headlines import headline_blocks
from danvan_study.publish.issues import issue_blocks
from danvan_study.publish.method import contact_blocks, limit_blocks, method_blocks, origin_blocks
from danvan_study.publish.pooled import period_blocks

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def compose_summary(context: BriefContext) -> Document:
    """Compose the summary of a period: what was found, and how it was made."""
    content, texts = read_content(context), words.phrases(context.language)
    blocks: list[Block] = [
        *period_blocks(context),
        Heading(text=texts["headline_title"]),
        *headline_blocks(content.headlines, context),
        *issue_blocks(context, content.results),
        *method_blocks(context, content.shown),
        *limit_blocks(context),
        *contact_blocks(context),
        *origin_blocks(context),
    ]
    return document_of(context, blocks, kind="summary")
