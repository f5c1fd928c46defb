"""The sheets of an XLSForm as people type them: rows of cells, tidied of what spreadsheets do to text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, str]
Sheets = dict[str, list[Row]]

_CURLY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
EXPRESSIONS = ("relevant", "constraint", "calculation", "choice_filter", "required", "trigger", "parameters")
"""Columns in which a spreadsheet's curly quotes are never meant."""


def read_sheets(content: bytes, *, source: str) -> Sheets:
    """Read every sheet as rows of text: column to cell, blank cells left out, blank rows dropped.

    Whole numbers have no point, letters are composed, curly quotes of expressions are straight.

    Raises
    ------
    StudyError
        The bytes are no workbook.
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise StudyError(
            source, say("this is not an Excel workbook ({error}).", error=error), say("Save it again as .xlsx.")
        ) from error
    sheets = {nfc(sheet.title).strip(): _read_rows(list(sheet.iter_rows(values_only=True))) for sheet in book}
    book.close()
    return sheets


def _read_rows(rows: Sequence[Sequence[object]]) -> list[Row]:
    if not rows:
        return []
    head = [_text(cell, "") for cell in rows[0]]
    read = [
        {column: text for column, cell in zip(head, row, strict=False) if column and (text := _text(cell, column))}
        for row in rows[1:]
    ]
    return [row for row in read if row]


def _text(cell: object, column: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = nfc(str(cell)).replace("\r\n", "\n").strip()
    return text.translate(_CURLY) if column in EXPRESSIONS else text


def row_key(sheet: str, row: Mapping[str, str]) -> str:
    """Return what names a row within its sheet: people sort and insert, so its number doesn't."""
    if sheet == "choices":
        return f"{row.get('list_name', '')} {row.get('name', '')}".strip()
    kind = row.get("type", "")
    if kind.startswith("end"):
        return ""
    return row.get("name", "") or row.get("form_id", "")
