"""A server to test against: the one named on the command line, else a stand-in started for the session."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import xlsxwriter

from danvan_study.kobo import Connection, Forms, Patience, Submissions, Token

ROOT = Path(__file__).resolve().parents[2]
OWNER, ENUMERATOR = "chu_quan", "dtv01"
OWNER_TOKEN, ENUMERATOR_TOKEN = "0wner0wner", "enum3rator"
QUICK = Patience(attempts=4, first_wait=0.01, timeout=5.0, poll=0.01)


@dataclass(frozen=True, kw_only=True)
class Account:
    name: str
    token: str
    url: str
    collect_url: str
    """Where tablets send to."""
    patience: Patience

    def connection(self) -> Connection:
        return Connection(self.url, Token(self.token, "test"), patience=self.patience)

    def plain(self, base: str = "") -> httpx.Client:
        """Return a client without any of the kit's wits."""
        head = {"Authorization": f"Token {self.token}", "Accept": "application/json"}
        return httpx.Client(base_url=base or self.url, headers=head, timeout=60, trust_env="127.0.0.1" not in self.url)

    def get(self, path: str, **asked: object) -> httpx.Response:
        with self.plain() as client:
            return client.get(path, params=asked)

    def call(self, method: str, path: str, body: object) -> httpx.Response:
        with self.plain() as client:
            return client.request(method, path, json=body)

    def submit(self, xml: bytes) -> int:
        """Send a submission as a tablet does; return the status."""
        with self.plain(self.collect_url) as client:
            files = {"xml_submission_file": ("submission.xml", xml, "text/xml")}
            return client.post("/submission", files=files, headers={"X-OpenRosa-Version": "1.0"}).status_code


@dataclass(frozen=True, kw_only=True)
class Server:
    owner: Account
    enumerator: Account
    is_standin: bool


@contextmanager
def standin(*words: str):
    """Start a stand-in as a process of its own; yield its address."""
    command = [sys.executable, "-m", "tests.kobo_contract.standin"]
    accounts = [
        f"--account={OWNER}:{OWNER_TOKEN}",
        f"--account={ENUMERATOR}:{ENUMERATOR_TOKEN}",
        "--account=dtv02:s3cond",
    ]
    with subprocess.Popen([*command, *accounts, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def account(url: str, name: str = OWNER, token: str = OWNER_TOKEN, *, patience: Patience = QUICK) -> Account:
    return Account(name=name, token=token, url=url, collect_url=url, patience=patience)


def control(url: str, what: str, asked: object = None) -> dict[str, int]:
    """Turn a knob of the stand-in."""
    return httpx.post(f"{url}/standin/{what}", json=asked if asked is not None else {}, trust_env=False).json()


@pytest.fixture(scope="session")
def kobo_server(request):
    url = request.config.getoption("--kobo-url", default=None)
    if url:
        collect = request.config.getoption("--kobo-collect-url") or url.replace("://kf.", "://kc.")
        patience = Patience()
        names = {key: request.config.getoption(f"--kobo-{key}") for key in ("owner", "enumerator")}
        tokens = {key: os.environ[f"DANVAN_KOBO_{key.upper()}_TOKEN"] for key in names}
        accounts = {
            key: Account(name=names[key], token=tokens[key], url=url, collect_url=collect, patience=patience)
            for key in names
        }
        yield Server(**accounts, is_standin=False)
        return
    with standin("--page-size=7") as here:
        yield Server(owner=account(here), enumerator=account(here, ENUMERATOR, ENUMERATOR_TOKEN), is_standin=True)


# A form and what tablets send

SURVEY = [
    ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "relevant"],
    ["start", "start", "", "", ""],
    ["select_one yes_no", "consent", "Đồng ý trả lời?", "Do you agree?", ""],
    ["begin_group", "home", "Hộ", "Household", ""],
    ["integer", "people", "Số người", "People", "${consent} = '1'"],
    ["end_group", "", "", "", ""],
    ["begin_repeat", "visit", "Lần đến", "Visit", ""],
    ["text", "result", "Kết quả", "Result", ""],
    ["end_repeat", "", "", "", ""],
    ["text", "worry", "Điều lo nhất", "Worry", ""],
]
CHOICES = [
    ["list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)"],
    ["yes_no", "1", "Có", "Yes"],
    ["yes_no", "2", "Không", "No"],
]


def workbook(survey=SURVEY, choices=CHOICES, version: str = "2") -> bytes:
    import io

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        settings = [["form_title", "form_id", "version"], ["Thử", "danvan_contract", version]]
        for name, rows in {"survey": survey, "choices": choices, "settings": settings}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


@dataclass(frozen=True, kw_only=True)
class Fielded:
    """A form in the field, and both accounts."""

    server: Server
    uid: str
    forms: Forms
    submissions: Submissions

    @property
    def path(self) -> str:
        return f"/api/v2/assets/{self.uid}/"

    def data(self, **asked: object) -> list[dict]:
        answer = self.server.owner.get(f"{self.path}data/", **asked)
        answer.raise_for_status()
        return answer.json()["results"]

    def xml(self, *, uuid: str = "", replaces: str = "", people: int = 3, worry: str = "giá cả") -> bytes:
        meta = f"<instanceID>uuid:{uuid or secrets.token_hex(16)}</instanceID>"
        meta += f"<deprecatedID>uuid:{replaces}</deprecatedID>" if replaces else ""
        return (
            f'<{self.uid} id="{self.uid}" version="1"><start>2026-08-01T08:00:00.000+07:00</start><consent>1</consent>'
            f"<home><people>{people}</people></home><visit><result>gặp</result></visit><visit><result>vắng</result></visit>"
            f"<worry>{worry}</worry><__version__>{self.forms.read(self.uid).deployed_version}</__version__>"
            f"<meta>{meta}</meta></{self.uid}>"
        ).encode()

    def send(self, **content: object) -> int:
        return self.server.owner.submit(self.xml(**content))


@pytest.fixture
def draft(kobo_server):
    """A form that is imported and not deployed."""
    connection = kobo_server.owner.connection()
    forms = Forms(connection)
    uid = forms.upload(f"danvan contract {secrets.token_hex(3)}", workbook(), file="form.xlsx")
    yield Fielded(server=kobo_server, uid=uid, forms=forms, submissions=Submissions(connection, uid))
    kobo_server.owner.call("DELETE", f"/api/v2/assets/{uid}/", None)
    connection.close()


@pytest.fixture
def fielded(draft):
    draft.forms.deploy(draft.uid)
    return draft
