"""What has happened to submissions that were pulled before: a walk through two lists of ids, side by side."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from danvan_study.store import DELETED, JUDGED, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from danvan_study.kobo import Record

APPROVED = "validation_status_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A submission as the raw data have it."""

    id: int
    uuid: str
    status: tuple[str, str]
    """Validation status and the moment it was given."""
    state: str = ""
    """Empty while it is there, else what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A submission that the server has otherwise than the raw data."""

    id: int
    kind: str
    """``new``, ``edited``, ``judged``, ``deleted`` or ``withdrawn`` (and still on the server)."""
    row: Record
    """What the sweep read of it; empty for a deleted one."""
    was_approved: bool = False
    """For an edited one: the approval is older than the edit, and the server shows it all the same."""


def known_submissions(pulls: Sequence[Iterable[dict[str, Any]]]) -> Iterator[Known]:
    """Yield what the raw data hold, ids rising; the pulls are read side by side, never whole."""
    merged = heapq.merge(*pulls, key=_id)  # stable: of one id, the lines stay in the order of the pulls
    for submission, lines in groupby(merged, key=_id):
        yield _latest(submission, lines)


def compare(known: Iterator[Known], pages: Iterable[list[Record]]) -> Iterator[list[Difference]]:
    """Yield the differences page by page, ids rising.

    Parameters
    ----------
    known
        What the raw data hold, ids rising.
    pages
        What the server holds of the same range, ids rising.
    """
    mine = next(known, None)
    for page in pages:
        found: list[Difference] = []
        for row in page:
            submission = _id(row)
            while mine is not None and mine.id < submission:
                found += _gone(mine)
                mine = next(known, None)
            if mine is None or mine.id > submission:
                found.append(Difference(id=submission, kind="new", row=row))
            else:
                found += _changed(mine, row)
                mine = next(known, None)
        yield found
    while mine is not None:
        yield _gone(mine)
        mine = next(known, None)


def status_of(record: Record) -> tuple[str, str]:
    """Return the validation status of a submission and when it was given."""
    status = record.get("_validation_status") or {}
    return str(status.get("uid") or ""), str(status.get("timestamp") or "")


def _latest(submission: int, lines: Iterable[dict[str, Any]]) -> Known:
    uuid, status, state = "", ("", ""), ""
    for line in lines:
        kind = line.get("danvan", "")
        if kind == JUDGED:
            status = status_of(line)
        elif kind in (DELETED, WITHDRAWN):
            state = kind
        else:
            uuid, status, state = str(line.get("_uuid", "")), status_of(line), ""
    return Known(id=submission, uuid=uuid, status=status, state=state)


def _gone(mine: Known) -> list[Difference]:
    return [] if mine.state else [Difference(id=mine.id, kind=DELETED, row={})]


def _changed(mine: Known, row: Record) -> list[Difference]:
    if mine.state == WITHDRAWN:
        return [Difference(id=mine.id, kind=WITHDRAWN, row={})]
    if mine.state or mine.uuid != str(row.get("_uuid", "")):
        was_approved = mine.status[0] == APPROVED and status_of(row) == mine.status
        return [Difference(id=mine.id, kind="edited", row=row, was_approved=was_approved)]
    return [Difference(id=mine.id, kind=JUDGED, row=row)] if mine.status != status_of(row) else []


def _id(line: dict[str, Any]) -> int:
    return int(line["_id"])
