"""What statistics are made from: who stands on which level, and what a level adds to each of them.

A *level* is a choice, a missing code, or for a number as typed the number itself. Sums over respondents are made once
per level; every statistic of a question follows from these few sums.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One statistic of a question."""

    statistic: str
    answer: str
    base: int
    """Number of its base."""
    low: float
    high: float
    """Range of the statistic, in parts of :attr:`scale`."""
    scale: float = 100.0
    is_share: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Which respondent stands on which level. A respondent may stand on several (several answers allowed)."""

    row: Codes | None
    """Row of each entry; None: one entry per row, in order."""
    level: np.ndarray
    """Whole numbers from 0."""
    levels: int
    amount: Floats | None = None
    """What the entry counts; None: 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The statistics of one question. Of a respondent's levels at most one counts for a measure or a base."""

    measures: tuple[Measure, ...]
    entries: Entries
    values: Floats
    """Levels x measures: what a respondent on the level adds."""
    squares: Floats
    """Levels x measures: what they add to the sum of squares."""
    bases: Floats
    """Levels x bases: whether they belong to the base."""

    @property
    def base(self) -> Codes:
        """The base of each measure."""
        return np.array([measure.base for measure in self.measures], dtype=np.int64)

    def only(self, places: Sequence[int]) -> Measures:
        """Return some of the statistics, by their places."""
        return replace(
            self,
            measures=tuple(self.measures[place] for place in places),
            values=self.values[:, places],
            squares=self.squares[:, places],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """What was said to one question: one entry per respondent who was asked, in the order of the rows."""

    row: np.ndarray
    level: np.ndarray
    """What was said: an answer with its missing code and score."""
    answers: tuple[str, ...]
    """The answer behind each level, in the order of the alphabet."""
    missing: np.ndarray
    """Of each level, the place in :data:`~danvan_study.tables.MISSING`; 0 is an answer."""
    scores: Floats
    """Of each level."""
