"""A raw wave that grows: every pull adds files, a withdrawal rewrites some, a kill at any moment harms neither.

One change is three steps: the new file under a name that starts with a dot, the manifest that lists it, the rename. The
manifest decides: until it is replaced nothing has happened, afterwards the file counts under either name. The book of
what was received follows when all is written, and may be steps behind.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.manifest import MANIFEST, Entry, Manifest, enter, read_manifest, seal, sha256, write_manifest
from danvan_study.store.output import NEW, cannot_write, protect, replace_file, take_place, write_file, write_folder
from danvan_study.store.pulled import PULL_FILE, read_lines
from danvan_study.store.received import enter_states
from danvan_study.vault import ENDING, Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that is added or rewritten."""

    name: str
    content: bytes
    event: str
    what: str


class RawLog:
    """The raw files of one wave, for adding to them; hold the study's lock while one is open.

    Parameters
    ----------
    target
        Folder of the wave below ``data/raw``.
    manifest
        Head for a wave that has no raw data yet.
    vault
        Encrypts what is written.

    Raises
    ------
    StudyError
        The wave is simulated, or its manifest is damaged.
    """

    def __init__(self, target: Path, manifest: Manifest, vault: Vault) -> None:
        self._target = target
        self._where = f"data/raw/{target.name}"
        self._vault = vault
        self._is_there = (target / MANIFEST).is_file()
        self.manifest = replace(manifest, files=())
        if self._is_there:
            self.manifest = read_manifest((target / MANIFEST).read_bytes(), f"{self._where}/{MANIFEST}")
            settle(target, self.manifest)
        if self.manifest.is_simulated:
            raise StudyError(
                self._where,
                say("this wave is simulated."),
                say("Answers of people go into a wave of their own: add a [[wave]]."),
            )

    @property
    def names(self) -> list[str]:
        """Names of the files that pulls wrote, in the order of writing."""
        return sorted(file.file for file in self.manifest.files if PULL_FILE.fullmatch(file.file))

    @property
    def next_pull(self) -> int:
        """Number of a pull that begins now."""
        return max((_pull(name) for name in self.names), default=0) + 1

    def has(self, name: str) -> bool:
        """Return whether the wave holds a file."""
        return any(file.file == name for file in self.manifest.files)

    def pulls(self) -> list[Iterator[dict[str, Any]]]:
        """Return the lines of each pull; within one, ids rise."""
        return [self._lines(list(names)) for _, names in groupby(self.names, key=_pull)]

    def last_id(self) -> int:
        """Return the largest ``_id`` that was pulled; 0 before the first pull."""
        last_parts = [max(names) for _, names in groupby(self.names, key=_pull)]
        return max((int(line["_id"]) for name in last_parts for line in _last(self._lines([name]))), default=0)

    def read(self, name: str) -> bytes:
        """Return a file, checked and decrypted."""
        content = (self._target / name).read_bytes()
        listed = next(file.sha256 for file in self.manifest.files if file.file == name)
        if sha256(content) != listed:
            raise StudyError(
                f"{self._where}/{name}",
                say("its SHA-256 is {found}, not {listed}.", found=sha256(content), listed=listed),
                say("Restore it from a backup."),
            )
        return self._vault.open(content, f"{self._where}/{name}") if name.endswith(ENDING) else content

    def write(self, change: Change, *, at: str) -> None:
        """Add or rewrite a file; names that end in ``.age`` are encrypted.

        Raises
        ------
        StudyError
            The disk is full or can't be written; the wave is as it was.
        """
        sealed = self._vault.seal(change.content) if change.name.endswith(ENDING) else change.content
        entry = Entry(event=change.event, at=at, file=change.name, before="", after=sha256(sealed), what=change.what)
        manifest = enter(self.manifest, entry, len(sealed))
        if self._is_there:
            self._put(change.name, sealed, manifest)
        else:
            write_folder(self._target, {change.name: sealed, MANIFEST: write_manifest(manifest)})
            protect(self._target / change.name)
            self._is_there = True
        self.manifest = manifest

    def enter_state(self) -> None:
        """Write the wave's state into the book of what was received; done once, when a command has no more to write."""
        if self._is_there:
            enter_states(self._target.parents[2], [seal(self.manifest)])

    def _put(self, name: str, sealed: bytes, manifest: Manifest) -> None:
        pending = _pending(self._target, name)
        try:
            write_file(pending, sealed)
            replace_file(self._target / MANIFEST, write_manifest(manifest))
        except OSError as error:
            pending.unlink(missing_ok=True)
            raise cannot_write(self._target / name, error) from error
        except StudyError:
            pending.unlink(missing_ok=True)
            raise
        take_place(pending, self._target / name)
        protect(self._target / name)

    def _lines(self, names: list[str]) -> Iterator[dict[str, Any]]:
        for name in names:
            yield from read_lines(self.read(name))


def _last(lines: Iterator[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    return deque(lines, maxlen=1)


def settle(target: Path, manifest: Manifest) -> None:
    """Finish what a killed run began: a pending file that the manifest lists takes its place, others go."""
    listed = {file.file: file.sha256 for file in manifest.files}
    for path in sorted(target.glob(f".*{NEW}")):
        name = path.name[1:].removesuffix(NEW)
        if listed.get(name) == sha256(path.read_bytes()):
            take_place(path, target / name)
        else:
            path.unlink()


def as_listed(manifest: Manifest, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a wave as they count, whether or not a killed run has renamed them."""
    listed = {file.file: file.sha256 for file in manifest.files}
    pending = {name[1:].removesuffix(NEW): files[name] for name in files if is_pending(name)}
    settled = {name: content for name, content in files.items() if not is_pending(name)}
    return settled | {name: content for name, content in pending.items() if listed.get(name) == sha256(content)}


def is_pending(name: str) -> bool:
    """Return whether a file is one that a run has begun to write."""
    return name.startswith(".") and name.endswith(NEW)


def _pending(target: Path, name: str) -> Path:
    return target / f".{name}{NEW}"


def _pull(name: str) -> int:
    match = PULL_FILE.fullmatch(name)
    return int(match["pull"]) if match else 0
