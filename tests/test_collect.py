"""Collect: every export of the same interviews becomes the same tables, and every row is accounted for."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.study import Base, Consent, Design, Weighting
from danvan_study.tables import Answers, Interviews, Removed
from tests.form_material import CHOICES, SURVEY, VI, WAVE, choices, codebook, study

BOOK = codebook()
CONSENT = (Consent(question="consent_part", yes=("1",)),)
ISSUES = [choice.name for choice in BOOK.question("issues").choices]


def collect(*records, book=BOOK, **changes):
    return collect_responses(records, codebooks={book.version: book}, study=study(**changes), wave=WAVE)


def record(**answers):
    return {"_uuid": "u1", "consent_part": "1", "__version__": "v1"} | {
        key.replace("__in__", "/") if key != "__version__" else key: value for key, value in answers.items()
    }


def answers_of(collected, respondent="u1"):
    rows = collected.answers[collected.answers[Answers.respondent] == respondent]
    return dict(zip(rows[Answers.question], rows[Answers.answer], strict=True))


def test_group_prefixes_dropped_prefixes_and_moved_groups_mean_the_same_question() -> None:
    for key in ("living/life_overall", "life_overall", "old_group/life_overall"):
        assert answers_of(collect(record() | {key: "5"})) == {"consent_part": "1", "life_overall": "5"}


def test_an_absent_or_blank_answer_is_no_row() -> None:
    assert answers_of(collect(record(life_overall="", worry=None))) == {"consent_part": "1"}


def test_questions_stand_in_form_order_whatever_the_order_of_the_keys() -> None:
    forwards = record(life_overall="5", issues="water", hh_size="4", worry="giá")
    backwards = dict(reversed(forwards.items()))
    assert list(answers_of(collect(backwards))) == ["consent_part", "life_overall", "issues", "hh_size", "worry"]
    assert collect(backwards).answers.equals(collect(forwards).answers)


@given(
    st.lists(st.sampled_from(ISSUES), unique=True, min_size=1),
    st.sampled_from(["1", "True", "TRUE", "1.0"]),
    st.sampled_from("/."),
)
def test_a_select_multiple_comes_back_from_any_export(chosen, yes, separator) -> None:
    canonical = " ".join(name for name in ISSUES if name in chosen)
    split = {f"living/issues{separator}{name}": yes if name in chosen else "0" for name in ISSUES}
    labels = " ".join(BOOK.question("issues").choice(name).labels["vi"] for name in chosen)
    for keys in ({"issues": " ".join(chosen)}, split, {"issues": " ".join(chosen)} | split, {"issues": labels} | split):
        collected = collect(record() | keys)
        assert answers_of(collected)["issues"] == canonical
        assert not collected.report.unknown_choices
        assert not collected.report.conflicts


@given(st.lists(st.sampled_from(ISSUES), unique=True, min_size=1))
def test_labels_joined_by_blanks_are_cut_into_choices(chosen) -> None:
    # "Đường" is a choice and the start of "Đường sá": the cut is still the only one.
    labels = " ".join(BOOK.question("issues").choice(name).labels["vi"] for name in chosen)
    assert answers_of(collect(record(issues=labels)))["issues"] == " ".join(name for name in ISSUES if name in chosen)


def test_split_columns_without_a_choice_are_no_answer() -> None:
    assert "issues" not in answers_of(collect(record() | {f"issues/{name}": "0" for name in ISSUES}))


def test_a_contradiction_between_parent_and_split_columns_is_counted_and_the_parent_counts() -> None:
    collected = collect(record(issues="water") | {"issues/water": "0", "issues/roads": "1"})
    assert answers_of(collected)["issues"] == "water"
    assert collected.report.conflicts == Counter({"issues": 1})


def test_labels_in_any_language_are_mapped_back_to_choice_names() -> None:
    headers = {"Ông/bà có đồng ý trả lời không?": "Đồng ý", "Đời sống/Hài lòng đến mức nào?": "Very satisfied"}
    collected = collect({"_uuid": "u1"} | headers | {"Việc gì cần làm trước?/Điện nước": "1"})
    assert answers_of(collected) == {"consent_part": "1", "life_overall": "5", "issues": "water"}


def test_a_header_label_of_two_questions_is_refused() -> None:
    survey = [*SURVEY, {"type": "text", "name": "other_worry", VI: "Băn khoăn điều gì?"}]
    with pytest.raises(StudyError, match="may mean worry or other_worry"):
        collect(record() | {"Băn khoăn điều gì?": "giá"}, book=codebook(survey))


def test_a_label_of_two_choices_is_refused() -> None:
    rows = [*CHOICES[:5], {"list_name": "satisfaction", "name": 6, VI: "Rất hài lòng"}, *CHOICES[5:]]
    with pytest.raises(StudyError, match='life_overall: "Rất hài lòng" may mean the choices 5 or 6'):
        collect(record(life_overall="Rất hài lòng"), book=codebook(SURVEY, rows))


def test_numbers_as_labels_of_other_numbers_are_not_guessed() -> None:
    survey = [*SURVEY, {"type": "select_one many", "name": "sons", VI: "Mấy con trai?"}]
    book = codebook(survey, [*CHOICES, *choices("many", _1="0", _2="1", _3="2 trở lên")])
    names = [record(sons="1"), record(_uuid="u2", sons="3")]
    assert answers_of(collect(*names, book=book))["sons"] == "1"
    labels = [record(sons="1"), record(_uuid="u2", sons="2 trở lên")]
    with pytest.raises(StudyError, match='sons: "1" may mean the choices 1 or 2'):
        collect(*labels, book=book)


def test_an_answer_outside_the_list_is_kept_and_counted() -> None:
    collected = collect(record(life_overall="7", issues="water flood"), record(_uuid="u2", life_overall="7"))
    assert answers_of(collected)["life_overall"] == "7"
    assert answers_of(collected)["issues"] == "water flood"
    assert collected.report.unknown_choices == Counter({"life_overall: 7": 2, "issues: flood": 1})


def test_whole_numbers_lose_the_point_that_a_spreadsheet_gave_them() -> None:
    given = answers_of(collect(record(hh_size="4.0", life_overall="5.0", worry="4.0")))
    assert (given["hh_size"], given["life_overall"], given["worry"]) == ("4", "5", "4.0")


def test_repeats_number_their_turns_in_every_shape() -> None:
    nested = {
        "living/children": [
            {"living/children/age": "3"},
            {"living/children/age": "7", "living/children/needs": "health"},
        ]
    }
    flat = {"living/children[1]/age": "3", "living/children[2]/age": "7", "living/children[2]/needs/health": "1"}
    sheet = {"children": [{"age": "3", "_parent_index": "1"}, {"age": "7", "needs": "health"}]}
    for shape in (nested, flat, sheet):
        assert answers_of(collect(record() | shape)) == {
            "consent_part": "1",
            "age[1]": "3",
            "age[2]": "7",
            "needs[2]": "health",
        }


@given(
    st.dictionaries(
        st.sampled_from(["life_overall", "issues", "worry", "hh_size"]),
        st.sampled_from(["Rất hài lòng", "Điện nước", "đường sá Y tế", "4"]),
        min_size=1,
    )
)
def test_decomposed_input_equals_composed_input(given) -> None:
    decomposed = {
        unicodedata.normalize("NFD", key): unicodedata.normalize("NFD", value) for key, value in given.items()
    }
    composed = collect(record() | given)
    again = collect(record() | decomposed)
    assert again.answers.equals(composed.answers)
    assert again.report == composed.report


# What never gets past collect

PERSONAL = {
    "deviceid": "collect:1",
    "so_dien_thoai": "0912345678",
    "spot": "21.5 105.8 0 0",
    "username": "lan",
    "audit": "audit.csv",
    "_geolocation": ["21.5", "105.8"],
    "_attachments": [{"filename": "a.jpg"}],
    "phonenumber": "0912345678",
}


def test_prohibited_fields_are_counted_by_name_and_leave_no_trace() -> None:
    collected = collect(record(worry="giá") | PERSONAL)
    assert set(collected.report.prohibited) == set(PERSONAL)
    text = collected.answers.to_csv() + collected.interviews.to_csv() + repr(collected.report)
    for trace in ("0912345678", "21.5", "a.jpg", "collect:1", "audit.csv"):
        assert trace not in text


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text", "hoTen"), ("text", "ho_va_ten"), ("integer", "CCCD"), ("text", "dia_chi_nha"), ("text", "e-mail"),
        ("text", "full_name"), ("text", "ton_giao"), ("select_one yes_no", "religion"), ("image", "picture_of_house"),
        ("audio", "voice"), ("geopoint", "where"), ("barcode", "code"), ("file", "paper"), ("phonenumber", "meta_a"),
        ("username", "who"), ("start-geopoint", "s"), ("email", "m"),
    ],
)  # fmt: skip
def test_a_question_that_could_lead_to_a_person_is_never_kept(kind, name) -> None:
    book = codebook([*SURVEY, {"type": kind, "name": name, VI: "?"}])
    collected = collect(record() | {name: "1"}, book=book)
    assert name not in answers_of(collected)
    assert collected.report.prohibited == Counter({name: 1})


@pytest.mark.parametrize("name", ["has_phone", "email_heard", "location_known"])
def test_a_select_question_may_ask_about_telephones(name) -> None:
    book = codebook([*SURVEY, {"type": "select_one yes_no", "name": name, VI: "?"}])
    assert answers_of(collect(record() | {name: "1"}, book=book))[name] == "1"


@pytest.mark.parametrize("name", ["hotel", "addressing_problems", "telling", "ten_thon", "contelephones"])
def test_words_are_matched_whole(name) -> None:
    book = codebook([*SURVEY, {"type": "text", "name": name, VI: "?"}])
    assert answers_of(collect(record() | {name: "x"}, book=book))[name] == "x"


def test_identifiers_and_withheld_fields_stay_behind() -> None:
    survey = [*SURVEY, {"type": "text", "name": "slip", VI: "Mã phiếu", "role": "identifier"}]
    collected = collect(record(slip="K7", worry="giá"), book=codebook(survey), withhold=("worry",))
    assert set(answers_of(collected)) == {"consent_part"}
    assert collected.report.prohibited == Counter({"slip": 1, "worry": 1})


def test_a_prohibited_field_cannot_be_part_of_the_design() -> None:
    with pytest.raises(StudyError, match=r"study.toml, \[design\]: \"so_dien_thoai\""):
        collect(record(), design=Design(interviewer="so_dien_thoai", consent=CONSENT))


def test_unknown_fields_are_counted_and_left_out() -> None:
    collected = collect(record(weather="rain", _status="submitted"))
    assert collected.report.unknown_keys == Counter({"weather": 1})
    assert set(answers_of(collected)) == {"consent_part"}


def test_fields_of_the_design_are_kept_though_no_form_has_them() -> None:
    design = Design(interviewer="_submitted_by", cluster="village_code", consent=CONSENT)
    weighting = Weighting(base=Base.COLUMN, column="base_weight")
    collected = collect(
        record(_submitted_by="dtv07", village_code="t12", base_weight="3.5"), design=design, weighting=weighting
    )
    given = answers_of(collected)
    assert (given["_submitted_by"], given["village_code"], given["base_weight"]) == ("dtv07", "t12", "3.5")


# Who is kept


def reasons(collected):
    return dict(zip(collected.removed[Removed.submission], collected.removed[Removed.reason], strict=True))


def test_without_a_yes_to_every_consent_question_nothing_is_kept() -> None:
    consent = (*CONSENT, Consent(question="life_overall", yes=("5", "3")))
    collected = collect(
        record(life_overall="5"),
        record(_uuid="u2", consent_part="2", life_overall="5"),
        record(_uuid="u3", life_overall="1"),
        record(_uuid="u4"),
        design=Design(consent=consent),
    )
    assert list(collected.interviews[Interviews.respondent]) == ["u1"]
    assert reasons(collected) == {
        "u2": "no_consent: consent_part",
        "u3": "no_consent: life_overall",
        "u4": "no_consent: life_overall",
    }


def test_of_equal_submissions_one_is_kept_and_of_different_ones_the_later() -> None:
    first = record(worry="giá", _id="7", _submission_time="2025-07-05T01:00:00")
    copy = first | {"_id": "8", "_submission_time": "2025-07-05T02:00:00"}
    collected = collect(first, copy)
    assert reasons(collected) == {"u1": "duplicate"}
    edited = first | {"worry": "điện", "_submission_time": "2025-07-06T01:00:00"}
    for order in ((first, edited), (edited, first)):
        collected = collect(*order)
        assert answers_of(collected)["worry"] == "điện"
        assert reasons(collected) == {"u1": "older_version"}


def test_consent_withdrawn_in_the_later_version_counts() -> None:
    first = record(_submission_time="2025-07-05T01:00:00")
    withdrawn = record(consent_part="2", _submission_time="2025-07-06T01:00:00")
    collected = collect(first, withdrawn)
    assert collected.interviews.empty
    assert collected.report.removed == Counter({"older_version": 1, "no_consent: consent_part": 1})


def test_a_submission_without_a_respondent_is_removed_under_the_name_that_it_has() -> None:
    nameless = {"consent_part": "1"}
    collected = collect(nameless | {"_id": "44"}, nameless)
    assert reasons(collected) == {"44": "no_respondent", "no. 2": "no_respondent"}


submissions = st.fixed_dictionaries(
    {"life_overall": st.sampled_from(["1", "5", "9"])},
    optional={
        "_uuid": st.sampled_from(["a", "b", "c", "d"]),
        "consent_part": st.sampled_from(["1", "2", "Đồng ý"]),
        "_submission_time": st.sampled_from(["2025-07-05T01:00:00", "2025-07-06T01:00:00"]),
    },
)


@given(st.lists(submissions, max_size=12))
def test_rows_in_are_rows_kept_and_rows_removed_with_a_reason(records) -> None:
    collected = collect(*records)
    report = collected.report
    assert report.received == len(records) == len(collected.interviews) + len(collected.removed)
    assert report.kept == len(collected.interviews)
    assert Counter(collected.removed[Removed.reason]) == report.removed
    willing = {r.get("_uuid") for r in records if r.get("consent_part") in ("1", "Đồng ý")} - {None}
    assert set(collected.interviews[Interviews.respondent]) <= willing
    assert set(collected.answers[Answers.respondent]) == set(collected.interviews[Interviews.respondent])
    assert report.removed["no_respondent"] == sum("_uuid" not in r for r in records)


def test_an_export_of_another_form_is_refused() -> None:
    with pytest.raises(StudyError, match=r"none of the 2 submissions answers a question of form_v1.xlsx"):
        collect({"_uuid": "a", "q1": "1"}, {"_uuid": "b", "q1": "2"})


def test_no_submissions_are_no_error() -> None:
    assert collect().report.received == 0


# Versions and times


def test_with_one_form_an_unknown_version_is_accepted_and_counted() -> None:
    collected = collect(record(__version__="vKq3"), record(_uuid="u2"))
    assert collected.report.unknown_versions == Counter({"vKq3": 1})
    assert list(collected.interviews[Interviews.form_version]) == ["v1", "v1"]


def test_with_two_forms_each_submission_is_read_by_its_own() -> None:
    reworded = codebook(
        SURVEY, [*CHOICES[:2], *choices("satisfaction", _5="Rất không hài lòng"), *CHOICES[6:]], version="v2"
    )
    books = {"v1": BOOK, "v2": reworded}
    worst = {"life_overall": "Rất không hài lòng"}
    records = [record(**worst), record(_uuid="u2", __version__="v2", **worst)]
    collected = collect_responses(records, codebooks=books, study=study(), wave=WAVE)
    assert [answers_of(collected, name)["life_overall"] for name in ("u1", "u2")] == ["1", "5"]
    assert list(collected.interviews[Interviews.form_version]) == ["v1", "v2"]
    for version, message in (("v3", 'the form version "v3" is none of v1, v2'), ("", "it names no form version")):
        with pytest.raises(StudyError, match=f"submission no. 1, field __version__: {message}"):
            collect_responses([record(__version__=version)], codebooks=books, study=study(), wave=WAVE)


@pytest.mark.parametrize(
    ("start", "end", "day", "minutes"),
    [
        ("2025-07-05T23:50:00.000+07:00", "2025-07-06T00:05:30.000+07:00", "2025-07-05", 15.5),
        ("2025-07-05T03:00:00.000+07:00", "2025-07-04T20:30:00Z", "2025-07-05", 30),
        ("2025-07-05T03:00:00", "2025-07-05T03:30:00", "2025-07-05", 30),
        ("2025-07-05T03:00:00", "2025-07-05T03:30:00+07:00", "2025-07-05", math.nan),
        ("yesterday", "2025-07-05T03:30:00+07:00", "", math.nan),
        ("", "", "", math.nan),
    ],
)
def test_the_day_is_that_of_the_phone_and_minutes_respect_offsets(start, end, day, minutes) -> None:
    row = collect(record(start=start, end=end)).interviews.iloc[0]
    assert row[Interviews.started_on] == day
    assert row[Interviews.minutes] == pytest.approx(minutes, nan_ok=True)


def test_interviews_outside_the_wave_are_kept_and_counted() -> None:
    days = ("2025-06-30", "2025-07-01", "2025-07-31", "2025-08-01", "")
    records = [record(_uuid=f"u{n}", start=f"{day}T08:00:00+07:00" if day else "") for n, day in enumerate(days)]
    report = collect(*records).report
    assert (report.kept, report.before_wave, report.after_wave, report.undated) == (5, 1, 1, 1)
