"""Write a folder whole or not at all, and never two runs at once."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEW = ".new"
OLD = ".old"
DENIED, SHARED, LOCKED = 5, 32, 33
"""Errors of Windows: access denied, file in use, part of a file in use (Microsoft, System Error Codes 0-499)."""
IN_USE: Final = (DENIED, SHARED, LOCKED)


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make ``target`` hold exactly ``files`` (relative name to content).

    The files are written beside the target and put in its place by renaming, so that a reader sees the old folder
    or the new one. A kill between the two renames leaves the old folder for :func:`tidy` to put back.

    Raises
    ------
    StudyError
        The folder can't be written (full disk, no permission, a file open in another program).
    """
    new, old = beside(target, NEW), beside(target, OLD)
    try:
        tidy(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        for name, content in sorted(files.items()):
            write_file(new / name, content)
        if target.exists():
            target.rename(old)
        new.rename(target)
    except OSError as error:
        with suppress(OSError):
            tidy(target)
        raise cannot_write(target, error) from error
    with suppress(OSError):  # the new folder stands; what is left of the old one goes the next time
        _delete_tree(old)


def refuse_taken(target: Path) -> None:
    """Refuse a folder that the user names where it holds something already.

    Raises
    ------
    StudyError
        It does, it is no folder, or it is the one in which this process stands: another takes its place.
    """
    if target.resolve() == Path.cwd():
        raise StudyError(
            str(target),
            say("you are in this folder."),
            say("Go to another folder (cd ..) and name it from there."),
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudyError(str(target), say("something is there already."), say("Name a folder that is new or empty."))


def write_new_folder(target: Path, files: Mapping[str, bytes]) -> Path:
    """Make a folder that the user names hold ``files``; return it.

    Raises
    ------
    StudyError
        It holds something already, or can't be written.
    """
    refuse_taken(target)
    write_folder(target, files)
    return target


def write_file(path: Path, content: bytes) -> None:
    """Write one file and make sure that it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write one file whole or not at all.

    Raises
    ------
    StudyError
        The file can't be written.
    """
    beside = path.with_name(f".{path.name}{NEW}")
    try:
        write_file(beside, content)
        take_place(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def take_place(source: Path, target: Path) -> None:
    """Put a file in the place of another, which may be read-only: Windows replaces no such file.

    Raises
    ------
    OSError
        Another program has the file open, or there is no permission.
    """
    _unprotect(target)
    source.replace(target)


def delete_file(path: Path) -> None:
    """Delete a file, read-only or not; it is no mistake when it is gone.

    Raises
    ------
    StudyError
        It can't be deleted.
    """
    _unprotect(path)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def protect(path: Path) -> None:
    """Make a file read-only: received data are changed by the kit's own steps or not at all."""
    path.chmod(stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH)


def remove_folder(target: Path) -> None:
    """Delete a folder; it is no mistake when it is gone.

    Raises
    ------
    StudyError
        Something in it can't be deleted.
    """
    try:
        _delete_tree(target)
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot_write(target, error) from error


def _delete_tree(target: Path) -> None:
    for path in target.rglob("*"):
        _unprotect(path)
    shutil.rmtree(target)


def _unprotect(path: Path) -> None:
    """Make a file writable that :func:`protect` has made read-only, where this user may."""
    with suppress(OSError):
        if not path.lstat().st_mode & stat.S_IWRITE:
            path.chmod(stat.S_IREAD | stat.S_IWRITE)


def tidy(target: Path) -> None:
    """Undo what a killed run left beside ``target``."""
    new, old = beside(target, NEW), beside(target, OLD)
    if new.exists():
        _delete_tree(new)
    if old.exists():
        if target.exists():
            _delete_tree(old)
        else:
            old.rename(target)


def cannot_write(path: Path, error: OSError) -> StudyError:
    """Turn an operating system error into a message; on Windows it names the file that another program has open."""
    reason = reason_of(error)
    if held := _held(path) if getattr(error, "winerror", None) in IN_USE else None:
        return StudyError(
            str(held),
            say("another program has it open ({reason}).", reason=reason),
            say("Close it in Excel, Word or the viewer, then run again."),
        )
    return StudyError(
        str(path),
        say("it can't be written ({reason}).", reason=reason),
        say("Close programs that have it open, check free space and permissions, then run again."),
    )


def _held(path: Path) -> Path | None:
    """Return the first file at or below ``path`` that another program has open: it can't even be renamed to itself."""
    for each in [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file()):
        try:
            each.rename(each)
        except OSError:
            return each
    return None


@contextmanager
def one_run_at_a_time(lock: Path) -> Iterator[None]:
    """Hold ``lock`` while a run works; the operating system lets go of it however the run ends.

    Raises
    ------
    StudyError
        Another run holds it.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("a+b")
    except OSError as error:
        raise cannot_write(lock, error) from error
    with stream:
        if not _try_lock(stream.fileno()):
            raise StudyError(
                str(lock.parent), say("another run is working in this study."), say("Wait until it has finished.")
            )
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def beside(target: Path, mark: str) -> Path:
    """Return the name under which something is written before it takes its place."""
    return target.with_name(f".{target.name}{mark}")
