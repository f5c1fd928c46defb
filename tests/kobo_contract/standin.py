"""A server that behaves like KoboToolbox, as a process of its own on loopback.

    python -m tests.kobo_contract.standin --account owner:TOKEN --account an:TOKEN [--page-size 1000] [--off NAME]…

It prints its address on the first line. Besides the API there is ``/standin/``: ``faults`` (what the next answers
suffer), ``load`` (many rows at once), ``off`` and ``calls`` (requests so far). Only tests of the client use it.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .standin_world import RefusedError, World

ASSET = r"/api/v2/assets/(?P<uid>\w+)/"
ROUTES: list[tuple[str, re.Pattern[str], str]] = [
    ("GET", r"/me/", "me"),
    ("POST", r"/api/v2/imports/", "start_import"),
    ("GET", r"/api/v2/imports/(?P<job>\w+)/", "read_import"),
    ("GET", ASSET, "asset"),
    ("DELETE", ASSET, "remove_asset"),
    ("GET", ASSET + r"versions/(?P<version>\w+)/", "version"),
    ("POST", ASSET + "deployment/", "deploy"),
    ("PATCH", ASSET + "deployment/", "redeploy"),
    ("GET", ASSET + "files/", "files"),
    ("POST", ASSET + "files/", "add_file"),
    ("DELETE", ASSET + r"files/(?P<file>\w+)/", "remove_file"),
    ("GET", ASSET + "permission-assignments/", "grants"),
    ("POST", ASSET + "permission-assignments/", "give"),
    ("POST", ASSET + "permission-assignments/bulk/", "give_all"),
    ("DELETE", ASSET + r"permission-assignments/(?P<grant>\w+)/", "take"),
    ("GET", ASSET + "data/", "data"),
    ("PATCH", ASSET + "data/validation_statuses/", "judge"),
    ("GET", ASSET + r"data/(?P<name>[\w-]+)/", "one"),
    ("DELETE", ASSET + r"data/(?P<name>[\w-]+)/", "remove_one"),
    ("POST", r"/submission", "submit"),
    ("GET", r"/xformsManifest/(?P<uid>\w+)", "manifest"),
    ("POST", r"/standin/(?P<what>faults|load|off|calls)", "control"),
]
ROUTES = [(method, re.compile(pattern), name) for method, pattern, name in ROUTES]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    world: World
    faults: list[dict]

    def log_message(self, *_words) -> None:
        pass

    def do_GET(self) -> None:
        self.answer()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- names that http.server looks for

    def answer(self) -> None:
        split = urlsplit(self.path)
        self.asked = dict(parse_qsl(split.query))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.account = self.sign_in(split.path)
            for method, pattern, name in ROUTES:
                if method == self.command and (match := pattern.fullmatch(split.path)):
                    if name != "control" and self.suffer(split.path):
                        return
                    with self.world.lock:
                        self.world.calls[name] = self.world.calls.get(name, 0) + 1
                        status, body = getattr(self, name)(**match.groupdict())
                        content = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
                    self.send(status, content)
                    return
            self.send(404, b'{"detail":"Not found."}')
        except RefusedError as refused:
            self.send(refused.status, json.dumps(refused.body).encode())

    def sign_in(self, path: str) -> str:
        if path.startswith("/standin/"):
            return ""
        token = self.headers.get("Authorization", "").removeprefix("Token ")
        if token in self.world.accounts:
            return self.world.accounts[token]
        if self.world.does("token"):
            raise RefusedError(401, {"detail": "Invalid token."})
        return next(iter(self.world.accounts.values()))

    def send(self, status: int, content: bytes, *, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def suffer(self, path: str) -> bool:
        """Whether the first fault that fits has taken the place of an answer."""
        fault = next((each for each in self.faults if each.get("path", "") in path and each["times"] > 0), None)
        if fault is None:
            return False
        if fault.get("after", 0) > 0:
            fault["after"] -= 1
            return False
        fault["times"] -= 1
        self.world.calls["suffered"] = self.world.calls.get("suffered", 0) + 1
        kind = fault["kind"]
        if kind == "slow":
            time.sleep(fault["seconds"])
            return False
        if kind == "status":
            headers = {"Retry_After": str(fault["retry_after"])} if "retry_after" in fault else {}
            self.send(fault["status"], b'{"detail":"standin"}', **headers)
        elif kind == "html":
            self.send(200, b"<html>Please log in</html>", kind="text/html; charset=utf-8")
        elif kind == "broken_json":
            self.send(200, b'{"count": 3, "results": [{"_id": 1')
        elif kind == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
            self.drop()
        elif kind == "die":
            self.drop()
        return True

    def drop(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    # Forms

    def me(self) -> tuple[int, object]:
        return 200, {"username": self.account}

    def start_import(self) -> tuple[int, object]:
        fields, files = self.multipart()
        return 201, self.world.take_import(self.account, fields, files["file"])

    def read_import(self, job: str) -> tuple[int, object]:
        return 200, self.world.imports[job]

    def asset(self, uid: str) -> tuple[int, object]:
        form = self.world.form(uid, self.account, "view_asset")
        links = {"url": f"{self.base}/x/{uid}", "offline_url": f"{self.base}/x/{uid}"} if form.deployed else {}
        return 200, {
            "uid": uid,
            "name": form.name,
            "asset_type": form.kind,
            "content": form.content,
            "version_id": form.version,
            "deployed_version_id": form.deployed or None,
            "deployment_status": form.status,
            "deployment__active": form.status == "deployed",
            "deployment__links": links,
        }

    def remove_asset(self, uid: str) -> tuple[int, object]:
        self.world.form(uid, self.account)
        del self.world.forms[uid]
        return 204, b""

    def version(self, uid: str, version: str) -> tuple[int, object]:
        form = self.world.form(uid, self.account, "view_asset")
        if version not in form.versions:
            raise RefusedError(404, {"detail": "Not found."})
        return 200, form.versions[version]

    def deploy(self, uid: str) -> tuple[int, object]:
        self.world.deploy(self.world.form(uid, self.account), json.loads(self.body), first=True)
        return 200, {}

    def redeploy(self, uid: str) -> tuple[int, object]:
        self.world.deploy(self.world.form(uid, self.account), json.loads(self.body), first=False)
        return 200, {}

    def files(self, uid: str) -> tuple[int, object]:
        form = self.world.form(uid, self.account, "view_asset")
        return 200, {"count": len(form.media), "results": list(form.media.values())}

    def add_file(self, uid: str) -> tuple[int, object]:
        fields, files = self.multipart()
        return 201, self.world.add_media(self.world.form(uid, self.account), fields, files["content"])

    def remove_file(self, uid: str, file: str) -> tuple[int, object]:
        if self.world.form(uid, self.account).media.pop(file, None) is None:
            raise RefusedError(404, {"detail": "Not found."})
        return 204, b""

    def manifest(self, uid: str) -> tuple[int, object]:
        return 200, self.world.form(uid, self.account, "add_submissions", "view_asset").manifest

    # People

    def grants(self, uid: str) -> tuple[int, object]:
        form = self.world.form(uid, self.account)
        rows = []
        for grant_uid, grant in form.grants.items():
            row = {
                "url": f"{self.base}/api/v2/assets/{uid}/permission-assignments/{grant_uid}/",
                "user": f"{self.base}/api/v2/users/{grant['user']}/",
                "permission": f"{self.base}/api/v2/permissions/{grant['permission']}/",
            }
            rows.append(row | ({"partial_permissions": grant["partial"]} if grant["partial"] else {}))
        return 200, rows

    def give(self, uid: str) -> tuple[int, object]:
        return 201, self.world.give(self.world.form(uid, self.account), json.loads(self.body))

    def give_all(self, uid: str) -> tuple[int, object]:
        self.world.give_all(self.world.form(uid, self.account), json.loads(self.body))
        return 200, []

    def take(self, uid: str, grant: str) -> tuple[int, object]:
        if self.world.form(uid, self.account).grants.pop(grant, None) is None:
            raise RefusedError(404, {"detail": "Not found."})
        return 204, b""

    # Submissions

    def data(self, uid: str) -> tuple[int, object]:
        form = self.world.form(uid, self.account, "view_submissions", "partial_submissions")
        count, rows = self.world.page(form, self.account, self.asked)
        return 200, {"count": count, "next": None, "previous": None, "results": rows}

    def one(self, uid: str, name: str) -> tuple[int, object]:
        return 200, self.world.find(self.world.form(uid, self.account), name)

    def remove_one(self, uid: str, name: str) -> tuple[int, object]:
        self.world.delete(self.world.form(uid, self.account), name)
        return 204, b""

    def judge(self, uid: str) -> tuple[int, object]:
        payload = json.loads(self.body)["payload"]
        self.world.judge(
            self.world.form(uid, self.account), payload["submission_ids"], payload["validation_status.uid"]
        )
        return 200, {"detail": f"{len(payload['submission_ids'])} submissions have been updated"}

    def submit(self) -> tuple[int, object]:
        _, files = self.multipart()
        return self.world.receive(self.account, files["xml_submission_file"]), b"{}"

    # The test's own hand

    def control(self, what: str) -> tuple[int, object]:
        asked = json.loads(self.body or b"{}")
        if what == "faults":
            self.faults[:] = asked
        elif what == "off":
            self.world.off = set(asked)
        elif what == "load":
            self.world.load(self.world.forms[asked["asset"]], asked["rows"] * asked.get("times", 1))
        return 200, dict(self.world.calls)

    def multipart(self) -> tuple[dict[str, str], dict[str, bytes]]:
        mark = self.headers["Content-Type"].partition("boundary=")[2].encode()
        fields, files = {}, {}
        for part in self.body.split(b"--" + mark)[1:-1]:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            said = head.decode()
            name = re.search(r'[ ;]name="([^"]*)"', said)[1]
            if "filename=" in said:
                files[name] = content.removesuffix(b"\r\n")
            else:
                fields[name] = content.removesuffix(b"\r\n").decode()
        return fields, files

    @property
    def base(self) -> str:
        return f"http://{self.headers['Host']}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--account", action="append", required=True, metavar="NAME:TOKEN")
    parser.add_argument("--page-size", type=int, default=1000)
    parser.add_argument("--off", action="append", default=[])
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    accounts = {token: name for name, token in (each.split(":") for each in chosen.account)}
    Handler.world = World(accounts=accounts, page_size=chosen.page_size, off=set(chosen.off))
    Handler.faults = []
    server = ThreadingHTTPServer(("127.0.0.1", chosen.port), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
