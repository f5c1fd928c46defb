"""Bring files from outside into the study: raw exports, and cleaning logs of other tools."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from danvan_study.clean import IMPACT_LOG, import_log
from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.exchange.past import refuse_contradicting_labels
from danvan_study.messages import Message, say
from danvan_study.pipeline.kept_files import read_kept
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_codebooks, load_study, load_wave
from danvan_study.publish.disclosure import empty_lines, refuse_empty
from danvan_study.store import (
    Folder,
    Manifest,
    check_raw,
    decode_submissions,
    read_outside,
    read_raw_wave,
    read_rows,
    table_rows,
    write_corrections,
    write_raw_wave,
)
from danvan_study.store.labelled import SPSS, STATA, read_labelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def import_raw_files(root: Path, wave_id: str, paths: Sequence[Path], *, source: str) -> int:
    """Store exports of people's answers as the raw data of a wave.

    Parameters
    ----------
    root
        The study's folder.
    wave_id
        A wave of study.toml.
    paths
        Exports of KoboToolbox (API JSON, CSV, XLSX), SPSS or Stata.
    source
        Where they come from, in words; stands in the manifest.

    Returns
    -------
    int
        Number of submissions.

    Raises
    ------
    StudyError
        The wave is unknown or has raw data already, a file can't be read, two have the same name, or value labels of
        SPSS or Stata contradict the form.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    wave = known_wave(study, wave_id)
    files: dict[str, bytes] = {}
    for path in paths:
        if path.name in files:
            raise StudyError(str(path), say("another file of this import has the same name."), say("Rename one."))
        files[path.name] = read_outside(path)
    count = sum(len(decode_submissions(name, content)) for name, content in files.items())
    for name in [name for name in files if name.lower().endswith((SPSS, STATA))]:
        for codebook in load_codebooks(folder, wave, study=study).values():
            refuse_contradicting_labels(read_labelled(name, files[name]), codebook)
    manifest = Manifest(
        wave=wave_id,
        provenance="field",
        source=source,
        received_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=None,
        files=(),
    )
    with folder.locked():
        write_raw_wave(folder, manifest, files)
    return count


def import_cleaning_log(root: Path, wave_id: str, path: Path) -> Message:
    """Turn the cleaning log of another tool into the corrections of a wave.

    Returns
    -------
    str
        What was taken, filled in and counted once, in words.

    Raises
    ------
    StudyError
        The wave has corrections already, or the log has a column or action that isn't known.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    wave = known_wave(study, wave_id)
    name = wave.corrections or f"data/corrections/{wave_id}.csv"
    if folder.has_file(name):
        raise StudyError(
            name, say("this wave has corrections already."), say("Corrections are append-only: add lines to it.")
        )
    codebooks = load_codebooks(folder, wave, study=study)
    collected = collect_responses(read_raw_wave(folder, wave_id).records, codebooks=codebooks, study=study, wave=wave)
    imported = import_log(
        read_rows(read_outside(path), str(path)),
        log_format=replace(IMPACT_LOG, file=str(path)),
        interviews=collected.interviews,
        answers=collected.answers,
        codebooks=codebooks,
    )
    with folder.locked():
        write_corrections(folder, name, table_rows(imported.corrections))
    return say(
        "{file}: lines of the log {lines}, repeated {repeated}, old values taken from the raw data {filled}, "
        "corrections {corrections}",
        file=name,
        lines=imported.lines,
        repeated=imported.repeated,
        filled=imported.filled,
        corrections=len(imported.corrections),
    )


def check_study(root: Path) -> list[Message]:
    """Read everything a run would read, and say what is there; write nothing.

    Raises
    ------
    StudyError
        The first thing that would stop a run.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    raw = check_raw(folder)
    lines = [
        say(
            "study.toml: waves {waves}, areas {areas}",
            waves=len(study.waves),
            areas=len(areas.reporting) if areas else 0,
        )
    ]
    lines += read_kept(folder, study).lines()
    has_visits = True
    for wave in study.waves:
        if wave.id not in raw:
            load_codebooks(folder, wave, study=study)
            lines.append(say("{wave}: the form can be read, there are no data so far", wave=wave.id))
            continue
        source = load_wave(Folder(root), wave, study=study, areas=areas)
        has_visits = has_visits and not source.visits.empty
        lines.append(
            say(
                "{wave}: submissions {count}, corrections {corrections}, whole",
                wave=wave.id,
                count=len(source.raw.records),
                corrections=len(source.corrections),
            )
        )
    if raw:
        refuse_empty(study, empty_lines(study, has_visits=has_visits), where=say("every wave"))
    elif missing := empty_lines(study, has_visits=True):
        lines.append(say("[disclosure]: to be written before a report is made: {items}", items=", ".join(missing)))
    return lines
