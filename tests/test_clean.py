"""Corrections: applied by value, refused by row, and nothing else changes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.clean import IMPACT_LOG, apply_corrections, import_log, pass_over_removed
from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.tables import Answers, Corrections, Interviews, Removed
from tests.form_material import WAVE, codebook, study

BOOK = codebook()
BOOKS = {"v1": BOOK}
RECORDS = [
    {
        "_uuid": "u1", "consent_part": "1", "life_overall": "5", "issues": "roads water", "hh_size": "24",
        "worry": "đường sá", "moved_on": "2021-07-05", "children": [{"age": "3"}, {"age": "7", "needs": "health"}],
    },
    {"_uuid": "u2", "consent_part": "1", "life_overall": "98", "hh_size": "4"},
    {"_uuid": "u3", "consent_part": "1", "worry": "04"},
]  # fmt: skip
COLLECTED = collect_responses(RECORDS, codebooks=BOOKS, study=study(), wave=WAVE)


ISSUES = ("u1", "issues")


def nfd(text):
    return unicodedata.normalize("NFD", text)


def table(*lines):
    """Corrections from (respondent, question, old, new, action)."""
    names = (
        Corrections.respondent,
        Corrections.question,
        Corrections.old_value,
        Corrections.new_value,
        Corrections.action,
    )
    rows = [dict.fromkeys(Corrections.columns(), "") | dict(zip(names, line, strict=True)) for line in lines]
    return Corrections.conform(pd.DataFrame(rows, columns=list(Corrections.columns()), dtype="str"))


def clean(*lines):
    return apply_corrections(COLLECTED.interviews, COLLECTED.answers, table(*lines), codebooks=BOOKS, file="c.csv")


def cells(answers):
    return dict(
        zip(
            zip(answers[Answers.respondent], answers[Answers.question], strict=True),
            answers[Answers.answer],
            strict=True,
        )
    )


RAW = cells(COLLECTED.answers)


def difference(cleaned):
    """Cells that differ from raw: (raw, clean), None where there is none."""
    now = cells(cleaned.answers)
    return {cell: (RAW.get(cell), now.get(cell)) for cell in RAW | now if RAW.get(cell) != now.get(cell)}


def test_without_corrections_nothing_changes() -> None:
    cleaned = clean()
    assert cleaned.answers.equals(COLLECTED.answers)
    assert cleaned.interviews.equals(COLLECTED.interviews)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("u1", "hh_size", "24.0", "4", "change"), {("u1", "hh_size"): ("24", "4")}),
        (("u1", "living/hh_size", "24", "4.0", "change"), {("u1", "hh_size"): ("24", "4")}),
        (("u1", "moved_on", "05/07/2021", "1/3/2018", "change"), {("u1", "moved_on"): ("2021-07-05", "2018-03-01")}),
        (("u1", "moved_on", "2021-07-05T00:00:00", "", "blank"), {("u1", "moved_on"): ("2021-07-05", None)}),
        (("u1", "worry", nfd("đường sá"), "nước", "change"), {("u1", "worry"): ("đường sá", "nước")}),
        (("u1", "issues", "water roads", "school water", "change"), {ISSUES: ("roads water", "water school")}),
        (("u1", "issues/water", "1", "0", "change"), {("u1", "issues"): ("roads water", "roads")}),
        (("u1", "living/issues/health", "False", "True", "change"), {ISSUES: ("roads water", "roads water health")}),
        (("u1", "age[2]", "7", "8", "change"), {("u1", "age[2]"): ("7", "8")}),
        (("u1", "needs[2]/health", "1", "0", "change"), {("u1", "needs[2]"): ("health", None)}),
        (("u2", "life_overall", "98.0", "3", "change"), {("u2", "life_overall"): ("98", "3")}),
        (("u2", "worry", "", "giá cả", "change"), {("u2", "worry"): (None, "giá cả")}),
        (("u2", "issues/school", "", "1", "change"), {("u2", "issues"): (None, "school")}),
        (("u1", "anything", "12", "", "none"), {}),
    ],
)  # fmt: skip
def test_one_line_changes_one_cell(line, expected) -> None:
    cleaned = clean(line)
    assert difference(cleaned) == expected
    assert [tuple(row[:2]) for row in cleaned.changes.to_numpy()] == list(expected)


def test_lines_follow_one_another() -> None:
    chain = [("u1", "hh_size", "24", "14", "change"), ("u1", "hh_size", "14", "4", "change")]
    cleaned = clean(*chain, ("u1", "issues/water", "1", "0", "change"), ("u1", "issues/roads", "1", "0", "change"))
    assert difference(cleaned) == {("u1", "hh_size"): ("24", "4"), ("u1", "issues"): ("roads water", None)}
    assert cleaned.report.changed == 4


def test_a_line_said_twice_counts_once() -> None:
    line = ("u1", "hh_size", "24", "4", "change")
    report = clean(line, line).report
    assert (report.changed, report.repeated) == (1, 1)


def test_a_removed_interview_takes_its_answers_and_its_corrections_with_it() -> None:
    lines = [("u2", "hh_size", "4", "5", "change"), ("u2", "", "", "", "remove"), ("u2", "", "", "", "remove")]
    cleaned = clean(*lines, ("u2", "life_overall", "nonsense", "5", "change"))
    assert list(cleaned.interviews[Interviews.respondent]) == ["u1", "u3"]
    assert set(difference(cleaned)) == {cell for cell in RAW if cell[0] == "u2"}
    assert list(cleaned.removed[Removed.submission]) == ["u2"]
    assert (cleaned.report.removed, cleaned.report.repeated, cleaned.report.on_removed) == (1, 1, 2)
    assert cleaned.changes.empty


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("u9", "hh_size", "24", "4", "change"), 'c.csv, row 3: no interview has the respondent "u9"'),
        (("u1", "hh_sise", "24", "4", "change"), 'row 3: the form has no question "hh_sise"'),
        (("u1", "issues/sewage", "0", "1", "change"), 'row 3: the form has no question "issues/sewage"'),
        (("u1", "hh_size", "25", "4", "change"), 'row 3: hh_size of u1 is "24", not "25"'),
        (("u1", "hh_size", "", "4", "change"), 'row 3: hh_size of u1 is "24", not ""'),
        (("u2", "worry", "giá", "nước", "change"), 'row 3: worry of u2 is "", not "giá"'),
        (("u3", "worry", "4", "5", "change"), 'row 3: worry of u3 is "04", not "4"'),
        (("u1", "issues/water", "0", "1", "change"), 'row 3: issues of u1 is "1", not "0"'),
        (("u1", "life_overall", "5", "4", "change"), 'row 3: "4" is no answer to life_overall'),
        (("u1", "issues", "roads water", "roads flood", "change"), 'row 3: "roads flood" is no answer to issues'),
        (("u1", "hh_size", "24", "bốn", "change"), 'row 3: "bốn" is no answer to hh_size'),
        (("u1", "moved_on", "2021-07-05", "31/02/2021", "change"), 'row 3: "31/02/2021" is no answer to moved_on'),
        (("u1", "issues/water", "1", "maybe", "change"), 'row 3: "maybe" is neither 1 nor 0'),
        (("u1", "hh_size", "24", "", "change"), 'row 3: "change" needs a new value'),
        (("u1", "hh_size", "24", "4", "blank"), 'row 3: "blank" goes with no new value'),
        (("u1", "hh_size", "24", "4", "none"), 'row 3: "none" goes with no new value'),
        (("u1", "so_dien_thoai", "", "0912", "change"), "row 3: no interview of this wave holds an answer"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_fit_stops_the_run_and_names_its_row(line, message) -> None:
    with pytest.raises(StudyError, match=message):
        clean(("u1", "", "", "", "none"), line)


def test_two_lines_that_contradict_each_other_are_both_named() -> None:
    with pytest.raises(StudyError, match=r"row 3: hh_size of u1 is \"4\", not \"24\". Row 2 changed it already"):
        clean(("u1", "hh_size", "24", "4", "change"), ("u1", "hh_size", "24", "5", "change"))


def test_lines_on_people_who_are_gone_are_passed_over_and_the_others_keep_their_row() -> None:
    gone = Removed.conform(
        pd.DataFrame({"submission": ["u9"], "stage": ["collect"], "reason": ["duplicate"]}, dtype="str")
    )
    lines = table(("u9", "hh_size", "1", "2", "change"), ("u1", "hh_size", "7", "4", "change"))
    with pytest.raises(StudyError, match="row 3: hh_size"):
        apply_corrections(
            COLLECTED.interviews,
            COLLECTED.answers,
            pass_over_removed(lines, removed=gone, interviews=COLLECTED.interviews),
            codebooks=BOOKS,
            file="c.csv",
        )


def test_a_line_on_somebody_whose_submission_came_twice_still_counts() -> None:
    twice = Removed.conform(
        pd.DataFrame({"submission": ["u1"], "stage": ["collect"], "reason": ["duplicate"]}, dtype="str")
    )
    lines = table(("u1", "hh_size", "24", "4", "change"))
    assert len(pass_over_removed(lines, removed=twice, interviews=COLLECTED.interviews)) == 1


@given(st.integers(-(10**6), 10**6), st.integers(0, 3), st.sampled_from(["{:d}", "{:,d}", "{:+d}"]))
def test_old_numbers_match_however_a_spreadsheet_wrote_them(number, zeros, written) -> None:
    record = {"_uuid": "u1", "consent_part": "1", "hh_size": str(number)}
    raw = collect_responses([record], codebooks=BOOKS, study=study(), wave=WAVE)
    old = written.format(number) + ("." + "0" * zeros if zeros else "")
    lines = table(("u1", "hh_size", old, "1", "change"))
    cleaned = apply_corrections(raw.interviews, raw.answers, lines, codebooks=BOOKS, file="c.csv")
    assert cells(cleaned.answers)["u1", "hh_size"] == "1"
    wrong = table(("u1", "hh_size", str(number + 1), "1", "change"))
    with pytest.raises(StudyError, match="row 2"):
        apply_corrections(raw.interviews, raw.answers, wrong, codebooks=BOOKS, file="c.csv")


CHANGES = {
    ("u1", "hh_size"): ["4", "5", ""],
    ("u1", "issues"): ["health", "roads school", ""],
    ("u1", "worry"): ["giá", ""],
    ("u2", "life_overall"): ["1", "5", ""],
    ("u2", "worry"): ["đất"],
}


@given(
    st.lists(
        st.sampled_from([(cell, new) for cell, values in CHANGES.items() for new in values]),
        unique_by=lambda each: each[0],
    )
)
def test_clean_is_raw_plus_corrections_cell_by_cell(decisions) -> None:
    decided = dict(decisions)
    lines = [(*cell, RAW.get(cell, ""), new, "change" if new else "blank") for cell, new in decided.items()]
    expected = {cell: value for cell, value in (RAW | decided).items() if value}
    assert cells(clean(*lines).answers) == expected


# Logs of other tools


def log_line(**cells):
    columns = (
        "reported_date",
        "_uuid",
        "question",
        "issue",
        "old_value",
        "comment",
        "field_response",
        "change_type",
        "new_value",
        "reason",
    )
    return dict.fromkeys(columns, "") | cells


def imported(*lines, log_format=IMPACT_LOG):
    return import_log(
        lines, log_format=log_format, interviews=COLLECTED.interviews, answers=COLLECTED.answers, codebooks=BOOKS
    )


def test_a_foreign_log_becomes_corrections_that_fit() -> None:
    change = log_line(
        _uuid="u1", question="hh_size", change_type="change_response", new_value="4", reported_date="05/07/2025",
        issue="outlier", reason="typing", comment="24 people?",
    )  # fmt: skip
    log = imported(
        change,
        change | {"reported_date": "18/07/2025", "reason": ""},
        log_line(_uuid="u1", question="issues/water", change_type="change_response", new_value="0"),
        log_line(_uuid="u2", question="life_overall", change_type="blank_response", old_value="98"),
        log_line(_uuid="u3", change_type="remove_survey", reason="pilot"),
        log_line(_uuid="u2", question="hh_size", change_type="no_action", new_value="4"),
        log_format=replace(IMPACT_LOG, decider="tổ hiện trường"),
    )
    assert (log.lines, log.repeated, log.filled, log.undated) == (6, 1, 2, 4)
    assert log.actions == {"blank": 1, "change": 2, "none": 1, "remove": 1}
    first = log.corrections.iloc[0]
    assert first[Corrections.old_value] == "24"
    assert first[Corrections.reason] == "typing; 24 people? [giá trị cũ lấy từ số liệu gốc]"
    assert (first[Corrections.check], first[Corrections.decided_at]) == ("outlier", "2025-07-05")
    assert set(log.corrections[Corrections.decided_by]) == {"tổ hiện trường"}
    cleaned = apply_corrections(COLLECTED.interviews, COLLECTED.answers, log.corrections, codebooks=BOOKS, file="c.csv")
    gone = {cell: (value, None) for cell, value in RAW.items() if cell[0] == "u3"}
    assert difference(cleaned) == gone | {
        ("u1", "hh_size"): ("24", "4"),
        ("u1", "issues"): ("roads water", "roads"),
        ("u2", "life_overall"): ("98", None),
    }


def test_an_old_value_that_the_log_has_is_never_overwritten() -> None:
    log = imported(
        log_line(_uuid="u1", question="hh_size", change_type="change_response", old_value="23", new_value="4")
    )
    assert log.filled == 0
    with pytest.raises(StudyError, match='hh_size of u1 is "24", not "23"'):
        apply_corrections(COLLECTED.interviews, COLLECTED.answers, log.corrections, codebooks=BOOKS, file="c.csv")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (log_line(change_type="replace"), 'cleaning log, row 2, column change_type: the action "replace" is not known'),
        (
            log_line(change_type="no_action", reported_date="31/13/2025"),
            'column reported_date: "31/13/2025" is not a date',
        ),
        ({"change_type": "no_action"}, 'row 2: the column "'),
    ],
)
def test_a_log_that_cannot_be_read_names_its_row(line, message) -> None:
    with pytest.raises(StudyError, match=message):
        imported(line)
