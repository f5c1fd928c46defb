"""Vietnamese text: keys, order, numbers and dates."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.text import (
    collation_key,
    decode_tcvn3,
    fold,
    format_date,
    format_number,
    format_quarter,
    is_tcvn3,
    is_vni,
    iy_key,
    nfc,
    read_legacy,
    squeeze,
    tone_key,
    write_tones,
)

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


@pytest.mark.parametrize(
    ("old", "meant"),
    [
        ("D©n sè", "Dân số"),
        ("B¾c K¹n", "Bắc Kạn"),
        ("HuyÖn Chî Míi", "Huyện Chợ Mới"),
        ("§iÖn Biªn", "Điện Biên"),
        ("Th¸i Nguyªn", "Thái Nguyên"),
        ("B×nh Ph­íc", "Bình Phước"),
        ("Thµnh phè Qu¶ng Yªn", "Thành phố Quảng Yên"),
        ("Tæng sè", "Tổng số"),
    ],
)
def test_tcvn3_is_decoded(old, meant):
    assert is_tcvn3(old)
    assert decode_tcvn3(old) == meant
    assert read_legacy([old, "2019"], "a.csv") == [meant, "2019"]


def test_the_tcvn3_table_is_that_of_the_standard():
    lines = (Path(__file__).parent / "data" / "tcvn3_bytes.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 95
    for line in lines:
        byte, character = line.split(",")
        assert decode_tcvn3(chr(int(byte, 16))) == character


def test_one_text_in_tcvn3_decides_for_its_file():
    assert read_legacy(["sè", "D©n"], "a.csv") == ["số", "Dân"]
    assert read_legacy(["sè", "Dân"], "a.csv") == ["sè", "Dân"]


@pytest.mark.parametrize("text", ["Daân soá", "Huyeän Phuù Löông", "Ñieän Bieân", "Thaùi Nguyeân"])
def test_vni_is_refused_with_a_way_out(text):
    assert is_vni(text)
    with pytest.raises(StudyError, match="VNI") as refusal:
        read_legacy(["Tỉnh", text], "bang.csv")
    assert refusal.value.where == "bang.csv"
    assert "Unicode" in refusal.value.cure


def test_no_name_in_unicode_looks_like_an_old_encoding():
    lines = (Path(__file__).parent / "data" / "collation_oracle.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert read_legacy([*names, "200 m² × 30 °C ± 1"], "x")[:-1] == names


def test_a_letter_that_is_no_byte_is_no_tcvn3():
    with pytest.raises(StudyError, match="no TCVN3"):
        decode_tcvn3("D©n số")


def test_keys_know_tones_but_not_their_place():
    assert tone_key("Hòa") == tone_key("Hoà") == tone_key("HOÀ")
    assert tone_key("Thủy") == tone_key("Thuỷ")
    assert tone_key("Ðiện") == tone_key("Điện")
    assert tone_key("Lộc Thạnh") != tone_key("Lộc Thành")
    assert tone_key("hoàn") != tone_key("hoan")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Tỉnh ủy", "Tỉnh uỷ"),
        ("TỈNH ỦY HÒA BÌNH", "TỈNH UỶ HOÀ BÌNH"),
        ("Thúy khỏe, lòe xòe.", "Thuý khoẻ, loè xoè."),
        ("quý quỳ hoàn ngoài khuỷu huỳnh oan", "quý quỳ hoàn ngoài khuỷu huỳnh oan"),
    ],
)
def test_tones_of_open_syllables_stand_where_the_office_wants_them_and_no_others_move(first, second):
    assert write_tones(second, "ủy") == write_tones(first, "ủy") == first
    assert write_tones(first, "uỷ") == write_tones(second, "uỷ") == second


def test_i_and_y_are_one_only_where_spelling_varies():
    assert iy_key("Sĩ Quí Mĩ") == iy_key("Sỹ Quý Mỹ")
    assert iy_key("thúi") != iy_key("thúy")
    assert iy_key("tai") != iy_key("tay")


@given(words)
def test_keys_do_not_depend_on_the_unicode_form_or_case(word: str) -> None:
    assert tone_key(unicodedata.normalize("NFD", word)) == tone_key(word) == tone_key(word.upper())
