"""The files of what people decide on open answers: lines are added, never changed; each has the hash of the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.store.chain import read_chained_table, seal_chain
from danvan_study.store.rows import write_rows
from danvan_study.tables import AuditList, Codings, Releases

if TYPE_CHECKING:
    from danvan_study.contract import Table
    from danvan_study.store.folder import Folder


def read_codings(folder: Folder, name: str) -> pd.DataFrame:
    """Read the decisions of a wave; none if there is no such file.

    Raises
    ------
    StudyError
        A column is missing, or a line was changed or deleted after it was decided.
    """
    return read_chained_table(folder, name, Codings)


def append_codings(folder: Folder, name: str, decided: pd.DataFrame) -> int:
    """Add decisions behind those that stand there; return how many stand there now."""
    return _append(folder, name, decided, contract=Codings)


def read_releases(folder: Folder, name: str) -> pd.DataFrame:
    """Read which texts of a wave people have passed for coders; raises as :func:`read_codings`."""
    return read_chained_table(folder, name, Releases)


def append_releases(folder: Folder, name: str, passed: pd.DataFrame) -> int:
    """Add releases behind those that stand there; return how many stand there now."""
    return _append(folder, name, passed, contract=Releases)


def read_audit_list(folder: Folder, name: str) -> pd.DataFrame:
    """Read which texts of a wave were drawn for people; an empty table before the draw."""
    if not folder.has_file(name):
        return AuditList.empty()
    table = folder.read_table(name, needed_by="open answers", columns=tuple(AuditList.columns()))
    return AuditList.conform(table)


def extend_audit_list(folder: Folder, name: str, drawn: pd.DataFrame) -> None:
    """Add a draw behind those that stand there."""
    whole = AuditList.conform(pd.concat([read_audit_list(folder, name), drawn], ignore_index=True))
    folder.write_file(name, whole.to_csv(index=False, lineterminator="\n").encode())


def _append(folder: Folder, name: str, added: pd.DataFrame, *, contract: type[Table]) -> int:
    whole = pd.concat([read_chained_table(folder, name, contract), contract.conform(added)], ignore_index=True)
    lines = [{str(column): str(cell) for column, cell in row.items()} for row in whole.to_dict("records")]
    folder.write_file(name, write_rows(seal_chain(lines), list(contract.columns())))
    return len(lines)
