"""How long an interview takes, from the words that are read aloud and the answers that are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Codebook, Question

LONGEST = 15.0
"""Minutes; people in the field promise a quarter of an hour."""
SYLLABLES_PER_MINUTE = 200.0
"""Read aloud to somebody who listens; ordinary speech has about 240 and more."""
SECONDS: dict[QuestionKind, float] = {
    QuestionKind.SELECT_ONE: 5.0,
    QuestionKind.SELECT_MULTIPLE: 10.0,
    QuestionKind.INTEGER: 6.0,
    QuestionKind.DECIMAL: 6.0,
    QuestionKind.DATE: 8.0,
    QuestionKind.TEXT: 20.0,
}
"""To think, to answer and to tap."""
SHORT_LIST = 7
"""Longer lists are looked up, not read aloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Minutes of an interview."""

    longest: float
    """Every module asked."""
    shortest: float
    """No question asked that depends on the answer to another one but consent."""


def estimate_length(codebook: Codebook) -> Length:
    """Estimate how long an interview takes in the default language."""
    language = codebook.languages[0]
    consents = {question.name for question in codebook.questions if question.card.consent}
    minutes = {question.name: _minutes(question, language) for question in codebook.questions}
    always = [each for each in codebook.questions if not _depends_on_answers(each, codebook, consents)]
    return Length(longest=sum(minutes.values()), shortest=sum(minutes[each.name] for each in always))


@rule("length")
def interview_is_short(form: Form) -> Iterator[Complaint]:
    """The longest way through the form takes a quarter of an hour at most."""
    length = estimate_length(form.codebook)
    if length.longest > LONGEST:
        yield Complaint(
            where=form.workbook.where("survey", 1, "label"),
            what=say(
                "an interview takes about {shortest:.0f} to {longest:.0f} minutes.",
                shortest=length.shortest,
                longest=length.longest,
            ),
            cure=say("Leave out a module: people are promised {longest:.0f}.", longest=LONGEST),
            is_warning=True,
        )


def _minutes(question: Question, language: str) -> float:
    if question.card.filled_by == "interviewer":
        return SECONDS[QuestionKind.SELECT_ONE] / 60
    spoken = len(question.labels.get(language, "").split())
    plain = [choice for choice in question.choices if not choice.missing]
    if len(plain) <= SHORT_LIST:
        spoken += sum(len(choice.label(language).split()) for choice in plain)
    return spoken / SYLLABLES_PER_MINUTE + SECONDS.get(question.kind, 0.0) / 60


def _depends_on_answers(question: Question, codebook: Codebook, consents: set[str]) -> bool:
    return any("${" in _without(condition, consents) for condition in codebook.relevance(question))


def _without(condition: str, names: set[str]) -> str:
    for name in names:
        condition = condition.replace(f"${{{name}}}", "")
    return condition
