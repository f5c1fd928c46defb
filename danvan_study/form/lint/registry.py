"""The registry of rules, and how a form is put through all of them. No rule can be switched off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.form.codebook import read_codebook
from danvan_study.form.workbook import read_workbook
from danvan_study.messages import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from danvan_study.codebook import Choice, Codebook, Question
    from danvan_study.form.workbook import FormWorkbook
    from danvan_study.messages import Message, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing wrong with a form: where, what, and what to do."""

    where: Words
    what: Words
    cure: Words
    rule: str = ""
    is_warning: bool = False
    """Worth a look; doesn't keep the form from the field."""

    @property
    def message(self) -> Message:
        """The whole of it, with the rule."""
        return joined((joined((self.where, self.what), ": "), self.cure, f"[{self.rule}]"), " ")

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form under the rules: as written, and as a codebook."""

    workbook: FormWorkbook
    codebook: Codebook

    def at(self, question: Question, column: str) -> Words:
        """Name the cell of a question."""
        return self.workbook.where("survey", question.row, column)

    def at_choice(self, choice: Choice, column: str) -> Words:
        """Name the cell of a choice."""
        return self.workbook.where("choices", choice.row, column)

    @property
    def asked(self) -> list[Question]:
        """The questions that somebody answers."""
        return [question for question in self.codebook.questions if question.is_asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the registry."""

    name: str
    check: Callable[[Form], Iterable[Complaint]]

    @property
    def about(self) -> str:
        """What the rule demands, in one sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order in which they are checked."""


def rule(name: str) -> Callable[[Callable[[Form], Iterable[Complaint]]], Callable[[Form], Iterable[Complaint]]]:
    """Enter a function into the registry under ``name``."""

    def enter(check: Callable[[Form], Iterable[Complaint]]) -> Callable[[Form], Iterable[Complaint]]:
        RULES[name] = Rule(name=name, check=check)
        return check

    return enter


def lint_form(content: bytes, *, source: str) -> list[Complaint]:
    """Put a form through every rule.

    Parameters
    ----------
    content
        The workbook (.xlsx).
    source
        Its file name, for messages.

    Returns
    -------
    Complaints in the order of the registry; a form that can't be read gives that one complaint.
    """
    try:
        workbook = read_workbook(content, source=source)
        form = Form(workbook=workbook, codebook=read_codebook(workbook, content))
    except StudyError as error:
        return [Complaint(where=error.where, what=error.what, cure=error.cure, rule="pyxform")]
    return [replace(complaint, rule=each.name) for each in RULES.values() for complaint in each.check(form)]
