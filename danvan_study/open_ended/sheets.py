"""Coding without Jupyter: an Excel sheet goes out, decisions come back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

import openpyxl
import pandas as pd
import xlsxwriter

from danvan_study.errors import StudyError
from danvan_study.open_ended.decisions import check_decisions
from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.scrub import LABELS
from danvan_study.tables import Codings, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from danvan_study.open_ended.issues import IssueCodebook

CODING: Final = "Mã hoá"
BOOK: Final = "Sổ mã"
REVIEW: Final = "Soát tên"
_HEAD: Final = ("Mã văn bản", "Câu trả lời (đã che tên)")
_ACT, _POLARITY, _NOTE = "Hành vi", "Sắc thái", "Ghi chú"
_MORE, _PASSED = "Che thêm (các từ, cách nhau bằng ;)", "Đạt (x)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Who decided, as what, and when."""

    name: str
    """A code of the coder, not a name of a person."""
    role: str
    """``coder`` or ``adjudicator``."""
    decided_at: str
    """ISO moment."""


def write_coding_sheet(texts: pd.DataFrame, book: IssueCodebook, language: str = "vi") -> bytes:
    """Write an Excel file for one coder: texts without who said them, lists to choose from, the codebook beside.

    Parameters
    ----------
    texts
        Contract :class:`~danvan_study.tables.Texts`, of one question, reviewed.
    book
        The codes.
    language
        Of the labels.
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet(CODING)
    codes = [f"Mã {place}" for place in range(1, book.most + 1)]
    _fill(sheet, [*_HEAD, *codes, _ACT, _POLARITY, _NOTE], texts)
    names = workbook.add_worksheet(BOOK)
    choices = [f"{code.name} {code.labels.get(language, '')}".strip() for code in book.codes]
    names.write_row(0, 0, ["Mã", "Định nghĩa", "Tính", "Không tính"])
    for row, (choice, code) in enumerate(zip(choices, book.codes, strict=True), 1):
        names.write_row(row, 0, [choice, code.definition, "; ".join(code.included), "; ".join(code.excluded)])
    last, first = max(len(texts), 1), len(_HEAD)
    listed = {"validate": "list", "source": f"='{BOOK}'!$A$2:$A${len(choices) + 1}"}
    sheet.data_validation(1, first, last, first + book.most - 1, listed)
    for place, kinds in enumerate(([act.label for act in Act], [feeling.label for feeling in Polarity]), book.most):
        sheet.data_validation(1, first + place, last, first + place, {"validate": "list", "source": kinds})
    workbook.close()
    return stream.getvalue()


def read_coding_sheet(content: bytes, book: IssueCodebook, *, question: str, coder: Coder, file: str) -> pd.DataFrame:
    """Read the decisions from a coding sheet; rows that the coder left blank are passed over.

    Raises
    ------
    StudyError
        The file is no coding sheet, a code, act or polarity is unknown, or a coded row lacks one of them.
    """
    rows = _rows(content, CODING, file)
    codes = [f"Mã {place}" for place in range(1, book.most + 1)]
    acts = {act.label: str(act) for act in Act}
    feelings = {feeling.label: str(feeling) for feeling in Polarity}
    decisions = []
    for number, row in enumerate(rows, 2):
        given = {row.get(name, "").split()[0] for name in codes if row.get(name, "").strip()}
        if not given and not row.get(_ACT) and not row.get(_POLARITY):
            continue
        where = f"{file}, sheet {CODING}, row {number}"
        for code in sorted(given - set(book.names)):
            raise StudyError(where, f'"{code}" is no code of {book.source}.', "Choose one from the list.")
        decisions.append(
            {
                Codings.text_id: row[_HEAD[0]],
                Codings.question: question,
                Codings.codes: book.ordered(given),
                Codings.act: _one_of(row.get(_ACT, ""), acts, f"{where}, {_ACT}"),
                Codings.polarity: _one_of(row.get(_POLARITY, ""), feelings, f"{where}, {_POLARITY}"),
                Codings.coder: coder.name,
                Codings.role: coder.role,
                Codings.decided_at: coder.decided_at,
                Codings.codebook_version: book.version,
                Codings.note: row.get(_NOTE, ""),
                Codings.previous_hash: "",
            }
        )
    table = pd.DataFrame(decisions, columns=list(Codings.columns()), dtype="str")
    return check_decisions(table, book, file)


def write_review_sheet(texts: pd.DataFrame) -> bytes:
    """Write the sheet on which a person looks for names that the rules missed, before coders see any text."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _fill(workbook.add_worksheet(REVIEW), [*_HEAD, _MORE, _PASSED], texts)
    workbook.close()
    return stream.getvalue()


def release_reviewed(texts: pd.DataFrame, content: bytes, *, file: str) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return the texts that the reviewer passed, masked further where asked, and the counts for the log.

    Raises
    ------
    StudyError
        The file is no review sheet, or a word to mask does not stand in its text.
    """
    by_id = dict(zip(texts[Texts.text_id], texts[Texts.text], strict=True))
    released, further = {}, 0
    for number, row in enumerate(_rows(content, REVIEW, file), 2):
        text = by_id.get(row[_HEAD[0]])
        if text is None or row.get(_PASSED, "").strip().lower() != "x":
            continue
        for words in filter(None, map(str.strip, row.get(_MORE, "").split(";"))):
            if words not in text:
                where = f"{file}, sheet {REVIEW}, row {number}"
                raise StudyError(where, f'"{words}" does not stand in the text.', "Copy the words as they stand there.")
            text, further = text.replace(words, LABELS["NAME"]), further + 1
        released[row[_HEAD[0]]] = text
    kept = texts[texts[Texts.text_id].isin(list(released))]
    kept = kept.assign(**{Texts.text: kept[Texts.text_id].map(released).astype("str")})
    return Texts.conform(kept), {"released": len(kept), "held_back": len(texts) - len(kept), "masked_by_hand": further}


def _fill(sheet: Worksheet, head: Sequence[str], texts: pd.DataFrame) -> None:
    sheet.write_row(0, 0, head)
    sheet.freeze_panes(1, len(_HEAD))
    sheet.set_column(0, 0, 15)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, len(head) - 1, 24)
    for row, (name, text) in enumerate(zip(texts[Texts.text_id], texts[Texts.text], strict=True), 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)


def _rows(content: bytes, sheet: str, file: str) -> list[dict[str, str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        cells = list(book[sheet].iter_rows(values_only=True))
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise StudyError(
            file, f'this has no sheet "{sheet}" ({error}).', "Choose the file that the kit wrote."
        ) from error
    head = [str(cell or "") for cell in cells[0]] if cells else []
    if head[:1] != [_HEAD[0]]:
        raise StudyError(file, f'the first column is not "{_HEAD[0]}".', "Leave the head of the sheet as it was.")
    rows = (
        {name: "" if cell is None else str(cell).strip() for name, cell in zip(head, row, strict=False)}
        for row in cells[1:]
    )
    return [row for row in rows if row[_HEAD[0]]]


def _one_of(value: str, allowed: Mapping[str, str], where: str) -> str:
    if value not in allowed:
        raise StudyError(where, f'"{value}" is none of {", ".join(allowed)}.', "Choose one from the list.")
    return allowed[value]
