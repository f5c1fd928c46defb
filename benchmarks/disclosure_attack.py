"""The attack: a linear program over everything that was published together and before.

Unknown are the people of every quarter, area and answer, and of every quarter, value and answer. Known are all printed
bases, shares within their rounding, bounds, sums and means, that a set is hidden, that modelled lines of the areas add
up to the whole's own figure before rounding, and that parts add up: areas, values (with people of no listed value),
quarters of a period. Changes between periods are differences of printed figures and tell nothing beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.disclosure_worlds import ANSWERS, SCORES, Place
from danvan_study.publish.gate import DOMAIN
from danvan_study.tables import HiddenSets, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from benchmarks.disclosure_worlds import Family
    from danvan_study.study import Period

    Floats = NDArray[np.float64]

CLOSE: Final = 10
"""An interval of at most this width tells a count to within five."""
SMALLEST_N: Final = 30
WHOLE_BELOW: Final = 1000
"""Bases below which shares are whole points."""
BASE_WITHIN: Final = 5
"""How far a printed base may be from the true one, in tables with people of no listed value."""
UNDER: Final = 4
"""The most people that are not told."""
SMALL_BASE: Final = 100
"""Bases below which 0 % is told as "< 5 %"."""
STEP: Final = 5
"""Points between bounds in small bases."""
SLACK: Final = 1e-6
MANY: Final = 100_000.0
TOO_FEW: Final = ("smallest_n", "smallest_clusters")
"""Why a set is hidden for the sake of the people in it, and not for the width of its interval."""
POSITIVE: Final = np.array([score > 50 for score in SCORES], dtype=float)
NEGATIVE: Final = np.array([score < 50 for score in SCORES], dtype=float)


class Secret(Enum):
    """Which counts should stay unknown, and how far."""

    BASE = "the people of a hidden set: found when known to within five"
    ANSWER = "who gave an answer in a hidden set: found when it is sure that somebody did, and to within five how many"
    FEW = "so few people that a figure is not told, or people of no listed value: found when their very number is known"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A count that should stay unknown."""

    what: str
    count: Floats
    """How it is summed from the unknown people."""
    secret: Secret
    is_bound: bool = False
    """Whether it stands in a set that is shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hidden count that the attack found."""

    what: str
    low: float
    high: float
    is_bound: bool
    """Whether the count stands behind a bound such as "< 5 %" in a set that is shown."""


class Attack:
    """A linear program to which published tables are added."""

    def __init__(self, family: Family) -> None:
        self._family = family
        waves, areas, values, answers = family.counts.shape
        self._by_area = np.arange(waves * areas * answers).reshape(waves, areas, answers)
        self._by_value = self._by_area.size + np.arange(waves * values * answers).reshape(waves, values, answers)
        self._size = self._by_area.size + self._by_value.size
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[Floats] = []
        self._hidden: list[Hidden] = []
        for wave in range(waves):
            for answer in range(answers):
                self._add(self._sum(self._by_area[wave, :, answer]) - self._sum(self._by_value[wave, :, answer]), 0, 0)
        self.truth = np.concatenate([family.counts.sum(axis=2).ravel(), family.counts.sum(axis=1).ravel()])

    def add(self, printed: pd.DataFrame, periods: Sequence[Period], *, log: pd.DataFrame) -> None:
        """Add the tables of some periods; the office's log, of which she knows nothing, says what is a secret."""
        of = {period.id: period for period in periods}
        reasons = log.set_index(DOMAIN)[HiddenSets.reason].to_dict()
        domains: dict[tuple[str, ...], list[Any]] = {}
        for row in printed.itertuples():
            domains.setdefault(tuple(getattr(row, name) for name in DOMAIN), []).append(row)
        for (period, *where), rows in domains.items():
            place = Place(*where)
            people = self.people(of[period], place)
            if all(row.statistic == "nonanswer" for row in rows):  # nobody gave an answer, as the table says
                self._add(people[:-1].sum(axis=0), 0, 0)
            elif rows[0].flag == "suppressed":
                self._add(people[:-1].sum(axis=0), 1, MANY)
                self._hide(of[period], place, reasons[period, *where])
            else:
                self._add_shown(rows, of[period], place)
        for one in periods:
            self._hide_rest(one)
            if not one.is_pooled:
                self._add_lines(printed, one)

    def people(self, period: Period, place: Place) -> Floats:
        """Return answers x unknowns: how each answer's people in a domain are summed."""
        waves = self._family.waves(period)
        if place.value:
            cells = self._by_value[waves, int(place.value[1:])]
        elif place.area:
            cells = self._by_area[waves, int(place.area[1:])]
        else:
            cells = self._by_area[waves].reshape(-1, self._by_area.shape[2])
        return np.array([self._sum(cells[:, answer]) for answer in range(cells.shape[1])])

    def found(self) -> list[Found]:
        """Return the secrets that the program finds."""
        seen = [self.truth.astype(float)]
        return [found for hidden in self._hidden if (found := self._try(hidden, seen))]

    def _try(self, hidden: Hidden, seen: list[Floats]) -> Found | None:
        values = np.array([hidden.count @ one for one in seen])
        if _is_open(hidden.secret, values.min(), values.max()):
            return None
        low, high = (self._extreme(hidden.count, sign, seen) for sign in (1, -1))
        return None if _is_open(hidden.secret, low, high) else Found(hidden.what, low, high, hidden.is_bound)

    def _extreme(self, count: Floats, sign: int, seen: list[Floats]) -> float:
        found = linprog(sign * count, **self._program, bounds=(0, MANY), method="highs")
        if found.status != 0:
            raise ValueError(f"the published figures contradict one another: {found.message}")
        seen.append(found.x)
        value = float(count @ found.x)
        return float(np.ceil(value - 1e-4) if sign > 0 else np.floor(value + 1e-4))

    @cached_property
    def _program(self) -> dict[str, Any]:
        rows, high, low = np.array(self._rows), np.array(self._high), np.array(self._low)
        equal = high - low < SLACK
        upper, lower = ~equal & (high < MANY), ~equal & (low > -MANY)
        return {
            "A_ub": csr_array(np.vstack([rows[upper], -rows[lower]])),
            "b_ub": np.concatenate([high[upper], -low[lower]]) + SLACK,
            "A_eq": csr_array(rows[equal]),
            "b_eq": high[equal],
        }

    def _add_shown(self, rows: Sequence[Any], period: Period, place: Place) -> None:
        people = self.people(period, place)
        for row in rows:
            count, base = self._count(row.statistic, row.answer, people)
            within = BASE_WITHIN if place.group and self._has_rest(period) else 0
            self._add(base, row.n - within, row.n + within)
            if np.isfinite(row.estimate):
                points = 0.5 if row.n < WHOLE_BELOW else 0.05
                self._add(100 * count - (row.estimate - points) * base, 0, MANY)
                self._add(100 * count - (row.estimate + points) * base, -MANY, 0)
                continue
            side, _, points = row.reason.partition("_")
            if side in ("below", "above"):
                few, told = (count, int(points)) if side == "below" else (base - count, 100 - int(points))
                self._add(few, *_within(told, row.n, within))
            # Both bases are printed: how many gave no answer is no secret. Nor are the answers that nobody gave.
            few = min(count, base - count, key=lambda people: people @ self.truth)
            if row.statistic in ("share", "positive", "negative") and 0 < few @ self.truth <= UNDER:
                what = f"{period.id} {place} {row.statistic} {row.answer}"
                self._hidden.append(Hidden(what, few, Secret.FEW, is_bound=True))

    def _add_lines(self, printed: pd.DataFrame, period: Period) -> None:
        """Take modelled lines for printed: positive shares of areas that add up to the whole's own, before rounding.

        They are half-way between an area's figure and the whole's, of which she knows nothing but that they add up.
        """
        rows = printed[(printed[PublishedRows.period] == period.id) & (printed[PublishedRows.group] == "")]
        rows = rows[(rows[PublishedRows.statistic] == "positive") & rows[PublishedRows.estimate].notna()]
        if len(rows) <= self._by_area.shape[1]:
            return
        positive, base = self._count("positive", "", self.people(period, Place("all")))
        whole = (positive @ self.truth) / (base @ self.truth)
        total = 0.0
        for area in rows.loc[rows[PublishedRows.level] == "area", PublishedRows.area]:
            here, there = self._count("positive", "", self.people(period, Place("area", area=str(area))))
            n = there @ self.truth
            line = 50 * (whole + (here @ self.truth) / n)
            total += n * np.round(line, 0 if n < WHOLE_BELOW else 1)
        within = 0.5 * (base @ self.truth)
        self._add(100 * positive, total - within, total + within)

    def _has_rest(self, period: Period) -> bool:
        """Say whether some people are of no listed value; the attack is taken to know it."""
        return bool(self._family.counts[self._family.waves(period), :, -1, :-1].any())

    def _hide(self, period: Period, place: Place, reason: str) -> None:
        """Take the base of a set of too few people, and who gave each answer there, for hidden.

        Of too few clusters only the answers: at least thirty people are no small number.
        """
        if reason in TOO_FEW:
            people, what = self.people(period, place)[:-1], f"{period.id} {place}"
            for name, count in zip(ANSWERS, people, strict=True):
                self._hidden.append(Hidden(f"{what} answer {name}", count, Secret.ANSWER))
            if reason == "smallest_n":
                self._hidden.append(Hidden(f"{what} n", people.sum(axis=0), Secret.BASE))

    def _hide_rest(self, period: Period) -> None:
        """Take the people of no listed value for hidden: their base and answers are printed nowhere."""
        cells = self._by_value[self._family.waves(period), -1]
        people = np.array([self._sum(cells[:, answer]) for answer in range(cells.shape[1] - 1)])
        for name, count in (("n", people.sum(axis=0)), *zip(ANSWERS, people, strict=True)):
            if 0 < count @ self.truth < SMALLEST_N:
                what = f"{period.id} people of no listed value {name}"
                self._hidden.append(Hidden(what, count, Secret.FEW))

    @staticmethod
    def _count(statistic: str, answer: str, people: Floats) -> tuple[Floats, Floats]:
        """Return how a figure's people and its base are summed."""
        valid = people[:-1]
        if statistic == "nonanswer":
            return people[-1], people.sum(axis=0)
        if statistic == "share":
            return valid[ANSWERS.index(answer)], valid.sum(axis=0)
        weights = {"positive": POSITIVE, "negative": NEGATIVE, "net": POSITIVE - NEGATIVE}
        return weights.get(statistic, np.array(SCORES) / 100) @ valid, valid.sum(axis=0)

    def _sum(self, cells: NDArray[np.int64]) -> Floats:
        row = np.zeros(self._size)
        row[cells] = 1.0
        return row

    def _add(self, row: Floats, low: float, high: float) -> None:
        self._rows.append(row)
        self._low.append(low)
        self._high.append(high)


def _within(points: int, n: int, within: int) -> tuple[int, int]:
    """Return from and to how many people a bound stands for, in a base that may be so far from the printed one."""
    smallest, largest = n - within, n + within
    most = ceil(points * largest / 100) - 1
    if smallest >= SMALL_BASE:
        return 1, UNDER
    if largest >= SMALL_BASE:
        return 0, max(most, UNDER)
    return (0, min(most, UNDER)) if points == STEP else (ceil(STEP * smallest / 100), most)


def _is_open(secret: Secret, low: float, high: float) -> bool:
    """Say whether a count is still hidden."""
    if high - low > CLOSE:
        return True
    return secret is not Secret.BASE and (low <= 0 if secret is Secret.ANSWER else high > low)
