"""The chain of a file that only grows: each line carries the hash of the line before, so that none can go unseen."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
