"""Dispositions: the test vector of the rates, and which of several attempts decides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.field.dispositions import LETTERS, STRENGTH, ResponseRates, read_visits, response_rates
from danvan_study.tables import RESULTS, Visits

VECTOR = {"1.1": 812, "1.2": 18, "2.11": 90, "2.12": 6, "2.2": 74, "2.32": 12, "3.1": 40, "3.9": 8}
EXPECTED = {
    "rr1": 0.7660,
    "rr2": 0.7830,
    "rr3": 0.7713,
    "rr4": 0.7884,
    "coop1": 0.8657,
    "ref1": 0.0906,
    "con1": 0.8849,
}


def visits(*attempts):
    """Attempts as (household, result), with interviewer and area by name."""
    rows = [
        {"visit": str(n), "area": "a", "cluster": "t1", "household": "1", "interviewer": "dtv1", "visited_on": ""}
        | dict(zip(("household", "result", "interviewer", "area"), attempt, strict=False))
        for n, attempt in enumerate(attempts)
    ]
    return read_visits(rows, wave="w", file="visits.csv")


def test_the_rates_are_those_of_the_vector() -> None:
    attempts = [(f"{code}-{n}", code) for code, count in VECTOR.items() for n in range(count)]
    rates = response_rates(visits(*attempts), eligible_share=0.85)[""]
    assert {name: round(getattr(rates, name), 4) for name in EXPECTED} == EXPECTED


def test_a_household_counts_once_by_the_attempt_that_settles_most() -> None:
    rates = response_rates(
        visits(("1", "2.2"), ("1", "2.2"), ("1", "1.1"), ("2", "2.11"), ("2", "2.2"), ("3", "3.1"), ("3", "2.2"))
    )[""]
    assert (rates.complete, rates.refused, rates.not_met, rates.unknown_household) == (1, 1, 1, 0)


def test_the_same_number_in_two_villages_is_two_households() -> None:
    rows = [
        {"visit": v, "area": "", "cluster": c, "household": "1", "result": "1.1", "interviewer": "i", "visited_on": ""}
        for v, c in (("1", "t1"), ("2", "t2"))
    ]
    assert response_rates(read_visits(rows, wave="w", file="f"))[""].complete == 2


def test_rates_by_interviewer_and_area_add_up() -> None:
    table = visits(("1", "1.1", "x", "a"), ("2", "2.11", "x", "b"), ("3", "1.1", "y", "b"))
    assert {name: rates.rr1 for name, rates in response_rates(table, Visits.interviewer).items()} == {"x": 0.5, "y": 1}
    assert {name: rates.refused for name, rates in response_rates(table, Visits.area).items()} == {"a": 0, "b": 1}


def test_the_unknown_are_as_often_eligible_as_the_known() -> None:
    rates = response_rates(visits(("1", "1.1"), ("2", "1.1"), ("3", "1.1"), ("4", "4.6"), ("5", "3.1")))[""]
    assert rates.e == 0.75
    assert rates.rr3 == pytest.approx(3 / 3.75)
    assert rates.rr1 == 0.75  # who is not eligible is in no rate


def test_where_nobody_was_approached_there_is_no_rate() -> None:
    nobody = ResponseRates(complete=0, partial=0, refused=0, not_met=0, other=0, unknown_household=0, unknown_other=0)
    assert math.isnan(nobody.rr1)
    assert math.isnan(nobody.coop1)


@given(st.lists(st.sampled_from(RESULTS), min_size=1, max_size=40))
def test_rates_keep_their_order(codes) -> None:
    rates = response_rates(visits(*[(str(n), code) for n, code in enumerate(codes)]))[""]
    if not math.isnan(rates.rr3):
        assert 0 <= rates.rr1 <= rates.rr2 <= rates.rr4 <= 1
        assert rates.rr1 <= rates.rr3 <= rates.rr4
        assert rates.con1 >= rates.rr2


def test_every_result_has_a_letter_and_a_strength() -> None:
    assert set(LETTERS.values()) == set(STRENGTH)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"result": "5"}, '"5" is no result'), ({"household": ""}, '"household" is blank'), ({"visit": "0"}, "twice")],
)
def test_a_bad_line_is_named_by_its_row(change, what) -> None:
    row = {"visit": "0", "area": "", "cluster": "t", "household": "1", "result": "1.1", "interviewer": "i"}
    row |= {"visited_on": ""}
    with pytest.raises(StudyError, match=what) as caught:
        read_visits([row, row | {"visit": "1"} | change], wave="w", file="visits.csv")
    assert caught.value.where == "visits.csv, row 3"
