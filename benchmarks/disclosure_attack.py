"""The attack: a linear program over everything that was published together and before.

Unknown are the people of every quarter, area and answer, and of every quarter, value and answer. Known are all printed
bases, shares within their rounding, bounds, sums and means, why a set is hidden, and that parts add up to the whole:
areas, values (with people of no listed value), quarters of a period.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.disclosure_worlds import ANSWERS, SCORES, Place
from danvan_study.publish.gate import DOMAIN
from danvan_study.tables import PublishedRows

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
"""The most that a bound such as ``below_5`` stands for."""
SLACK: Final = 1e-6
MANY: Final = 100_000.0
TOO_FEW: Final = ("smallest_n", "smallest_clusters")
"""Why a set is hidden for the sake of the people in it, and not for the width of its interval."""
POSITIVE: Final = np.array([score > 50 for score in SCORES], dtype=float)
NEGATIVE: Final = np.array([score < 50 for score in SCORES], dtype=float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A count that should stay unknown."""

    what: str
    count: Floats
    """How it is summed from the unknown people."""
    trivial: tuple[float, float]
    """What its own line of the table tells."""
    merged: Floats | None
    """The same count over all hidden sets of its table, which anybody may subtract; None: only the number itself
    would tell more than the rule."""
    is_bound: bool = False


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

    def add(self, published: pd.DataFrame, periods: Sequence[Period]) -> None:
        """Add the tables of a release."""
        of = {period.id: period for period in periods}
        hidden_sets: dict[tuple[str, str, str], list[tuple[Place, str]]] = {}
        for (period, *where), rows in published.groupby(DOMAIN, sort=False):
            place = Place(*(str(part) for part in where))
            people = self.people(of[str(period)], place)
            first = rows.iloc[0]
            if (rows[PublishedRows.statistic] == "nonanswer").all():  # nobody gave an answer, as the table says
                self._add(people[:-1].sum(axis=0), 0, 0)
            elif first[PublishedRows.flag] == "suppressed":
                reason = str(first[PublishedRows.reason])
                hidden_sets.setdefault((str(period), place.level, place.group), []).append((place, reason))
                few = reason == "smallest_n"
                self._add(people[:-1].sum(axis=0), 1 if few else SMALLEST_N, SMALLEST_N - 1 if few else MANY)
            else:
                self._add_shown(rows, of[str(period)], place)
        for (period, _, _), places in hidden_sets.items():
            self._hide(of[period], places)
        for one in periods:
            self._hide_rest(one)

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
        """Return the hidden counts that are bounded to within five, and closer than their table tells anyway."""
        seen = [self.truth.astype(float)]
        return [found for hidden in self._hidden if (found := self._try(hidden, seen))]

    def _try(self, hidden: Hidden, seen: list[Floats]) -> Found | None:
        values = np.array([hidden.count @ one for one in seen])
        if _is_open(hidden, values.min(), values.max(), merged=None):
            return None
        low, high = (self._extreme(hidden.count, sign, seen) for sign in (1, -1))
        merged = None if hidden.merged is None else self._extreme(hidden.merged, -1, seen)
        return (
            None
            if _is_open(hidden, low, high, merged=merged)
            else Found(hidden.what, low, high, is_bound=hidden.is_bound)
        )

    def _extreme(self, count: Floats, sign: int, seen: list[Floats]) -> float:
        found = linprog(sign * count, **self._program, method="highs")
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

    def _add_shown(self, rows: pd.DataFrame, period: Period, place: Place) -> None:
        people = self.people(period, place)
        for row in rows.itertuples():
            count, base = self._count(row.statistic, row.answer, people)
            within = BASE_WITHIN if place.group and self._has_rest(period) else 0
            self._add(base, row.n - within, row.n + within)
            if np.isfinite(row.estimate):
                points = 0.5 if row.n < WHOLE_BELOW else 0.05
                self._add(100 * count - (row.estimate - points) * base, 0, MANY)
                self._add(100 * count - (row.estimate + points) * base, -MANY, 0)
            elif row.reason.startswith(("below", "above")):
                below = row.reason.startswith("below")
                few = count if below else base - count
                self._add(few, 0, UNDER)
                # Both bases are printed: how many gave no answer is no secret. Nor are the answers that nobody gave.
                if row.statistic != "nonanswer" and count @ self.truth:
                    what = f"{period.id} {place} {row.statistic} {row.answer}"
                    self._hidden.append(Hidden(what=what, count=few, trivial=(0, UNDER), merged=None, is_bound=True))

    def _has_rest(self, period: Period) -> bool:
        """Say whether some people are of no listed value; the attack is taken to know it."""
        return bool(self._family.counts[self._family.waves(period), :, -1, :-1].any())

    def _hide(self, period: Period, places: Sequence[tuple[Place, str]]) -> None:
        """Take the base of a set of too few people, and who gave each answer there, for hidden.

        Of too few clusters only the answers: at least thirty people are no small number.
        """
        everybody = sum(
            (self.people(period, place)[:-1].sum(axis=0) for place, _ in places), start=np.zeros(self._size)
        )
        for place, reason in places:
            if reason in TOO_FEW:
                people = self.people(period, place)[:-1]
                for name, count in zip(ANSWERS, people, strict=True):
                    self._conceal(f"{period.id} {place} answer {name}", count, (0, 0), merged=everybody)
                if reason == "smallest_n":
                    self._conceal(f"{period.id} {place} n", people.sum(axis=0), (1, SMALLEST_N - 1), merged=everybody)

    def _conceal(self, what: str, count: Floats, trivial: tuple[float, float], *, merged: Floats | None) -> None:
        self._hidden.append(Hidden(what=what, count=count, trivial=trivial, merged=merged))

    def _hide_rest(self, period: Period) -> None:
        """Take the people of no listed value for hidden: their base and answers are printed nowhere."""
        cells = self._by_value[self._family.waves(period), -1]
        people = np.array([self._sum(cells[:, answer]) for answer in range(cells.shape[1] - 1)])
        for name, count in (("n", people.sum(axis=0)), *zip(ANSWERS, people, strict=True)):
            if 0 < count @ self.truth < SMALLEST_N:
                what = f"{period.id} people of no listed value {name}"
                self._conceal(what, count, (0, MANY), merged=None)

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


def _is_open(hidden: Hidden, low: float, high: float, *, merged: float | None) -> bool:
    """Say whether a count is still hidden: by more than ten, or as far as its table says."""
    if high - low > CLOSE:
        return True
    if hidden.merged is None:
        return high > low
    most = hidden.trivial[1] if merged is None else min(hidden.trivial[1], merged)
    return low <= hidden.trivial[0] and high >= most
