"""The loop of corrections: findings to a workbook, decisions to lines that nobody can change unseen, and the proof."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from danvan_study.cli import main
from danvan_study.errors import StudyError
from danvan_study.pipeline import offer_corrections, record_decisions, review_wave, run_study
from danvan_study.store import Folder, read_rows
from danvan_study.store.chain import line_hash
from danvan_study.tables import Answers, Corrections
from tests.small_study import WAVE, submissions, write_small_study

FILE = f"data/corrections/{WAVE}.csv"
WHO = {"lý do": "Hỏi lại điều tra viên", "người quyết định": "gs1", "ngày": "20/07/2025"}
OPINION = "77"


def records():
    """Two broken answers, one of opinion and one of background, and an interview at night."""
    spoiled = submissions()
    spoiled[0]["living/life_overall"] = OPINION
    spoiled[1]["sex"] = "9"
    spoiled[2]["start"] = "2025-07-10T23:30:00.000+07:00"
    spoiled[2]["end"] = "2025-07-10T23:44:00.000+07:00"
    return spoiled


@pytest.fixture
def study(tmp_path):
    return write_small_study(tmp_path, records=records())


class Workbook:
    """The supervisor at work."""

    def __init__(self, root):
        self.root = root
        self.name, self.count = offer_corrections(root, WAVE)
        self.book = openpyxl.load_workbook(io.BytesIO((root / self.name).read_bytes()))

    def head(self, sheet="quyet_dinh"):
        return [cell.value for cell in self.book[sheet][2]]

    def rows(self):
        head = self.head()
        return [dict(zip(head, row, strict=True)) for row in self.book["quyet_dinh"].iter_rows(3, values_only=True)]

    def decide(self, respondent, check=None, **cells):
        """Fill in the row of a finding; return its number."""
        for number, row in enumerate(self.rows(), 3):
            if row["mã phiếu"] == respondent and check in (None, row["kiểm tra"]):
                return self.write("quyet_dinh", number, cells)
        raise AssertionError(f"no finding about {respondent}")

    def add_rule(self, number=3, **cells):
        return self.write("quy_tac", number, cells)

    def write(self, sheet, number, cells):
        for column, value in (WHO | {name.replace("_", " "): value for name, value in cells.items()}).items():
            self.book[sheet].cell(number, self.head(sheet).index(column) + 1, value)
        return number

    def record(self):
        path = self.root / "decided.xlsx"
        self.book.save(path)
        return record_decisions(self.root, WAVE, path)[1]


def lines(root):
    return read_rows((root / FILE).read_bytes(), FILE)


def answer(root, respondent, question):
    run_study(root, [WAVE])
    table = pd.read_parquet(root / f"data/processed/{WAVE}/answers.parquet")
    found = table[(table[Answers.respondent] == respondent) & (table[Answers.question] == question)]
    return found[Answers.answer].item() if len(found) else None


def test_the_workbook_names_the_check_and_a_random_id_and_no_answer_of_opinion(study) -> None:
    workbook = Workbook(study)
    told = [str(cell) for row in workbook.rows() for cell in row.values()]
    assert {"a-0-00", "a-0-01", "a-0-02"} <= set(told)
    assert OPINION not in told
    assert "Đường làng xấu" not in " ".join(told)
    assert all(not row["quyết định"] for row in workbook.rows())
    assert workbook.book["quyet_dinh"]["A1"].value.startswith("SỐ LIỆU MÔ PHỎNG")


def test_the_seal_of_a_cell_tells_nothing_of_its_answer(study, tmp_path_factory) -> None:
    seals = {row["mã phiếu"]: row["dấu"] for row in Workbook(study).rows()}
    others = records()
    others[1]["living/life_overall"] = "1" if others[1]["living/life_overall"] != "1" else "5"
    again = Workbook(write_small_study(tmp_path_factory.mktemp("other"), records=others))
    changed = {row["mã phiếu"] for row in again.rows() if seals.get(row["mã phiếu"]) != row["dấu"]}
    assert changed == {"a-0-01"}  # the finding is about sex, the change was of an opinion


def test_decisions_become_lines_each_with_the_hash_of_the_line_before(study) -> None:
    workbook = Workbook(study)
    workbook.decide("a-0-00", quyết_định="để trống")
    workbook.decide("a-0-01", quyết_định="sửa", giá_trị_mới=1)
    workbook.decide("a-0-02", "interview_takes_place_by_day", quyết_định="giữ nguyên")
    assert workbook.record() == 3
    first, second, third = lines(study)
    assert [line[Corrections.action] for line in (first, second, third)] == ["blank", "change", "none"]
    assert second[Corrections.old_value] == "9"
    assert second[Corrections.decided_at] == "2025-07-20"
    assert [line[Corrections.previous_hash] for line in (first, second, third)] == [
        "",
        line_hash(first),
        line_hash(second),
    ]
    assert answer(study, "a-0-01", "sex") == "1"
    assert answer(study, "a-0-00", "life_overall") is None


def test_what_was_decided_is_not_asked_again_and_counts_once(study) -> None:
    workbook = Workbook(study)
    workbook.decide("a-0-02", "interview_takes_place_by_day", quyết_định="giữ nguyên")
    workbook.decide("a-0-01", quyết_định="sửa", giá_trị_mới="1")
    assert workbook.record() == 2
    assert workbook.record() == 0
    assert not {"interview_takes_place_by_day", "answer_is_among_the_choices"} & {
        row["kiểm tra"] for row in Workbook(study).rows() if row["mã phiếu"] in {"a-0-01", "a-0-02"}
    }


def test_earlier_lines_stay_as_they_are_when_new_ones_are_added(study) -> None:
    first = Workbook(study)
    first.decide("a-0-00", quyết_định="để trống")
    first.record()
    before = (study / FILE).read_bytes()
    second = Workbook(study)
    second.decide("a-0-01", quyết_định="bỏ phiếu")
    second.record()
    assert (study / FILE).read_bytes().startswith(before)


@pytest.mark.parametrize(
    ("respondent", "cells", "message"),
    [
        ("a-0-00", {"quyết_định": "sửa", "giá_trị_mới": "4"}, 'column giá trị mới: "life_overall" is not of the kind'),
        ("a-0-01", {"quyết_định": "sửa", "giá_trị_mới": "7"}, 'column giá trị mới: "7" is no answer to sex'),
        ("a-0-01", {"quyết_định": "sửa"}, "column giá trị mới: a new value is missing"),
        ("a-0-01", {"quyết_định": "để trống", "giá_trị_mới": "1"}, "column giá trị mới: .* goes with no new value"),
        ("a-0-01", {"quyết_định": "có thể"}, 'column quyết định: "có thể" is no decision'),
        ("a-0-01", {"quyết_định": "để trống", "lý_do": None}, "column lý do: it is empty"),
        ("a-0-01", {"quyết_định": "để trống", "ngày": "hôm qua"}, 'column ngày: "hôm qua" is no date'),
        ("a-0-01", {"quyết_định": "để trống", "mã_phiếu": "a-9-99"}, 'column mã phiếu: no interview .* "a-9-99"'),
        ("a-0-01", {"quyết_định": "để trống", "mã_phiếu": "a-0-05"}, "column dấu: the interview has changed"),
        ("a-0-01", {"quyết_định": "để trống", "câu": "life_overall"}, "column dấu: the interview has changed"),
        ("a-0-02", {"quyết_định": "để trống"}, "column câu: this finding is about the whole interview"),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_fit_is_refused_by_sheet_row_and_column(study, respondent, cells, message) -> None:
    workbook = Workbook(study)
    number = workbook.decide(respondent, **cells)
    with pytest.raises(StudyError, match=rf"decided.xlsx, sheet quyet_dinh, row {number}, {message}"):
        workbook.record()
    assert not (study / FILE).exists()


def test_two_decisions_on_one_answer_are_refused(study) -> None:
    workbook = Workbook(study)
    number = workbook.decide("a-0-01", quyết_định="để trống")
    sheet = workbook.book["quyet_dinh"]
    copied = sheet.max_row + 1
    for cell in sheet[number]:
        sheet.cell(copied, cell.column, cell.value)
    workbook.write("quyet_dinh", copied, {"quyết_định": "sửa", "giá_trị_mới": "2"})
    with pytest.raises(StudyError, match=rf"row {copied}, column quyết định: row {number} decides otherwise"):
        workbook.record()


def test_an_answer_that_changed_after_the_sheet_was_made_is_not_overwritten(study) -> None:
    old, other = Workbook(study), Workbook(study)
    other.decide("a-0-01", quyết_định="sửa", giá_trị_mới="2")
    other.record()
    old.decide("a-0-01", quyết_định="sửa", giá_trị_mới="1")
    with pytest.raises(StudyError, match="column dấu: the interview has changed since this sheet was made"):
        old.record()
    assert len(lines(study)) == 1


# Rules


def test_a_rule_applies_to_every_submission_that_it_fits_also_to_those_that_come_later(study, tmp_path_factory) -> None:
    workbook = Workbook(study)
    workbook.add_rule(điều_kiện="${sex} = '9'", câu="sex", quyết_định="để trống")
    assert workbook.record() == 1
    assert answer(study, "a-0-01", "sex") is None
    later = records()
    later[30]["sex"] = "9"
    after = write_small_study(tmp_path_factory.mktemp("later"), records=later)
    Folder(after).write_file(FILE, (study / FILE).read_bytes())
    assert answer(after, later[30]["_uuid"], "sex") is None
    assert answer(after, later[31]["_uuid"], "sex") == later[31]["sex"]
    assert review_wave(after, WAVE).changed == 2


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"điều_kiện": "${sexx} = '9'", "câu": "sex"}, 'no form of this wave has the question "sexx"'),
        ({"điều_kiện": "${sex} = = '9'", "câu": "sex"}, "Write it as a form does"),
        ({"điều_kiện": "1 = 1", "câu": "sex"}, "it looks at no question"),
        ({"điều_kiện": "${sex} = '9'", "câu": "sexx"}, 'no form of this wave has the question "sexx"'),
        ({"điều_kiện": "${sex} = '9'", "câu": "sex", "quyết_định": "giữ nguyên"}, "nothing that a rule can do"),
    ],
)
def test_a_rule_that_cannot_be_read_names_its_row(study, cells, message) -> None:
    workbook = Workbook(study)
    workbook.add_rule(**({"quyết_định": "để trống"} | cells))
    with pytest.raises(StudyError, match=f"decided.xlsx, sheet quy_tac, row 3.*{message}"):
        workbook.record()


def test_two_rules_that_disagree_on_an_answer_are_refused(study) -> None:
    workbook = Workbook(study)
    workbook.add_rule(điều_kiện="${sex} = '9'", câu="sex", quyết_định="sửa", giá_trị_mới="1")
    workbook.add_rule(4, điều_kiện="${interviewer} = 'i0'", câu="sex", quyết_định="sửa", giá_trị_mới="2")
    with pytest.raises(StudyError, match=r"row 4: the rule changes sex of .*, which row 3 changed already"):
        workbook.record()


# The proof


def test_the_review_counts_what_stands_between_raw_and_clean(study) -> None:
    workbook = Workbook(study)
    workbook.decide("a-0-00", quyết_định="để trống")
    workbook.decide("a-0-02", "interview_takes_place_by_day", quyết_định="bỏ phiếu", lý_do="Ban đêm")
    workbook.record()
    run_study(study, [WAVE])
    proof = review_wave(study, WAVE)
    assert (proof.changed, proof.removed) == (1, 1)
    assert proof.lines == {("blank", WHO["lý do"]): 1, ("remove", "Ban đêm"): 1}
    assert proof.cells > 1000


def test_a_cell_that_somebody_edited_is_found_and_its_answer_not_told(study, monkeypatch, capsys) -> None:
    run_study(study, [WAVE])
    path = study / f"data/processed/{WAVE}/answers.parquet"
    table = pd.read_parquet(path)
    row = table.index[table[Answers.question] == "life_overall"][7]
    table.loc[row, Answers.answer] = "5" if table.loc[row, Answers.answer] != "5" else "1"
    table.to_parquet(path)
    monkeypatch.setattr("sys.argv", ["danvan", "--study", str(study), "review", WAVE])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    told = " ".join(capsys.readouterr().err.split())
    assert f"respondent {table.loc[row, Answers.respondent]}, question life_overall" in told
    assert "Traceback" not in told


def test_a_decided_line_that_was_changed_later_is_found(study) -> None:
    workbook = Workbook(study)
    workbook.decide("a-0-00", quyết_định="để trống")
    workbook.decide("a-0-01", quyết_định="sửa", giá_trị_mới="1")
    workbook.record()
    text = (study / FILE).read_text(encoding="utf-8")
    (study / FILE).write_text(text.replace("gs1", "gs2", 1), encoding="utf-8")
    with pytest.raises(StudyError, match=f"{FILE}, row 3: its previous_hash is"):
        review_wave(study, WAVE)


def test_the_workbook_of_the_same_wave_has_the_same_bytes(study) -> None:
    name, _ = offer_corrections(study, WAVE)
    before = (study / name).read_bytes()
    offer_corrections(study, WAVE)
    assert (study / name).read_bytes() == before
