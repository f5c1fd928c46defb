"""Every wave prepared once, every period estimated once: on demand, or ahead of it by an executor."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from danvan_study.errors import StudyError
from danvan_study.estimate import (
    estimate_changes,
    estimate_conditions,
    estimate_indices,
    estimate_period,
    find_directs,
    sum_wave,
)
from danvan_study.messages import say
from danvan_study.pipeline.ahead import Ahead, Step
from danvan_study.pipeline.closing import Closing
from danvan_study.pipeline.frozen import read_issued
from danvan_study.pipeline.kept_files import read_kept
from danvan_study.pipeline.lookout import Lookout
from danvan_study.pipeline.own_words import OwnWords
from danvan_study.pipeline.precision import replicate_errors
from danvan_study.pipeline.sources import load_encoder
from danvan_study.pipeline.told_work import tell_work
from danvan_study.pipeline.wave import read_and_prepare
from danvan_study.store import Folder
from danvan_study.study import Span
from danvan_study.tables import SHARE_ASKED, Estimates
from danvan_study.trend import find_breaks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.estimate import Conditioned, Estimated, WaveSample, WaveSums
    from danvan_study.pipeline.ahead import Key
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.publish.own_work import OwnWork
    from danvan_study.study import Calendar, Period, Study
    from danvan_study.trend import Outlooks


class Workshop:
    """Prepares and estimates on demand, and remembers.

    Parameters
    ----------
    root
        The study's folder.
    there
        Waves that have raw data.
    executor
        Takes the steps that :meth:`plan` names; the results are the same. None: each is taken here when it is needed.
    """

    def __init__(
        self,
        root: Path,
        *,
        study: Study,
        areas: Areas | None,
        there: Collection[str],
        executor: Executor | None = None,
    ) -> None:
        self._root, self._areas = root, areas
        self.study = study
        self.calendar: Calendar = study.calendar(there)
        self._ungrouped = replace(study, groups=())
        self._ahead = Ahead(executor)
        self._directs: dict[str, pd.DataFrame] = {}
        self._seen = set[str]()  # waves whose files were compared with those here
        self._lookout = Lookout(self._direct, self.calendar, self._ahead)
        self.closing = Closing(
            self.wave,
            lambda wave: self.estimate(self.calendar.wave(wave)).estimates,
            calendar=self.calendar,
            study=study,
            issued=cache(lambda wave: read_issued(Folder(root), wave)),
        )
        folder = Folder(root)
        self.words = OwnWords(self.wave, calendar=self.calendar, study=study, encoder=load_encoder(folder, study))
        self.kept = read_kept(folder, study)
        self.inputs = dict(folder.hashes)  # SHA-256 of what is read once for all waves

    def plan(self, wave_ids: Sequence[str]) -> None:
        """Have the executor begin what publishing these waves will ask for."""
        self._ahead.plan(self._steps(wave_ids))

    def wave(self, wave_id: str) -> PreparedWave:
        """Return a wave, from its raw submissions to its weights."""
        prepared = self._ahead.take(self._prepared(wave_id))
        if self._ahead.is_elsewhere and wave_id not in self._seen:
            self._seen.add(wave_id)
            _refuse_other_files(Folder(self._root), prepared.source.inputs)
        return prepared

    def samples(self, period: Period) -> list[WaveSample]:
        """Return the waves of a period as the estimates take them."""
        return [self.wave(wave).sample for wave in period.waves]

    def estimate(self, period: Period) -> Estimated:
        """Return the estimates for all and for each area; groups are not followed over time."""
        if not self._ahead.knows(_by_group(period)):
            return self._ahead.take(self._by_area(period))
        key = "without groups", period.id
        return self._ahead.take(Step(key=key, call=lambda: partial(_without_groups, self.estimate_groups(period))))

    def estimate_groups(self, period: Period) -> Estimated:
        """Return the estimates by group as well, and each share among all asked beside the one among the valid."""
        return self._ahead.take(self._grouped(period))

    def indices(self, period: Period) -> pd.DataFrame:
        """Return the indices of a period (:class:`~danvan_study.tables.Indices`)."""
        return self._ahead.take(self._indexed(period))

    def conditions(self, periods: Sequence[Period]) -> Conditioned:
        """Return how answers hang on the conditions of the interview.

        Parameters
        ----------
        periods
            A wave, then the longer ones that end with it. The split stands on the four quarters where there are four,
            for a condition may be rare.
        """
        return self._ahead.take(self._conditioned(periods))

    def replicate_errors(self, wave_id: str) -> pd.DataFrame:
        """Return the errors of a wave made in two ways (:class:`~danvan_study.tables.ReplicateErrors`)."""
        return self._ahead.take(self._replicates(wave_id))

    def changes(self, wave_id: str) -> pd.DataFrame:
        """Return how a wave and the periods that end with it differ from earlier ones."""
        return self._ahead.take(self._changed(wave_id))

    def sums(self, wave_id: str) -> WaveSums:
        """Return the sums of a wave by question and cluster."""
        return self._ahead.take(self._summed(wave_id))

    def breaks(self, wave_id: str) -> Mapping[str, tuple[str, ...]]:
        """Return which questions were asked in another way, and from which waves on, up to a wave."""
        sums = {wave: self.sums(wave).questions for wave in self.up_to(wave_id)}
        return find_breaks(
            {wave: {name: part.fingerprint for name, part in parts.items()} for wave, parts in sums.items()}
        )

    def outlooks(self, wave_id: str) -> Outlooks:
        """Return the lines, forecasts and signals of a wave."""
        codebook = self.wave(wave_id).source.latest_codebook
        return self._lookout.outlooks(wave_id, breaks=self.breaks(wave_id), codebook=codebook)

    def work(self, period: Period) -> OwnWork:
        """Return how well the waves of a period were done."""
        waves = [self.wave(wave) for wave in self.up_to(period.waves[-1])]
        return tell_work(period, waves, study=self.study, areas=self._areas, folder=Folder(self._root))

    def up_to(self, wave_id: str) -> list[str]:
        """Return the waves with data up to one."""
        ids = [wave.id for wave in self.calendar.waves]
        return ids[: ids.index(wave_id) + 1]

    # Steps

    def _steps(self, wave_ids: Sequence[str]) -> Iterator[Step[Any]]:
        """Name the steps in the order in which they will be asked for."""
        ids = [wave.id for wave in self.calendar.waves]
        for wave_id in ids[: max(map(ids.index, wave_ids)) + 1]:
            yield self._prepared(wave_id)
            yield self._summed(wave_id)
            if wave_id in wave_ids:
                yield from self._steps_of(wave_id)
            else:
                yield self._by_area(self.calendar.wave(wave_id))

    def _steps_of(self, wave_id: str) -> Iterator[Step[Any]]:
        """Name what publishing a wave takes beside its sums."""
        periods = self.calendar.periods(wave_id)
        for period in periods:
            yield self._grouped(period) if is_told(period) else self._by_area(period)
        yield self._replicates(wave_id)
        yield from (self._indexed(period) for period in periods if is_told(period))
        if self.study.reports.conditions.questions:
            yield self._conditioned(periods)
        for one in self.calendar.comparisons(wave_id):
            if not self._ahead.knows(_by_group(one.against)):
                yield self._by_area(one.against)
        yield self._changed(wave_id)
        for step in self._lookout.steps(wave_id, lambda: self.breaks(wave_id)):
            yield replace(step, needs=tuple(key for wave in self.up_to(wave_id) for key in self._figures(wave)))

    def _figures(self, wave_id: str) -> tuple[Key, Key]:
        """Return the steps that the followed figures of a wave are read from."""
        wave = self.calendar.wave(wave_id)
        return _by_group(wave) if self._ahead.knows(_by_group(wave)) else _by_area(wave), _sums(wave_id)

    def _prepared(self, wave_id: str) -> Step[PreparedWave]:
        def call() -> partial[PreparedWave]:
            wave = self.study.wave(wave_id)
            return partial(read_and_prepare, self._root.resolve(), wave, study=self.study, areas=self._areas)

        return Step(key=_wave(wave_id), call=call)

    def _grouped(self, period: Period) -> Step[Estimated]:
        def call() -> partial[Estimated]:
            return partial(estimate_period, period, self.samples(period), study=self.study, both_bases=True)

        return Step(key=_by_group(period), call=call, needs=_waves(period))

    def _by_area(self, period: Period) -> Step[Estimated]:
        def call() -> partial[Estimated]:
            return partial(estimate_period, period, self.samples(period), study=self._ungrouped)

        return Step(key=_by_area(period), call=call, needs=_waves(period))

    def _indexed(self, period: Period) -> Step[pd.DataFrame]:
        def call() -> partial[pd.DataFrame]:
            return partial(estimate_indices, period, self.samples(period), study=self.study)

        return Step(key=("indices", period.id), call=call, needs=_waves(period))

    def _conditioned(self, periods: Sequence[Period]) -> Step[Conditioned]:
        period = next((one for one in periods if one.span is Span.ROLLING), periods[0])

        def call() -> partial[Conditioned]:
            return partial(estimate_conditions, period, self.samples(period), study=self.study)

        return Step(key=("conditions", period.id), call=call, needs=_waves(period))

    def _replicates(self, wave_id: str) -> Step[pd.DataFrame]:
        own = self.calendar.wave(wave_id)

        def call() -> partial[pd.DataFrame]:
            return partial(replicate_errors, self.wave(wave_id), self.estimate_groups(own).estimates, study=self.study)

        return Step(key=("replicates", wave_id), call=call, needs=(_wave(wave_id), _by_group(own)))

    def _summed(self, wave_id: str) -> Step[WaveSums]:
        def call() -> partial[WaveSums]:
            return partial(sum_wave, self.wave(wave_id).sample, self.study)

        return Step(key=_sums(wave_id), call=call, needs=(_wave(wave_id),))

    def _changed(self, wave_id: str) -> Step[pd.DataFrame]:
        comparisons = self.calendar.comparisons(wave_id)
        waves = [wave for wave in self.up_to(wave_id) if any(wave in one.waves for one in comparisons)]

        def call() -> partial[pd.DataFrame]:
            return partial(estimate_changes, comparisons, {wave: self.sums(wave) for wave in waves}, study=self.study)

        return Step(key=("changes", wave_id), call=call, needs=tuple(map(_sums, waves)))

    def _direct(self, wave_id: str) -> pd.DataFrame:
        if wave_id not in self._directs:
            estimates = self.estimate(self.calendar.wave(wave_id)).estimates
            self._directs[wave_id] = find_directs(estimates, self.sums(wave_id))
        return self._directs[wave_id]


def _refuse_other_files(folder: Folder, inputs: Mapping[str, str]) -> None:
    """Compare what a wave was made from elsewhere with the files here."""
    for name, sha256 in inputs.items():
        folder.read(name, needed_by=name)
        if folder.hashes[name] != sha256:
            raise StudyError(
                name,
                say("the file that a worker read is not the one here."),
                say("Let every worker have the study's folder under the same path, and change nothing during a run."),
            )


def is_told(period: Period) -> bool:
    """Return whether a period is told by itself, by group as well; the second half of a year is only compared."""
    return period.span is not Span.SECOND_HALF


def _without_groups(estimated: Estimated) -> Estimated:
    """Return the estimates as they are made without groups."""
    rows = estimated.estimates
    kept = (rows[Estimates.group] == "") & (rows[Estimates.statistic] != SHARE_ASKED)
    return replace(estimated, estimates=rows[kept].reset_index(drop=True))


def _wave(wave_id: str) -> Key:
    return "wave", wave_id


def _waves(period: Period) -> tuple[Key, ...]:
    return tuple(map(_wave, period.waves))


def _sums(wave_id: str) -> Key:
    return "sums", wave_id


def _by_area(period: Period) -> Key:
    return "by area", period.id


def _by_group(period: Period) -> Key:
    return "by group", period.id
