"""A file outside the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import say

if TYPE_CHECKING:
    from pathlib import Path


def read_outside(path: Path) -> bytes:
    """Read a file that the user names on the command line.

    Raises
    ------
    StudyError
        It isn't there or can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudyError(
            str(path),
            say("it can't be read ({reason}).", reason=reason_of(error)),
            say("Check the name and its permissions."),
        ) from error
