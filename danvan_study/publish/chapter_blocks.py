"""Parts of the brief for a notebook: its sentences, pictures and tables, as the brief tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish.blocks import DataTable, Paragraph, Picture
from danvan_study.publish.conditions import condition_blocks
from danvan_study.publish.issues import issue_blocks
from danvan_study.publish.results import Results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.blocks import Block
    from danvan_study.publish.context import BriefContext


def issue_chapter(context: BriefContext) -> list[Block]:
    """Return what the brief tells of issues of concern; nothing where nothing may be ranked."""
    return issue_blocks(context, _results(context))


def condition_chapter(context: BriefContext) -> list[Block]:
    """Return what the brief tells of how people were asked."""
    return condition_blocks(context, list(_results(context)))


def sentences(blocks: Sequence[Block]) -> str:
    """Return the paragraphs of some blocks as text."""
    return "\n\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def notes(blocks: Sequence[Block]) -> str:
    """Return what stands beneath the tables of some blocks, as text."""
    return "\n\n".join(note for block in blocks if isinstance(block, DataTable) for note in block.notes)


def pictures(blocks: Sequence[Block]) -> list[bytes]:
    """Return the pictures of some blocks as PNG."""
    return [block.png for block in blocks if isinstance(block, Picture)]


def tables(blocks: Sequence[Block]) -> list[pd.DataFrame]:
    """Return the tables of some blocks; a section is a row with its heading alone."""
    return [
        pd.DataFrame(
            [(*row.cells, *[""] * (len(block.head) - len(row.cells))) for row in block.rows], columns=list(block.head)
        )
        for block in blocks
        if isinstance(block, DataTable)
    ]


def _results(context: BriefContext) -> Results:
    return Results(context.published, period=context.period.id, codebook=context.codebook, language=context.language)
