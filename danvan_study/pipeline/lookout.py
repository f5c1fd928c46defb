"""What the trend model said at the end of each wave: every wave is fitted once in a run."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.tables import Directs, Forecasts
from danvan_study.trend import Outlooks, find_signals, fit_trends, score_forecasts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from danvan_study.codebook import Codebook
    from danvan_study.study import Calendar
    from danvan_study.trend import Fitted

BY_ONESELF = "self"
QUARTERS_A_YEAR = 4.0


class Lookout:
    """Fits on demand, and remembers.

    Parameters
    ----------
    directs
        Gives the figures of a wave that are followed (:class:`~danvan_study.tables.Directs`).
    calendar
        Of all waves that there are data for.
    """

    def __init__(self, directs: Callable[[str], pd.DataFrame], calendar: Calendar) -> None:
        self._directs, self._at = directs, calendar.quarters()
        self._fitted: dict[tuple[str, float], Fitted] = {}

    def outlooks(self, wave_id: str, *, breaks: Mapping[str, tuple[str, ...]], codebook: Codebook) -> Outlooks:
        """Return the lines, forecasts and signals of a wave.

        Parameters
        ----------
        breaks
            Question to the waves from which on it was asked in another way.
        codebook
            Says what respondents filled in by themselves: that is watched for all together only.
        """
        waves = list(self._at)[: list(self._at).index(wave_id) + 1]
        following = dict(pairwise(waves))
        directs = pd.concat([self._directs(wave) for wave in waves], ignore_index=True)
        now = self._fit(waves, directs, breaks, ahead=self._usual_step(waves))
        made = [now.forecasts]
        for place, (origin, later) in enumerate(pairwise(waves), 1):
            past = self._fit(waves[:place], directs, breaks, ahead=self._at[later] - self._at[origin]).forecasts
            asked_otherwise = [question for question, changed in breaks.items() if later in changed]
            made.append(past[~past[Forecasts.question].isin(asked_otherwise)])
        forecasts = score_forecasts(pd.concat(made, ignore_index=True), directs, following)
        alone = {question.name for question in codebook.questions if question.card.filled_by == BY_ONESELF}
        signals = find_signals(
            forecasts,
            directs,
            period=wave_id,
            whole_only=alone,
            waves=QUARTERS_A_YEAR / self._usual_step(waves),
        )
        return Outlooks(smoothed=now.smoothed, forecasts=forecasts, signals=signals)

    def _fit(
        self, waves: list[str], directs: pd.DataFrame, breaks: Mapping[str, tuple[str, ...]], *, ahead: float
    ) -> Fitted:
        """Fit the waves up to one, with what was known then."""
        key = (waves[-1], ahead)
        if key not in self._fitted:
            begins = {name: [wave for wave in changed if wave in waves] for name, changed in breaks.items()}
            self._fitted[key] = fit_trends(
                directs[directs[Directs.period].isin(waves)],
                {wave: self._at[wave] for wave in waves},
                ahead=ahead,
                begins={name: changed[-1] for name, changed in begins.items() if changed},
            )
        return self._fitted[key]

    def _usual_step(self, waves: list[str]) -> float:
        steps = [self._at[later] - self._at[earlier] for earlier, later in pairwise(waves)]
        return float(median(steps)) if steps else 1.0
