"""The submissions of one form: read in the order of their ids, judged, deleted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.kobo.connection import Connection

Record = dict[str, Any]
Received = tuple[Record, str]
"""A submission, and its text as the server wrote it."""

RESULTS = re.compile(r'"results"\s*:\s*\[')
BLANKS = re.compile(r"\s*")
_decode = json.JSONDecoder().raw_decode

LARGEST_PAGE = 1000
"""More is cut to this without a word; some servers cut to less."""
STATUSES = ("validation_status_approved", "validation_status_not_approved", "validation_status_on_hold")
SWEPT = ("_id", "_uuid", "_validation_status")
"""What a sweep reads of every submission: enough to see an edit (``_uuid``) and a new judgement."""


class Submissions:
    """The data of one asset.

    Paging is by key, ``_id`` greater than the last one seen: the server ignores offsets, cuts page sizes silently, and
    rows that are deleted meanwhile would shift every later page. The end is the first empty page.
    """

    def __init__(self, connection: Connection, asset: str) -> None:
        self._connection = connection
        self.asset = asset
        self._path = f"/api/v2/assets/{asset}/data/"

    def pages(
        self, *, after: int = 0, until: int | None = None, fields: Sequence[str] = (), limit: int = LARGEST_PAGE
    ) -> Iterator[list[Record]]:
        """Yield pages of submissions with ``after < _id <= until``, ids rising."""
        for page in self.received(after=after, until=until, fields=fields, limit=limit):
            yield [record for record, _ in page]

    def received(
        self, *, after: int = 0, until: int | None = None, fields: Sequence[str] = (), limit: int = LARGEST_PAGE
    ) -> Iterator[list[Received]]:
        """Yield pages of submissions, each with its text as the server wrote it."""
        last = after
        while True:
            bounds = {"$gt": last} if until is None else {"$gt": last, "$lte": until}
            page = self._page({"_id": bounds}, fields=fields, limit=limit)
            if not page:
                return
            ids = [int(record["_id"]) for record, _ in page]
            if ids[0] <= last or ids != sorted(set(ids)):
                raise self._connection.failed(
                    f"it does not sort submissions by id (after {last} came {ids[:3]}).",
                    "The server is of another kind than KoboToolbox, or its data API has changed: update the kit.",
                )
            yield page
            last = ids[-1]

    def count(self, *, after: int = 0) -> int:
        """Return how many submissions have a larger id."""
        answer = self._connection.read(self._path, query=_query({"_id": {"$gt": after}}), limit=1, fields='["_id"]')
        return int(answer["count"])

    def fetch(self, ids: Sequence[int]) -> dict[int, Record]:
        """Return these submissions by id; those that are gone are left out."""
        found: dict[int, Record] = {}
        wanted = sorted(ids)
        while wanted:
            page = self._page({"_id": {"$in": wanted}}, fields=(), limit=LARGEST_PAGE)
            if not page:
                break
            found |= {int(record["_id"]): record for record, _ in page}
            last = max(found)
            wanted = [each for each in wanted if each > last]
        return found

    def judge(self, ids: Sequence[int], status: str) -> None:
        """Set the validation status of submissions."""
        if status not in STATUSES:
            raise ValueError(status)
        for start in range(0, len(ids), LARGEST_PAGE):
            payload = {"submission_ids": list(ids[start : start + LARGEST_PAGE]), "validation_status.uid": status}
            self._connection.send("PATCH", f"{self._path}validation_statuses/", json={"payload": payload})

    def delete(self, submission: int) -> None:
        """Delete one submission; it is no mistake when it is gone already."""
        self._connection.send("DELETE", f"{self._path}{submission}/", accept=(404,))

    def _page(self, query: dict[str, Any], *, fields: Sequence[str], limit: int) -> list[Received]:
        parameters: dict[str, str | int] = {"query": _query(query), "sort": '{"_id":1}', "limit": limit}
        if fields:
            parameters["fields"] = json.dumps(list(fields))
        page: list[Received] = self._connection.read(self._path, parse=read_page, **parameters)
        return page


def read_page(text: str) -> list[Received]:
    """Read a page of data; every submission comes with its own text, so that it can be stored as it was received.

    Raises
    ------
    ValueError
        The text is not a whole page.
    """
    head = RESULTS.search(text)
    if head is None:
        raise ValueError("no results")
    place = _blanks(text, head.end())
    page: list[Received] = []
    while text.startswith("{", place):
        record, end = _decode(text, place)
        page.append((record, text[place:end]))
        place = end + 1 if text.startswith(",{", end) else _next(text, end)
    json.loads(text[: head.end()] + text[place:])  # what stands around the submissions must be whole, too
    return page


def _next(text: str, place: int) -> int:
    place = _blanks(text, place)
    return _blanks(text, place + 1) if text.startswith(",", place) else place


def _blanks(text: str, place: int) -> int:
    match = BLANKS.match(text, place)
    return match.end() if match else place


def _query(query: dict[str, Any]) -> str:
    return json.dumps(query, separators=(",", ":"))
