"""Every result comes out of the raw data again, elsewhere and byte by byte; what doesn't is named with its stage."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import Edition, load_study, run_chapters, verify_study, write_brief
from danvan_study.pipeline import verify as verify_module
from danvan_study.pipeline.differences import SAME_CELLS, find_difference, first_difference
from danvan_study.pipeline.exchange import Format, Manner, export_wave
from danvan_study.pipeline.explain import explain_figure
from danvan_study.pipeline.makings import find_makings
from danvan_study.store import Folder, copy_apart
from danvan_study.store.labelled import write_sav
from tests.small_study import WAVE, workbook, write_small_study

if TYPE_CHECKING:
    from click.testing import Result

PUBLISHED = 11
"""Published tables of the small study, in CSV and Parquet."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    """Take the results as they were made, so that a test of what differs need not wait for another process."""

    def copy_results(copy: Path, words: tuple[str, ...]) -> None:
        assert words == ("run", WAVE)
        shutil.copytree(made / "data/processed", copy / "data/processed")

    monkeypatch.setattr(verify_module, "run_apart", copy_results)


def write_chapter(root: Path) -> None:
    cells = [
        nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]}, id="parameters"),
        nbformat.v4.new_code_cell("import pandas as pd\npd.DataFrame({'wave': [WAVE]})", id="table"),
    ]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    Folder(root).write_file("notebooks/10_chapter.ipynb", content.encode())


def test_everything_that_was_made_is_made_again_in_other_surroundings(study: Path) -> None:
    write_chapter(study)
    run_chapters(study, WAVE)
    export_wave(study, WAVE, Manner(formats=(Format.SAV, Format.DTA, Format.EXCEL), language="en"))
    write_brief(study, WAVE, Edition(language="en"))
    verdicts = verify_study(study)
    assert [each.folder for each in verdicts] == [
        f"data/processed/{WAVE}",
        f"data/processed/chapters-{WAVE}",
        f"data/processed/brief-{WAVE}-Q-en",
        f"data/exports/{WAVE}",
    ]
    for each in verdicts:
        assert (each.by_bytes, each.others, each.differences) == (True, (), ())
        assert each.files == len(Folder(study).files(each.folder))
    endings = {Path(name).suffix for each in verdicts for name in Folder(study).files(each.folder)}
    assert endings >= {".parquet", ".csv", ".html", ".docx", ".pdf", ".xlsx", ".png", ".sav", ".dta", ".ipynb"}


EXPORTED = {
    "all": (("{}.sav", "{}.dta", "{}.csv", "{}_excel.csv", "{}.parquet", "{}_codebook.xlsx", "{}_ddi.xml"), "vi"),
    "English labels": (("{}_en.sav", "{}_en.dta"), "en"),
    "one for Excel": (("{}_excel.csv",), "vi"),
    "one for Excel, English": (("{}_en_excel.csv",), "en"),
    "without answers": (("{}_codebook.xlsx", "{}_ddi.xml"), "vi"),
}
FORMATS = {".sav": "sav", ".dta": "dta", ".csv": "csv", "_excel.csv": "csv-excel", ".parquet": "parquet"}
FORMATS |= {"_codebook.xlsx": "codebook-xlsx", "_ddi.xml": "ddi"}


@pytest.mark.parametrize(("names", "language"), EXPORTED.values(), ids=EXPORTED)
def test_the_names_of_exported_files_tell_how_they_were_made(tmp_path: Path, names, language) -> None:
    folder = Folder(write_small_study(tmp_path))
    for name in (*names, "DOC_TRUOC.txt"):
        folder.write_file(f"data/exports/{WAVE}/{name.format(WAVE)}", b"")
    found, _ = load_study(folder)
    words = find_makings(folder, found, [WAVE], reviews=True)[-1].words
    formats = [FORMATS[name.removeprefix("{}").removeprefix("_en")] for name in names]
    assert words == ("export", WAVE, *(word for one in formats for word in ("--format", one)), "--lang", language)


def told_by_verify(root: Path) -> Result:
    return CliRunner().invoke(app, ["--study", str(root), "verify"])


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
    assert str(verdict.differences[1].what).startswith("row 4, column estimate: 12.5 here")
    assert str(verdict.differences[2].what).startswith("line 1 (1 and ")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("answers.parquet", "answer", "a secret"), ("estimates.parquet", "n", 3)],
)
def test_of_people_and_of_what_was_held_back_only_the_place_is_told(study: Path, name, column, value) -> None:
    change(study, name, column, value)
    (verdict,) = verify_study(study)
    assert str(verdict.differences[0].what) == f"row 4, column {column}"


@pytest.mark.usefixtures("quick")
def test_missing_and_additional_results_are_named(study: Path) -> None:
    (study / "data/processed" / WAVE / "brief.docx").unlink()
    (study / "data/processed" / WAVE / "more.txt").write_text("?", encoding="utf-8")
    (verdict,) = verify_study(study)
    assert {each.file: str(each.what) for each in verdict.differences} == {
        "brief.docx": "only there when made again",
        "more.txt": "only here",
    }


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.usefixtures("quick")
def test_with_another_library_published_figures_are_compared_and_it_is_said(study: Path) -> None:
    path = study / "data/processed" / WAVE / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    now = record["versions"]["pandas"]
    record["versions"]["pandas"] = "2.0"
    path.write_text(json.dumps(record), encoding="utf-8")
    (verdict,) = verify_study(study)
    assert (verdict.by_bytes, verdict.others, verdict.differences) == (True, (f"pandas 2.0 → {now}",), ())
    change(study, "estimates.parquet", "estimate", 12.5)
    written = study / "data/processed" / WAVE / "published.parquet"
    pd.read_parquet(written).to_parquet(written, compression="gzip")  # other bytes, the same cells
    (verdict,) = verify_study(study)
    assert (verdict.by_bytes, verdict.files, verdict.differences) == (False, PUBLISHED, ())
    assert f"(so từng ô của bảng công bố; bằng pandas 2.0 → {now})" in told_by_verify(study).stdout
    published = study / "data/processed" / WAVE / "published.csv"
    table = pd.read_csv(published, dtype="str", keep_default_na=False)
    table.loc[0, "estimate"] = "99"
    table.to_csv(published, index=False)
    assert str(verify_study(study)[0].differences[0].what).startswith("dòng 1, cột estimate: 99 ở đây")


@pytest.mark.usefixtures("quick")
def test_a_file_of_which_half_is_left_is_a_difference_and_a_damaged_record_a_message(study: Path) -> None:
    part = study / "data/processed" / WAVE
    for name in ("published.parquet", "annex.xlsx", "brief.docx"):
        (part / name).write_bytes((part / name).read_bytes()[:1000])
    (verdict,) = verify_study(study)
    assert {each.file for each in verdict.differences} == {"published.parquet", "annex.xlsx", "brief.docx"}
    assert all(str(each.what).startswith("it can't be read; 1000 bytes here") for each in verdict.differences)
    for record in (b"", b"[]", b'{"versions": 3}'):
        (part / "run.json").write_bytes(record)
        for again in (verify_study, lambda root: explain_figure(root, WAVE, "sat")):
            with pytest.raises(StudyError, match=r"run\.json: it is damaged"):
                again(study)


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.usefixtures("quick")
def test_a_result_that_was_tampered_with_makes_the_verb_fail(study: Path) -> None:
    path = study / "data/processed" / WAVE / "published.csv"
    path.write_bytes(path.read_bytes().replace(b"share", b"SHARE", 1))
    done = told_by_verify(study)
    assert done.exit_code == 1
    assert "khác từ khâu publish" in done.stderr
    assert "published.csv: dòng" in done.stderr


def test_what_was_not_run_and_what_can_not_be_made_again_is_one_message(study: Path) -> None:
    with pytest.raises(StudyError, match="no results of 2031q1"):
        verify_study(study, ["2031q1"])
    (study / "form.xlsx").write_bytes(b"no form")
    with pytest.raises(StudyError, match=r"made again elsewhere: .*form\.xlsx"):
        verify_study(study)


def test_a_file_of_the_study_that_cannot_be_read_is_named_and_not_the_copy(tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").mkdir()
    with pytest.raises(StudyError) as caught, copy_apart(tmp_path, ["form.xlsx"]):
        pass
    assert caught.value.told("en") == "form.xlsx: it can't be read (Is a directory). Check its permissions."


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
    told = str(first_difference(table, other, tell=True))
    assert told.startswith(f"row {row + 1}, column {column}: ")
    assert "another" in told
    assert "another" not in str(first_difference(table, other, tell=False))


def test_a_table_with_fewer_rows_or_other_columns_differs() -> None:
    table = pd.read_csv(io.StringIO("a,b\n1,2\n3,4\n"))
    others = {
        "2 rows here, 1 when made again": table.head(1),
        "other columns: b, c": table.rename(columns={"b": "c"}),
        "other columns: their order": table[["b", "a"]],
    }
    assert [str(first_difference(table, other, tell=True)) for other in others.values()] == [*others]


def document(text: str) -> bytes:
    stream, written = io.BytesIO(), docx.Document()
    written.add_paragraph(text)
    written.save(stream)
    return stream.getvalue()


TABLE = pd.DataFrame({"a": ["1", "2"], "b": ["x", "y"]})
OTHER = TABLE.assign(b=["x", "z"])
SHEETS = {"one": [["a"], [1]], "two": [["b"], [2]]}
CHANGED = SHEETS | {"two": [["b"], [3]]}
PAIRS = {
    "table.csv": (TABLE.to_csv(index=False).encode(), OTHER.to_csv(index=False).encode(), "row 2, column b: y here, z"),
    "table.sav": (write_sav(TABLE), write_sav(OTHER), "row 2, column b: y here, z"),
    "same.csv": (b"a\n1\n", b"a\r\n1\r\n", str(SAME_CELLS)),
    "annex.xlsx": (
        workbook(SHEETS),
        workbook(CHANGED),
        'sheet "two": row 2, column 0: 2 here, 3',
    ),
    "fewer.xlsx": (workbook(SHEETS), workbook({"one": SHEETS["one"]}), 'the sheet "two" is only here'),
    "more.xlsx": (workbook({"one": SHEETS["one"]}), workbook(SHEETS), 'the sheet "two" is only there when made again'),
    "brief.docx": (document("mười"), document("một"), "part word/document.xml, line"),
    "brief.html": (b"<p>\nten\n", b"<p>\none\n", "line 2"),
    "chapter.ipynb": (b"{\n1\n}", b"{\n1\n}\n\n", "line 4 (3 and 4 lines)"),
    "chart.png": (b"12", b"1", "2 bytes here, 1 when made again"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_of_every_kind_of_file_the_first_place_that_differs_is_named(name: str) -> None:
    mine, made, told = PAIRS[name]
    assert find_difference(name, mine, mine, tell=True) == ""
    assert str(find_difference(name, mine, made, tell=True)).startswith(told)


def test_values_of_people_are_told_of_no_kind_of_table() -> None:
    for name in ("table.csv", "table.sav"):
        mine, made, _ = PAIRS[name]
        assert str(find_difference(name, mine, made, tell=False)) == "row 2, column b"
