"""What is published at once: the periods that end with a wave, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from danvan_study.publish.lookalikes import Part
    from danvan_study.publish.secondary import Span
    from danvan_study.study import Period

    Breakdown = tuple[str, str]

WHOLE: Final = ("all", "")
AREAS: Final = ("area", "")
PILOT: Final = "pilot"
OTHERS: Final = "others"
_REVIEW: Final = 1 << 4096
"""The bit by which the span of a review differs from the same waves of the calendar; its areas are told together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedPeriod:
    """A period of a review, in which areas are told as pilot and others."""

    period: Period
    pilot: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All that is published with a wave."""

    periods: tuple[Period, ...]
    """The wave, then the longer ones."""
    reviews: tuple[ReviewedPeriod, ...] = ()
    """What ends with the wave of reviews that the study declares."""
    only: Mapping[Breakdown, Collection[str]] = field(default_factory=dict)
    """Level and group of breakdowns that are not published in all periods to the ids of those in which they are."""


class Spans:
    """The periods of a release as spans, and what they are called."""

    def __init__(self, release: Release, waves: Sequence[str]) -> None:
        self.sides: dict[Span, list[Sequence[str]]] = {}
        """Of a review with a pilot: the areas in it, and all others."""
        self._names: dict[Span, list[str]] = {}
        self._calendar: list[Span] = []
        self._reviews: list[Span] = []
        self._only = release.only
        for period in release.periods:
            span = sum(1 << waves.index(wave) for wave in period.waves)
            self._names.setdefault(span, []).append(period.id)
        self._calendar = list(self._names)
        for number, review in enumerate(release.reviews):
            span = sum(1 << waves.index(wave) for wave in review.period.waves) + (_REVIEW << number)
            self._names[span] = [review.period.id]
            self._reviews.append(span)
            if review.pilot:
                self.sides[span] = [review.pilot, review.others]

    def of(self, breakdown: Breakdown) -> list[Span]:
        """Return the spans in which a breakdown's parts are published one by one."""
        if breakdown == WHOLE:
            return [*self._calendar, *self._reviews]
        kept = self._only.get(breakdown)
        return [span for span in self._calendar if kept is None or not set(self._names[span]).isdisjoint(kept)]

    def domains(self, place: Part, span: Span) -> list[tuple[str, str, str, str, str]]:
        """Return period, level, area, group and value of what is printed of a part in a span."""
        level, group, part = place
        areas = [part] if level == "area" else [""]
        if span in self.sides and level == "area":
            areas = [PILOT, OTHERS]
        value = "" if level == "area" else part
        return [(period, level, area, group, value) for period in self._names[span] for area in areas]
