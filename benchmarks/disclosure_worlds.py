"""Random families of tables for the attack on what the gate hides: quarters x areas x groups x answers, small cells.

People are counted one by one and weigh the same, so that whoever attacks may read counts off shares: the worst case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.codebook import Choice, Codebook, Question, QuestionKind, Role
from danvan_study.study import Calendar, Period, Wave
from danvan_study.tables import Estimates, SetSizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

QUESTION: Final = "trust"
SCORES: Final = (0.0, 50.0, 75.0, 100.0)
ANSWERS: Final = tuple(str(number) for number in range(1, len(SCORES) + 1))
NO_ANSWER: Final = "dont_know"
SIZES: Final = ((1, 12), (10, 29), (30, 45), (40, 99), (100, 260))
"""From and to how many people of an area are asked in a quarter."""

CODEBOOK: Final = Codebook(
    source="worlds.xlsx",
    sha256="0" * 64,
    form_id="worlds",
    version="1",
    languages=("vi",),
    questions=(
        Question(
            name=QUESTION,
            path=QUESTION,
            kind=QuestionKind.SELECT_ONE,
            type_as_written="select_one",
            role=Role.OPINION,
            labels={"vi": "Ông/bà tin đến mức nào?"},
            choices=tuple(
                Choice(name=name, labels={"vi": name}, score=score) for name, score in zip(ANSWERS, SCORES, strict=True)
            ),
        ),
    ),
    topics=(),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A domain of the tables: everybody, an area, or a value of the group."""

    level: str
    area: str = ""
    group: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One study's counts: wave x area x value x answer; the last value is listed nowhere, the last answer is none."""

    counts: Counts
    imprecise: frozenset[tuple[str, Place]]
    """Sets whose interval is too wide, whatever their size."""

    @property
    def calendar(self) -> Calendar:
        """One wave a quarter, from the first of 2025 on."""
        starts = [date(2025 + place // 4, 3 * (place % 4) + 1, 10) for place in range(len(self.counts))]
        return Calendar(
            waves=tuple(
                Wave(id=f"{day.year}q{day.month // 3 + 1}", forms=(), start=day, end=day.replace(day=20))
                for day in starts
            )
        )

    @property
    def releases(self) -> tuple[tuple[Period, ...], ...]:
        """The periods that each wave publishes."""
        calendar = self.calendar
        return tuple(calendar.periods(wave.id) for wave in calendar.waves)

    def places(self) -> Iterator[Place]:
        """All domains that are listed."""
        yield Place("all")
        for area in range(self.counts.shape[1]):
            yield Place("area", area=f"a{area}")
        for value in range(self.counts.shape[2] - 1):
            yield Place("all", group="g", value=f"v{value}")

    def waves(self, period: Period) -> list[int]:
        """Return the numbers of a period's waves."""
        return [number for number, wave in enumerate(self.calendar.waves) if wave.id in period.waves]

    def answers(self, period: Period, place: Place) -> Counts:
        """Return the counts of answers in a domain."""
        return self._answers(self.waves(period), place)

    def _answers(self, waves: list[int], place: Place) -> Counts:
        here = self.counts[waves].sum(axis=0)
        here = here[int(place.area[1:])][None] if place.area else here
        here = here[:, int(place.value[1:])][:, None] if place.value else here
        return np.asarray(here.sum(axis=(0, 1)), dtype=np.int64)

    def estimates(self, question: str) -> pd.DataFrame:
        """Return what the gate is given, of all releases (:class:`~danvan_study.tables.Estimates`)."""
        periods = [period for release in self.releases for period in release]
        rows = [row for period in periods for place in self.places() for row in self._rows(period, place, question)]
        table = pd.DataFrame(rows, columns=list(Estimates.columns()))
        texts = {name: "str" for name, column in Estimates.columns().items() if column.kind == "text"}
        return Estimates.conform(table.astype(texts))

    def sizes(self, wave: int, question: str) -> pd.DataFrame:
        """Return what the register is given (:class:`~danvan_study.tables.SetSizes`)."""
        period = self.releases[wave][0]
        rows = []
        for place in self.places():
            counts = self.answers(period, place)[:-1]
            start = [place.level, place.area, place.group, place.value, question]
            rows += [[*start, name, n, _clusters(counts.sum())] for name, n in zip(ANSWERS, counts, strict=True) if n]
        return SetSizes.conform(pd.DataFrame(rows, columns=list(SetSizes.columns())))

    def _rows(self, period: Period, place: Place, question: str) -> Iterator[list[object]]:
        *answers, silent = self.answers(period, place)
        n, asked = int(sum(answers)), int(sum(answers) + silent)
        clusters = sum(_clusters(int(self._answers([wave], place)[:-1].sum())) for wave in self.waves(period))
        half = 18.0 if (period.id, place) in self.imprecise else 4.0
        start = [period.id, place.level, place.area, place.group, place.value, question]
        if n:
            shares = 100 * np.array(answers) / n
            high = shares[2:].sum()
            figures = [("share", name, share) for name, share in zip(ANSWERS, shares, strict=True)]
            figures += [("positive", "", high), ("negative", "", shares[0]), ("net", "", high - shares[0])]
            figures.append(("mean", "", float(shares @ np.array(SCORES)) / 100))
            for statistic, answer, estimate in figures:
                yield [*start, statistic, answer, *_numbers(estimate, half, n), clusters]
        if asked:
            yield [*start, "nonanswer", NO_ANSWER, *_numbers(100 * silent / asked, 4.0, asked), clusters]


def _numbers(estimate: float, half: float, n: int) -> list[object]:
    return [estimate, half / 2, estimate - half, estimate + half, n, float(n), 1.0, 40]


def _clusters(n: int) -> int:
    return max(1, round(n / 12)) if n else 0


def draw_family(seed: int) -> Family:
    """Draw a family: one to six quarters, three to six areas, two or three values and often a few people of none."""
    random = np.random.default_rng([20261126, seed])
    waves, areas, values = (int(random.integers(low, high)) for low, high in ((1, 7), (3, 7), (2, 4)))
    sizes = [SIZES[kind] for kind in random.choice(len(SIZES), areas, p=[0.15, 0.2, 0.15, 0.25, 0.25])]
    asked = np.array([[random.integers(low, high, endpoint=True) for low, high in sizes] for _ in range(waves)])
    likely = random.dirichlet([1.5] * values)
    likely = np.append(likely, random.choice([0.0, 0.004, 0.02]))
    opinion = np.append(random.dirichlet([1.2] * len(ANSWERS)), random.choice([0.02, 0.1]))
    cells = np.outer(likely / likely.sum(), opinion / opinion.sum())
    counts = np.array([[random.multinomial(size, cells.ravel()) for size in wave] for wave in asked])
    family = Family(counts=counts.reshape(waves, areas, values + 1, len(ANSWERS) + 1), imprecise=frozenset())
    wide = [
        (period.id, place)
        for periods in family.releases
        for period in periods
        for place in family.places()
        if place.level == "area" and random.random() < 0.1
    ]
    return Family(counts=family.counts, imprecise=frozenset(wide))
