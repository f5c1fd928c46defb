"""What the register of releases remembers of a locked wave: kept for the office alone, it holds small counts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.tables import ReleasedSets

if TYPE_CHECKING:
    from danvan_study.store import Folder


def freeze_release(folder: Folder, wave_id: str, sets: pd.DataFrame) -> None:
    """Keep the sets of a wave (:class:`~danvan_study.tables.ReleasedSets`) as they were when it was issued."""
    stream = io.BytesIO()
    ReleasedSets.conform(sets).to_parquet(stream, index=False, compression="zstd")
    folder.write_file(_file(wave_id), stream.getvalue())


def read_release(folder: Folder, wave_id: str) -> pd.DataFrame | None:
    """Return the sets of a wave as they were when it was issued; None where it wasn't yet."""
    if not folder.has_file(_file(wave_id)):
        return None
    return ReleasedSets.conform(pd.read_parquet(io.BytesIO(folder.read(_file(wave_id), needed_by=wave_id))))


def _file(wave_id: str) -> str:
    return f"data/register/{wave_id}.parquet"
