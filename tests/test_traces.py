"""Positions and event logs: sealed on the way in, looked at by the checks, and nowhere to be read afterwards."""

from __future__ import annotations

import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import check_fieldwork, keep_wave_traces, monitor_wave
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.fieldwork.withdraw import destroy_links
from danvan_study.pipeline.monitoring import forget_respondents
from danvan_study.store import Folder, Manifest, read_rows, read_sealed, write_raw_wave
from danvan_study.tables import Findings
from tests.small_study import WAVE, lines, submissions, write_small_study

FOLDER = f"data/processed/{WAVE}-fieldwork"
PEOPLE = [record["_uuid"] for record in submissions() if "village" in record]
FAR = "22.345678"
HASTY = "b-2-07"


def positions():
    rows = [f"{who},{FAR if who == 'a-0-00' else f'21.500{number:03}'},105.8,9" for number, who in enumerate(PEOPLE)]
    return "respondent,latitude,longitude,accuracy\n" + "\n".join(rows)


def events():
    """Ten questions of ten seconds each, two visits to every one; one person is through in three."""
    lines = ["respondent,event,node,start,end"]
    for who in PEOPLE:
        length = 1500 if who == HASTY else 5000
        for visit in range(20):
            start = 1_752_000_000_000 + visit * 10_000
            lines.append(f"{who},question,/data/living[1]/q{visit % 10},{start},{start + length}")
        lines.append(f"{who},form exit,,1752000000000,")
    return "\n".join(lines)


@pytest.fixture
def study(tmp_path):
    root = write_small_study(tmp_path / "study")
    for name, text in {"positions.csv": positions(), "audit.csv": events()}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    kept = keep_wave_traces(root, WAVE, [tmp_path / "positions.csv", tmp_path / "audit.csv"])
    assert kept == [f"{FOLDER}/traces/positions.csv.age", f"{FOLDER}/traces/events.csv.age"]
    return root


def found(root):
    findings, _ = check_fieldwork(root, WAVE)
    return {
        check: set(theirs[Findings.respondent])
        for check, theirs in findings.groupby(Findings.check)
        if check in {"interview_lies_in_its_village", "questions_are_given_time", "screen_time_is_plausible"}
    }


def test_the_checks_see_them(study) -> None:
    assert found(study) == {
        "interview_lies_in_its_village": {"a-0-00"},
        "questions_are_given_time": {HASTY},
        "screen_time_is_plausible": {HASTY},
    }


def test_without_them_the_checks_say_nothing(tmp_path) -> None:
    assert found(write_small_study(tmp_path)) == {}


def test_no_position_can_be_read_in_the_study_afterwards(study) -> None:
    monitor_wave(study, WAVE)
    for path in sorted(study.rglob("*")):
        assert path.is_dir() or FAR.encode() not in path.read_bytes(), path


def test_who_withdraws_is_gone_from_findings_and_traces(study) -> None:
    monitor_wave(study, WAVE)
    folder = Folder(study)
    forget_respondents(folder, WAVE, {HASTY})
    assert [path.name for path in sorted((study / FOLDER).iterdir())] == ["traces"]
    assert all(HASTY.encode() not in content for content in read_sealed(folder, f"{FOLDER}/traces").values())
    assert found(study) == {"interview_lies_in_its_village": {"a-0-00"}}


def as_of_real_people(root):
    """Take the wave for one from the field: nobody locks a simulation."""
    folder = Folder(root)
    folder.destroy("data/raw")
    head = Manifest(wave=WAVE, provenance="field", source="thử", received_at="2025-09-01", seed=None, files=())
    write_raw_wave(folder, head, {"submissions.jsonl": lines(submissions())})
    return root


def test_the_lock_leaves_no_trace_no_finding_and_no_sheet(study) -> None:
    as_of_real_people(study)
    monitor_wave(study, WAVE)
    sheets = study / CodingNames(wave=WAVE).sheets
    Folder(study).write_file(CodingNames(wave=WAVE).sheet("coder", "worry_open", "c1"), b"words")
    assert {path.name for path in (study / FOLDER / "traces").iterdir()} == {"positions.csv.age", "events.csv.age"}
    assert found(study).keys() >= {"interview_lies_in_its_village"}
    destroy_links(Folder(study), WAVE)
    assert not (study / FOLDER).exists()
    assert not sheets.exists()
    assert not list(study.rglob("*positions*"))
    assert read_sealed(Folder(study), f"{FOLDER}/traces") == {}
    assert found(study) == {}
    log = read_rows((study / "data/logs/retention.csv").read_bytes(), "retention.csv")
    assert {(line["kind"], line["path"]) for line in log} >= {
        ("fieldwork", FOLDER),
        ("coding_sheets", CodingNames(wave=WAVE).sheets),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "this is no table of positions or events"),
        (
            "respondent,latitude,longitude,accuracy\na-0-00,21.5,105.8,9\na-0-01,21;5,105.8,9\n",
            "row 3, column latitude",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_and_not_kept(tmp_path, text, message) -> None:
    root = write_small_study(tmp_path / "study")
    (tmp_path / "wrong.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=f"wrong.csv.*{message}"):
        keep_wave_traces(root, WAVE, [tmp_path / "wrong.csv"])
    assert not (root / FOLDER).exists()
