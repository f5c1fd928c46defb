"""The submissions of one form: read in the order of their ids, judged, deleted."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.kobo.connection import Connection

Record = dict[str, Any]

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
        last = after
        while True:
            bounds = {"$gt": last} if until is None else {"$gt": last, "$lte": until}
            page = self._page({"_id": bounds}, fields=fields, limit=limit)
            if not page:
                return
            ids = [int(record["_id"]) for record in page]
            if ids[0] <= last or any(high <= low for low, high in pairwise(ids)):
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
            found |= {int(record["_id"]): record for record in page}
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

    def _page(self, query: dict[str, Any], *, fields: Sequence[str], limit: int) -> list[Record]:
        parameters: dict[str, str | int] = {"query": _query(query), "sort": '{"_id":1}', "limit": limit}
        if fields:
            parameters["fields"] = json.dumps(list(fields))
        answer = self._connection.read(self._path, **parameters)
        results: list[Record] = answer["results"]
        return results


def _query(query: dict[str, Any]) -> str:
    return json.dumps(query, separators=(",", ":"))
