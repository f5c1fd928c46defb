"""A study of a past year becomes a wave of the trend: proposed by the kit, decided by a person, refused in doubt."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.exchange.matches import COLUMNS
from danvan_study.exchange.past import refuse_unsound_file
from danvan_study.form import read_form
from danvan_study.pipeline import import_raw_files, run_study
from danvan_study.pipeline.past_study import PastStudy, import_past_study
from danvan_study.store import read_rows, write_rows
from danvan_study.store.labelled import LabelledFile, read_labelled, write_dta, write_sav
from danvan_study.tables import Answers
from tests import legacy_material
from tests.small_study import STUDY, WAVE, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

OLD = "2023q4"
BLOCK = f"""[[wave]]
id = "{OLD}"
forms = ["survey_forms/{OLD}.xlsx"]
start = 2023-10-02
end = 2023-11-10
base = "column"
column = "base_weight"

[[wave]]
id = "{WAVE}"
"""
TABLE = f"data/matches/{OLD}.csv"
REVERSED = {"1": "5", "2": "4", "3": "3", "4": "2", "5": "1", "8": "98"}

DECIDED: dict[str, dict[str, str]] = {
    "SoPhieu": {"decision": "drop"},
    "huyen": {"question": "district", "decision": "reworded", "note": "huyện cũ"},
    "thon": {"question": "village", "decision": "same"},
    "gioi": {"question": "sex", "decision": "same"},
    "c1": {"question": "life_overall", "decision": "same"},
    "c2": {"question": "", "decision": "apart"},
    "lo_gia": {"question": "worries/prices", "decision": "same"},
    "nghe_dai": {"question": "", "decision": "apart"},
    "hoten": {"decision": "drop"},
    "trongso": {"question": "base_weight", "decision": "same"},
    "": {"decision": "declared", "note": "Phiếu giấy số 12/2023, mục đồng ý"},
}
ANSWERS: dict[str, dict[str, str]] = {
    "huyen": {"1": "d_a", "2": "d_b"},
    "gioi": {"1": "1", "2": "2", "9": "-"},
    "c2": {"8": "dont_know", "9": "refused"},
    "lo_gia": {"0": "0", "1": "1"},
}


def study(root: Path, text: str = STUDY) -> Path:
    write_small_study(root, study=text.replace(f'[[wave]]\nid = "{WAVE}"\n', BLOCK))
    return root


def review(root: Path, **changes: dict[str, str]) -> None:
    """Do what the reviewer does: decide each variable, say what each value means, sign every line."""
    rows = read_rows((root / TABLE).read_bytes(), TABLE, columns=COLUMNS)
    for row in rows:
        decided = DECIDED.get(row["variable"], {}) | changes.get(row["variable"] or "declared", {})
        if row["value"]:
            row["answer"] = ANSWERS.get(row["variable"], {}).get(row["value"], row["answer"])
            row["answer"] = decided.get(f"answer {row['value']}", row["answer"])
            row["note"] = decided.get("note", "")
            row["question"] = ""
        else:
            row |= {name: decided[name] for name in ("question", "decision", "note") if name in decided}
        row["decided_by"] = decided.get("decided_by", "ng01")
    (root / TABLE).write_bytes(write_rows(rows, list(COLUMNS)))


def imported(root: Path, path: Path = legacy_material.SAV, **changes: dict[str, str]) -> PastStudy:
    if not (root / TABLE).exists():
        import_past_study(root, OLD, path)
    review(root, **changes)
    return import_past_study(root, OLD, path)


def estimates(root: Path, wave: str) -> pd.DataFrame:
    return pd.read_parquet(root / "data" / "processed" / wave / "estimates.parquet")


# A wave of the trend


@pytest.fixture(scope="module")
def joined(tmp_path_factory) -> Path:
    root = study(tmp_path_factory.mktemp("joined"))
    imported(root)
    run_study(root, [OLD, WAVE])
    return root


def test_a_file_that_pspp_wrote_becomes_a_wave_of_the_trend(joined):
    rows = estimates(joined, OLD)
    mine = rows[(rows["question"] == "life_overall") & (rows["level"] == "all") & (rows["group"] == "")]
    people = legacy_material.people()
    answered = [one for one in people if one["c1"] != "8"]
    assert int(mine[mine["statistic"] == "positive"]["n"].iloc[0]) == len(answered)
    raw = 100 * sum(one["c1"] in {"1", "2"} for one in answered) / len(answered)
    assert mine[mine["statistic"] == "positive"]["estimate"].iloc[0] == pytest.approx(raw, abs=8)
    trends = pd.read_parquet(joined / "data" / "processed" / WAVE / "trends.parquet")
    smoothed = pd.read_parquet(joined / "data" / "processed" / WAVE / "published_smoothed.parquet")
    assert "life_overall" in set(trends["question"]) | set(smoothed["question"])


def test_codes_that_ran_the_other_way_are_turned_by_what_they_say(joined):
    rows = estimates(joined, OLD)
    mine = rows[(rows["question"] == "life_overall") & (rows["level"] == "all") & (rows["statistic"] == "share")]
    five = mine[mine["answer"] == "5"]["estimate"].iloc[0]
    people = legacy_material.people()
    said = 100 * sum(one["c1"] == "1" for one in people) / sum(one["c1"] != "8" for one in people)
    assert five == pytest.approx(said, abs=8)


def test_the_wording_of_the_same_question_is_that_of_today_so_the_line_goes_on(joined):
    old = read_form((joined / "survey_forms" / f"{OLD}.xlsx").read_bytes(), source="x")
    new = read_form((joined / "form.xlsx").read_bytes(), source="x")
    for name in ("life_overall", "sex", "worries"):
        assert old.question(name).fingerprint("vi") == new.question(name).fingerprint("vi")
    assert old.version == OLD


def test_what_nothing_of_today_is_like_is_kept_under_a_name_of_its_own(joined):
    form = read_form((joined / "survey_forms" / f"{OLD}.xlsx").read_bytes(), source="x")
    apart = form.question(f"cu_{OLD}_c2")
    assert apart.label("vi") == "Gia đình ông/bà sống thế nào?"
    assert apart.choice("9").missing == "refused"
    assert f"cu_{OLD}_nghe_dai" in set(estimates(joined, OLD)["question"])
    assert not set(estimates(joined, WAVE)["question"]) & {f"cu_{OLD}_c2", "c2"}


def test_what_was_not_asked_then_can_not_be_taken_for_asked(joined):
    form = read_form((joined / "survey_forms" / f"{OLD}.xlsx").read_bytes(), source="x")
    assert form.question("worry_open").relevant == "false()"
    assert "worry_open" not in set(pd.read_parquet(joined / "data" / "processed" / OLD / "answers.parquet")["question"])


def test_old_weights_are_base_weights_and_the_wave_meets_the_margins_of_today(joined):
    weights = pd.read_parquet(joined / "data" / "processed" / OLD / "weights.parquet").set_index("respondent")
    typed = [float(one["trongso"]) for one in legacy_material.people()]
    assert [weights.loc[f"{OLD}-{number:06}", "base"] for number in (1, 2, 240)] == [typed[0], typed[1], typed[239]]
    assert weights["weight"].sum() == 10_000 * 1_000_000


def test_the_brief_of_the_past_wave_says_that_its_base_weights_stand_in_the_data(joined):
    brief = (joined / "data" / "processed" / OLD / "brief.html").read_text(encoding="utf-8")
    assert "lấy từ cột “base_weight”" in brief
    assert "base_weight" not in (joined / "data" / "processed" / WAVE / "brief.html").read_text(encoding="utf-8")


def test_names_and_numbers_of_people_never_get_in(joined):
    answers = pd.read_parquet(joined / "data" / "processed" / OLD / "answers.parquet")
    assert not {"hoten", "SoPhieu"} & {name.rpartition("_")[2] for name in answers[Answers.question]}
    assert "Tran Thi B" not in set(answers[Answers.answer])
    content = b"".join(path.read_bytes() for path in (joined / "data" / "raw" / OLD).iterdir())
    assert b"Tran Thi B" not in content


def test_a_reworded_question_keeps_its_name_and_breaks_the_line(tmp_path):
    root = study(tmp_path)
    apart = {"decision": "apart", "question": "", "answer 8": "dont_know"} | {f"answer {code}": "" for code in "12345"}
    other = {"decision": "reworded", "question": "life_overall", "note": "cùng ý, khác lời", "answer 9": "98"}
    other |= {f"answer {code}": REVERSED[code] for code in REVERSED}
    imported(root, c1=apart, c2=other)
    old = read_form((root / "survey_forms" / f"{OLD}.xlsx").read_bytes(), source="x").question("life_overall")
    today = read_form((root / "form.xlsx").read_bytes(), source="x").question("life_overall")
    assert old.label("vi") == "Gia đình ông/bà sống thế nào?"
    assert old.offered("vi") == today.offered("vi")
    assert old.fingerprint("vi") != today.fingerprint("vi")


@pytest.mark.needs("pspp")
def test_the_file_in_the_repository_is_what_pspp_writes(tmp_path):
    (tmp_path / "x.sps").write_text(legacy_material.syntax(tmp_path / "x.sav"), encoding="utf-8")
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    subprocess.run(["pspp", "x.sps", "-o", "x.txt"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    fresh = read_labelled("x.sav", (tmp_path / "x.sav").read_bytes())
    kept = read_labelled("x.sav", legacy_material.SAV.read_bytes())
    pd.testing.assert_frame_equal(fresh.cells, kept.cells)
    assert (fresh.labels, fresh.value_labels, fresh.ranges) == (kept.labels, kept.value_labels, kept.ranges)


def test_a_stata_file_comes_in_the_same_way(tmp_path):
    file = read_labelled("x.sav", legacy_material.SAV.read_bytes())
    numbers = file.cells.drop(columns="hoten").apply(pd.to_numeric)
    letters = {"c1": {8: "a"}, "c2": {8: "a", 9: "b"}, "gioi": {9: "a"}}
    table = numbers.assign(hoten=file.cells["hoten"])
    for name, codes in letters.items():
        table[name] = pd.Series([codes.get(int(cell), int(cell)) for cell in numbers[name]], dtype="object")
    path = tmp_path / "cu.dta"
    labels = {
        name: {letters.get(name, {}).get(int(value), int(value)): label for value, label in values.items()}
        for name, values in file.value_labels.items()
    }
    missing = {name: sorted(codes.values()) for name, codes in letters.items()}
    path.write_bytes(
        write_dta(table, column_labels=dict(file.labels), variable_value_labels=labels, missing_user_values=missing)
    )
    root = study(tmp_path / "study")
    answers = {
        "c1": {"answer .a": "98"},
        "c2": {"answer .a": "dont_know", "answer .b": "refused"},
        "gioi": {"answer .a": "-"},
    }
    assert imported(root, path, **answers).interviews == legacy_material.PEOPLE


# Proposals


def test_the_proposal_names_what_has_the_same_words_and_leaves_the_rest_to_a_person(tmp_path):
    root = study(tmp_path)
    waiting = import_past_study(root, OLD, legacy_material.SAV)
    assert (waiting.form, waiting.matches) == ("", TABLE)
    rows = read_rows((root / TABLE).read_bytes(), TABLE, columns=COLUMNS)
    heads = {row["variable"]: row for row in rows if not row["value"]}
    assert (heads["c1"]["question"], heads["c1"]["proposed"], heads["c1"]["decision"]) == (
        "life_overall",
        "wording",
        "same",
    )
    assert heads["gioi"]["question"] == "sex"
    assert (heads["hoten"]["decision"], heads["hoten"]["proposed"]) == ("drop", "leads to a person")
    assert (heads["trongso"]["question"], heads["c2"]["decision"]) == ("base_weight", "apart")
    assert (heads[""]["question"], heads[""]["decision"]) == ("consent_part", "declared")
    values = {row["value"]: row for row in rows if row["variable"] == "c1" and row["value"]}
    assert {value: row["answer"] for value, row in values.items()} == REVERSED
    assert values["8"]["missing"] == "x"
    assert not any(row["decided_by"] for row in rows)


AGES = [f"{age}" for age in range(18, 90)]


def with_ages(tmp_path: Path) -> tuple[Path, Path]:
    """The legacy file with ages as typed, and a study whose sex question stands for the bands."""
    file = read_labelled("x.sav", legacy_material.SAV.read_bytes())
    table = file.cells.drop(columns="hoten").apply(pd.to_numeric).assign(hoten="x")
    table["tuoi"] = [float(AGES[row % len(AGES)]) for row in range(len(table))]
    labels = {
        name: {float(value): label for value, label in values.items()} for name, values in file.value_labels.items()
    }
    path = tmp_path / "tuoi.sav"
    path.write_bytes(write_sav(table, column_labels=dict(file.labels) | {"tuoi": "Tuổi"}, variable_value_labels=labels))
    return study(tmp_path / "study"), path


@pytest.mark.parametrize("decision", ["apart", "same"])
def test_exact_ages_get_in_as_bands_alone(tmp_path, decision):
    root, path = with_ages(tmp_path)
    import_past_study(root, OLD, path)
    rows = read_rows((root / TABLE).read_bytes(), TABLE, columns=COLUMNS)
    assert {row["value"] for row in rows if row["variable"] == "tuoi" and row["value"]} == set(AGES)
    bands = {f"answer {age}": "1" if int(age) < 45 else "2" for age in AGES} if decision == "same" else {}
    decided = {"decision": decision, "question": "sex" if decision == "same" else ""} | bands
    decisions = {"tuoi": decided, "gioi": {"decision": "drop", "question": ""}}
    if decision == "apart":
        with pytest.raises(StudyError, match=r'"Tuổi" is an exact age.*value by value'):
            imported(root, path, **decisions)
        return
    assert imported(root, path, **decisions).interviews == legacy_material.PEOPLE


def test_lines_that_nobody_reviewed_stop_the_import(tmp_path):
    root = study(tmp_path)
    import_past_study(root, OLD, legacy_material.SAV)
    with pytest.raises(StudyError, match=r"row 2: \d+ lines are not reviewed yet"):
        import_past_study(root, OLD, legacy_material.SAV)
    assert not (root / "data" / "raw" / OLD).exists()
    review(root, c2={"decided_by": ""})
    with pytest.raises(StudyError, match="8 lines are not reviewed"):
        import_past_study(root, OLD, legacy_material.SAV)


def test_a_wave_that_has_other_data_is_not_overwritten(tmp_path):
    root = study(tmp_path)
    imported(root)
    other = tmp_path / "khac.sav"
    file = read_labelled("x.sav", legacy_material.SAV.read_bytes())
    table = file.cells.drop(columns="hoten").apply(pd.to_numeric).assign(hoten="x")
    labels = {name: {float(value): text for value, text in found.items()} for name, found in file.value_labels.items()}
    other.write_bytes(write_sav(table, column_labels=dict(file.labels), variable_value_labels=labels))
    with pytest.raises(StudyError, match="other raw data"):
        import_past_study(root, OLD, other)


def test_a_table_mended_after_the_import_makes_the_form_anew_and_leaves_the_raw_data(tmp_path):
    root = study(tmp_path)
    imported(root)
    raw = {path.name: path.read_bytes() for path in (root / "data" / "raw" / OLD).iterdir()}
    assert imported(root, nghe_dai={"decision": "drop"}).interviews == legacy_material.PEOPLE
    form = read_form((root / "survey_forms" / f"{OLD}.xlsx").read_bytes(), source="x")
    assert form.question(f"cu_{OLD}_nghe_dai") is None
    assert {path.name: path.read_bytes() for path in (root / "data" / "raw" / OLD).iterdir()} == raw


def test_a_code_page_that_a_file_name_could_not_hold_is_refused(tmp_path):
    with pytest.raises(StudyError, match='"viscii" is not known'):
        import_past_study(study(tmp_path), OLD, legacy_material.SAV, encoding="VISCII")


# What contradicts is refused


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"c1": {"answer 1": "1"}}, r'c1: 1 is "Rất hài lòng", and "1" is "Rất không hài lòng" in the form'),
        ({"c1": {"answer 1": ""}}, r'nobody says which answer of "life_overall" the value 1 is'),
        ({"c1": {"answer 1": "7"}}, r'"7" is no choice of "life_overall"'),
        ({"c1": {"answer 8": "3"}}, r'the file calls 8 missing, and "3" is an answer'),
        ({"c2": {"answer 9": ""}}, "the file calls 9 missing and does not say why"),
        ({"c2": {"answer 8": "5"}}, '"5" is not known here'),
        ({"c2": {"question": "life_overall", "decision": "same"}}, "nobody says which answer|is matched in row"),
        ({"c1": {"question": "luong"}}, 'no question "luong"'),
        ({"c1": {"decision": "giong"}}, '"giong" is not a decision'),
        ({"hoten": {"decision": "apart"}}, '"Họ và tên" leads to a person'),
        ({"thon": {"decision": "apart", "question": ""}}, 'no line leads to "village"'),
        (
            {"huyen": {"decision": "apart", "question": "", "answer 1": "", "answer 2": ""}},
            'no line leads to "district"',
        ),
        ({"huyen": {"note": ""}}, ""),
        ({"declared": {"note": ""}}, "a declaration without a note"),
        ({"declared": {"decision": "drop"}}, 'no line leads to "consent_part".*where consent is recorded'),
        ({"lo_gia": {"question": "worries/rain"}}, '"rain" is no choice of "worries"'),
        ({"gioi": {"answer 9": "3"}}, 'the file calls 9 missing, and "3" is an answer'),
        ({"gioi": {"answer 2": "-"}}, '"-" is no choice of "sex"'),
        ({"lo_gia": {"answer 1": "yes"}}, '"yes" is neither 0 nor 1'),
        ({"trongso": {"decision": "drop"}}, 'has no weights.*base = "equal"'),
    ],
)
def test_a_table_that_contradicts_file_or_form_is_refused(tmp_path, changes, message):
    root = study(tmp_path)
    if not message:
        assert imported(root, **changes).interviews == 240
        return
    with pytest.raises(StudyError, match=message):
        imported(root, **changes)
    assert not (root / "data" / "raw" / OLD).exists()
    assert not (root / "survey_forms").exists()


def test_weights_that_study_toml_does_not_speak_of_are_refused(tmp_path):
    root = study(tmp_path)
    path = root / "study.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('base = "column"\ncolumn = "base_weight"\n', ""), encoding="utf-8"
    )
    with pytest.raises(StudyError, match=r'has weights.*base = "column", column = "base_weight"'):
        imported(root)


def test_words_that_nobody_labelled_stand_in_no_table_and_are_kept_by_none(tmp_path):
    """They may be names of people or of interviewers."""
    file = read_labelled("x.sav", legacy_material.SAV.read_bytes())
    labels = {name: {float(value): text for value, text in found.items()} for name, found in file.value_labels.items()}
    table = file.cells.drop(columns="hoten").apply(pd.to_numeric).assign(hoten="x", dtv=["Lan", "Hùng"] * 120)
    missing = {"gioi": [9], "c1": [8], "c2": [{"lo": 8, "hi": 9}]}
    path = tmp_path / "dtv.sav"
    path.write_bytes(
        write_sav(table, column_labels=dict(file.labels), variable_value_labels=labels, missing_ranges=missing)
    )
    root = study(tmp_path / "study")
    import_past_study(root, OLD, path)
    assert "Hùng" not in (root / TABLE).read_text(encoding="utf-8")
    with pytest.raises(StudyError, match="words or dates"):
        imported(root, path, dtv={"decision": "apart"})
    assert imported(root, path, dtv={"decision": "drop"}).interviews == legacy_material.PEOPLE


def test_a_table_made_for_another_file_is_refused(tmp_path):
    root = study(tmp_path)
    import_past_study(root, OLD, legacy_material.SAV)
    review(root)
    path = tmp_path / "khac.sav"
    path.write_bytes(write_sav(pd.DataFrame({"c1": [1.0]})))
    with pytest.raises(StudyError, match=r'"SoPhieu" does not stand in khac\.sav'):
        import_past_study(root, OLD, path)


# Files that can't be relied on


def file_with(
    *names: str, labels: dict[str, str] | None = None, values: dict[str, dict[str, str]] | None = None
) -> LabelledFile:
    cells = pd.DataFrame([["1"] * len(names)], dtype="str")
    cells.columns = pd.Index(names)
    return LabelledFile(name="cu.sav", cells=cells, labels=labels or {}, value_labels=values or {})


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (file_with("c1", "C1"), "variables c1, C1: these names differ in case only"),
        (file_with("c1", "c1"), "stand twice"),
        (file_with("câu 1"), "câu 1: this is no legal variable name"),
        (file_with("1a"), "no legal variable name"),
        (file_with("c1", labels={"c1": "D©n sè x·"}), r"TCVN3.*--encoding tcvn3"),
        (file_with("c1", labels={"c1": "Daân soá"}), r"VNI.*UniKey"),
        (file_with("c1", values={"c1": {"1": "HaÌi loÌng"}}), r"c1 = 1.*Windows-1258.*--encoding cp1258"),
        (file_with("c1", labels={"c1": "Ðường xa ðến"}), "--encoding cp1258"),
    ],
)
def test_names_and_letters_that_can_not_be_relied_on_are_refused(file, message):
    with pytest.raises(StudyError, match=message):
        refuse_unsound_file(file)


def test_a_file_in_good_vietnamese_is_let_through():
    labels = {"c1": "Ông/bà có hài lòng với đường sá, ngõ xóm, ì ạch, òa khóc, thuở ấy không?"}
    refuse_unsound_file(file_with("c1", "thôn_2", labels=labels))


def test_the_code_page_of_an_old_file_stays_in_its_name_so_that_every_run_reads_it_alike():
    content = write_sav(pd.DataFrame({"c1": [1.0]}), column_labels={"c1": "X@@@Y"})
    old = content.replace(b"X@@@Y", "Tuô\u0309i".encode("cp1258"))
    with pytest.raises(StudyError, match="--encoding"):
        read_labelled("cu.sav", old)
    assert read_labelled("cu.cp1258.sav", old).labels == {"c1": "Tuổi"}


@pytest.mark.parametrize(("label", "is_taken"), [("Rất hài lòng", False), ("Rat khong hai long", True)])
def test_an_export_of_todays_form_whose_labels_contradict_it_is_refused(tmp_path, label, is_taken):
    root = write_small_study(tmp_path)
    shutil.rmtree(root / "data" / "raw")
    path = tmp_path / "xuat.sav"
    path.write_bytes(
        write_sav(pd.DataFrame({"life_overall": [1.0]}), variable_value_labels={"life_overall": {1.0: label}})
    )
    if is_taken:
        assert import_raw_files(root, WAVE, [path], source="x") == 1
        return
    with pytest.raises(StudyError, match='1 is "Rất hài lòng" here, and "Rất không hài lòng" in form'):
        import_raw_files(root, WAVE, [path], source="x")


# The command


@pytest.mark.usefixtures("vietnamese")
def test_the_command_says_what_waits_and_what_was_taken(tmp_path):
    root = study(tmp_path)
    command = ["--study", str(root), "import-study", OLD, str(legacy_material.SAV)]
    waiting = CliRunner().invoke(app, command)
    assert "chờ soát" in waiting.output
    review(root)
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.exception
    assert f"{OLD}: 240 phiếu" in done.output
