"""Every result comes out of the raw data again, elsewhere and byte by byte; what doesn't is named with its stage."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import run_study, verify_study
from danvan_study.pipeline import verify as verify_module
from danvan_study.pipeline.verify import first_difference
from danvan_study.store import Folder
from tests.small_study import WAVE, write_small_study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_small_study(tmp_path_factory.mktemp("made") / "study")
    run_study(root, [WAVE])
    return root


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "study"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    """Take the results as they were made, so that a test of what differs need not wait for another process."""

    def copy_results(copy: Path, words: list[str]) -> None:
        assert words[0] == "run"
        shutil.copytree(made / "data/processed", copy / "data/processed")

    monkeypatch.setattr(verify_module, "run_apart", copy_results)


def test_all_results_are_made_again_in_other_surroundings(made: Path) -> None:
    (verdict,) = verify_study(made)
    assert verdict.by_bytes
    assert verdict.same_code
    assert not verdict.differences
    assert verdict.files == len(Folder(made).files(f"data/processed/{WAVE}"))


def change(root: Path, name: str, column: str, value: object) -> None:
    path = root / "data/processed" / WAVE / name
    table = pd.read_parquet(path)
    table.loc[3, column] = value
    table.to_parquet(path)


@pytest.mark.usefixtures("quick")
def test_the_first_stage_that_differs_is_named_with_its_first_row(study: Path) -> None:
    change(study, "estimates.parquet", "estimate", 12.5)
    change(study, "published.parquet", "estimate", 12.5)
    (study / "data/processed" / WAVE / "brief.html").write_text("?", encoding="utf-8")
    (verdict,) = verify_study(study)
    assert [each.stage for each in verdict.differences] == ["estimate", "publish", "brief"]
    assert verdict.differences[0].what.startswith("dòng 4, cột estimate: 12.5 ở đây")
    assert "1 byte ở đây" in verdict.differences[2].what


@pytest.mark.usefixtures("quick")
def test_of_people_only_the_place_is_told(study: Path) -> None:
    change(study, "answers.parquet", "answer", "a secret")
    (verdict,) = verify_study(study)
    assert verdict.differences[0].stage == "collect"
    assert verdict.differences[0].what == "dòng 4, cột answer"


@pytest.mark.usefixtures("quick")
def test_missing_and_additional_results_are_named(study: Path) -> None:
    (study / "data/processed" / WAVE / "brief.docx").unlink()
    (study / "data/processed" / WAVE / "more.txt").write_text("?", encoding="utf-8")
    (verdict,) = verify_study(study)
    assert {each.file: each.what for each in verdict.differences} == {
        "brief.docx": "chỉ có khi làm lại",
        "more.txt": "chỉ có ở đây",
    }


@pytest.mark.usefixtures("quick")
def test_with_another_library_published_figures_are_compared_and_it_is_said(study: Path) -> None:
    path = study / "data/processed" / WAVE / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["versions"]["pandas"] = "2.0"
    path.write_text(json.dumps(record), encoding="utf-8")
    change(study, "estimates.parquet", "estimate", 12.5)
    (verdict,) = verify_study(study)
    assert not verdict.by_bytes
    assert not verdict.differences
    published = study / "data/processed" / WAVE / "published.csv"
    table = pd.read_csv(published, dtype="str", keep_default_na=False)
    table.loc[0, "estimate"] = "99"
    table.to_csv(published, index=False)
    assert verify_study(study)[0].differences[0].what.startswith("dòng 1, cột estimate: 99 ở đây")


@pytest.mark.usefixtures("quick")
def test_a_result_that_was_tampered_with_makes_the_verb_fail(study: Path) -> None:
    path = study / "data/processed" / WAVE / "published.csv"
    path.write_bytes(path.read_bytes().replace(b"share", b"SHARE", 1))
    done = CliRunner().invoke(app, ["--study", str(study), "verify"])
    assert done.exit_code == 1
    assert "khác từ khâu publish" in done.stderr
    assert "published.csv: dòng" in done.stderr


def test_what_was_not_run_and_what_can_not_be_made_again_is_one_message(study: Path) -> None:
    with pytest.raises(StudyError, match="no results of 2031q1"):
        verify_study(study, ["2031q1"])
    (study / "form.xlsx").write_bytes(b"no form")
    with pytest.raises(StudyError, match=r"made again elsewhere: .*form\.xlsx"):
        verify_study(study)


@given(st.data())
def test_the_first_difference_is_where_it_was_put(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 8))
    cells = st.one_of(st.none(), st.integers(0, 5).map(str))
    columns = {name: data.draw(st.lists(cells, min_size=rows, max_size=rows)) for name in "abc"}
    table = pd.DataFrame(columns)
    assert first_difference(table, table.copy(), tell=True) == ""
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.sampled_from("abc"))
    other = table.copy()
    other.loc[row, column] = "another"
    told = first_difference(table, other, tell=True)
    assert told.startswith(f"dòng {row + 1}, cột {column}: ")
    assert "another" in told
    assert "another" not in first_difference(table, other, tell=False)


def test_a_table_with_fewer_rows_or_other_columns_differs() -> None:
    table = pd.read_csv(io.StringIO("a,b\n1,2\n3,4\n"))
    assert first_difference(table, table.head(1), tell=True) == "2 dòng ở đây, 1 dòng khi làm lại"
    assert first_difference(table, table.rename(columns={"b": "c"}), tell=True) == "cột khác: b, c"
    assert first_difference(table, table[["b", "a"]], tell=True) == "cột khác: thứ tự"
