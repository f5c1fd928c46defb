"""A folder for a study that the kit makes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.folder import Folder
from danvan_study.store.output import refuse_taken

if TYPE_CHECKING:
    from pathlib import Path


def new_study(target: Path, *, outside: Path) -> Folder:
    """Return a folder that is new or empty and does not lie in another study.

    Raises
    ------
    StudyError
        It does, or something is there.
    """
    if target.resolve().is_relative_to(outside.resolve()):
        raise StudyError(
            str(target), say("it lies in the study {outside}.", outside=outside), say("Name a folder elsewhere.")
        )
    refuse_taken(target)
    return Folder(target)
