"""Read a sheet that somebody exported, CSV or Excel, as rows of cells without a head."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.store.outside import read_outside

if TYPE_CHECKING:
    from pathlib import Path


def read_cells(path: Path) -> list[list[str]]:
    """Read the first sheet of an Excel file, or a CSV in UTF-8 or an old one-byte encoding.

    A merged cell has its text in its first cell, as Excel keeps it.

    Raises
    ------
    StudyError
        The file can't be read, or its ending is neither .csv nor .xlsx.
    """
    content = read_outside(path)
    if path.suffix.lower() == ".xlsx":
        return _read_excel(content, str(path))
    if path.suffix.lower() == ".csv":
        return _read_csv(content)
    raise StudyError(str(path), say("this is neither .csv nor .xlsx."), say("Save it as .xlsx."))


def _read_excel(content: bytes, where: Words) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise StudyError(
            where, say("this is not an Excel file ({error}).", error=error), say("Save it again as .xlsx.")
        ) from error
    sheet = book.worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _read_csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # TCVN3 files: every byte keeps its number, and the reader of the table decodes what it means.
        text = content.decode("latin-1")
    head = text.partition("\n")[0]
    return list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
