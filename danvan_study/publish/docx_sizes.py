"""Sizes of the letters of a DOCX: those of its form, or as small as a document needs that must fit its pages."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish.blocks import Bullets, DataTable, Facts, Heading, Paragraph
from danvan_study.publish.docx_tables import FACTS, PAD, Cell, data_rows
from danvan_study.publish.letters import line_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.publish.blocks import Block, Document
    from danvan_study.publish.forms import Form

PAGES: Final = {"summary": 2, "area": 1}
"""Of how many pages a kind of document consists."""
_STEPS: Final = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_LINE: Final = 1.15
"""Height of a line of Times New Roman, in sizes of its letters."""
_SPACED: Final = 1.15
_POINT: Final = 25.4 / 72
_PAPER: Final = 297.0
_ENCLOSED: Final = 110
"""Letters of the line that says with which document a page is enclosed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """In points."""

    title: float = 14.0
    heading: float = 12.0
    body: float = 11.5
    table: float = 11.0
    small: float = 10.5
    note: float = 9.5
    caption: float = 10.5

    def by(self, factor: float) -> Sizes:
        """Return all sizes times ``factor``, to half a point."""
        return replace(self, **{one.name: round(2 * factor * getattr(self, one.name)) / 2 for one in fields(self)})


REPORT: Final = Sizes(body=14.0, table=12.0, small=11.0, note=11.0, caption=12.0)
"""A report takes headings and running text from its form."""


def sizes_for(document: Document, form: Form) -> Sizes:
    """Return the sizes for a document; of those that must fit their pages the largest with which they do."""
    if document.kind not in PAGES:
        return REPORT
    room = (_PAPER - form.margins.top - form.margins.bottom) / _POINT
    for step in _STEPS:
        sizes = Sizes().by(step)
        if all(height <= room for height in _page_heights(document, sizes, form.text_width)):
            break
    return sizes


def in_sizes(form: Form, sizes: Sizes) -> Form:
    """Return the form for pages of limited length: its margins, font and colours in these sizes, without indents."""
    heading = replace(form.headings[0], size=sizes.heading, before=8, after=4)
    body = replace(form.body, size=sizes.body, line=0.0, first_line=0.0, after=4)
    enclosure = form.enclosure and replace(
        form.enclosure,
        label=replace(form.enclosure.label, size=sizes.title),
        text=replace(form.enclosure.text, size=sizes.body),
    )
    return replace(form, headings=(heading,), body=body, enclosure=enclosure)


def _page_heights(document: Document, sizes: Sizes, width: float) -> Iterator[float]:
    """Yield how high each page would be filled, in points."""
    height = _title_height(document, sizes, width)
    for block in document.blocks:
        if isinstance(block, Heading) and block.starts_page:
            yield height
            height = 0.0
        height += _height(block, sizes, width)
    yield height


def _title_height(document: Document, sizes: Sizes, width: float) -> float:
    lines = [(document.kicker, sizes.title), (f"{document.title}. {document.period}", sizes.body)]
    lines += [(document.disclaimer, sizes.note), (f"{document.simulated} {document.simulated_note}", sizes.note)]
    if document.office:
        lines.append(("x" * _ENCLOSED, sizes.body))
    return sum(_lines(text, size, width) + 4 for text, size in lines if text.strip())


def _height(block: Block, sizes: Sizes, width: float) -> float:
    match block:
        case Heading():
            return _lines(block.text, sizes.heading, width) + 12
        case Paragraph():
            return _SPACED * _lines(block.text, sizes.note if block.style == "note" else sizes.body, width) + 6
        case Bullets():
            return sum(_SPACED * _lines(item, sizes.body, width - 7) + 4 for item in block.items)
        case DataTable():
            rows, widths = data_rows(block, sizes.small if block.small else sizes.table), block.widths
            notes = sum(_SPACED * _lines(note, sizes.note, width) + 2 for note in block.notes)
            return _SPACED * _lines(block.caption, sizes.caption, width) + 12 + _rows(rows, widths) + notes
        case Facts():
            rows = [
                (Cell(lines=((a, sizes.table, True),)), Cell(lines=((b, sizes.table, False),))) for a, b in block.rows
            ]
            return _rows(rows, FACTS) + 10
        case _:
            raise TypeError(f"a document of limited length has no {type(block).__name__}")


def _rows(rows: Sequence[Sequence[Cell]], widths: Sequence[float]) -> float:
    return sum(
        max(_cell(cell, sum(widths) if len(row) == 1 else room) for cell, room in zip(row, widths, strict=False))
        for row in rows
    )


def _cell(cell: Cell, room: float) -> float:
    return sum(_lines(text, size, room - 2.2, bold=bold) * 1.05 + 2 * PAD for text, size, bold in cell.lines)


def _lines(text: str, size: float, room: float, *, bold: bool = False) -> float:
    return line_count(text, size, room=room, bold=bold) * size * _LINE
