"""A study as one file: a BagIt bag (RFC 8493, version 1.0) in a tar whose every byte follows from what is in it."""

from __future__ import annotations

import hashlib
import io
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, cast

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.store.output import NEW, beside, cannot_write, protect, refuse_taken, remove_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

TOP = "danvan"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD, INFO = "manifest-sha256.txt", "bag-info.txt"
TAGS = "tagmanifest-sha256.txt"
RAW = "data/raw/"
CURE = say("Take another copy of the archive; this one can't be relied on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """An archive that was read through and found whole."""

    sha256: str
    """Of the file."""
    files: Mapping[str, str]
    """Name inside the study to SHA-256."""
    kept: Mapping[str, bytes]
    """Content of the files that the reader asked for."""


class _Sink(Protocol):
    def write(self, content: bytes, /) -> object: ...


class _Hash:
    """A sink that keeps the hash of what went into it, and hands it on if there is somewhere to."""

    def __init__(self, onward: _Sink | None = None) -> None:
        self.sum, self.size, self._onward = hashlib.sha256(), 0, onward

    def write(self, content: bytes) -> int:
        self.sum.update(content)
        self.size += len(content)
        if self._onward:
            self._onward.write(content)
        return len(content)

    def hex(self) -> str:
        return self.sum.hexdigest()


def write_bag(root: Path, names: Sequence[str], target: Path, *, info: Mapping[str, str]) -> tuple[str, int]:
    """Write files of a study as one archive, whole or not at all.

    Parameters
    ----------
    root
        The study's folder.
    names
        Files inside it.
    target
        The archive.
    info
        Lines of ``bag-info.txt``.

    Returns
    -------
    tuple of str and int
        SHA-256 and bytes of the archive. The same files and lines give the same bytes.

    Raises
    ------
    StudyError
        The archive lies in the study, is there already or can't be written, or a file changes meanwhile.
    """
    if root.resolve() in target.resolve().parents:
        raise StudyError(str(target), say("it lies in the study itself."), say("Put archives onto another disk."))
    if target.exists():
        raise StudyError(
            str(target), say("there is a file of that name."), say("Take another name; archives stay as they are.")
        )
    sums, total = {}, 0
    for name in sorted(names):
        with (root / name).open("rb") as stream:
            sums[name], size = _sum(stream)
        total += size
    tags = _tags(sums, {**info, "Payload-Oxum": f"{total}.{len(sums)}"})
    pending = beside(target, NEW)
    try:
        with pending.open("wb") as out:
            sink = _Hash(out)
            with _tar(sink) as tar:
                for name, content in tags.items():
                    tar.addfile(_member(name, len(content)), io.BytesIO(content))
                for name, expected in sums.items():
                    _add(tar, root / name, name=f"data/{name}", expected=expected)
        pending.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        pending.unlink(missing_ok=True)
    return sink.hex(), sink.size


def read_bag(path: Path, *, keep: str = "", into: Path | None = None) -> Bag:
    """Read an archive through and check every byte of it.

    Parameters
    ----------
    keep
        Ending of the files whose content is wanted.
    into
        Folder to unpack into.

    Raises
    ------
    StudyError
        It is no archive of a study, or any byte of it isn't what was written; the message names the file inside.
    """
    where = path.name
    tags: dict[str, bytes] = {}
    sums: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    again = _Hash()
    try:
        with path.open("rb") as stream:
            read = _sum(stream)[0]
        with tarfile.open(path, "r:") as tar, _tar(again) as copy:
            for member in tar:
                name = _name(member, where)
                if name in tags or name.removeprefix("data/") in sums:
                    raise StudyError(f"{where}, {name}", say("it stands in the archive twice."), CURE)
                content = cast("IO[bytes]", tar.extractfile(member))
                copy.addfile(_member(name, member.size), content)
                content.seek(0)
                if not name.startswith("data/"):
                    tags[name] = content.read()
                    continue
                inner = name.removeprefix("data/")
                sums[inner] = _take(content, into / inner if into else None)
                if keep and inner.endswith(keep):
                    content.seek(0)
                    kept[inner] = content.read()
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise StudyError(where, say("it can't be read as an archive ({error}).", error=error), CURE) from error
    _check(tags, sums, where)
    if again.hex() != read or list(sums) != sorted(sums):
        raise StudyError(
            where, say("its files are whole, but their order or the bytes between them were changed."), CURE
        )
    return Bag(sha256=read, files=sums, kept=kept)


def unpack_bag(path: Path, target: Path) -> Bag:
    """Unpack an archive into a new folder, whole or not at all; raw data become read-only.

    Raises
    ------
    StudyError
        The folder holds something, the archive is damaged, or the disk is full.
    """
    refuse_taken(target)
    pending = beside(target, NEW)
    remove_folder(pending)
    try:
        bag = read_bag(path, into=pending)
        if target.exists():
            target.rmdir()
        pending.rename(target)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        remove_folder(pending)
    for name in bag.files:
        if name.startswith(RAW) and name.count("/") > RAW.count("/"):
            protect(target / name)
    return bag


def _add(tar: tarfile.TarFile, path: Path, *, name: str, expected: str) -> None:
    with path.open("rb") as stream:
        tar.addfile(_member(name, path.stat().st_size), stream)
        stream.seek(0)
        if _sum(stream)[0] != expected:
            raise StudyError(str(path), say("it changed while the archive was made."), say("Make the archive again."))


def _tags(sums: Mapping[str, str], info: Mapping[str, str]) -> dict[str, bytes]:
    tags = {
        "bagit.txt": DECLARATION,
        INFO: "".join(f"{key}: {' '.join(info[key].split())}\n" for key in sorted(info)).encode(),
        PAYLOAD: _manifest({f"data/{name}": each for name, each in sums.items()}),
    }
    return {**tags, TAGS: _manifest({name: hashlib.sha256(each).hexdigest() for name, each in tags.items()})}


def _manifest(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{sums[name]}  {_coded(name)}\n" for name in sorted(sums)).encode()


def _coded(name: str) -> str:
    """Write a name as RFC 8493 wants it (section 2.1.3)."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _check(tags: Mapping[str, bytes], sums: Mapping[str, str], where: Words) -> None:
    for name in ("bagit.txt", INFO, PAYLOAD, TAGS):
        if name not in tags:
            raise StudyError(where, say("{name} is missing from it.", name=name), CURE)
    lines = [line.partition("  ") for line in tags[PAYLOAD].decode("utf-8", "replace").splitlines()]
    listed = {name: each for each, _, name in lines}
    found = {_coded(f"data/{name}"): each for name, each in sums.items()}
    for name in sorted(set(listed) | set(found)):
        if listed.get(name) != found.get(name):
            said = listed.get(name) or say("nothing of it")
            raise StudyError(
                f"{where}, {name}",
                say("it has the SHA-256 {found}; {file} says {listed}.", found=found[name], file=PAYLOAD, listed=said)
                if name in found
                else say("it is missing; {file} says {listed}.", file=PAYLOAD, listed=said),
                CURE,
            )
    tagged = {name: hashlib.sha256(each).hexdigest() for name, each in tags.items() if name != TAGS}
    if tags[TAGS] != _manifest(tagged) or tags["bagit.txt"] != DECLARATION or len(tags) != len(tagged) + 1:
        raise StudyError(f"{where}, {TAGS}", say("the files that describe the archive were changed."), CURE)


def _name(member: tarfile.TarInfo, where: Words) -> str:
    """Return a member's name below the bag's folder; links, devices and ways out of the folder are refused."""
    parts = member.name.split("/")
    if not member.isreg() or parts[0] != TOP or any(part in ("", ".", "..") for part in parts) or "\\" in member.name:
        raise StudyError(where, say('"{member}" has no place in an archive of a study.', member=member.name), CURE)
    return "/".join(parts[1:])


def _take(content: IO[bytes], target: Path | None) -> str:
    if target is None:
        return _sum(content)[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        return _sum(content, out)[0]


def _sum(stream: IO[bytes], onward: _Sink | None = None) -> tuple[str, int]:
    sink = _Hash(onward)
    while block := stream.read(1 << 20):
        sink.write(block)
    return sink.hex(), sink.size


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{TOP}/{name}")
    member.size, member.mode = size, 0o444
    return member


@contextmanager
def _tar(sink: _Hash) -> Iterator[tarfile.TarFile]:
    with tarfile.open(fileobj=cast("IO[bytes]", sink), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield tar
