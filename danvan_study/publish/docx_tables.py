"""Tables as WordprocessingML: widths, borders, spans and the repeated head row in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from docx.oxml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

    from danvan_study.publish.blocks import DataTable

PAD: Final = 1.0
"""Room above and below a line of a cell, in points."""
_NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIPS_PER_MM: Final = 1440 / 25.4
_TWIPS_PER_POINT: Final = 20
_RULE: Final = "C3CAD2"
_STRONG: Final = "1D2733"
_WHOLE: Final = 12
"""Rows of a table that is not parted by a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: lines of (text, size in points, bold)."""

    lines: tuple[tuple[str, float, bool], ...]
    color: str = "000000"


def data_rows(block: DataTable, size: float) -> list[tuple[Cell, ...]]:
    """Return head and rows of a table at ``size`` points; what stands beneath a figure is smaller."""
    rows = [tuple(Cell(lines=((text, size, True),)) for text in block.head)]
    for row in block.rows:
        bold = row.kind == "section" or (row.kind == "total" and len(row.cells) > 2)
        rows.append(tuple(_data_cell(text, size, bold=bold) for text in row.cells))
    return rows


def _data_cell(text: str, size: float, *, bold: bool) -> Cell:
    first, *below = text.split("\n")
    return Cell(lines=((first, size, bold), *[(line, size - 1.5, False) for line in below]))


def table_xml(
    rows: Sequence[Sequence[Cell]],
    *,
    widths: Sequence[float],
    head_row: bool = False,
    flush_left: bool = False,
    shade: str = "",
) -> BaseOxmlElement:
    """Make a table; a short one stays on one page, and of a long one the first rows stay with its head.

    Parameters
    ----------
    rows
        Cells by row; a row with one cell spans the table.
    widths
        Of the columns, in millimetres.
    head_row
        Whether the first row is a head, repeated on every page; without one the table is a list of terms.
    flush_left
        Whether all cells hold words and stand flush left, as in a list of terms.
    shade
        Colour behind all cells, six hexadecimal digits; empty: none.
    """
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    kept = len(rows) - 1 if len(rows) <= _WHOLE else 3
    body = "".join(
        _Row(
            cells=row,
            widths=widths,
            is_head=head_row and place == 0,
            flush_left=flush_left or not head_row,
            shade=shade,
            keep=head_row and place < kept,
        ).xml()
        for place, row in enumerate(rows)
    )
    look = f'<w:tblLook w:val="0{"4" if not head_row else "0"}20" w:firstRow="{int(head_row)}" w:firstColumn="1"/>'
    return parse_xml(
        f'<w:tbl {_NS}><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>{_borders()}'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _borders() -> str:
    edges = "".join(f'<w:{side} w:val="single" w:sz="8" w:color="{_STRONG}"/>' for side in ("top", "bottom"))
    return f'<w:tblBorders>{edges}<w:insideH w:val="single" w:sz="4" w:color="{_RULE}"/></w:tblBorders>'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row: all that its cells share."""

    cells: Sequence[Cell]
    widths: Sequence[float]
    is_head: bool
    flush_left: bool
    shade: str
    keep: bool
    """Whether the next row stands on the same page."""

    def xml(self) -> str:
        repeat = "<w:tblHeader/>" if self.is_head else ""
        spans = [sum(self.widths)] if len(self.cells) == 1 else list(self.widths)
        inside = "".join(
            self._cell(cell, width, right=place > 0 and not self.flush_left)
            for place, (cell, width) in enumerate(zip(self.cells, spans, strict=True))
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{inside}</w:tr>"

    def _cell(self, cell: Cell, width: float, *, right: bool) -> str:
        is_section = len(self.cells) == 1 and len(self.widths) > 1
        look = f'<w:gridSpan w:val="{len(self.widths)}"/>' if is_section else ""
        if self.is_head:
            look += f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="{_STRONG}"/></w:tcBorders>'
        if self.shade:
            look += f'<w:shd w:val="clear" w:color="auto" w:fill="{self.shade}"/>'
        if self.is_head:
            look += '<w:vAlign w:val="bottom"/>'
        kept = "<w:keepNext/>" if is_section or self.keep else ""
        lines = "".join(_line(line, cell.color, right=right, kept=kept) for line in cell.lines)
        return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{look}</w:tcPr>{lines}</w:tc>'


def _line(line: tuple[str, float, bool], color: str, *, right: bool, kept: str) -> str:
    text, size, bold = line
    weight = "<w:b/>" if bold else '<w:b w:val="0"/>'
    pad = round(PAD * _TWIPS_PER_POINT)
    return (
        f'<w:p><w:pPr>{kept}<w:spacing w:before="{pad}" w:after="{pad}" w:line="250" w:lineRule="auto"/>'
        f'<w:jc w:val="{"right" if right else "left"}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:color w:val="{color}"/><w:sz w:val="{round(2 * size)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_PER_MM)
