"""The stand-in's memory: accounts, forms, submissions, and what may be done with them."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .behaviour import BEHAVIOURS
from .standin_forms import compile_form, read_content, read_submission


class RefusedError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


@dataclass
class Form:
    uid: str
    owner: str
    name: str
    kind: str = "survey"
    workbook: bytes = b""
    content: dict = field(default_factory=dict)
    versions: dict[str, dict] = field(default_factory=dict)
    version: str = ""
    deployed: str = ""
    status: str = "draft"
    media: dict[str, dict] = field(default_factory=dict)
    manifest: dict[str, str] = field(default_factory=dict)
    """Media as the tablets see them: name to MD5."""
    grants: dict[str, dict] = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)
    """Sorted by _id."""
    bodies: dict[str, bytes] = field(default_factory=dict)
    """instanceID to the XML that came first."""

    @property
    def ids(self) -> list[int]:
        return [row["_id"] for row in self.rows]

    @property
    def repeats(self) -> set[str]:
        return {row["name"] for row in self.content.get("survey", ()) if row["type"].startswith("begin_repeat")}


class World:
    def __init__(self, *, accounts: dict[str, str], page_size: int, off: set[str]) -> None:
        assert off <= set(BEHAVIOURS), off
        self.accounts = accounts
        """Token to account."""
        self.page_size = page_size
        self.off = off
        self.forms: dict[str, Form] = {}
        self.imports: dict[str, dict] = {}
        self.next_id = 1
        self.lock = threading.RLock()
        self.calls: dict[str, int] = {}

    def does(self, behaviour: str) -> bool:
        assert behaviour in BEHAVIOURS, behaviour
        return behaviour not in self.off

    def form(self, uid: str, account: str, *permissions: str) -> Form:
        form = self.forms.get(uid)
        if form is None:
            raise RefusedError(404, {"detail": "Not found."})
        held = {grant["permission"] for grant in form.grants.values() if grant["user"] == account}
        if account != form.owner and not held & set(permissions):
            raise RefusedError(404, {"detail": "Not found."})
        return form

    # Imports and deployment

    def take_import(self, account: str, fields: dict[str, str], workbook: bytes) -> dict:
        uid = fields.get("destination", "").rstrip("/").rpartition("/")[2]
        done = "updated" if uid else "created"
        if uid:
            form = self.form(uid, account)
        else:
            form = Form(uid=_uid("a"), owner=account, name=fields.get("name", ""))
            if self.does("library") and fields.get("library") != "false":
                form.kind = "block"
        error = "" if self.does("bad_import") else _fault(workbook)
        status = "error" if error else "complete"
        messages = {"error": error} if error else {done: [{"uid": form.uid, "kind": "asset"}]}
        if not error:
            self.forms[form.uid] = form
            self._take_content(form, workbook)
        job = {"uid": _uid("i"), "url": "", "status": status, "messages": messages}
        self.imports[job["uid"]] = job
        return job | {"status": "processing", "messages": {}} if self.does("import_polled") else job

    def _take_content(self, form: Form, workbook: bytes) -> None:
        if workbook == form.workbook and not self.does("new_version"):
            return
        form.workbook = workbook
        try:
            form.content = read_content(workbook)
        except Exception:  # the server swallows whatever it is given  # noqa: BLE001
            form.content = {"survey": [], "choices": [], "settings": {}, "translations": [None]}
        form.version = _uid("v")
        form.versions[form.version] = {"uid": form.version, "content": form.content, "date_deployed": None}

    def deploy(self, form: Form, body: dict, *, first: bool) -> None:
        if first and form.kind != "survey":
            raise RefusedError(400, {"detail": "Asset type can't be deployed."})
        if first and form.deployed and self.does("second_deploy"):
            raise RefusedError(405, {"detail": "Method not allowed."})
        if not first and "version_id" not in body and self.does("active_alone"):
            form.status = "deployed" if body["active"] else "archived"
            return
        if body.get("version_id", form.version) != form.version and self.does("stale_version"):
            raise RefusedError(500, {"detail": "Server Error (500)"})
        if error := _fault(form.workbook):
            raise RefusedError(400, {"error": error})
        form.deployed = form.version
        form.status = "deployed" if body.get("active", True) else "archived"
        form.versions[form.version]["date_deployed"] = _now()
        form.manifest = {file["metadata"]["filename"]: file["metadata"]["hash"] for file in form.media.values()}

    # Media and permissions

    def add_media(self, form: Form, fields: dict[str, str], content: bytes) -> dict:
        name = json.loads(fields["metadata"])["filename"]
        if self.does("media_once") and any(file["metadata"]["filename"] == name for file in form.media.values()):
            raise RefusedError(400, {"metadata": ["File already exists"]})
        digest = "md5:" + hashlib.md5(content).hexdigest()
        file = {"uid": _uid("af"), "file_type": "form_media", "metadata": {"filename": name, "hash": digest}}
        form.media[file["uid"]] = file
        if not self.does("media_at_redeploy"):
            form.manifest[name] = digest
        return file

    def give(self, form: Form, body: dict) -> dict:
        for key in ("user", "permission"):
            if "/" not in body[key] and self.does("bare_names"):
                raise RefusedError(400, {key: ["Invalid hyperlink - No URL match."]})
        account, permission = (body[key].rstrip("/").rpartition("/")[2] for key in ("user", "permission"))
        if account not in self.accounts.values():
            raise RefusedError(400, {"user": ["Invalid hyperlink - Object does not exist."]})
        for uid, grant in list(form.grants.items()):
            if (grant["user"], grant["permission"]) == (account, permission):
                del form.grants[uid]
        uid = _uid("p")
        form.grants[uid] = {"user": account, "permission": permission, "partial": body.get("partial_permissions", [])}
        return {"uid": uid}

    def give_all(self, form: Form, rows: list[dict]) -> None:
        if self.does("bulk_declares"):
            form.grants.clear()
        for row in rows:
            self.give(form, row)

    def visible(self, form: Form, account: str) -> list[dict]:
        if account == form.owner:
            return form.rows
        grants = [grant for grant in form.grants.values() if grant["user"] == account]
        if any(grant["permission"] == "view_submissions" for grant in grants):
            return form.rows
        partial = [grant for grant in grants if grant["permission"] == "partial_submissions"]
        if not partial:
            raise RefusedError(404, {"detail": "Not found."})
        if not self.does("own_only"):
            return form.rows
        wanted = {
            name for g in partial for p in g["partial"] for f in p["filters"] for name in f["_submitted_by"]["$in"]
        }
        return [row for row in form.rows if row["_submitted_by"] in wanted]

    # Submissions

    def receive(self, account: str, xml: bytes) -> int:
        uid, record = self._read(xml)
        form = self.forms.get(uid)
        if form is None or not form.deployed:
            raise RefusedError(404, {"detail": "Not found."})
        if form.status == "archived" and self.does("archived"):
            raise RefusedError(405, {"detail": "Form is archived"})
        permissions = {grant["permission"] for grant in form.grants.values() if grant["user"] == account}
        if account != form.owner and "add_submissions" not in permissions and self.does("submit_needs_grant"):
            raise RefusedError(403, {"detail": "Forbidden"})
        instance = str(record["meta/instanceID"])
        if instance in form.bodies:
            if form.bodies[instance] == xml:
                if self.does("same_again"):
                    return 202
            elif self.does("conflict"):
                raise RefusedError(409, {"detail": "Conflict"})
        form.bodies[instance] = xml
        self._store(form, account, record)
        return 201

    def _read(self, xml: bytes) -> tuple[str, dict]:
        uid, _ = read_submission(xml, set(), absent_keys=True)
        form = self.forms.get(uid)
        return read_submission(xml, form.repeats if form else set(), absent_keys=self.does("absent_keys"))

    def _store(self, form: Form, account: str, record: dict) -> None:
        instance = str(record["meta/instanceID"])
        replaced = str(record.get("meta/deprecatedID", ""))
        before = next((row for row in form.rows if f"uuid:{row['_uuid']}" == replaced), None)
        row = record | {"_uuid": instance.removeprefix("uuid:"), "_xform_id_string": form.uid}
        if not self.does("version_replaced"):
            row["__version__"] = str(form.content["settings"].get("version", ""))
        row |= {
            "_attachments": [],
            "_geolocation": [None, None],
            "_tags": [],
            "_notes": [],
            "_status": "submitted_via_web",
        }
        if before is not None and self.does("edit_keeps_id"):
            kept = ("_id", "_submission_time", "_submitted_by", "_validation_status", "meta/rootUuid")
            row |= {key: before[key] for key in kept}
            if not self.does("edit_keeps_judgement"):
                row["_validation_status"] = {}
            form.rows[form.rows.index(before)] = row
            return
        if before is not None:
            form.rows.remove(before)
        row |= {"_id": self.next_id, "_submission_time": _now(), "_submitted_by": account, "_validation_status": {}}
        row["meta/rootUuid"] = instance
        self.next_id += 1
        form.rows.append(row)

    def find(self, form: Form, name: str) -> dict:
        for row in form.rows:
            if str(row["_id"]) == name or (self.does("root_uuid") and row["meta/rootUuid"] == f"uuid:{name}"):
                return row
        raise RefusedError(404, {"detail": "Not found."})

    def page(self, form: Form, account: str, asked: dict[str, str]) -> tuple[int, list[dict]]:
        rows = self.visible(form, account)
        query = json.loads(asked.get("query") or "{}")
        rows = self._between(rows, query.pop("_id", None))
        rows = [row for row in rows if self._matches(row, query)] if query else rows
        count = len(rows)
        limit = int(asked.get("limit") or 100)
        limit = min(limit, self.page_size) if self.does("clamp") else limit
        start = int(asked.get("start") or (0 if self.does("offset_ignored") else asked.get("offset") or 0))
        if asked.get("sort") == '{"_id":-1}' or ("sort" not in asked and self.does("unsorted")):
            rows = rows[::-1]
        rows = rows[start : start + limit]
        if "fields" in asked and self.does("fields"):
            names = json.loads(asked["fields"])
            rows = [{name: row[name] for name in names if name in row} for row in rows]
        return count, rows

    def _between(self, rows: list[dict], bounds: dict | None) -> list[dict]:
        if bounds is None:
            return rows
        if "$in" in bounds:
            wanted = set(bounds["$in"])
            return [row for row in rows if row["_id"] in wanted]
        low = bisect_right(rows, bounds.get("$gt", 0), key=_id)
        high = bisect_right(rows, bounds["$lte"], key=_id) if "$lte" in bounds else len(rows)
        return rows[low:high]

    def _matches(self, row: dict, query: dict) -> bool:
        for key, test in query.items():
            value = row.get(key)
            for sign, bound in test.items() if isinstance(test, dict) else [("$eq", test)]:
                left, right = (value, bound) if self.does("text_compare") else (str(value), str(bound))
                if type(left) is not type(right):
                    return False
                if not {"$eq": left == right, "$gt": left > right, "$gte": left >= right, "$lt": left < right}[sign]:
                    return False
        return True

    def judge(self, form: Form, ids: list[int], status: str) -> None:
        stamp = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "uid": status, "by_whom": form.owner}
        for row in form.rows:
            if row["_id"] in ids:
                row["_validation_status"] = stamp | {"label": status.removeprefix("validation_status_")}

    def delete(self, form: Form, name: str) -> None:
        row = self.find(form, name)
        del form.rows[bisect_left(form.ids, row["_id"])]

    def load(self, form: Form, rows: list[dict]) -> None:
        """Put rows there without the way over OpenRosa: for tests of quantity."""
        for row in rows:
            uuid = row.get("_uuid") or f"{self.next_id:032x}"
            usual = {"_submission_time": "2026-08-01T02:00:00", "_submitted_by": form.owner, "_attachments": []}
            named = {"_id": self.next_id, "_uuid": uuid, "meta/rootUuid": f"uuid:{uuid}", "_validation_status": {}}
            form.rows.append(usual | row | named | {"__version__": form.deployed, "meta/instanceID": f"uuid:{uuid}"})
            self.next_id += 1


def _id(row: dict) -> int:
    return row["_id"]


def _fault(workbook: bytes) -> str:
    try:
        compile_form(workbook)
    except Exception as error:  # noqa: BLE001 -- whatever pyxform says
        return str(error) or type(error).__name__
    return ""


def _uid(letter: str) -> str:
    return letter + secrets.token_hex(10)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
