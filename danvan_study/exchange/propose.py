"""Propose which variable is which question, from names and wordings; never decide."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.exchange.matches import BASE_WEIGHT, Decision, Line
from danvan_study.prohibited import asks_for_birth, asks_for_contact, asks_for_religion
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Codebook, Question
    from danvan_study.exchange.past import PastFile
    from danvan_study.study import Study

ALIKE = 0.85
"""Likeness of two wordings (difflib ratio) from which on a question is named as a candidate."""
FEW_VALUES = 30
"""Different values up to which a variable is taken for one of codes."""
WEIGHTS = ("trong so", "quyen so", "weight")


def propose(file: PastFile, codebook: Codebook, study: Study) -> list[Line]:
    """Return the lines for a person to review.

    A decision is proposed only where a wording is the same; ``decided_by`` stays empty everywhere.
    """
    lines = [line for variable in file.cells.columns for line in _propose_variable(str(variable), file, codebook)]
    declared = [
        Line(
            variable="",
            label=_label(codebook, consent.question),
            question=consent.question,
            answer=consent.yes[0],
            proposed="note: where is it recorded that everybody agreed?",
            decision=Decision.DECLARED,
        )
        for consent in study.design.consent
    ]
    return [*lines, *declared]


def leads_to_a_person(file: PastFile, variable: str) -> bool:
    """Whether a variable holds what never gets in: religion; as typed, names, addresses and numbers of people."""
    label = file.labels.get(variable, "")
    return asks_for_religion(variable, label) or (
        variable not in file.value_labels and asks_for_contact(variable, label)
    )


def is_exact_age(file: PastFile, variable: str) -> bool:
    """Whether a variable holds ages or years of birth as typed: they get in as bands alone."""
    return variable not in file.value_labels and asks_for_birth(variable, file.labels.get(variable, ""))


def is_coded(file: PastFile, variable: str) -> bool:
    """Whether the values of a variable are few enough to be codes."""
    return variable in file.value_labels or file.cells[variable].nunique() <= FEW_VALUES


def _label(codebook: Codebook, name: str) -> str:
    question = codebook.question(name)
    return question.label(codebook.languages[0]) if question else ""


def _propose_variable(variable: str, file: PastFile, codebook: Codebook) -> Iterator[Line]:
    label = file.labels.get(variable, "")
    count = str(int((file.cells[variable] != "").sum()))
    head = Line(variable=variable, label=label, n=count)
    if leads_to_a_person(file, variable):
        yield replace(head, proposed="leads to a person", decision=Decision.DROP)
        return
    if is_exact_age(file, variable):
        yield replace(head, proposed="exact age: name the question of its bands and the band of each value, or drop")
        yield from _propose_values(head, file, None)
        return
    if any(word in fold(f"{variable} {label}") for word in WEIGHTS):
        yield replace(head, question=BASE_WEIGHT, proposed="wording", decision=Decision.SAME)
        return
    question, ground = _candidate(variable, label, codebook)
    decision = Decision.SAME if ground == "wording" else ""
    if question is None:
        decision = Decision.APART if variable in file.value_labels else Decision.DROP
    head = replace(head, question=question.name if question else "", proposed=ground, decision=decision)
    yield head
    if variable in file.value_labels or (question and question.choices and is_coded(file, variable)):
        yield from _propose_values(head, file, question)  # never of words that nobody labelled: they may be names


def _propose_values(head: Line, file: PastFile, question: Question | None) -> Iterator[Line]:
    labels = file.value_labels.get(head.variable, {})
    counts = file.cells[head.variable].value_counts()
    found = sorted({*labels, *(str(cell) for cell in counts.index if cell)}, key=_by_number)
    for value in found:
        told = labels.get(value, "")
        answer = _choice(told, question) if question else ""
        yield Line(
            variable=head.variable,
            value=value,
            value_label=told,
            n=str(int(counts.get(value, 0))),
            missing="x" if file.is_missing(head.variable, value) else "",
            answer=answer,
            proposed="wording" if answer else "",
        )


def _by_number(value: str) -> tuple[int, float, str]:
    try:
        return 0, float(value), value
    except ValueError:
        return 1, 0.0, value


def _candidate(variable: str, label: str, codebook: Codebook) -> tuple[Question | None, str]:
    """Return the question that a variable may be, and what speaks for it."""
    asked = [question for question in codebook.questions if question.is_asked and question.role is not Role.CONSENT]
    wordings = {fold(text): question for question in asked for text in question.labels.values()}
    if label and fold(label) in wordings:
        return wordings[fold(label)], "wording"
    by_name = {question.name.casefold(): question for question in asked}
    if variable.casefold() in by_name:
        return by_name[variable.casefold()], "name"
    near = difflib.get_close_matches(fold(label), list(wordings), n=1, cutoff=ALIKE) if label else []
    return (wordings[near[0]], "alike") if near else (None, "")


def _choice(label: str, question: Question) -> str:
    """Return the choice with a wording; two of the same wording are no proposal."""
    found = [
        choice.name
        for choice in question.choices
        if label and fold(label) in {fold(wording) for wording in choice.labels.values()}
    ]
    return found[0] if len(found) == 1 and question.kind is QuestionKind.SELECT_ONE else ""
