"""Every attempt at a household of the list, refused and closed doors too: what the field team would have noted."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from danvan_study.simulate.diary import interviewer_of, open_days
from danvan_study.simulate.seeded import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from danvan_study.simulate.diary import Entry
    from danvan_study.simulate.model import Fieldwork
    from danvan_study.simulate.people import People
    from danvan_study.study import Wave

VISIT_COLUMNS: Final = ("visit", "area", "cluster", "household", "result", "interviewer", "visited_on")
INTERVIEW, REFUSAL, NOT_MET, NOBODY_KNOWN = "1.1", "2.11", "2.2", "3.1"
OTHERWISE: Final = {
    NOT_MET: 64, REFUSAL: 10, NOBODY_KNOWN: 7, "4.6": 8, "2.32": 5, "3.9": 3, "2.33": 2, "4.7": 1
}  # fmt: skip
"""What became of a household without an interview where nobody was asked for consent, in percent."""
ROUNDS: Final = 3
ATTEMPTS: Final = {INTERVIEW: (70, 22, 8), REFUSAL: (85, 15, 0), NOT_MET: (0, 0, 100), NOBODY_KNOWN: (0, 0, 100)}
"""Percent settled at the first, second, third attempt; whatever else is settled at the first."""


def note_visits(
    people: People,
    places: Sequence[tuple[str, str]],
    *,
    rounds: Sequence[Sequence[date]],
    fieldwork: Fieldwork,
    generator: np.random.Generator,
) -> list[dict[str, str]]:
    """Return one row per attempt, in the order of villages and households: :data:`VISIT_COLUMNS`.

    Whoever was met was met on the day of the village, as the diary has it; where nobody was, the team comes back on
    the next two days.

    Parameters
    ----------
    people
        Everybody who was drawn, met or not.
    places
        Area and name of each village of the sample.
    rounds
        For each village its day, and the two on which the team comes back.
    """
    otherwise = np.array(list(OTHERWISE))[_draw(OTHERWISE.values(), len(people.stop), generator)]
    results = np.where(people.takes_part, INTERVIEW, np.where(people.refuses, REFUSAL, otherwise))
    attempts = {code: 1 + _draw(shares, len(people.stop), generator) for code, shares in ATTEMPTS.items()}
    household: dict[int, int] = defaultdict(int)
    rows: list[dict[str, str]] = []
    for person, stop in enumerate(people.stop.tolist()):
        household[stop] += 1
        result, (area, village) = str(results[person]), places[stop]
        last = int(attempts[result][person]) if result in attempts else 1
        for attempt in range(1, last + 1):
            came_back = attempt - 1 if result in (NOT_MET, NOBODY_KNOWN) else 0
            cells = (
                f"{village}-{household[stop]}-{attempt}",
                area,
                village,
                str(household[stop]),
                result if attempt == last or result == NOBODY_KNOWN else NOT_MET,
                interviewer_of(stop, fieldwork),
                rounds[stop][came_back].isoformat(),
            )
            rows.append(dict(zip(VISIT_COLUMNS, cells, strict=True)))
    return rows


def village_days(
    stops: Sequence[int], diary: Sequence[Entry], *, wave: Wave, fieldwork: Fieldwork
) -> list[tuple[date, ...]]:
    """Return the day of each village, and the next two: that of its interviews, else of its place in the round.

    Parameters
    ----------
    stops
        The village of each line of the diary.
    """
    days = open_days(wave, fieldwork)
    planned = [days[len(days) * stop // fieldwork.villages] for stop in range(fieldwork.villages)]
    for stop, entry in zip(stops, diary, strict=True):
        planned[stop] = entry.start.date()
    return [tuple(min(day + timedelta(days=n), wave.end) for n in range(ROUNDS)) for day in planned]


def _draw(percent: Iterable[int], count: int, generator: np.random.Generator) -> np.ndarray:
    shares = np.array(list(percent), dtype="float64") / 100
    return np.asarray(draw(np.tile(shares, (count, 1)), generator))
