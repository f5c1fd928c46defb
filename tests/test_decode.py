"""Raw files: every export of the same submissions decodes to the same keys and text."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import unicodedata
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.store.decode import decode_submissions
from danvan_study.store.records import Records
from tests.form_material import workbook

ROWS = [
    {"_uuid": "u1", "living/life_overall": "5", "worry": 'Giá cả; "điện", nước'},
    {"_uuid": "u2", "worry": "Đường\nsá"},
]


def as_csv(rows, separator=","):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return pd.DataFrame(rows, columns=columns).to_csv(index=False, sep=separator, lineterminator="\n").encode()


def as_lines(rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", as_lines(ROWS)),
        ("a.jsonl.gz", gzip.compress(as_lines(ROWS))),
        ("a.json", json.dumps({"count": 2, "results": ROWS}).encode()),
        ("a.json", json.dumps(ROWS).encode()),
        ("a.csv", as_csv(ROWS)),
        ("a.csv", b"\xef\xbb\xbf" + as_csv(ROWS, ";")),
        ("A.CSV", unicodedata.normalize("NFD", as_csv(ROWS).decode()).encode()),
        ("a.xlsx", workbook(data=ROWS)),
    ],
)
def test_every_kind_of_file_gives_the_same_submissions(name, content) -> None:
    assert decode_submissions(name, content) == ROWS


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "g/b", "_uuid", "họ"]),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(
                lambda text: unicodedata.normalize("NFC", text)
            ),
            min_size=1,
        ),
        min_size=1,
    )
)
def test_csv_and_json_lines_agree_on_any_text(rows) -> None:
    assert decode_submissions("a.csv", as_csv(rows)) == decode_submissions("a.jsonl", as_lines(rows)) == rows


def test_numbers_and_null_of_json_stay_as_typed() -> None:
    content = (
        b'[{"n": 4.0, "m": 12, "gone": null, "list": [{"g/r": 1}], "_validation_status": {"uid": "ok"}, "yes": true}]'
    )
    assert decode_submissions("a.json", content) == [
        {"n": "4.0", "m": "12", "list": [{"g/r": "1"}], "_validation_status": '{"uid": "ok"}', "yes": "True"}
    ]


def test_excel_cells_are_written_as_kobotoolbox_would() -> None:
    book = openpyxl.Workbook()
    book.active.append(["n", "d", "t", "blank", "half"])
    book.active.append(
        [4.0, datetime.fromisoformat("2025-07-05"), datetime.fromisoformat("2025-07-05T09:30"), None, 2.5]
    )
    stream = io.BytesIO()
    book.save(stream)
    assert decode_submissions("a.xlsx", stream.getvalue()) == [
        {"n": "4", "d": "2025-07-05", "t": "2025-07-05T09:30:00", "half": "2.5"}
    ]


def test_sheets_of_repeats_hang_on_their_submission_and_on_the_repeat_around() -> None:
    content = workbook(
        main=[{"_uuid": "u1", "_index": 1}, {"_uuid": "u2", "_index": 2}],
        children=[
            {"age": 3, "_index": 1, "_parent_table_name": "main", "_parent_index": 2},
            {"age": 5, "_index": 2, "_parent_table_name": "main", "_submission__uuid": "u2"},
        ],
        toys=[{"toy": "bóng", "_parent_table_name": "children", "_parent_index": 2}],
    )
    first, second = decode_submissions("a.xlsx", content)
    assert "children" not in first
    assert [child["age"] for child in second["children"]] == ["3", "5"]
    assert second["children"][1]["toys"][0]["toy"] == "bóng"


def test_a_row_of_a_repeat_without_its_submission_is_refused() -> None:
    content = workbook(main=[{"_uuid": "u1", "_index": 1}], children=[{"age": 3, "_parent_index": 7}])
    with pytest.raises(StudyError, match="sheet children, row 2: it belongs to no submission"):
        decode_submissions("a.xlsx", content)


def test_spss_and_stata_keep_codes_and_declared_missing_values(tmp_path) -> None:
    table = pd.DataFrame({"life": [1.0, 98.0, None], "worry": ["giá cả", "", "nước"]})
    pyreadstat.write_sav(table, tmp_path / "a.sav", missing_ranges={"life": [98]})
    table.to_stata(tmp_path / "a.dta", write_index=False, version=118)
    expected = [{"life": "1", "worry": "giá cả"}, {"life": "98"}, {"worry": "nước"}]
    for name in ("a.sav", "a.dta"):
        assert decode_submissions(name, (tmp_path / name).read_bytes()) == expected


def test_reading_spss_leaves_nothing_behind(tmp_path, monkeypatch) -> None:
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0]}), tmp_path / "a.sav")
    content = (tmp_path / "a.sav").read_bytes()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    decode_submissions("a.sav", content)
    assert list(Path(scratch).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"", "a.pdf: this kind of file is not known"),
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "a.jsonl, line 2: this is not JSON"),
        ("a.jsonl", b"[1]", "a.jsonl, line 1: this is not a submission"),
        ("a.json", b'{\n"a": }', "a.json, line 2: this is not JSON"),
        ("a.json", b'{"count": 2}', "neither a list of submissions nor a page"),
        ("a.json", b"[3]", "a.json, submission 1: this is not a submission"),
        ("a.jsonl.gz", gzip.compress(as_lines(ROWS))[:-9], "not a whole gzip file"),
        ("a.jsonl.gz", b"{}", "not a whole gzip file"),
        ("a.csv", b"a,a\n1,2\n", 'line 1: the column "a" stands 2 times'),
        ("a.csv", b"a,b\n1,2,3\n", "line 2: it has 3 cells, the head has 2"),
        ("a.csv", b"a,b\n1,\xff\n", "line 2: this is not UTF-8"),
        ("a.csv", b'a,b\n"1,2\n', "this is not CSV"),
        ("a.xlsx", b"PK", "a.xlsx: this is not an Excel workbook"),
        ("a.sav", b"nothing", "a.sav: this file can't be read"),
        ("a.dta", b"nothing", "a.dta: this file can't be read"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(name, content, message) -> None:
    with pytest.raises(StudyError, match=message):
        decode_submissions(name, content)


def test_lines_are_read_one_after_the_other_as_often_as_somebody_asks() -> None:
    packed, plain = gzip.compress(as_lines(ROWS)), as_lines(ROWS[:1])
    records = Records([("a.jsonl.gz", packed), ("b.jsonl", plain), ("c.csv", as_csv(ROWS))], [{"_id": "9"}])
    together = [*ROWS, *ROWS[:1], *ROWS, {"_id": "9"}]
    assert len(records) == len(together)
    assert list(records) == list(records) == together
    assert (records[1], records[-1], records[:2]) == (together[1], together[-1], together[:2])
    with pytest.raises(IndexError):
        records[len(together)]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.jsonl", b'{"a":"1"}\n{"a"\n', "a.jsonl, line 2"),
        ("a.jsonl", b'{"a":"1"}\n\n{"a":"\xff"}\n', "a.jsonl, line 3"),
        ("a.jsonl.gz", gzip.compress(b"".join(b'{"a":"%d"}\n' % n for n in range(1, 99_999)))[:-20], "a.jsonl.gz"),
    ],
)
def test_a_line_that_is_no_submission_is_named_when_the_reading_comes_to_it(name, content, place) -> None:
    records = Records([(name, content)])
    assert next(iter(records)) == {"a": "1"}
    with pytest.raises(StudyError) as caught:
        len(records)
    assert caught.value.where == place
