"""The annex holds every published figure as a number, hides what is hidden, and says how all of it was made."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections import defaultdict
from dataclasses import replace
from math import nan

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from danvan_study.codebook import Choice
from danvan_study.publish import as_xlsx, publish_estimates, publish_outlook, words
from danvan_study.publish.annex import annex_xlsx, compose_annex
from danvan_study.publish.content import design_questions
from danvan_study.publish.disclosure import disclosure_rows
from danvan_study.publish.rank_gate import publish_ranks
from danvan_study.publish.results import label_of
from danvan_study.study import Against, Period, Span
from tests.brief_material import (
    AREAS,
    CODEBOOK,
    QUARTER,
    ROLLING,
    SHARES,
    STUDY,
    context,
    published,
    set_of,
    table,
)
from tests.test_conditions import gate
from tests.test_outlook_gate import KEYS, outlooks
from tests.test_ranks import PLACES
from tests.test_trend_brief import WAVES, history

MARK = "SỐ LIỆU MÔ PHỎNG"
TEXTS = words.phrases("vi")
HEAD = 4
"""Row of the heads, counted from one."""


@pytest.fixture(scope="module")
def content():
    return annex_xlsx(context())


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def lines(sheet):
    """Return the lines of a sheet as dictionaries by head."""
    heads = [cell.value for cell in sheet[HEAD]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=HEAD + 1)]


def opened(given):
    return openpyxl.load_workbook(io.BytesIO(annex_xlsx(given)))


def head(key):
    return TEXTS[f"annex_{key}"]


# Every published figure, and nothing that is hidden


def domain_labels(row):
    """Return what a published row's domain is called, by the head of its column."""
    if row["area"]:
        name = next(area.name for area in AREAS.reporting if area.key == row["area"])
        return {head("area"): name}
    if row["group"]:
        question = CODEBOOK.question(row["group"])
        return {head("group"): question.labels["vi"], head("value"): label_of(question, row["value"], "vi")}
    return {}


def family(row):
    longer = "rolling_" if row["period"] == ROLLING else ""
    kind = "areas" if row["area"] else "groups" if row["group"] else "all"
    return head(f"{longer}{kind}_name")


def same(cell, number):
    return cell is None if isinstance(number, float) and math.isnan(number) else cell == number


def test_every_published_figure_stands_in_the_annex_once_and_as_published(book):
    found = defaultdict(dict)
    for sheet in book:
        if sheet.title in {
            head(f"{longer}{kind}_name") for longer in ("", "rolling_") for kind in ("all", "areas", "groups")
        }:
            for line in lines(sheet):
                about = [line.get(head(key)) for key in ("area", "group", "value")]
                key = (*about, line[head("code")], line[head("statistic")], line[head("answer")])
                assert key not in found[sheet.title]
                found[sheet.title][key] = line
    hidden, count = design_questions(STUDY), 0
    for row in published().rows.to_dict("records"):
        if row["question"] in hidden:
            continue
        count += 1
        domain = domain_labels(row)
        question = CODEBOOK.question(row["question"])
        answer = label_of(question, row["answer"], "vi") if row["answer"] else None
        about = [domain.get(head(key)) for key in ("area", "group", "value")]
        line = found[family(row)].pop((*about, row["question"], head(f"statistic_{row['statistic']}"), answer))
        numbers = [line[head(key)] for key in ("estimate", "low", "high", "n", "n_effective", "deff")]
        if row["flag"] == "suppressed":
            assert numbers == [TEXTS["suppressed_mark"], *[None] * 5]
            assert line[head("remark")] == head("hidden")
        elif bound := words.bound(row["reason"], "vi"):
            assert numbers[:3] == [bound, None, None]
            assert numbers[3] == row["n"]
        else:
            given = [row[name] for name in ("estimate", "low", "high", "n", "n_effective", "deff")]
            assert all(same(cell, number) for cell, number in zip(numbers, given, strict=True))
            assert (line[head("remark")] == TEXTS["low_precision"]) is (row["flag"] == "low_precision")
    assert count > 300
    assert all(not left for left in found.values())


def test_hidden_and_bounded_figures_are_among_what_is_tested():
    rows = published().rows
    assert (rows["flag"] == "suppressed").any()
    assert {bool(words.bound(reason, "vi")) for reason in rows["reason"]} == {True, False}


def test_figures_are_numbers_with_the_decimals_that_their_base_bears(book):
    for sheet in (book[head("all_name")], book[head("areas_name")]):
        place = [cell.value for cell in sheet[HEAD]].index(head("estimate"))
        formats = defaultdict(set)
        for row in sheet.iter_rows(min_row=HEAD + 1):
            if isinstance(row[place].value, (int, float)):
                formats[row[place].number_format].add(row[place].value)
                assert row[place].data_type == "n"
        wanted = {"0.0", "0.00"} if sheet.title == head("all_name") else {"0"}
        assert set(formats) == wanted
        assert all(value == round(value) for value in formats["0"])


@pytest.mark.parametrize("given", [None, "context", published()])
def test_only_a_context_becomes_an_annex(given):
    with pytest.raises(TypeError, match="BriefContext"):
        annex_xlsx(given)


# What changed, what the model says, ranks, conditions


def test_changes_are_told_with_their_interval_its_confidence_and_the_word_that_the_test_allows():
    past = history(
        {
            ("life_overall", Against.PREVIOUS): (6.0, 0.004, True),
            ("petition_trust", Against.YEAR_BEFORE): (nan, nan, False),
        }
    )
    book = opened(context(history=past))
    found = {(line[head("code")], line[head("against")]): line for line in lines(book[head("changes_name")])}
    published_rows = past.changes.rows.set_index(["question", "against"])
    assert len(found) == 4
    up, row = found["life_overall", "quý II/2026"], published_rows.loc[("life_overall", "2026q2")]
    for key in ("change", "low", "high", "confidence", "p", "p_adjusted", "mdc", "n", "n_earlier"):
        assert up[head(key)] == pytest.approx(row[key])
    assert (up[head("verdict")], up[head("area")]) == ("tăng", TEXTS["all_areas"])
    broken = found["petition_trust", "quý III/2025"]
    assert (broken[head("verdict")], broken[head("change")]) == ("không so sánh được", None)


def test_the_models_figures_say_on_every_line_that_they_are_the_models():
    rows = []
    for wave in WAVES:
        rows += set_of("life_overall", SHARES["life_overall"], period=wave.id, n=1180, clusters=120)
        for key in KEYS:
            rows += set_of(
                "life_overall", SHARES["life_overall"], period=wave.id, level="area", area=key, n=300, clusters=30
            )
    figures = publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    outlook = publish_outlook(outlooks(p=1e-9), figures=figures)
    book = opened(context(history=history(figures=figures, outlook=outlook)))
    for key, given in (("lines", outlook.rows), ("forecasts", outlook.forecasts), ("signals", outlook.signals)):
        told = lines(book[head(f"{key}_name")])
        assert len(told) == len(given) > 1
        assert {line[head("source")] for line in told} == {head("by_model")}
    scored = [line for line in lines(book[head("forecasts_name")]) if line[head("outcome")] is not None]
    assert [line[head("origin")] for line in scored] == [words.wave_name(wave.id, "vi") for wave in WAVES[:-1]]
    assert {line[head("verdict")] for line in lines(book[head("signals_name")])} == {"tăng"}
    longer = context(
        study=replace(STUDY, waves=WAVES),
        period=Period(id="2026-6T", waves=("2026q1", "2026q2"), span=Span.HALF),
        history=history(figures=figures, outlook=outlook),
    )
    assert head("lines_name") not in {one.name for one in compose_annex(longer).sheets}


def test_ranks_stand_beside_their_shares():
    book = opened(context(ranks=publish_ranks(PLACES, figures=published())))
    told = lines(book[head("ranks_name")])
    assert [line[head("rank")] for line in told] == [1, 2, 3, 4]
    first = told[0]
    assert (first[head("answer")], first[head("rank_low")], first[head("rank_high")]) == ("Giá cả, thu nhập", 1, 2)
    assert (first[head("estimate")], first[head("n")]) == (47.3, 1180)


def test_figures_by_condition_have_the_test_of_their_split():
    book = opened(context(conditions=gate()))
    told = [line for line in lines(book[head("conditions_name")]) if line[head("p")] is not None]
    assert {(line[head("code")], line[head("p_adjusted")]) for line in told} == {
        ("trust_commune", 0.0008),
        ("petition_trust", 0.3),
    }
    assert {line[head("value")] for line in told} == {"Nam", "Nữ"}


# Texts are texts


def test_a_text_that_looks_like_a_formula_or_a_link_stays_a_text():
    nasty = ('=HYPERLINK("http://example.org")', "+1+1", "-2", "@SUM(1)", "http://example.org", "12", "\u200b=1")
    choices = tuple(Choice(name=str(place), labels={"vi": text}) for place, text in enumerate(nasty, 1))
    questions = tuple(
        replace(one, labels={"vi": "=1+1"}, choices=choices) if one.name == "priority_next_q" else one
        for one in CODEBOOK.questions
    )
    book = opened(context(codebook=replace(CODEBOOK, questions=questions)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    told = {cell.value for cell in cells if cell.data_type == "s"}
    assert {*nasty, "=1+1"} <= told
    targets = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert all(link.location and not link.target for link in targets)


# Questionnaire, disclosure, change log, provenance


def test_the_questionnaire_is_there_word_for_word_with_codes_and_scores(book):
    asked = lines(book[head("questionnaire_name")])
    told = {line[head("code")]: line for line in asked if line[head("code")]}
    for question in CODEBOOK.questions:
        assert told[question.name][head("question")] == question.labels["vi"]
        assert told[question.name][head("kind")] == head(f"kind_{question.kind}")
    start = asked.index(told["life_overall"])
    answers = asked[start + 1 : start + 8]
    assert [line[head("answer_code")] for line in answers] == ["1", "2", "3", "4", "5", "98", "99"]
    assert [line[head("score")] for line in answers] == [0, 25, 50, 75, 100, None, None]
    assert answers[3][head("answer")] == "Hài lòng"
    assert answers[5][head("answer")].endswith(head("no_answer"))


def test_when_a_question_is_asked_is_said_in_words():
    questions = tuple(
        replace(one, relevant="${sex} = '2'") if one.name == "petition_trust" else one for one in CODEBOOK.questions
    )
    book = opened(context(codebook=replace(CODEBOOK, questions=questions)))
    asked = {line[head("code")]: line for line in lines(book[head("questionnaire_name")])}
    number = asked["sex"][head("number")]
    assert asked["petition_trust"][head("skip")] == f"Chỉ hỏi nếu câu {number} là 2."


def test_the_disclosure_sheet_is_that_of_the_study(book):
    sheet = book[head("disclosure_name")]
    found = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=HEAD)]
    assert [tuple(cell or "" for cell in row) for row in found] == disclosure_rows(context())


def test_method_change_log_and_provenance_are_told(book):
    method = " ".join(str(line[head("content")]) for line in lines(book[head("method_name")]))
    assert "Nhận 1.227 phiếu" in method
    assert "Cơ quan đặt hàng khảo sát có thể làm người trả lời dè dặt" in method
    [corrected] = lines(book[head("log_name")])
    assert corrected[head("content")] == "Sửa 37 giá trị, loại 47 phiếu; mỗi chỗ có một dòng ghi lý do."
    told = {line[head("content")] for line in lines(book[head("provenance_name")])}
    assert {"a" * 64, "b" * 64, "0123abc"} <= told


def test_an_erratum_is_named_in_the_title_and_in_the_change_log():
    book = opened(context(erratum=2))
    assert "đính chính số 2" in " ".join(
        str(cell.value) for row in book.worksheets[0].iter_rows(max_row=2) for cell in row
    )
    *_, last = lines(book[head("log_name")])
    assert (last[head("subject")], "đính chính số 2" in last[head("content")]) == ("Đính chính", True)


# The workbook


def test_the_contents_name_and_link_every_sheet_with_its_number_of_lines(book):
    contents = book.worksheets[0]
    links = {cell.value: cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert list(links) == book.sheetnames[1:]
    assert all(location == f"'{name}'!A1" for name, location in links.items())
    counted = {row[0].value: row[2].value for row in contents.iter_rows() if row[0].value in links}
    assert counted == {sheet.title: sheet.max_row - HEAD for sheet in book.worksheets[1:]}


def test_every_sheet_prints_on_a4_across_with_its_head_on_each_page(book):
    for sheet in book:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for sheet in book.worksheets[1:]:
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
        assert sheet.freeze_panes == f"A{HEAD + 1}"
        assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_context_gives_the_same_bytes(content):
    assert annex_xlsx(context()) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len({member.date_time for member in archive.infolist()}) == 1
        assert b"2026-08-28" in archive.read("docProps/core.xml")


def test_cells_are_written_as_the_writer_of_workbooks_itself_would(content, monkeypatch):
    monkeypatch.setattr(as_xlsx, "_Page", Worksheet)
    assert annex_xlsx(context()) == content


def test_simulated_figures_are_marked_on_every_sheet_and_page_and_real_ones_nowhere(content, book):
    for sheet in book:
        assert MARK in sheet.oddHeader.center.text
        assert any(MARK in str(cell.value) for row in sheet.iter_rows(max_row=HEAD) for cell in row)
    real = annex_xlsx(context(simulated=False))
    with zipfile.ZipFile(io.BytesIO(real)) as archive:
        assert not any(MARK in archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_annex_can_be_had_in_english_with_the_same_numbers(book):
    english = opened(context(language="en"))
    assert len(english.sheetnames) == len(book.sheetnames)
    vietnamese = re.compile(r"\b(khoảng|tỷ lệ|câu hỏi|không)\b")
    for sheet, twin in zip(english, book, strict=True):
        numbers = [
            [cell.value for row in one.iter_rows(min_row=HEAD + 1) for cell in row if cell.data_type == "n"]
            for one in (sheet, twin)
        ]
        assert numbers[0] == numbers[1]
        assert not any(vietnamese.search(str(cell.value)) for cell in sheet[HEAD])


def test_no_sheet_stands_without_lines():
    bare = compose_annex(context(rolling=None, areas=None))
    assert all(sheet.lines for sheet in bare.sheets)
    assert head("areas_name") not in {sheet.name for sheet in bare.sheets}
    assert QUARTER not in bare.period
