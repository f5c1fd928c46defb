"""A public-use file holds people who agreed and nobody else, tells of none, and is written whole or not at all."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.exchange import Dataset, Part, Value, Variable
from danvan_study.form import read_form
from danvan_study.pipeline.fieldwork.withdraw import destroy_links
from danvan_study.pipeline.release import Release, release_wave
from danvan_study.publish.release import refuse_identifying
from danvan_study.publish.release.gather import _hangs_on
from danvan_study.store import Folder, Manifest, write_raw_wave
from danvan_study.store.labelled import read_labelled
from danvan_study.tables import PublishedRows
from tests.exchange_material import CHOICES, SURVEY, hard_form, hard_people, write_hard_study
from tests.release_material import BLANK, UNKNOWN, WITHHELD, faults
from tests.small_study import WAVE, lines

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = hard_people()
KEYS = ("dia_ban", "sex", "age_band", "edu_band", "residence")
DEPENDS = {"service": {"contact"}}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> tuple[Path, Release]:
    root = write_hard_study(tmp_path_factory.mktemp("released"))
    return root, release_wave(root, WAVE)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / f"{WAVE}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def told(rows: list[dict[str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What a reader of the CSV sees, in the words of the checker."""
    keys = {name: [row[name].replace("-1", UNKNOWN) for row in rows] for name in KEYS if name in rows[0]}
    others = [name for name in rows[0] if name not in {*KEYS, "cum", "trong_so"}]
    cells = {"": BLANK, "-1": WITHHELD}
    return keys, {name: [cells.get(row[name], row[name]) for row in rows] for name in others}


# Who and what is in it


def test_the_file_passes_a_checker_that_knows_nothing_of_how_it_was_made(released):
    keys, items = told(rows_of(released[1].folder))
    assert len(keys) >= 3
    assert len(items) >= 5
    assert faults(keys, items, DEPENDS) == []


def test_every_format_of_it_holds_the_same_rows(released):
    folder = released[1].folder
    rows = rows_of(folder)
    spss = read_labelled("x.sav", (folder / f"{WAVE}.sav").read_bytes()).cells
    for name in told(rows)[0] | told(rows)[1]:
        assert list(spss[name]) == [row[name] for row in rows]
    assert len(pd.read_parquet(folder / f"{WAVE}.parquet")) == len(rows)


def test_only_people_who_agreed_are_in_it(released):
    agreed = [one for one in PEOPLE if one["consent_release"] == "1"]
    rows = rows_of(released[1].folder)
    assert len(rows) == len(agreed) < len(PEOPLE)
    contacts = Counter(one.get("living/contact", "") for one in agreed)
    shown = Counter(row["contact"] for row in rows)
    assert shown["1"] <= contacts["co"]
    assert shown["1"] + shown["-1"] >= contacts["co"]


def test_no_date_text_interviewer_village_stratum_or_origin_is_in_it(released):
    root, release = released
    columns = set(rows_of(release.folder)[0])
    secret = {"start", "end", "interviewer", "village", "slip_code", "worry_open", "ethnic_band", "so_phieu", "tang"}
    assert not columns & secret
    assert "children" not in columns
    content = b"".join(
        path.read_bytes() for path in release.folder.iterdir() if path.suffix in {".csv", ".sav", ".dta"}
    )
    for word in ("a-0-00", "Đường làng xấu", "2025-07-1"):
        assert word.encode() not in content
    assert not (root / "data" / "exports").exists()


def test_clusters_are_villages_joined_and_numbered_anew(released):
    rows = rows_of(released[1].folder)
    sizes = Counter(row["cum"] for row in rows)
    assert min(sizes.values()) >= 30
    assert 5 < len(sizes) < 24
    assert set(sizes) == {str(number + 1) for number in range(len(sizes))}


def test_weights_are_rounded_and_add_up_to_the_people(released):
    rows = rows_of(released[1].folder)
    weights = [float(row["trong_so"]) for row in rows]
    assert all(weight == int(weight) for weight in weights)
    assert sum(weights) == pytest.approx(10_000, rel=0.03)


def test_the_order_of_rows_follows_neither_arrival_nor_village(released):
    clusters = [row["cum"] for row in rows_of(released[1].folder)]
    changes = sum(one != other for one, other in itertools.pairwise(clusters))
    assert changes > 0.7 * len(clusters)


def test_the_same_wave_gives_the_same_bytes_however_it_arrived(released, tmp_path):
    again = release_wave(write_hard_study(tmp_path, people=PEOPLE[::-1]), WAVE)
    for path in sorted(released[1].folder.iterdir()):
        assert (again.folder / path.name).read_bytes() == path.read_bytes(), path.name


def test_licence_and_page_go_with_it_in_both_languages(released):
    folder = released[1].folder
    licence = (folder / "GIAY_PHEP.txt").read_text(encoding="utf-8")
    for words in ("Không tìm cách nhận ra", "Không ghép tệp này", "Nobody tries to find out", "Nobody joins this file"):
        assert words in licence
    assert "SỐ LIỆU MÔ PHỎNG" in licence
    page = (folder / "DOC_TRUOC.txt").read_text(encoding="utf-8")
    assert "worry_open: câu trả lời bằng lời" in page


def test_the_report_of_what_it_costs_stays_in_the_office(released):
    root, release = released
    assert sorted(path.name for path in release.folder.parent.iterdir()) == ["cong_khai", "noi_bo"]
    book = openpyxl.load_workbook(root / "data" / "release" / WAVE / "noi_bo" / "bao_cao_huu_ich.xlsx")
    summary = {row[1]: row[2] for row in book["Tóm tắt"].iter_rows(min_row=3, values_only=True)}
    assert summary["rows below k = 5 in the file"] == 0
    assert summary["rows below k = 5 if nothing were done"] > 0
    assert summary["mean move, points"] < 5
    moves = {row[:2]: row for row in book["Xê dịch"].iter_rows(min_row=3, values_only=True)}
    whole = [one.get("living/contact") for one in PEOPLE if one.get("living/contact") in {"co", "khong"}]
    before = moves["contact", 1]
    assert before[4] == len(whole)
    assert before[2] == pytest.approx(100 * whole.count("co") / len(whole), abs=3)


# Consent


def test_a_form_that_asks_nobody_gives_no_release(tmp_path):
    survey = [row for row in SURVEY if row[1] != "consent_release"]
    people = [{key: value for key, value in one.items() if key != "consent_release"} for one in PEOPLE]
    root = write_hard_study(tmp_path, people=people, form=hard_form(survey, CHOICES))
    with pytest.raises(StudyError, match=r"asks nobody whether .*silence is no consent.*Nothing is released"):
        release_wave(root, WAVE)
    assert not (root / "data" / "release").exists()


@pytest.mark.parametrize("answer", ["2", ""])
def test_where_nobody_said_yes_there_is_no_release(tmp_path, answer):
    people = [
        {key: value for key, value in (one | {"consent_release": answer}).items() if value} for one in PEOPLE[::20]
    ]
    root = write_hard_study(tmp_path, people=people)
    with pytest.raises(StudyError, match="nobody agreed to a release"):
        release_wave(root, WAVE)
    assert not (root / "data" / "release").exists()


def test_people_who_agreed_to_be_asked_only_have_not_agreed_to_a_release(tmp_path):
    """An item of another purpose, or a question that merely speaks of a release, is no consent to it."""
    survey = [list(row) for row in SURVEY]
    for row in survey:
        if row[1] == "consent_release":
            row[6] = "recontact"
    root = write_hard_study(tmp_path, form=hard_form(survey, CHOICES))
    with pytest.raises(StudyError, match="asks nobody"):
        release_wave(root, WAVE)


def test_too_few_who_agree_are_no_release_and_the_one_before_stays(tmp_path):
    root = write_hard_study(tmp_path, people=PEOPLE)
    first = release_wave(root, WAVE)
    before = (first.folder / f"{WAVE}.csv").read_bytes()
    kept = {one["_uuid"] for one in PEOPLE[:12]}
    few = [one | {"consent_release": "1" if one["_uuid"] in kept else "2"} for one in PEOPLE]
    shutil.rmtree(root / "data" / "raw")
    write_hard_study(root, people=few)
    with pytest.raises(StudyError, match="Nothing is released"):
        release_wave(root, WAVE)
    assert (first.folder / f"{WAVE}.csv").read_bytes() == before


def test_a_wave_of_real_people_is_released_only_after_it_is_locked(tmp_path):
    root = write_hard_study(tmp_path)
    shutil.rmtree(root / "data" / "raw")
    manifest = Manifest(wave=WAVE, provenance="field", source="x", received_at="2025-09-01", seed=None, files=())
    write_raw_wave(Folder(root), manifest, {"submissions.jsonl": lines(PEOPLE)})
    with pytest.raises(StudyError, match=f"not locked.*danvan lock {WAVE}"):
        release_wave(root, WAVE)
    destroy_links(Folder(root), WAVE)
    assert release_wave(root, WAVE).smallest_class >= 5


# The gate


def coarse(one: dict[str, str], *, asked: bool) -> dict[str, str]:
    """The same person with fewer characteristics; whether they were asked about the service is told."""
    person = one | {"age_band": "30_44", "sex": "1", "edu_band": "2" if one["edu_band"] in {"1", "2"} else "3"}
    person |= {"living/contact": "co", "living/service": "45321"[int(one["_uuid"][-1]) % 5]} if asked else {}
    return person if asked else {key: value for key, value in person.items() if key != "living/service"}


@pytest.mark.parametrize(("asked_there", "is_told"), [(12, True), (2, False)])
def test_a_question_that_the_gate_hides_by_area_is_not_in_a_file_that_tells_areas(tmp_path, asked_there, is_told):
    """Of district B too few were asked; the province's figure less that of A would tell theirs."""
    of_a_village = {"d_a": 16, "d_b": asked_there}
    people = [
        coarse(one | {"living/contact": "khong"}, asked=int(one["_uuid"][-2:]) < of_a_village[one["district"]])
        for one in PEOPLE
    ]
    rows = rows_of(release_wave(write_hard_study(tmp_path, people=people), WAVE).folder)
    assert {row["dia_ban"] for row in rows} == {"1", "2"}
    assert "life_overall" in rows[0]
    assert ("service" in rows[0]) == is_told


def test_a_question_hangs_on_all_that_decides_whether_it_is_asked():
    """Through a calculation too: who was asked tells what it is made of."""
    head, *rows = SURVEY
    survey: list[list[object]] = [[*head, "calculation"]]
    for row in rows:
        if row[1] == "service":
            survey.append(["calculate", "had", "", "", "", "", "", "", "if(${contact} = 'co', 1, 0)"])
            survey.append([*row[:-1], "${had} = 1", ""])
            continue
        survey.append([*row, ""])
    book = read_form(hard_form(survey, CHOICES), source="x")
    assert _hangs_on(book.question("service"), book) == {"had", "contact"}
    assert _hangs_on(book.question("contact"), book) == set()


# What names people


def dataset(cells: list[float], **about: object) -> Dataset:
    variable = Variable(name="q", source="q", labels={"vi": "Câu hỏi"})
    variable = replace(variable, **about)
    return Dataset(name="w", titles={"vi": "x"}, variables=(variable,), table=pd.DataFrame({"q": cells}))


NUMBERS = [float(number * 7919 % 100_003) for number in range(40)]


@pytest.mark.parametrize(
    ("cells", "about"),
    [
        (NUMBERS, {}),
        (NUMBERS, {"codes": tuple(Value(code=int(cell), labels={"vi": f"{int(cell):x}"}) for cell in NUMBERS)}),
        ([1.0] * 40, {"source": "so_dien_thoai", "codes": (Value(code=1, labels={"vi": "x"}),)}),
        ([1.0] * 40, {"source": "phone_hash", "codes": (Value(code=1, labels={"vi": "x"}),)}),
        ([1.0] * 40, {"labels": {"vi": "Ông/bà theo tôn giáo nào?"}, "codes": (Value(code=1, labels={"vi": "x"}),)}),
    ],
)
def test_a_column_of_hashed_ids_or_of_contact_details_or_religion_is_refused(cells, about):
    with pytest.raises(StudyError, match="Leave it out"):
        refuse_identifying(dataset(cells, **about))


def test_answers_weights_and_clusters_are_not_taken_for_ids():
    refuse_identifying(dataset([1.0, 2.0] * 20, codes=tuple(Value(code=code, labels={"vi": "x"}) for code in (1, 2))))
    refuse_identifying(dataset(NUMBERS, part=Part.WEIGHT))


def test_a_form_in_which_phone_numbers_are_hashed_into_choices_gives_no_release(tmp_path, monkeypatch):
    few = PEOPLE[::3]
    hashes = [f"{number * 2654435761 % 2**32:08x}" for number in range(len(few))]
    survey = [*SURVEY[:-1], ["select_one keys", "token", "Mã khoá", "Key", "", "opinion", "", ""], SURVEY[-1]]
    choices = [*CHOICES, *(["keys", each, each, each, "", ""] for each in hashes)]
    people = [coarse(one, asked=False) | {"token": each} for one, each in zip(few, hashes, strict=True)]
    root = write_hard_study(tmp_path, people=people, form=hard_form(survey, choices))
    # Without the gate: it takes long over hundreds of answers, and hides nothing here.
    monkeypatch.setattr("danvan_study.pipeline.release._published", lambda wave, workshop: PublishedRows.empty())
    with pytest.raises(StudyError, match=r"token: it has .* it names people"):
        release_wave(root, WAVE)
    assert not (root / "data" / "release").exists()


# The command


@pytest.mark.usefixtures("vietnamese")
def test_the_command_says_what_was_released_or_why_nothing_was(tmp_path):
    root = write_hard_study(tmp_path)
    result = CliRunner().invoke(app, ["--study", str(root), "release", WAVE])
    assert result.exit_code == 0, result.output
    assert "nhóm nhỏ nhất" in result.output
    unknown = CliRunner().invoke(app, ["--study", str(root), "release", "2030q1"])
    assert isinstance(unknown.exception, StudyError)
