"""The whole road on a small study: what comes out, what stops it, and that nothing half-made is left."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import (
    check_study,
    import_raw_files,
    load_study,
    load_wave,
    prepare_wave,
    run_study,
)
from danvan_study.store import Folder, write_corrections
from tests.small_study import STUDY, WAVE, lines, submissions, write_small_study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _same_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name one commit in every output, also while somebody commits beside the tests."""
    monkeypatch.setattr("danvan_study.pipeline.result.read_commit", lambda: "0" * 40)


def tree(folder: Path) -> dict[str, str]:
    """Hash every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_the_road_leads_from_raw_data_to_a_brief(tmp_path: Path) -> None:
    (output,) = run_study(write_small_study(tmp_path))
    assert (output.submissions, output.interviews) == (242, 240)
    made = tmp_path / "data" / "processed" / WAVE
    assert {"brief.html", "brief.docx", "published.csv", "estimates.parquet", "run.json"} <= {
        path.name for path in made.iterdir()
    }
    assert "SỐ LIỆU MÔ PHỎNG" in (made / "brief.html").read_text(encoding="utf-8")


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    run_study(tmp_path)
    first = tree(tmp_path / "data" / "processed")
    run_study(tmp_path, again=True)
    assert tree(tmp_path / "data" / "processed") == first


def test_the_run_record_accounts_for_every_file_and_row(tmp_path: Path) -> None:
    run_study(write_small_study(tmp_path))
    made = tmp_path / "data" / "processed" / WAVE
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert record["rows"][WAVE]["collect"] == {"in": 242, "out": 240}
    assert record["seeds"] == {WAVE: 1}
    outputs = tree(made)
    del outputs["run.json"]
    assert record["outputs"] == outputs
    inputs = {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in record["inputs"]}
    assert record["inputs"] == inputs
    assert {"study.toml", "form.xlsx", "areas.csv", "margin_sex.csv"} <= set(inputs)


def test_free_text_never_leaves_the_raw_folder(tmp_path: Path) -> None:
    run_study(write_small_study(tmp_path))
    for path in (tmp_path / "data" / "processed").rglob("*"):
        if path.suffix == ".parquet":
            assert not pd.read_parquet(path).isin(["Đường làng xấu"]).any(axis=None)
        elif path.is_file():
            assert "Đường làng xấu".encode() not in path.read_bytes()


def test_weights_add_up_to_the_population(tmp_path: Path) -> None:
    run_study(write_small_study(tmp_path))
    made = tmp_path / "data" / "processed" / WAVE
    weights = pd.read_parquet(made / "weights.parquet").merge(pd.read_parquet(made / "respondents.parquet"))
    assert weights.groupby("area")["weight"].sum().to_dict() == {
        "2025-06-30:001": 6_000_000_000,
        "2025-06-30:002": 4_000_000_000,
    }


def test_damaged_raw_data_stop_the_run_and_leave_the_old_outputs(tmp_path: Path) -> None:
    run_study(write_small_study(tmp_path))
    before = tree(tmp_path / "data" / "processed")
    path = tmp_path / "data" / "raw" / WAVE / "submissions.jsonl"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(StudyError, match=r"submissions.jsonl: its SHA-256 is [0-9a-f]{64}.*says [0-9a-f]{64}"):
        run_study(tmp_path)
    assert tree(tmp_path / "data" / "processed") == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('file = "areas.csv"', 'file = "places.csv"', r"\[areas\] file: .*places.csv.* missing"),
        ('forms = ["form.xlsx"]', 'forms = ["no.xlsx"]', r"wave 2025q3 forms: .*no.xlsx.* missing"),
        ('file = "margin_sex.csv"', 'file = "no.csv"', r'margin.*"no.csv" is missing'),
        ('level = "district"', 'level = "commune"', r"areas.csv: no area has the vintage"),
        ('question = "consent_part"', 'question = "consent"', r'no question "consent"'),
        ("[publication]", '[index]\ntopics = ["LIV"]\n\n[publication]', r'\[index\] topics: .*no topic "LIV"'),
    ],
)
def test_what_study_toml_names_must_be_there(tmp_path: Path, old: str, new: str, message: str) -> None:
    write_small_study(tmp_path, study=STUDY.replace(old, new))
    with pytest.raises(StudyError, match=message):
        run_study(tmp_path)
    assert not (tmp_path / "data" / "processed" / WAVE).exists()


def test_a_margin_that_does_not_add_up_is_told_with_both_numbers(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    (tmp_path / "margin_sex.csv").write_text("sex,population,source\n1,4900,thử\n2,5200,thử\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        run_study(tmp_path)
    assert "margin_sex.csv" in str(caught.value)
    assert "10100" in str(caught.value).replace(",", "").replace(".0", "")
    assert "10000" in str(caught.value).replace(",", "").replace(".0", "")


def test_corrections_reach_the_groups_and_the_weights(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    row = dict.fromkeys(
        ("respondent", "question", "old_value", "new_value", "action", "reason", "check", "decided_by", "decided_at"),
        "",
    )
    folder = Folder(tmp_path)
    old = next(record["sex"] for record in submissions() if record["_uuid"] == "a-0-00")
    new = "2" if old != "2" else "1"
    change = {"respondent": "a-0-00", "question": "sex", "old_value": old, "new_value": new, "action": "change"}
    write_corrections(
        folder,
        f"data/corrections/{WAVE}.csv",
        [row | change, row | {"respondent": "a-0-01", "action": "remove", "reason": "thử"}],
    )
    study, areas = load_study(folder)
    prepared = prepare_wave(load_wave(folder, study.wave(WAVE), study=study, areas=areas), study=study, areas=areas)
    people = prepared.respondents.set_index("respondent")
    assert people.loc["a-0-00", "sex"] == new
    assert "a-0-01" not in people.index
    assert prepared.rows["clean"] == {"in": 240, "out": 239}
    assert len(prepared.removed) + len(people) == 242


def test_checking_a_study_writes_nothing(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    before = tree(tmp_path)
    assert any("242" in str(line) for line in check_study(tmp_path))
    assert tree(tmp_path) == before


def test_imported_field_data_are_stored_as_received_and_not_marked_simulated(tmp_path: Path) -> None:
    source = write_small_study(tmp_path / "source")
    export = tmp_path / "export.jsonl"
    export.write_bytes(lines(submissions(seed=2)))
    study = write_small_study(tmp_path / "study")
    (study / "data" / "raw" / WAVE / "MANIFEST.jsonl").unlink()
    (study / "data" / "raw" / WAVE / "submissions.jsonl").unlink()
    assert import_raw_files(study, WAVE, [export], source="KoboToolbox") == 242
    stored = study / "data" / "raw" / WAVE / "export.jsonl.age"
    assert Folder(study).vault().open(stored.read_bytes(), stored.name) == export.read_bytes()
    run_study(study)
    brief = (study / "data" / "processed" / WAVE / "brief.html").read_text(encoding="utf-8")
    assert "MÔ PHỎNG" not in brief
    with pytest.raises(StudyError, match="already"):
        import_raw_files(source, WAVE, [export], source="KoboToolbox")
