"""Which copies of a study there are: what is destroyed here has to be erased there too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVE_LOG = "data/logs/archives.csv"
COLUMNS = ("at", "file", "sha256", "bytes", "waves")
SEPARATOR = "; "


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


def copies_with(root: Path, wave_id: str) -> tuple[str, ...]:
    """Return the copies of a study that hold a wave: those that study.toml names, and its archives."""
    study, _ = load_study(Folder(root))
    return (*study.backups, *(made.name for made in list_archives(root) if wave_id in made.waves))
