"""An annex as .xlsx: numbers that can be reckoned with, heads that stay in sight, pages that can be printed."""

from __future__ import annotations

import io
import math
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

from danvan_study.publish import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from danvan_study.publish.annex.sheets import Annex, Cell, Line, Sheet

_HEAD_ROW: Final = 3
"""Of every sheet: above stand title, what it is about, and the way back to the contents."""
_A4: Final = 9
_LINE: Final = 13.0
"""Height of a line of letters of 10 points."""

_FILLED: Final = 0.95
"""Letters of text that go onto a line, of as many as the column is wide: words are not broken."""

_NAVY, _WASH, _ALERT, _QUIET = "#163E68", "#F4F6F9", "#8A1C1C", "#55616E"
_FORMATS: Final = {
    ("share", 0): "0",
    ("share", 1): "0.0",
    ("share", 2): "0.00",
    ("change", 0): "+0;−0;0",
    ("change", 1): "+0.0;−0.0;0.0",
    ("change", 2): "+0.00;−0.00;0.00",
    ("count", 0): "#,##0",
    ("ratio", 0): "0.00",
    ("probability", 0): "0.0000",
}


def set_xlsx(annex: Annex, *, dated: date) -> bytes:
    """Set an annex as a workbook; the same annex gives the same bytes, whenever it is set.

    A text is never a formula or a link, whatever it begins with.

    Parameters
    ----------
    annex
        The annex.
    dated
        The day that the file's properties name.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": f"{annex.title} – {annex.period}",
                "keywords": annex.simulated,
                "created": datetime.combine(dated, time()),
            }
        )
        looks = _Looks(book)
        _set_contents(book, annex, looks)
        for sheet in annex.sheets:
            _set_sheet(book.add_worksheet(sheet.name, _Page), sheet, annex=annex, looks=looks)
    return stream.getvalue()


class _Page(Worksheet):  # type: ignore[misc]  # without types
    """A sheet of texts and numbers that all have a format: their cells are written at once, with no mark to escape."""

    def _write_cell(self, row: int, col: int, cell: CellStringTuple | CellNumberTuple) -> None:
        opened = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001 -- as the base
        if isinstance(cell, CellNumberTuple):
            self.fh.write(f"{opened}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f'{opened} t="s"><v>{cell.string}</v></c>')


class _Looks:
    """The formats of a workbook."""

    def __init__(self, book: Workbook) -> None:
        top = {"valign": "top", "font_size": 10}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": _NAVY})
        self.about = book.add_format({"font_color": _QUIET, "font_size": 10})
        self.alert = book.add_format({"bold": True, "font_color": _ALERT, "font_size": 10})
        self.link = book.add_format({"font_color": _NAVY, "underline": 1, "font_size": 10})
        self.head = book.add_format(
            {
                "bold": True,
                "font_size": 10,
                "text_wrap": True,
                "valign": "bottom",
                "bg_color": _WASH,
                "bottom": 1,
                "top": 1,
            }
        )
        self.text = book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1})
        self.name = book.add_format(top)
        self.bold = book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1, "bold": True})
        self.mark = book.add_format(top | {"align": "right"})
        self.numbers = {key: book.add_format(top | {"num_format": code}) for key, code in _FORMATS.items()}

    def number(self, kind: str, decimals: int) -> Format:
        """Return the format of a number."""
        return self.numbers.get((kind, decimals)) or self.numbers[kind, 0]


def _set_contents(book: Workbook, annex: Annex, looks: _Looks) -> None:
    """Set the first sheet: what this is, how to read it, and a link to every other sheet."""
    texts = words.phrases(annex.language)
    page = book.add_worksheet(texts["annex_contents"])
    _set_up(page, annex)
    page.set_column(0, 0, 28, looks.text)
    page.set_column(1, 1, 86, looks.text)
    page.set_column(2, 2, 10, looks.text)
    page.write_string(0, 0, annex.title, looks.title)
    page.write_string(1, 0, texts["annex_of"].format(period=annex.period), looks.bold)
    row = 2
    if annex.simulated:
        page.merge_range(row, 0, row, 2, f"{annex.simulated}. {texts['simulated_note']}", looks.alert)
        row += 1
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "font_size": 10})
    for remark in annex.remarks:
        page.merge_range(row, 0, row, 2, remark, wrapped)
        page.set_row(row, _LINE * math.ceil(len(remark) / 118) + 2)
        row += 1
    for column, head in enumerate(("sheet", "content", "lines")):
        page.write_string(row + 1, column, texts[f"annex_{head}"], looks.head)
    for place, sheet in enumerate(annex.sheets, row + 2):
        page.write_url(place, 0, f"internal:'{sheet.name}'!A1", looks.link, sheet.name)
        page.write_string(place, 1, sheet.title, looks.text)
        page.write_number(place, 2, len(sheet.lines), looks.number("count", 0))


def _set_sheet(page: Worksheet, sheet: Sheet, *, annex: Annex, looks: _Looks) -> None:
    _set_up(page, annex)
    page.write_string(0, 0, sheet.title, looks.title)
    page.write_string(1, 0, f"{annex.period}. {sheet.about}", looks.about)
    back = words.phrases(annex.language)["annex_contents"]
    page.write_url(2, 0, f"internal:'{back}'!A1", looks.link, f"← {back}")
    if annex.simulated:
        page.write_string(2, 1, annex.simulated, looks.alert)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(_HEAD_ROW, place, column.head, looks.head)
    page.set_row(_HEAD_ROW, _height([column.head for column in sheet.columns], sheet))
    for row, line in enumerate(sheet.lines, _HEAD_ROW + 1):
        page.set_row(row, _height(line.cells, sheet))
        for place, column in enumerate(sheet.columns):
            _write(page, (row, place), line=line, kind=column.kind, looks=looks)
    page.freeze_panes(_HEAD_ROW + 1, 0)
    page.repeat_rows(_HEAD_ROW)
    page.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(sheet.lines), len(sheet.columns) - 1)


def _height(cells: Sequence[Cell], sheet: Sheet) -> float:
    """Return the height of a row in points: not every program fits rows to wrapped texts when it opens a workbook."""
    lines = [
        _wrapped(cell, column.width)
        for cell, column in zip(cells, sheet.columns, strict=True)
        if isinstance(cell, str) and column.kind != "name"
    ]
    return _LINE * max(lines, default=1) + 2


@lru_cache(maxsize=10_000)
def _wrapped(text: str, width: float) -> int:
    """Return on how many lines a text stands."""
    return sum(math.ceil(len(part) / (width * _FILLED)) or 1 for part in text.split("\n"))


def _write(page: Worksheet, place: tuple[int, int], *, line: Line, kind: str, looks: _Looks) -> None:
    cell: Cell = line.cells[place[1]]
    if cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell)):
        return
    if not isinstance(cell, str):
        page.write_number(*place, cell, looks.number(kind, line.decimals))
    elif kind in {"text", "name"}:
        page.write_string(*place, cell, looks.bold if line.is_head else looks.name if kind == "name" else looks.text)
    else:
        page.write_string(*place, cell, looks.mark)


def _set_up(page: Worksheet, annex: Annex) -> None:
    """Set up the print: A4 across, as wide as the page, the mark of simulated data above and page numbers beneath."""
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    page.set_header(f'&C&"Arial,Bold"&9{annex.simulated}' if annex.simulated else "")
    page.set_footer(f"&L&8{annex.title.replace('&', '&&')} – {annex.period}&R&8&P/&N")
    page.hide_gridlines(2)
