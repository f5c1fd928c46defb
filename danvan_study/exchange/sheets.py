"""Sheets that people like to read: the title above, the head kept in sight, wrapped text, A4 when printed."""

from __future__ import annotations

import io
import math
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- xlsxwriter takes no zone; fixed, so that equal books are equal bytes
WIDEST, LINE = 44, 15
"""Letters of a column, points of a line."""
A4 = 9
Rows = list[list[str | int | float]]
"""The first is the head."""


def write_sheets(title: str, sheets: Mapping[str, Rows]) -> bytes:
    """Return an .xlsx; the same rows give the same bytes. A number that is none is left blank."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": CREATED})
    for name, rows in sheets.items():
        _write(book, name, rows, title=title)
    book.close()
    return stream.getvalue()


def _write(book: xlsxwriter.Workbook, name: str, rows: Rows, *, title: str) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6EE"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "indent": 1})
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    widths = [min(max(len(str(row[column])) for row in rows), WIDEST) + 2 for column in range(len(rows[0]))]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for place, row in enumerate(rows, 1):
        sheet.set_row(
            place, LINE * max(math.ceil(len(str(one)) / width) for one, width in zip(row, widths, strict=True))
        )
        for column, content in enumerate(row):
            style = bold if place == 1 else cell
            if isinstance(content, float) and math.isnan(content):
                sheet.write_blank(place, column, None, style)
            elif isinstance(content, (int, float)):
                sheet.write_number(place, column, content, style)
            else:
                sheet.write_string(place, column, content, style)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(len(rows), 1), len(rows[0]) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
