"""What changed between two versions of a form: cell by cell for people, question by question for trends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.form.sheets import read_sheets, row_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.codebook import Codebook, Question
    from danvan_study.form.sheets import Row

SHOWN = ("survey", "choices", "settings", "topics")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell that differs, or a row that came or went (column is blank then)."""

    sheet: str
    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A question whose answers in two form versions must not be joined in a trend."""

    question: str
    old_version: str
    new_version: str
    reason: str
    """``new``, ``dropped``, or which of type, wording, choices, scores changed."""
    old: str = ""
    new: str = ""
    """The wordings, where they differ."""


# Cells


def compare_cells(old: bytes, new: bytes, *, sources: tuple[str, str]) -> list[CellChange]:
    """Compare two workbooks cell by cell; rows are told apart by name, so sorting and inserting changes nothing.

    Raises
    ------
    StudyError
        One of them is no workbook.
    """
    before, after = (read_sheets(content, source=source) for content, source in zip((old, new), sources, strict=True))
    changes: list[CellChange] = []
    for sheet in SHOWN:
        changes += _compare_rows(sheet, before.get(sheet, []), after.get(sheet, []))
    return changes


def _compare_rows(sheet: str, before: Sequence[Row], after: Sequence[Row]) -> Iterator[CellChange]:
    old, new = _by_key(sheet, before), _by_key(sheet, after)
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            yield CellChange(sheet=sheet, key=key, column="", old=_summary(old[key]), new="")
        elif key not in old:
            yield CellChange(sheet=sheet, key=key, column="", old="", new=_summary(new[key]))
        else:
            for column in dict.fromkeys([*old[key], *new[key]]):
                was, is_ = old[key].get(column, ""), new[key].get(column, "")
                if was != is_:
                    yield CellChange(sheet=sheet, key=key, column=column, old=was, new=is_)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        moved = _first_moved([key for key in old if key in new], [key for key in new if key in old])
        yield CellChange(sheet=sheet, key=moved, column="order", old="", new="moved")


def _by_key(sheet: str, rows: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if sheet == "settings":
            return {"settings": row}
        if key := row_key(sheet, row):
            found.setdefault(key, row)
    return found


def _summary(row: Row) -> str:
    labels = [text for column, text in row.items() if column.startswith("label")]
    return labels[0] if labels else row.get("type", row.get("name", ""))


def _first_moved(old: Sequence[str], new: Sequence[str]) -> str:
    return next(is_ for was, is_ in zip(old, new, strict=True) if was != is_)


# Questions


def find_breaks(old: Codebook, new: Codebook, *, language: str) -> list[Break]:
    """Return the questions, in the order of the new form, that can't be joined between two versions.

    Parameters
    ----------
    language
        Code of the language in which people are interviewed; a better translation breaks no trend.
    """
    breaks: list[Break] = []

    def note(question: Question, reason: str, *, was: str, is_: str) -> None:
        versions = {"old_version": old.version, "new_version": new.version}
        breaks.append(Break(question=question.name, **versions, reason=reason, old=was, new=is_))

    for question in new.questions:
        before = old.question(question.name)
        if not question.is_asked:
            continue
        if before is None:
            note(question, "new", was="", is_=question.label(language))
        elif before.fingerprint(language) != question.fingerprint(language):
            reason = ", ".join(_differences(before, question, language))
            note(question, reason, was=before.label(language), is_=question.label(language))
    for question in old.questions:
        if question.is_asked and new.question(question.name) is None:
            note(question, "dropped", was=question.label(language), is_="")
    return breaks


def _differences(old: Question, new: Question, language: str) -> Iterator[str]:
    if old.kind is not new.kind:
        yield "type"
    if " ".join(old.label(language).split()) != " ".join(new.label(language).split()):
        yield "wording"
    if _offered(old, language) != _offered(new, language):
        yield "choices"
    if [choice.score for choice in old.choices] != [choice.score for choice in new.choices]:
        yield "scores"


def _offered(question: Question, language: str) -> list[tuple[str, str, str]]:
    return [(each.name, " ".join(each.label(language).split()), each.missing) for each in question.choices]
