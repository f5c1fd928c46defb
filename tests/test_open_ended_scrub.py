"""Masking: what must go, what must stay, and answers that are no answers."""

from __future__ import annotations

import json
import tomllib
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.open_ended.intake import TextKind, kind_of, mend_text
from danvan_study.open_ended.scrub import LABELS, scrub_text
from danvan_study.open_ended.texts import scrub_answers
from danvan_study.tables import Answers, Texts

DATA = Path(__file__).parent / "data"


def sentences(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def judged(rows: list[dict]) -> tuple[list[str], list[str]]:
    """Return what was not wholly masked, and the clean sentences that were touched."""
    missed, touched = [], []
    for row in rows:
        spans = scrub_text(row["text"]).spans
        missed += [
            row["text"][start:end]
            for start, end, _ in row["spans"]
            if not any(span.start <= start and span.end >= end for span in spans)
        ]
        if not row["spans"] and spans:
            touched.append(row["text"])
    return missed, touched


def test_hard_sentences_written_before_the_rules_keep_their_recall() -> None:
    missed, touched = judged(sentences("pii_hard.jsonl"))
    assert (len(missed), touched) == (0, [])  # 98 % and 1 touched at the first run, before the misses were mended


def test_hard_sentences_written_after_the_first_rules_keep_their_recall() -> None:
    missed, touched = judged(sentences("pii_hard_second.jsonl"))
    # 31 of 40 and 3 of 30 touched before they were looked at: the honest figure. These three stay.
    assert sorted(missed) == ["T.", "bà tám", "Đức con"]
    assert touched == []


@pytest.mark.parametrize("form", ["upper", "bare", "nfd"])
def test_spelling_hides_no_telephone_number(form: str) -> None:
    text = "Tôi là Nguyễn Văn Hùng, số điện thoại 0912 345 678"
    written = {
        "upper": text.upper(),
        "bare": "Toi la Nguyen Van Hung, so dien thoai 0912 345 678",
        "nfd": unicodedata.normalize("NFD", text),
    }[form]
    masked = scrub_text(mend_text(written)).text
    assert LABELS["PHONE"] in masked
    assert LABELS["NAME"] in masked
    assert "h" + "ùng" not in masked.lower()
    assert "hung" not in masked.lower()


@given(st.text(max_size=80))
def test_masking_never_fails_and_never_leaves_what_it_found(text: str) -> None:
    mended = mend_text(text)
    scrubbed = scrub_text(mended)
    kept, last = [], 0
    for span in scrubbed.spans:
        assert last <= span.start < span.end
        kept += [mended[last : span.start], LABELS[span.kind]]
        last = span.end
    assert scrubbed.text == "".join([*kept, mended[last:]])
    assert kind_of(mended, scrubbed.text) in TextKind


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number_is_masked_however_it_is_cut(number: str, cut: str) -> None:
    written = cut.join([number[:4], number[4:7], number[7:]])
    assert scrub_text(f"xin gọi {written} nhé").text == f"xin gọi {LABELS['PHONE']} nhé"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("0912345678", TextKind.IDENTIFIER),
        ("Nguyễn Văn Hùng", TextKind.IDENTIFIER),
        ("👍👍", TextKind.NOTHING),
        (" ... ", TextKind.NOTHING),
        ("k", TextKind.TOO_SHORT),
        ("12", TextKind.TOO_SHORT),
        ("đường xấu 😡", TextKind.TEXT),
        ("duong xau qua", TextKind.TEXT),
        ("Kuv tsis muaj dej haus hauv zos", TextKind.OTHER_LANGUAGE),
        ("ꪀꪱꪙ ꪁꪫꪱꪣ", TextKind.OTHER_LANGUAGE),
        ("Nước sạch", TextKind.TEXT),
    ],
)
def test_answers_that_are_no_answers_are_told_apart(typed: str, kind: TextKind) -> None:
    mended = mend_text(typed)
    assert kind_of(mended, scrub_text(mended).text) is kind


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Đường xấu quá".encode().decode("latin-1"), "Đường xấu quá"),
        (unicodedata.normalize("NFD", "Đường  ngập\n nước"), "Đường ngập nước"),
        ("xấuuuuu quááá", "xấu quá"),
        ("nước\u200b sạch\ufeff", "nước sạch"),
        ("§­êng xÊu qu¸", "đường xấu quá"),
    ],
)
def test_broken_spelling_is_mended(typed: str, meant: str) -> None:
    assert mend_text(typed).lower() == meant.lower()


def test_texts_hold_what_was_said_without_who_said_it() -> None:
    answers = pd.DataFrame(
        {
            Answers.respondent: ["a", "a", "b", "c"],
            Answers.question: ["issue", "other", "issue", "issue"],
            Answers.answer: ["bà Nguyễn Thị Lan chưa có nước", "riêng", "👍", "x"],
            Answers.missing: ["", "", "", "refused"],
        },
        dtype="str",
    ).assign(**{Answers.score: float("nan")})
    texts, report = scrub_answers(Answers.conform(answers), ["issue"])
    by = texts.set_index(Texts.respondent)
    assert by.loc["a", Texts.text] == "bà [tên] chưa có nước"
    assert by.loc["b", [Texts.kind, Texts.text]].to_list() == ["nothing", ""]
    assert set(by.index) == {"a", "b"}
    assert report.kinds == {"issue": {"nothing": 1, "text": 1}}
    assert (report.masked, report.texts_masked) == ({"NAME": 1}, 1)


def test_areas_of_the_study_are_no_names_of_people() -> None:
    text = "Từ Lý Nhân lên tỉnh xa quá"
    assert scrub_text("Đi Lý Nhân xa quá").spans
    assert scrub_text("Đi Lý Nhân xa quá", {"lý nhân"}).spans == ()
    assert scrub_text(text, {"lý nhân"}).text == text


def test_what_the_demonstration_says_is_left_alone() -> None:
    truth = tomllib.loads((DATA.parents[1] / "data/simulation.toml").read_text(encoding="utf-8"))
    phrases = [phrase for said in truth["open"]["phrases"].values() for phrase in said]
    assert [phrase for phrase in phrases if scrub_text(phrase).text != phrase] == []
    assert {kind_of(mend_text(phrase), phrase) for phrase in phrases} == {TextKind.TEXT}
