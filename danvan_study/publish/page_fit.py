"""How large letters may be in a document that must fit its pages: a summary two, an area's page one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import floor
from typing import TYPE_CHECKING, Final

from danvan_study.publish.blocks import Bullets, DataTable, Facts, Heading, Paragraph
from danvan_study.publish.letters import line_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.publish.blocks import Block, Document

PAGES: Final = {"summary": 2, "area": 1}
"""Of how many pages a kind of document consists."""
FACTS: Final = (40.0, 125.0)
"""Widths of a box of facts, in millimetres."""
_STEPS: Final = tuple(step / 100 for step in range(100, 64, -3))
_MM: Final = 72 / 25.4
_FILLED: Final = 0.96
"""Part of a page that may be filled: each program breaks lines in its own way."""
_ENCLOSED: Final = "x" * 110
"""As long as the line that says with which document a page is enclosed."""
_BULLET: Final = 7.0
"""Indent of a list, in millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Of letters, in points."""

    title: float
    heading: float
    body: float
    table: float
    small: float
    note: float
    caption: float

    def by(self, factor: float) -> Sizes:
        """Return all sizes times ``factor``, in half points."""
        return replace(self, **{one.name: floor(2 * factor * getattr(self, one.name)) / 2 for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What text takes up on a page; lengths in millimetres, spaces in points."""

    width: float
    height: float
    widen: float
    """Width of its letters, in those of Times New Roman."""
    line: float
    """Height of a line, in sizes of its letters."""
    pad: float
    """Above and below what stands in a cell."""
    inset: float
    """Left and right of it together, in millimetres."""
    after: float
    """Below a paragraph."""
    around: float
    """Above and below a heading or a table together."""


def fit(document: Document, page: Page, sizes: Sizes) -> float:
    """Return the factor, 1 at most, by which letters of ``sizes`` fit the pages of the document."""
    if document.kind not in PAGES:
        return 1.0
    for step in _STEPS:
        measured = _Measured(page=page, sizes=sizes.by(step))
        if all(height <= page.height * _MM * _FILLED for height in measured.pages(document)):
            break
    return step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """Heights of blocks, in points."""

    page: Page
    sizes: Sizes

    def pages(self, document: Document) -> Iterator[float]:
        """Yield how high each page would be filled."""
        height = self._title(document)
        for block in document.blocks:
            if isinstance(block, Heading) and block.starts_page:
                yield height
                height = 0.0
            height += self._height(block)
        yield height

    def _title(self, document: Document) -> float:
        sizes = self.sizes
        lines = [(document.kicker, sizes.title), (f"{document.title}. {document.period}", sizes.body)]
        lines += [(document.disclaimer, sizes.note), (f"{document.simulated} {document.simulated_note}", sizes.note)]
        if document.office:
            lines.append((_ENCLOSED, sizes.body))
        return sum(self._text(text, size) for text, size in lines if text.strip())

    def _height(self, block: Block) -> float:
        sizes = self.sizes
        match block:
            case Heading():
                return self._lines(block.text, sizes.heading) + self.page.around
            case Paragraph():
                return self._text(block.text, sizes.note if block.style == "note" else sizes.body)
            case Bullets():
                return sum(self._text(item, sizes.body, self.page.width - _BULLET) for item in block.items)
            case DataTable():
                return self._table(block)
            case Facts():
                rows = [[(term, sizes.table, True), (text, sizes.table, False)] for term, text in block.rows]
                return self._rows(rows, FACTS) + self.page.around
            case _:
                raise TypeError(f"a document of limited length has no {type(block).__name__}")

    def _table(self, block: DataTable) -> float:
        size = self.sizes.small if block.small else self.sizes.table
        rows = [[(text, size, True) for text in block.head]]
        rows += [[(text, size, row.kind != "body") for text in row.cells] for row in block.rows]
        notes = sum(self._text(note, self.sizes.note) for note in block.notes)
        return (
            self._lines(block.caption, self.sizes.caption) + self.page.around + self._rows(rows, block.widths) + notes
        )

    def _rows(self, rows: Sequence[Sequence[tuple[str, float, bool]]], widths: Sequence[float]) -> float:
        scale = self.page.width / sum(widths)
        return sum(
            max(
                self._cell(cell, scale * (sum(widths) if len(row) == 1 else width))
                for cell, width in zip(row, widths, strict=False)
            )
            for row in rows
        )

    def _cell(self, cell: tuple[str, float, bool], room: float) -> float:
        text, size, bold = cell
        parts = text.split("\n")
        return sum(
            self._lines(part, size, room - self.page.inset, bold=bold) + 2 * self.page.pad / len(parts)
            for part in parts
        )

    def _text(self, text: str, size: float, room: float = 0.0) -> float:
        return self._lines(text, size, room or self.page.width) + self.page.after

    def _lines(self, text: str, size: float, room: float = 0.0, *, bold: bool = False) -> float:
        width = (room or self.page.width) / self.page.widen
        return line_count(text, size, room=width, bold=bold) * size * self.page.line
