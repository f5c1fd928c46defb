"""The outline of a document: its parts, what moves to the annexes, and the labels of its headings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Facts, Heading, Paragraph

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def part(title: str, *groups: Sequence[Block], level: int = 1) -> list[Block]:
    """Return a part under its heading; nothing where there is nothing to say."""
    inside = [block for group in groups for block in group]
    return [Heading(text=title, level=level), *inside] if inside else []


def annex(title: str, *groups: Sequence[Block]) -> list[Block]:
    """Return an annex under its heading; nothing where there is nothing to show."""
    inside = [block for group in groups for block in group]
    return [Heading(text=title, is_annex=True), *inside] if inside else []


def gap(text: str) -> list[Block]:
    """Return a gap that whoever writes the document fills."""
    return [Paragraph(text=f"[{text}]", style="author")]


def without_heading(blocks: Sequence[Block]) -> list[Block]:
    """Return what stands beneath the heading that opens ``blocks``."""
    return list(blocks[1:] if blocks and isinstance(blocks[0], Heading) else blocks)


def one_deeper(blocks: Sequence[Block]) -> list[Block]:
    """Return ``blocks`` with each heading a level deeper."""
    return [replace(block, level=block.level + 1) if isinstance(block, Heading) else block for block in blocks]


def tables_of(blocks: Sequence[Block]) -> list[Block]:
    """Return the tables."""
    return [block for block in blocks if isinstance(block, DataTable)]


def without_tables(blocks: Sequence[Block]) -> list[Block]:
    """Return what is no table."""
    return [block for block in blocks if not isinstance(block, DataTable)]


def some_facts(blocks: Sequence[Block], terms: Collection[str], *, others: bool = False) -> list[Block]:
    """Return a box of facts with the rows of these terms alone, or of all ``others``; nothing without a row."""
    rows = [row for block in blocks if isinstance(block, Facts) for row in block.rows]
    kept = tuple(row for row in rows if (row[0] in terms) is not others)
    return [Facts(rows=kept)] if kept else []


def labelled(blocks: Sequence[Block], language: str) -> Iterator[Block]:
    """Label parts ``I`` …, topics ``1`` …, what is beneath them ``a`` …, and annexes by number."""
    counts = [0, 0, 0]
    annexes = 0
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
        elif block.is_annex:
            annexes += 1
            counts[1:] = [0, 0]
            yield replace(block, label=words.phrases(language)["annex_label"].format(number=annexes))
        else:
            place = block.level - 1
            counts[place:] = [counts[place] + 1, *[0] * (2 - place)]
            yield replace(block, label=_label(counts[place], block.level))


def _label(count: int, level: int) -> str:
    return str(count) if level == 2 else (_ROMAN if level == 1 else _LETTERS)[count - 1]
