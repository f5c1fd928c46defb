"""The brief says what was published and how it was made, opens everywhere, and is marked when simulated."""

from __future__ import annotations

import io
import multiprocessing
import pickle
import re
import shutil
import subprocess
import unicodedata
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from PIL import Image

from danvan_study.publish import BriefContext, write_outputs
from danvan_study.publish.at_once import AtOnce
from danvan_study.publish.brief import FORMATS, start_outputs
from danvan_study.study import Group, Publication
from danvan_study.tables import PublishedRows
from tests.brief_material import AREAS, CODEBOOK, STUDY, context, report_page, whole_estimates

MARK = "SỐ LIỆU MÔ PHỎNG"


@pytest.fixture(scope="module")
def files():
    return write_outputs(context())


@pytest.fixture(scope="module")
def html(files):
    return files["brief.html"].decode()


@pytest.fixture(scope="module")
def word(files):
    return docx.Document(io.BytesIO(files["brief.docx"]))


def visible(html):
    """The page's own text, without style and drawings, blanks squeezed."""
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").split())


def table_after(html, heading):
    part = html[html.index(f". {heading}</h") :]
    return part[part.index("<table") : part.index("</table>")]


# Only published figures


@pytest.mark.parametrize("figures", [None, whole_estimates(), pd.DataFrame()])
def test_a_brief_cannot_be_written_from_unpublished_estimates(figures):
    with pytest.raises(TypeError, match="only Published"):
        context(published=figures)
    with pytest.raises(TypeError):
        write_outputs(figures)


def test_figures_and_provenance_must_agree_about_simulation():
    given = context()
    with pytest.raises(ValueError, match="disagree"):
        replace(given, provenance=replace(given.provenance, simulated=False))


def test_no_hidden_number_reaches_any_output(files):
    rows = pd.read_csv(io.BytesIO(files["published.csv"]), keep_default_na=False)
    hidden = rows[rows["flag"] == "suppressed"]
    assert len(hidden)
    assert (hidden[["estimate", "se", "low", "high", "n_effective", "deff"]] == "").all(axis=None)
    assert (hidden["n"] == 0).all()


# The same facts give the same bytes


def test_the_same_context_gives_the_same_bytes(files):
    again = write_outputs(context())
    assert again == files


def test_a_period_has_a_report_a_summary_a_page_for_each_area_in_every_format_its_charts_and_its_tables(files):
    documents = ["brief", "summary", *(f"areas/{area.code}" for area in AREAS.reporting)]
    assert sorted(files) == sorted(
        ["annex.xlsx", "published.csv"]
        + [f"{name}.{form}" for name in documents for form in FORMATS]
        + [f"charts/{name}.{kind}" for name in ("LIV", "TRU", "ISS", "areas") for kind in ("png", "svg")]
    )


def test_other_processes_set_the_same_bytes(files):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = ["report", "annex", "tables"]
        made = start_outputs(context(), pool, parts=parts).files()
    assert made == {name: files[name] for name in made}
    assert {"brief.pdf", "charts/LIV.png", "annex.xlsx", "published.csv"} <= set(made)


def test_what_an_executor_is_given_holds_no_published_figures():
    given = []

    class Spy(AtOnce):
        def submit(self, fn, /, *args, **kwargs):
            given.append(pickle.dumps((fn, args, kwargs)))
            return super().submit(fn, *args, **kwargs)

    start_outputs(context(), Spy(), formats=["html"])
    assert given
    assert not any(b"Published" in one or b"BriefContext" in one for one in given)
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(context())


def test_some_of_the_outputs_can_be_asked_for_and_are_the_same(files):
    some = write_outputs(context(), parts=["summary", "tables"], formats=["docx"])
    assert sorted(some) == ["published.csv", "summary.docx"]
    assert some.items() <= files.items()


def test_the_csv_has_decimal_points_and_the_contract(files):
    rows = pd.read_csv(io.BytesIO(files["published.csv"]))
    assert list(rows.columns) == [*PublishedRows.columns(), "data"]
    assert set(rows["data"]) == {MARK}
    assert rows["estimate"].dtype == "float64"


def test_the_archive_of_the_docx_has_fixed_dates(files):
    with zipfile.ZipFile(io.BytesIO(files["brief.docx"])) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# What it says


def test_it_says_what_it_is_and_of_when(html):
    text = visible(html)
    assert "Khảo sát dư luận Nhân dân tỉnh Thái Nguyên" in text
    assert "Quý III/2026" in text
    assert "kết quả khảo sát dư luận, không phải số liệu thống kê nhà nước" in text.lower()


def test_headlines_have_figure_interval_base_sentence_and_exact_wording(html):
    text = visible(html)
    assert "61,2 % 57,5–64,9 · n = 1.180" in text
    assert "Đa số người trả lời chọn “Hài lòng” hoặc “Rất hài lòng”: 61,2 % (57,5–64,9); n = 1.180." in text
    assert "Câu 1. Nghĩ về ba tháng qua, ông/bà hài lòng đến mức nào với cuộc sống của gia đình mình?" in text


def test_areas_stand_in_their_own_order_over_the_rolling_year(html):
    table = table_after(html, "Kết quả theo địa bàn")
    assert re.findall(r'<th scope="row">([^<]+)</th>', table) == [
        "Cả vùng khảo sát",
        *[area.name for area in AREAS.reporting],
    ]
    assert "4 kỳ gộp, từ quý IV/2025 đến quý III/2026" in table
    assert "kém tin cậy" in table


def test_without_a_rolling_year_areas_are_of_the_quarter_and_hidden_ones_are_dots():
    html = report_page(context(rolling=None))
    table = table_after(html, "Kết quả theo địa bàn")
    assert "quý III/2026" in table
    assert "<td>…</td>" in table
    assert "Dấu … : không công bố" in visible(html)
    assert "Chưa đủ bốn kỳ để gộp" in visible(html)


def test_every_public_question_is_quoted_with_its_answers_and_base(html):
    annex = visible(html)[visible(html).index("Câu hỏi nguyên văn và kết quả") :]
    for question in CODEBOOK.questions:
        is_public = question.name not in {"village", "top_issue_open"}
        assert (question.labels["vi"] in annex) is is_public
    for label in ("Hoàn toàn không tin", "Không muốn trả lời", "Đường sá, điện, nước"):
        assert label in annex


def test_design_questions_of_a_form_without_roles_are_not_shown():
    questions = tuple(replace(question, role="") for question in CODEBOOK.questions)
    foreign = replace(CODEBOOK, questions=questions)
    from danvan_study.publish import publish_estimates

    figures = publish_estimates(whole_estimates(), rules=Publication(), codebook=foreign, simulated=True)
    html = report_page(context(published=figures, codebook=foreign))
    assert "Thôn, bản" not in visible(html)


def test_the_method_box_tells_how_the_figures_were_made(html):
    text = visible(html)
    for said in (
        "Nhận 1.227 phiếu; dùng 1.180 phiếu; loại 47 phiếu; sửa 37 giá trị",
        "(28)",
        "Từ 20/7/2026 đến 28/8/2026",
        "120 cụm",
        "(Kish) 1,43; cỡ mẫu hữu hiệu 825 trên 1.180 phiếu",
        "dưới 30 người trả lời",
        "“So với ba tháng trước, đời sống gia đình ông/bà thay đổi ra sao?”",
        "Cơ quan đặt hàng khảo sát có thể làm người trả lời dè dặt",
        "rút lại sự đồng ý",
        "a" * 64,
        "b" * 64,
        "0123abc",
    ):
        assert said in text


def test_it_never_sets_a_document_number_a_signature_or_a_secrecy_mark(html, word):
    both = visible(html) + " ".join(paragraph.text for paragraph in word.paragraphs)
    assert not re.search(r"Số\s*:?\s*\d*\s*[-/]\s*BC|Nơi nhận|T/M|K/T|(?<!Dữ )\bMẬT\b|Kính gửi", both)


def test_groups_without_a_population_figure_are_left_out():
    study = replace(STUDY, groups=(Group(name="sex", question="sex", other=("2",)),))
    html = report_page(context(study=study))
    table = table_after(html, "Kết quả theo nhóm người trả lời")
    assert "Nam" in table
    assert "Nữ" not in table


def test_without_headlines_in_the_study_the_first_sound_scales_open_the_brief():
    study = replace(STUDY, publication=Publication())
    html = report_page(context(study=study))
    cards = html[html.index('<ol class="cards') : html.index("</ol>")]
    assert cards.count('<li class="card">') == 4
    assert "Nhà ông/bà có mấy người" not in cards


def test_it_can_be_written_in_english():
    html = report_page(context(study=replace(STUDY, languages=("en",))))
    assert '<html lang="en">' in html
    assert "61.2%" in html
    assert "Results of an opinion survey, not official state statistics" in html
    assert not re.search(r"\bkhoảng tin cậy\b", visible(html))


def test_texts_are_nfc_and_shares_have_decimal_commas(html):
    assert unicodedata.is_normalized("NFC", html)
    assert not re.search(r"\d\.\d %", visible(html))


# Simulated data are marked everywhere, real ones nowhere


def test_simulated_data_are_marked_on_every_page_chart_and_table(html, word, files):
    assert '<aside class="banner"' in html
    assert "@top-center" in html
    captions = re.findall(r"<(?:caption|figcaption)>(.*?)</(?:caption|figcaption)>", html, flags=re.DOTALL)
    assert captions
    assert all(MARK in caption for caption in captions)
    assert word.sections[0].header.paragraphs[0].text == MARK
    in_word = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert len(in_word) == len(captions)
    assert all(MARK in caption for caption in in_word)
    assert all(MARK in files[name].decode() for name in files if name.endswith(".svg"))


def test_real_data_carry_no_such_mark():
    files = write_outputs(context(simulated=False), parts=["report", "tables"])
    assert MARK not in files["brief.html"].decode()
    assert MARK not in files["published.csv"].decode()
    word = docx.Document(io.BytesIO(files["brief.docx"]))
    assert MARK not in "".join(paragraph.text for paragraph in word.paragraphs + word.sections[0].header.paragraphs)


# HTML


class Outline(HTMLParser):
    """Collects what a page loads, runs and leaves open."""

    def __init__(self):
        super().__init__()
        self.tags, self.sources, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.sources += [value for name, value in attributes if name in {"src", "href", "xlink:href"}]
        if tag not in {"meta", "br", "col", "link", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.sources += [value for name, value in attributes if name in {"src", "href", "xlink:href"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_one_file_that_loads_and_runs_nothing(html):
    outline = Outline()
    outline.feed(html)
    assert outline.open == []
    assert all(source.startswith("#") for source in outline.sources)
    assert not re.search(r'url\("?+(?!data:|#)', html)
    assert "script" not in {tag for tag, _ in outline.tags}
    assert "default-src 'none'" in html
    assert len(html) < 3_000_000


def test_tables_have_scoped_heads_and_charts_are_described(html):
    outline = Outline()
    outline.feed(html)
    heads = [attributes for tag, attributes in outline.tags if tag == "th"]
    assert heads
    assert all(attributes.get("scope") in {"col", "row", "colgroup"} for attributes in heads)
    drawings = [attributes for tag, attributes in outline.tags if tag == "svg"]
    assert len(drawings) == 4
    assert all(attributes["role"] == "img" and len(attributes["aria-label"]) > 40 for attributes in drawings)
    assert ("html", {"lang": "vi"}) in outline.tags


# DOCX


def test_the_docx_is_measured_as_an_office_page(word):
    section = word.sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(length.mm) for length in margins] == [20, 20, 30, 15]
    normal = word.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    assert "PAGE" in section.footer._element.xml


def test_the_docx_has_headings_real_tables_with_repeated_heads_and_described_pictures(word):
    headings = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name.startswith("Heading")]
    assert "Phụ lục 1. Kết quả theo địa bàn" in headings
    with_heads = [table for table in word.tables if table._tbl.findall(f".//{qn('w:tblHeader')}")]
    assert len(with_heads) == 6
    pictures = list(word.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == 4
    assert all(len(picture.get("descr")) > 40 for picture in pictures)
    assert word.core_properties.author == ""
    areas = next(table for table in with_heads if table.rows[0].cells[0].text == "Địa bàn")
    assert [row.cells[0].text for row in areas.rows][2:] == [area.name for area in AREAS.reporting]


def run(*command):
    subprocess.run(command, check=True, capture_output=True, timeout=180)


@pytest.mark.needs("libreoffice", "poppler")
def test_the_docx_opens_in_a_word_processor_and_every_page_is_marked(files, tmp_path):
    (tmp_path / "brief.docx").write_bytes(files["brief.docx"])
    office = shutil.which("soffice") or "libreoffice"
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    run(office, "--headless", home, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "brief.docx"))
    run("pdftotext", "-layout", str(tmp_path / "brief.pdf"), str(tmp_path / "brief.txt"))
    pages = (tmp_path / "brief.txt").read_text().split("\f")[:-1]
    assert 5 <= len(pages) <= 12
    assert all(MARK in page for page in pages)


@pytest.mark.needs("chromium")
def test_the_page_is_drawn_by_a_browser(files, tmp_path):
    (tmp_path / "brief.html").write_bytes(files["brief.html"])
    browser = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    picture = tmp_path / "brief.png"
    run(
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", *quiet,
        f"--user-data-dir={tmp_path}/profile", f"--screenshot={picture}", "--window-size=1000,1400",
        (tmp_path / "brief.html").as_uri(),
    )  # fmt: skip
    colors = Image.open(picture).convert("RGB").getcolors(1_000_000)
    assert len(colors) > 50
    assert any(color == (138, 28, 28) for _, color in colors)


def test_a_context_is_the_only_thing_a_brief_is_written_from():
    with pytest.raises(TypeError, match="BriefContext"):
        write_outputs({"published": context().published})
    assert isinstance(context(), BriefContext)


def test_the_method_box_counts_who_was_apportioned_and_is_silent_when_nobody_was():
    work = context().fieldwork
    for apportioned, said in ((9, "9 người chỉ cho biết xã mới"), (0, "")):
        page = report_page(context(fieldwork=replace(work, apportioned=apportioned)))
        assert ("Huyện suy từ xã mới" in page) is bool(said)
        assert said in page


def test_the_method_box_says_who_is_not_covered_and_is_silent_when_everybody_is():
    area = AREAS.reporting[0]
    report = {"uncovered": (area.key, "elsewhere"), "merged_cells": (), "frame_coverage": 0.955}
    page = visible(report_page(context(weights=report)))
    assert f"Địa bàn không có phiếu {area.name}; elsewhere." in " ".join(page.split())
    assert "đại diện cho 95,5 % dân số" in page
    silent = visible(report_page(context()))
    assert "Kiểm tra sai số" not in page
    for term in ("Địa bàn không có phiếu", "Ô dân số ghép", "Kiểm tra sai số", "Độ phủ"):
        assert term not in silent


def test_the_method_box_tells_how_errors_were_checked():
    errors = pd.DataFrame(
        {"ratio": [0.9, 1.1, float("nan"), 1.25], "warning": ["", "uneven_clusters", "", "few_clusters"]}
    )
    effects = pd.DataFrame({"se_factor": [1.0, 1.2]})
    tables = {"replicate_errors": errors, "interviewer_effects": effects}
    page = visible(report_page(context(precision=tables)))
    assert "trung vị bằng 1,10 lần" in page
    assert "Ở 1 trong số đó vài cụm chiếm phần lớn trọng số" in page
    assert "lớn gấp 1,10 lần" in page
    even = {"replicate_errors": errors.assign(warning="")}
    page = visible(report_page(context(precision=even)))
    assert "trung vị bằng 1,10 lần" in page
    assert "vài cụm" not in page
    assert "điều tra viên giống nhau" not in page


def test_the_map_stands_in_the_brief_where_there_are_tiles():
    tiles = {area.key: (place, 0) for place, area in enumerate(AREAS.reporting)}
    files = write_outputs(context(areas=replace(AREAS, tiles=tiles)), parts=["report"], formats=["html"])
    assert {"charts/map.png", "charts/map.svg"} <= set(files)
    assert "Mỗi ô là một địa bàn" in files["brief.html"].decode()
    assert "charts/map.png" not in write_outputs(context(), parts=["report"], formats=["html"])
