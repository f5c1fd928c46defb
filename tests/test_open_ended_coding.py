"""Coding by people: the codebook, two coders, how far they agree, who decides in the end."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from danvan_study.errors import StudyError
from danvan_study.open_ended.agreement import Level, Verdict, agree, agree_on_codes, krippendorff_alpha
from danvan_study.open_ended.decisions import measure_agreement, settle
from danvan_study.open_ended.issues import read_issues
from danvan_study.open_ended.release import read_review_sheet, released_texts, write_review_sheet
from danvan_study.open_ended.sheets import read_coding_sheet, write_coding_sheet
from danvan_study.open_ended.workbook import Assignment, read_assignment
from danvan_study.store import Folder
from danvan_study.store.codings import append_codings, append_releases, read_codings, read_releases
from danvan_study.tables import Codings, Releases, Texts

ROOT = Path(__file__).parents[1]
BOOK = read_issues((ROOT / "data/codes/issues.toml").read_text(encoding="utf-8"), "issues.toml")
SMALL = """
version = "1"
questions = ["q"]
other = "90"
[[code]]
name = "4"
label = {vi = "Đường"}
definition = "Đường sá"
[[code]]
name = "90"
label = {vi = "Khác"}
definition = "Khác"
"""


def texts(*said: str) -> pd.DataFrame:
    rows = [(f"t{n}", f"r{n}", "q", "text", text, "") for n, text in enumerate(said)]
    return Texts.conform(pd.DataFrame(rows, columns=list(Texts.columns()), dtype="str"))


def coding(text: str, codes: str, coder: str, role: str = "coder", polarity: str = "negative") -> dict[str, str]:
    blank = dict.fromkeys(Codings.columns(), "")
    said = {Codings.text_id: text, Codings.codes: codes, Codings.coder: coder, Codings.role: role}
    return blank | said | {Codings.question: "q", Codings.act: "complaint", Codings.polarity: polarity}


def codings(*rows: dict[str, str]) -> pd.DataFrame:
    return Codings.conform(pd.DataFrame(rows, dtype="str"))


def random_case(number: int) -> list[list[float]]:
    draw = random.Random(number)
    coders, count, values = draw.randint(2, 5), draw.randint(4, 30), draw.randint(2, 6)
    blank, same = draw.choice([0, 0.1, 0.4]), draw.random()
    rows = [[float("nan")] * count for _ in range(coders)]
    for text in range(count):
        truth = draw.randrange(values)
        for row in rows:
            value = truth if draw.random() < same else draw.randrange(values)
            if draw.random() >= blank:
                row[text] = float(value)
    return rows


def test_alpha_equals_the_reference_on_900_random_cases() -> None:
    with (Path(__file__).parent / "data" / "krippendorff_900.csv").open(encoding="utf-8") as stream:
        expected = list(csv.DictReader(stream))
    assert len(expected) == 900
    for row in expected:
        found = krippendorff_alpha(random_case(int(row["case"])), Level(row["level"]))
        assert found == pytest.approx(float(row["alpha"]), abs=1e-12, nan_ok=True), row


def test_alpha_is_one_for_agreement_and_below_zero_for_contradiction() -> None:
    assert krippendorff_alpha([[0, 1, 0, 1], [0, 1, 0, 1]]) == 1
    assert krippendorff_alpha([[0, 1, 0, 1], [1, 0, 1, 0]]) < 0
    assert np.isnan(krippendorff_alpha([[0, 0], [0, 0]]))
    assert np.isnan(krippendorff_alpha([[0, np.nan], [np.nan, 1]]))


def test_the_interval_of_alpha_holds_the_truth_of_a_known_coder() -> None:
    # Coders copy a fair coin with probability .9, else throw their own: alpha is .81 (chance that both copied it).
    held = 0
    for number in range(200):
        draw = np.random.default_rng(number)
        truth = draw.integers(2, size=150)
        ratings = np.where(draw.random((2, 150)) < 0.9, truth, draw.integers(2, size=(2, 150)))
        found = agree(ratings, seed=number)
        held += found.low <= 0.81 <= found.high
    assert 0.89 <= held / 200 <= 0.99


@pytest.mark.parametrize(("same", "verdict"), [(50, "reliable"), (43, "tentative"), (35, "unreliable")])
def test_the_gate_stands_at_two_thirds_and_four_fifths(same: int, verdict: str) -> None:
    one = [{"4"} if n % 2 else {"5"} for n in range(50)]
    two = [codes if n < same else ({"5"} if "4" in codes else {"4"}) for n, codes in enumerate(one)]
    assert agree_on_codes([one, two], "4").verdict is Verdict(verdict)
    assert agree_on_codes([one, two], "9").verdict is Verdict.UNUSED


def test_the_adjudicator_has_the_last_word_and_disputes_stay_open_without_one() -> None:
    table = codings(
        coding("a", "4", "c1"),
        coding("a", "4", "c2"),
        coding("b", "4", "c1"),
        coding("b", "90", "c2"),
        coding("c", "4", "c1"),
        coding("c", "90", "c2"),
        coding("c", "90", "boss", "adjudicator"),
        coding("d", "4", "c1"),
        coding("d", "90", "c1"),  # changed their mind
    )
    settled = settle(table)
    assert settled.disputed == ("b",)
    assert settled.codes.set_index(Codings.text_id)[Codings.codes].to_dict() == {"a": "4", "c": "90", "d": "90"}


def test_agreement_is_measured_before_adjudication() -> None:
    rows = [coding(f"t{n}", "4" if n % 2 else "90", coder) for n in range(20) for coder in ("c1", "c2")]
    rows.append(coding("t1", "90", "boss", "adjudicator"))
    found = measure_agreement(codings(*rows), read_issues(SMALL, "x"))
    assert found["4"].alpha == 1
    assert found["4"].texts == 20
    assert found[Codings.act].verdict is Verdict.UNUSED


def assigned(person: str, role: str) -> Assignment:
    return Assignment(wave="2026q3", question="q", person=person, role=role)


def saved(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_a_coding_sheet_goes_out_and_comes_back() -> None:
    book, coder = read_issues(SMALL, "codes.toml"), assigned("c1", "coder")
    sent = write_coding_sheet(texts("=1+1 đường xấu", "sóng yếu", "x y"), book, assignment=coder)
    workbook = openpyxl.load_workbook(io.BytesIO(sent))
    sheet = workbook["Mã hoá"]
    assert sheet["B2"].value == "=1+1 đường xấu"
    assert "r0" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    sheet["C2"], sheet["F2"], sheet["G2"] = "4 Đường", "chê", "xấu"
    sheet["C3"], sheet["D3"], sheet["F3"], sheet["G3"] = "90 Khác", "4 Đường", "đề nghị", "không rõ"
    sheet["H2"] = "hỏi lại bà Nguyễn Thị Hoa, 0912 345 678"
    back = saved(workbook)
    assert read_assignment(back, "c1.xlsx") == coder
    found = read_coding_sheet(back, book, assignment=coder, day="2026-11-22", file="c1.xlsx")
    assert found[[Codings.text_id, Codings.codes, Codings.act, Codings.polarity]].to_numpy().tolist() == [
        ["t0", "4", "complaint", "negative"],
        ["t1", "4 90", "request", "neutral"],
    ]
    assert found[Codings.coder].to_list() == ["c1", "c1"]
    assert found.loc[0, Codings.note] == "hỏi lại bà [tên], [số điện thoại]"
    sheet["C2"] = "77"
    with pytest.raises(StudyError, match=r'c1.xlsx, sheet Mã hoá, row 2: "77" is no code'):
        read_coding_sheet(saved(workbook), book, assignment=coder, day="", file="c1.xlsx")


def test_an_adjudicator_sees_what_the_coders_said() -> None:
    boss = assigned("a", "adjudicator")
    said = {"c1": {"t0": "4 · chê · xấu"}, "c2": {"t0": "90 · chê · xấu"}}
    sent = write_coding_sheet(texts("đường xấu"), read_issues(SMALL, "x"), assignment=boss, said=said)
    sheet = openpyxl.load_workbook(io.BytesIO(sent))["Mã hoá"]
    assert [sheet["I1"].value, sheet["I2"].value, sheet["J2"].value] == ["c1", "4 · chê · xấu", "90 · chê · xấu"]


def test_a_file_of_somebody_else_is_refused() -> None:
    workbook = openpyxl.Workbook()
    with pytest.raises(StudyError, match='has no sheet "Thông tin"'):
        read_assignment(saved(workbook), "x.xlsx")
    workbook.create_sheet("Thông tin").append(["wave", "2026q3"])
    with pytest.raises(StudyError, match="the line 'question' is missing"):
        read_assignment(saved(workbook), "x.xlsx")
    with pytest.raises(StudyError, match=r"x\.xlsx"):
        read_assignment(b"no workbook", "x.xlsx")


def test_coders_see_only_what_a_person_has_passed() -> None:
    said, reviewer = texts("bà Tám xả rác, hỏi Tám Rô", "đường xấu"), assigned("s1", "reviewer")
    workbook = openpyxl.load_workbook(io.BytesIO(write_review_sheet(said, reviewer)))
    sheet = workbook["Soát tên"]
    sheet["C2"], sheet["D2"] = "Tám; Tám Rô", "x"
    passed = read_review_sheet(saved(workbook), said, assignment=reviewer, day="2026-11-22", file="review.xlsx")
    assert released_texts(said, passed)[Texts.text].to_list() == ["bà [tên] xả rác, hỏi [tên]"]
    assert not passed.map(lambda cell: "Tám" in cell).any(axis=None), "the record of a release holds no word"
    sheet["C2"] = "Chín"
    with pytest.raises(StudyError, match='"Chín" does not stand in the text'):
        read_review_sheet(saved(workbook), said, assignment=reviewer, day="", file="review.xlsx")


def test_a_text_that_reads_otherwise_now_needs_another_look(tmp_path) -> None:
    said, reviewer = texts("bà Tám xả rác"), assigned("s1", "reviewer")
    workbook = openpyxl.load_workbook(io.BytesIO(write_review_sheet(said, reviewer)))
    workbook["Soát tên"]["D2"] = "x"
    passed = read_review_sheet(saved(workbook), said, assignment=reviewer, day="2026-11-22", file="review.xlsx")
    folder = Folder(tmp_path)
    assert append_releases(folder, "released.csv", passed) == 1
    kept = read_releases(folder, "released.csv")
    assert len(released_texts(said, kept)) == 1
    assert released_texts(texts("bà Tám đổ rác"), kept).empty
    assert released_texts(said, Releases.empty()).empty


def test_decisions_are_added_and_a_changed_line_is_seen(tmp_path) -> None:
    folder = Folder(tmp_path)
    assert append_codings(folder, "codings.csv", codings(coding("a", "4", "c1"))) == 1
    assert append_codings(folder, "codings.csv", codings(coding("a", "90", "c2"), coding("b", "4", "c1"))) == 3
    assert read_codings(folder, "codings.csv")[Codings.codes].to_list() == ["4", "90", "4"]
    path = tmp_path / "codings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("a,q,90", "a,q,4"), encoding="utf-8")
    with pytest.raises(StudyError, match="previous_hash"):
        read_codings(Folder(tmp_path), "codings.csv")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('other = "90"', 'other = "91"', 'there is no code "91"'),
        ('name = "90"', 'name = "4"', 'the code "4" stands twice'),
        ("definition", "meaning", '"definition" is missing'),
        ('name = "4"', 'name = "4 5"', '"4 5" is no name of a code'),
    ],
)
def test_a_mistake_in_the_codebook_is_told(old: str, new: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        read_issues(SMALL.replace(old, new, 1), "codes.toml")


def test_the_codebook_of_the_demonstration_defines_what_the_form_offers() -> None:
    assert BOOK.names == (*map(str, range(1, 15)), "90", "96")
    assert all(code.definition and code.included for code in BOOK.codes)
    assert all(code.keywords for code in BOOK.codes if code.name != BOOK.other)
