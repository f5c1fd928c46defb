"""Ask the questions: each person's answers, by question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from danvan_study.simulate.model import AGE_BANDS, SEXES
from danvan_study.simulate.seeded import draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.simulate.model import OpenQuestion, Truth, Whole
    from danvan_study.simulate.people import People
    from danvan_study.simulate.shares import Chances

Answered = dict[str, npt.NDArray[np.str_]]
"""Question to the answers of all people, ``""`` where it wasn't asked."""


def ask(people: People, every: Sequence[Chances], *, truth: Truth, generator: np.random.Generator) -> Answered:
    """Draw the answers of ``people`` to every question of the truth."""
    answered: Answered = {}
    for chance in every:
        given = _answers(people, chance, generator)
        rule = chance.item.asked_if
        if rule:
            given = np.where(np.isin(answered[rule.question], rule.answers), given, "")
        answered[chance.item.question] = given
    if truth.open_question:
        answered[truth.open_question.question] = _words(answered, truth.open_question, generator)
    answered |= _background(people, truth, generator)
    for question, shares in truth.quality.items():
        answered[question] = _pick(shares, np.zeros(len(people.age), dtype="int64"), generator)
    return answered


def _answers(people: People, chance: Chances, generator: np.random.Generator) -> npt.NDArray[np.str_]:
    substantive = chance.of(people.village, people.cell, people.person)
    apart = chance.apart_shares[people.cell]
    shares = np.hstack([substantive * (1 - apart.sum(axis=1, keepdims=True)), apart])
    return np.array([*chance.answers, *chance.apart])[draw(shares, generator)]


def _words(answered: Answered, question: OpenQuestion, generator: np.random.Generator) -> npt.NDArray[np.str_]:
    followed = answered[question.follows]
    longest = max(len(phrase) for phrases in question.phrases.values() for phrase in phrases)
    words = np.full(len(followed), "", dtype=f"<U{longest}")
    for answer, phrases in question.phrases.items():
        meant = np.flatnonzero(followed == answer)
        words[meant] = np.array(phrases)[generator.integers(len(phrases), size=len(meant))]
    return np.where(generator.random(len(followed)) < question.percent / 100, words, "")


def _background(people: People, truth: Truth, generator: np.random.Generator) -> Answered:
    answered = {"sex": np.array(SEXES)[people.sex], "age_band": np.array(AGE_BANDS)[people.age]}
    for question, by_age in truth.background.items():
        answers = list(next(iter(by_age.values())))
        shares = np.array([[by_age[band].get(answer, 0.0) for answer in answers] for band in AGE_BANDS]) / 100
        answered[question] = np.array(answers)[draw(shares[people.age], generator)]
    for question, instead in truth.unstated.items():
        for answer, percent in instead.items():
            says_so = generator.random(len(people.age)) < percent / 100
            answered[question] = np.where(says_so, answer, answered[question])
    return answered


def _pick(shares: Mapping[str, float], rows: Whole, generator: np.random.Generator) -> npt.NDArray[np.str_]:
    table = np.array([list(shares.values())]) / 100
    return np.array(list(shares))[draw(table[rows], generator)]
