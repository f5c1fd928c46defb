"""Run a study: prepare the waves, estimate their periods, publish, write."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.asking import tell_conditions
from danvan_study.pipeline.freshness import is_fresh, made_from
from danvan_study.pipeline.issued import check_issued, read_standing, refuse_corrected
from danvan_study.pipeline.outputs import start_wave
from danvan_study.pipeline.past import tell_past
from danvan_study.pipeline.precision import precision_tables
from danvan_study.pipeline.result import Maker, WaveResult
from danvan_study.pipeline.sources import load_study
from danvan_study.pipeline.workshop import Workshop, is_told
from danvan_study.publish import AtOnce, publish_estimates
from danvan_study.store import Folder, check_raw
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.pipeline.outputs import WaveFiles
    from danvan_study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveOutput:
    """What a run has to say of one wave."""

    wave: str
    submissions: int
    interviews: int
    published: int
    """Figures that may be shown."""
    suppressed: int
    brief: Path
    is_fresh: bool = False
    """Whether the outputs stood there already and nothing that they are made from has changed."""


def run_study(
    root: Path,
    wave_ids: Sequence[str] = (),
    *,
    tell: Callable[[WaveOutput], None] | None = None,
    again: bool = False,
    executor: Executor | None = None,
) -> list[WaveOutput]:
    """Make every output of the named waves, from raw data to brief; those that stand there and are fresh may stay.

    Parameters
    ----------
    root
        The study's folder.
    wave_ids
        Waves to publish; empty: every wave that has raw data.
    tell
        Called after each wave is written, or found fresh.
    again
        Whether fresh outputs are made again, too.
    executor
        Prepares and estimates the waves ahead of their turn, and sets the documents of one while the figures of the
        next are computed; the bytes are the same. None: one after the other, here.

    Raises
    ------
    StudyError
        The study, a form, a correction or the raw data can't be used as they are; the published figures of a locked
        wave would change; or what was issued has been touched. Of the wave concerned nothing is written; what stood
        there before stays.
    """
    folder = Folder(root)
    outputs = []
    with folder.locked():
        study, _ = load_study(folder)
        check_issued(folder)
        there = check_raw(folder)
        wanted = _wanted(study, wave_ids, there)
        maker = Maker.current()
        maker = replace(maker, made_from=made_from(folder, study, there=there, maker=maker))
        fresh = [] if again else [one for one in wanted if is_fresh(folder, one, maker.made_from[one])]
        stale = [one for one in wanted if one not in fresh]
        results = compute_waves(root, stale, executor=executor) if stale else iter(())
        made = _write_waves(folder, results, maker=maker, executor=executor or AtOnce())
        for one in wanted:
            outputs.append(_stands(folder, one) if one in fresh else next(made))
            if tell:
                tell(outputs[-1])
    return outputs


def _write_waves(
    folder: Folder, results: Iterator[WaveResult], *, maker: Maker, executor: Executor
) -> Iterator[WaveOutput]:
    """Write each wave while the figures of the next are computed, and the last one also where they can't be."""
    before: WaveFiles | None = None
    try:
        for result in results:
            begun = start_wave(result, maker, executor)
            if before:
                yield _write(folder, before)
            before = begun
    except StudyError:
        if before:
            _write(folder, before)
        raise
    if before:
        yield _write(folder, before)


def _write(folder: Folder, wave: WaveFiles) -> WaveOutput:
    wave_id, files = wave.result.wave.source.wave.id, wave.gather()
    refuse_corrected(folder, wave_id, files)
    return _output(wave.result, folder.write_processed(wave_id, files))


def compute_waves(
    root: Path, wave_ids: Sequence[str] = (), *, executor: Executor | None = None, revised: str = ""
) -> Iterator[WaveResult]:
    """Compute the figures of the named waves, one after the other, and write nothing.

    Parameters
    ----------
    root
        The study's folder.
    wave_ids
        Waves; empty: every wave that has raw data.
    executor
        Takes what needs one wave or one period alone, ahead of its turn. None: all is done here, in turn.
    revised
        The wave of which an erratum is being made.

    Raises
    ------
    StudyError
        As :func:`run_study`.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    there = check_raw(folder)
    wanted = _wanted(study, wave_ids, there)
    workshop = Workshop(root, study=study, areas=areas, there=there, executor=executor)
    workshop.closing.reissues.revise(revised)
    workshop.plan(wanted)
    for wave_id in wanted:
        result = publish_wave(wave_id, workshop, areas=areas, inputs=folder.hashes | workshop.inputs)
        yield replace(result, standing=read_standing(folder, wave_id))


def publish_wave(wave_id: str, workshop: Workshop, *, areas: Areas | None, inputs: Mapping[str, str]) -> WaveResult:
    """Estimate the periods that end with a wave, find what changed, and pass both through the gate.

    Parameters
    ----------
    wave_id
        The wave.
    workshop
        Gives the waves that are needed.
    inputs
        SHA-256 of the files that all waves share.
    """
    study, calendar = workshop.study, workshop.calendar
    periods = calendar.periods(wave_id)
    needed = [wave.id for wave in calendar.waves if any(wave.id in period.waves for period in periods)]
    window = [workshop.wave(wave) for wave in needed]
    told = [period for period in periods if is_told(period)]
    estimated = [
        workshop.estimate_groups(period) if period in told else workshop.estimate(period) for period in periods
    ]
    words = {period.id: workshop.words.of(period) for period in told}
    tables = [*(one.estimates for one in estimated), *(one.rows for one in words.values())]
    estimates = pd.concat(tables, ignore_index=True)
    skipped = {period.id: dict(one.skipped) for period, one in zip(periods, estimated, strict=True)}
    closed = workshop.closing.of(wave_id, estimates)
    published = publish_estimates(
        estimates,
        rules=study.publication,
        codebook=window[-1].source.latest_codebook,
        simulated=any(one.source.raw.manifest.is_simulated for one in window),
        closed=closed,
    )
    precision = precision_tables(window[-1], estimates, errors=workshop.replicate_errors(wave_id))
    return WaveResult(
        study=study,
        areas=areas,
        window=window,
        periods=periods,
        gaps=calendar.gaps(wave_id),
        missed=calendar.missed(wave_id),
        estimates=estimates,
        indices=pd.concat([workshop.indices(period) for period in told], ignore_index=True),
        skipped={name: left | dict(words[name].skipped) if name in words else left for name, left in skipped.items()},
        published=published,
        conditions=tell_conditions(
            workshop, periods, interviewers=precision["interviewer_effects"], published=published, closed=closed
        ),
        past=tell_past(wave_id, workshop),
        released=workshop.closing.sets(wave_id),
        corrected=workshop.closing.reissues.people(wave_id),
        own_words={period.id: workshop.words.tell(period) for period in told},
        drift=workshop.words.drift(periods[0]),
        precision=precision,
        kept=workshop.kept,
        work={period.id: workshop.work(period) for period in told},
        inputs=dict(inputs),
    )


def _wanted(study: Study, wave_ids: Sequence[str], there: Collection[str]) -> list[str]:
    known = [wave.id for wave in study.waves]
    for wave_id in wave_ids:
        if wave_id not in known:
            raise StudyError(
                "study.toml",
                say('there is no wave "{wave}".', wave=wave_id),
                say("Waves: {known}.", known=", ".join(known)),
            )
        if wave_id not in there:
            raise StudyError(
                f"data/raw/{wave_id}",
                say("there are no raw data."),
                say("Bring them in: danvan import {wave} FILE", wave=wave_id),
            )
    wanted = [wave_id for wave_id in known if wave_id in (wave_ids or there)]
    if not wanted:
        raise StudyError("data/raw", say("no wave has raw data."), say("Bring them in: danvan import WAVE FILE"))
    return wanted


def _stands(folder: Folder, wave_id: str) -> WaveOutput:
    """Say the same of results that stand there as of those that are made."""
    part = f"data/processed/{wave_id}"
    record = json.loads(folder.read(f"{part}/run.json", needed_by=part))
    flags = folder.read_processed(wave_id, "published")[PublishedRows.flag]
    return WaveOutput(
        wave=wave_id,
        submissions=record["collect"]["received"],
        interviews=record["rows"][wave_id]["weight"]["out"],
        published=int((flags != "suppressed").sum()),
        suppressed=int((flags == "suppressed").sum()),
        brief=folder.root / part / "brief.html",
        is_fresh=True,
    )


def _output(result: WaveResult, folder: Path) -> WaveOutput:
    rows = result.published.rows
    return WaveOutput(
        wave=result.wave.source.wave.id,
        submissions=result.wave.rows["collect"]["in"],
        interviews=len(result.wave.respondents),
        published=int((rows["flag"] != "suppressed").sum()),
        suppressed=int((rows["flag"] == "suppressed").sum()),
        brief=folder / "brief.html",
    )
