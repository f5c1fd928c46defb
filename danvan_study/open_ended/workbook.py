"""Sheets that go out to people and come back: what they are for, the texts, and cells to fill in."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

import openpyxl
import xlsxwriter

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

HEAD: Final = ("Mã văn bản", "Câu trả lời (đã che tên)")
ABOUT: Final = "Thông tin"
REVIEWER, CODER, ADJUDICATOR = "reviewer", "coder", "adjudicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a sheet asks of whom; it travels with the sheet."""

    wave: str
    question: str
    person: str
    """A code, not a name."""
    role: str
    """``reviewer``, ``coder`` or ``adjudicator``."""


def new_workbook(stream: io.BytesIO, assignment: Assignment, sheet: str) -> tuple[xlsxwriter.Workbook, Worksheet]:
    """Open a workbook with an empty ``sheet`` in front and the assignment on the last page."""
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    front, about = workbook.add_worksheet(sheet), workbook.add_worksheet(ABOUT)
    for row, field in enumerate(fields(assignment)):
        about.write_row(row, 0, [field.name, getattr(assignment, field.name)])
    return workbook, front


def fill(sheet: Worksheet, head: Sequence[str], texts: pd.DataFrame) -> None:
    """Write the head and the texts, without who said them."""
    sheet.write_row(0, 0, head)
    sheet.freeze_panes(1, len(HEAD))
    sheet.set_column(0, 0, 15)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, len(head) - 1, 24)
    for row, (name, text) in enumerate(zip(texts[Texts.text_id], texts[Texts.text], strict=True), 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)


def read_assignment(content: bytes, file: str) -> Assignment:
    """Read what a sheet is about.

    Raises
    ------
    StudyError
        The file is no sheet of the kit.
    """
    cells = {str(row[0]): str(row[1] or "") for row in _cells(content, ABOUT, file) if len(row) > 1}
    try:
        return Assignment(**{field.name: cells[field.name] for field in fields(Assignment)})
    except KeyError as error:
        raise StudyError(
            say("{file}, sheet {sheet}", file=file, sheet=ABOUT),
            say("the line {line} is missing.", line=error),
            say("Leave that sheet as it was."),
        ) from None


def read_filled(content: bytes, sheet: str, file: str) -> list[dict[str, str]]:
    """Read the lines of a sheet that came back, cell by column; lines without a text are passed over.

    Raises
    ------
    StudyError
        The file has no such sheet, or its head was changed.
    """
    cells = _cells(content, sheet, file)
    head = [str(cell or "") for cell in cells[0]] if cells else []
    if head[:1] != [HEAD[0]]:
        raise StudyError(
            file, say('the first column is not "{head}".', head=HEAD[0]), say("Leave the head of the sheet as it was.")
        )
    rows = (
        {name: "" if cell is None else str(cell).strip() for name, cell in zip(head, row, strict=False)}
        for row in cells[1:]
    )
    return [row for row in rows if row[HEAD[0]]]


def _cells(content: bytes, sheet: str, file: str) -> list[tuple[object, ...]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return list(book[sheet].iter_rows(values_only=True))
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise StudyError(
            file,
            say('this has no sheet "{sheet}" ({error}).', sheet=sheet, error=error),
            say("Choose the file that the kit wrote."),
        ) from error
