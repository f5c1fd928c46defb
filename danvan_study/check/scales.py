"""How one person used the scales and numbers of the form."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.check.fences import far_numbers, far_out
from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Floats, Material, Whole

FEWEST_ITEMS = 8
"""Scale items below which the same answer throughout says nothing."""
SAME = 0.95
ENOUGH = 30
WHIPPLE_AGES = (23, 62)
VERY_ROUGH = 175.0
NUMBERS = (QuestionKind.INTEGER, QuestionKind.DECIMAL)


@check(Severity.QUESTION, "Người trả lời phân biệt các câu có thang đo.")
def scale_items_get_different_answers(material: Material) -> Iterator[Finding]:
    """Report the same position on 95 % or more of at least 8 scale items, if that is far out in this wave (3 IQR)."""
    share, items = same_position(material)
    known = share[np.isfinite(share)]
    if not len(known):
        return
    bound = min(max(SAME, far_out(known)[1]), 1.0)
    for row in np.flatnonzero((items >= FEWEST_ITEMS) & (share >= bound)):
        yield Finding(
            respondent=material.who(row),
            value=f"{100 * share[row]:.0f} %",
            rule=f"< {100 * bound:.0f} % của {items[row]} câu",
            message="Gần như mọi câu có thang đo được trả lời ở cùng một vị trí.",
        )


@check(Severity.QUESTION, "Con số không lệch xa các phiếu khác.")
def number_is_not_far_out(material: Material) -> Iterator[Finding]:
    """Report a number more than 3 IQR outside the quartiles; of the logarithm below, and above where it is skewed.

    Where half of the answers or more are one number, 4 standard deviations from it (3 IQR of a normal distribution).
    """
    for name in [*material.items(*NUMBERS), *_adults(material)]:
        numbers = material.grid.numbers(name)
        numbers[material.grid.is_missing[:, material.grid.questions.index(name)]] = np.nan
        if np.isfinite(numbers).sum() < ENOUGH:
            continue
        for row in np.flatnonzero(far_numbers(numbers)):
            yield Finding(
                respondent=material.who(row),
                question=name,
                value=str(material.grid.answers(name)[row]),
                rule="tứ phân vị ± 3 khoảng tứ phân vị",
                message=f"Con số ở câu {name} lệch xa các phiếu khác.",
            )


@check(Severity.NOTE, "Tuổi không bị làm tròn.")
def ages_are_not_rounded(material: Material) -> Iterator[Finding]:
    """Report ages heaped on 0 and 5: Whipple's index of 23 to 62 above 175 ("very rough", UN Manual II, 1955)."""
    low, high = WHIPPLE_AGES
    for name in material.items(QuestionKind.INTEGER):
        if "age" not in name.split("_") and "tuoi" not in name.split("_"):
            continue
        numbers = material.grid.numbers(name)
        counted = numbers[(numbers >= low) & (numbers <= high)]
        index = 500 * float((counted % 5 == 0).mean()) if len(counted) >= ENOUGH else 0.0
        if index > VERY_ROUGH:
            yield Finding(
                question=name, rule=f"Whipple {index:.0f} > {VERY_ROUGH:.0f}", message=f"Câu {name}: tuổi bị làm tròn."
            )


def scale_items(material: Material) -> list[str]:
    """Return the questions with one choice whose choices are scored."""
    return [
        name
        for name in material.items(QuestionKind.SELECT_ONE)
        if (question := material.question(name)) and question.is_scored
    ]


@lru_cache(maxsize=2)
def same_position(material: Material) -> tuple[Floats, Whole]:
    """Return for each interview the share of its scale items answered at its most frequent position, and their number.

    The position is the place in the list of choices, whatever the choices are called; NaN without such an answer.
    """
    items = scale_items(material)
    places = np.full((len(material.people), len(items)), BLANK)
    for column, name in enumerate(items):
        question = material.question(name)
        assert question is not None
        order = {choice.name: place for place, choice in enumerate(question.choices)}
        of_word = np.array([order.get(str(word), BLANK) for word in material.grid.words], dtype="int64")
        index = material.grid.questions.index(name)
        codes = material.grid.codes[:, index]
        valid = (codes != BLANK) & ~material.grid.is_missing[:, index]
        places[valid, column] = of_word[codes[valid]]
    count = (places != BLANK).sum(axis=1)
    tallies = np.array([(places == place).sum(axis=1) for place in range(int(places.max(initial=0)) + 1)])
    with np.errstate(invalid="ignore"):
        share = tallies.max(axis=0) / np.where(count, count, np.nan)
    return share, count


def _adults(material: Material) -> list[str]:
    """Return the household's adults: no item, but a number that enters the weight."""
    name = material.study.weighting.adults
    return [name] if name and name in material.grid.questions and name not in material.items(*NUMBERS) else []
