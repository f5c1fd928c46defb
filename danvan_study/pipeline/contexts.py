"""What the outputs of each period are told from: the wave's own, and the longer ones that end with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from danvan_study.pipeline.told_fieldwork import tell_fieldwork, tell_weights
from danvan_study.publish import BriefContext, History, Provenance
from danvan_study.study import REPORTED, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.pipeline.result import Maker, WaveResult
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Period


def brief_contexts(result: WaveResult, maker: Maker, *, language: str = "") -> dict[str, BriefContext]:
    """Return the context of each period with a report of its own, by folder: none for the wave, else ``9T`` and so."""
    return {
        "" if period.span is Span.WAVE else str(period.span): brief_context(
            result, maker, period=period, language=language
        )
        for period in result.periods
        if period.span is Span.WAVE or period.span in REPORTED
    }


def brief_context(
    result: WaveResult, maker: Maker, *, period: Period | None = None, language: str = ""
) -> BriefContext:
    """Gather what the outputs of a period tell beside the figures.

    Parameters
    ----------
    period
        One of ``result.periods``; by default the wave's own.
    language
        Of the outputs; by default the study's first.
    """
    period = period or result.periods[0]
    waves = [wave for wave in result.window if wave.source.wave.id in period.waves]
    rolling = next((one for one in result.periods if one.span is Span.ROLLING), None)
    # What a quarter leaves out of its areas stems from the rolling year; a longer period speaks for itself.
    pooled = rolling if rolling and period.span is Span.WAVE else period
    study = result.study
    return BriefContext(
        study=replace(study, weighting=study.weighting_of(result.wave.source.wave)),
        areas=result.areas,
        wave=result.wave.source.wave.id,
        codebook=result.wave.source.latest_codebook,
        published=result.published,
        period=period,
        rolling=rolling,
        missed=result.missed,
        fieldwork=tell_fieldwork(waves, result.study),
        weights=tell_weights(waves),
        precision=result.precision if period.span is Span.WAVE else {},
        history=brief_history(result),
        own_words=result.own_words[period.id],
        ranks=result.past.ranks,
        conditions=result.conditions,
        skipped=result.skipped[pooled.id],
        follow_up=result.kept.follow_up,
        consultations=result.kept.consultations,
        own_work=result.work[period.id],
        locked_on=result.standing.locked_on,
        erratum=result.standing.erratum,
        provenance=_provenance(result, maker, waves),
        language=language,
    )


def brief_history(result: WaveResult) -> History:
    """Return what came before the wave, as charts and briefs take it."""
    past = result.past
    return History(
        calendar=past.calendar,
        figures=past.published,
        changes=past.changes,
        comparisons=past.comparisons,
        breaks=past.breaks,
        outlook=past.outlook,
        splices=past.splices,
    )


def _provenance(result: WaveResult, maker: Maker, waves: Sequence[PreparedWave]) -> Provenance:
    forms = dict.fromkeys(wave.source.latest_codebook.sha256 for wave in waves)
    return Provenance(
        simulated=result.published.simulated,
        manifest_sha256=", ".join(wave.source.raw.manifest.seal for wave in waves),
        commit=maker.commit,
        version=maker.versions["danvan_study"],
        form_sha256=", ".join(forms),
    )
