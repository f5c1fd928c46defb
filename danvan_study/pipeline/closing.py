"""What each wave hides beside few people, over all its tables, those of the waves before, and the study's reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.estimate import size_conditions, size_sets
from danvan_study.estimate.reviews import comparisons_of
from danvan_study.pipeline.reissues import Reissues
from danvan_study.publish import Release, ReleaseRegister, ReviewedPeriod, close_alone, find_bases, find_imprecise
from danvan_study.study import Period, Span
from danvan_study.tables import ClosedFigures, Estimates, ReleasedSets, Respondents, SetSizes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from danvan_study.pipeline.frozen import IssuedSets
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Calendar, Review, Study

_SET: Final = list(SetSizes.key[:5])


class Closing:
    """Releases the waves in order of time, and remembers.

    Every wave counts as released with all its periods, in whatever order the waves are run: the same data hide the
    same figures. A review counts as released with the last wave that it looks at.

    Parameters
    ----------
    wave, estimates
        Give a wave, and its estimates by area.
    calendar
        Of all waves that there are data for.
    issued
        Gives what each issue of a wave published, in order, whatever was corrected since.
    """

    def __init__(
        self,
        wave: Callable[[str], PreparedWave],
        estimates: Callable[[str], pd.DataFrame],
        *,
        calendar: Calendar,
        study: Study,
        issued: Callable[[str], Sequence[IssuedSets]] = lambda _: (),
    ) -> None:
        self._wave, self._estimates, self._calendar, self._study = wave, estimates, calendar, study
        self._issued = issued
        self.reissues = Reissues(self._count, issued, calendar=calendar, rules=study.publication)
        kept = study.design.clusters_between_waves == "kept"
        self._register = ReleaseRegister(study.publication, keeps_clusters=kept)
        self._closed: dict[str, pd.DataFrame] = {}
        self._questions: set[str] = set()

    def of(self, wave_id: str, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return what to hide in the tables of a wave (:class:`~danvan_study.tables.ClosedFigures`).

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
        again = [self.reissues.closed(one) for one in ids]
        return pd.concat([*(self._closed[one] for one in ids), *again, alone], ignore_index=True)

    def of_review(self, review: Review, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return what to hide in the tables of a review, whose waves there are data for."""
        closed = self.of(self._last(review), estimates)
        named = {_name(review, period): period.id for period in _periods(review)}
        mine = closed[closed[ClosedFigures.period].isin(list(named))]
        alone = closed[closed[ClosedFigures.period].isin(list(named.values()))]
        renamed = mine.assign(**{ClosedFigures.period: mine[ClosedFigures.period].map(named).astype("str")})
        return pd.concat([renamed, alone], ignore_index=True)

    def sets(self, wave_id: str) -> pd.DataFrame:
        """Return the sets of a wave as they are now (:class:`~danvan_study.tables.ReleasedSets`)."""
        sets = self._count(wave_id)
        estimates = self._estimates(wave_id)
        wide = find_imprecise(estimates[estimates[Estimates.level] == "area"], self._study.publication)[_SET]
        is_wide = pd.MultiIndex.from_frame(sets[_SET]).isin(pd.MultiIndex.from_frame(wide))
        return ReleasedSets.conform(sets.assign(**{ReleasedSets.is_imprecise: is_wide}))

    def _count(self, wave_id: str) -> pd.DataFrame:
        sample, groups = self._wave(wave_id).sample, [group.name for group in self._study.groups]
        split = size_conditions(sample, self._study.reports.conditions)
        split = split[~split[SetSizes.group].isin(groups)]
        return pd.concat([size_sets(sample, groups), split], ignore_index=True)

    def _release(self, wave_id: str) -> pd.DataFrame:
        """Release a wave as it was issued first, or as it is."""
        first = next((issue.sets for issue in self._issued(wave_id)), pd.DataFrame())
        sets = first if len(first) else self.sets(wave_id)
        self._questions |= set(sets[SetSizes.question])
        periods = self._calendar.periods(wave_id)
        rolling = next((one for one in periods if one.span is Span.ROLLING), periods[0])
        split = set(sets[SetSizes.group]) - {"", *(group.name for group in self._study.groups)}
        return self._register.add(
            SetSizes.conform(sets.drop(columns=ReleasedSets.is_imprecise)),
            Release(
                periods=periods,
                reviews=tuple(one for review in self._study.reports.reviews for one in self._reviewed(review, wave_id)),
                only={("all", name): (rolling.id,) for name in sorted(split)},
            ),
            imprecise=sets[sets[ReleasedSets.is_imprecise]],
            codebook=self._wave(wave_id).source.latest_codebook,
        )

    def _reviewed(self, review: Review, wave_id: str) -> list[ReviewedPeriod]:
        """Return the periods of a review that counts as released with a wave."""
        if {*review.waves} - {wave.id for wave in self._calendar.waves} or self._last(review) != wave_id:
            return []
        known = {str(area) for wave in review.waves for area in self._wave(wave).sample.respondents[Respondents.area]}
        others = tuple(sorted(known - {"", *review.pilot}))
        return [
            ReviewedPeriod(
                period=Period(id=_name(review, period), waves=period.waves), pilot=review.pilot, others=others
            )
            for period in _periods(review)
        ]

    def _last(self, review: Review) -> str:
        return [wave.id for wave in self._calendar.waves if wave.id in review.waves][-1]


def _periods(review: Review) -> list[Period]:
    periods = {period.id: period for one in comparisons_of(review) for period in (one.period, one.against)}
    return list(periods.values())


def _name(review: Review, period: Period) -> str:
    """Name a review's period so that no other review has one of that name."""
    return f"{review.id}: {period.id}"
