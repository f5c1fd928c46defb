"""Which cell a line of a corrections file means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.codebook import Question, QuestionKind
from danvan_study.tables import Answers, Interviews
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from danvan_study.codebook import Codebook

Cell = tuple[str, str]
"""Respondent and question."""

_TURNS = re.compile(r"(\[\d+\])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A cell of the answers table, or one choice inside it."""

    name: str
    """As it stands in ``Answers.question``."""
    question: Question | None
    """None for a field of the design that stands in no form."""
    choice: str = ""


class TargetFinder:
    """Finds questions by name, by path (``group/question``), by turn (``question[2]``) and by choice."""

    def __init__(self, codebooks: Mapping[str, Codebook], answered: pd.Series) -> None:
        self._questions = {
            version: {key: question for question in codebook.questions for key in (question.path, question.name)}
            for version, codebook in codebooks.items()
        }
        self._answered = {_TURNS.sub("", question) for question in answered.unique()}

    def find(self, written: str, version: str) -> Target | None:
        """Return the cell meant in an interview with a form version; None if the form has no such question."""
        known = self._questions[version]
        name = nfc(written)
        turns = "".join(match[0] for match in _TURNS.finditer(name))
        bare = _TURNS.sub("", name)
        if question := known.get(bare):
            return Target(name=question.name + turns, question=question)
        around, _, choice = bare.rpartition("/")
        question = known.get(around)
        if question and question.kind is QuestionKind.SELECT_MULTIPLE and question.choice(choice):
            return Target(name=question.name + turns, question=question, choice=choice)
        return Target(name=name, question=None) if bare in self._answered else None

    def is_answered(self, target: Target) -> bool:
        """Whether anybody in the wave has an answer there: a correction must not bring back a withheld field."""
        return _TURNS.sub("", target.name) in self._answered


def stored_values(answers: pd.DataFrame, respondents: Iterable[str]) -> dict[Cell, str]:
    """Return the answers of some respondents by cell."""
    theirs = answers[answers[Answers.respondent].isin(list(respondents))]
    cells = zip(theirs[Answers.respondent].tolist(), theirs[Answers.question].tolist(), strict=True)
    return dict(zip(cells, theirs[Answers.answer].tolist(), strict=True))


def form_versions(interviews: pd.DataFrame) -> dict[str, str]:
    """Return respondent to form version."""
    names = interviews[Interviews.respondent].tolist()
    return dict(zip(names, interviews[Interviews.form_version].tolist(), strict=True))
