"""A study whose fieldwork runs on a stand-in: the small study with a server, a roster and withdrawal slips."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from danvan_study.form import read_form
from danvan_study.form.lint.consent import script_hash
from danvan_study.kobo import Submissions
from danvan_study.pipeline import deploy_wave, pull_wave
from danvan_study.pipeline.deployments import read_deployments
from danvan_study.store import Folder, read_raw_wave
from tests import small_study
from tests.kobo_contract.fixtures import QUICK, Account
from tests.small_study import CHOICES, SURVEY, WAVE, workbook, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0wner0wner"
SLIP_ROW = ["text", "slip", "Mã mảnh giấy", "Slip", "", "identifier"]
ROSTER = "account,areas\ndtv01,d_a\ndtv02,d_a;d_b\n"


MORE_COLUMNS = (
    "required",
    "relevant",
    "calculation",
    "hint::Tiếng Việt (vi)",
    "hint::English (en)",
    "consent",
    "purpose",
    "valid_from",
    "scale",
)
GIVEN = "${consent_part} = '1'"
SCRIPT = (
    ["note", "say_purpose", "Khảo sát này để biết ý kiến chung.", "We ask what people think in general.", "purpose"],
    ["note", "say_controller", "Tổ thử chịu trách nhiệm về số liệu.", "The test team answers for it.", "controller"],
    ["note", "say_rights", "Ông/bà được từ chối, được rút lại.", "You may refuse, and withdraw later.", "rights"],
)
PURPOSES = (
    ["select_one yes_no", "consent_recontact", "Gọi lại được không?", "May we call back?", "recontact"],
    ["select_one yes_no", "consent_release", "Công bố phiếu được không?", "May we release it?", "release"],
)
MORE_CHOICES = [
    ["satisfaction", "99", "Không trả lời", "Refused", "", "refused"],
    ["issues", "98", "Khó trả lời", "Don't know", "", "dont_know"],
    ["issues", "99", "Không trả lời", "Refused", "", "refused"],
]


def form(version: str = "v1", *, survey=None, media: bool = False) -> bytes:
    """Return the small study's form, made sound for the field, with a place for the slip's code."""
    rows = [*(survey or SURVEY), SLIP_ROW]
    if media:
        rows.append(["select_one_from_file villages.csv", "hamlet", "Xóm", "Hamlet", "", "design"])
    settings = [["form_title", "form_id", "version", "default_language"], ["Thử", "small", version, "Tiếng Việt (vi)"]]
    sheets = {"choices": [*CHOICES, *MORE_CHOICES], "settings": settings}
    unsigned = workbook({"survey": sound_rows(rows, ""), **sheets})
    script = script_hash(read_form(unsigned, source="form.xlsx"))
    return workbook({"survey": sound_rows(rows, script), **sheets})


def sound_rows(rows: list[list[object]], script: str) -> list[list[object]]:
    """Return the survey sheet with what the lint asks for: consent by purpose, purposes, dates, and an end."""
    head = [*rows[0], *MORE_COLUMNS]

    def row(cells: list[object], **more: str) -> list[object]:
        filled = dict(zip(rows[0], cells, strict=False)) | more
        return [filled.get(name, "") for name in head]

    sheet: list[list[object]] = [head]
    for cells in rows[1:]:
        kind, name = str(cells[0]), str(cells[1])
        if name == "consent_part":
            sheet += [row([*said[:4], "", "consent"], consent=said[4]) for said in SCRIPT]
            sheet.append(row(cells, required="yes", consent="part"))
            sheet.append(
                row(["calculate", "consent_script", "", "", "", "consent"], calculation=f"'{script}'", relevant=GIVEN)
            )
            sheet += [
                row([*said[:4], "", "consent"], consent=said[4], relevant=GIVEN, required="yes") for said in PURPOSES
            ]
        elif kind in {"start", "end", "end_group"}:
            sheet.append(row(cells))
        else:
            more = {"relevant": GIVEN, "purpose": "thử", "valid_from": "2025-07-01"}
            if kind == "text":
                more |= {"hint::Tiếng Việt (vi)": "Không ghi tên, nhóm, địa chỉ.", "hint::English (en)": "No names."}
            sheet.append(row(cells, **more | ({"scale": "nominal"} if name == "worries" else {})))
    return sheet


def write_field_study(root: Path, url: str, *, forms: str = '"form.xlsx"', allowed: str = '"127.0.0.1"') -> Path:
    """Write the study without raw data below ``root``."""
    server = f'\n[kobo]\nserver = "{url}"\nallowed_hosts = [{allowed}]\nroster = "roster.csv"\nslip = "slip"\n'
    study = small_study.STUDY.replace('forms = ["form.xlsx"]', f"forms = [{forms}]") + server
    write_small_study(root, study=study)
    shutil.rmtree(root / "data")
    (root / "form.xlsx").write_bytes(form())
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return root


def quiet(_line: str) -> None:
    """Hear what a verb tells, and forget it."""


@dataclass(kw_only=True)
class Fieldwork:
    """A study, its form in the field, and the account that owns it."""

    root: Path
    owner: Account
    asset: str
    version: str
    sent: int = 0

    def xml(self, person: int, *, uuid: str = "", replaces: str = "", **answers: str) -> bytes:
        """Return an interview as a tablet sends it; questions in a group are named group__question."""
        self.sent += 1
        area = "ab"[person % 2]
        said = {
            "start": f"2025-07-{10 + person % 12:02d}T09:00:00.000+07:00",
            "end": f"2025-07-{10 + person % 12:02d}T09:14:00.000+07:00",
            "consent_part": "1",
            "district": f"d_{area}",
            "village": f"{area}{person // 2 % 6}",
            "interviewer": f"i{person % 3}",
            "living__life_overall": "12345"[(person * 7 + person // 5) % 5],
            "living__worries": ["prices", "roads", "prices roads"][person % 3],
            "sex": "12"[person // 3 % 2],
        } | answers
        groups: dict[str, str] = {}
        body = ""
        for key, value in said.items():
            group, _, name = key.rpartition("__")
            cell = f"<{name}>{escape(value)}</{name}>" if value else ""
            if group:
                groups[group] = groups.get(group, "") + cell
            else:
                body += cell
        body += "".join(f"<{group}>{cells}</{group}>" for group, cells in groups.items())
        meta = f"<instanceID>uuid:{uuid or f'{self.sent:032x}'}</instanceID>"
        meta += f"<deprecatedID>uuid:{replaces}</deprecatedID>" if replaces else ""
        body += f"<__version__>{self.version}</__version__><meta>{meta}</meta>"
        return f'<{self.asset} id="{self.asset}">{body}</{self.asset}>'.encode()

    def send(self, *people: int, **answers: str) -> list[str]:
        """Send interviews; return their uuids."""
        uuids = []
        for person in people:
            assert self.owner.submit(self.xml(person, **answers)) == 201
            uuids.append(f"{self.sent:032x}")
        return uuids

    def rows(self) -> dict[str, dict]:
        """Return what the server has, by the uuid of the first version."""
        pages = self.submissions().pages()
        return {row["meta/rootUuid"].removeprefix("uuid:"): row for page in pages for row in page}

    def submissions(self) -> Submissions:
        """Return the form's data on the server."""
        return Submissions(self.owner.connection(), self.asset)

    def pull(self, **options: object):
        """Pull the wave."""
        return pull_wave(self.root, WAVE, tell=quiet, patience=QUICK, **options)

    def raw(self):
        """Return the raw wave as a run reads it."""
        return read_raw_wave(Folder(self.root), WAVE)


def start_fieldwork(root: Path, owner: Account, **study: str) -> Fieldwork:
    """Write the study, deploy its form, and return both."""
    write_field_study(root, owner.url, **study)
    deploy_wave(root, WAVE, tell=quiet, patience=QUICK)
    last = read_deployments(Folder(root), WAVE)[-1]
    return Fieldwork(root=root, owner=owner, asset=last.asset, version=last.version)
