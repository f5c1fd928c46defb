"""Corrections that a team can keep: findings laid before a supervisor, decisions taken down, and the proof."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.clean import (
    DECISIONS,
    RULES,
    Case,
    apply_corrections,
    lay_before,
    pass_over_removed,
    read_decisions,
    read_rule_rows,
    read_workbook,
    set_decisions,
)
from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.pipeline.monitoring import fieldwork_folder, load_checked
from danvan_study.pipeline.named import load_named
from danvan_study.pipeline.outputs import without_free_text
from danvan_study.pipeline.wave import CleanedWave, clean_wave, prepare_wave
from danvan_study.store import Folder, add_corrections, read_outside
from danvan_study.tables import Answers, Corrections, Removed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from danvan_study.pipeline.sources import WaveSource

FIRST_ROW = 2
"""Of the lines below the head of a corrections file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What stands between the raw data of a wave and its clean data."""

    cells: int
    """Answers compared."""
    changed: int
    removed: int
    lines: Mapping[tuple[str, str], int]
    """Action and reason to lines of the corrections file."""


def offer_corrections(root: Path, wave_id: str) -> tuple[str, int]:
    """Write the workbook in which a supervisor decides on the findings of a wave.

    Returns
    -------
    Its path inside the study, and the number of findings in it.

    Raises
    ------
    StudyError
        The wave can't be read.
    """
    folder = Folder(root)
    with folder.locked():
        checked = load_checked(folder, wave_id)
        case = _case(clean_wave(checked.source, study=checked.study), checked.source)
        rows = lay_before(checked.findings, case, checked.source.corrections)
        mark = "SỐ LIỆU MÔ PHỎNG. " if checked.source.raw.manifest.is_simulated else ""
        name = f"{fieldwork_folder(wave_id)}/corrections.xlsx"
        folder.write_file(name, set_decisions(rows, title=f"{mark}Quyết định về các phát hiện, đợt {wave_id}"))
    return name, len(rows)


def record_decisions(root: Path, wave_id: str, path: Path) -> tuple[str, int]:
    """Take the decisions of a workbook down as new lines of the corrections file.

    Returns
    -------
    Path of the corrections file inside the study, and the number of new lines.

    Raises
    ------
    StudyError
        A decision doesn't fit the data or another decision; nothing is written then.
    """
    folder = Folder(root)
    sheets = read_workbook(read_outside(path), path.name)
    with folder.locked():
        study, _, source = load_named(folder, wave_id)
        wave = clean_wave(source, study=study)
        decided = _lines(source.corrections)
        added = {
            DECISIONS: read_decisions(sheets[DECISIONS], _case(wave, source), decided),
            RULES: read_rule_rows(sheets[RULES], decided),
        }
        for sheet, lines in added.items():
            _try(wave, source, lines, file=f"{path.name}, sheet {sheet}")
        new = [line for lines in added.values() for line in lines.values()]
        together = pd.concat([source.corrections, _table(dict(enumerate(new, len(source.corrections) + FIRST_ROW)))])
        _apply(wave, source, together, file=source.corrections_file)
        add_corrections(folder, source.corrections_file, new)
    return source.corrections_file, len(new)


def review_wave(root: Path, wave_id: str) -> Review:
    """Prove that the clean data of a wave are its raw data and its corrections, cell by cell, and nothing else.

    The changes are replayed on the raw cells apart from the stage that applied them; what the run wrote is compared
    with what the raw data give today.

    Raises
    ------
    StudyError
        The first cell that differs, without its content; or the wave has not been run.
    """
    folder = Folder(root)
    study, areas, source = load_named(folder, wave_id)
    wave = clean_wave(source, study=study)
    _compare(_replay(wave), _cells(wave.cleaned.answers), where=source.corrections_file)
    written = folder.read_processed(wave_id, "answers")
    expected = without_free_text(prepare_wave(source, study=study, areas=areas))
    cells = _cells(expected)
    _compare(cells, _cells(written), where=say("data/processed/{wave}/answers.parquet", wave=wave_id))
    kinds = zip(source.corrections[Corrections.action], source.corrections[Corrections.reason], strict=True)
    return Review(
        cells=len(cells),
        changed=len(wave.cleaned.changes),
        removed=len(wave.cleaned.removed),
        lines=dict(sorted(Counter(kinds).items())),
    )


def _case(wave: CleanedWave, source: WaveSource) -> Case:
    return Case(wave.cleaned.interviews, wave.cleaned.answers, codebooks=source.codebooks)


def _lines(corrections: pd.DataFrame) -> list[dict[str, str]]:
    return [
        dict(zip(Corrections.columns(), line, strict=True)) for line in corrections.itertuples(index=False, name=None)
    ]


def _table(lines: Mapping[int, dict[str, str]]) -> pd.DataFrame:
    """Return lines as a corrections table whose messages name their rows."""
    columns = list(Corrections.columns())
    index = [number - FIRST_ROW for number in lines]
    return pd.DataFrame(list(lines.values()), columns=columns, index=index, dtype="str")


def _try(wave: CleanedWave, source: WaveSource, lines: Mapping[int, dict[str, str]], *, file: str) -> None:
    """Apply new lines to the wave as it stands, so that a mistake is told by its row in the workbook."""
    cleaned = wave.cleaned
    apply_corrections(cleaned.interviews, cleaned.answers, _table(lines), codebooks=source.codebooks, file=file)


def _apply(wave: CleanedWave, source: WaveSource, corrections: pd.DataFrame, *, file: str) -> None:
    collected = wave.collected
    lines = pass_over_removed(corrections, removed=wave.removed, interviews=collected.interviews)
    apply_corrections(collected.interviews, collected.answers, lines, codebooks=source.codebooks, file=file)


Cells = dict[tuple[str, str], str]


def _cells(answers: pd.DataFrame) -> Cells:
    names = zip(answers[Answers.respondent].tolist(), answers[Answers.question].tolist(), strict=True)
    return dict(zip(names, answers[Answers.answer].tolist(), strict=True))


def _replay(wave: CleanedWave) -> Cells:
    """Return the raw cells with every listed change made and every removed interview left out."""
    cells = _cells(wave.collected.answers)
    for respondent, question, old, new, row in wave.cleaned.changes.itertuples(index=False, name=None):
        if cells.get((respondent, question), "") != old:
            raise StudyError(
                say("corrections, row {row}", row=row),
                say(
                    "{question} of {respondent} was not what the line changed.",
                    question=question,
                    respondent=respondent,
                ),
                say("Report this."),
            )
        cells[respondent, question] = new
    removed = set(wave.cleaned.removed[Removed.submission])
    return {cell: answer for cell, answer in cells.items() if answer and cell[0] not in removed}


def _compare(expected: Cells, found: Cells, *, where: Words) -> None:
    for respondent, question in _differing(expected, found):
        raise StudyError(
            say(
                "{where}, respondent {respondent}, question {question}",
                where=where,
                respondent=respondent,
                question=question,
            ),
            say("the stored answer is not the raw one with its corrections."),
            say("Run the wave again; if that changes nothing, somebody edited a file that is never edited."),
        )


def _differing(expected: Cells, found: Cells) -> Iterator[tuple[str, str]]:
    return (cell for cell in sorted(expected.keys() | found.keys()) if expected.get(cell) != found.get(cell))
