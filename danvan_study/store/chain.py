"""The chain of a file that only grows: each line carries the hash of the line before, so that none can go unseen."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.store.rows import write_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.contract import Table
    from danvan_study.store.folder import Folder

LINK = "previous_hash"
UNIT_SEPARATOR = "\x1f"


def line_hash(row: Mapping[str, str]) -> str:
    """Return the SHA-256 of a line: its cells in order, its own link included."""
    return hashlib.sha256(UNIT_SEPARATOR.join(row.values()).encode()).hexdigest()


def seal_chain(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the rows with each line's link filled in; the first line's stays empty."""
    return extend_chain((), rows)


def extend_chain(rows: Sequence[Mapping[str, str]], added: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the rows as they are, and new ones linked behind them."""
    chain = [dict(row) for row in rows]
    for row in added:
        chain.append({**row, LINK: line_hash(chain[-1]) if chain else ""})
    return chain


def check_chain(rows: Sequence[Mapping[str, str]], where: Words) -> None:
    """Check every link that is there; a line typed by hand may leave it empty.

    Raises
    ------
    StudyError
        A line before a link was changed, added or deleted.
    """
    for number, (before, row) in enumerate(pairwise(rows), 3):
        if row[LINK] and row[LINK] != line_hash(before):
            raise StudyError(
                say("{file}, row {row}", file=where, row=number),
                say(
                    "its {column} is {link}, but the line above has the hash {hash}.",
                    column=LINK,
                    link=row[LINK],
                    hash=line_hash(before),
                ),
                say("A line was changed or deleted: restore the file; whatever is new goes into a new line below."),
            )


def read_chain(folder: Folder, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read the rows of such a file and check their links; none where there is no file.

    Raises
    ------
    StudyError
        A column is missing, or a line was changed, added or deleted.
    """
    rows = folder.read_rows(name, needed_by=name, columns=columns) if folder.has_file(name) else []
    check_chain(rows, name)
    return rows


def read_chained_table(folder: Folder, name: str, contract: type[Table]) -> pd.DataFrame:
    """Read such a file as a table; an empty one where there is no file. Raises as :func:`read_chain`."""
    columns = list(contract.columns())
    rows = read_chain(folder, name, columns)
    return contract.conform(pd.DataFrame(rows, columns=columns, dtype="str"))


def add_to_chain(folder: Folder, name: str, added: Sequence[Mapping[str, str]], *, columns: Sequence[str]) -> None:
    """Write lines behind those that stand there and stay as they are; raises as :func:`read_chain`."""
    rows = read_chain(folder, name, columns)
    folder.write_file(name, write_rows(extend_chain(rows, added), columns))


def add_to_log(folder: Folder, name: str, line: Mapping[str, str]) -> None:
    """Write one line behind a log, whose columns are those of the line; raises as :func:`read_chain`."""
    add_to_chain(folder, name, [line], columns=[*line, LINK])
