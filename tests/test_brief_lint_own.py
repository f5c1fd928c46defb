"""What the kit writes keeps the rules that it holds other writers to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pandas as pd
import pytest

from danvan_study.publish import write_outputs, write_review
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.blocks import DataTable
from danvan_study.publish.csv_tables import csv_tables
from danvan_study.publish.erratum import compose_erratum, find_corrected
from danvan_study.publish.forms import form_names
from danvan_study.publish.lint import Known, lint_draft, published_figures, read_draft
from danvan_study.publish.lint.heads import Head, head_of
from danvan_study.study import Office
from danvan_study.tables import PublishedChanges, PublishedRows
from tests.brief_material import STUDY, context
from tests.test_reviews import SPAN
from tests.test_reviews import context as reviewed
from tests.test_trend_brief import PREVIOUS, YEAR, history

CHANGED = history({("life_overall", PREVIOUS): (6.0, 0.004, True), ("life_overall", YEAR): (-7.0, 0.001, True)})
STATE, PARTY = "UBND", "BTGDVTU"
KNOWN = Known(contact=STUDY.contact, simulated_mark="SỐ LIỆU MÔ PHỎNG")
SKELETON = {"left-blank"}
"""The gaps that a report leaves to its author are told as warnings."""


def office(form: str) -> Office:
    is_state = form.startswith("state")
    return Office(
        form=form,
        superior="ỦY BAN NHÂN DÂN TỈNH MẪU" if is_state else "TỈNH ỦY MẪU",
        body="SỞ NỘI VỤ" if is_state else "BAN TUYÊN GIÁO VÀ DÂN VẬN",
        place="Mẫu",
        symbol=STATE if is_state else PARTY,
        recipients=("Thường trực Tỉnh ủy", "Lưu Văn phòng"),
    )


def complaints(files: dict[str, bytes], known: Known) -> list[str]:
    texts = {name: content for name, content in files.items() if name.endswith((".docx", ".html"))}
    assert texts
    return [
        f"{name}: {one}"
        for name, content in texts.items()
        for one in lint_draft(read_draft(content, source=name, known=known))
        if one.rule not in SKELETON
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_documents_without_an_office_keep_the_rules(language: str) -> None:
    files = write_outputs(
        context(history=CHANGED, language=language), parts=["report", "summary", "areas"], formats=["docx", "html"]
    )
    known = KNOWN if language == "vi" else replace(KNOWN, simulated_mark="SIMULATED DATA")
    assert complaints(files, known) == []


@pytest.mark.parametrize("form", form_names())
def test_documents_in_every_form_keep_the_rules(form: str) -> None:
    study = replace(STUDY, office=office(form))
    files = write_outputs(context(history=CHANGED, study=study), parts=["report", "summary"], formats=["docx"])
    assert complaints(files, KNOWN) == []
    report = read_draft(files["brief.docx"], source="brief.docx", known=KNOWN)
    assert head_of(report) is (Head.STATE if form.startswith("state") else Head.PARTY)


@pytest.mark.parametrize("form", form_names())
def test_a_spoilt_form_is_found_in_the_tables_that_hold_it(form: str) -> None:
    told = context(history=CHANGED, study=replace(STUDY, office=office(form)))
    report = read_draft(write_outputs(told, parts=["report"], formats=["docx"])["brief.docx"], source="brief.docx")
    said = "\n".join(line for line in report.lines if "Thường trực" not in line and "Lưu" not in line)
    if form.startswith("state"):
        said = said.replace("Số:", "Số").replace("./.", ".")
    else:
        said = said.replace("Số ", "Số: ", 1) + "\nHết./."
    found = {one.rule for one in lint_draft(read_draft(said.encode(), source="spoilt.txt"))}
    assert found >= {"number-line", "recipients", "end-mark"}


def test_every_figure_of_a_summary_stands_in_the_published_tables() -> None:
    told = context(history=CHANGED)
    tables = csv_tables(told)
    rows, changes = (pd.read_csv(BytesIO(tables[name])) for name in ("published.csv", "published_trends.csv"))
    known = replace(published_figures(rows, changes, texts=()), contact=STUDY.contact)
    files = write_outputs(told, parts=["summary"], formats=["html"])
    assert complaints(files, known) == []
    altered = files["summary.html"].replace(b"61,2", b"71,2")
    assert any("71,2" in one for one in complaints({"summary.html": altered}, known))


@pytest.fixture(scope="module")
def summary() -> str:
    past = history({("life_overall", PREVIOUS): (6.0, 0.004, True), ("life_overall", YEAR): (-1.0, 0.6, True)})
    files = write_outputs(context(history=past), parts=["summary"], formats=["html"])
    return files["summary.html"].decode()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("61,2", "61.2", "decimal-sign"),
        ("61,2\u00a0%", "61,25\u00a0%", "one-decimal"),
        ("1.180", "1,180", "thousands-sign"),
        ("Thay đổi tính bằng điểm\u00a0%.", "", "change-figures"),
        ("chưa thấy thay đổi rõ", "ổn định", "never-stable"),
        ("chưa thấy thay đổi rõ", "tăng", "change-fits"),
        ("Đa số người", "Tuyệt đại đa số người", "quantifier-fits"),
        ("; n\u00a0=\u00a01.180", "", "quantifier-figures"),
        ("trọng số", "", "table-weighted"),
        ("Nguồn:", "", "table-source"),
        ("SỐ LIỆU MÔ PHỎNG", "", "simulated-mark"),
        ("danvan@example.org", "toi@example.org", "e-mail"),
        ("không phải số liệu thống kê nhà nước", "là số liệu thống kê nhà nước", "official-statistics"),
        ("</main>", "<p>Ông Nguyễn Văn Hùng, 0912 345 678.</p></main>", "phone"),
    ],
)
def test_an_edit_that_spoils_a_summary_is_found(summary: str, old: str, new: str, rule: str) -> None:
    edited = re.sub(re.escape(old), new, summary, flags=re.IGNORECASE)
    assert edited != summary
    found = complaints({"summary.html": edited.encode()}, KNOWN)
    assert any(one.endswith(f"[{rule}]") for one in found), found


@pytest.mark.parametrize("drawn_by_lot", ["", "Biên bản 12"])
def test_a_review_keeps_the_rules_too(drawn_by_lot: str) -> None:
    files = write_review(reviewed(replace(SPAN, drawn_by_lot=drawn_by_lot)))
    assert complaints(files, KNOWN) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_erratum_keeps_the_rules_too(language: str) -> None:
    told = context(history=CHANGED, erratum=1, language=language)
    assert told.history is not None
    corrected = {}
    for name, rows, key in (
        ("published", told.published.rows, PublishedRows.key),
        ("published_trends", told.history.changes.rows, PublishedChanges.key),
    ):
        before = rows.assign(low=rows["low"] - 1.0)
        corrected[name] = find_corrected(before, rows, key=key).head(40)
    document = compose_erratum(
        told, corrected, reason="Nhập sai mã xã.", issued_on=date(2026, 10, 20), corrects=date(2026, 9, 30)
    )
    assert sum(isinstance(block, DataTable) for block in document.blocks) == 2
    known = KNOWN if language == "vi" else replace(KNOWN, simulated_mark="SIMULATED DATA")
    assert complaints({"erratum.docx": set_docx(document, dated=date(2026, 10, 20))}, known) == []
