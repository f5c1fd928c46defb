"""The field team's diary: who visits which village on which day, and when each interview starts and ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.simulate.model import Fieldwork
    from danvan_study.simulate.people import People
    from danvan_study.study import Wave

HANOI = timezone(timedelta(hours=7))
FIRST_KNOCK = 7.4
"""Hour of the day of the first household."""
MINUTES = (13.5, 0.25)
"""Median length of an interview, and the standard deviation of its logarithm."""
REFUSAL_MINUTES = 2.0
ON_THE_WAY = (4.0, 16.0)
"""Minutes between two households."""
UPLOAD_HOURS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the diary."""

    interviewer: str
    start: datetime
    end: datetime
    sent: datetime
    """When the server received it, UTC."""


def keep_diary(people: People, *, wave: Wave, fieldwork: Fieldwork, generator: np.random.Generator) -> list[Entry]:
    """Return one entry per person of ``people``: neighbouring villages have one interviewer, a village one day."""
    days = open_days(wave, fieldwork)
    entries: list[Entry] = []
    for stop in range(fieldwork.villages):
        visited = np.flatnonzero(people.stop == stop)
        turn = stop * fieldwork.interviewers % fieldwork.villages
        day = days[int(len(days) * (turn / fieldwork.villages) + generator.integers(3)) % len(days)]
        clock = datetime(day.year, day.month, day.day, tzinfo=HANOI) + timedelta(
            hours=FIRST_KNOCK + float(generator.random())
        )
        for row in visited:
            median = MINUTES[0] if people.takes_part[row] else REFUSAL_MINUTES
            length = timedelta(minutes=float(median * np.exp(MINUTES[1] * generator.normal())))
            sent = clock + length + timedelta(hours=float(generator.random() * UPLOAD_HOURS))
            entries.append(
                Entry(
                    interviewer=interviewer_of(stop, fieldwork),
                    start=clock,
                    end=clock + length,
                    sent=sent.astimezone(UTC),
                )
            )
            clock += length + timedelta(minutes=float(generator.uniform(*ON_THE_WAY)))
    return entries


def interviewer_of(stop: int, fieldwork: Fieldwork) -> str:
    """Return the code of whoever works in a village: neighbours have the same."""
    return f"dtv{stop * fieldwork.interviewers // fieldwork.villages + 1:02d}"


def open_days(wave: Wave, fieldwork: Fieldwork) -> list[date]:
    """Return the days of the wave without its holidays.

    Raises
    ------
    ValueError
        No day is left.
    """
    length = (wave.end - wave.start).days + 1
    days = [wave.start + timedelta(days=n) for n in range(length)]
    left = [day for day in days if not any(first <= day <= last for first, last in fieldwork.closed)]
    if not left:
        raise ValueError(f"wave {wave.id} has no day without a holiday")
    return left
