"""The corrections of a wave: a file that only grows, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.store.chain import add_to_chain, read_chained_table, seal_chain
from danvan_study.store.rows import write_rows
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from danvan_study.store.folder import Folder


def read_corrections(folder: Folder, name: str) -> pd.DataFrame:
    """Read a corrections file; an empty table where there is none.

    Raises
    ------
    StudyError
        A line that was decided was changed or deleted.
    """
    return read_chained_table(folder, name, Corrections)


def write_corrections(folder: Folder, name: str, rows: Sequence[dict[str, str]]) -> None:
    """Write a corrections file anew, each line with the hash of the line before."""
    folder.write_file(name, write_rows(seal_chain(rows), list(Corrections.columns())))


def add_corrections(folder: Folder, name: str, added: Sequence[dict[str, str]]) -> None:
    """Write decided corrections behind the others; raises as :func:`read_corrections`."""
    add_to_chain(folder, name, added, columns=list(Corrections.columns()))
