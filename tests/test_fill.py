"""Filling in a form as the tablet lets somebody: relevance, filters, constraints, calculations; wishes are checked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.codebook import Role
from danvan_study.errors import StudyError
from danvan_study.expression import Scope, parse
from danvan_study.form import read_form
from danvan_study.sampling import stream
from danvan_study.simulate import FormFiller
from tests.demonstration import codebook, table
from tests.form_material import VI, form_bytes

TODAY = date(2026, 8, 3)
MEDIA = {
    name: table(f"survey_forms/{name}").to_dict("records")
    for name in ("communes.csv", "new_communes.csv", "villages.csv")
}


def fill(survey, choice_rows=(), seed=1, media=(), **would_say):
    book = read_form(
        form_bytes(survey, list(choice_rows) or [{"list_name": "x", "name": "1", VI: "X"}]), source="f.xlsx"
    )
    return FormFiller(book, media=dict(media), generator=stream(seed, "test")).fill(would_say, today=TODAY)


def question(kind, name, **cells):
    return {"type": kind, "name": name, VI: name, **cells}


YES_NO = [{"list_name": "yn", "name": name, VI: name} for name in ("1", "2")]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_whatever_is_drawn_the_demonstration_form_takes_it(seed):
    book = codebook("2026q3")
    said = FormFiller(book, media=MEDIA, generator=stream(seed, "any")).fill({"interviewer": "dtv01"}, today=TODAY)
    scope = Scope(answers=said, today=TODAY)
    for each in book.questions:
        asked = all(parse(condition).holds(scope) for condition in book.relevance(each))
        if each.name in said:
            assert asked, each.name
            assert parse(each.constraint).holds(Scope(answers=said, this=said[each.name], today=TODAY)), each.name
            if each.choices:
                choice = each.choice(said[each.name])
                row = {"name": choice.name, **choice.columns}
                assert parse(each.choice_filter).holds(Scope(answers=said, row=row)), each.name
        elif asked and each.is_asked and each.role is not Role.IDENTIFIER:
            assert each.required in ("", "no", "false()"), each.name
        assert not (each.role is Role.IDENTIFIER and each.name in said)


def test_what_was_asked_before_a_refusal_is_dropped_by_it():
    book = codebook("2026q3")
    said = FormFiller(book, media=MEDIA, generator=stream(1, "no")).fill(
        {"adult_18": "1", "consent_part": "2", "hh_adults": "4"}, today=TODAY
    )
    assert said == {"adult_18": "1", "consent_part": "2", "result_code": "211"}


def test_a_calculation_follows_the_answers_and_once_is_once():
    survey = [
        question("integer", "adults", constraint=". >= 2 and . <= 6"),
        question("calculate", "seed", calculation="once(int(random() * 1000))"),
        question("calculate", "drawn", calculation="1 + ${seed} mod ${adults}"),
        question("calculate", "day", calculation="format-date(today(), '%Y-%m')"),
    ]
    for seed in range(20):
        said = fill(survey, seed=seed)
        assert 2 <= int(said["adults"]) <= 6
        assert int(said["drawn"]) == 1 + int(said["seed"]) % int(said["adults"])
        assert said["day"] == "2026-08"


def test_a_choice_from_a_file_passes_its_filter():
    survey = [
        question("select_one yn", "side"),
        question("select_one_from_file places.csv", "place", choice_filter="side = ${side}"),
    ]
    rows = [{"name": f"p{number}", "label": "P", "side": str(1 + number % 2)} for number in range(10)]
    for seed in range(12):
        said = fill(survey, YES_NO, seed=seed, media={"places.csv": rows})
        assert int(said["place"][1:]) % 2 == int(said["side"]) - 1


def test_several_choices_obey_their_constraint():
    survey = [
        question(
            "select_multiple abc",
            "many",
            constraint="count-selected(.) <= 2 and not(selected(., 'a') and selected(., 'b'))",
        )
    ]
    choices = [{"list_name": "abc", "name": name, VI: name} for name in "abcd"]
    for seed in range(40):
        chosen = set(fill(survey, choices, seed=seed)["many"].split())
        assert 1 <= len(chosen) <= 2
        assert not {"a", "b"} <= chosen


def test_numbers_and_dates_are_found_within_narrow_bounds():
    survey = [
        question("integer", "year", constraint=". >= 1986 and . < 1989"),
        question("decimal", "share", constraint=". > 0 and . <= 1"),
        question("date", "day", constraint="format-date(., '%m') = '07'"),
    ]
    said = fill(survey)
    assert said["year"] in ("1986", "1987", "1988")
    assert float(said["share"]) == 1
    assert said["day"][5:7] == "07"


@pytest.mark.parametrize(
    ("survey", "would_say", "complaint"),
    [
        ([question("select_one yn", "a")], {"a": "3"}, 'does not offer "3"'),
        ([question("integer", "a", constraint=". < 5")], {"a": "7"}, 'does not accept "7"'),
        ([question("text", "a", required="yes")], {"a": ""}, "nobody knows what is said"),
        ([question("text", "a", required="yes", constraint="regex(., 'q{9}')")], {}, "accepts nothing that was tried"),
        ([question("select_one yn", "a", choice_filter="name = '9'")], {}, "offers nothing"),
        ([question("integer", "a", relevant="position(..) = 1")], {}, "isn't understood"),
    ],
)
def test_what_the_form_does_not_take_is_told_with_its_row(survey, would_say, complaint):
    with pytest.raises(StudyError, match="row 2") as caught:
        fill(survey, YES_NO, **would_say)
    assert complaint in str(caught.value)


def test_a_wish_for_a_question_that_is_not_asked_is_passed_over():
    survey = [question("select_one yn", "a"), question("integer", "b", relevant="${a} = '1'", constraint=". > 0")]
    assert fill(survey, YES_NO, a="2", b="-5") == {"a": "2"}
