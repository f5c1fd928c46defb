"""The rules read a document as people left it: edited in pieces, with tracked changes, boxes, heads and feet."""

from __future__ import annotations

import contextlib
import io
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.publish.lint import RULES, lint_draft, read_draft
from danvan_study.publish.lint.draft import Part
from danvan_study.publish.lint.read import ENDINGS
from tests import edited_docx as edited

CLAIM = "Đa số người dân hài lòng."


def found(content: bytes, rule: str, source: str = "brief.docx") -> list[str]:
    return [one.message.told("vi") for one in lint_draft(read_draft(content, source=source)) if one.rule == rule]


def test_a_phrase_in_many_runs_is_one_phrase() -> None:
    assert found(edited.with_runs("Đa", " s", "ố người dân hài ", "lòng."), "quantifier-figures")
    said = edited.with_runs(
        "Đa số người trả lời hài lòng: 6", "1,2", "\u00a0% (57,0", "–65,3); n\u00a0=\u00a01.", "180."
    )
    assert not found(said, "quantifier-figures")


def test_insertions_count_and_deletions_do_not() -> None:
    assert found(edited.with_body(edited.run("Có ") + edited.inserted(CLAIM)), "quantifier-figures")
    assert not found(edited.with_body(edited.run("Có ") + edited.deleted(CLAIM)), "quantifier-figures")
    mended = edited.run("Tỷ lệ là 61") + edited.deleted(".") + edited.inserted(",") + edited.run("2 %.")
    assert not found(edited.with_body(mended), "decimal-sign")


def test_a_deleted_row_of_a_table_says_nothing() -> None:
    rows = [["Việc", "Đơn vị"], ["Hỏi 0912 345 678", "Xã A"]]
    assert found(edited.with_table(rows), "phone")
    assert not found(edited.with_table(rows, deleted_row=1), "phone")


def test_boxes_links_and_fields_are_read_once() -> None:
    assert len(found(edited.with_body(edited.box("Gọi 0912 345 678.")), "phone")) == 1
    assert found(edited.with_body(edited.link("Gọi 0912 345 678.")), "phone")
    assert not found(edited.with_body(edited.field("Hình 1")), "phone")


def test_heads_and_feet_are_read() -> None:
    content = edited.with_head_and_foot("MẬT", "Gọi 0912 345 678")
    assert "đầu trang" in found(content, "secrecy-mark")[0]
    assert "chân trang" in found(content, "phone")[0]


def test_findings_come_in_the_order_of_the_document_and_name_cell_or_paragraph() -> None:
    content = edited.with_table([["Nội dung", "Số"], ["Ghi chú", CLAIM]], above="Mở đầu.", beneath=CLAIM)
    first, second = found(content, "quantifier-figures")
    assert first.startswith("bảng 1, dòng 2, ô 2 “")
    assert second.startswith("đoạn 2 “Đa số người dân hài lòng.”")


def test_a_table_takes_its_caption_from_above_and_its_notes_from_beneath() -> None:
    rows = [["Câu hỏi", "Tỷ lệ", "n"], ["Đường", "61,2 % (57,0–65,3)", "1.180"], ["Trường", "55,0 % (51–59)", "1.180"]]
    whole = edited.with_table(
        rows, above="Bảng 1. Hài lòng, quý III/2026", beneath="Tỷ lệ có trọng số. Nguồn: khảo sát."
    )
    bare = edited.with_table(rows)
    rules = ("table-base", "table-weighted", "table-period", "table-source")
    assert [rule for rule in rules if found(whole, rule)] == []
    assert [rule for rule in rules if found(bare, rule)] == ["table-weighted", "table-period", "table-source"]


def test_a_picture_is_described_and_a_comment_is_read() -> None:
    draft = read_draft(b'<p>Xin.</p><img alt="T\xe1\xbb\xb7 l\xe1\xbb\x87 61.2 %">', source="brief.html")
    assert {passage.part for passage in draft.passages} == {Part.BODY, Part.ALT}
    content = edited.with_body(edited.run("Báo cáo."))
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="0">'
        "<w:p><w:r><w:t>Gọi ông Nguyễn Văn Hùng</w:t></w:r></w:p></w:comment></w:comments>"
    )
    assert found(_with_part(content, "word/comments.xml", comments.encode()), "person-name")


def test_every_kind_of_file_is_read() -> None:
    texts = {
        ".md": f"# Phần một\n\n{CLAIM}\n",
        ".txt": CLAIM,
        ".html": "<html><head><title>x</title></head><body><p>Đa <b>số</b> người dân hài lòng.</p></body></html>",
        ".htm": f"<div>{CLAIM}</div>",
    }
    assert {*texts, ".docx"} == set(ENDINGS)
    for ending, text in texts.items():
        assert len(found(text.encode(), "quantifier-figures", f"brief{ending}")) == 1, ending


def test_html_tables_are_tables() -> None:
    page = (
        "<table><caption>Bảng 1. Hài lòng</caption><thead><tr><th>Câu</th><th>Tỷ lệ</th></tr></thead><tbody>"
        "<tr><th>Đường</th><td>61,2 %<br>(57,0–65,3)</td></tr><tr><th>Trường</th><td>55,0 %</td></tr></tbody></table>"
    )
    draft = read_draft(page.encode(), source="brief.html")
    assert [[cell.text for cell in row] for row in draft.grids[0].rows][1] == ["Đường", "61,2 %\n(57,0–65,3)"]
    assert len(found(page.encode(), "table-source", "brief.html")) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("brief.docx", b""),
        ("brief.docx", b"PK\x03\x04 broken"),
        ("brief.docx", b"<html></html>"),
        ("brief.pdf", b"%PDF-1.7"),
        ("brief.md", b"\xff\xfe\x00"),
    ],
)
def test_what_cannot_be_read_is_one_message(name: str, content: bytes) -> None:
    with pytest.raises(StudyError, match=r"this (is|kind)"):
        read_draft(content, source=name)


def test_an_archive_without_a_document_or_with_one_too_large_is_refused() -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("word/styles.xml", "<x/>")
    huge = _with_part(edited.with_runs("x"), "word/header9.xml", b"<x>" + b" " * (65 * 2**20) + b"</x>")
    bomb = _with_part(edited.with_runs("x"), "word/header9.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    deep = _with_part(edited.with_runs("x"), "word/header9.xml", _nested(5000))
    for content in (empty.getvalue(), huge, bomb, deep):
        with pytest.raises(StudyError, match="not a readable DOCX"):
            read_draft(content, source="brief.docx")


def _nested(depth: int) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return (f"<w:hdr {space}>" + "<w:p><w:r>" * depth + "</w:r></w:p>" * depth + "</w:hdr>").encode()


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    changed = io.BytesIO(content)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return changed.getvalue()


WHOLE = edited.with_table([["Câu", "Tỷ lệ"], ["Đường", "61,2 %"]], above="Bảng 1. Hài lòng", beneath=CLAIM)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
@settings(max_examples=150)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place: int, value: int, end: int) -> None:
    for content in (WHOLE[:place] + bytes([value]) + WHOLE[place + 1 :], WHOLE[:end]):
        with contextlib.suppress(StudyError):
            lint_draft(read_draft(content, source="brief.docx"))


PIECES = st.sampled_from(
    ["đa số ", "tăng ", "giảm ", "61,2 %", "(57,0–65,3)", "n = ", "“", "”", "|", "\n", "ông ", "Nguyễn ", "điểm % ",
     "−", "Số: ", "Nơi nhận:", "ĐẢNG CỘNG SẢN VIỆT NAM\n", "UBND huyện ", "0912 345 678", "[…]", "\u0301", "./.",
     "ổn định", "<td>", "</table>", "<tr>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=40), st.sampled_from([".md", ".html", ".txt"]))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_a_rule_fail(pieces: list[str], ending: str) -> None:
    content = "".join(pieces).encode("utf-8", errors="replace")
    for one in lint_draft(read_draft(content, source=f"text{ending}")):
        assert one.rule in RULES
        assert one.message.told("vi")
        assert one.message.told("en")


def test_a_long_document_is_read_fast_enough_to_be_read_often() -> None:
    document = docx.Document()
    for number in range(1500):
        document.add_paragraph(f"Câu {number}: 61,2 % (57,0–65,3); n = 1.180. " + "a" * 200 + " 1" * 100)
    assert len(read_draft(edited.saved(document), source="long.docx").passages) == 1500
    lint_draft(read_draft(edited.saved(document), source="long.docx"))
