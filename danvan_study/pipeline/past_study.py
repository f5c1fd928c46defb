"""Bring in a study of a past year: propose what its variables are, then make its form and its raw wave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.exchange.judge_matches import judge_matches
from danvan_study.exchange.matches import COLUMNS, Decision
from danvan_study.exchange.past import refuse_unsound_file
from danvan_study.exchange.past_form import past_form
from danvan_study.exchange.propose import propose
from danvan_study.exchange.translate import translate
from danvan_study.form import read_form
from danvan_study.form.sheets import read_sheets
from danvan_study.form.write import write_workbook
from danvan_study.messages import say
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.past_rows import load_matches, matches_file
from danvan_study.pipeline.sources import load_study
from danvan_study.store import (
    Folder,
    Manifest,
    decode_submissions,
    read_outside,
    read_raw_wave,
    write_raw_wave,
    write_rows,
)
from danvan_study.store.labelled import read_labelled
from danvan_study.store.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from danvan_study.codebook import Codebook
    from danvan_study.study import Study, Wave


CODE_PAGE = re.compile(r"cp\d{3,4}|tcvn3")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStudy:
    """How far the import of a past study has come."""

    matches: str
    """The table to review, or reviewed."""
    lines: int
    form: str = ""
    """Empty: the table waits for its review."""
    interviews: int = 0
    decided: Mapping[str, int] | None = None
    """Decision to number of variables."""


def import_past_study(root: Path, wave_id: str, path: Path, *, encoding: str = "") -> PastStudy:
    """Propose the matches of a past file; once they are reviewed, make its form and its raw data.

    Parameters
    ----------
    wave_id
        A wave of study.toml, whose one form is yet to be made.
    path
        A .sav or .dta file.
    encoding
        Code page of a file that does not name its own.

    Raises
    ------
    StudyError
        The file is unsound, the table is not reviewed or contradicts the file or today's form, or the wave has other
        data. A table that was mended after the import makes the form anew; the raw data stay.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    wave = known_wave(study, wave_id)
    encoding, content = encoding.lower(), read_outside(path)
    if encoding and not CODE_PAGE.fullmatch(encoding):
        raise StudyError(
            "--encoding",
            say('"{word}" is not known.', word=encoding),
            say("Write cp1258, another code page, or tcvn3."),
        )
    file = read_labelled(path.name, content, encoding=encoding)
    refuse_unsound_file(file)
    form, codebook = _todays_form(folder, study, wave)
    table = matches_file(wave_id)
    if not folder.has_file(table):
        lines = propose(file, codebook, study)
        with folder.locked():
            folder.write_file(table, write_rows([line.as_row() for line in lines], list(COLUMNS)))
        return PastStudy(matches=table, lines=len(lines))
    matches = load_matches(folder, wave_id)
    judge_matches(matches, file, codebook, study=study, wave=wave)
    made = write_workbook(past_form(read_sheets(form, source=codebook.source), matches, codebook, wave=wave_id))
    records = [{str(key): cell for key, cell in row.items() if cell} for row in file.cells.to_dict("records")]
    interviews = _count(made, translate(records, matches, design=study.design, wave=wave_id), study=study, wave=wave)
    name = f"{path.stem}{f'.{encoding}' if encoding else ''}{path.suffix.lower()}"
    _store(folder, wave, {name: content}, form=made)
    decided = {str(one): sum(match.decision is one for match in matches.items) for one in Decision}
    return PastStudy(
        matches=table, lines=len(matches.items), form=wave.forms[0], interviews=interviews, decided=decided
    )


def _todays_form(folder: Folder, study: Study, wave: Wave) -> tuple[bytes, Codebook]:
    """Return the form of the latest wave that has one of its own, as the past is matched to it."""
    if len(wave.forms) != 1:
        raise StudyError(
            say("study.toml, wave {wave} forms", wave=wave.id),
            say("a past study has one form."),
            say("Name the one to be made."),
        )
    for other in reversed(study.waves):
        if other.base is None and other.id != wave.id and folder.has_file(other.forms[-1]):
            content = folder.read(other.forms[-1], needed_by="study.toml")
            return content, read_form(content, source=other.forms[-1], missing=study.missing)
    raise StudyError(
        "study.toml", say("no wave has a form to match the past file to."), say("Add today's wave and form first.")
    )


def _count(form: bytes, records: Sequence[Mapping[str, object]], *, study: Study, wave: Wave) -> int:
    """Read the rows with the form that was made; return how many interviews there are."""
    codebook = read_form(form, source=wave.forms[0], missing=study.missing)
    collected = collect_responses(records, codebooks={codebook.version: codebook}, study=study, wave=wave)
    if collected.interviews.empty:
        raise StudyError(
            matches_file(wave.id), say("no row has consent."), say("Check the lines of the consent questions.")
        )
    return len(collected.interviews)


def _store(folder: Folder, wave: Wave, files: Mapping[str, bytes], *, form: bytes) -> None:
    """Store the file and its form; where the same file is there already, the form alone."""
    name = wave.forms[0]
    is_there = folder.has_file(f"data/raw/{wave.id}/{MANIFEST}")
    if is_there and not _is_stored(folder, wave.id, files):
        raise StudyError(
            f"data/raw/{wave.id}", say("this wave has other raw data."), say("Nothing received is overwritten.")
        )
    if not is_there and folder.has_file(name) and folder.read(name, needed_by="import-study") != form:
        raise StudyError(
            name, say("there is another form of this name."), say("Move it away, or name another in study.toml.")
        )
    manifest = Manifest(
        wave=wave.id,
        provenance="field",
        source=f"danvan import-study, {matches_file(wave.id)}",
        received_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=None,
        files=(),
    )
    with folder.locked():
        if not is_there:
            write_raw_wave(folder, manifest, files)
        folder.write_file(name, form)


def _is_stored(folder: Folder, wave_id: str, files: Mapping[str, bytes]) -> bool:
    stored = list(read_raw_wave(folder, wave_id).records)
    return stored == [record for name, content in files.items() for record in decode_submissions(name, content)]
