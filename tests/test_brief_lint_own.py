"""What the kit writes keeps the rules that it holds other writers to."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest

from danvan_study.publish import write_outputs, write_review
from danvan_study.publish.csv_tables import csv_tables
from danvan_study.publish.forms import form_names
from danvan_study.publish.lint import Known, lint_draft, published_figures, read_draft
from danvan_study.study import Office
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


def test_every_figure_of_a_summary_stands_in_the_published_tables() -> None:
    told = context(history=CHANGED)
    tables = csv_tables(told)
    rows, changes = (pd.read_csv(BytesIO(tables[name])) for name in ("published.csv", "published_trends.csv"))
    known = replace(published_figures(rows, changes, texts=()), contact=STUDY.contact)
    files = write_outputs(told, parts=["summary"], formats=["html"])
    assert complaints(files, known) == []
    altered = files["summary.html"].replace(b"61,2", b"71,2")
    assert any("71,2" in one for one in complaints({"summary.html": altered}, known))


@pytest.mark.parametrize("drawn_by_lot", ["", "Biên bản 12"])
def test_a_review_keeps_the_rules_too(drawn_by_lot: str) -> None:
    files = write_review(reviewed(replace(SPAN, drawn_by_lot=drawn_by_lot)))
    assert complaints(files, KNOWN) == []
