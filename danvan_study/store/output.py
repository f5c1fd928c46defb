"""Write a folder whole or not at all, and never two runs at once."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NEW = ".new"
OLD = ".old"


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
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise cannot_write(target, error) from error


def refuse_taken(target: Path) -> None:
    """Refuse a folder that the user names where it holds something already.

    Raises
    ------
    StudyError
        It does, or it is no folder.
    """
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
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
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
        shutil.rmtree(target)
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot_write(target, error) from error


def tidy(target: Path) -> None:
    """Undo what a killed run left beside ``target``."""
    new, old = beside(target, NEW), beside(target, OLD)
    if new.exists():
        shutil.rmtree(new)
    if old.exists():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)


def cannot_write(path: Path, error: OSError) -> StudyError:
    """Turn an operating system error into a message."""
    return StudyError(
        str(path),
        say("it can't be written ({reason}).", reason=error.strerror or error),
        say("Close programs that have it open, check free space and permissions, then run again."),
    )


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
