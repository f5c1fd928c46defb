"""What each wave hides beside sets of too few people, over all its tables and those of the waves before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.estimate import size_sets
from danvan_study.publish import ReleaseRegister, close_alone, find_bases, find_imprecise
from danvan_study.tables import Estimates

if TYPE_CHECKING:
    from collections.abc import Callable

    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Calendar, Study


class Closing:
    """Releases the waves in order of time, and remembers.

    Every wave counts as released with all its periods, in whatever order the waves are run: the same data hide the
    same sets.

    Parameters
    ----------
    wave, estimates
        Give a wave, and its estimates by area.
    calendar
        Of all waves that there are data for.
    """

    def __init__(
        self,
        wave: Callable[[str], PreparedWave],
        estimates: Callable[[str], pd.DataFrame],
        *,
        calendar: Calendar,
        study: Study,
    ) -> None:
        self._wave, self._estimates, self._calendar, self._study = wave, estimates, calendar, study
        self._register = ReleaseRegister(study.publication)
        self._closed: dict[str, pd.DataFrame] = {}
        self._questions: set[str] = set()

    def of(self, wave_id: str, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the sets to hide in the tables of a wave (:class:`~danvan_study.tables.ClosedSets`).

        Parameters
        ----------
        estimates
            What is to be published. Questions that no form asks, such as people's own words coded, are looked at in
            each period by itself.
        """
        ids = [wave.id for wave in self._calendar.waves]
        ids = ids[: ids.index(wave_id) + 1]
        for one in ids:
            if one not in self._closed:
                self._closed[one] = self._release(one)
        others = estimates[~estimates[Estimates.question].isin(sorted(self._questions))]
        alone = close_alone(find_bases(others), self._study.publication)
        return pd.concat([*(self._closed[one] for one in ids), alone], ignore_index=True)

    def _release(self, wave_id: str) -> pd.DataFrame:
        sets = size_sets(self._wave(wave_id).sample, [group.name for group in self._study.groups])
        self._questions |= set(sets[Estimates.question])
        estimates = self._estimates(wave_id)
        by_area = estimates[estimates[Estimates.level] == "area"]
        imprecise = find_imprecise(by_area, self._study.publication)
        return self._register.add(sets, self._calendar.periods(wave_id), imprecise=imprecise)
