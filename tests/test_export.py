"""What leaves for other programs comes back equal by value and label, and nobody leaves with it."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.codebook import Choice, Question, QuestionKind
from danvan_study.errors import StudyError
from danvan_study.exchange import Dataset, Value, Variable, for_stata, tabulate_wave
from danvan_study.exchange.columns import code_choices
from danvan_study.exchange.labels import SPSS, Shortener
from danvan_study.exchange.names import legal_names
from danvan_study.exchange.readme import write_readme
from danvan_study.exchange.spss import missing_spans
from danvan_study.exchange.stata import missing_letters
from danvan_study.pipeline import load_study, load_wave, prepare_wave
from danvan_study.pipeline.exchange import ACCESS, Format, Manner, dataset_files, export_wave, wave_tables
from danvan_study.store import Folder
from danvan_study.store.labelled import read_labelled, write_dta
from tests import demonstration
from tests.exchange_material import FORMULA, LONG_ANSWER, LONG_QUESTION, hard_people, write_hard_study
from tests.small_study import WAVE

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = hard_people()[::5]
NAMESPACE = "{ddi:codebook:2_5}"


def wave_of(root: Path, wave_id: str) -> tuple[Dataset, dict[str, bytes]]:
    folder = Folder(root)
    study, areas = load_study(folder)
    wave = prepare_wave(load_wave(folder, study.wave(wave_id), study=study, areas=areas), study=study, areas=areas)
    dataset = tabulate_wave(wave_tables(wave), study=study, areas=areas)
    files, shortened = dataset_files(dataset, Manner(), study=study, access=ACCESS)
    page = write_readme(dataset, language="vi", files=sorted(files), shortened=shortened)
    return dataset, files | {"DOC_TRUOC.txt": page}


@pytest.fixture(scope="module")
def hard(tmp_path_factory) -> tuple[Dataset, dict[str, bytes]]:
    return wave_of(write_hard_study(tmp_path_factory.mktemp("hard"), people=PEOPLE), WAVE)


@pytest.fixture(scope="module")
def shown() -> tuple[Dataset, dict[str, bytes]]:
    return wave_of(demonstration.ROOT, "2026q3")


@pytest.fixture(scope="module", params=["hard", "shown"])
def exported(request) -> tuple[Dataset, dict[str, bytes]]:
    return request.getfixturevalue(request.param)


def file_of(files: dict[str, bytes], ending: str) -> bytes:
    (name,) = [name for name in files if name.endswith(ending) and not name.endswith("_excel.csv")]
    return files[name]


# Round trips


def test_spss_comes_back_by_value_label_and_missing_code(exported):
    dataset, files = exported
    back = read_labelled("x.sav", file_of(files, ".sav"))
    shorten = Shortener(SPSS, "vi")
    assert list(back.cells.columns) == [variable.name for variable in dataset.variables]
    for variable in dataset.variables:
        cells = pd.to_numeric(back.cells[variable.name])
        pd.testing.assert_series_equal(cells, dataset.table[variable.name], check_dtype=False)
        assert back.labels[variable.name] == shorten.variable(variable)
        wanted = {str(code): label for code, label in shorten.codes(variable).items()}
        assert back.value_labels.get(variable.name, {}) == wanted
        for value in variable.codes:
            assert back.is_missing(variable.name, str(value.code)) == bool(value.missing)


def test_stata_comes_back_by_value_label_and_missing_letter(exported):
    dataset, files = exported
    back = read_labelled("x.dta", file_of(files, ".dta"))
    for variable in dataset.variables:
        letters = {str(code): f".{letter}" for code, letter in missing_letters(variable).items()}
        wanted = [letters.get(cell, cell) for cell in map(plain, dataset.table[variable.name])]
        assert list(back.cells[variable.name]) == wanted
        full = {
            letters.get(str(value.code), str(value.code)): " ".join(value.label("vi").split())
            for value in variable.codes
        }
        assert back.value_labels.get(variable.name, {}) == full


def plain(cell: float) -> str:
    return "" if pd.isna(cell) else str(int(cell)) if cell == int(cell) else str(cell)


def test_csv_comes_back_by_value_and_says_to_excel_that_it_is_utf_8(exported):
    dataset, files = exported
    content = file_of(files, ".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    pd.testing.assert_frame_equal(back, dataset.table, check_dtype=False, rtol=1e-6)


def test_parquet_comes_back_by_value_with_its_labels_in_every_language(exported):
    dataset, files = exported
    back = pq.read_table(io.BytesIO(file_of(files, ".parquet")))
    pd.testing.assert_frame_equal(back.to_pandas(), dataset.table, check_dtype=False)
    for variable in dataset.variables:
        about = json.loads(back.schema.field(variable.name).metadata[b"danvan"])
        assert about["labels"] == variable.labels
        assert [(each["code"], each["labels"]) for each in about["values"]] == [
            (value.code, value.labels) for value in variable.codes
        ]


def test_the_csv_for_excel_holds_wordings_in_the_place_of_codes(exported):
    dataset, files = exported
    (name,) = [name for name in files if name.endswith("_excel.csv")]
    rows = list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig")), delimiter=";"))
    for variable in dataset.variables:
        wordings = {float(value.code): value.label("vi").lstrip("=") for value in variable.codes}
        for row, cell in zip(rows, dataset.table[variable.name], strict=True):
            told = row[variable.name].lstrip("'=")
            assert told == wordings[cell] if cell in wordings else pd.isna(cell) or abs(float(told) - cell) < 1e-6


def test_the_codebook_holds_every_label_whole_and_what_was_left_out(exported):
    dataset, files = exported
    book = openpyxl.load_workbook(io.BytesIO(file_of(files, "codebook.xlsx")))
    variables = {row[0]: row for row in book["Biến"].iter_rows(min_row=3, values_only=True)}
    assert {name: row[1] for name, row in variables.items()} == {
        variable.name: variable.label("vi") for variable in dataset.variables
    }
    values = [row[:3] for row in book["Giá trị"].iter_rows(min_row=3, values_only=True)]
    assert values == [
        (variable.name, value.code, value.label("vi")) for variable in dataset.variables for value in variable.codes
    ]
    assert {row[0] for row in book["Để lại"].iter_rows(min_row=3, values_only=True)} >= set(dataset.left_out)


def test_the_ddi_codebook_tells_the_same_as_the_data(exported):
    dataset, files = exported
    root = ET.fromstring(file_of(files, "ddi.xml"))
    assert root.tag == f"{NAMESPACE}codeBook"
    assert [child.tag.removeprefix(NAMESPACE) for child in root] == ["stdyDscr", "fileDscr", "dataDscr"]
    found = root.findall(f".//{NAMESPACE}var")
    assert [each.get("name") for each in found] == [variable.name for variable in dataset.variables]
    for each, variable in zip(found, dataset.variables, strict=True):
        counts = dataset.table[variable.name].value_counts()
        told = [
            (category.findtext(f"{NAMESPACE}catValu"), category.findtext(f"{NAMESPACE}labl"), category.get("missing"))
            for category in each.findall(f"{NAMESPACE}catgry")
        ]
        assert told == [
            (str(value.code), value.label("vi"), "Y" if value.missing else None) for value in variable.codes
        ]
        frequencies = [int(stat.text) for stat in each.findall(f"{NAMESPACE}catgry/{NAMESPACE}catStat")]
        assert frequencies == [int(counts.get(float(value.code), 0)) for value in variable.codes]


ORDER = ("labl", "qstn", "invalrng", "sumStat", "catgry", "varFormat")
"""Of what stands inside a variable, in the sequence of DDI-Codebook 2.5; and inside a category."""
CATEGORY = ("catValu", "labl", "catStat")


def test_the_ddi_codebook_keeps_the_sequence_of_the_standard(exported):
    root = ET.fromstring(file_of(exported[1], "ddi.xml"))
    for tag, order in (("var", ORDER), ("catgry", CATEGORY)):
        for each in root.iter(f"{NAMESPACE}{tag}"):
            places = [order.index(child.tag.removeprefix(NAMESPACE)) for child in each]
            assert places == sorted(places)
    ids = {each.get("ID") for each in root.iter() if each.get("ID")}
    assert {each.get("wgt-var") for each in root.iter() if each.get("wgt-var")} <= ids
    assert all((each.text or "").strip() or len(each) or each.attrib for each in root.iter())


def test_every_file_is_the_same_to_the_last_byte_when_it_is_made_again(hard, tmp_path):
    _, files = hard
    assert wave_of(write_hard_study(tmp_path, people=PEOPLE), WAVE)[1] == files


def test_the_order_in_which_submissions_arrived_changes_no_byte(hard, tmp_path):
    _, files = hard
    assert wave_of(write_hard_study(tmp_path, people=PEOPLE[::-1]), WAVE)[1] == files


# An independent reader


@pytest.mark.needs("pspp")
def test_pspp_reads_the_same_values_labels_and_missing_codes(exported, tmp_path):
    dataset, files = exported
    (tmp_path / "x.sav").write_bytes(file_of(files, ".sav"))
    commands = f"""GET FILE="{tmp_path}/x.sav".
SAVE TRANSLATE /OUTFILE="{tmp_path}/values.csv" /TYPE=CSV /FIELDNAMES /CELLS=VALUES.
SAVE TRANSLATE /OUTFILE="{tmp_path}/labels.csv" /TYPE=CSV /FIELDNAMES /CELLS=LABELS.
SAVE TRANSLATE /OUTFILE="{tmp_path}/valid.csv" /TYPE=CSV /FIELDNAMES /CELLS=VALUES /MISSING=RECODE.
"""
    (tmp_path / "read.sps").write_text(commands, encoding="utf-8")
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["pspp", "read.sps"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    values = pd.read_csv(tmp_path / "values.csv", na_values=[" "])
    pd.testing.assert_frame_equal(values, dataset.table, check_dtype=False, rtol=1e-5)
    shorten = Shortener(SPSS, "vi")
    with (tmp_path / "labels.csv").open(encoding="utf-8") as stream:
        wordings = list(csv.DictReader(stream))
    for variable in dataset.variables:
        told = {float(code): label for code, label in shorten.codes(variable).items()}
        for row, cell in zip(wordings, dataset.table[variable.name], strict=True):
            if cell in told:
                assert row[variable.name] == told[cell]
    valid = pd.read_csv(tmp_path / "valid.csv", na_values=[" "])
    for variable in dataset.variables:
        no_answer = dataset.table[variable.name].isin([value.code for value in variable.missing])
        assert list(valid[variable.name].isna()) == list(dataset.table[variable.name].isna() | no_answer)


# Hard examples


def test_labels_longer_than_spss_takes_are_shortened_on_purpose_told_apart_and_logged(hard):
    dataset, files = hard
    back = read_labelled("x.sav", file_of(files, ".sav"))
    (long_one, other) = [one for one in dataset.variables if one.label("vi").startswith(LONG_QUESTION[:40])]
    assert back.labels[long_one.name].endswith("…")
    assert LONG_QUESTION.startswith(back.labels[long_one.name][:-1])
    cut = back.value_labels[long_one.name]
    assert cut["1"] != cut["2"]
    assert LONG_ANSWER.startswith(cut["1"].removesuffix("… (1)"))
    assert all(len(label.encode()) <= 120 for label in cut.values())
    page = file_of(files, "DOC_TRUOC.txt").decode()
    assert f".sav {long_one.name} = 1: {cut['1']}" in page
    assert f".dta {other.name}: " in page


def test_a_label_that_a_spreadsheet_would_compute_is_written_as_text(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    folder, _ = export_wave(root, WAVE, Manner(formats=(Format.EXCEL, Format.CODEBOOK)))
    with (folder / f"{WAVE}_excel.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    cells = {cell for row in rows for cell in row.values()}
    assert f"'{FORMULA}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert "Thành thị" in cells
    sheet = openpyxl.load_workbook(folder / f"{WAVE}_codebook.xlsx")["Giá trị"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == FORMULA} == {"s"}


def test_english_labels_stand_in_a_file_of_their_own_name(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    folder, names = export_wave(root, WAVE, Manner(formats=(Format.SAV,), language="en"))
    assert names == [f"{WAVE}_en.sav", "DOC_TRUOC.txt"]
    back = read_labelled("x.sav", (folder / f"{WAVE}_en.sav").read_bytes())
    assert back.value_labels["sex"]["2"] == "Female"


def test_names_are_legal_everywhere_and_told_apart_without_regard_to_case():
    names = legal_names(["Đường làng/1", "by", "1a", "Q1", "q1", "_x", "a" * 40, "a" * 41, "str5", "…"])
    assert names == ["duong_lang_1", "by_", "v1a", "Q1", "q1_2", "x", "a" * 28, "a" * 26 + "_2", "str5_", "v"]


def choice(name: str, missing: str = "") -> Choice:
    return Choice(name=name, labels={"vi": f"Nhãn {name}"}, missing=missing)


def test_codes_follow_the_form_where_they_are_numbers_and_its_order_where_not():
    numbers = code_choices([choice("1"), choice("2"), choice("98", "dont_know")])
    assert [value.code for value in numbers] == [1, 2, 98]
    words = code_choices([choice("co"), choice("khong"), choice("kb", "dont_know"), choice("98", "refused")])
    assert [value.code for value in words] == [1, 2, 98, 99]
    zeros = code_choices([choice("01"), choice("1")])
    assert [value.code for value in zeros] == [1, 2]


def with_missing(*codes: int, answers: tuple[int, ...] = (1, 2)) -> Variable:
    real = [Value(code=code, labels={"vi": "x"}) for code in answers]
    others = [Value(code=code, labels={"vi": "x"}, missing="refused") for code in codes]
    return Variable(name="q1", source="q1", labels={"vi": "x"}, codes=(*real, *others))


def test_more_missing_codes_than_spss_takes_become_a_span_where_no_answer_lies_in_it():
    assert missing_spans(with_missing(97, 98, 99)) == [97, 98, 99]
    assert missing_spans(with_missing(95, 97, 98, 99)) == [{"lo": 95, "hi": 99}]
    assert missing_spans(with_missing(-1, 97, 98, 99)) == [{"lo": 97, "hi": 99}, -1]


def test_missing_codes_that_spss_cannot_hold_are_refused_with_a_cure():
    with pytest.raises(StudyError, match=r"4 codes for no answer .*Export to \.dta"):
        missing_spans(with_missing(90, 92, 94, 96, answers=(1, 91, 93, 95)))


def test_a_second_code_of_the_same_meaning_has_a_letter_of_its_own_in_stata():
    assert missing_letters(with_missing(98, 99)) == {98: "b", 99: "e"}
    with pytest.raises(StudyError, match="Stata takes 26"):
        missing_letters(with_missing(*range(100, 130)))


SPARSE = {
    "nobody was asked": [float("nan")] * 300,
    "the first answer late": [float("nan")] * 299 + [2.0],
    "many refuse first": [98.0] * 298 + [1.0, 2.0],
    "all refuse": [float("nan")] * 299 + [98.0],
    "fractions": [98.0] * 298 + [1.5, 2.0],
}


@pytest.mark.parametrize("codes", [(), (98,)], ids=["answers", "answers and a missing code"])
@pytest.mark.parametrize("numbers", SPARSE.values(), ids=SPARSE)
def test_a_question_that_few_were_asked_is_written_for_stata(numbers, codes):
    table = pd.DataFrame({"q1": numbers})
    dataset = Dataset(name="w", titles={"vi": "x"}, variables=(with_missing(*codes),), table=table)
    written, options, _ = for_stata(dataset, "vi")
    back = read_labelled("w.dta", write_dta(written, **options)).cells["q1"].tolist()
    letters = {98.0: ".b"} if codes else {}
    assert back == ["" if math.isnan(number) else letters.get(number, f"{number:g}") for number in numbers]


# Nobody leaves


SECRETS = ("worry_open", "slip_code", "interviewer", "village", "_uuid", "ethnic_band", "Đường làng xấu")


def test_no_column_that_leads_to_a_person_leaves(hard):
    dataset, files = hard
    assert {"worry_open", "slip_code", "interviewer", "village", "ethnic_band", "start"} <= set(dataset.left_out)
    told = {variable.source for variable in dataset.variables} | {variable.name for variable in dataset.variables}
    assert not told & set(SECRETS)
    written = b"".join(content for name, content in files.items() if name.endswith((".sav", ".dta", ".csv")))
    assert not [secret for secret in ("a-0-00", "b-11-20", "Đường làng xấu") if secret.encode() in written]


def test_a_withheld_field_stays_in_the_office(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    text = (root / "study.toml").read_text(encoding="utf-8")
    (root / "study.toml").write_text(text + '\n[collect]\nwithhold = ["children"]\n', encoding="utf-8")
    dataset, _ = wave_of(root, WAVE)
    assert "children" not in [variable.name for variable in dataset.variables]


def test_a_dataset_holds_numbers_only():
    variable = Variable(name="hash", labels={"vi": "x"})
    with pytest.raises(ValueError, match="number"):
        Dataset(name="w", titles={"vi": "x"}, variables=(variable,), table=pd.DataFrame({"hash": ["9f86d081884c"]}))


# The command


def test_the_command_writes_the_folder_and_says_what_is_in_it(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    result = CliRunner().invoke(app, ["--study", str(root), "export", WAVE, "--format", "csv-excel"])
    assert result.exit_code == 0, result.output
    assert f"{WAVE}_excel.csv" in result.output
    assert (
        ";" in (root / "data" / "exports" / WAVE / f"{WAVE}_excel.csv").read_text(encoding="utf-8-sig").split("\n")[0]
    )


def test_a_folder_that_holds_other_things_is_not_replaced(tmp_path):
    root = write_hard_study(tmp_path / "study", people=PEOPLE)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thu.docx").write_bytes(b"x")
    with pytest.raises(StudyError, match=r"other things \(thu\.docx\)"):
        export_wave(root, WAVE, Manner(formats=(Format.CSV,)), to=other)
    assert [path.name for path in other.iterdir()] == ["thu.docx"]


def test_an_export_of_fewer_formats_replaces_the_one_before(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    export_wave(root, WAVE, Manner(formats=(Format.CSV, Format.EXCEL)))
    folder, _ = export_wave(root, WAVE, Manner(formats=(Format.CSV,)))
    assert sorted(path.name for path in folder.iterdir()) == [f"{WAVE}.csv", "DOC_TRUOC.txt"]


def test_a_repeat_has_a_column_for_each_turn():
    from danvan_study.exchange.tabulate import _turns

    question = Question(
        name="tre", path="nha/tre", kind=QuestionKind.INTEGER, type_as_written="integer", labels={}, repeat="nha"
    )
    assert _turns(question, ["tre[1]", "tre[2]", "treo"]) == ["tre[1]", "tre[2]"]
