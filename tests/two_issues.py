"""An attacker who holds both issues of one wave and knows who was corrected, but not what they had said or say now.

People weigh the same, so that counts may be read off shares: the worst case. She counts in whole people (an integer
program), knows both issues' bases, shares and sums within their rounding, and how many of an area and sex were
corrected. A person is found when everybody of that area and sex who was corrected gave one answer in every pair of
tables that prints alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.disclosure_worlds import ANSWERS, SCORES, Family
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

AREAS, VALUES = 4, 2
PEOPLE: Final = (1, 2, 4, 5, 12)
PLACES: Final = ("one area", "spread")
KINDS: Final = ("removed", "changed")
SEEDS: Final = (1, 2)
GRID: Final = tuple(product(PEOPLE, PLACES, KINDS, SEEDS))
CROSSED: Final = tuple((20, "spread", "removed", seed) for seed in (100, 101, 103, 109))
"""Cases in which five people an area and ten a sex were enough to tell single ones, where both tables met."""
TOLD: Final = 5
"""So many people who gave one answer are told as a group, here as everywhere: no case of the grid has such a group."""
FREE: Final = 1e9
SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Case:
    """A wave and its corrections: area x sex x answer, the last answer is none."""

    before: Counts
    lost: Counts
    gained: Counts

    @property
    def first(self) -> Family:
        """The wave as it was issued first."""
        return _family(self.before)

    @property
    def second(self) -> Family:
        """The wave after the corrections."""
        return _family(self.before - self.lost + self.gained)


def _family(counts: Counts) -> Family:
    unlisted = np.zeros_like(counts[:, :1])
    return Family(counts=np.concatenate([counts, unlisted], axis=1)[None], imprecise=frozenset())


def draw_case(people: int, place: str, kind: str, seed: int) -> Case:
    """Draw four areas of 60 to 90 people, and who of them is removed or changed."""
    random = np.random.default_rng([20261126, people, PLACES.index(place), KINDS.index(kind), seed])
    opinion = np.append(random.dirichlet([4.0] * len(ANSWERS)), 0.03)
    cells = np.outer([0.48, 0.52], opinion / opinion.sum()).ravel()
    sizes = random.integers(60, 90, AREAS, endpoint=True)
    before = np.array([random.multinomial(size, cells) for size in sizes]).reshape(AREAS, VALUES, -1)
    while True:
        lost, gained = _correct(before, people, place, kind, random)
        if not any(_has_group(side) for side in (lost, gained)):
            return Case(before, lost, gained)


def _correct(before: Counts, people: int, place: str, kind: str, random: np.random.Generator) -> tuple[Counts, Counts]:
    lost, gained = np.zeros_like(before), np.zeros_like(before)
    for number in range(people):
        area = 0 if place == "one area" else number % AREAS
        left = (before - lost)[area, :, :-1]
        value, answer = np.unravel_index(random.choice(left.size, p=left.ravel() / left.sum()), left.shape)
        lost[area, value, answer] += 1
        if kind == "changed":
            gained[area, value, random.choice([one for one in range(len(ANSWERS)) if one != answer])] += 1
    return lost, gained


def _has_group(side: Counts) -> bool:
    """Say whether five people or more of an area, a sex or all of them gave one answer."""
    sets = [side.sum(axis=(0, 1)), *side.sum(axis=0), *side.sum(axis=1)]
    return any(one.sum() >= TOLD and one.max() == one.sum() for one in sets)


def found(case: Case, first: pd.DataFrame, second: pd.DataFrame) -> Iterator[str]:
    """Walk over the people whose answer she is sure of."""
    size = case.before.size
    people = np.arange(size).reshape(case.before.shape)
    rows = [*_printed(first, people, case), *(_moved(row) for row in _printed(second, people, case))]
    for side, counts in enumerate((case.lost, case.gained), 1):
        for area, value in np.ndindex(AREAS, VALUES):
            known = np.zeros(3 * size)
            known[side * size + people[area, value]] = 1.0
            rows.append((known, counts[area, value].sum(), counts[area, value].sum()))
    matrix, low, high = (np.array(part) for part in zip(*_wide(rows, size), strict=True))
    for side, counts in (("had said", case.lost), ("says", case.gained)):
        for area, value, answer in np.argwhere((counts > 0) & (counts == counts.sum(axis=2, keepdims=True))):
            aim = np.zeros(3 * size)
            aim[(1 if side == "had said" else 2) * size + people[area, value, answer]] = 1.0
            least = milp(aim, integrality=1, bounds=Bounds(0), constraints=LinearConstraint(matrix, low, high))
            if not least.success:
                raise ValueError(f"the two issues contradict each other: {least.message}")
            if round(least.fun) == counts[area, value, answer]:
                yield f"area {area}, sex {value} {side} {answer}"


Row = tuple["Floats", float, float]


def _printed(rows: pd.DataFrame, people: Counts, case: Case) -> Iterator[Row]:
    """Walk over what the figures of an issue say of its people: a sum, and from and to how many it is."""
    for row in rows[rows[PublishedRows.flag] != "suppressed"].itertuples():
        here = people
        if row.area:
            here = people[int(str(row.area)[1:])][None]
        elif row.group:
            here = people[:, int(str(row.value)[1:])][:, None]
        base = here if row.statistic == "nonanswer" else here[..., :-1]
        whole = _sum(base, case)
        yield whole, float(row.n), float(row.n)
        count = sum(weight * _sum(here[..., answer], case) for answer, weight in _weights(row))
        if np.isfinite(row.estimate):
            yield count - (row.estimate - 0.5) / 100 * whole, -SLACK, FREE
            yield count - (row.estimate + 0.5) / 100 * whole, -FREE, SLACK
        elif row.reason.startswith(("below", "above")):
            side, points = row.reason.split("_")
            over = count - float(points) / 100 * whole
            yield (over, -FREE, 0.0) if side == "below" else (over, 0.0, FREE)


def _weights(row: Any) -> list[tuple[int, float]]:
    if row.statistic == "nonanswer":
        return [(-1, 1.0)]
    if row.statistic == "share":
        return [(ANSWERS.index(row.answer), 1.0)]
    high, low = [float(score > 50) for score in SCORES], [float(score < 50) for score in SCORES]
    net = [up - down for up, down in zip(high, low, strict=True)]
    weights = {"positive": high, "negative": low, "net": net, "mean": [score / 100 for score in SCORES]}
    return list(enumerate(weights[row.statistic]))


def _sum(cells: Counts, case: Case) -> Floats:
    row = np.zeros(case.before.size)
    row[np.ravel(cells)] = 1.0
    return row


def _moved(row: Row) -> Row:
    """Turn a sum of the corrected wave into one of the first, less who was lost, and who was gained."""
    count, low, high = row
    return np.concatenate([count, -count, count]), low, high


def _wide(rows: list[Row], size: int) -> Iterator[Row]:
    for count, low, high in rows:
        yield np.pad(count, (0, 3 * size - len(count))), low, high
