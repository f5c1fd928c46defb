"""Periods: which waves are reported on together, and which periods are compared.

A wave belongs to the quarter in which the middle day of its fieldwork lies. A period of several quarters is made only
when every one of its quarters has a wave: a missing wave is a gap, never filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from danvan_study.study.waves import Wave


class Span(StrEnum):
    """How long a period is, by the short names that offices use."""

    WAVE = "Q"
    """One wave, whatever its length: in most studies a quarter."""
    HALF = "6T"
    """January to June."""
    SECOND_HALF = "6TC"
    """July to December: reported on by nobody, and what the next January to June is compared with."""
    NINE = "9T"
    """January to September."""
    YEAR = "NAM"
    """January to December."""
    ROLLING = "4Q"
    """The four quarters up to a wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of time that is reported on: one wave, or several pooled."""

    id: str
    waves: tuple[str, ...]
    span: Span = Span.WAVE

    @property
    def is_pooled(self) -> bool:
        """Whether more than one wave stands behind the figures."""
        return len(self.waves) > 1


REPORTED = (Span.HALF, Span.NINE, Span.YEAR)
"""What has a report of its own beside the wave's."""


class Against(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"
    """The wave before, the rolling year that ended one quarter earlier, or the six months before."""
    YEAR_BEFORE = "year_before"
    """The same quarters of the year before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two periods of the same length."""

    period: Period
    against: Period
    kind: Against

    @property
    def waves(self) -> tuple[str, ...]:
        """All waves behind the two, earliest first."""
        return tuple(dict.fromkeys([*self.against.waves, *self.period.waves]))


QUARTERS = 4
FIRST_QUARTER = {Span.HALF: 1, Span.SECOND_HALF: 3, Span.NINE: 1, Span.YEAR: 1}
"""Of the year, in which a span begins."""
ENDING = {2: (Span.HALF,), 3: (Span.NINE,), 4: (Span.YEAR, Span.SECOND_HALF)}
"""Quarter of the year to the spans that end with it."""
DAYS = 365.25 / QUARTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The waves that there are data for, in order of time."""

    waves: tuple[Wave, ...]

    def periods(self, wave_id: str) -> tuple[Period, ...]:
        """Return the periods that end with a wave: the wave, the rolling year, the year so far, the second half."""
        return (self.wave(wave_id), *[found for found in self._longer(wave_id).values() if isinstance(found, Period)])

    def gaps(self, wave_id: str) -> dict[str, str]:
        """Return the periods that would end with a wave but miss quarters, with the reason.

        A study whose waves never follow each other by a quarter has no such periods, and so no gaps.
        """
        return {f"{wave_id}-{span}": f"no data for {', '.join(found)}" for span, found in self.missed(wave_id).items()}

    def missed(self, wave_id: str) -> dict[Span, tuple[str, ...]]:
        """Return the quarters without data, by the span that they keep from being made."""
        if not self._is_quarterly:
            return {}
        return {span: tuple(found) for span, found in self._longer(wave_id).items() if not isinstance(found, Period)}

    def comparisons(self, wave_id: str) -> tuple[Comparison, ...]:
        """Return what the periods that end with a wave are compared with, as far as it is there."""
        found = []
        for period in self.periods(wave_id):
            if period.span is Span.SECOND_HALF:
                continue
            found.append((period, self._before(period), Against.PREVIOUS))
            found.append((period, self._earlier(period, QUARTERS), Against.YEAR_BEFORE))
        pairs: dict[tuple[str, str], Comparison] = {}
        for period, against, kind in found:
            if against:
                pairs.setdefault((period.id, against.id), Comparison(period=period, against=against, kind=kind))
        return tuple(pairs.values())

    def follows(self, earlier: str, later: str) -> bool:
        """Say whether a line may join two waves: no quarter lies between them, or the study has no such rhythm."""
        return not self._is_quarterly or self._quarter(later) - self._quarter(earlier) <= 1

    def quarters(self) -> dict[str, float]:
        """Return when each wave was, in quarters; by days where two waves share a quarter."""
        quarters = [self._quarter(wave.id) for wave in self.waves]
        if len(set(quarters)) == len(quarters):
            return {wave.id: float(quarter) for wave, quarter in zip(self.waves, quarters, strict=True)}
        middles = [(wave.start.toordinal() + wave.end.toordinal()) / 2 for wave in self.waves]
        return {wave.id: middle / DAYS for wave, middle in zip(self.waves, middles, strict=True)}

    def wave(self, wave_id: str) -> Period:
        """Return the period that is this wave alone."""
        return Period(id=wave_id, waves=(wave_id,))

    def missing(self, waves: Sequence[str]) -> list[str]:
        """Return the quarters between the first and the last of ``waves`` that have none of them."""
        there = sorted(self._quarter(wave) for wave in waves)
        return [_name(quarter) for quarter in range(there[0], there[-1] + 1) if quarter not in there]

    def seasons(self, waves: Sequence[str]) -> set[int]:
        """Return the quarters of the year, 1 to 4, that ``waves`` lie in."""
        return {self._quarter(wave) % QUARTERS + 1 for wave in waves}

    @property
    def _is_quarterly(self) -> bool:
        quarters = [self._quarter(wave.id) for wave in self.waves]
        return any(later - earlier == 1 for earlier, later in pairwise(quarters))

    def _longer(self, wave_id: str) -> dict[Span, Period | list[str]]:
        """Return each longer period that ends with a wave, or the quarters that it misses."""
        end = self._quarter(wave_id)
        return {span: self._pooled(span, end) for span in (Span.ROLLING, *ENDING.get(end % QUARTERS + 1, ()))}

    def _pooled(self, span: Span, end: int) -> Period | list[str]:
        start = end - QUARTERS + 1 if span is Span.ROLLING else end - end % QUARTERS + FIRST_QUARTER[span] - 1
        wanted = range(start, end + 1)
        waves = [wave.id for wave in self.waves if self._quarter(wave.id) in wanted]
        there = {self._quarter(wave) for wave in waves}
        if missing := [_name(quarter) for quarter in wanted if quarter not in there]:
            return missing
        name = f"{waves[0]}-{waves[-1]}" if span is Span.ROLLING else f"{end // QUARTERS}-{span}"
        return Period(id=name, waves=tuple(waves), span=span)

    def _before(self, period: Period) -> Period | None:
        """Return the wave before this one, however long ago; the rolling year one quarter back; the six months before.

        Nine months and a year have none: it would share months with them, or be the year before.
        """
        if period.span is Span.ROLLING:
            return self._earlier(period, 1)
        if period.span is Span.HALF:
            found = self._pooled(Span.SECOND_HALF, self._quarter(period.waves[0]) - 1)
            return found if isinstance(found, Period) else None
        if period.span is not Span.WAVE:
            return None
        place = [wave.id for wave in self.waves].index(period.id)
        return self.wave(self.waves[place - 1].id) if place else None

    def _earlier(self, period: Period, quarters: int) -> Period | None:
        """Return the same period some quarters earlier."""
        end = self._quarter(period.waves[-1]) - quarters
        if period.span is not Span.WAVE:
            found = self._pooled(period.span, end)
            return found if isinstance(found, Period) else None
        waves = [wave.id for wave in self.waves if self._quarter(wave.id) == end]
        return self.wave(waves[-1]) if waves else None

    def _quarter(self, wave_id: str) -> int:
        wave = {wave.id: wave for wave in self.waves}[wave_id]
        return _ordinal(wave.start + (wave.end - wave.start) / 2)


def _ordinal(day: date) -> int:
    """Return the number of a day's quarter, counted from the year 0 on."""
    return day.year * QUARTERS + (day.month - 1) // 3


def _name(quarter: int) -> str:
    return f"{quarter // QUARTERS}q{quarter % QUARTERS + 1}"
