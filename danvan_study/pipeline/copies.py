"""What of a study is copied, and which copies there are: what is destroyed here has to be erased there too."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.field.retention import FOREVER, KINDS, LOCK_DAYS
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from danvan_study.study import Study

ARCHIVE_LOG = "data/logs/archives.csv"
COLUMNS = ("at", "file", "sha256", "bytes", "waves")
SEPARATOR = "; "
PARTS = ("study.toml", "survey_forms", "notebooks", "data")
"""What a study is made of; results are made again from it."""
RESULTS = ("data/processed", "data/exports", "data/release")
"""Made again from the rest; what was exported of real people lies there readable, and must not travel."""
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive that was made."""

    name: str
    made_at: str
    sha256: str
    size: int
    """In bytes."""
    waves: tuple[str, ...]
    """Whose raw data it holds."""


def list_archives(root: Path) -> list[Archive]:
    """Return the archives that were made of a study, the oldest first."""
    folder = Folder(root)
    rows = folder.read_rows(ARCHIVE_LOG, needed_by=ARCHIVE_LOG, columns=COLUMNS) if folder.has_file(ARCHIVE_LOG) else []
    return [
        Archive(
            name=row["file"],
            made_at=row["at"],
            sha256=row["sha256"],
            size=int(row["bytes"]),
            waves=tuple(filter(None, row["waves"].split(SEPARATOR))),
        )
        for row in rows
    ]


def named_backups(root: Path) -> tuple[str, ...]:
    """Return the copies that ``study.toml`` names: the office's own, of which the kit knows no more than that."""
    study, _ = load_study(Folder(root))
    return study.backups


def copies_with(root: Path, wave_id: str) -> tuple[str, ...]:
    """Return the copies of a study that hold a wave: those that study.toml names, and its archives."""
    return (*named_backups(root), *(made.name for made in list_archives(root) if wave_id in made.waves))


def study_files(folder: Folder, study: Study) -> list[str]:
    """Return the files from which all can be made again: the parts of a study, and what else study.toml names."""
    passing = [
        pattern
        for kind in KINDS
        if kind.days != FOREVER and kind.days <= LOCK_DAYS and not kind.whole_years
        for pattern in kind.paths
    ]
    left_out = (*RESULTS, *_of_waves(passing, study))
    named = _of_waves(_texts(tomllib.loads(folder.read_study())), study)
    found = {name for part in PARTS for name in folder.files(part)} | {name for name in named if folder.has_file(name)}
    return sorted(name for name in found if not any(name == path or name.startswith(f"{path}/") for path in left_out))


def _texts(value: object) -> list[str]:
    """Return every text of a TOML document; those that are names of files are among them."""
    if isinstance(value, str):
        inside = value and len(value) <= LONGEST_NAME and not value.startswith("/") and ".." not in value.split("/")
        return [value] if inside else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def _of_waves(patterns: Iterable[str], study: Study) -> set[str]:
    return {pattern.replace("{wave}", wave.id) for pattern in patterns for wave in study.waves}
