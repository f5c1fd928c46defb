"""Fieldwork while it can still be mended: findings of a wave, in a folder of their own beside its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.check import Material, Tables, check_wave, lay_out
from danvan_study.clean import apply_corrections, pass_over_removed
from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.pipeline.sources import WaveSource, load_study, load_wave
from danvan_study.score import score_answers
from danvan_study.store import Folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWave:
    """A wave in the field, its decided corrections applied, and what the checks found in it."""

    study: Study
    areas: Areas | None
    source: WaveSource
    material: Material
    findings: pd.DataFrame


def fieldwork_folder(wave_id: str) -> str:
    """Return where the findings of a wave lie: never in the folder of its results, deleted at its lock."""
    return f"data/processed/{wave_id}-fieldwork"


def check_fieldwork(root: Path, wave_id: str) -> tuple[pd.DataFrame, str]:
    """Put a wave through every check, and write its findings.

    Returns
    -------
    :class:`~danvan_study.tables.Findings`, and the path of the file inside the study.

    Raises
    ------
    StudyError
        The wave is unknown or has no raw data, or something in it can't be read.
    """
    folder = Folder(root)
    with folder.locked():
        checked = load_checked(folder, wave_id)
        name = write_findings(folder, checked)
    return checked.findings, name


def load_checked(folder: Folder, wave_id: str) -> CheckedWave:
    """Read a wave, apply its corrections, check it; write nothing."""
    study, areas = load_study(folder)
    try:
        wave = study.wave(wave_id)
    except KeyError:
        raise StudyError("study.toml", f'there is no wave "{wave_id}".', "Mend the name.") from None
    source = load_wave(folder, wave, study=study, areas=areas)
    material = lay_out(_tables(source, study), wave=wave, study=study, codebooks=source.codebooks)
    return CheckedWave(study=study, areas=areas, source=source, material=material, findings=check_wave(material))


def write_findings(folder: Folder, checked: CheckedWave) -> str:
    """Write the findings as CSV; return the path inside the study."""
    name = f"{fieldwork_folder(checked.source.wave.id)}/findings.csv"
    folder.write_file(name, checked.findings.to_csv(index=False, lineterminator="\n").encode())
    return name


def _tables(source: WaveSource, study: Study) -> Tables:
    codebooks = source.codebooks
    collected = collect_responses(source.raw.records, codebooks=codebooks, study=study, wave=source.wave)
    cleaned = apply_corrections(
        collected.interviews,
        collected.answers,
        pass_over_removed(source.corrections, removed=collected.removed, interviews=collected.interviews),
        codebooks=codebooks,
        file=source.corrections_file,
    )
    return Tables(
        interviews=cleaned.interviews,
        answers=score_answers(cleaned.answers, interviews=cleaned.interviews, codebooks=codebooks),
        timings=collected.timings,
        removed=collected.removed,
        unconsented=collected.unconsented,
    )
