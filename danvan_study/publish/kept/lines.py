"""Cells of files that people keep by hand, read so that every bad line is told, and no line tells of a person."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import Words, joined, say
from danvan_study.open_ended.scrub import LABELS, scrub_text
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BODIES: Final = re.compile(r"đoàn thanh niên( cộng sản)?( hồ chí minh)?|hồ chí minh", re.IGNORECASE)
"""What looks like a name in the names of bodies."""
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)"),
    re.compile(r"(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4})"),
)
"""2026-10-31, or 31/10/2026 as a spreadsheet of the office may save it."""


class Line:
    """One row: each cell read by its kind, the first fault remembered."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.fault: Words = ""

    def text(self, name: str, *, required: bool = True) -> str:
        """Return a cell that may be words, and names nobody."""
        text = squeeze(self._cells[name])
        if required and not text:
            self.blame(say('"{column}" is blank', column=name))
        if found := scrub_text(_BODIES.sub("đoàn", text)).spans:
            kinds = ", ".join(dict.fromkeys(LABELS[span.kind] for span in found))
            self.blame(
                say(
                    '"{column}" looks as if it told of a person: {kinds}; name the body, not the person',
                    column=name,
                    kinds=kinds,
                )
            )
        return text

    def day(self, name: str) -> date | None:
        """Return a day; None where the cell is blank."""
        text = squeeze(self._cells[name])
        if not text:
            return None
        for form in _DAYS:
            if match := form.fullmatch(text):
                try:
                    return date(int(match["y"]), int(match["m"]), int(match["d"]))
                except ValueError:
                    break
        self.blame(say('"{column}": "{text}" is no day; write 2026-10-31 or 31/10/2026', column=name, text=text))
        return None

    def count(self, name: str) -> int | None:
        """Return a whole number; None where the cell is blank."""
        text = squeeze(self._cells[name])
        if not text:
            return None
        if not text.isdecimal():
            self.blame(
                say('"{column}": "{text}" is no count; write digits alone, or leave it blank', column=name, text=text)
            )
            return None
        return int(text)

    def choice(self, name: str, known: Mapping[str, str]) -> str:
        """Return what a word means, letters small or large."""
        text = squeeze(self._cells[name]).lower()
        if text not in known:
            self.blame(
                say(
                    '"{column}": "{text}" is not known; write one of {known}',
                    column=name,
                    text=text,
                    known=", ".join(known),
                )
            )
        return known.get(text, "")

    def blame(self, fault: Words) -> None:
        """Remember a fault, unless there is one before it."""
        self.fault = self.fault or fault


def refuse_faults(file: str, lines: Sequence[Line]) -> None:
    """Stop where a line can't be used.

    Raises
    ------
    StudyError
        With one message for each of those lines.
    """
    faults = [
        say("row {row}: {fault}", row=number, fault=line.fault) for number, line in enumerate(lines, 2) if line.fault
    ]
    if faults:
        raise StudyError(file, joined([joined(faults, "; "), "."], ""), say("Mend these lines; the others are sound."))
