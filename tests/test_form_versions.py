"""Versions of a form: what changed, what breaks a trend, what is frozen, and twins that never enter a wave."""

from __future__ import annotations

import io
import shutil
import unicodedata

import openpyxl
import pytest

from danvan_study.codebook import FormUse
from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.form import read_form
from danvan_study.form.build import build_form, mark_form
from danvan_study.form.changes import compare_cells, find_breaks
from danvan_study.form.lint import lint_form
from danvan_study.form.sheets import read_sheets
from danvan_study.form.write import write_workbook
from danvan_study.pipeline import check_study, compare_forms, freeze_form, run_study
from danvan_study.sampling import stream
from danvan_study.simulate import FormFiller
from danvan_study.tables import Removed
from tests.demonstration import ROOT, codebook, study, table
from tests.form_material import EN, VI
from tests.lint_material import CHOICES, PART, SURVEY, changed, choices_changed, form, item
from tests.small_study import write_small_study

V1, V2 = (ROOT / f"survey_forms/thai_nguyen_{version}.xlsx" for version in ("v1", "v2"))


def edited(content: bytes, sheet: str, edit) -> bytes:
    """Return a workbook as a person saves it after editing."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book[sheet])
    stream_ = io.BytesIO()
    book.save(stream_)
    return stream_.getvalue()


def cells(old: bytes, new: bytes) -> list[tuple[str, ...]]:
    found = compare_cells(old, new, sources=("old.xlsx", "new.xlsx"))
    return [(each.sheet, each.key, each.column, each.old, each.new) for each in found]


def breaks(survey=SURVEY, choices=CHOICES) -> list[tuple[str, str]]:
    books = [read_form(content, source="f") for content in (form(), form(survey, choices))]
    return [(each.question, each.reason) for each in find_breaks(*books, language="vi")]


# Cells


def test_a_workbook_saved_again_by_a_spreadsheet_has_no_difference():
    def spoil(sheet):
        sheet.insert_rows(4)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = f" {unicodedata.normalize('NFD', cell.value)} "

    assert cells(form(), edited(form(), "survey", spoil)) == []


def test_numbers_and_curly_quotes_of_a_spreadsheet_are_read_as_meant():
    def retype(sheet):
        for row in sheet.iter_rows(min_row=2):
            if isinstance(row[1].value, str) and row[1].value.isdigit():
                row[1].value = float(row[1].value)

    def curl(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == PART:
                    cell.value = "${consent_part} = ‘1’"

    assert cells(form(), edited(form(), "choices", retype)) == []
    assert cells(form(), edited(form(), "survey", curl)) == []


def test_each_edited_added_deleted_and_moved_row_is_told_once():
    rows = changed("life", **{VI: "Hài lòng ra sao?"})
    rows = [*(each for each in rows if each["name"] != "worry"), item("text", "wish", "Mong gì?")]
    said = cells(form(), form(rows))
    assert ("survey", "life", VI, "Hài lòng đến mức nào?", "Hài lòng ra sao?") in said
    assert ("survey", "worry", "", "Băn khoăn gì?", "") in said
    assert ("survey", "wish", "", "", "Mong gì?") in said
    assert len(said) == 3
    swapped = [*SURVEY[:12], SURVEY[13], SURVEY[12], *SURVEY[14:]]
    assert cells(form(), form(swapped)) == [("survey", "free", "order", "", "moved")]


def test_written_sheets_are_read_back_as_they_were():
    sheets = read_sheets(V2.read_bytes(), source="v2")
    again = write_workbook({name: rows for name, rows in sheets.items() if rows})
    assert read_sheets(again, source="again") == sheets
    assert write_workbook({name: rows for name, rows in sheets.items() if rows}) == again


# Trends


@pytest.mark.parametrize(
    ("survey", "choices", "expected"),
    [
        (SURVEY, CHOICES, []),
        (changed("life", **{VI: "Hài  lòng đến mức nào? "}), CHOICES, []),
        (changed("life", **{EN: "How content?"}), CHOICES, []),
        (changed("life", relevant=PART + " and ${hh_adults} > 1"), CHOICES, []),
        (changed("life", **{VI: "Vui đến mức nào?"}), CHOICES, [("life", "wording")]),
        (SURVEY, choices_changed("topics", "1", **{VI: "Đường sá"}), [("first", "choices")]),
        (SURVEY, choices_changed("satisfaction", "2", score=90), [("life", "scores"), ("free", "scores")]),
        (changed("life", type="select_multiple satisfaction"), CHOICES, [("life", "type")]),
        (changed("life", name="life_now"), CHOICES, [("life_now", "new"), ("life", "dropped")]),
    ],
)
def test_what_breaks_a_trend_is_told_with_its_reason(survey, choices, expected):
    assert breaks(survey, choices) == expected


def test_the_breaks_of_the_demonstration_stand_beside_its_forms_and_where_the_run_breaks(tmp_path):
    for file in (V1, V2, ROOT / "study.toml"):
        shutil.copy(file, tmp_path / file.name)
    _, found = compare_forms(tmp_path, tmp_path / V1.name, tmp_path / V2.name)
    assert [(each.question, each.reason) for each in found] == [("dem_informed", "wording")]
    assert (tmp_path / "survey_forms/trend_breaks.csv").read_bytes() == (
        ROOT / "survey_forms/trend_breaks.csv"
    ).read_bytes()
    prints = {
        wave: {each.name: each.fingerprint("vi") for each in codebook(wave).questions if each.is_asked}
        for wave in ("2025q4", "2026q1")
    }
    differ = {name for name in prints["2026q1"] if prints["2025q4"].get(name) != prints["2026q1"][name]}
    assert differ == set(table("survey_forms/trend_breaks.csv")["question"])


# Frozen


def small_frozen_study(root):
    write_small_study(root)
    (root / "survey_forms").mkdir(exist_ok=True)
    (root / "survey_forms/sound.xlsx").write_bytes(form())
    return root


def test_a_frozen_form_cannot_be_changed_unnoticed(tmp_path):
    root = small_frozen_study(tmp_path)
    path = root / "survey_forms/sound.xlsx"
    freeze_form(root, path)
    freeze_form(root, path)
    path.write_bytes(form(changed("life", **{VI: "Vui đến mức nào?"})))
    with pytest.raises(StudyError, match=r"version v1 was frozen on .* and has been changed since"):
        freeze_form(root, path)


@pytest.mark.parametrize("work", [run_study, check_study])
def test_run_and_check_refuse_a_form_that_was_changed_after_freezing(tmp_path, monkeypatch, work):
    monkeypatch.setattr("danvan_study.pipeline.forms.refuse_unsound", lambda *_, **__: None)
    root = write_small_study(tmp_path)
    path = (
        next((root / "survey_forms").glob("*.xlsx")) if (root / "survey_forms").is_dir() else next(root.glob("*.xlsx"))
    )
    freeze_form(root, path)
    work(root)

    def reword(sheet):
        sheet.cell(row=5, column=3).value = "Câu hỏi khác"

    path.write_bytes(edited(path.read_bytes(), "survey", reword))
    with pytest.raises(StudyError, match="has been changed since"):
        work(root)


def test_the_record_of_frozen_forms_is_chained(tmp_path):
    root = small_frozen_study(tmp_path)
    for version in ("a", "b", "c"):
        path = root / f"survey_forms/{version}.xlsx"
        settings = {"form_id": "f", "version": version, "default_language": "Tiếng Việt (vi)"}
        path.write_bytes(form(settings=settings))
        freeze_form(root, path)
    record = root / "survey_forms/FROZEN.csv"
    lines = record.read_text(encoding="utf-8").splitlines()
    record.write_text("\n".join([lines[0], lines[1], *lines[3:]]) + "\n", encoding="utf-8")
    with pytest.raises(StudyError, match="previous_hash"):
        freeze_form(root, root / "survey_forms/a.xlsx")


def test_two_files_cannot_be_the_same_version(tmp_path):
    root = small_frozen_study(tmp_path)
    freeze_form(root, root / "survey_forms/sound.xlsx")
    shutil.copy(root / "survey_forms/sound.xlsx", root / "survey_forms/copy.xlsx")
    with pytest.raises(StudyError, match="Give this one a new version"):
        freeze_form(root, root / "survey_forms/copy.xlsx")


def test_a_form_that_breaks_a_rule_is_not_frozen(tmp_path):
    root = small_frozen_study(tmp_path)
    path = root / "survey_forms/sound.xlsx"
    path.write_bytes(form(changed("consent_part", default="1")))
    with pytest.raises(StudyError, match="consent-no-default"):
        freeze_form(root, path)
    assert not (root / "survey_forms/FROZEN.csv").exists()


def test_the_fielded_forms_of_the_demonstration_are_frozen_as_they_are():
    assert set(table("survey_forms/FROZEN.csv")["form"]) == {name for wave in study().waves for name in wave.forms}
    assert check_study(ROOT)


# Pilot and training


@pytest.mark.parametrize("use", [FormUse.PILOT, FormUse.TRAINING])
def test_a_twin_keeps_every_rule_and_every_question(use):
    twin = mark_form(V2.read_bytes(), source="v2", use=use)
    assert [str(each) for each in lint_form(twin, source="twin")] == []
    book = read_form(twin, source="twin")
    assert (book.use, book.form_id) == (use, f"thai_nguyen_{use}")
    books = codebook("2026q3"), book
    assert find_breaks(*books, language="vi") == []


def test_the_built_form_of_a_wave_is_the_form_itself():
    built = build_form(V2.read_bytes(), source="v2")
    assert built["form.xlsx"] == V2.read_bytes()
    assert b"<h:html" in built["form.xml"]


def test_interviews_of_a_twin_are_kept_out_of_the_wave():
    twin = read_form(mark_form(V2.read_bytes(), source="v2", use=FormUse.TRAINING), source="twin")
    wave = study().wave("2026q3")
    records = []
    for number, book in enumerate([codebook("2026q3"), twin, codebook("2026q3"), twin]):
        filler = FormFiller(book, media=media(), generator=stream(number, "twin"))
        would_say = {"consent_part": "1", "adult_18": "1", "interviewer": "dtv01"}
        said = filler.fill(would_say, today=wave.start)
        paths = {question.name: question.path for question in book.questions}
        record = {paths[name]: answer for name, answer in said.items()}
        records.append(record | {"_uuid": f"u{number}", "__version__": "v2"})
    collected = collect_responses(records, codebooks={"v2": codebook("2026q3")}, study=study(), wave=wave)
    assert list(collected.interviews["respondent"]) == ["u0", "u2"]
    removed = collected.removed
    assert list(zip(removed[Removed.submission], removed[Removed.reason], strict=True)) == [
        ("u1", "training"),
        ("u3", "training"),
    ]


def media():
    names = ("communes.csv", "new_communes.csv", "villages.csv")
    return {name: table(f"survey_forms/{name}").to_dict("records") for name in names}


def test_a_wave_refuses_a_training_form(tmp_path):
    root = write_small_study(tmp_path)
    path = next(root.rglob("*.xlsx"))
    path.write_bytes(mark_form(path.read_bytes(), source="f", use=FormUse.TRAINING))
    with pytest.raises(StudyError, match="is a training form"):
        check_study(root)
