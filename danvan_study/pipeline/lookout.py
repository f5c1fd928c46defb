"""What the trend model said at the end of each wave: every wave is fitted once in a run."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.pipeline.ahead import Ahead, Step
from danvan_study.tables import Forecasts
from danvan_study.trend import Outlooks, find_signals, fit_trends, score_forecasts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
    ahead
        Takes the fits.
    """

    def __init__(self, directs: Callable[[str], pd.DataFrame], calendar: Calendar, ahead: Ahead | None = None) -> None:
        self._directs, self._at = directs, calendar.quarters()
        self._ahead = ahead or Ahead()

    def outlooks(self, wave_id: str, *, breaks: Mapping[str, tuple[str, ...]], codebook: Codebook) -> Outlooks:
        """Return the lines, forecasts and signals of a wave.

        Parameters
        ----------
        breaks
            Question to the waves from which on it was asked in another way.
        codebook
            Says what respondents filled in by themselves: that is watched for all together only.
        """
        waves = self._up_to(wave_id)
        following = dict(pairwise(waves))
        directs = self._all_directs(waves)
        now, *past = (self._ahead.take(step) for step in self.steps(wave_id, lambda: breaks))
        made = [now.forecasts]
        for later, fitted in zip(waves[1:], past, strict=True):
            asked_otherwise = [question for question, changed in breaks.items() if later in changed]
            made.append(fitted.forecasts[~fitted.forecasts[Forecasts.question].isin(asked_otherwise)])
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

    def steps(self, wave_id: str, breaks: Callable[[], Mapping[str, tuple[str, ...]]]) -> Iterator[Step[Fitted]]:
        """Name the fits that the outlooks of a wave take: its own, then one for every wave before it."""
        waves = self._up_to(wave_id)
        yield self._fit(waves, breaks, ahead=self._usual_step(waves))
        for place, (origin, later) in enumerate(pairwise(waves), 1):
            yield self._fit(waves[:place], breaks, ahead=self._at[later] - self._at[origin])

    def _fit(
        self, waves: Sequence[str], breaks: Callable[[], Mapping[str, tuple[str, ...]]], *, ahead: float
    ) -> Step[Fitted]:
        """Fit the waves up to one, with what was known then."""

        def call() -> partial[Fitted]:
            begins = {name: [wave for wave in changed if wave in waves] for name, changed in breaks().items()}
            return partial(
                fit_trends,
                self._all_directs(waves),
                {wave: self._at[wave] for wave in waves},
                ahead=ahead,
                begins={name: changed[-1] for name, changed in begins.items() if changed},
            )

        return Step(key=("fit", waves[-1], str(ahead)), call=call)

    def _all_directs(self, waves: Sequence[str]) -> pd.DataFrame:
        return pd.concat([self._directs(wave) for wave in waves], ignore_index=True)

    def _up_to(self, wave_id: str) -> list[str]:
        waves = list(self._at)
        return waves[: waves.index(wave_id) + 1]

    def _usual_step(self, waves: Sequence[str]) -> float:
        steps = [self._at[later] - self._at[earlier] for earlier, later in pairwise(waves)]
        return float(median(steps)) if steps else 1.0
