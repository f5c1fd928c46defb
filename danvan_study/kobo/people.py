"""Who may do what with a form; every permission is given and taken one by one, so that nobody else loses any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from danvan_study.kobo.connection import Connection

SUBMIT = "add_submissions"
SEE_SOME = "partial_submissions"
SEE = "view_submissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One permission of one account."""

    account: str
    permission: str
    path: str
    filters: tuple[str, ...] = ()
    """For ``partial_submissions``: the accounts whose submissions may be seen."""


class People:
    """The permissions on one form."""

    def __init__(self, connection: Connection, asset: str) -> None:
        self._connection = connection
        self._path = f"/api/v2/assets/{asset}/permission-assignments/"

    def grants(self) -> list[Grant]:
        """Return every permission there is."""
        answer = self._connection.read(self._path)
        rows = answer["results"] if isinstance(answer, dict) else answer
        return [_grant(row) for row in rows]

    def allow_submitting(self, account: str) -> None:
        """Let an account send submissions."""
        self._give(account, SUBMIT)

    def show_own(self, account: str) -> None:
        """Let an account see the submissions that it sent itself, and no others."""
        own = {"url": self._permission(SEE), "filters": [{"_submitted_by": {"$in": [account]}}]}
        self._give(account, SEE_SOME, partial_permissions=[own])

    def take(self, grant: Grant) -> None:
        """Take one permission away; it is no mistake when it fell with another one."""
        self._connection.send("DELETE", grant.path, accept=(404,))

    def _give(self, account: str, permission: str, **more: Any) -> None:
        user = self._connection.absolute(f"/api/v2/users/{account}/")
        body = {"user": user, "permission": self._permission(permission)} | more
        self._connection.send("POST", self._path, json=body)

    def _permission(self, name: str) -> str:
        return self._connection.absolute(f"/api/v2/permissions/{name}/")


def _grant(row: dict[str, Any]) -> Grant:
    filters = [
        str(account)
        for partial in row.get("partial_permissions") or ()
        for rule in partial.get("filters") or ()
        if isinstance(rule, dict)
        for account in (rule.get("_submitted_by") or {}).get("$in", ())
    ]
    return Grant(
        account=_last(row["user"]),
        permission=_last(row["permission"]),
        path="/api/" + str(row["url"]).partition("/api/")[2],
        filters=tuple(filters),
    )


def _last(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
