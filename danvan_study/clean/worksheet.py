"""The workbook in which a supervisor decides: findings on one sheet, rules on another."""

from __future__ import annotations

import io
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from danvan_study.clean.decisions import ACTIONS, COLUMNS, RULE_COLUMNS, Row
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DECISIONS, RULES = "quyet_dinh", "quy_tac"
SHEETS = {DECISIONS: COLUMNS.head, RULES: RULE_COLUMNS.decided}
TO_FILL = {DECISIONS: COLUMNS.decided, RULES: RULE_COLUMNS.decided}
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date: the same content gives the same bytes
WIDTHS = {COLUMNS.message: 56, COLUMNS.respondent: 38, COLUMNS.check: 30, COLUMNS.reason: 36, COLUMNS.rule: 30}
WIDTH = 16
LINE = 15.0
"""Height of a line of text, in points."""
SPARE = 200
"""Empty rows that offer the list of decisions too."""
ABOUT = {
    DECISIONS: "Mỗi dòng là một phát hiện. Điền các cột màu vàng; để trống dòng chưa quyết. Không sửa các cột khác. "
    "Câu hỏi ý kiến chỉ để trống được, không thay được.",
    RULES: "Mỗi dòng áp dụng cho mọi phiếu thoả điều kiện, cả phiếu đến sau. Điều kiện viết như trong phiếu hỏi, "
    "ví dụ ${hh_adults} > 20. Giá trị cũ: để trống là giá trị nào cũng được.",
}
HEAD_ROW = 2


def set_decisions(rows: Sequence[Mapping[str, str]], *, title: str) -> bytes:
    """Return the workbook, its findings filled in and its decisions empty."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": title, "created": CREATED})
        bold = book.add_format({"bold": True, "bottom": 1})
        yellow = book.add_format({"bg_color": "#FFF4C2", "border": 1, "border_color": "#DDDDDD", "num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, head in SHEETS.items():
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, f"{title}. {ABOUT[name]}")
            sheet.write_row(HEAD_ROW - 1, 0, head, bold)
            filled = rows if name == DECISIONS else [{}] * SPARE
            for number, row in enumerate(filled, HEAD_ROW):
                sheet.set_row(number, LINE * max(1, ceil(len(row.get(COLUMNS.message, "")) / WIDTHS[COLUMNS.message])))
            for column, words in enumerate(head):
                sheet.set_column(column, column, WIDTHS.get(words, WIDTH))
                form = yellow if words in TO_FILL[name] else wrapped
                for number, row in enumerate(filled, HEAD_ROW):
                    sheet.write(number, column, row.get(words) or None, form)
                if words == COLUMNS.action:
                    choice = {"validate": "list", "source": list(ACTIONS)}
                    sheet.data_validation(HEAD_ROW, column, HEAD_ROW + len(filled), column, choice)
            sheet.freeze_panes(HEAD_ROW, 0)
    return stream.getvalue()


def read_workbook(content: bytes, file: str) -> dict[str, list[Row]]:
    """Return the rows of each sheet, as text, with where they stand.

    Raises
    ------
    StudyError
        It is no workbook of this kind: a sheet or a column is missing.
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise StudyError(file, say("this is no .xlsx workbook."), say("Save it as .xlsx.")) from error
    return {name: list(_read_sheet(book, name, file)) for name in SHEETS}


def _read_sheet(book: openpyxl.Workbook, name: str, file: str) -> Iterator[Row]:
    where = say("{file}, sheet {sheet}", file=file, sheet=name)
    if name not in book.sheetnames:
        raise StudyError(where, say("the sheet is missing."), say("Make the workbook again: danvan corrections WAVE."))
    lines = book[name].iter_rows(min_row=HEAD_ROW, values_only=True)
    head = [_text(cell) for cell in next(lines, ())]
    missing = [column for column in SHEETS[name] if column not in head]
    if missing:
        raise StudyError(
            say("{file}, row {row}", file=where, row=HEAD_ROW),
            say('the column "{column}" is missing.', column=missing[0]),
            say("Put the head back."),
        )
    for number, line in enumerate(lines, HEAD_ROW + 1):
        row = dict.fromkeys(SHEETS[name], "") | dict(zip(head, map(_text, line), strict=False))
        if any(row.values()):
            yield Row(sheet=where, number=number, cells=row)


def _text(cell: object) -> str:
    """Return a cell as text: spreadsheets turn dates and whole numbers into their own kinds."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return squeeze(str(cell))
