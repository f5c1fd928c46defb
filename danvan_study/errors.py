"""The one error a user sees: where it is, what is wrong, what to do."""

from __future__ import annotations


class StudyError(Exception):
    """A mistake in a study's files, told in one message.

    Parameters
    ----------
    where
        File, and inside it the sheet, row, column or key: ``study.toml, [weighting] trim``.
    what
        What is wrong, with the offending value.
    cure
        What to do about it, as an instruction.
    """

    def __init__(self, where: str, what: str, cure: str) -> None:
        self.where = where
        self.what = what
        self.cure = cure
        super().__init__(where, what, cure)

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.cure}"
