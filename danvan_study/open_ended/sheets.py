"""Coding without Jupyter: an Excel sheet goes out to each coder, decisions come back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.open_ended.decisions import check_decisions
from danvan_study.open_ended.intake import mend_text
from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.scrub import scrub_text
from danvan_study.open_ended.workbook import HEAD, fill, new_workbook, read_filled
from danvan_study.tables import Codings, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.open_ended.workbook import Assignment

CODING: Final = "Mã hoá"
BOOK: Final = "Sổ mã"
_ACT, _POLARITY, _NOTE = "Hành vi", "Sắc thái", "Ghi chú"


def write_coding_sheet(
    texts: pd.DataFrame,
    book: IssueCodebook,
    *,
    assignment: Assignment,
    said: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "vi",
) -> bytes:
    """Write an Excel file for one person: texts without who said them, lists to choose from, the codebook beside.

    Parameters
    ----------
    texts
        Contract :class:`~danvan_study.tables.Texts`, of one question, released.
    book
        The codes.
    assignment
        Who is to code, and as what.
    said
        For an adjudicator: coder to text to what that coder said.
    language
        Of the labels.
    """
    stream = io.BytesIO()
    workbook, sheet = new_workbook(stream, assignment, CODING)
    codes = [f"Mã {place}" for place in range(1, book.most + 1)]
    own = [*HEAD, *codes, _ACT, _POLARITY, _NOTE]
    said = said or {}
    fill(sheet, [*own, *said], texts)
    for column, opinions in enumerate(said.values(), len(own)):
        for row, name in enumerate(texts[Texts.text_id], 1):
            sheet.write_string(row, column, opinions.get(name, ""))
    names = workbook.add_worksheet(BOOK)
    choices = [f"{code.name} {code.labels.get(language, '')}".strip() for code in book.codes]
    names.write_row(0, 0, ["Mã", "Định nghĩa", "Tính", "Không tính"])
    for row, (choice, code) in enumerate(zip(choices, book.codes, strict=True), 1):
        names.write_row(row, 0, [choice, code.definition, "; ".join(code.included), "; ".join(code.excluded)])
    last, first = max(len(texts), 1), len(HEAD)
    listed = {"validate": "list", "source": f"='{BOOK}'!$A$2:$A${len(choices) + 1}"}
    sheet.data_validation(1, first, last, first + book.most - 1, listed)
    for place, kinds in enumerate(([act.label for act in Act], [feeling.label for feeling in Polarity]), book.most):
        sheet.data_validation(1, first + place, last, first + place, {"validate": "list", "source": kinds})
    workbook.close()
    return stream.getvalue()


def read_coding_sheet(
    content: bytes, book: IssueCodebook, *, assignment: Assignment, day: str, file: str
) -> pd.DataFrame:
    """Read the decisions from a coding sheet; rows that the coder left blank are passed over.

    Names and numbers in notes are masked as in answers.

    Raises
    ------
    StudyError
        The file is no coding sheet, a code, act or polarity is unknown, or a coded row lacks one of them.
    """
    codes = [f"Mã {place}" for place in range(1, book.most + 1)]
    acts = {act.label: str(act) for act in Act}
    feelings = {feeling.label: str(feeling) for feeling in Polarity}
    decisions = []
    for number, row in enumerate(read_filled(content, CODING, file), 2):
        given = {row.get(name, "").split()[0] for name in codes if row.get(name, "").strip()}
        if not given and not row.get(_ACT) and not row.get(_POLARITY):
            continue
        where = say("{file}, sheet {sheet}, row {row}", file=file, sheet=CODING, row=number)
        for code in sorted(given - set(book.names)):
            raise StudyError(
                where,
                say('"{code}" is no code of {file}.', code=code, file=book.source),
                say("Choose one from the list."),
            )
        decisions.append(
            {
                Codings.text_id: row[HEAD[0]],
                Codings.question: assignment.question,
                Codings.codes: book.ordered(given),
                Codings.act: _one_of(row.get(_ACT, ""), acts, f"{where}, {_ACT}"),
                Codings.polarity: _one_of(row.get(_POLARITY, ""), feelings, f"{where}, {_POLARITY}"),
                Codings.coder: assignment.person,
                Codings.role: assignment.role,
                Codings.decided_at: day,
                Codings.codebook_version: book.version,
                Codings.note: scrub_text(mend_text(row.get(_NOTE, ""))).text,
                Codings.previous_hash: "",
            }
        )
    table = pd.DataFrame(decisions, columns=list(Codings.columns()), dtype="str")
    return check_decisions(table, book, file)


def _one_of(value: str, allowed: Mapping[str, str], where: Words) -> str:
    if value not in allowed:
        raise StudyError(
            where,
            say('"{value}" is none of {known}.', value=value, known=", ".join(allowed)),
            say("Choose one from the list."),
        )
    return allowed[value]
