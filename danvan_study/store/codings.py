"""The file of coding decisions: lines are added, never changed; each carries the hash of the line before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.store.corrections import check_chain, seal_chain
from danvan_study.store.rows import write_rows
from danvan_study.tables import Codings

if TYPE_CHECKING:
    from danvan_study.store.folder import Folder


def read_codings(folder: Folder, name: str) -> pd.DataFrame:
    """Read the decisions of a wave; none if there is no such file.

    Raises
    ------
    StudyError
        A column is missing, or a line was changed or deleted after it was decided.
    """
    if not folder.has_file(name):
        return Codings.empty()
    rows = folder.read_rows(name, needed_by="open answers", columns=tuple(Codings.columns()))
    check_chain(rows, name)
    return Codings.conform(pd.DataFrame(rows, columns=list(Codings.columns()), dtype="str"))


def append_codings(folder: Folder, name: str, decided: pd.DataFrame) -> int:
    """Add decisions behind those that stand there; return how many stand there now."""
    rows = pd.concat([read_codings(folder, name), Codings.conform(decided)], ignore_index=True).to_dict("records")
    lines = [{str(column): str(cell) for column, cell in row.items()} for row in rows]
    folder.write_file(name, write_rows(seal_chain(lines), list(Codings.columns())))
    return len(lines)
