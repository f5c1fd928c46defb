"""The figures of one question in one domain, and which of them are told: as a number, as a bound, or not at all."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

SMALL_BASE: Final = 100
"""Answers below which 0 % and 100 % are told as bounds (domain.md 5.4)."""
ROOMY_BASE: Final = 300
"""Answers from which on a whole point is three people: two rounded figures give no third one back."""
STEP: Final = 5
"""Points between bounds in a small base."""
MIDDLE: Final = 50.0
"""Of a scale: scores above are positive, scores below negative."""
SIDES: Final = ("positive", "negative", "neutral")
COUNTED: Final = ("share", "positive", "negative")
"""Statistics behind which people can be counted."""
COMPLEMENT: Final = "complement"
"""Why a figure isn't told that has no bound of its own."""

Label = tuple[str, str]
"""Statistic and answer."""


def side_of(score: float | None) -> str:
    """Return the side of the scale on which an answer stands, empty without a score."""
    if score is None:
        return ""
    return "positive" if score > MIDDLE else "negative" if score < MIDDLE else "neutral"


def bound_of(share: float, n: int, smallest: int) -> str:
    """Return the bound told in the place of a share of fewer than ``smallest`` people, or of all but so few.

    In a base below 100 the bound is 5 points, or for larger shares the smallest multiple of five that is surely true
    of so few people; then it is told of all shares from 5 points up to it, lest 4 of 80 be the only ones. From 100
    answers on it is the next whole point, and nobody and everybody are told as 0 and 100 %.

    Returns
    -------
    str
        ``below_5``, ``above_95`` and so on; empty where the number may stand.
    """
    rare = min(share, 100 - share)
    is_few = round(n * rare / 100) < smallest
    if n >= SMALL_BASE:
        points = math.ceil(100 * smallest / n) if is_few and rare > 0 else 0
    elif rare < STEP:
        points = STEP if is_few else 0
    else:
        widest = STEP * math.ceil(100 * smallest / n / STEP)
        points = widest if is_few or (rare < widest and 100 * (smallest - 1) >= STEP * n) else 0
    if not points:
        return ""
    return f"below_{points}" if share <= 50 else f"above_{100 - points}"


@dataclass(slots=True, kw_only=True)
class FigureSet:
    """Shares and sums of one question in one domain, by place.

    :meth:`settle` decides which are told.
    """

    labels: list[Label]
    """Distinct."""
    estimates: list[float]
    n: int
    sides: dict[str, str]
    """Answer to its side of the scale; missing or empty without one."""
    adds_up: bool
    """Whether everybody gives one answer."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Place of a figure that isn't told to its bound, or to :data:`COMPLEMENT`."""

    def settle(self, smallest: int, closed: Collection[Label] = ()) -> None:
        """Bound what stands for few people, and hide beside it whatever would give it back.

        Parameters
        ----------
        smallest
            The smallest count of people that is told.
        closed
            Figures that are not told in any case.
        """
        for place, (statistic, _) in enumerate(self.labels):
            if self.labels[place] in closed:
                self.reasons[place] = COMPLEMENT
            elif statistic in COUNTED and (bound := bound_of(self.estimates[place], self.n, smallest)):
                self.reasons[place] = bound
        if self.reasons and self.n < ROOMY_BASE:
            if self.adds_up:
                self._hide_partners()
            self._hide_sums()

    def _hide_partners(self) -> None:
        """Hide what would give a figure back: a side of the scale less its other shares, or 100 less other sides."""
        sides = [side for side in (*SIDES, "") if self._shares(side)]
        for side in sides:
            self._close(side)
        hidden = self.reasons.keys()
        unknown = [side for side in sides if self._statistic(side) <= hidden and self._shares(side) & hidden]
        if len(unknown) == 1 and (self._statistic(unknown[0]) or len(self._shares(unknown[0]) & hidden) == 1):
            others = [side for side in sides if side != unknown[0]] or sides
            self._open(min(others, key=lambda side: (side != "neutral", self._sum(side))))

    def _close(self, side: str) -> None:
        """See that neither a side's sum gives its hidden share back, nor its shares their hidden sum."""
        inside, whole = self._shares(side), self._statistic(side)
        hidden = inside & self.reasons.keys()
        if len(inside) == 1 and hidden:
            self._hide(whole)
        elif len(hidden) == (0 if whole & self.reasons.keys() else 1):
            self._hide_smallest(inside)

    def _open(self, side: str) -> None:
        """Leave a side's sum unknown."""
        self._hide(self._statistic(side))
        if side == "" or not self._shares(side) & self.reasons.keys():
            self._hide_smallest(self._shares(side))

    def _hide_sums(self) -> None:
        """Hide the balance where either of its parts is hidden, and the mean score where any share is."""
        if (self._statistic("positive") | self._statistic("negative")) & self.reasons.keys():
            self._hide(self._statistic("net"))
        if self._shares() & self.reasons.keys():
            self._hide(self._statistic("mean"))

    def _hide_smallest(self, inside: set[int]) -> None:
        """Hide the smallest of some shares that are not hidden yet, if there is one."""
        shown = sorted(inside - self.reasons.keys(), key=lambda place: (self.estimates[place], place))
        self._hide(set(shown[:1]))

    def _hide(self, places: set[int]) -> None:
        for place in sorted(places):
            self.reasons.setdefault(place, COMPLEMENT)

    def _sum(self, side: str) -> float:
        return sum(self.estimates[place] for place in self._shares(side))

    def _shares(self, side: str | None = None) -> set[int]:
        return {
            place
            for place, (statistic, answer) in enumerate(self.labels)
            if statistic == "share" and (side is None or self.sides.get(answer, "") == side)
        }

    def _statistic(self, name: str) -> set[int]:
        return {place for place, (statistic, _) in enumerate(self.labels) if statistic == name}
