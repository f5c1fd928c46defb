"""Forms on the server: imported, deployed, given their media, archived."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.kobo.connection import Connection

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MD5_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A form as the server knows it."""

    uid: str
    name: str
    version: str
    """Version that the form's content is in; "" before the first."""
    deployed_version: str
    """Version that is in the field; "" while none is."""
    status: str
    """``draft``, ``deployed`` or ``archived``."""
    links: Mapping[str, str]
    content: Mapping[str, Any]

    @property
    def is_collecting(self) -> bool:
        """Whether tablets may send submissions."""
        return self.status == "deployed"


class Forms:
    """The forms of an account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, uid: str) -> Asset:
        """Return a form, or raise StudyError when the account has none of that name."""
        said = self._connection.read(_path(uid))
        return Asset(
            uid=str(said["uid"]),
            name=str(said.get("name") or ""),
            version=str(said.get("version_id") or ""),
            deployed_version=str(said.get("deployed_version_id") or ""),
            status=str(said.get("deployment_status") or "draft"),
            links=dict(said.get("deployment__links") or {}),
            content=dict(said.get("content") or {}),
        )

    def read_version(self, uid: str, version: str) -> bytes:
        """Return what the server says of one version of a form, as received."""
        return self._connection.send("GET", f"{_path(uid)}versions/{version}/", accept=(404,)).content

    def upload(self, name: str, content: bytes, *, file: str, replaces: str = "") -> str:
        """Import an XLSForm, as a new form or in the place of one; return its uid.

        The server takes any workbook, sensible or not: compare what it made of it before deploying.
        """
        fields = {"name": name, "library": "false"}  # true makes a block of questions that can't be deployed
        if replaces:
            fields["destination"] = self._connection.absolute(_path(replaces))
        answer = self._connection.send(
            "POST", "/api/v2/imports/", data=fields, files={"file": (file, content, XLSX)}
        ).json
        patience = self._connection.patience
        for _ in range(patience.polls):
            if answer["status"] in ("complete", "error"):
                break
            patience.sleep(patience.poll)
            answer = self._connection.read(f"/api/v2/imports/{answer['uid']}/")
        messages = answer.get("messages") or {}
        done = [*messages.get("created", ()), *messages.get("updated", ())]
        if answer["status"] != "complete" or not done:
            said = messages.get("error") or answer["status"]
            raise self._connection.failed(f"it did not import {file}: {said}.", "Check the form: danvan check.")
        return str(done[0]["uid"])

    def deploy(self, uid: str) -> None:
        """Put the current version of a form into the field, for the first time or again."""
        asset = self.read(uid)
        if asset.deployed_version or asset.status != "draft":
            body = {"active": True, "version_id": asset.version}  # without version_id it would only unarchive
            answer = self._connection.send("PATCH", f"{_path(uid)}deployment/", json=body, accept=(400, 500))
        else:
            answer = self._connection.send("POST", f"{_path(uid)}deployment/", json={"active": True}, accept=(400,))
        if not answer.is_success:
            raise self._connection.failed(
                f"it does not deploy the form: {answer.content[:200].decode(errors='replace')}",
                "Mend the form, then deploy it again.",
            )

    def archive(self, uid: str) -> None:
        """Take a form out of the field; what was sent stays."""
        self._connection.send("PATCH", f"{_path(uid)}deployment/", json={"active": False})

    # Media

    def media(self, uid: str) -> dict[str, tuple[str, str]]:
        """Return the files that travel with a form: name to (uid, MD5 or "")."""
        listed = self._connection.read(f"{_path(uid)}files/", file_type="form_media", limit=1000)["results"]
        return {
            str(file["metadata"]["filename"]): (str(file["uid"]), str(file["metadata"].get("hash") or "")[-MD5_DIGITS:])
            for file in listed
        }

    def add_media(self, uid: str, name: str, content: bytes) -> None:
        """Give a form a file; the name must be free. Tablets see it after the next deployment."""
        self._connection.send(
            "POST",
            f"{_path(uid)}files/",
            data={"file_type": "form_media", "description": name, "metadata": json.dumps({"filename": name})},
            files={"content": (name, content)},
        )

    def remove_media(self, uid: str, file: str) -> None:
        """Take a file away from a form."""
        self._connection.send("DELETE", f"{_path(uid)}files/{file}/", accept=(404,))


def md5(content: bytes) -> str:
    """Return the MD5 by which the server names a file's content; it protects nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _path(uid: str) -> str:
    return f"/api/v2/assets/{uid}/"
