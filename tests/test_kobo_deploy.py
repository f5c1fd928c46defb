"""Forms out: deployed exactly, once, with their media; enumerators given access, and nobody else harmed."""

from __future__ import annotations

import base64
import json
import zlib

import httpx
import pytest

from danvan_study.errors import StudyError
from danvan_study.field.pages import collect_settings
from danvan_study.kobo import Forms, People
from danvan_study.pipeline import assign_enumerators, close_wave, deploy_wave
from danvan_study.pipeline.deployments import read_deployments
from danvan_study.store import Folder, freeze
from danvan_study.study import read_study
from tests import small_study
from tests.kobo_contract.fixtures import OWNER_TOKEN, QUICK, account, control, standin
from tests.kobo_study import form, quiet, start_fieldwork, write_field_study
from tests.small_study import SURVEY, WAVE


@pytest.fixture(scope="module")
def url():
    with standin() as here:
        yield here


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)


@pytest.fixture
def owner(url):
    return account(url)


NOTES = ("guidance_hint::Tiếng Việt (vi)", "guidance_hint::English (en)")


def deploy(root, **options) -> tuple[int, list[str]]:
    told: list[str] = []
    return deploy_wave(root, WAVE, tell=lambda line: told.append(line.told("vi")), patience=QUICK, **options), told


def written(url: str) -> int:
    """Return how many requests so far would change something on the server."""
    calls = control(url, "calls")
    reading = ("me", "read_import", "asset", "version", "files", "grants", "data", "one", "manifest", "control")
    return sum(count for name, count in calls.items() if name not in reading)


def test_deploying_twice_changes_nothing(tmp_path, url, owner):
    root = write_field_study(tmp_path, url)
    steps, told = deploy(root)
    assert steps == 2
    assert "nạp form.xlsx" in told[0]
    (imported, deployed) = read_deployments(Folder(root), WAVE)
    assert (imported.version, imported.asset) == ("", deployed.asset)
    asset = Forms(owner.connection()).read(deployed.asset)
    assert asset.is_collecting
    assert asset.deployed_version == deployed.version
    before, record = written(url), (root / f"data/deployments/{WAVE}.csv").read_bytes()
    assert deploy(root)[0] == 0
    assert written(url) == before
    assert (root / f"data/deployments/{WAVE}.csv").read_bytes() == record


def test_a_dry_run_tells_the_steps_and_takes_none(tmp_path, url):
    root = write_field_study(tmp_path, url)
    before = written(url)
    steps, told = deploy(root, dry_run=True)
    assert steps == len(told) == 2
    assert all(line.startswith("sẽ ") for line in told)
    assert written(url) == before
    assert not (root / "data/deployments").exists()
    deploy(root)
    assert deploy(root, dry_run=True)[0] == 0


def test_a_changed_form_is_redeployed_under_the_same_asset(tmp_path, url, owner):
    work = start_fieldwork(tmp_path, owner)
    changed = [*SURVEY, ["text", "more", "Thêm", "More", "", "quality"]]
    (tmp_path / "form.xlsx").write_bytes(form("v2", survey=changed))
    assert deploy(tmp_path)[0] == 2
    rows = read_deployments(Folder(tmp_path), WAVE)
    assert {row.asset for row in rows} == {work.asset}
    assert [row.form_version for row in rows if row.version] == ["v1", "v2"]
    assert Forms(owner.connection()).read(work.asset).deployed_version == rows[-1].version != work.version


def test_a_form_that_breaks_a_rule_of_consent_never_reaches_the_server(tmp_path, url):
    root = write_field_study(tmp_path, url)
    (root / "form.xlsx").write_bytes(small_study.form())
    before = written(url)
    with pytest.raises(StudyError, match="consent"):
        deploy(root)
    assert written(url) == before


def test_a_frozen_form_that_was_changed_never_reaches_the_server(tmp_path, url):
    root = write_field_study(tmp_path, url)
    freeze(Folder(root), "form.xlsx", identity=("small", "v1"), day="2025-07-01")
    (root / "form.xlsx").write_bytes(form(survey=[*SURVEY, ["text", "more", "Thêm", "More", "", "quality"]]))
    before = written(url)
    with pytest.raises(StudyError, match="frozen on 2025-07-01 and has been changed"):
        deploy(root)
    assert written(url) == before


def test_a_change_that_no_comparison_sees_is_deployed_too(tmp_path, url, owner):
    start_fieldwork(tmp_path, owner)
    noted = [
        [*row, *(("Ghi chú", "Note") if row[1] == "sex" else NOTES if row[0] == "type" else ("", ""))] for row in SURVEY
    ]
    (tmp_path / "form.xlsx").write_bytes(form(survey=noted))
    assert deploy(tmp_path)[0] == 2
    assert deploy(tmp_path)[0] == 0


def test_media_travel_with_the_form_and_are_replaced_when_they_change(tmp_path, url, owner):
    root = write_field_study(tmp_path, url)
    (root / "form.xlsx").write_bytes(form(media=True))
    with pytest.raises(StudyError, match=r'"villages.csv" is missing'):
        deploy(root)
    villages = root / "villages.csv"
    villages.write_text("name,label\na0,Thôn 1\n", encoding="utf-8")
    assert deploy(root)[0] == 3
    assert deploy(root)[0] == 0
    asset = read_deployments(Folder(root), WAVE)[-1].asset
    first = owner.get(f"/xformsManifest/{asset}").json()
    villages.write_text("name,label\na0,Thôn 1\na1,Thôn 2\n", encoding="utf-8")
    steps, told = deploy(root)
    assert (steps, told[0]) == (2, "đang thay tệp villages.csv")
    second = owner.get(f"/xformsManifest/{asset}").json()
    assert list(second) == ["villages.csv"]
    assert first != second


def test_a_form_that_somebody_changed_on_the_server_is_put_right(tmp_path, url, owner):
    work = start_fieldwork(tmp_path, owner)
    forms = Forms(owner.connection())
    forms.upload("", form("v9", survey=SURVEY[:-1]), file="other.xlsx", replaces=work.asset)
    forms.deploy(work.asset)
    assert deploy(tmp_path)[0] == 2
    survey = forms.read(work.asset).content["survey"]
    assert "sex" in {row.get("name") for row in survey}


def test_a_server_that_makes_another_form_of_it_stops_before_deployment(tmp_path, url, owner, monkeypatch):
    from danvan_study.pipeline.fieldwork import deploy as module

    root = write_field_study(tmp_path, url)
    monkeypatch.setattr(module, "read_outline", lambda *_, **__: module.server_outline({"survey": [{"type": "note"}]}))
    with pytest.raises(StudyError, match=r"another form of form.xlsx: question no. 1 .* on the server"):
        deploy(root)
    asset = read_deployments(Folder(root), WAVE)[-1].asset
    assert Forms(owner.connection()).read(asset).status == "draft"


def test_a_closed_form_takes_nothing_and_deploying_opens_it_again(tmp_path, owner):
    work = start_fieldwork(tmp_path, owner)
    for _ in range(2):
        close_wave(tmp_path, WAVE, tell=quiet, patience=QUICK)
    assert owner.submit(work.xml(1)) == 405
    assert deploy(tmp_path)[0] == 1
    assert owner.submit(work.xml(2)) == 201


def test_a_server_that_is_not_on_the_list_is_a_warning_and_plain_http_is_refused(tmp_path, url):
    root = write_field_study(tmp_path, url, allowed="")
    _, told = deploy(root, dry_run=True)
    assert "CẢNH BÁO: máy chủ 127.0.0.1" in told[0]
    study = (root / "study.toml").read_text(encoding="utf-8").replace(url, "http://kf.example.org")
    (root / "study.toml").write_text(study, encoding="utf-8")
    with pytest.raises(StudyError, match=r"\[kobo\] server.*not an https"):
        deploy(root)


def test_a_slip_question_that_the_form_lacks_is_named(tmp_path, url):
    root = write_field_study(tmp_path, url)
    study = (root / "study.toml").read_text(encoding="utf-8").replace('slip = "slip"', 'slip = "ma_rut"')
    (root / "study.toml").write_text(study, encoding="utf-8")
    with pytest.raises(StudyError, match=r'\[kobo\] slip: the form form.xlsx has no question "ma_rut"'):
        deploy(root)


# Enumerators


def test_the_roster_gives_and_takes_one_by_one_and_harms_nobody(tmp_path, owner):
    work = start_fieldwork(tmp_path, owner)
    people = People(owner.connection(), work.asset)
    base = owner.url
    supervisor = {
        "user": f"{base}/api/v2/users/chu_quan/",
        "permission": f"{base}/api/v2/permissions/view_submissions/",
    }
    owner.call("POST", f"/api/v2/assets/{work.asset}/permission-assignments/", supervisor)
    told: list[str] = []
    pages = assign_enumerators(tmp_path, WAVE, tell=lambda line: told.append(line.told("vi")), patience=QUICK)
    assert pages == [f"data/enumerators/{WAVE}/dtv01.html", f"data/enumerators/{WAVE}/dtv02.html"]
    assert len(told) == 4
    assert held(people) == {
        *{("chu_quan", "view_submissions"), ("dtv01", "add_submissions"), ("dtv01", "partial_submissions")},
        *{("dtv02", "add_submissions"), ("dtv02", "partial_submissions")},
    }
    told.clear()
    assign_enumerators(tmp_path, WAVE, tell=lambda line: told.append(line.told("vi")), patience=QUICK)
    assert told == []
    (tmp_path / "roster.csv").write_text("account,areas\ndtv02,001\n", encoding="utf-8")
    assign_enumerators(tmp_path, WAVE, tell=lambda line: told.append(line.told("vi")), patience=QUICK)
    assert told == ["dtv01: không còn quyền"]
    assert {name for name, _ in held(people)} == {"chu_quan", "dtv02"}


def held(people: People) -> set[tuple[str, str]]:
    return {(grant.account, grant.permission) for grant in people.grants()}


def test_an_enumerators_page_shows_areas_links_and_codes_and_no_secret(tmp_path, owner):
    start_fieldwork(tmp_path, owner)
    (name, _) = assign_enumerators(tmp_path, WAVE, tell=quiet, patience=QUICK)
    page = (tmp_path / name).read_text(encoding="utf-8")
    for words in ("dtv01", "Huyện A", "KoboCollect", "Mã 1", "Mã 2", "31/08/2025", "/x/"):
        assert words in page
    assert page.count("data:image/svg+xml") == 2
    assert OWNER_TOKEN not in page
    assert "http-equiv" not in page
    assert "<script" not in page


def test_the_settings_code_is_what_collect_reads_and_holds_no_password(tmp_path, url):
    study = read_study((write_field_study(tmp_path, url) / "study.toml").read_text(encoding="utf-8"))
    settings = json.loads(zlib.decompress(base64.b64decode(collect_settings("dtv01", study=study))))
    assert settings["general"]["server_url"] == url
    assert settings["general"]["username"] == "dtv01"
    assert "password" not in settings["general"]


@pytest.mark.parametrize(
    ("roster", "message"),
    [
        ("account,areas\nDTV 01,d_a\n", 'row 2: "DTV 01" is no account'),
        ("account,areas\ndtv01,d_a\ndtv01,d_b\n", "row 3: .*twice"),
        ("account,areas\ndtv01,d_x\n", 'row 2: "d_x" is no area'),
        ("account,areas\n", "names nobody"),
    ],
)
def test_a_mistake_in_the_roster_is_named(tmp_path, owner, roster, message):
    start_fieldwork(tmp_path, owner)
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        assign_enumerators(tmp_path, WAVE, tell=quiet, patience=QUICK)


def test_the_standin_answers_a_stranger_with_nothing(url):
    assert httpx.get(f"{url}/me/", trust_env=False).status_code == 401
