"""A new study folder: what the kit lays is sound, explained line by line, and the demonstration's own in kind."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from danvan_study.areas.seeds import SEEDS
from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.field.retention import FOREVER, KINDS
from danvan_study.form.sheets import read_sheets
from danvan_study.pipeline import (
    NewStudy,
    check_areas,
    check_study,
    init_study,
    lint_file,
    load_study,
    write_margins,
    write_place_lists,
)
from danvan_study.store import Folder, freeze, read_seed

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("province", "district")


def lay(target: Path, *, province: str = "dien-bien", districts: tuple[str, ...] = ()) -> Path:
    init_study(target, NewStudy(wave="2027q1", province=province, districts=districts))
    return target


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def survey_of(path: Path) -> list[dict[str, str]]:
    return read_sheets(path.read_bytes(), source=path.name)["survey"]


def choices_of(path: Path) -> list[dict[str, str]]:
    return read_sheets(path.read_bytes(), source=path.name)["choices"]


@pytest.mark.parametrize("province", [seed.name for seed in SEEDS])
def test_every_province_of_the_kit_makes_a_study_that_passes_its_own_checks(tmp_path, province):
    study = lay(tmp_path / "study", province=province)
    assert check_study(study)[-1].told("vi") == "2027q1: phiếu hỏi đọc được, chưa có số liệu"
    assert not [found for found in lint_file(study / f"survey_forms/{province.replace('-', '_')}_v1.xlsx")
                if not found.is_warning]  # fmt: skip
    assert check_areas(study).mistakes == 0
    before = {path.name: path.read_bytes() for path in (study / "data/areas").iterdir()}
    write_margins(study)
    assert {path.name: path.read_bytes() for path in (study / "data/areas").iterdir()} == before


def test_a_study_of_thai_nguyen_has_the_places_and_people_of_the_demonstration_byte_for_byte(tmp_path):
    study = lay(tmp_path / "study", province="Thái Nguyên")
    same = ["data/areas/census_2019.csv", "survey_forms/communes.csv", "survey_forms/new_communes.csv"]
    same += [f"data/areas/margin_{margin}.csv" for margin in ("area_age", "sex_age", "residence")]
    assert {name for name in same if (study / name).read_bytes() != (ROOT / name).read_bytes()} == set()
    named = ("vintage", "code", "level", "name", "parent", "answer", "valid_to")
    made, demonstrated = ([{key: row[key] for key in named} for row in rows(root / "data/areas/areas.csv")]
                          for root in (study, ROOT))  # fmt: skip
    assert made == demonstrated


def test_the_questionnaire_is_the_demonstrations_newest_but_for_its_places_and_history(tmp_path):
    study = lay(tmp_path / "study", province="thai-nguyen")
    ours, theirs = study / "survey_forms/thai_nguyen_v1.xlsx", ROOT / "survey_forms/thai_nguyen_v2.xlsx"
    history = ("valid_from", "replaces")
    assert [{key: cell for key, cell in row.items() if key not in history} for row in survey_of(ours)] == [
        {key: cell for key, cell in row.items() if key not in history} for row in survey_of(theirs)
    ]
    assert {row["valid_from"] for row in survey_of(ours) if "valid_from" in row} == {"2027-01-29"}
    for offered in (lambda row: row["list_name"] in PLACES, lambda row: row["list_name"] not in PLACES):
        assert list(filter(offered, choices_of(ours))) == list(filter(offered, choices_of(theirs)))


def test_the_codes_of_issues_are_those_of_the_demonstration():
    assert read_seed("issues.toml") == (ROOT / "data/codes/issues.toml").read_text(encoding="utf-8")


def test_the_truth_of_the_practice_answers_speaks_of_every_opinion_of_the_form(tmp_path):
    study = lay(tmp_path / "study")
    truth = tomllib.loads((study / "data/simulation.toml").read_text(encoding="utf-8"))
    spoken = {question["name"] for question in truth["question"]} | {truth["open"]["question"]}
    form = survey_of(study / "survey_forms/dien_bien_v1.xlsx")
    assert {row["name"] for row in form if row.get("role") in {"opinion", "filter"}} <= spoken


def unexplained(text: str) -> list[str]:
    """Return the lines with a key that neither themselves nor above their section are explained in two languages."""
    above, of_section, silent = "", False, []
    for line in text.splitlines():
        explained = bool(re.search(r"#.*\w.*\(.*[a-z].*\)", line))
        if line.startswith("["):
            of_section = explained or above.endswith(")")
        elif re.match(r"[a-z_0-9]+ = ", line) and not (explained or of_section):
            silent.append(line)
        above = line.lstrip("# ") if line.startswith("#") else above if not line else ""
    return silent


@pytest.mark.parametrize("name", ["study.toml", "data/simulation.toml"])
def test_every_line_that_people_fill_in_is_explained_in_both_languages(tmp_path, name):
    text = (lay(tmp_path / "study") / name).read_text(encoding="utf-8")
    head = text.split("\n[[question]]")[0]
    assert unexplained(head) == []
    assert unexplained("[weighting]\nbase = 1\n") == ["base = 1"]


def test_the_first_wave_lies_in_weeks_five_to_nine_of_its_quarter(tmp_path):
    study, _ = load_study(Folder(lay(tmp_path / "study")))
    assert (study.waves[0].start.isoformat(), study.waves[0].end.isoformat()) == ("2027-01-29", "2027-03-04")


def test_a_part_of_a_province_says_whom_it_speaks_of(tmp_path):
    folder = lay(tmp_path / "study", districts=("Mường Ảng", "tuan giao"))
    study, areas = load_study(Folder(folder))
    assert areas is not None
    assert [area.name for area in areas.reporting] == ["Huyện Tuần Giáo", "Huyện Mường Ảng"]
    assert study.population.endswith(
        "trong huyện Tuần Giáo, huyện Mường Ảng (địa giới trước ngày 01/7/2025, nay thuộc tỉnh Điện Biên)"
    )


def test_a_district_added_to_the_areas_table_is_offered_and_counted(tmp_path):
    folder = lay(tmp_path / "study", districts=("Mường Ảng",))
    table = folder / "data/areas/areas.csv"
    line = "2025-06-30,099,district,Huyện Tuần Giáo,,2025-06-30:11,d2025_099,,,Danh mục của tỉnh,2025-06-30\n"
    table.write_text(table.read_text(encoding="utf-8") + line, encoding="utf-8")
    told = write_place_lists(folder)
    assert told[0].told("vi") == "survey_forms/dien_bien_v1.xlsx: 2 địa bàn"
    form = folder / "survey_forms/dien_bien_v1.xlsx"
    assert [row["name"] for row in choices_of(form) if row["list_name"] == "district"] == ["d2025_102", "d2025_099"]
    assert not [found for found in lint_file(form) if not found.is_warning]
    assert {row["district"] for row in rows(folder / "survey_forms/communes.csv")} == {"d2025_102", "d2025_099"}
    write_margins(folder)
    assert {row["area"] for row in rows(folder / "data/areas/margin_area_age.csv")} == {
        "2025-06-30:102",
        "2025-06-30:099",
    }


def test_communes_that_people_wrote_for_a_district_the_kit_does_not_know_are_kept(tmp_path):
    folder = tmp_path / "study"
    init_study(folder, NewStudy(wave="2027q1"))
    with (folder / "data/areas/areas.csv").open("a", encoding="utf-8") as table:
        table.write("2025-06-30,02,province,Tỉnh Hà Giang,,,,,,Danh mục,2025-06-30\n")
        table.write("2025-06-30,026,district,Huyện Đồng Văn,,2025-06-30:02,d2025_026,,,Danh mục,2025-06-30\n")
    with (folder / "survey_forms/communes.csv").open("a", encoding="utf-8") as table:
        table.write("x2025_00712,Thị trấn Phó Bảng,d2025_026,urban\n")
        table.write("x2025_99999,Xã của nơi khác,d2025_999,rural\n")
    write_place_lists(folder)
    assert [row["label"] for row in rows(folder / "survey_forms/communes.csv")] == ["Thị trấn Phó Bảng"]
    assert not [found for found in lint_file(folder / "survey_forms/khao_sat_v1.xlsx") if not found.is_warning]
    assert check_study(folder)[0].told("vi") == "study.toml: 1 đợt, 1 địa bàn"


def test_columns_that_people_added_to_the_lists_of_communes_stay(tmp_path):
    folder = lay(tmp_path / "study", districts=("Mường Ảng",))
    table = folder / "survey_forms/communes.csv"
    head, first, *others = table.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},note", f"{first},read again", *(f"{line}," for line in others)]
    own = "own_1,Xã mới lập,d2025_102,rural,not in the kit"
    table.write_text("\n".join([*lines, own]) + "\n", encoding="utf-8")
    write_place_lists(folder)
    notes = {row["name"]: row["note"] for row in rows(table)}
    assert notes.pop(first.split(",")[0]) == "read again"
    assert notes.pop("own_1") == "not in the kit"
    assert set(notes.values()) == {""}


def test_a_study_without_areas_asks_for_them_in_one_message(tmp_path):
    init_study(tmp_path / "study", NewStudy(wave="2027q1"))
    with pytest.raises(StudyError) as caught:
        check_study(tmp_path / "study")
    assert caught.value.told("en") == (
        "data/areas/areas.csv: no area stands in this table so far. "
        "Write a row for the province and one for each district, then: danvan areas lists"
    )


def test_the_places_of_a_frozen_form_are_left_alone(tmp_path):
    folder = lay(tmp_path / "study", districts=("Mường Ảng",))
    form = "survey_forms/dien_bien_v1.xlsx"
    freeze(Folder(folder), form, identity=("dien_bien", "v1"), day="2027-01-20")
    before = (folder / form).read_bytes()
    with pytest.raises(StudyError) as caught:
        write_place_lists(folder)
    assert caught.value.told("en").startswith(f"{form}: this form is frozen")
    assert (folder / form).read_bytes() == before


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (NewStudy(wave="0000q1"), '--wave: "0000q1" is no quarter. Write it as 2027q1.'),
        (NewStudy(wave="2027"), '--wave: "2027" is no quarter. Write it as 2027q1.'),
        (NewStudy(wave="2027q1", province="Hà Giang"), '--province: the kit holds no units and people of "Hà Giang".'),
        (
            NewStudy(wave="2027q1", province="dien-bien", districts=("Ba Bể",)),
            '--district: "Ba Bể" is no district of dien-bien.',
        ),
        (NewStudy(wave="2027q1", districts=("Ba Bể",)), "--district: the province is missing."),
    ],
)
def test_what_cannot_be_laid_is_refused_and_nothing_is_written(tmp_path, asked, message):
    with pytest.raises(StudyError) as caught:
        init_study(tmp_path / "study", asked)
    assert caught.value.told("en").startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "typed"), [("study", "study"), ("Khảo sát 2027", '"Khảo sát 2027"')])
def test_the_next_command_can_be_copied_as_it_is_printed(tmp_path, monkeypatch, name, typed):
    monkeypatch.chdir(tmp_path)
    for more in (["--province", "dien-bien"], []):
        done = CliRunner().invoke(app, ["init", name, "--wave", "2027q1", *more])
        assert f"danvan --study {typed} " in done.stdout.splitlines()[-1]
        shutil.rmtree(name)


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(StudyError) as caught:
        lay(tmp_path)
    assert "something is there already" in caught.value.told("en")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", [".", "../inside"])
def test_the_folder_in_which_somebody_stands_is_not_taken_from_under_them(tmp_path, monkeypatch, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with pytest.raises(StudyError) as caught:
        lay(Path(name))
    assert caught.value.told("en").endswith("Go to another folder (cd ..) and name it from there.")
    assert list(tmp_path.rglob("*")) == [inside]


def test_the_same_wish_gives_the_same_bytes(tmp_path):
    one, other = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (lay(tmp_path / "one"), lay(tmp_path / "other"))
    )
    assert one == other


def test_real_answers_of_a_new_study_stay_out_of_git(tmp_path):
    folder = lay(tmp_path / "study")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    of_people = [name.format(wave="2027q1") for kind in KINDS if kind.days != FOREVER for name in kind.paths]
    kept_out = [name if Path(name).suffix else f"{name}/file" for name in of_people] + ["office.key"]
    asked = ["git", "-C", str(folder), "check-ignore", *kept_out, "study.toml", "data/areas/areas.csv"]
    assert subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split() == kept_out
