"""Does the interview keep the form's own rules: choices, skips, required questions, constraints."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind
from danvan_study.expression import Expression, ExpressionError, Scope, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.check.material import Flags, Grid, Material
    from danvan_study.codebook import Codebook, Question

SELECTS = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)
FEW, MANY = 20, 0.1
"""Interviews, and their share, above which a broken rule is the form's fault, not the interviewers'."""
YES = ("yes", "true", "true()", "1")


@check(Severity.ERROR, "Câu trả lời nằm trong danh sách lựa chọn của phiếu.")
def answer_is_among_the_choices(material: Material) -> Iterator[Finding]:
    """Report a select answer that the interview's form version does not offer."""
    grid = material.grid
    for codebook, question, rows in _asked(material):
        offered = {choice.name for choice in question.choices}
        if question.kind not in SELECTS or not offered:
            continue
        codes = grid.column(question.name)
        several = question.kind is QuestionKind.SELECT_MULTIPLE
        strangers = np.zeros(len(codes), dtype="bool")
        for code in np.unique(codes[rows & (codes != BLANK)]):
            word = str(grid.words[code])
            if not offered.issuperset(word.split() if several else [word]):
                strangers |= codes == code
        finding = Finding(
            question=question.name,
            rule=f"danh sách của phiếu {codebook.version}",
            message=f"Câu trả lời {question.name} không có trong danh sách lựa chọn.",
        )
        yield from _each(material, finding, rows & strangers)


@check(Severity.QUESTION, "Câu hỏi theo nhánh chỉ được trả lời khi nhánh mở.")
def skips_were_kept(material: Material) -> Iterator[Finding]:
    """Report an answer to a question that its ``relevant`` conditions leave out."""
    for question, conditions, is_relevant, rows in _relevance(material, doubtful=True):
        answered = material.grid.column(question.name) != BLANK
        finding = Finding(
            question=question.name,
            rule=" and ".join(conditions),
            message=f"Câu {question.name} lẽ ra không hỏi, theo các câu trả lời trước.",
        )
        yield from _each(material, finding, rows & answered & ~is_relevant, is_answered=False)


@check(Severity.QUESTION, "Câu bắt buộc nào cũng có câu trả lời.")
def required_questions_were_answered(material: Material) -> Iterator[Finding]:
    """Report a blank where the form requires an answer and its conditions hold."""
    for question, _, is_relevant, rows in _relevance(material, doubtful=False):
        if question.required.strip().lower() not in YES:
            continue
        blank = material.grid.column(question.name) == BLANK
        finding = Finding(question=question.name, rule="required", message=f"Câu bắt buộc {question.name} bị bỏ trống.")
        yield from _each(material, finding, rows & blank & is_relevant, is_answered=False)


@check(Severity.ERROR, "Câu trả lời thoả điều kiện mà phiếu đặt ra.")
def constraints_hold(material: Material) -> Iterator[Finding]:
    """Report an answer that breaks the ``constraint`` of its form version."""
    for _, question, rows in _asked(material):
        condition = _parse(question.constraint) if question.constraint else None
        if condition is None:
            continue
        answered = rows & (material.grid.column(question.name) != BLANK)
        holds = _holds(condition, material.grid, answered, this=question.name, doubtful=True)
        finding = Finding(
            question=question.name,
            rule=question.constraint,
            message=f"Câu trả lời {question.name} không thoả điều kiện của phiếu.",
        )
        yield from _each(material, finding, answered & ~holds)


def asked_if_relevant(material: Material) -> Iterator[tuple[str, Flags]]:
    """Yield the conditional questions and, for every interview, whether the conditions held."""
    for question, _, is_relevant, rows in _relevance(material, doubtful=False):
        if question.relevant:
            yield question.name, rows & is_relevant


def _each(material: Material, finding: Finding, rows: Flags, *, is_answered: bool = True) -> Iterator[Finding]:
    """Yield the finding for each of the rows; for very many once, for then the form or the export is at fault."""
    if rows.sum() > max(FEW, MANY * len(rows)):
        count = f"{int(rows.sum())} phiếu"
        yield replace(finding, value="", message=f"{finding.message} Xảy ra ở {count}: xem lại phiếu hỏi hay tệp xuất.")
        return
    for row in np.flatnonzero(rows):
        value = str(material.grid.answers(finding.question)[row]) if is_answered else ""
        yield replace(finding, respondent=material.who(row), value=value)


def _asked(material: Material) -> Iterator[tuple[Codebook, Question, Flags]]:
    """Yield every question outside repeats with the rows of its form version."""
    for version, codebook in material.codebooks.items():
        rows = material.form_version == version
        if rows.any():
            yield from ((codebook, each, rows) for each in codebook.questions if each.is_asked and not each.repeat)


def _relevance(material: Material, *, doubtful: bool) -> Iterator[tuple[Question, Sequence[str], Flags, Flags]]:
    """Yield each question with its conditions, where they hold, and the rows of its form version.

    A condition may look at a field that never gets past collect; what then counts is ``doubtful``.
    """
    for codebook, question, rows in _asked(material):
        conditions = codebook.relevance(question)
        parsed = [_parse(condition) for condition in conditions]
        if None in parsed:
            continue
        is_relevant = rows.copy()
        for condition in parsed:
            assert condition is not None
            is_relevant &= _holds(condition, material.grid, rows, doubtful=doubtful)
        yield question, conditions, is_relevant, rows


@cache
def _parse(text: str) -> Expression | None:
    """Return the condition; None where the kit doesn't understand it: then the tablet alone has judged."""
    try:
        return parse(text)
    except ExpressionError:
        return None


def _holds(condition: Expression, grid: Grid, rows: Flags, *, doubtful: bool, this: str = "") -> Flags:
    """Evaluate a condition once for each combination of answers that occurs."""
    holds = np.ones(len(rows), dtype="bool")
    where = np.flatnonzero(rows)
    if not len(where):
        return holds
    columns = {
        name: grid.column(name)[where]
        for name in sorted(condition.names | ({this} if this else set()))
        if name in grid.questions
    }
    combination = np.zeros(len(where), dtype="int64")
    for column in columns.values():
        _, combination = np.unique(combination * (len(grid.words) + 1) + column + 1, return_inverse=True)
    _, first, member = np.unique(combination, return_index=True, return_inverse=True)
    verdicts = []
    for row in first:
        answers = {
            name: "" if column[row] == BLANK else str(grid.words[column[row]]) for name, column in columns.items()
        }
        verdict = condition.holds(Scope(answers=answers, this=answers.get(this, ""), open_world=True))
        verdicts.append(doubtful if verdict is None else verdict)
    holds[where] = np.array(verdicts, dtype="bool")[member]
    return holds
