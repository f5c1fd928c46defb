"""Columns of numbers stand to the right and columns of words get room: the style sheet is told what a column holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from docutils.nodes import Text, raw, row, table, thead
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils.nodes import Element
    from sphinx.application import Sphinx

NUMBER: Final = re.compile(r"[-−–±]?[\d.,]*(?:\s?%)?(?:\s\([\d.,]+\))?")
"""A number, a share, a number with its error in brackets, or the dash of what there is none of."""
WORD, PHRASE = 12, 40
"""A column whose cells have no more letters than this holds words, or phrases; else sentences."""


class ClassifyColumns(SphinxTransform):
    """Give each cell the class of a number, word, phrase or sentence by what stands in its column below the head."""

    default_priority = 900

    def apply(self) -> None:
        """Go through the page's tables."""
        for each in self.document.findall(table):
            for column in zip(*(line.children for line in each.findall(row)), strict=True):
                kind = kind_of([_read(cell) for cell in column if not isinstance(cell.parent.parent, thead)])
                for cell in column:
                    cell["classes"].append(kind)


def kind_of(cells: Sequence[str]) -> str:
    """Return what the cells of a column are."""
    if any(cells) and all(NUMBER.fullmatch(cell) for cell in cells):
        return "number"
    longest = max(map(len, cells), default=0)
    return "word" if longest <= WORD else "phrase" if longest <= PHRASE else "sentence"


def _read(cell: Element) -> str:
    return "".join(text for text in cell.findall(Text) if not isinstance(text.parent, raw))


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx go over every page that it has read."""
    app.add_transform(ClassifyColumns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
