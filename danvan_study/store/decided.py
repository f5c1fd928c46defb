"""New lines of a corrections file, behind those that stand there and stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.store.corrections import check_chain, extend_chain
from danvan_study.store.rows import write_rows
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.store.folder import Folder


def add_corrections(folder: Folder, name: str, added: Sequence[dict[str, str]]) -> None:
    """Write decided corrections behind the others, each with the hash of the line before.

    Raises
    ------
    StudyError
        A line that was decided earlier was changed or deleted.
    """
    columns = list(Corrections.columns())
    rows = folder.read_rows(name, needed_by=name, columns=columns) if folder.has_file(name) else []
    check_chain(rows, name)
    folder.write_file(name, write_rows(extend_chain(rows, added), columns))
