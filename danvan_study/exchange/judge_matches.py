"""Check a reviewed table against the file and today's form: what contradicts is refused, nothing is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.errors import StudyError
from danvan_study.exchange.matches import BASE_WEIGHT, NOTHING, Decision, Match, Matches
from danvan_study.exchange.propose import is_exact_age, leads_to_a_person
from danvan_study.messages import Message, say
from danvan_study.study import Base
from danvan_study.tables import MISSING
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Choice, Codebook, Question
    from danvan_study.exchange.past import PastFile
    from danvan_study.study import Study, Wave

TO_A_QUESTION = (Decision.SAME, Decision.REWORDED)


def judge_matches(matches: Matches, file: PastFile, codebook: Codebook, *, study: Study, wave: Wave) -> None:
    """Refuse a table that does not fit.

    Raises
    ------
    StudyError
        A variable is missing or stands in the file without a line; a question is unknown or matched twice; a value has
        no meaning or one that its label contradicts; what leads to a person is kept; consent, area or cluster is not
        there; or study.toml does not say what to do with the weights.
    """
    _refuse_other_variables(matches, file)
    for match in matches.items:
        if match.line.variable and match.decision is not Decision.DROP:
            _refuse_person(matches, match, file=file, codebook=codebook)
        if match.decision in TO_A_QUESTION:
            _judge_question(matches, match, file=file, codebook=codebook)
        elif match.decision is Decision.APART:
            _judge_apart(matches, match, file)
    _refuse_twice(matches)
    _require_design(matches, study)
    _require_weights(matches, wave)


def _refuse_other_variables(matches: Matches, file: PastFile) -> None:
    named = {match.line.variable for match in matches.items if match.line.variable}
    there = set(map(str, file.cells.columns))
    if others := sorted(named ^ there):
        lacking = file.name if others[0] in named else say("this table")
        raise StudyError(
            matches.file,
            say('"{question}" does not stand in {file}.', question=others[0], file=lacking),
            say("Move the table away and import again."),
        )


def _refuse_person(matches: Matches, match: Match, *, file: PastFile, codebook: Codebook) -> None:
    where, variable = matches.where(match.line), match.line.variable
    told = match.line.label or variable
    if leads_to_a_person(file, variable):
        raise StudyError(
            where,
            say('"{told}" leads to a person, or asks for religion.', told=told),
            say("Write drop: it never gets in."),
        )
    question = codebook.question(match.question)
    is_banded = match.decision in TO_A_QUESTION and question is not None and bool(question.choices)
    if is_exact_age(file, variable) and not is_banded:
        raise StudyError(
            where,
            say('"{told}" is an exact age.', told=told),
            say("Match it to the question of its bands, value by value; or write drop."),
        )


def _judge_question(matches: Matches, match: Match, *, file: PastFile, codebook: Codebook) -> None:
    if match.question == BASE_WEIGHT:
        return
    question = codebook.question(match.question)
    if question is None:
        raise StudyError(
            matches.where(match.line),
            say('today\'s form has no question "{question}".', question=match.question),
            say("Mend it, or write apart."),
        )
    if "/" in match.line.question:
        _judge_part(matches, match, question)
    elif question.kind is QuestionKind.SELECT_ONE and question.choices:
        for value in sorted(set(file.cells[match.line.variable]) - {""}):
            _judge_value(matches, match, question, value=value)


def _judge_part(matches: Matches, match: Match, question: Question) -> None:
    """Check a variable that stands for one choice of several: its values are 0 and 1, or nothing."""
    choice = match.line.question.partition("/")[2]
    if question.kind is not QuestionKind.SELECT_MULTIPLE or question.choice(choice) is None:
        raise StudyError(
            matches.where(match.line),
            say('"{choice}" is no choice of "{question}".', choice=choice, question=question.name),
            say("Write question/choice."),
        )
    for line in match.meanings.values():
        if line.answer not in ("0", "1", NOTHING):
            raise StudyError(
                matches.where(line),
                say('"{answer}" is neither 0 nor 1.', answer=line.answer),
                say("Write 1 where it was chosen."),
            )


def _judge_value(matches: Matches, match: Match, question: Question, *, value: str) -> None:
    line = match.meanings.get(value)
    if line is None or not line.answer:
        raise StudyError(
            matches.where(line or match.line),
            say('nobody says which answer of "{question}" the value {value} is.', question=question.name, value=value),
            say("Write the choice into answer; or decide apart."),
        )
    if line.answer == NOTHING and (line.missing or line.note):
        return
    choice = question.choice(line.answer)
    if choice is None:
        raise StudyError(
            matches.where(line),
            say('"{answer}" is no choice of "{question}".', answer=line.answer, question=question.name),
            say("Mend it; {nothing} with a note: none.", nothing=NOTHING),
        )
    if line.missing and not choice.missing:
        raise StudyError(
            matches.where(line),
            say('the file calls {value} missing, and "{answer}" is an answer.', value=value, answer=line.answer),
            say(
                "Write a choice that is no answer, or {nothing}; or take the declaration out of the file.",
                nothing=NOTHING,
            ),
        )
    if line.value_label and not _says(choice, line.value_label) and not _may_differ(match, choice, note=line.note):
        raise StudyError(
            matches.where(line),
            say(
                '{value} is "{label}", and "{answer}" is "{choice}" in the form.',
                value=value,
                label=line.value_label,
                answer=line.answer,
                choice=choice.label("vi"),
            ),
            say("Mend the answer; if the words differ and mean the same, decide reworded and say so in the note."),
        )


def _says(choice: Choice, label: str) -> bool:
    return fold(label) in {fold(wording) for wording in choice.labels.values()}


def _may_differ(match: Match, choice: Choice, *, note: str) -> bool:
    """Whether another wording does no harm: of an answer that is none; of a reworded question, with a note."""
    return bool(choice.missing) or (match.decision is Decision.REWORDED and bool(note))


def _judge_apart(matches: Matches, match: Match, file: PastFile) -> None:
    cells = file.cells[match.line.variable]
    if not match.meanings and pd.to_numeric(cells[cells != ""], errors="coerce").isna().any():
        raise StudyError(
            matches.where(match.line),
            say("it holds words or dates, and no line says what they mean."),
            say("Write drop; or match it to an open question of today."),
        )
    for line in match.meanings.values():
        if line.answer not in MISSING:
            words = ", ".join(word for word in MISSING if word)
            raise StudyError(
                matches.where(line),
                say('"{answer}" is not known here.', answer=line.answer),
                say("Leave it blank, or write one of {known}.", known=words),
            )
        if line.missing and not line.answer:
            raise StudyError(
                matches.where(line),
                say("the file calls {value} missing and does not say why.", value=line.value),
                say("Write dont_know, refused or not_applicable into answer."),
            )


def _refuse_twice(matches: Matches) -> None:
    seen: dict[str, Match] = {}
    for match in matches.items:
        if match.decision in (*TO_A_QUESTION, Decision.DECLARED):
            first = seen.setdefault(match.line.question, match)
            if first is not match:
                raise StudyError(
                    matches.where(match.line),
                    say(
                        '"{question}" is matched in row {row} already.',
                        question=match.line.question,
                        row=first.line.row,
                    ),
                    say("Keep one of the two."),
                )


def _required(study: Study) -> Iterator[tuple[str, Message]]:
    design = study.design
    for consent in design.consent:
        cure = say("Match a variable, or declare it and say in the note where consent is recorded.")
        yield consent.question, cure
    for question in (design.area if study.areas_file else "", *design.stratum):
        if question:
            yield question, say("Match it: without it nobody could say whom the interviews stand for.")
    if design.cluster:
        cure = say("Match the sampling unit; people drawn one by one: the variable that numbers them.")
        yield design.cluster, cure


def _require_design(matches: Matches, study: Study) -> None:
    for question, cure in _required(study):
        found = matches.of(question)
        if not found:
            raise StudyError(matches.file, say('no line leads to "{question}".', question=question), cure)
        for match in found:
            if match.decision is Decision.DECLARED and not match.line.note:
                raise StudyError(matches.where(match.line), say("a declaration without a note is none."), cure)


def _require_weights(matches: Matches, wave: Wave) -> None:
    has_weights = bool(matches.of(BASE_WEIGHT))
    wanted = Base.COLUMN if has_weights else Base.EQUAL
    if wave.base is not wanted or (has_weights and wave.column != BASE_WEIGHT):
        lines = f'base = "column", column = "{BASE_WEIGHT}"' if has_weights else 'base = "equal"'
        raise StudyError(
            say("study.toml, wave {wave} base", wave=wave.id),
            (
                say("the past file has weights, and this line does not name them.")
                if has_weights
                else say("the past file has no weights, and this line asks for them.")
            ),
            say("Write {lines}; on top of it the wave is weighted to the margins like every other.", lines=lines),
        )
