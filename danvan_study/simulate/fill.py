"""Fill in a form as the tablet would let somebody fill it in: relevance, choice filters, constraints, calculations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.errors import StudyError
from danvan_study.expression import Expression, ExpressionError, Scope, Unknown, parse, to_text
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np

    from danvan_study.codebook import Codebook, Question

PASSES = 10
"""Answers further down may make earlier ones irrelevant; forms settle after two or three passes."""
TRIES = 200
MISSING_CHANCE = 0.04
"""Chance of don't know, refused and the like where nothing else is known of a question."""
TEXTS = ("không có gì thêm", "abc", "1", "12", "123456", "a", "")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NOT_REQUIRED = ("", "no", "false", "false()")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A question with its expressions understood."""

    question: Question
    relevance: tuple[Expression, ...]
    constraint: Expression
    calculation: Expression
    choice_filter: Expression
    offers: Mapping[str, Mapping[str, str]] | None
    """Choice to its columns; None where the choices are not known."""
    missing: frozenset[str]


class FormFiller:
    """Fills in one form again and again.

    Parameters
    ----------
    codebook
        The form. Its repeats are left without a turn.
    media
        Rows of the files from which questions take their choices, by file name; the column ``name`` is the choice.
    generator
        For everything that nobody decides.

    Raises
    ------
    StudyError
        The form holds an expression that the kit doesn't understand.
    """

    def __init__(
        self,
        codebook: Codebook,
        *,
        media: Mapping[str, Sequence[Mapping[str, str]]],
        generator: np.random.Generator,
    ) -> None:
        self.codebook = codebook
        self._generator = generator
        self._media = {file: {row["name"]: row for row in rows} for file, rows in media.items()}
        self._steps = [self._understand(each) for each in codebook.questions if _is_filled_in(each)]
        self._ahead = _looking_ahead(self._steps)

    def fill(self, would_say: Mapping[str, str], *, today: date) -> dict[str, str]:
        """Return the answers, question to answer, of somebody who goes through the form once.

        Parameters
        ----------
        would_say
            Question to what the person says when asked; blank: nothing. What isn't in it is drawn, every choice
            alike.
        today
            The day of the interview.

        Raises
        ------
        StudyError
            The form doesn't let somebody answer as ``would_say`` says, or nothing satisfies a constraint.
        """
        answers: dict[str, str] = {}
        for _ in range(PASSES):
            for step in self._steps:
                self._answer(step, answers, would_say=would_say, today=today)
            before = dict(answers)
            for step in self._ahead:
                self._answer(step, answers, would_say=would_say, today=today)
            if answers == before:
                return answers
        raise StudyError(
            self.codebook.source, say("its conditions never settle."), say("Look for conditions in a circle.")
        )

    def _answer(self, step: _Step, answers: dict[str, str], *, would_say: Mapping[str, str], today: date) -> None:
        name = step.question.name
        scope = Scope(answers=answers, draw=self._generator.random, today=today)
        if not all(condition.holds(scope) for condition in step.relevance):
            answers.pop(name, None)
        elif name in answers and step.question.kind is not QuestionKind.CALCULATE:
            return
        elif step.question.kind is QuestionKind.CALCULATE:
            self._calculate(step, answers, scope)
        else:
            said = self._check(step, would_say[name], scope) if name in would_say else self._draw(step, scope)
            if said:
                answers[name] = said

    def _calculate(self, step: _Step, answers: dict[str, str], scope: Scope) -> None:
        if "once(" in step.calculation.text.replace(" ", "") and step.question.name in answers:
            return
        value = step.calculation.evaluate(scope)
        text = "" if isinstance(value, Unknown) else to_text(value)
        if text:
            answers[step.question.name] = text
        else:
            answers.pop(step.question.name, None)

    def _check(self, step: _Step, said: str, scope: Scope) -> str:
        """Return what was said if the form takes it."""
        question = step.question
        if not said:
            if question.required.lower() not in NOT_REQUIRED:
                raise self._refusal(question, say("is asked, and nobody knows what is said to it"))
            return said
        if not all(self._is_offered(step, name, scope) for name in _names(question, said)):
            raise self._refusal(question, say('does not offer "{said}" here', said=said))
        if not _accepts(step, said, scope):
            raise self._refusal(question, say('does not accept "{said}"', said=said))
        return said

    def _is_offered(self, step: _Step, name: str, scope: Scope) -> bool:
        if step.offers is None:
            return True
        row = step.offers.get(name)
        return row is not None and _passes(step, row, scope)

    def _draw(self, step: _Step, scope: Scope) -> str:
        """Return an answer that the form takes, drawn at random; blank where none need be given to free text."""
        question = step.question
        if question.kind is QuestionKind.TEXT and question.required.lower() in NOT_REQUIRED:
            return ""
        if question.kind in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE):
            return self._draw_choice(step, scope)
        candidates = [said for said in _candidates(question, scope.today) if _accepts(step, said, scope)]
        if not candidates:
            raise self._refusal(question, say("accepts nothing that was tried"))
        return candidates[int(self._generator.integers(len(candidates)))]

    def _draw_choice(self, step: _Step, scope: Scope) -> str:
        offered = [name for name, row in (step.offers or {}).items() if _passes(step, row, scope)]
        plain = [name for name in offered if name not in step.missing]
        for _ in range(TRIES):
            apart = [name for name in offered if name in step.missing]
            pool = apart if apart and (not plain or self._generator.random() < MISSING_CHANCE) else plain
            if not pool:
                break
            count = 1
            if step.question.kind is QuestionKind.SELECT_MULTIPLE and pool is plain:
                count = int(self._generator.integers(1, len(pool) + 1))
            picked = sorted(int(place) for place in self._generator.choice(len(pool), size=count, replace=False))
            said = " ".join(pool[place] for place in picked)
            if _accepts(step, said, scope):
                return said
        raise self._refusal(step.question, say("offers nothing that its constraint accepts"))

    def _understand(self, question: Question) -> _Step:
        offers: Mapping[str, Mapping[str, str]] | None = self._media.get(question.itemset)
        if question.choices:
            offers = {choice.name: {"name": choice.name, **choice.columns} for choice in question.choices}
        elif question.kind not in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE):
            offers = None
        conditions = filter(str.strip, self.codebook.relevance(question))
        try:
            return _Step(
                question=question,
                relevance=tuple(parse(condition) for condition in conditions),
                constraint=parse(question.constraint),
                calculation=parse(question.calculation),
                choice_filter=parse(question.choice_filter),
                offers=offers,
                missing=frozenset(choice.name for choice in question.choices if choice.missing),
            )
        except ExpressionError as error:
            raise self._refusal(
                question, say("holds an expression that isn't understood: {error}", error=error.message)
            ) from error

    def _refusal(self, question: Question, what: Words) -> StudyError:
        where = say("{file}, sheet survey, row {row}", file=self.codebook.source, row=question.row)
        return StudyError(
            where,
            say('"{name}" {what}.', name=question.name, what=what),
            say("Mend the form, or data/simulation.toml."),
        )


def _looking_ahead(steps: Sequence[_Step]) -> list[_Step]:
    """Return the steps that later answers may undo: the others stand once the form has been gone through."""
    seen, ahead = set[str](), []
    for step in steps:
        looked_at = step.calculation.names.union(*(condition.names for condition in step.relevance))
        if not looked_at <= seen:
            ahead.append(step)
        seen.add(step.question.name)
    return ahead


def _is_filled_in(question: Question) -> bool:
    is_calculated = question.kind is QuestionKind.CALCULATE and bool(question.calculation)
    return (question.is_asked or is_calculated) and not question.repeat and question.role is not Role.IDENTIFIER


def _names(question: Question, said: str) -> list[str]:
    return said.split() if question.kind is QuestionKind.SELECT_MULTIPLE else [said]


def _passes(step: _Step, row: Mapping[str, str], scope: Scope) -> bool:
    if not step.choice_filter.text:
        return True
    look = Scope(answers=scope.answers, row=row, today=scope.today)
    return bool(step.choice_filter.holds(look))


def _accepts(step: _Step, said: str, scope: Scope) -> bool:
    if not step.constraint.text:
        return True
    return bool(step.constraint.holds(Scope(answers=scope.answers, this=said, today=scope.today)))


def _candidates(question: Question, today: date | None) -> Iterable[str]:
    """Return answers worth trying: round the numbers that the constraint names, or the year before today."""
    if question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL):
        named = [int(float(number)) for number in NUMBER.findall(question.constraint)]
        near = {each + step for each in named for step in range(-3, 4)} | set(range(13))
        return [str(number) for number in sorted(near)]
    if question.kind is QuestionKind.DATE:
        last = today or date(2026, 1, 1)
        return [(last - timedelta(days=days)).isoformat() for days in range(0, 365, 7)]
    return [text for text in TEXTS if text]
