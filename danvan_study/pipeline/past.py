"""What came before a wave: every wave prepared once, every period estimated once, and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.estimate import (
    Estimated,
    estimate_changes,
    estimate_period,
    find_directs,
    pool_sums,
    rank_issues,
    sum_wave,
)
from danvan_study.pipeline.closing import Closing
from danvan_study.pipeline.frozen import read_release
from danvan_study.pipeline.kept_files import read_kept
from danvan_study.pipeline.lookout import Lookout
from danvan_study.pipeline.own_words import OwnWords
from danvan_study.pipeline.sources import load_encoder, load_wave
from danvan_study.pipeline.told_work import tell_work
from danvan_study.pipeline.wave import PreparedWave, prepare_wave
from danvan_study.publish import publish_estimates, publish_outlook, publish_ranks, publish_trends
from danvan_study.store import Folder
from danvan_study.study import REPORTED
from danvan_study.tables import SHARE_ASKED, Estimates
from danvan_study.trend import check_splices, find_breaks, find_trends

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.estimate import WaveSample, WaveSums
    from danvan_study.publish import Published, PublishedOutlook, PublishedRanks, PublishedTrends
    from danvan_study.publish.own_work import OwnWork
    from danvan_study.study import Calendar, Comparison, Period, Splice, Study
    from danvan_study.trend import Outlooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The waves up to one, and how it differs from earlier ones."""

    waves: tuple[PreparedWave, ...]
    """In order of time; the last is the wave itself."""
    calendar: Calendar
    """The same waves."""
    comparisons: tuple[Comparison, ...]
    trends: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Trends`."""
    published: Published
    """Figures of every wave and of every compared period, for all and for each area."""
    changes: PublishedTrends
    outlooks: Outlooks
    """Model-based lines, forecasts and signals."""
    outlook: PublishedOutlook
    """What of them may be shown."""
    ranks: PublishedRanks
    """Of the issues of concern, in the wave itself and in the periods with a report of their own."""
    breaks: Mapping[str, tuple[str, ...]]
    """Question to the waves from which on it was asked in another way."""
    splices: tuple[Splice, ...]
    """Recorded decisions to join the line over a break all the same."""


class Workshop:
    """Prepares and estimates on demand, and remembers."""

    def __init__(self, root: Path, *, study: Study, areas: Areas | None, there: Collection[str]) -> None:
        self._root, self._areas = root, areas
        self.study = study
        self.calendar: Calendar = study.calendar(there)
        self._ungrouped = replace(study, groups=())
        self._waves: dict[str, PreparedWave] = {}
        self._estimates: dict[str, Estimated] = {}
        self._by_group: dict[str, Estimated] = {}
        self._sums: dict[str, WaveSums] = {}
        self._directs: dict[str, pd.DataFrame] = {}
        self._lookout = Lookout(self._direct, self.calendar)
        self.closing = Closing(
            self.wave,
            lambda wave: self.estimate(self.calendar.wave(wave)).estimates,
            calendar=self.calendar,
            study=study,
            frozen=lambda wave: read_release(Folder(root), wave),
        )
        folder = Folder(root)
        self.words = OwnWords(self.wave, calendar=self.calendar, study=study, encoder=load_encoder(folder, study))
        self.kept = read_kept(folder, study)
        self.inputs = dict(folder.hashes)  # SHA-256 of what is read once for all waves

    def wave(self, wave_id: str) -> PreparedWave:
        """Return a wave, from its raw submissions to its weights."""
        if wave_id not in self._waves:
            source = load_wave(Folder(self._root), self.study.wave(wave_id), study=self.study, areas=self._areas)
            self._waves[wave_id] = prepare_wave(source, study=self.study, areas=self._areas)
        return self._waves[wave_id]

    def work(self, period: Period) -> OwnWork:
        """Return how well the waves of a period were done."""
        ids = [wave.id for wave in self.calendar.waves]
        waves = [self.wave(wave) for wave in ids[: ids.index(period.waves[-1]) + 1]]
        return tell_work(period, waves, study=self.study, areas=self._areas, folder=Folder(self._root))

    def past(self, wave_id: str) -> Past:
        """Return what came before a wave."""
        ids = [wave.id for wave in self.calendar.waves]
        ids = ids[: ids.index(wave_id) + 1]
        comparisons = self.calendar.comparisons(wave_id)
        sums = {wave: self._sum(wave) for wave in ids}
        trends = find_trends(estimate_changes(comparisons, sums, study=self.study))
        periods = {wave: self.calendar.wave(wave) for wave in ids}
        periods |= {period.id: period for one in comparisons for period in (one.against, one.period)}
        waves = tuple(self.wave(wave) for wave in ids)
        estimates = pd.concat([self.estimate(period).estimates for period in periods.values()], ignore_index=True)
        published = publish_estimates(
            estimates,
            rules=self.study.publication,
            codebook=waves[-1].source.latest_codebook,
            simulated=any(wave.source.raw.manifest.is_simulated for wave in waves),
            closed=self.closing.of(wave_id, estimates),
        )
        prints = {wave: {name: part.fingerprint for name, part in sums[wave].questions.items()} for wave in ids}
        breaks = find_breaks(prints)
        outlooks = self._lookout.outlooks(wave_id, breaks=breaks, codebook=waves[-1].source.latest_codebook)
        return Past(
            waves=waves,
            calendar=self.study.calendar(ids),
            comparisons=comparisons,
            trends=trends,
            published=published,
            changes=publish_trends(trends, figures=published),
            outlooks=outlooks,
            outlook=publish_outlook(outlooks, figures=published),
            breaks=breaks,
            ranks=publish_ranks(self._ranks(wave_id), figures=published),
            splices=check_splices(
                self.study.reports.splices,
                {wave: {question.name: question for question in sums[wave].order} for wave in ids},
                language=self.study.languages[0],
            ),
        )

    def estimate(self, period: Period) -> Estimated:
        """Return the estimates for all and for each area; groups are not followed over time."""
        if period.id not in self._estimates:
            if period.id in self._by_group:
                self._estimates[period.id] = _without_groups(self._by_group[period.id])
            else:
                self._estimates[period.id] = estimate_period(period, self.samples(period), study=self._ungrouped)
        return self._estimates[period.id]

    def estimate_groups(self, period: Period) -> Estimated:
        """Return the estimates by group as well, and each share among all asked beside the one among the valid."""
        if period.id not in self._by_group:
            self._by_group[period.id] = estimate_period(period, self.samples(period), study=self.study, both_bases=True)
        return self._by_group[period.id]

    def samples(self, period: Period) -> list[WaveSample]:
        """Return the waves of a period as the estimates take them."""
        return [self.wave(wave).sample for wave in period.waves]

    def _ranks(self, wave_id: str) -> pd.DataFrame:
        """Rank the issues in the wave, and in each period that ends with it and has a report of its own."""
        issues = self.study.reports.issues
        kept = self.study.design.clusters_between_waves == "kept"
        longer = [period for period in self.calendar.periods(wave_id) if period.span in REPORTED]
        sums = [
            pool_sums(period, [self._sum(wave) for wave in period.waves], issues.question, kept=kept)
            for period in longer
        ]
        return pd.concat([rank_issues(one, issues) for one in (self._sum(wave_id), *sums)], ignore_index=True)

    def _sum(self, wave_id: str) -> WaveSums:
        if wave_id not in self._sums:
            self._sums[wave_id] = sum_wave(self.wave(wave_id).sample, self.study)
        return self._sums[wave_id]

    def _direct(self, wave_id: str) -> pd.DataFrame:
        if wave_id not in self._directs:
            estimates = self.estimate(self.calendar.wave(wave_id)).estimates
            self._directs[wave_id] = find_directs(estimates, self._sum(wave_id))
        return self._directs[wave_id]


def _without_groups(estimated: Estimated) -> Estimated:
    """Return the estimates as they are made without groups."""
    rows = estimated.estimates
    kept = (rows[Estimates.group] == "") & (rows[Estimates.statistic] != SHARE_ASKED)
    return replace(estimated, estimates=rows[kept].reset_index(drop=True))
