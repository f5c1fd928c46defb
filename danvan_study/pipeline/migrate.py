"""Move the folder of an older study to the schema of this kit, and back.

The record of a move is written first, whole: the files as they were and the hashes of what they become. Only then are
they replaced, ``study.toml`` with its new number last, so that until the end every other command refuses the study. A
move that was killed begins again from the record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.migrations import STEPS, STUDY
from danvan_study.store import Folder, check_raw
from danvan_study.store.manifest import MANIFEST, sha256
from danvan_study.store.received import BOOK
from danvan_study.study.schema import SCHEMA, check_schema, schema_of, with_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from danvan_study.messages import Message

RECORDS: Final = "data/logs/migrations"
BEFORE: Final = "before"
LIST: Final = "record.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A move from one schema to another."""

    start: int
    to: int
    steps: tuple[Message, ...]
    """Those that changed something."""
    files: tuple[str, ...]
    """Those that changed or were added, ``study.toml`` last."""

    @property
    def record(self) -> str:
        """Folder of its record."""
        return f"{RECORDS}/{self.start}-{self.to}"


def migrate_study(root: Path) -> Migration | None:
    """Move a study to the schema of this kit; None: it has it already.

    Raises
    ------
    StudyError
        The study is newer than the kit, its raw data are damaged, or a file can't be written.
    """
    folder = Folder(root)
    with folder.locked():
        start = _schema(folder)
        if start > SCHEMA:
            check_schema(start, STUDY)
        if start == SCHEMA:
            return None
        if begun := _last(folder):
            _put_back(folder, begun)
        check_raw(folder)
        before = {name: folder.read(name, needed_by=STUDY) for name in _kept(folder)}
        after, told = dict(before), []
        for step in STEPS[start - 1 :]:
            if changed := step.change(after):
                after |= changed
                told.append(step.what)
        after[STUDY] = with_schema(after[STUDY].decode(), SCHEMA).encode()
        names = sorted((name for name in after if after[name] != before.get(name)), key=lambda name: name == STUDY)
        moved = Migration(start=start, to=SCHEMA, steps=tuple(told), files=tuple(names))
        _write_record(folder, moved, before=before, after=after)
        for name in moved.files:
            folder.write_file(name, after[name])
        return moved


def undo_migration(root: Path) -> Migration:
    """Put a study back to where it was before the last move, byte for byte, whether that move ended or was killed.

    Raises
    ------
    StudyError
        The study was not moved, its record is damaged, or a file has been changed since.
    """
    folder = Folder(root)
    with folder.locked():
        moved = _last(folder)
        if moved is None:
            raise StudyError(
                RECORDS, say("this study was not moved from an older kit."), say("There is nothing to take back.")
            )
        _put_back(folder, moved)
        return moved


def _schema(folder: Folder) -> int:
    return schema_of(folder.read_study())


def _kept(folder: Folder) -> list[str]:
    """Return the files that a step may look at."""
    raw = [name for name in folder.files("data/raw") if name.endswith(f"/{MANIFEST}") or name == BOOK]
    return [STUDY, *raw]


def _last(folder: Folder) -> Migration | None:
    """Return the move that led, or leads, to the schema of this kit."""
    lists = [name for name in folder.files(RECORDS) if name.endswith(f"-{SCHEMA}/{LIST}")]
    if not lists:
        return None
    record = _read_record(folder, lists[-1])
    return Migration(start=record["from"], to=record["to"], steps=(), files=tuple(record["files"]))


def _read_record(folder: Folder, name: str) -> dict[str, Any]:
    try:
        record = json.loads(folder.read(name, needed_by=RECORDS))
    except ValueError:
        record = None
    if not isinstance(record, dict) or not record.keys() >= {"from", "to", "files"}:
        raise StudyError(name, say("it is damaged."), say("Bring it back from a copy of the study."))
    return record


def _write_record(folder: Folder, moved: Migration, *, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    files = {
        name: {"before": sha256(before[name]) if name in before else "", "after": sha256(after[name])}
        for name in moved.files
    }
    record = {"from": moved.start, "to": moved.to, "files": files}
    kept = {f"{BEFORE}/{name}": before[name] for name in moved.files if name in before}
    listed = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    folder.write_folder(moved.record, {**kept, LIST: listed})


def _put_back(folder: Folder, moved: Migration) -> None:
    """Restore every file of a move, ``study.toml`` first: from then on other commands refuse the study again."""
    listed: dict[str, dict[str, str]] = _read_record(folder, f"{moved.record}/{LIST}")["files"]
    now = {name: sha256(folder.read(name, needed_by=RECORDS)) if folder.has_file(name) else "" for name in listed}
    for name, known in listed.items():
        if now[name] not in known.values():
            raise StudyError(
                name,
                say("it has been changed since the study was moved; taking the move back would lose that."),
                say("Keep a copy of it elsewhere and put it back as it was after the move, or leave the move."),
            )
    for name in reversed(moved.files):
        before = listed[name]["before"]
        if now[name] == before:
            continue  # by a try that was killed, perhaps while it took the record away
        if before:
            folder.write_file(name, folder.read(f"{moved.record}/{BEFORE}/{name}", needed_by=RECORDS))
        else:
            folder.remove_file(name)
    folder.destroy(moved.record)
