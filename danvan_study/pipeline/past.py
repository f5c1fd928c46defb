"""What came before a wave: the earlier waves, and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.estimate import pool_sums, rank_issues
from danvan_study.publish import publish_estimates, publish_outlook, publish_ranks, publish_trends
from danvan_study.study import REPORTED
from danvan_study.trend import check_splices, find_trends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.pipeline.workshop import Workshop
    from danvan_study.publish import Published, PublishedOutlook, PublishedRanks, PublishedTrends
    from danvan_study.study import Calendar, Comparison, Splice
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


def tell_past(wave_id: str, workshop: Workshop) -> Past:
    """Compare a wave with what came before, and pass the figures of all waves through the gate."""
    study, calendar = workshop.study, workshop.calendar
    ids = workshop.up_to(wave_id)
    comparisons = calendar.comparisons(wave_id)
    trends = find_trends(workshop.changes(wave_id))
    periods = {wave: calendar.wave(wave) for wave in ids}
    periods |= {period.id: period for one in comparisons for period in (one.against, one.period)}
    waves = tuple(workshop.wave(wave) for wave in ids)
    estimates = pd.concat([workshop.estimate(period).estimates for period in periods.values()], ignore_index=True)
    published = publish_estimates(
        estimates,
        rules=study.publication,
        codebook=waves[-1].source.latest_codebook,
        simulated=any(wave.source.raw.manifest.is_simulated for wave in waves),
        closed=workshop.closing.of(wave_id, estimates),
    )
    outlooks = workshop.outlooks(wave_id)
    return Past(
        waves=waves,
        calendar=study.calendar(ids),
        comparisons=comparisons,
        trends=trends,
        published=published,
        changes=publish_trends(trends, figures=published),
        outlooks=outlooks,
        outlook=publish_outlook(outlooks, figures=published),
        breaks=workshop.breaks(wave_id),
        ranks=publish_ranks(_ranks(wave_id, workshop), figures=published),
        splices=check_splices(
            study.reports.splices,
            {wave: {question.name: question for question in workshop.sums(wave).order} for wave in ids},
            language=study.languages[0],
        ),
    )


def _ranks(wave_id: str, workshop: Workshop) -> pd.DataFrame:
    """Rank the issues in the wave, and in each period that ends with it and has a report of its own."""
    issues = workshop.study.reports.issues
    kept = workshop.study.design.clusters_between_waves == "kept"
    longer = [period for period in workshop.calendar.periods(wave_id) if period.span in REPORTED]
    sums = [
        pool_sums(period, [workshop.sums(wave) for wave in period.waves], issues.question, kept=kept)
        for period in longer
    ]
    return pd.concat([rank_issues(one, issues) for one in (workshop.sums(wave_id), *sums)], ignore_index=True)
