"""The answers to one question as columns of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.exchange.dataset import MEANINGS, Measure, Value, Variable
from danvan_study.tables import Answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from danvan_study.codebook import Choice, Question

USUAL = {"not_applicable": 97, "dont_know": 98, "refused": 99}
NO_YES = ({"vi": "Không chọn", "en": "Not chosen"}, {"vi": "Có chọn", "en": "Chosen"})

Column = tuple[Variable, pd.Series]


def code_question(question: Question, given: pd.DataFrame, people: pd.Index[str]) -> Iterator[Column]:
    """Yield the columns of a question.

    Parameters
    ----------
    given
        Its rows of :class:`~danvan_study.tables.Answers`.
    people
        Respondents in the order of the rows to make.
    """
    rows = given[[Answers.respondent, Answers.answer, Answers.missing]].astype("str")  # they may come as categories
    rows = rows.set_index(Answers.respondent).reindex(people, fill_value="")
    answers = rows[Answers.answer]
    if question.kind is QuestionKind.SELECT_MULTIPLE:
        yield from _several(question, answers)
    elif question.kind is QuestionKind.SELECT_ONE:
        yield _one(question, answers)
    else:
        yield _number(question, answers, meanings=rows[Answers.missing])


def count_outside(question: Question, given: pd.DataFrame) -> int:
    """Return how many answers are none of the choices."""
    if not question.choices:
        return 0
    known = {choice.name for choice in question.choices}
    return int(sum(not known.issuperset(str(answer).split()) for answer in given[Answers.answer]))


def code_choices(choices: Sequence[Choice]) -> tuple[Value, ...]:
    """Return a code for each choice: its name where every name is a whole number, else 1, 2, 3 in form order.

    Choices without a substantive meaning keep a number for a name, else they get 97, 98, 99 by their meaning, or the
    next code that is free.
    """
    real = [choice for choice in choices if not choice.missing]
    others = [choice for choice in choices if choice.missing]
    are_numbers = all(_is_code(choice.name) for choice in real)
    codes = {choice.name: int(choice.name) if are_numbers else place for place, choice in enumerate(real, 1)}
    for choice in others:
        code = int(choice.name) if _is_code(choice.name) else USUAL[choice.missing]
        while code in codes.values():
            code += 1
        codes[choice.name] = code
    return tuple(
        Value(code=codes[choice.name], labels=dict(choice.labels), answer=choice.name, missing=choice.missing)
        for choice in choices
    )


def code_texts_of(names: Iterable[str], labels: Mapping[str, Mapping[str, str]]) -> tuple[Value, ...]:
    """Return a code for each name: its number where each is a code of its own, else 1, 2, 3."""
    listed = list(names)
    tails = [name.rpartition(":")[2] for name in listed]
    are_codes = all(tail.isdigit() for tail in tails) and len({int(tail) for tail in tails if tail.isdigit()}) == len(
        tails
    )
    return tuple(
        Value(code=int(tail) if are_codes else place, labels=dict(labels.get(name, {})), answer=name)
        for place, (name, tail) in enumerate(zip(listed, tails, strict=True), 1)
    )


def apply_codes(values: Sequence[Value], answers: pd.Series) -> pd.Series:
    """Return the code of each answer, NaN where there is none."""
    codes = {value.answer: float(value.code) for value in values}
    return answers.map(codes).astype("float64")


def _is_code(name: str) -> bool:
    return name.isascii() and name.isdigit() and str(int(name)) == name


def _one(question: Question, answers: pd.Series) -> Column:
    values = code_choices(question.choices)
    variable = Variable(
        name=question.name,
        labels=dict(question.labels),
        codes=values,
        measure=_measure(question),
        source=question.name,
    )
    return variable, apply_codes(values, answers)


def _measure(question: Question) -> Measure:
    is_scale = question.is_scored and question.card.scale != "nominal"
    return Measure.ORDINAL if is_scale else Measure.NOMINAL


def _several(question: Question, answers: pd.Series) -> Iterator[Column]:
    """Yield one column of 0 and 1 for each choice; who could not say has the code of that in all of them."""
    values = code_choices(question.choices)
    sets = answers.str.split()
    is_answered = (answers != "").to_numpy()
    missing = [value for value in values if value.missing]
    unsaid = pd.Series(np.nan, index=answers.index)
    for value in missing:
        unsaid[sets.map(lambda names, name=value.answer: names == [name])] = float(value.code)
    taken = {value.code for value in missing}
    assert not taken & {0, 1}, "a choice that is no answer has the code of yes or no"
    dichotomy = tuple(Value(code=code, labels=dict(NO_YES[code]), answer=str(code)) for code in (0, 1))
    for value in values:
        if value.missing:
            continue
        chosen = sets.map(lambda names, name=value.answer: name in names).to_numpy(dtype="float64")
        cells = pd.Series(np.where(is_answered, chosen, np.nan), index=answers.index).where(unsaid.isna(), unsaid)
        wordings = {language: f"{label}: {value.label(language)}" for language, label in question.labels.items()}
        yield (
            Variable(
                name=f"{question.name}_{value.answer}",
                labels=wordings,
                codes=(*dichotomy, *missing),
                source=f"{question.name}/{value.answer}",
            ),
            cells,
        )


def _number(question: Question, answers: pd.Series, *, meanings: pd.Series) -> Column:
    numbers = pd.to_numeric(answers, errors="coerce").astype("float64")
    found = sorted(
        {(float(numbers[at]), str(meanings[at])) for at in numbers.index[(meanings != "") & numbers.notna()]}
    )
    values = tuple(
        Value(code=int(number), labels=dict(MEANINGS[meaning]), answer=f"{number:g}", missing=meaning)
        for number, meaning in found
    )
    variable = Variable(
        name=question.name,
        labels=dict(question.labels),
        codes=values,
        measure=Measure.SCALE,
        source=question.name,
        decimals=0 if question.kind is QuestionKind.INTEGER else 3,
    )
    return variable, numbers
