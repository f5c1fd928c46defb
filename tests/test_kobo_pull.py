"""Answers back: new, edited, judged and deleted submissions, slips and form versions; nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.kobo import Forms
from danvan_study.pipeline import deploy_wave, judge_wave, load_study, load_wave, prepare_wave, run_study
from danvan_study.pipeline.deployments import read_deployments
from danvan_study.pipeline.fieldwork.changes import compare, known_submissions, status_of
from danvan_study.pipeline.fieldwork.judge import decided_statuses
from danvan_study.pipeline.fieldwork.pull import PullReport, _lines
from danvan_study.store import Folder, read_sealed, write_corrections
from danvan_study.store.pulled import fold, read_lines
from danvan_study.tables import Answers, Corrections, Removed
from tests.kobo_contract.fixtures import OWNER_TOKEN, QUICK, account, control, standin
from tests.kobo_study import form, quiet, start_fieldwork
from tests.small_study import SURVEY, WAVE

if TYPE_CHECKING:
    from pathlib import Path

APPROVED = "validation_status_approved"


@pytest.fixture(scope="module")
def url():
    with standin("--page-size=5") as here:
        yield here


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)


@pytest.fixture
def owner(url):
    return account(url)


@pytest.fixture
def work(tmp_path, owner):
    return start_fieldwork(tmp_path, owner)


def counts(report: PullReport) -> tuple[int, int, int, int]:
    return report.new, report.edited, report.judged, report.deleted


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "data" / "raw" / WAVE).iterdir())}


def test_everything_is_pulled_past_the_servers_page_size_and_encrypted(work):
    uuids = work.send(*range(12))
    seen: list[tuple[int, int]] = []
    assert counts(work.pull(progress=lambda done, total: seen.append((done, total)))) == (12, 0, 0, 0)
    assert seen == [(5, 12), (10, 12), (12, 12)]
    assert [record["_uuid"] for record in work.raw().records] == uuids
    for content in files(work.root).values():
        assert b"living" not in content
    assert work.raw().manifest.provenance == "field"


def test_a_pull_without_news_writes_nothing(work):
    work.send(*range(3))
    work.pull()
    before = files(work.root)
    assert counts(work.pull()) == (0, 0, 0, 0)
    assert files(work.root) == before


def test_an_empty_form_leaves_no_raw_wave(work):
    assert counts(work.pull()) == (0, 0, 0, 0)
    assert not (work.root / "data" / "raw" / WAVE).exists()


def test_edits_judgements_and_deletions_are_found_and_earlier_versions_kept(work):
    uuids = work.send(*range(9))
    work.pull()
    ids = {uuid: row["_id"] for uuid, row in work.rows().items()}
    edited = work.xml(1, replaces=uuids[1], living__worries="prices")
    assert work.owner.submit(edited) == 201
    work.submissions().judge([ids[uuids[2]]], APPROVED)
    work.submissions().delete(ids[uuids[6]])
    work.send(20, 21)
    assert counts(work.pull()) == (2, 1, 1, 1)
    raw = work.raw()
    by_uuid = {record["_uuid"]: record for record in raw.records}
    assert set(by_uuid) == set(work.rows())
    assert by_uuid[uuids[1]]["living/worries"] == "prices"
    assert APPROVED in by_uuid[uuids[2]]["_validation_status"]
    assert raw.deleted == (uuids[6],)
    lines = [line for name in sorted(files(work.root)) if name.startswith("pull") for line in part(work.root, name)]
    versions = [line.get("living/worries") for line in lines if line["_id"] == ids[uuids[1]]]
    assert versions == ["roads", "prices"]
    assert counts(work.pull()) == (0, 0, 0, 0)


def part(root: Path, name: str) -> list[dict]:
    sealed = (root / "data" / "raw" / WAVE / name).read_bytes()
    return list(read_lines(Folder(root).vault().open(sealed, name)))


def test_an_edit_after_approval_is_told_although_the_server_still_says_approved(work):
    uuids = work.send(0, 1)
    ids = {uuid: row["_id"] for uuid, row in work.rows().items()}
    work.submissions().judge(list(ids.values()), APPROVED)
    work.pull()
    assert work.owner.submit(work.xml(0, replaces=uuids[0], sex="2")) == 201
    report = work.pull()
    assert report.edited_after_approval == [ids[uuids[0]]]
    assert counts(report) == (0, 1, 0, 0)


def test_corrections_still_name_a_submission_that_was_edited_or_deleted_on_the_server(work):
    uuids = work.send(*range(24))
    work.pull()
    lines = [correction(uuids[0], "blank", "living/life_overall"), correction(uuids[1], "remove")]
    write_corrections(Folder(work.root), f"data/corrections/{WAVE}.csv", lines)
    assert work.owner.submit(work.xml(0, replaces=uuids[0], living__worries="roads")) == 201
    work.submissions().delete(work.rows()[uuids[1]]["_id"])
    work.pull()
    wave = prepared(work.root)
    assert dict(zip(wave.removed[Removed.submission], wave.removed[Removed.reason], strict=True)) == {
        uuids[1]: "deleted_on_server"
    }
    assert list(wave.changes["respondent"]) == [uuids[0]]


def correction(respondent: str, action: str, question: str = "", old: str = "", *, by: str = "tổ trưởng"):
    blank = dict.fromkeys(Corrections.columns(), "")
    if action == "blank" and not old:
        old = "1"
    said = {"respondent": respondent, "action": action, "question": question, "old_value": old, "decided_by": by}
    return blank | said | {"reason": "kiểm tra"}


def prepared(root: Path):
    folder = Folder(root)
    study, areas = load_study(folder)
    return prepare_wave(load_wave(folder, study.wave(WAVE), study=study, areas=areas), study=study, areas=areas)


def test_a_submission_that_a_tablet_sent_twice_counts_once_even_if_the_server_kept_both(work, url):
    work.send(*range(6))
    control(url, "off", ["same_again"])
    try:
        xml = work.xml(7)
        assert [work.owner.submit(xml) for _ in range(2)] == [201, 201]
    finally:
        control(url, "off", [])
    assert counts(work.pull()) == (8, 0, 0, 0)
    wave = prepared(work.root)
    assert len(wave.interviews) == 7
    assert list(wave.removed[Removed.reason]) == ["duplicate"]


def test_the_slips_code_never_reaches_the_raw_data(work):
    work.send(0, slip="abcd-efgh")
    work.pull()
    assert all("slip" not in record for record in work.raw().records)
    (links,) = read_sealed(Folder(work.root), f"data/withdrawal/{WAVE}/links").values()
    assert b"ABCDEFGH" in links
    (stored,) = (work.root / "data" / "withdrawal" / WAVE / "links").iterdir()
    assert b"ABCDEFGH" not in stored.read_bytes()


def test_attachments_of_a_foreign_form_are_told(work, url):
    control(url, "load", {"asset": work.asset, "rows": [{"consent_part": "1"}]})
    assert work.pull().attachments == 0
    rows = [{"consent_part": "1", "_attachments": [{"uid": "att1"}]}]
    control(url, "load", {"asset": work.asset, "rows": rows})
    assert work.pull().attachments == 1


# Form versions


def test_answers_of_every_form_version_are_kept_when_a_question_is_renamed_or_removed(tmp_path, owner):
    work = start_fieldwork(tmp_path, owner)
    work.send(*range(24))
    renamed = [["text", "worry_words", *row[2:]] if row[1] == "worry_open" else row for row in SURVEY]
    removed = [row for row in renamed if row[1] != "worries"]
    (tmp_path / "form_v2.xlsx").write_bytes(form("v2", survey=removed))
    study = (tmp_path / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        study.replace('["form.xlsx"]', '["form.xlsx", "form_v2.xlsx"]'), encoding="utf-8"
    )
    deploy_wave(tmp_path, WAVE, tell=quiet, patience=QUICK)
    work.version = read_deployments(Folder(tmp_path), WAVE)[-1].version
    work.send(5, 6, living__worries="", living__worry_words="nước sạch")
    report = work.pull()
    assert report.unknown_versions == []
    wave = prepared(tmp_path)
    assert sorted(wave.interviews["form_version"]) == ["v1"] * 24 + ["v2"] * 2
    asked = wave.answers.groupby(Answers.question)[Answers.respondent].nunique()
    assert (asked["worries"], asked["worry_words"]) == (24, 2)
    assert len(work.raw().records) == 26


def test_a_version_deployed_by_hand_is_joined_when_it_is_the_same_form_and_told_when_not(work):
    forms = Forms(work.owner.connection())
    forms.upload("", form(), file="again.xlsx", replaces=work.asset)
    forms.deploy(work.asset)
    work.version = forms.read(work.asset).deployed_version
    work.send(*range(24))
    assert work.pull().unknown_versions == []
    assert read_deployments(Folder(work.root), WAVE)[-1].version == work.version
    forms.upload("", form("v7", survey=SURVEY[:-1]), file="other.xlsx", replaces=work.asset)
    forms.deploy(work.asset)
    work.version = forms.read(work.asset).deployed_version
    work.send(2)
    assert work.pull().unknown_versions == [work.version]
    assert f"{work.version}.form" in files(work.root)
    assert len(prepared(work.root).interviews) == 25


# Decisions


def test_decisions_are_written_back_once(work):
    uuids = work.send(*range(4))
    work.pull()
    lines = [
        correction(uuids[0], "remove"),
        correction(uuids[1], "blank", "living/life_overall", "3"),
        correction(uuids[2], "none", by=""),
    ]
    write_corrections(Folder(work.root), f"data/corrections/{WAVE}.csv", lines)
    judged = judge_wave(work.root, WAVE, tell=quiet, patience=QUICK)
    assert judged == {APPROVED: 1, "validation_status_not_approved": 1, "validation_status_on_hold": 1}
    said = {uuid: status_of(row)[0].removeprefix("validation_status_") for uuid, row in work.rows().items()}
    assert [said[uuid] for uuid in uuids] == ["not_approved", "approved", "on_hold", ""]
    assert counts(work.pull()) == (0, 0, 3, 0)
    assert judge_wave(work.root, WAVE, tell=quiet, patience=QUICK) == {}


def test_what_is_undecided_holds_up_the_rest():
    lines = [
        correction("a", "none"),
        correction("a", "change", by=""),
        correction("b", "none"),
        correction("b", "remove"),
    ]
    import pandas as pd

    statuses = decided_statuses(pd.DataFrame(lines, dtype="str"))
    assert statuses == {"a": "validation_status_on_hold", "b": "validation_status_not_approved"}


# The walk through two lists


class Memory:
    """The server, as far as the walk asks for it."""

    def __init__(self) -> None:
        self.rows: dict[int, dict] = {}
        self.edits = 0

    def act(self, kind: str, number: int) -> None:
        there = sorted(self.rows)
        if kind == "add":
            new = max(there, default=0) + 1 + number % 2
            self.rows[new] = {"_id": new, "_uuid": f"u{new}", "meta/rootUuid": f"uuid:u{new}", "_validation_status": {}}
        elif there:
            chosen = there[number % len(there)]
            self.edits += 1
            if kind == "edit":
                self.rows[chosen] = {**self.rows[chosen], "_uuid": f"e{self.edits}", "answer": str(self.edits)}
            elif kind == "judge":
                status = {"uid": APPROVED, "timestamp": self.edits}
                self.rows[chosen] = {**self.rows[chosen], "_validation_status": status}
            else:
                del self.rows[chosen]

    def fetch(self, ids):
        return {each: self.rows[each] for each in ids if each in self.rows}


actions = st.tuples(st.sampled_from(["add", "add", "edit", "judge", "delete", "pull"]), st.integers(0, 9))


@settings(max_examples=200)
@given(st.lists(actions, max_size=40), st.integers(1, 4))
def test_after_any_history_the_raw_data_say_what_the_server_says(history, page_size):
    server, pulls = Memory(), []
    for kind, number in [*history, ("pull", 0)]:
        if kind != "pull":
            server.act(kind, number)
            continue
        rows = [server.rows[each] for each in sorted(server.rows)]
        pages = [rows[start : start + page_size] for start in range(0, len(rows), page_size)]
        found = compare(known_submissions([iter(pull) for pull in pulls]), pages)
        pulls.append([line for some in found for line in _lines(server, some, PullReport())])
        folded = fold({**line, "_id": str(line["_id"])} for pull in pulls for line in pull)
        assert sorted(folded.records, key=int) == [str(each) for each in sorted(server.rows)]
        for each, row in server.rows.items():
            record = folded.records[str(each)]
            assert (record.get("answer"), record["_uuid"]) == (row.get("answer"), f"u{each}")
            assert status_of(record) == status_of(row)
        assert all(pull == sorted(pull, key=lambda line: line["_id"]) for pull in pulls)


# Refusals


def test_two_pulls_at_once_do_not_harm_each_other(work):
    work.send(0)
    with Folder(work.root).locked(), pytest.raises(StudyError, match="another run"):
        work.pull()
    assert counts(work.pull()) == (1, 0, 0, 0)


def test_a_wave_without_a_form_on_the_server_says_what_to_do(tmp_path, owner):
    work = start_fieldwork(tmp_path, owner)
    (tmp_path / "data" / "deployments" / f"{WAVE}.csv").unlink()
    with pytest.raises(StudyError, match=rf"danvan deploy {WAVE}"):
        work.pull()
    with (tmp_path / "study.toml").open("a", encoding="utf-8") as study:
        study.write(f'[kobo.assets]\n{WAVE} = "{work.asset}"\n')
    work.send(0)
    assert counts(work.pull()) == (1, 0, 0, 0)


def test_without_a_key_nothing_is_asked_of_the_server(work, url, monkeypatch):
    work.send(0)
    monkeypatch.delenv("DANVAN_KEY_FILE")
    before = control(url, "calls").get("data", 0)
    with pytest.raises(StudyError, match="danvan key"):
        work.pull()
    assert control(url, "calls").get("data", 0) == before


def test_a_pulled_wave_runs_to_a_brief(work, url):
    rows = [row | {"_submitted_by": "dtv01"} for row in small_rows()]
    control(url, "load", {"asset": work.asset, "rows": rows})
    assert work.pull().new == 242
    (output,) = run_study(work.root)
    assert output.interviews == 240
    assert "MÔ PHỎNG" not in output.brief.read_text(encoding="utf-8")


def small_rows() -> list[dict[str, str]]:
    from tests.small_study import submissions

    return [{key: value for key, value in row.items() if key != "_uuid"} for row in submissions()]
