"""What the register of releases remembers of a locked wave: kept for the office alone, it holds small counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.pipeline.issued import read_issues
from danvan_study.store.parquet import read_table, write_table
from danvan_study.tables import ReleasedSets

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.store import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSets:
    """The sets of a wave as they were when something was issued of it."""

    place: int
    """Among all that was issued of the study."""
    sets: pd.DataFrame
    """Contract :class:`~danvan_study.tables.ReleasedSets`; without rows where an older kit kept none."""


def freeze_release(folder: Folder, wave_id: str, sets: pd.DataFrame, *, number: int = 1) -> None:
    """Keep the sets of a wave (:class:`~danvan_study.tables.ReleasedSets`) as they are when an issue of it is made."""
    folder.write_file(_file(wave_id, number), write_table(ReleasedSets.conform(sets)))


def read_issued(folder: Folder, wave_id: str) -> list[IssuedSets]:
    """Return the sets of a wave as they were at each of its issues, in order."""
    issues = enumerate(read_issues(folder))
    return [
        IssuedSets(place=place, sets=_read(folder, _file(wave_id, issue.number)))
        for place, issue in issues
        if issue.wave == wave_id
    ]


def _read(folder: Folder, file: str) -> pd.DataFrame:
    if not folder.has_file(file):
        return ReleasedSets.empty()
    return ReleasedSets.conform(read_table(folder.read(file, needed_by=file), file))


def _file(wave_id: str, number: int) -> str:
    return f"data/register/{wave_id}{'' if number == 1 else f'.{number}'}.parquet"
