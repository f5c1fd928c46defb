"""What the register of releases remembers of a locked wave: kept for the office alone, it holds small counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.store.parquet import read_table, write_table
from danvan_study.tables import ReleasedSets

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.store import Folder


def freeze_release(folder: Folder, wave_id: str, sets: pd.DataFrame) -> None:
    """Keep the sets of a wave (:class:`~danvan_study.tables.ReleasedSets`) as they were when it was issued."""
    folder.write_file(_file(wave_id), write_table(ReleasedSets.conform(sets)))


def read_release(folder: Folder, wave_id: str) -> pd.DataFrame | None:
    """Return the sets of a wave as they were when it was issued; None where it wasn't yet."""
    if not folder.has_file(_file(wave_id)):
        return None
    return ReleasedSets.conform(read_table(folder.read(_file(wave_id), needed_by=wave_id), _file(wave_id)))


def _file(wave_id: str) -> str:
    return f"data/register/{wave_id}.parquet"
