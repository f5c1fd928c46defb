"""Tables as WordprocessingML: widths, borders, spans and the repeated head row in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from docx.oxml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

_NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIPS_PER_MM: Final = 1440 / 25.4
_RULE: Final = "C3CAD2"
_STRONG: Final = "1D2733"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: lines of (text, size in points, bold)."""

    lines: tuple[tuple[str, float, bool], ...]
    color: str = "000000"


def table_xml(
    rows: Sequence[Sequence[Cell]],
    *,
    widths: Sequence[float],
    head_row: bool = False,
    first_is_head: bool = False,
    shade: str = "",
) -> BaseOxmlElement:
    """Make a table.

    Parameters
    ----------
    rows
        Cells by row; a row with one cell spans the table.
    widths
        Of the columns, in millimetres.
    head_row
        Whether the first row is repeated on every page.
    first_is_head
        Whether the table is a list of terms: no head row, cells flush left.
    shade
        Colour behind all cells, six hexadecimal digits; empty: none.
    """
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    body = "".join(
        _row(row, widths, head=head_row and place == 0, flush_left=first_is_head, shade=shade)
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


def _row(cells: Sequence[Cell], widths: Sequence[float], *, head: bool, flush_left: bool, shade: str) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    span = len(widths) if len(cells) == 1 else 1
    spans = [sum(widths)] if span > 1 else list(widths)
    inside = "".join(
        _cell(
            cell,
            width,
            span=span,
            right=place > 0 and not flush_left,
            extra=(_head_border() if head else "") + (_shading(shade) if shade else ""),
        )
        for place, (cell, width) in enumerate(zip(cells, spans, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{inside}</w:tr>"


def _cell(cell: Cell, width: float, *, span: int, right: bool, extra: str) -> str:
    keep = span > 1
    spanned = f'<w:gridSpan w:val="{span}"/>' if keep else ""
    lines = "".join(_line(line, cell.color, right=right, keep=keep) for line in cell.lines)
    return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{spanned}{extra}</w:tcPr>{lines}</w:tc>'


def _line(line: tuple[str, float, bool], color: str, *, right: bool, keep: bool) -> str:
    text, size, bold = line
    weight = "<w:b/>" if bold else '<w:b w:val="0"/>'
    side = "right" if right else "left"
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:p><w:pPr>{kept}<w:spacing w:before="30" w:after="30" w:line="250" w:lineRule="auto"/>'
        f'<w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:color w:val="{color}"/><w:sz w:val="{round(2 * size)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _shading(color: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{color}"/>'


def _head_border() -> str:
    return f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="{_STRONG}"/></w:tcBorders>'


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_PER_MM)
