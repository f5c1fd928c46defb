"""Vietnamese text: keys, order, numbers and dates."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.text import collation_key, fold, format_date, format_number, format_quarter, nfc, squeeze

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
words = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " .-0123456789", max_size=12)


def test_places_stand_in_the_order_of_a_vietnamese_list() -> None:
    names = [
        "Đồng Hỷ",
        "Ba Bể",
        "Bạch Thông",
        "Ân Thi",
        "An Dương",
        "Ăn Cơm",
        "Dương Xá",
        "Định Hoá",
        "Võ Nhai",
        "Ngân Sơn",
    ]
    assert sorted(names, key=collation_key) == [
        "An Dương", "Ăn Cơm", "Ân Thi", "Ba Bể", "Bạch Thông", "Dương Xá", "Định Hoá", "Đồng Hỷ", "Ngân Sơn", "Võ Nhai",
    ]  # fmt: skip


def test_tones_decide_only_between_equal_letters_and_case_only_between_equal_tones() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma", "Ma"], key=collation_key) == [
        "ma",
        "Ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]
    assert sorted(["má b", "ma c"], key=collation_key) == ["má b", "ma c"]


def test_a_space_comes_before_punctuation_digits_and_letters() -> None:
    assert sorted(["Ba1", "Ban", "Ba-n", "Ba n"], key=collation_key) == ["Ba n", "Ba-n", "Ba1", "Ban"]


@given(words, words)
def test_order_does_not_depend_on_the_unicode_form(left: str, right: str) -> None:
    composed = collation_key(left) < collation_key(right)
    decomposed = [unicodedata.normalize("NFD", text) for text in (left, right)]
    assert composed == (collation_key(decomposed[0]) < collation_key(decomposed[1]))


@given(words)
def test_equal_keys_mean_equal_words(word: str) -> None:
    assert (collation_key(word) == collation_key(word.swapcase())) == (word == word.swapcase())
    assert fold(unicodedata.normalize("NFD", word)) == fold(word) == fold(fold(word))


def test_fold_drops_accents_case_and_the_stroke_of_every_look_alike() -> None:
    assert fold("  TP.  Điện   Biên ") == fold("tp. Ðiện biên") == "tp. dien bien"
    assert squeeze("  a\u0302 \u00a0 b ") == "â b"
    assert nfc("e\u0302\u0323") == "ệ"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (1234.5, 1, "1.234,5"),
        (1234567, 0, "1.234.567"),
        (0.04, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-12.34, 1, "-12,3"),
        (50, 1, "50,0"),
    ],
)
def test_numbers_have_a_decimal_comma_and_no_negative_zero(value: float, decimals: int, written: str) -> None:
    assert format_number(value, decimals) == written


def test_dates_and_quarters_are_written_as_in_documents() -> None:
    assert format_date(date(2025, 7, 5)) == "ngày 05 tháng 7 năm 2025"
    assert format_date(date(2026, 2, 15)) == "ngày 15 tháng 02 năm 2026"
    assert [format_quarter(2026, quarter) for quarter in (1, 4)] == ["quý I/2026", "quý IV/2026"]
    with pytest.raises(ValueError, match="quarter 5"):
        format_quarter(2026, 5)
