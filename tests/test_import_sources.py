"""The same interviews by four ways: a Kobo export, ODK Central's CSV and JSON, a spreadsheet typed in from paper."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.pipeline import import_raw_files, load_study, load_wave
from danvan_study.store import Folder, check_raw, decode_submissions
from tests.small_study import WAVE, lines, submissions, workbook, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = submissions()[:60]


def kobo_json() -> tuple[str, bytes]:
    return "export.jsonl", lines(PEOPLE)


def central_csv() -> tuple[str, bytes]:
    rows = [
        {key.replace("/", "-"): value for key, value in row.items() if not key.startswith("_")}
        | {"SubmissionDate": row["_submission_time"], "FormVersion": row["__version__"], "SubmitterID": "7"}
        | {"meta-instanceID": f"uuid:{row['_uuid']}", "KEY": f"uuid:{row['_uuid']}"}
        for row in PEOPLE
    ]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return "khao_sat.csv", stream.getvalue().encode()


def central_json() -> tuple[str, bytes]:
    rows = []
    for row in PEOPLE:
        system = {"submissionDate": row["_submission_time"], "formVersion": row["__version__"], "reviewState": None}
        nested: dict[str, object] = {"__id": f"uuid:{row['_uuid']}", "__system": system}
        for key, value in row.items():
            group, _, name = key.rpartition("/")
            if group:
                nested.setdefault(group, {})[name] = value
            elif not key.startswith("_"):
                nested[name] = value
        rows.append(nested)
    return "Submissions.json", json.dumps({"@odata.context": "x", "value": rows}).encode()


def typed_in() -> tuple[str, bytes]:
    names = [
        "_uuid",
        "start",
        "end",
        *(key for key in PEOPLE[0] if not key.startswith("_") and key not in ("start", "end")),
    ]
    plain = [name.rpartition("/")[2] for name in names]
    return "nhap_tay.xlsx", workbook({"Phiếu": [plain, *([row[name] for name in names] for row in PEOPLE)]})


@pytest.mark.parametrize("source", [central_csv, central_json, typed_in])
def test_every_way_leads_to_the_same_answers(source, tmp_path):
    interviews, answers = collected(tmp_path / "kobo", *kobo_json())
    theirs, their_answers = collected(tmp_path / "other", *source())
    pd.testing.assert_frame_equal(interviews.drop(columns="form_version"), theirs.drop(columns="form_version"))
    pd.testing.assert_frame_equal(answers, their_answers)


def collected(root: Path, name: str, content: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    write_small_study(root)
    shutil.rmtree(root / "data")
    (root / name).write_bytes(content)
    assert import_raw_files(root, WAVE, [root / name], source=name) == len(PEOPLE)
    folder = Folder(root)
    assert [file.file for file in check_raw(folder)[WAVE].files] == [f"{name}.age"]
    study, areas = load_study(folder)
    source = load_wave(folder, study.wave(WAVE), study=study, areas=areas)
    found = collect_responses(source.raw.records, codebooks=source.codebooks, study=study, wave=source.wave)
    return found.interviews, found.answers


def test_a_repeat_of_central_is_read_when_it_is_there_and_asked_for_when_not():
    record = {
        "__id": "uuid:a",
        "__system": {"formVersion": "1"},
        "home": {"visit": [{"result": "gặp", "who": {"n": 2}}]},
    }
    (read,) = decode_submissions("s.json", json.dumps({"value": [record]}).encode())
    assert read["home/visit"] == [{"home/visit/result": "gặp", "home/visit/who/n": "2"}]
    linked = record | {"visit@odata.navigationLink": "Submissions('a')/visit"}
    with pytest.raises(StudyError, match=r"repeat are not in this file.*expand"):
        decode_submissions("s.json", json.dumps({"value": [linked]}).encode())
    with pytest.raises(StudyError, match=r"SET-OF-visit"):
        decode_submissions("s.csv", b"start,meta-instanceID,KEY,SET-OF-visit\n1,uuid:a,uuid:a,a/visit\n")
