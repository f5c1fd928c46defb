"""Items: don't know and refuse offered apart, scales scored, purposes written down, numbers bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.expression import ExpressionError, parse
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import joined, say
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Question

CODES = {"97": "not_applicable", "98": "dont_know", "99": "refused"}
"""Choice names with one meaning in every form of the kit."""
NOT_REQUIRED = ("", "no", "false", "false()")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
WITH_CARD = (Role.OPINION, Role.FILTER, Role.BACKGROUND, Role.QUALITY)


@rule("opinion-dont-know-refuse")
def opinions_may_be_withheld(form: Form) -> Iterator[Complaint]:
    """Every opinion question with choices offers don't know and refuse; an open one may stay empty."""
    for question in _opinions(form):
        offered = {choice.missing for choice in question.choices}
        for meaning, code in (("dont_know", "98"), ("refused", "99")):
            if question.choices and meaning not in offered:
                yield Complaint(
                    where=form.at(question, "type"),
                    what=say(
                        '"{question}" has no choice that means {meaning}.', question=question.name, meaning=meaning
                    ),
                    cure=say(
                        'Add the choice {code} with "{meaning}" in the column missing to its list.',
                        code=code,
                        meaning=meaning,
                    ),
                )
        if question.kind is QuestionKind.TEXT and fold(question.required) not in NOT_REQUIRED:
            yield Complaint(
                where=form.at(question, "required"),
                what=say('"{question}" is an open question that must be answered.', question=question.name),
                cure=say('Write "no": who has nothing to say leaves it empty.'),
            )


@rule("missing-codes")
def codes_have_one_meaning(form: Form) -> Iterator[Complaint]:
    """The choices 97, 98 and 99 mean does not apply, don't know and refused, everywhere."""
    for question in form.asked:
        for choice in question.choices:
            if choice.name in CODES and choice.missing != CODES[choice.name]:
                yield Complaint(
                    where=form.at_choice(choice, "missing"),
                    what=say(
                        'the choice {choice} of "{question}" means "{missing}".',
                        choice=choice.name,
                        question=question.name,
                        missing=choice.missing,
                    ),
                    cure=say('Write "{wanted}".', wanted=CODES[choice.name]),
                )


@rule("scales-are-scored")
def scales_are_scored(form: Form) -> Iterator[Complaint]:
    """Each choice of an opinion scale has a score, or the question says that it is nominal."""
    for question in _opinions(form):
        plain = [choice for choice in question.choices if not choice.missing]
        unscored = [choice for choice in plain if choice.score is None]
        if question.card.scale == "nominal":
            unscored = [] if len(unscored) == len(plain) else unscored
        if unscored:
            names = ", ".join(choice.name for choice in unscored)
            yield Complaint(
                where=form.at_choice(unscored[0], "score"),
                what=say(
                    'of the scale of "{question}" the choices {names} have no score.',
                    question=question.name,
                    names=names,
                ),
                cure=say('Write 0 (worst) to 100 (best), or "nominal" in the column scale of the question.'),
            )


@rule("item-card")
def items_say_why(form: Form) -> Iterator[Complaint]:
    """Each item says what it is for, which role it has, and from which day it stands."""
    for question in form.asked:
        if not question.role:
            yield Complaint(
                where=form.at(question, "role"),
                what=say('"{question}" has no role.', question=question.name),
                cure=say("Write one of {known}.", known=", ".join(role for role in Role if role)),
            )
        if question.role not in WITH_CARD:
            continue
        for column, written, cure in (
            ("purpose", question.card.purpose, "Write which decision or table needs it; what none needs, delete."),
            ("valid_from", question.card.valid_from, "Write the first day of its first wave, as 2026-01-29."),
        ):
            if not written:
                yield Complaint(
                    where=form.at(question, column),
                    what=say('"{question}" has none.', question=question.name),
                    cure=cure,
                )


@rule("names")
def names_fit_every_program(form: Form) -> Iterator[Complaint]:
    """Names are small letters, digits and underscores, 32 at most, and each stands once."""
    for question in form.codebook.questions:
        short = question.path.rpartition("/")[2]
        if question.row and not NAME.fullmatch(short):
            yield Complaint(
                where=form.at(question, "name"),
                what=say('"{short}" does not fit SPSS and Stata.', short=short),
                cure=say("Use small letters a-z, digits and _, 32 at most."),
            )
        if "/" in question.name and question.is_asked:
            yield Complaint(
                where=form.at(question, "name"),
                what=say('"{question}" stands in two groups.', question=short),
                cure=say("Give each question a name of its own."),
            )


@rule("numbers-have-bounds")
def numbers_have_bounds(form: Form) -> Iterator[Complaint]:
    """A number that is typed has a constraint with a message in each language."""
    for question in form.asked:
        if question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL) and not question.constraint:
            yield Complaint(
                where=form.at(question, "constraint"),
                what=say('"{question}" takes any number.', question=question.name),
                cure=say("Bound it, such as: . >= 1 and . <= 12"),
            )
        for code in form.codebook.languages:
            if question.constraint and code not in question.constraint_messages:
                yield Complaint(
                    where=form.at(question, f"constraint_message ({code})"),
                    what=say('the constraint of "{question}" has no message.', question=question.name),
                    cure=say("Say which values are allowed."),
                )


@rule("expressions")
def expressions_are_understood(form: Form) -> Iterator[Complaint]:
    """Each condition and calculation is one that the kit understands, and names questions that are there."""
    known = {question.name for question in form.codebook.questions}
    for question in form.codebook.questions:
        for column in ("relevant", "constraint", "calculation", "choice_filter"):
            try:
                names = parse(getattr(question, column)).names
            except ExpressionError as error:
                yield Complaint(
                    where=form.at(question, column),
                    what=joined((error.message, "."), ""),
                    cure=say("Mend it, or write it more simply."),
                )
                continue
            for name in sorted(names - known):
                yield Complaint(
                    where=form.at(question, column),
                    what=say('there is no question "{name}".', name=name),
                    cure=say("Mend the name."),
                )


@rule("self-completed")
def self_completed_items_say_so(form: Form) -> Iterator[Complaint]:
    """Beside an item for the respondent alone stands a hint to hand the device over."""
    for question in form.asked:
        if question.card.filled_by == "self" and not question.hints:
            yield Complaint(
                where=form.at(question, "hint"),
                what=say(
                    '"{question}" is for the respondent alone, and nothing tells the interviewer.',
                    question=question.name,
                ),
                cure=say("Write in the hint: hand the device over."),
            )


@rule("open-answers-warn")
def open_answers_warn(form: Form) -> Iterator[Complaint]:
    """Beside an open question stands a hint that no names and addresses are written down."""
    for question in _opinions(form):
        if question.kind is QuestionKind.TEXT and not question.hints:
            yield Complaint(
                where=form.at(question, "hint"),
                what=say('"{question}" takes free text without a warning.', question=question.name),
                cure=say("Write in the hint: no names, groups or addresses."),
            )


def _opinions(form: Form) -> list[Question]:
    return [question for question in form.asked if question.role is Role.OPINION]
