"""Consent: asked first, never presumed, per purpose, and the end of the interview where it isn't given."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from danvan_study.codebook import Codebook, Question, QuestionKind, Role
from danvan_study.expression import ExpressionError, Scope, parse
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import say
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YES = frozenset({"1", "yes", "co", "agree", "dong_y"})
"""Names of a choice that gives consent."""
SCRIPT = {
    "purpose": "why the survey is done and which data it takes",
    "controller": "who is responsible for the data and answers complaints",
    "rights": "that taking part is free, and how to withdraw",
}
"""Blocks of a consent script: law 91/2025, article 9, paragraph 2."""
HASH_FIELD = "consent_script"
"""The calculation that stores which script was read."""
BEFORE_CONSENT = (Role.CONSENT, Role.DESIGN)
MAY_REMAIN = (Role.CONSENT,)
RESULT_CODE = "result_code"


def script_hash(codebook: Codebook) -> str:
    """Return the hash of the consent script: every note and consent question, in every language."""
    spoken = [question for question in codebook.questions if question.card.consent]
    lines = [f"{each.name} {code} {' '.join(text.split())}" for each in spoken for code, text in each.labels.items()]
    return "sha256-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


@rule("consent-question")
def consent_is_asked(form: Form) -> Iterator[Complaint]:
    """One required select_one asks for consent to take part, and one of its choices says yes."""
    parts = _questions(form, "part")
    if len(parts) != 1:
        yield Complaint(
            where=form.workbook.where("survey", 1, "consent"),
            what=say('{count} questions have "part" in this column.', count=len(parts)),
            cure=say('Write "part" beside the one question that asks for consent to take part.'),
        )
    for question in _consents(form):
        if question.kind is not QuestionKind.SELECT_ONE or not _yes(question):
            yield Complaint(
                where=form.at(question, "type"),
                what=say("consent is a select_one with a choice that says yes."),
                cure=say("Name that choice {yes}.", yes=" or ".join(sorted(YES))),
            )
        if not _is_true(question.required):
            yield Complaint(
                where=form.at(question, "required"),
                what=say('"{question}" may be passed over, and silence is no consent.', question=question.name),
                cure=say('Write "yes".'),
            )


@rule("consent-first")
def consent_comes_first(form: Form) -> Iterator[Complaint]:
    """Nothing but screening and the drawing of a person comes before consent."""
    for part in _questions(form, "part")[:1]:
        for question in form.asked:
            if question.row < part.row and question.role not in BEFORE_CONSENT:
                yield Complaint(
                    where=form.at(question, "name"),
                    what=say(
                        '"{question}" ({role}) is asked before consent.',
                        question=question.name,
                        role=question.role or say("no role"),
                    ),
                    cure=say('Move it below "{part}".', part=part.name),
                )


@rule("consent-no-default")
def consent_has_no_default(form: Form) -> Iterator[Complaint]:
    """No consent question has a default or a calculated answer."""
    for question in _consents(form):
        for column, written in (("default", question.default), ("calculation", question.calculation)):
            if written:
                yield Complaint(
                    where=form.at(question, column),
                    what=say(
                        '"{question}" is answered "{written}" before anybody was asked.',
                        question=question.name,
                        written=written,
                    ),
                    cure=say("Empty the cell: consent has no default."),
                )


@rule("consent-ends-interview")
def refusal_ends_the_interview(form: Form) -> Iterator[Complaint]:
    """Without consent nothing is asked any more, and nothing that was asked before is kept."""
    for part in _questions(form, "part")[:1]:
        refusals = [choice.name for choice in part.choices if choice.name not in YES]
        refused = set().union(*(_may_be_asked(form, {part.name: answer}) for answer in refusals))
        unasked = _may_be_asked(form, {part.name: ""})
        for question in form.codebook.questions:
            if not _is_kept(question, part):
                continue
            if question.path in refused or (question.row > part.row and question.path in unasked):
                yield Complaint(
                    where=form.at(question, "relevant"),
                    what=say('"{question}" is there also when consent is refused.', question=question.name),
                    cure=say("Write ${{{part}}} = '1' there or on a group around it.", part=part.name),
                )


@rule("consent-script")
def script_has_its_blocks(form: Form) -> Iterator[Complaint]:
    """The script before the consent question says purpose, controller and rights, in every language."""
    part = next(iter(_questions(form, "part")), None)
    for block, meaning in SCRIPT.items():
        notes = [each for each in _questions(form, block) if part is None or each.row < part.row]
        spoken = {code for note in notes for code, text in note.labels.items() if len(text.split()) > 5}
        for code in form.codebook.languages:
            if code not in spoken:
                yield Complaint(
                    where=form.workbook.where("survey", notes[0].row if notes else 1, "consent"),
                    what=say(
                        'the consent script ({code}) has no block "{block}": {meaning}.',
                        code=code,
                        block=block,
                        meaning=meaning,
                    ),
                    cure=say(
                        'Write it as a note before the consent question, with "{block}" in the column consent.',
                        block=block,
                    ),
                )


@rule("consent-script-hash")
def script_hash_is_stored(form: Form) -> Iterator[Complaint]:
    """Each interview stores the hash of the consent script that was read."""
    wanted = script_hash(form.codebook)
    stored = form.codebook.question(HASH_FIELD)
    if stored is None or stored.kind is not QuestionKind.CALCULATE:
        yield Complaint(
            where=form.workbook.where("survey", 1, "type"),
            what=say('no calculate is called "{hash_field}".', hash_field=HASH_FIELD),
            cure=say("Add one, with the calculation '{wanted}'.", wanted=wanted),
        )
    elif stored.calculation.strip("'\" ") != wanted:
        yield Complaint(
            where=form.at(stored, "calculation"),
            what=say("this is not the hash of the consent script as it stands."),
            cure=say("Write '{wanted}'.", wanted=wanted),
        )


@rule("consent-per-purpose")
def purposes_are_asked_apart(form: Form) -> Iterator[Complaint]:
    """Origin is asked for only after a consent of its own, and so are re-contact and release."""
    for question in form.asked:
        if question.role not in (Role.OPINION, Role.CONSENT) and _asks_for_origin(question):
            leave = _questions(form, "sensitive")
            if not leave or question.path in _may_be_asked(form, {leave[0].name: "2"}):
                yield Complaint(
                    where=form.at(question, "relevant"),
                    what=say('"{question}" asks for origin without a consent of its own.', question=question.name),
                    cure=say('Ask for leave first (column consent: "sensitive") and make this depend on it.'),
                )
    for purpose in ("recontact", "release"):
        if not _questions(form, purpose):
            yield Complaint(
                where=form.workbook.where("survey", 1, "consent"),
                what=say('no question asks for consent to "{purpose}".', purpose=purpose),
                cure=say("Add it: consent is given for each purpose apart."),
            )


def _questions(form: Form, purpose: str) -> list[Question]:
    return [question for question in form.codebook.questions if question.card.consent == purpose]


def _consents(form: Form) -> list[Question]:
    asked = [question for question in form.asked if question.role is Role.CONSENT or question.card.consent]
    return [question for question in asked if question.card.consent not in SCRIPT]


def _yes(question: Question) -> bool:
    return any(choice.name in YES for choice in question.choices)


def _is_true(expression: str) -> bool:
    return fold(expression) in ("true()", "yes")


def _is_kept(question: Question, part: Question) -> bool:
    """Whether an answer would be kept: of the consent questions and of the result code that is wanted."""
    if question.name in (part.name, RESULT_CODE) or (question.role in MAY_REMAIN and question.row < part.row):
        return False
    return question.is_asked or (question.kind is QuestionKind.CALCULATE and bool(question.row))


def _may_be_asked(form: Form, known: Mapping[str, str]) -> set[str]:
    """Return the paths of the questions that may be asked with these answers, whatever the others are.

    A question that can't be asked has no answer, on which others may depend: so it goes round until nothing changes.
    """
    answers = dict(known)
    while True:
        scope = Scope(answers=answers, open_world=True)
        open_ = {each.path: _holds(form, each, scope) for each in form.codebook.questions}
        closed = {each.name: "" for each in form.codebook.questions if not open_[each.path]}
        if closed.items() <= answers.items():
            return {path for path, may_be in open_.items() if may_be}
        answers = closed | dict(known)


def _holds(form: Form, question: Question, scope: Scope) -> bool:
    for condition in form.codebook.relevance(question):
        try:
            if parse(condition).holds(scope) is False:
                return False
        except ExpressionError:
            continue  # not understood, so it can't be relied on
    return True


def _asks_for_origin(question: Question) -> bool:
    text = fold(" ".join((question.name.replace("_", " "), *question.labels.values())))
    return any(word in text for word in ("ethnic", "dan toc"))
