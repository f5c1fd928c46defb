"""Document forms: what a clerk would measure with a ruler is measured in the DOCX itself, for each form."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn

from danvan_study.errors import StudyError
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.forms import form_names, form_of, parse_form, read_form
from danvan_study.publish.letters import text_width
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from danvan_study.study import Office
from tests.brief_material import AREAS, STUDY, context

PARTY = Office(
    form="party_2026",
    superior="Tỉnh ủy Thái Nguyên",
    body="Ban Tuyên giáo và Dân vận",
    place="Thái Nguyên",
    symbol="BTGDVTU",
    recipients=("Thường trực Tỉnh ủy (để báo cáo)", "Đảng ủy các xã, phường", "Lưu Ban Tuyên giáo và Dân vận"),
)
STATE = Office(
    form="state_nd30",
    superior="Ủy ban nhân dân tỉnh Thái Nguyên",
    body="Sở Nội vụ",
    place="Thái Nguyên",
    symbol="SNV",
    recipients=("Ủy ban nhân dân tỉnh (để báo cáo)", "Lưu: VT, CCHC"),
)
OFFICES = {"party_2026": PARTY, "party_2018": replace(PARTY, form="party_2018"), "state_nd30": STATE}
DATED = date(2026, 8, 28)
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"


def given(office):
    return context(study=replace(STUDY, office=office))


@pytest.fixture(scope="module")
def reports():
    """The report of each form, as bytes."""
    return {
        name: set_docx(compose_report(given(office)), dated=DATED, form=read_form(name))
        for name, office in OFFICES.items()
    }


@pytest.fixture(scope="module")
def words(reports):
    return {name: docx.Document(io.BytesIO(content)) for name, content in reports.items()}


def look(paragraph):
    """Text, size in points, bold, italic and underline of a paragraph's first run."""
    run = next(run for run in paragraph.runs if run.text.strip())
    return paragraph.text, run.font.size.pt, bool(run.font.bold), bool(run.font.italic), bool(run.font.underline)


def lines(cell):
    return [paragraph for paragraph in cell.paragraphs if paragraph.text.strip()]


def ruled(cell):
    """Lengths in millimetres of the lines that are drawn in a cell."""
    width = cell.width.mm
    found = [one for one in cell.paragraphs if one._p.findall(f".//{qn('w:pBdr')}/{qn('w:bottom')}")]
    return [width - one.paragraph_format.left_indent.mm - one.paragraph_format.right_indent.mm for one in found]


def heads(word):
    return word.tables[0].rows[0].cells


def signing(word):
    """The two cells beneath the text: recipients, and blanks to sign."""
    table = next(table for table in word.tables if "Nơi nhận:" in table.rows[0].cells[0].text)
    return table.rows[0].cells


def between(word):
    """The paragraphs from the heads to the first heading."""
    found = []
    for paragraph in word.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            return found
        found.append(paragraph)
    return found


# The page


@pytest.mark.parametrize("name", OFFICES)
def test_the_page_is_a4_with_the_margins_of_the_form(words, name):
    section = words[name].sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(side.mm, 1) for side in margins] == [20, 20, 30, 15]


@pytest.mark.parametrize("name", OFFICES)
def test_every_style_names_the_font_in_every_script(words, name):
    for style in ("Normal", "Body Text", "Heading 1", "Heading 2", "Caption"):
        fonts = words[name].styles[style].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}


@pytest.mark.parametrize("name", OFFICES)
def test_running_text_has_an_exact_pitch_an_indent_of_a_centimetre_and_two_straight_edges(words, name):
    style = words[name].styles["Body Text"]
    spaces = style.paragraph_format
    assert style.font.size.pt == 14
    assert spaces.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert 18 <= spaces.line_spacing.pt <= 20
    assert round(spaces.first_line_indent.mm, 1) == 10
    assert spaces.alignment == ALIGN.JUSTIFY
    running = [paragraph for paragraph in words[name].paragraphs if paragraph.style.name == "Body Text"]
    assert len(running) > 8
    assert not any(paragraph._p.findall(f".//{qn('w:drawing')}") for paragraph in running)


@pytest.mark.parametrize(("name", "size"), [("party_2026", 14), ("party_2018", 14), ("state_nd30", 13)])
def test_pages_are_numbered_in_the_middle_of_the_top_margin_from_the_second_on(words, name, size):
    section = words[name].sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" not in section.first_page_header._element.xml
    assert "PAGE" not in section.footer._element.xml
    head = section.header.paragraphs[0]
    field = head._p.find(qn("w:fldSimple"))
    assert "PAGE" in field.get(qn("w:instr"))
    assert field.find(f".//{qn('w:sz')}").get(qn("w:val")) == str(2 * size)
    middle = head.paragraph_format.tab_stops[0]
    assert (round(middle.position.mm, 1), head.text[0]) == (82.5, "\t")
    assert section.header_distance < section.top_margin


# The heads


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("party_2026", [(PARTY_TITLE, 15, True, False, False)]),
        ("party_2018", [(PARTY_TITLE, 15, True, False, False)]),
        (
            "state_nd30",
            [(MOTTO, 13, True, False, False), ("Độc lập - Tự do - Hạnh phúc", 14, True, False, False)],
        ),
    ],
)
def test_the_right_head_stands_over_a_line_as_long_as_its_text(words, name, right):
    cell = heads(words[name])[1]
    *titles, day = lines(cell)
    assert [look(title) for title in titles] == right
    assert all(paragraph.alignment == ALIGN.CENTER for paragraph in lines(cell))
    last = right[-1]
    assert ruled(cell) == [pytest.approx(text_width(last[0], last[1], bold=True), abs=0.5)]
    assert look(day) == (day.text, 14, False, True, False)


@pytest.mark.parametrize(
    ("name", "size", "superior", "body"),
    [
        ("party_2026", 14, "TỈNH ỦY THÁI NGUYÊN", "BAN TUYÊN GIÁO VÀ DÂN VẬN"),
        ("party_2018", 14, "TỈNH ỦY THÁI NGUYÊN", "BAN TUYÊN GIÁO VÀ DÂN VẬN"),
        ("state_nd30", 13, "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "SỞ NỘI VỤ"),
    ],
)
def test_the_left_head_names_the_bodies_the_issuing_one_bold(words, name, size, superior, body):
    cell = heads(words[name])[0]
    above, below, *_ = lines(cell)
    assert look(above) == (superior, size, False, False, False)
    assert look(below) == (body, size, True, False, False)


def test_a_party_body_stands_over_a_star_and_a_state_body_over_a_short_line(words):
    for name in ("party_2026", "party_2018"):
        assert [line.text for line in lines(heads(words[name])[0])][2] == "*"
        assert ruled(heads(words[name])[0]) == []
    cell = heads(words["state_nd30"])[0]
    assert "*" not in cell.text
    assert ruled(cell) == [pytest.approx(text_width("SỞ NỘI VỤ", 13, bold=True) / 3, abs=0.5)]


def test_the_number_stays_blank_without_colon_in_the_party_with_colon_and_slash_in_the_state(words):
    for name in ("party_2026", "party_2018"):
        assert look(lines(heads(words[name])[0])[-1]) == ("Số      -BC/BTGDVTU", 14, False, False, False)
    assert look(lines(heads(words["state_nd30"])[0])[-1]) == ("Số:      /BC-SNV", 13, False, False, False)


@pytest.mark.parametrize("name", OFFICES)
def test_place_stands_and_day_and_month_stay_blank(words, name):
    day = lines(heads(words[name])[1])[-1].text
    assert re.fullmatch(r"Thái Nguyên, ngày {4,}tháng {4,}năm 2026", day)


def test_a_long_place_keeps_the_day_on_one_line():
    office = replace(PARTY, place="Thành phố Bà Rịa - Vũng Tàu")
    content = set_docx(compose_report(given(office)), dated=DATED, form=read_form("party_2026"))
    day = lines(heads(docx.Document(io.BytesIO(content)))[1])[-1].text
    assert re.fullmatch(r"Thành phố Bà Rịa - Vũng Tàu, ngày {3}tháng {3}năm 2026", day)


@pytest.mark.parametrize(("name", "kind_size"), [("party_2026", 16), ("party_2018", 16), ("state_nd30", 14)])
def test_kind_and_subject_stand_in_the_middle_bold(words, name, kind_size):
    kind, subject, period, under, *_ = between(words[name])
    assert look(kind) == ("BÁO CÁO", kind_size, True, False, False)
    told = "kết quả khảo sát dư luận xã hội phục vụ nắm tình hình Nhân dân"
    assert look(subject) == (told, 14, True, False, False)
    assert look(period) == ("quý III/2026", 14, True, False, False)
    assert all(paragraph.alignment == ALIGN.CENTER for paragraph in (kind, subject, period))
    if name == "state_nd30":
        assert under._p.findall(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    else:
        assert under.text == "-----"


def test_no_party_title_stands_in_a_state_document_and_no_motto_in_one_of_the_party(reports):
    def text(name):
        return " ".join(
            paragraph.text for cell in heads(docx.Document(io.BytesIO(reports[name]))) for paragraph in cell.paragraphs
        )

    assert MOTTO not in text("party_2026") + text("party_2018")
    assert PARTY_TITLE not in text("state_nd30")


# The text


@pytest.mark.parametrize(("name", "first"), [("party_2026", "I- "), ("party_2018", "I- "), ("state_nd30", "I. ")])
def test_headings_are_written_as_the_form_writes_them(words, name, first):
    word = words[name]
    found = {
        level: [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == f"Heading {level}"]
        for level in (1, 2)
    }
    parts = [text for text in found[1] if not text.startswith("Phụ lục")]
    assert parts[0] == first + "KHÁI QUÁT CUỘC KHẢO SÁT"
    assert parts[-1] == first.replace("I", "VI") + "KIẾN NGHỊ, ĐỀ XUẤT"
    assert len(parts) == 6
    assert found[2][0] == "1. Đời sống, giá cả"
    assert word.styles["Heading 1"].font.bold
    assert word.styles["Heading 1"].font.color.rgb == docx.shared.RGBColor(0, 0, 0)


@pytest.mark.parametrize(("name", "mark"), [("party_2026", "]."), ("party_2018", "]."), ("state_nd30", "]./.")])
def test_the_text_ends_with_the_mark_of_the_form_and_the_annexes_come_after_it(words, name, mark):
    word = words[name]
    body = list(word.element.body)
    table = next(table for table in word.tables if "Nơi nhận:" in table.rows[0].cells[0].text)._tbl
    place = body.index(table)
    before = [one for one in body[:place] if one.tag == qn("w:p") and "".join(one.itertext()).strip()]
    assert "".join(before[-1].itertext()).endswith(mark)
    annexes = [one for one in word.paragraphs if one.style.name == "Heading 1" and one.text.startswith("Phụ lục")]
    assert len(annexes) == 4
    assert all(body.index(one._p) > place for one in annexes)
    assert all(one.paragraph_format.page_break_before and one.alignment == ALIGN.CENTER for one in annexes)


def test_an_annex_says_with_which_document_it_is_enclosed_and_leaves_number_and_day_blank(words):
    told = {
        "party_2026": "(Kèm theo Báo cáo số      -BC/BTGDVTU, ngày      tháng      năm 2026"
        " của Ban Tuyên giáo và Dân vận)",
        "state_nd30": "(Kèm theo Báo cáo số:      /BC-SNV, ngày      tháng      năm 2026 của Sở Nội vụ)",
    }
    for name, text in told.items():
        found = [one for one in words[name].paragraphs if one.text.startswith("(Kèm theo")]
        assert [look(one) for one in found] == [(text, 14, False, True, False)] * 4


# The end


@pytest.mark.parametrize(("name", "is_bold"), [("party_2026", False), ("party_2018", False), ("state_nd30", True)])
def test_whoever_signs_finds_blanks_and_no_name(words, name, is_bold):
    right = signing(words[name])[1]
    authority, post, *blanks, person = right.paragraphs
    assert look(authority) == ("[quyền hạn ký]", 14, True, False, False)
    assert look(post) == ("[chức vụ]", 14, is_bold, False, False)
    assert [blank.text for blank in blanks] == [""] * 4
    assert look(person) == ("[họ và tên]", 14, True, False, False)
    assert all(paragraph.alignment == ALIGN.CENTER for paragraph in right.paragraphs)


@pytest.mark.parametrize(
    ("name", "title", "size"),
    [
        ("party_2026", (14, False, False, True), 12),
        ("party_2018", (14, False, False, True), 12),
        ("state_nd30", (12, True, True, False), 11),
    ],
)
def test_recipients_stand_line_by_line_with_semicolons_and_a_full_stop(words, name, title, size):
    first, *others = signing(words[name])[0].paragraphs
    assert look(first) == ("Nơi nhận:", *title)
    names = OFFICES[name].recipients
    assert [one.text for one in others] == [*(f"- {one};" for one in names[:-1]), f"- {names[-1]}."]
    assert {look(one)[1] for one in others} == {size}


@pytest.mark.parametrize("name", OFFICES)
def test_no_number_signature_or_secrecy_mark_is_ever_set(reports, name):
    with zipfile.ZipFile(io.BytesIO(reports[name])) as archive:
        text = " ".join(
            re.sub(r"<[^>]+>", " ", archive.read(member).decode())
            for member in archive.namelist()
            if re.match(r"word/(document|header|footer)", member)
        )
    assert unicodedata.is_normalized("NFC", text)
    assert re.search(r"Số:? {5,}", text)
    assert not re.search(r"\bSố:? *\d+ *[-/] *BC", text)
    assert not re.search(r"(?i)(?<!bí )\b(tuyệt|tối)? ?mật\b|hỏa tốc|thượng khẩn", text)
    assert not re.search(r"T/M|K/T|T/L|TM\.|KT\.|TUQ\.", text)


@pytest.mark.parametrize("name", OFFICES)
def test_the_same_report_gives_the_same_bytes(reports, name):
    again = set_docx(compose_report(given(OFFICES[name])), dated=DATED, form=read_form(name))
    assert again == reports[name]


# Enclosed pages


@pytest.mark.parametrize("name", OFFICES)
def test_summary_and_area_page_are_enclosures_without_heads_number_line_or_signing_block(name):
    for document in (compose_summary(given(OFFICES[name])), compose_area(given(OFFICES[name]), AREAS.reporting[0])):
        word = docx.Document(io.BytesIO(set_docx(document, dated=DATED, form=read_form(name))))
        text = "\n".join(paragraph.text for paragraph in word.paragraphs)
        assert text.count("(Kèm theo Báo cáo số") == 1
        everything = text + "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
        assert not re.search(r"Nơi nhận|ĐẢNG CỘNG SẢN|CỘNG HÒA XÃ HỘI", everything)
        margins = word.sections[0].left_margin, word.sections[0].right_margin
        assert [round(side.mm) for side in margins] == [30, 15]


# A form is a data file


FOURTH = """
title = "Đoàn thể"
font = "Arial"
margins = [25, 22, 35, 20]
page_number = "bottom"
page_number_size = 10

[body]
size = 13
line = 18
first_line = 12.7
after = 3
bullet = "+ "

[[heading]]
text = "Phần {label}: {text}"
size = 13
bold = true

[head]
columns = [70, 85]
under_body = "line"
under_subject = "*****"
number = { text = "Số:      /BC-{symbol}", size = 12 }
date = { text = "{place}, ngày      tháng      năm {year}", size = 12 }
kind = { text = "BÁO CÁO", size = 18, italic = true }
subject = { size = 12 }
superior = { size = 11 }
body = { size = 11, bold = true }

[[head.right]]
text = "MẶT TRẬN TỔ QUỐC VIỆT NAM"
size = 12

[end]
mark = "/."
authority = { text = "[quyền hạn]", size = 12 }
post = { text = "[chức vụ]", size = 12 }
blank_lines = 6
name = { text = "[họ và tên]", size = 12 }
recipients = { text = "Nơi nhận:", size = 10 }
recipient = { size = 9 }

[enclosure]
label = { size = 12 }
text = { text = "(Kèm báo cáo của {body})", size = 11 }
"""


def test_a_form_that_nobody_has_seen_is_one_data_file():
    form = parse_form(FOURTH, "fourth.toml")
    word = docx.Document(io.BytesIO(set_docx(compose_report(given(PARTY)), dated=DATED, form=form)))
    section = word.sections[0]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(side.mm) for side in margins] == [25, 22, 35, 20]
    running = word.styles["Body Text"]
    assert (running.font.name, running.font.size.pt, running.paragraph_format.line_spacing.pt) == ("Arial", 13, 18)
    assert round(running.paragraph_format.first_line_indent.mm, 1) == 12.7
    headings = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[0] == "Phần I: Khái quát cuộc khảo sát"
    left, right = heads(word)
    assert [one.text for one in lines(left)] == [
        "Tỉnh ủy Thái Nguyên", "Ban Tuyên giáo và Dân vận", "Số:      /BC-BTGDVTU",
    ]  # fmt: skip
    assert lines(right)[0].text == "MẶT TRẬN TỔ QUỐC VIỆT NAM"
    assert len(ruled(left)) == 1
    assert ruled(right) == []
    assert "*****" in [paragraph.text for paragraph in between(word)]
    assert len(signing(word)[1].paragraphs) == 9
    assert "PAGE" in section.footer._element.xml
    grids = [sum(int(one.get(qn("w:w"))) for one in table._tbl.tblGrid) for table in word.tables]
    assert max(grids) == pytest.approx(155 / 25.4 * 1440, abs=20)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('font = "Arial"', 'fnt = "Arial"', 'the key "font" is missing'),
        ("margins = [25, 22, 35, 20]", "margins = [25, 22, 35]", "3 numbers stand here"),
        ("columns = [70, 85]", "columns = [155]", "two heads stand beside each other"),
        ('under_body = "line"', 'under_body = "dots"', '"dots" is not known'),
        ("blank_lines = 6", "blank_lines = 6\nsigner = 'x'", 'the key "signer" is not known'),
        ("[[heading]]", "[[headings]]", "heading"),
    ],
)
def test_a_mistake_in_a_form_is_one_message(old, new, message):
    assert old in FOURTH
    with pytest.raises(StudyError, match=re.escape(message)):
        parse_form(FOURTH.replace(old, new), "fourth.toml")


def test_an_office_chooses_among_the_forms_that_are_there_and_no_other():
    assert form_names() == ["party_2018", "party_2026", "state_nd30"]
    with pytest.raises(StudyError, match=r'"party_1997" is not known. Write one of party_2018, party_2026, state_nd30'):
        read_form("party_1997")


def test_without_an_office_and_in_translation_a_document_has_no_form():
    assert form_of(None, "vi") is None
    assert form_of(PARTY, "en") is None
    assert form_of(PARTY, "vi") == read_form("party_2026")
    with pytest.raises(ValueError, match="needs an office"):
        set_docx(compose_report(given(None)), dated=DATED, form=read_form("party_2026"))
