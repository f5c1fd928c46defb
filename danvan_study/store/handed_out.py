"""Folders of files that are handed on: whole or not at all, and never in the place of somebody's other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.output import write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def hand_out(target: Path, files: Mapping[str, bytes], *, stem: str) -> None:
    """Make a folder hold exactly these files; earlier ones whose names begin with ``stem`` give way.

    Raises
    ------
    StudyError
        There is a file of that name, a folder that holds other things, or it can't be written.
    """
    found = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    ours = {written.partition("/")[0] for written in files}
    foreign = [name for name in found if name not in ours and not name.startswith(stem)]
    if foreign or target.is_file():
        raise StudyError(
            str(target),
            say("it holds other things ({foreign}).", foreign=", ".join(foreign[:3]) or say("a file")),
            say("Name another, or empty it."),
        )
    write_folder(target, files)
