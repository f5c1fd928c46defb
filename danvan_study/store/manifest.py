"""The manifest of a raw wave: what was received, byte for byte, and a seal over the list itself.

``MANIFEST.jsonl`` holds a head line (wave, provenance), one line per file, one line for each time that a file was added
by a pull or rewritten by a withdrawal, and a last line with the SHA-256 of all the bytes above it. The text is
canonical: whatever is not exactly what :func:`write_manifest` writes was damaged.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.schema import check_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST = "MANIFEST.jsonl"
SCHEMA = 1
CURE = say("Raw data is never edited: restore the wave's folder from a backup, or take the export again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file of a raw wave."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of a raw wave; each carries the hash of the one before."""

    event: str
    """``pull`` for a file that was added, ``redaction`` for one that a withdrawal rewrote."""
    at: str
    """ISO 8601."""
    file: str
    before: str
    """SHA-256 of the file before; empty: it was new."""
    after: str
    what: str
    """In words, without anything about a person."""
    previous: str = ""
    """SHA-256 of the entry before; empty in the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Where a raw wave comes from and what it consists of."""

    wave: str
    provenance: str
    """``field`` for answers of real people, ``simulated`` for drawn ones."""
    source: str
    """What the files were taken from, in words."""
    received_at: str
    """ISO 8601."""
    seed: int | None
    """Seed of the simulator; None for field data."""
    files: tuple[RawFile, ...]
    entries: tuple[Entry, ...] = ()
    seal: str = ""

    @property
    def is_simulated(self) -> bool:
        """Whether everything that stems from this wave is to be marked as simulated."""
        return self.provenance == "simulated"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def list_files(files: Mapping[str, bytes]) -> tuple[RawFile, ...]:
    """List ``files`` (name to content) by name, as a manifest does."""
    return tuple(
        RawFile(file=name, sha256=sha256(content), bytes=len(content)) for name, content in sorted(files.items())
    )


def write_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of ``MANIFEST.jsonl``."""
    body = _body(manifest)
    return body + _line({"seal": sha256(body)})


def seal(manifest: Manifest) -> Manifest:
    """Return the manifest with the seal that :func:`write_manifest` gives it."""
    return replace(manifest, seal=sha256(_body(manifest)))


def read_manifest(content: bytes, where: str) -> Manifest:
    """Read a manifest and check its seal.

    Raises
    ------
    StudyError
        Any byte differs from what was written; the message shows both hashes.
    """
    body, last = _split(content)
    expected = sha256(body)
    if last != _line({"seal": expected}):
        said = last.decode("utf-8", "replace").strip()
        raise StudyError(
            where,
            say(
                "the lines above the seal have the SHA-256 {expected}, but the last line says {said}.",
                expected=expected,
                said=said or say("nothing"),
            ),
            CURE,
        )
    head, *rows = [json.loads(line) for line in body.splitlines()]
    check_schema(head.pop("schema"), where, SCHEMA)
    entries = tuple(Entry(**row) for row in rows if "event" in row)
    files = tuple(RawFile(**row) for row in rows if "event" not in row)
    _check_entries(entries, files, where)
    return Manifest(**head, files=files, entries=entries, seal=expected)


def enter(manifest: Manifest, entry: Entry, size: int) -> Manifest:
    """Return the manifest after a file was added or rewritten; ``before`` and ``previous`` are filled in here."""
    files = {file.file: file for file in manifest.files}
    before = files[entry.file].sha256 if entry.file in files else ""
    previous = entry_hash(manifest.entries[-1]) if manifest.entries else ""
    files[entry.file] = RawFile(file=entry.file, sha256=entry.after, bytes=size)
    return replace(
        manifest,
        files=tuple(files[name] for name in sorted(files)),
        entries=(*manifest.entries, replace(entry, before=before, previous=previous)),
    )


def check_files(manifest: Manifest, files: Mapping[str, bytes], where: str) -> None:
    """Check that the folder holds exactly what the manifest lists.

    Raises
    ------
    StudyError
        A file is missing, was added, or differs in any byte.
    """
    listed = {file.file: file for file in manifest.files}
    for name in sorted(set(files) - set(listed)):
        raise StudyError(
            f"{where}/{name}",
            say(
                "this file (SHA-256 {sha256}) is not in {manifest} (seal {seal}).",
                sha256=sha256(files[name]),
                manifest=MANIFEST,
                seal=manifest.seal,
            ),
            say("Move it out of data/raw, or bring it in with: danvan import."),
        )
    for name, file in listed.items():
        if name not in files:
            raise StudyError(
                f"{where}/{name}",
                say("the file with the SHA-256 {sha256} is missing from the folder.", sha256=file.sha256),
                CURE,
            )
        found = sha256(files[name])
        if found != file.sha256:
            raise StudyError(
                f"{where}/{name}",
                say(
                    "its SHA-256 is {found}, but {manifest} says {listed}.",
                    found=found,
                    manifest=MANIFEST,
                    listed=file.sha256,
                ),
                CURE,
            )


def _check_entries(entries: Sequence[Entry], files: Sequence[RawFile], where: str) -> None:
    """Check that the history of every file leads, step by step, to what is listed."""
    now: dict[str, str] = {}
    previous = ""
    for number, entry in enumerate(entries, 1):
        if entry.previous != previous or (entry.file in now and entry.before != now[entry.file]):
            raise StudyError(
                where,
                say(
                    "entry no. {number} ({event}) does not follow from the one before.",
                    number=number,
                    event=entry.event,
                ),
                CURE,
            )
        now[entry.file] = entry.after
        previous = entry_hash(entry)
    listed = {file.file: file.sha256 for file in files}
    for name, after in now.items():
        if listed.get(name) != after:
            raise StudyError(
                where,
                say(
                    "the last entry of {name} says {after}, the list {listed}.",
                    name=name,
                    after=after,
                    listed=listed.get(name),
                ),
                CURE,
            )


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 of an entry, which the next one carries."""
    return sha256(_line(asdict(entry)))


def _body(manifest: Manifest) -> bytes:
    head = {key: value for key, value in asdict(manifest).items() if key not in ("files", "entries", "seal")}
    files = [_line(asdict(file)) for file in manifest.files]
    entries = [_line(asdict(entry)) for entry in manifest.entries]
    return b"".join([_line({"schema": SCHEMA} | head), *files, *entries])


def _line(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _split(content: bytes) -> tuple[bytes, bytes]:
    end = content.rfind(b"\n", 0, len(content) - 1) + 1
    return content[:end], content[end:]
