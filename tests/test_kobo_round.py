"""The whole round on the stand-in, by the commands that an office types: form out, answers back, brief."""

from __future__ import annotations

import csv
import sys

import pytest

from danvan_study.cli import main
from danvan_study.kobo import Submissions
from danvan_study.pipeline.deployments import read_deployments
from danvan_study.store import Folder
from tests.kobo_contract.fixtures import ENUMERATOR, ENUMERATOR_TOKEN, OWNER_TOKEN, account, standin
from tests.kobo_study import Fieldwork, write_field_study
from tests.small_study import WAVE


@pytest.fixture
def danvan(tmp_path, monkeypatch, capsys):
    """Return a function that types a ``danvan`` command and returns what it prints."""
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)
    monkeypatch.setenv("COLUMNS", "200")

    def type_command(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["danvan", "--study", str(tmp_path), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert not ended.value.code, printed.err
        return printed.out + printed.err

    return type_command


@pytest.mark.usefixtures("vietnamese")
def test_form_out_answers_back_edits_and_deletions_and_a_brief(tmp_path, danvan, monkeypatch):
    with standin("--page-size=25") as url:
        monkeypatch.setenv("DANVAN_KEY_FILE", str(tmp_path.parent / f"{tmp_path.name}.key"))
        root = write_field_study(tmp_path, url)
        assert "DANVAN_KEY_FILE" in danvan("key", str(tmp_path.parent / f"{tmp_path.name}.key"))
        assert "sẽ nạp form.xlsx" in danvan("deploy", WAVE, "--dry-run")
        assert "đang nạp form.xlsx" in danvan("deploy", WAVE)
        assert "không có gì thay đổi" in danvan("deploy", WAVE)
        assert "dtv02.html" in danvan("roster", WAVE)
        danvan("slips", WAVE, "--count", "3")

        deployed = read_deployments(Folder(root), WAVE)[-1]
        owner = account(url)
        tablets = [account(url, ENUMERATOR, ENUMERATOR_TOKEN), account(url, "dtv02", "s3cond")]
        work = Fieldwork(root=root, owner=owner, asset=deployed.asset, version=deployed.version)
        for person in range(120):
            xml = work.xml(person)
            assert tablets[person % 2].submit(xml) == 201
            assert tablets[person % 2].submit(xml) == 202  # a tablet that is not sure sends again
        assert "120 phiếu mới" in danvan("pull", WAVE)

        rows = list(work.rows().items())
        (edited, before), (deleted, _) = rows[3], rows[4]
        assert {row["_submitted_by"] for _, row in rows} == {"dtv01", "dtv02"}
        new = "5" if before["living/life_overall"] != "5" else "1"
        assert owner.submit(work.xml(3, replaces=edited, living__life_overall=new)) == 201
        Submissions(owner.connection(), deployed.asset).delete(work.rows()[deleted]["_id"])
        assert "0 phiếu mới, 1 sửa, 0 đánh giá lại, 1 bị xoá" in danvan("pull", WAVE)
        assert "0 phiếu mới, 0 sửa, 0 đánh giá lại, 0 bị xoá" in danvan("pull", WAVE)

        assert "119 phiếu dùng" in danvan("run", WAVE)
        danvan("close", WAVE)
        assert tablets[0].submit(work.xml(1)) == 405

    processed = root / "data" / "processed" / WAVE
    brief = (processed / "brief.html").read_text(encoding="utf-8")
    assert "MÔ PHỎNG" not in brief
    with (processed / "removed.csv").open(encoding="utf-8") as stream:
        assert [(row["submission"], row["reason"]) for row in csv.DictReader(stream)] == [
            (deleted, "deleted_on_server")
        ]
    import pandas as pd

    answers = pd.read_parquet(processed / "answers.parquet")
    theirs = answers[(answers["respondent"] == edited) & (answers["question"] == "life_overall")]
    assert list(theirs["answer"]) == [new]
    for path in (root / "data" / "raw" / WAVE).glob("pull-*"):
        assert path.read_bytes().startswith(b"age-encryption.org")
