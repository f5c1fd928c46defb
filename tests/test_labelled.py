"""Files of SPSS and Stata: what stands in them is read as it stands, and the same content is the same file."""

from __future__ import annotations

import time

import pandas as pd
import pyreadstat
import pytest

from danvan_study.errors import StudyError
from danvan_study.store import decode_submissions
from danvan_study.store.labelled import read_labelled, write_dta, write_sav

ANSWERS = pd.DataFrame({"q1": pd.Series([1, 2, "a", None], dtype=object), "w": [1.5, 2, 3, float("nan")]})


def stata() -> bytes:
    return write_dta(
        ANSWERS, variable_value_labels={"q1": {1: "Tốt", "a": "Khó trả lời"}}, missing_user_values={"q1": ["a"]}
    )


def test_a_value_that_is_missing_in_stata_is_no_answer():
    """Pyreadstat reads a plain missing value beside .a as 48, the code of the letter 0."""
    records = decode_submissions("cu.dta", stata())
    assert records == [{"q1": "1", "w": "1.5"}, {"q1": "2", "w": "2"}, {"q1": ".a", "w": "3"}, {}]


def test_missing_letters_of_stata_keep_their_labels():
    file = read_labelled("cu.dta", stata())
    assert file.value_labels == {"q1": {"1": "Tốt", ".a": "Khó trả lời"}}
    assert [file.is_missing("q1", cell) for cell in file.cells["q1"]] == [False, False, True, False]


def test_spans_of_missing_values_in_spss_are_read_as_spans():
    table = pd.DataFrame({"q1": [1.0, 8, 9, 97]})
    file = read_labelled("cu.sav", write_sav(table, missing_ranges={"q1": [{"lo": 8, "hi": 9}, 97]}))
    assert list(file.cells["q1"]) == ["1", "8", "9", "97"]
    assert [file.is_missing("q1", cell) for cell in file.cells["q1"]] == [False, True, True, True]


def test_letters_labelled_in_spss_are_texts_and_not_missing():
    table = pd.DataFrame({"gioi": ["a", "b"]})
    file = read_labelled("cu.sav", write_sav(table, variable_value_labels={"gioi": {"a": "Nam", "b": "Nữ"}}))
    assert file.value_labels["gioi"] == {"a": "Nam", "b": "Nữ"}


@pytest.mark.parametrize("write", [write_sav, write_dta])
def test_the_same_content_is_the_same_file_at_any_time(write):
    first = write(pd.DataFrame({"q1": [1.0, 2.0]}))
    time.sleep(1.1)
    assert write(pd.DataFrame({"q1": [1.0, 2.0]})) == first


def test_vietnamese_comes_back_letter_by_letter():
    label = "Ông/bà thấy đường sá, cầu cống ở thôn mình thế nào?"
    content = write_sav(pd.DataFrame({"q1": [1.0]}), column_labels={"q1": label})
    assert read_labelled("cu.sav", content).labels == {"q1": label}


def test_text_in_another_encoding_is_refused_with_a_cure_and_read_when_it_is_named(tmp_path):
    path = tmp_path / "cu.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0]}), str(path), column_labels={"q1": "X@@@Y"})
    old = (
        path.read_bytes()
        .replace(b"X@@@Y", "Tuô\u0309i".encode("cp1258"))
        .replace(b"\xe9\xfd\x00\x00", b"\xea\x04\x00\x00")
    )
    assert len(old) == len(path.read_bytes())
    with pytest.raises(StudyError, match="--encoding cp1258"):
        read_labelled("cu.sav", old)
    assert read_labelled("cu.sav", old, encoding="cp1258").labels == {"q1": "Tuổi"}
    with pytest.raises(StudyError, match="Name another"):
        read_labelled("cu.sav", old, encoding="utf-8")


def test_the_fonts_before_unicode_are_read_when_they_are_named(tmp_path):
    path = tmp_path / "cu.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0]}), str(path), column_labels={"q1": "D@n s@"})
    old = path.read_bytes().replace(b"D@n s@", b"D\xa9n s\xe8")
    assert read_labelled("cu.sav", old, encoding="tcvn3").labels == {"q1": "Dân số"}


@pytest.mark.parametrize("name", ["cu.sav", "cu.dta"])
def test_a_file_that_is_none_is_one_clear_message(name):
    with pytest.raises(StudyError, match="can't be read"):
        read_labelled(name, b"khong phai so lieu" * 40)
