"""What the brief says in words and numbers is no more than the interval allows, in the office's own spelling."""

from __future__ import annotations

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.publish import publish_estimates, words
from danvan_study.publish.results import Results
from danvan_study.study import Period
from tests.brief_material import CODEBOOK, QUARTER, STUDY, row, table

NB = "\u00a0"


def reading(estimate, low, high, n):
    """Publish the positive share of a question, and read it."""
    figure = row(
        question="life_overall", statistic="positive", estimate=estimate, low=low, high=high, n=n, n_effective=n / 1.8
    )
    published = publish_estimates(table(figure), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    result = Results(published, period=QUARTER, codebook=CODEBOOK, language="vi").get("life_overall")
    assert result is not None
    assert result.positive is not None
    return result.positive


@pytest.mark.parametrize(
    ("low", "high", "key"),
    [
        (85.0, 90.0, "overwhelming_majority"),
        (84.9, 99.0, "majority"),
        (50.1, 60.0, "majority"),
        (50.0, 60.0, "about_half"),
        (44.0, 56.0, "about_half"),
        (43.9, 56.0, ""),
        (38.0, 50.0, "about_half"),
        (37.9, 50.0, "many"),
        (20.0, 45.0, "many"),
        (19.9, 45.0, ""),
        (20.0, 24.9, "many"),
        (5.0, 24.9, "some"),
        (5.0, 25.0, ""),
        (4.9, 20.0, ""),
        (30.0, 50.1, ""),
    ],
)
def test_a_quantifier_stands_only_on_its_interval(low, high, key):
    assert words.quantifier(low, high) == key


@given(st.floats(0, 100), st.floats(0, 100))
def test_majority_is_never_said_of_what_may_be_half(one, other):
    low, high = min(one, other), max(one, other)
    key = words.quantifier(low, high)
    if key in {"majority", "overwhelming_majority"}:
        assert low > 50
    if key in {"many", "some"}:
        assert high <= 50


def test_a_sentence_carries_its_number_interval_and_base():
    said = words.answer_sentence(["Hài lòng", "Rất hài lòng"], reading(61.23, 57.0, 65.3, 1180), "vi")
    assert said == (f"Đa số người trả lời chọn “Hài lòng” hoặc “Rất hài lòng”: 61,2{NB}% (57,0–65,3); n{NB}={NB}1.180.")


def test_without_a_quantifier_the_number_stands_alone():
    said = words.answer_sentence(["Có"], reading(45.0, 35.0, 55.0, 90), "vi")
    assert said.startswith(f"45{NB}% (35–55) số người trả lời")
    assert not any(words.phrases("vi")[key] in said for key in ("majority", "many", "some", "about_half"))


def test_a_sentence_in_english_has_decimal_points():
    said = words.answer_sentence(["Yes"], reading(61.23, 57.0, 65.3, 1180), "en")
    assert said == f"A majority of respondents chose “Yes”: 61.2% (57.0–65.3); n{NB}={NB}1,180."


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234.56, 1, "1.234,6", "1,234.6"),
        (-0.04, 1, "0,0", "0.0"),
        (-3.2, 1, "−3,2", "−3.2"),
        (1e6, 0, "1.000.000", "1,000,000"),
    ],
)
def test_numbers_follow_the_language(value, decimals, vi, en):
    assert words.number(value, "vi", decimals) == vi
    assert words.number(value, "en", decimals) == en


def test_differences_of_shares_are_said_in_points():
    assert words.difference(4.0, "vi") == f"+4,0{NB}điểm{NB}%"
    assert words.difference(-4.04, "vi") == f"−4,0{NB}điểm{NB}%"
    assert words.difference(0.02, "vi") == f"0,0{NB}điểm{NB}%"


def test_an_interval_with_a_negative_bound_is_not_written_with_a_dash():
    assert words.span(-4.0, 2.5, language="vi") == "−4,0 đến 2,5"


@pytest.mark.parametrize(
    ("reason", "text"), [("below_5", f"<{NB}5{NB}%"), ("above_95", f">{NB}95{NB}%"), ("smallest_n", ""), ("", "")]
)
def test_only_bounds_are_written_as_bounds(reason, text):
    assert words.bound(reason, "vi") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.213, "4,21"), (42.13, "42,1"), (421.3, "421"), (1250000.0, "1.250.000"), (0.0, "0"), (0.0123, "0,01")],
)
def test_averages_have_three_significant_digits_and_two_decimals_at_most(value, text):
    assert words.plain_number(value, "vi") == text


@pytest.mark.parametrize(("value", "text"), [(5.0, "5"), (0.2, "0,2"), (0.25, "0,25"), (14.5, "14,5"), (1 / 3, "0,33")])
def test_settings_are_written_as_short_as_they_are(value, text):
    assert words.shortest(value, "vi") == text


def test_periods_and_days_are_written_as_offices_do():
    assert words.period_name(Period(id="2026q3", waves=("2026q3",)), "vi") == "quý III/2026"
    assert words.period_name(Period(id="2026q3", waves=("2026q3",)), "en") == "Q3 2026"
    assert words.period_name(Period(id="baseline", waves=("baseline",)), "vi") == "baseline"
    year = Period(id="y", waves=("2025q4", "2026q1", "2026q2", "2026q3"))
    assert words.period_name(year, "vi") == "4 kỳ gộp, từ quý IV/2025 đến quý III/2026"
    assert words.day(date(2026, 2, 5), "vi") == "05/02/2026"
    assert words.day(date(2026, 7, 20), "vi") == "20/7/2026"
    assert words.day(date(2026, 7, 20), "en") == "20 July 2026"


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    def gaps(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    vi, en = words.phrases("vi"), words.phrases("en")
    assert list(vi) == list(en)
    assert {key: gaps(vi[key]) for key in vi} == {key: gaps(en[key]) for key in en}


def test_texts_are_nfc_and_a_number_never_loses_its_percent_sign_at_the_end_of_a_line():
    for language in words.LANGUAGES:
        for text in words.phrases(language).values():
            assert unicodedata.is_normalized("NFC", text)
            assert " %" not in text.replace(NB, "_")


def test_an_unknown_language_is_told_to_the_user():
    with pytest.raises(StudyError, match=r"languages.*cannot be written in \"fr\""):
        words.phrases("fr")
