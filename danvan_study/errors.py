"""The one error a user sees: where it is, what is wrong, what to do."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from danvan_study.messages import Message, current_language, say, told

if TYPE_CHECKING:
    from danvan_study.messages import Words

REASONS: Final[dict[int, Message]] = {
    errno.ENOENT: say("No such file or directory"),
    errno.EISDIR: say("Is a directory"),
    errno.EACCES: say("Permission denied"),
    errno.EPERM: say("Permission denied"),
    errno.EROFS: say("Read-only file system"),
    errno.ENOSPC: say("No space left on device"),
}
"""Why a file can't be read or written: the system's own words, which are English on most machines."""


class StudyError(Exception):
    """A mistake in a study's files, told in one message.

    Parameters
    ----------
    where
        File, and inside it the sheet, row, column or key: ``study.toml, [weighting] trim``.
    what
        What is wrong, with the offending value: ``say('"{account}" is no account.', account=account)``.
    cure
        What to do about it, as an instruction.
    """

    def __init__(self, where: Words, what: Words, cure: Words) -> None:
        super().__init__(where, what, cure)

    @property
    def where(self) -> str:
        """The place, in the language of this process."""
        return str(self.args[0])

    @property
    def what(self) -> str:
        """What is wrong there, in the language of this process."""
        return str(self.args[1])

    @property
    def cure(self) -> str:
        """What to do, in the language of this process."""
        return str(self.args[2])

    def __str__(self) -> str:
        return self.told(current_language())

    def told(self, language: str) -> str:
        """Tell the whole message in ``language``."""
        where, what, cure = (told(part, language) for part in self.args)
        return f"{where}: {what} {cure}"


def reason_of(error: OSError) -> Words:
    """Return why a file can't be read or written."""
    return REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
