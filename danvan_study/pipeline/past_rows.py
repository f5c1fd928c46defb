"""The raw data of a wave that came from a past study: read by its reviewed table, on every run anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.exchange.matches import COLUMNS, Matches, read_matches
from danvan_study.exchange.translate import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.store import Folder
    from danvan_study.study import Design


def matches_file(wave_id: str) -> str:
    """Return the name of the table that says which variable is which question."""
    return f"data/matches/{wave_id}.csv"


def load_matches(folder: Folder, wave_id: str) -> Matches:
    """Read the reviewed table of a wave.

    Raises
    ------
    StudyError
        A line is not reviewed.
    """
    name = matches_file(wave_id)
    return read_matches(folder.read_rows(name, needed_by=name, columns=COLUMNS), name)


def read_past(
    folder: Folder, records: Sequence[Mapping[str, object]], *, design: Design, wave: str
) -> Sequence[Mapping[str, object]]:
    """Return the rows of a past file as submissions to its form; other waves as they are."""
    if not folder.has_file(matches_file(wave)):
        return records
    return translate(records, load_matches(folder, wave), design=design, wave=wave)
