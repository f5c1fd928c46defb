"""The PDF says what the brief says, to the eye and to the ear, and nothing in a text is ever taken for a command."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from danvan_study.publish import as_pdf
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.as_pdf import PAGES, set_pdf
from danvan_study.publish.blocks import (
    Bullets,
    Card,
    DataTable,
    Facts,
    Heading,
    Headline,
    Paragraph,
    Picture,
    Row,
)
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from danvan_study.study import Publication
from tests.brief_material import AREAS, STUDY, context
from tests.pdf_structure import catalogue, fonts, reader, structure

DAY = date(2026, 8, 28)
MARK = "SỐ LIỆU MÔ PHỎNG"
REPORT = compose_report(context())


@pytest.fixture(scope="module")
def pdf():
    return set_pdf(REPORT, dated=DAY)


@pytest.fixture(scope="module")
def tree(pdf):
    return structure(pdf)


def with_blocks(*blocks, **fields):
    return replace(REPORT, blocks=blocks, **fields)


def words_of(text):
    return " ".join(text.replace("\u00a0", " ").split())


def page_texts(pdf):
    return [words_of(page.extract_text()) for page in reader(pdf).pages]


# Tags, language, descriptions


def test_it_is_tagged_names_its_language_and_claims_pdf_ua(pdf):
    root = catalogue(pdf)
    assert root["/MarkInfo"]["/Marked"] is not None
    assert bool(root["/MarkInfo"]["/Marked"].value) is True
    assert root["/Lang"] == "vi-VN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    english = compose_report(context(study=replace(STUDY, languages=("en",))))
    assert catalogue(set_pdf(english, dated=DAY))["/Lang"] == "en-GB"


def test_headings_come_in_order_and_skip_no_level(tree):
    given = [block for block in REPORT.blocks if isinstance(block, Heading)]
    found = [int(one.kind[1]) for one in tree.of("H1", "H2", "H3")]
    assert found == [1, *(block.level for block in given)]  # the contents come first
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_every_chart_is_a_figure_with_the_description_of_the_brief(tree):
    pictures = [block for block in REPORT.blocks if isinstance(block, Picture)]
    assert len(pictures) == 4
    assert [one.alt for one in tree.of("Figure")] == [block.alt for block in pictures]
    assert all(len(block.alt) > 40 for block in pictures)


def test_every_table_has_heads_that_say_what_they_are_heads_of(tree):
    tables = [block for block in REPORT.blocks if isinstance(block, DataTable)]
    found = tree.of("Table")
    assert len(found) == len(tables) > 3
    for block, table in zip(tables, found, strict=True):
        sections = sum(row.kind == "section" for row in block.rows)
        heads = table.of("TH")
        assert len(heads) == len(block.head) + sections
        assert {head.scope for head in heads} == {"Column"}
        cells = sum(len(row.cells) for row in block.rows if row.kind != "section")
        assert len(table.of("TD")) == cells
        assert table.children[0].kind == "Caption"


def test_it_has_bookmarks_a_title_and_the_day_of_the_wave(pdf):
    document = reader(pdf)
    titles = [one.title for one in document.outline if not isinstance(one, list)]
    assert titles == [block.line for block in REPORT.blocks if isinstance(block, Heading) and block.level == 1]
    assert document.metadata.title == f"{REPORT.title} – {REPORT.period}"
    assert document.metadata.creation_date.date() == DAY
    assert document.metadata.modification_date.date() == DAY
    assert document.metadata.author is None


def said(block):
    """What a block says, piece by piece, in its order."""
    match block:
        case Heading() | Paragraph():
            return [block.line if isinstance(block, Heading) else block.text]
        case Bullets():
            return list(block.items)
        case Headline():
            return [text for card in block.cards for text in (card.figure, card.sentence, *card.changes, card.wording)]
        case Picture():
            return [block.caption, *block.notes]
        case DataTable():
            return [block.caption, *block.head, *(cell for row in block.rows for cell in row.cells), *block.notes]
        case Facts():
            return [text for row in block.rows for text in row]


def read_aloud(pdf, folder):
    """Return what poppler reads along the structure tree: only what is tagged, in the order of the tags."""
    (folder / "brief.pdf").write_bytes(pdf)
    command = ["pdfinfo", "-struct-text", str(folder / "brief.pdf")]
    told = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode(errors="replace")
    return words_of(" ".join(re.findall(r'^ *"(.*)"$', told, flags=re.MULTILINE)))


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("kind", ["report", "summary", "area"])
def test_what_is_read_aloud_is_every_block_in_the_order_of_the_brief(kind, tmp_path):
    assert shutil.which("pdfinfo")
    makers = {"summary": compose_summary, "area": lambda given: compose_area(given, AREAS.reporting[0])}
    document = makers.get(kind, compose_report)(context())
    heard = read_aloud(set_pdf(document, dated=DAY), tmp_path).replace(" ", "")
    place = 0
    for block in document.blocks:
        for text in filter(None, said(block)):
            piece = words_of(text).replace(" ", "")
            found = heard.find(piece, place)
            assert found >= 0, text
            place = found + len(piece)


# Fonts


@pytest.mark.parametrize("compose", [compose_report, compose_summary])
def test_only_the_packages_own_font_is_inside(compose):
    assert fonts(set_pdf(compose(context()), dated=DAY)) <= {"BeVietnamPro-Regular", "BeVietnamPro-Bold"}


def test_a_sign_that_the_font_lacks_is_drawn_by_another_and_one_that_none_has_by_a_mark():
    document = with_blocks(Heading(text="Mũi tên →"), Paragraph(text="chữ Hán 漢, nụ cười 🦆\u200d\u0007, hết"))
    pdf = set_pdf(document, dated=DAY)
    assert "DejaVuSans" in fonts(pdf)
    [text] = page_texts(pdf)
    assert "Mũi tên →" in text
    assert "chữ Hán \ufffd, nụ cười \ufffd, hết" in text


# Text is text


NASTY = r"#panic() $x^2$ \ *b* _c_ `d` <e> @f // g /* h = i #sys.inputs [j] {k} ~ ' \" \u{61}"


def test_no_text_is_ever_read_as_markup_or_code():
    document = replace(
        REPORT,
        title=NASTY,
        period=NASTY,
        kicker=NASTY,
        blocks=(
            Heading(text=NASTY),
            Paragraph(text=NASTY),
            Bullets(items=(NASTY,)),
            Headline(
                cards=(Card(mark="1", figure="#", interval="$", base="\\", wording=NASTY, sentence=NASTY, changes=()),)
            ),
            DataTable(caption=NASTY, head=(NASTY, "#"), rows=(Row(cells=(NASTY, "$")),), widths=(100, 65)),
            Facts(rows=((NASTY, NASTY),)),
        ),
    )
    pdf = set_pdf(document, dated=DAY)
    assert reader(pdf).metadata.title == f"{NASTY} – {NASTY}"
    text = "".join("".join(page_texts(pdf)).split())
    assert text.count("".join(NASTY.split())) >= 10


def test_the_template_says_which_block_it_does_not_know(monkeypatch):
    monkeypatch.setattr(as_pdf, "_block", lambda *_: {"type": "Song"})
    with pytest.raises(RuntimeError, match="no block of type Song"):
        set_pdf(REPORT, dated=DAY)


# Pages


def test_the_same_brief_gives_the_same_bytes(pdf):
    assert set_pdf(compose_report(context()), dated=DAY) == pdf
    assert set_pdf(REPORT, dated=date(2026, 8, 29)) != pdf


def test_every_page_is_a4_numbered_and_marked_when_simulated(pdf):
    pages = page_texts(pdf)
    assert 5 <= len(pages) <= 12
    for place, text in enumerate(pages, 1):
        assert MARK in text
        assert f"{place} / {len(pages)}" in text
    assert {tuple(round(float(side)) for side in page.mediabox) for page in reader(pdf).pages} == {(0, 0, 595, 842)}
    captions = sum(isinstance(block, (Picture, DataTable)) for block in REPORT.blocks)
    assert sum(text.count(MARK) for text in pages) >= captions + len(pages)


def test_real_data_carry_no_such_mark():
    pdf = set_pdf(compose_report(context(simulated=False)), dated=DAY)
    assert not any(MARK in text for text in page_texts(pdf))


def test_the_heads_of_a_long_table_stand_on_each_of_its_pages():
    rows = [Row(cells=("Nhóm tuổi",), kind="section"), *[Row(cells=(f"dòng {k}", str(k))) for k in range(120)]]
    table = DataTable(caption="Bảng dài", head=("Tên cột", "Số liệu"), rows=tuple(rows), widths=(100, 65))
    pages = page_texts(set_pdf(with_blocks(table), dated=DAY))
    assert len(pages) > 2
    assert all("Tên cột" in text and "Số liệu" in text and "Nhóm tuổi" in text for text in pages)
    assert all(sum(f"dòng {k} " in text + " " for text in pages) == 1 for k in range(120))


def test_a_caption_stays_with_the_first_row_of_its_table_and_a_row_in_one_piece():
    rows = tuple(Row(cells=(f"dòng {k}", "61,2\n(57,5–64,9)\nkém tin cậy")) for k in range(8))
    table = DataTable(caption="Tên bảng", head=("Tên cột", "Số liệu"), rows=rows, widths=(100, 65))
    for above in range(20, 44):
        blocks = [Paragraph(text=f"Đoạn {place}.") for place in range(above)]
        for text in page_texts(set_pdf(with_blocks(*blocks, table), dated=DAY)):
            assert ("Tên bảng" in text) <= ("dòng 0" in text)
            assert text.count("dòng") == text.count("kém tin cậy")


@pytest.mark.parametrize(("kind", "most"), sorted(PAGES.items()))
def test_a_document_of_limited_length_is_set_smaller_before_it_grows_longer(kind, most):
    def pages(paragraphs, kind):
        blocks = [Paragraph(text="Một đoạn văn khá dài để lấp đầy trang giấy. " * 6)] * paragraphs
        return len(reader(set_pdf(with_blocks(*blocks, kind=kind), dated=DAY)).pages)

    fits = next(count for count in range(1, 60) if pages(count, "report") > most)
    assert pages(fits, kind) == most
    assert pages(fits * 3, kind) > most


def test_without_headlines_it_can_be_set_too():
    study = replace(STUDY, publication=Publication(headline=("nothing",)))
    assert set_pdf(compose_report(context(study=study)), dated=DAY).startswith(b"%PDF-1.7")


def test_it_takes_less_than_two_seconds(pdf):
    assert pdf
    began = time.perf_counter()
    set_pdf(REPORT, dated=DAY)
    assert time.perf_counter() - began < 2
