"""Run a study: prepare the waves, estimate their periods, publish, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_period
from danvan_study.pipeline.outputs import Maker, WaveResult, wave_files
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.wave import PreparedWave, prepare_wave
from danvan_study.publish import publish_estimates
from danvan_study.store import Folder, read_commit, read_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.study import Calendar, Study


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


def run_study(
    root: Path, wave_ids: Sequence[str] = (), *, tell: Callable[[WaveOutput], None] | None = None
) -> list[WaveOutput]:
    """Make every output of the named waves, from raw data to brief.

    Parameters
    ----------
    root
        The study's folder.
    wave_ids
        Waves to publish; empty: every wave that has raw data.
    tell
        Called after each wave is written.

    Raises
    ------
    StudyError
        The study, a form, a correction or the raw data can't be used as they are. Of the wave concerned nothing is
        written; what stood there before stays.
    """
    folder = Folder(root)
    outputs = []
    with folder.locked():
        maker = Maker(commit=read_commit(), versions=read_versions())
        for result in compute_waves(root, wave_ids):
            target = folder.write_processed(result.wave.source.wave.id, wave_files(result, maker))
            outputs.append(_output(result, target))
            if tell:
                tell(outputs[-1])
    return outputs


def compute_waves(root: Path, wave_ids: Sequence[str] = ()) -> Iterator[WaveResult]:
    """Compute the figures of the named waves, one after the other, and write nothing.

    Parameters
    ----------
    root
        The study's folder.
    wave_ids
        Waves; empty: every wave that has raw data.

    Raises
    ------
    StudyError
        As :func:`run_study`.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    there = folder.check_raw()
    prepared: dict[str, PreparedWave] = {}
    for wave_id in _wanted(study, wave_ids, there):
        calendar = study.calendar(there)
        periods = calendar.periods(wave_id)
        needed = [wave.id for wave in calendar.waves if any(wave.id in period.waves for period in periods)]
        for wave in needed:
            if wave not in prepared:
                source = load_wave(Folder(root), study.wave(wave), study=study, areas=areas)
                prepared[wave] = prepare_wave(source, study=study, areas=areas)
        window = [prepared[wave] for wave in needed]
        yield publish_wave(window, calendar, study=study, areas=areas, inputs=folder.hashes)


def publish_wave(
    window: Sequence[PreparedWave],
    calendar: Calendar,
    *,
    study: Study,
    areas: Areas | None,
    inputs: Mapping[str, str],
) -> WaveResult:
    """Estimate the periods that end with a wave and pass them through the gate.

    Parameters
    ----------
    window
        The waves of all its periods, the wave itself last.
    calendar
        The waves that there are data for.
    inputs
        SHA-256 of the files that all waves share.
    """
    samples = {wave.source.wave.id: wave.sample for wave in window}
    wave_id = window[-1].source.wave.id
    periods = calendar.periods(wave_id)
    estimated = [estimate_period(period, [samples[wave] for wave in period.waves], study=study) for period in periods]
    estimates = pd.concat([one.estimates for one in estimated], ignore_index=True)
    return WaveResult(
        study=study,
        areas=areas,
        window=window,
        periods=periods,
        gaps=calendar.gaps(wave_id),
        estimates=estimates,
        skipped={period.id: dict(one.skipped) for period, one in zip(periods, estimated, strict=True)},
        published=publish_estimates(
            estimates,
            rules=study.publication,
            codebook=window[-1].source.latest_codebook,
            simulated=any(one.source.raw.manifest.is_simulated for one in window),
        ),
        inputs=dict(inputs),
    )


def _wanted(study: Study, wave_ids: Sequence[str], there: Collection[str]) -> list[str]:
    known = [wave.id for wave in study.waves]
    for wave_id in wave_ids:
        if wave_id not in known:
            raise StudyError("study.toml", f'there is no wave "{wave_id}".', f"Waves: {', '.join(known)}.")
    wanted = [wave_id for wave_id in known if wave_id in (wave_ids or there)]
    if not wanted:
        raise StudyError("data/raw", "no wave has raw data.", "Bring them in: danvan import WAVE FILE")
    return wanted


def _output(result: WaveResult, folder: Path) -> WaveOutput:
    rows = result.published.rows
    return WaveOutput(
        wave=result.wave.source.wave.id,
        submissions=len(result.wave.source.raw.records),
        interviews=len(result.wave.respondents),
        published=int((rows["flag"] != "suppressed").sum()),
        suppressed=int((rows["flag"] == "suppressed").sum()),
        brief=folder / "brief.html",
    )
