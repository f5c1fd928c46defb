"""Write sheets as an .xlsx that people like to read: widths, wrapped text, the head kept in sight."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from danvan_study.form.sheets import Sheets


CREATED = datetime(2020, 1, 1, tzinfo=UTC)
"""Fixed, so that equal sheets are equal bytes."""
WIDE = ("label", "hint", "constraint_message", "purpose", "relevant", "calculation")
WIDTHS = (14, 44)
NUMBERS = ("score",)
"""Columns whose cells are numbers."""


def write_workbook(sheets: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    """Return an .xlsx with one sheet per name; the columns are the keys in order of appearance.

    Numbers stay numbers; everything else is text. The same rows give the same bytes.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": CREATED.replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6EE", "text_wrap": True, "valign": "top"}),
        "cell": book.add_format({"text_wrap": True, "valign": "top"}),
        "group": book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F1F4F7", "bold": True}),
    }
    for name, rows in sheets.items():
        _write_sheet(book.add_worksheet(name), rows, formats)
    book.close()
    return stream.getvalue()


def write_sheets(sheets: Sheets) -> bytes:
    """Return the sheets of a form, as :func:`~danvan_study.form.sheets.read_sheets` reads them, as an .xlsx."""
    columns = {name: list(dict.fromkeys(column for row in rows for column in row)) for name, rows in sheets.items()}
    return write_workbook(
        {
            name: [{column: _value(column, row.get(column, "")) for column in columns[name]} for row in rows]
            for name, rows in sheets.items()
        }
    )


def _value(column: str, text: str) -> object:
    return float(text) if column in NUMBERS and text else text


def _write_sheet(sheet: Worksheet, rows: Sequence[Mapping[str, object]], formats: Mapping[str, object]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, formats["head"])
        sheet.set_column(place, place, WIDTHS[column.startswith(WIDE)])
    for number, row in enumerate(rows, 1):
        style = formats["group" if str(row.get("type", "")).startswith(("begin", "end")) else "cell"]
        for place, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, (int, float)):
                sheet.write_number(number, place, value, style)
            elif value is not None and value != "":
                sheet.write_string(number, place, str(value), style)
    sheet.freeze_panes(1, 2)
