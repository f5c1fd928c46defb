"""Put a document that people have edited through the rules of a brief, beside what the study has published."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.form import read_form
from danvan_study.messages import say
from danvan_study.pipeline.sources import load_study
from danvan_study.publish.lint import NOTHING, lint_draft, published_figures, read_draft
from danvan_study.publish.words import phrases
from danvan_study.store import Folder, read_outside
from danvan_study.text import fold

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.publish.lint import Finding, Known
    from danvan_study.study import Study

PUBLISHED: Final = "published.csv"
CHANGES: Final = "published_trends.csv"


def lint_brief(root: Path, path: Path, *, wave: str = "") -> list[Finding]:
    """Put a document through every rule.

    Parameters
    ----------
    root
        Folder of a study; where it has a ``study.toml``, its contact, places and questions are known.
    path
        The document: DOCX, HTML, Markdown or plain text.
    wave
        Its figures must be those that were published of this wave.

    Raises
    ------
    StudyError
        The document can't be read, there is no such wave, or it has not been run.
    """
    content, folder = read_outside(path), Folder(root)
    known = _known(folder, wave) if wave or folder.has_file("study.toml") else NOTHING
    return lint_draft(read_draft(content, source=path.name, known=known))


def _known(folder: Folder, wave: str) -> Known:
    """Return what the study knows, and with a wave what it has published."""
    study, areas = load_study(folder)
    known = _published(folder, study, wave) if wave else NOTHING
    named = (*areas.reporting, *areas.others) if areas else ()
    return replace(
        known,
        labels=frozenset(_labels(folder, study)),
        places=frozenset(name.lower() for area in named for name in (area.name, _bare(area.name))),
        contact=study.contact,
    )


def _published(folder: Folder, study: Study, wave: str) -> Known:
    """Return the figures in the outputs of a wave, those of the longer periods that end with it too."""
    there, place = study.wave(wave), f"data/processed/{wave}"
    files = folder.files(place)
    if f"{place}/{PUBLISHED}" not in files:
        raise StudyError(
            f"{place}/{PUBLISHED}", say("this wave has no results."), say("Make them: danvan run {wave}", wave=wave)
        )
    rows = pd.concat(_tables(folder, files, PUBLISHED), ignore_index=True)
    changes = _tables(folder, files, CHANGES)
    texts = [
        read_draft(folder.read(name, needed_by=f"danvan brief lint --wave {wave}"), source=name).text
        for name in files
        if name.endswith(".docx")
    ]
    known = published_figures(rows, pd.concat(changes, ignore_index=True) if changes else None, texts)
    is_simulated = (rows["data"].astype("str") == phrases("vi")["simulated"]).any()
    return replace(known, dated=there.end, simulated_mark=phrases("vi")["simulated"] if is_simulated else "")


def _tables(folder: Folder, files: list[str], name: str) -> list[pd.DataFrame]:
    wanted = [file for file in files if file.rpartition("/")[2] == name]
    contents = (folder.read(file, needed_by="danvan brief lint") for file in wanted)
    return [pd.read_csv(io.BytesIO(content), low_memory=False) for content in contents]


def _labels(folder: Folder, study: Study) -> set[str]:
    """Return the wordings of the forms, folded: to quote them is to quote nobody."""
    labels: set[str] = set()
    for form in sorted({form for wave in study.waves for form in wave.forms}):
        if not folder.has_file(form):
            continue
        codebook = read_form(folder.read(form, needed_by="study.toml"), source=form, missing=study.missing)
        for question in codebook.questions:
            labels |= {fold(text) for text in question.labels.values()}
            labels |= {fold(text) for choice in question.choices for text in choice.labels.values()}
    return labels


def _bare(name: str) -> str:
    """Return an area's name without its kind: "huyện Định Hóa" is also written "Định Hóa"."""
    first, _, rest = name.partition(" ")
    if first.lower() in {"huyện", "xã", "phường", "quận"}:
        return rest
    return name.removeprefix("Thành phố ").removeprefix("thành phố ").removeprefix("Thị xã ").removeprefix("thị xã ")
