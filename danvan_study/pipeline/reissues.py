"""What the errata of a wave don't print anew, over its own tables and those of the longer periods that end with it."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish import close_changed, find_changed
from danvan_study.publish.reissue import MOST
from danvan_study.tables import ClosedFigures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from danvan_study.pipeline.frozen import IssuedSets
    from danvan_study.study import Calendar, Publication

    Differences = list[tuple[str, pd.DataFrame]]


class Reissues:
    """Compares the last issue of a wave with each before, and the one that is being made with all.

    An issue printed the waves of a period as they were last issued then. What was corrected and not issued is no part
    of it: a run that would print it of a locked wave stops by itself. Issues before one of which no sets were kept are
    passed over.

    Parameters
    ----------
    count
        Gives the sets of a wave as they are now (:class:`~danvan_study.tables.SetSizes`).
    issued
        Gives what each issue of a wave published, in order.
    """

    def __init__(
        self,
        count: Callable[[str], pd.DataFrame],
        issued: Callable[[str], Sequence[IssuedSets]],
        *,
        calendar: Calendar,
        rules: Publication,
    ) -> None:
        self._count, self._issued, self._calendar, self._rules = count, issued, calendar, rules
        self._revised = ""
        self._found: dict[str, list[Differences]] = {}

    def revise(self, wave_id: str) -> None:
        """Say of which wave an erratum is being made: it alone is taken as it is now."""
        self._revised = wave_id
        self._found.clear()

    def closed(self, wave_id: str) -> pd.DataFrame:
        """Return what is hidden of a wave for the sake of its earlier issues."""
        parts = [
            close_changed(changed, period, rules=self._rules)
            for differences in self._differences(wave_id)
            for period, changed in differences
        ]
        return pd.concat([ClosedFigures.empty(), *parts], ignore_index=True).drop_duplicates(ignore_index=True)

    def people(self, wave_id: str) -> int:
        """Return by how many people a wave differs from its earlier issues, wherever it differs most from each.

        Returns
        -------
        int
            At least so many, and of the issue that is nearest; 0 where it differs from none by any.
        """
        most = [max(int(changed[MOST].max()) for _, changed in found) for found in self._differences(wave_id) if found]
        return min(most, default=0)

    def _differences(self, wave_id: str) -> list[Differences]:
        """Return, for each earlier issue, the periods in which the wave differs from it, and by whom."""
        if wave_id not in self._found:
            places = [issue.place for issue in self._known(wave_id)]
            last = None if wave_id == self._revised else places.pop() if places else None
            self._found[wave_id] = [self._between(wave_id, place, last) for place in places]
        return self._found[wave_id]

    def _between(self, wave_id: str, place: int, last: int | None) -> Differences:
        found = []
        for period in self._calendar.periods(wave_id):
            waves = [self._pair(wave, place, last) for wave in period.waves]
            changed = find_changed(pair for pair in waves if pair)
            found += [(period.id, changed)] if len(changed) else []
        return found

    def _pair(self, wave_id: str, place: int, last: int | None) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """Return a wave as it stood in two issues; None where it had not been issued when the first was made."""
        before = self._at(wave_id, place)
        after = None if before is None else self._at(wave_id, last)
        return None if before is None or after is None else (before, after)

    def _at(self, wave_id: str, place: int | None) -> pd.DataFrame | None:
        """Return a wave as it was issued last at a time; without one as it stands in the erratum that is being made."""
        if place is None and wave_id == self._revised:
            return self._count(wave_id)
        known = reversed(self._known(wave_id))
        return next((issue.sets for issue in known if place is None or issue.place <= place), None)

    def _known(self, wave_id: str) -> list[IssuedSets]:
        known = list(takewhile(lambda issue: len(issue.sets) > 0, reversed(self._issued(wave_id))))
        return known[::-1]
