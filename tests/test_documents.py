"""Report, summary and area page: what stands where, on how many pages, and what never stands there."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
from pypdf import PdfReader

from danvan_study.codebook import Topic
from danvan_study.field import ResponseRates
from danvan_study.publish import publish_ranks
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.as_html import set_html
from danvan_study.publish.blocks import Bullets, DataTable, Facts, Heading, Headline, Paragraph, Picture
from danvan_study.publish.content import read_content
from danvan_study.publish.findings import findings
from danvan_study.publish.forms import read_form
from danvan_study.publish.page_fit import PAGES
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from danvan_study.study import Against, Publication
from tests.brief_material import AREAS, CODEBOOK, STUDY, context
from tests.test_document_forms import PARTY
from tests.test_ranks import PLACES, RANKED, figures
from tests.test_trend_brief import CALENDAR, history

DATED = date(2026, 8, 28)
RATES = ResponseRates(
    complete=1180, partial=0, refused=180, not_met=140, other=20, unknown_household=60, unknown_other=5, not_eligible=30
)
PREVIOUS, YEAR = Against.PREVIOUS, Against.YEAR_BEFORE


def told(blocks):
    """Every text of some blocks, blanks squeezed."""
    texts = []
    for block in blocks:
        match block:
            case Heading():
                texts.append(block.line)
            case Paragraph():
                texts.append(block.text)
            case Bullets():
                texts += block.items
            case DataTable():
                rows = [cell for row in block.rows for cell in row.cells]
                texts += [block.caption, *block.head, *rows, *block.notes]
            case Picture():
                texts += [block.caption, block.alt, *block.notes]
            case Facts():
                texts += [text for row in block.rows for text in row]
            case Headline():
                texts += [text for card in block.cards for text in (card.figure, card.interval, card.wording)]
    return " ".join(" ".join(texts).replace("\u00a0", " ").split())


def whole(**fields):
    """A period with issues, a past and response rates."""
    study = replace(RANKED, publication=STUDY.publication)
    work = replace(context().fieldwork, response=RATES)
    ranks = publish_ranks(PLACES, figures=figures())
    return context(**({"study": study, "ranks": ranks, "history": history(), "fieldwork": work} | fields))


@cache
def report():
    return compose_report(whole())


@cache
def summary():
    return compose_summary(whole())


# The report


def test_the_report_has_the_six_parts_of_an_office_and_its_annexes_in_order():
    parts = [block.line for block in report().blocks if isinstance(block, Heading) and block.level == 1]
    assert parts == [
        "I. Khái quát cuộc khảo sát",
        "II. Tình hình Nhân dân qua kết quả khảo sát",
        "III. Những vấn đề Nhân dân băn khoăn, mong muốn",
        "IV. So sánh các kỳ và dự báo",
        "V. Hạn chế của số liệu",
        "VI. Kiến nghị, đề xuất",
        "Phụ lục 1. Kết quả theo địa bàn",
        "Phụ lục 2. Kết quả theo nhóm người trả lời",
        "Phụ lục 3. Thay đổi của từng câu hỏi",
        "Phụ lục 4. Cách làm, công bố thông tin và nguồn gốc số liệu",
        "Phụ lục 5. Câu hỏi nguyên văn và kết quả",
    ]


def topics_of(document):
    blocks = list(document.blocks)
    levels = [(place, block) for place, block in enumerate(blocks) if isinstance(block, Heading)]
    start = next(place for place, block in levels if block.label == "II")
    end = next(place for place, block in levels if block.label == "III")
    return [block.line for place, block in levels if start < place < end]


def test_topics_are_numbered_in_the_order_of_the_form_and_each_ends_with_a_gap_for_the_author():
    assert topics_of(report()) == ["1. Đời sống, giá cả", "2. Niềm tin vào chính quyền", "3. Theo địa bàn"]
    blocks = list(report().blocks)
    for earlier, later in pairwise(blocks):
        if isinstance(later, Heading) and later.line.startswith(("2. Niềm tin", "3. Theo địa bàn")):
            assert earlier == Paragraph(text="[nhận xét, đánh giá của đơn vị soạn thảo]", style="author")


def test_a_study_with_other_topics_has_its_own_list():
    topics = tuple(replace(one, labels={"vi": "Nước sạch"}) if one.name == "LIV" else one for one in CODEBOOK.topics)
    other = replace(CODEBOOK, topics=(*topics, Topic(name="X", labels={"vi": "Không ai hỏi"})))
    assert topics_of(compose_report(whole(codebook=other)))[0] == "1. Nước sạch"
    assert "Không ai hỏi" not in told(compose_report(whole(codebook=other)).blocks)


def test_assessment_and_proposals_are_gaps_and_nothing_else_is():
    gaps = [block.text for block in report().blocks if isinstance(block, Paragraph) and block.style == "author"]
    assert len(gaps) == 5
    assert all(re.fullmatch(r"\[[^\]]+\]", gap) for gap in gaps)
    assert gaps[-1] == "[kiến nghị, đề xuất: đơn vị soạn thảo bổ sung]"
    others = [block for block in report().blocks if not isinstance(block, Paragraph) or block.style != "author"]
    assert "[" not in told(others).replace("household_size[", "")


def test_tables_of_areas_groups_changes_and_questions_stand_in_the_annexes_and_pictures_in_the_text():
    blocks = list(report().blocks)
    annexes = next(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.is_annex)
    assert not any(isinstance(block, Picture) for block in blocks[annexes:])
    in_text = [block.caption for block in blocks[:annexes] if isinstance(block, DataTable)]
    assert not any(
        "theo địa bàn" in caption or "theo nhóm" in caption or "Thay đổi của" in caption for caption in in_text
    )
    assert {block.name for block in blocks[:annexes] if isinstance(block, Picture)} == {
        "LIV", "TRU", "areas", "issues", "trends",
    }  # fmt: skip


def test_what_changed_clearly_is_said_in_sentences_and_so_is_that_nothing_did():
    past = history({("life_overall", PREVIOUS): (6.0, 0.004, True)})
    text = told(compose_report(whole(history=past)).blocks)
    assert "So với quý II/2026, trong 2 câu hỏi so sánh được có 1 câu thay đổi rõ:" in text
    assert "Tỷ lệ chọn “Hài lòng” hoặc “Rất hài lòng” tăng +6,0 (" in text
    assert "So với quý III/2025, trong 2 câu hỏi so sánh được chưa thấy câu nào thay đổi rõ." in text


def test_a_period_that_nothing_is_compared_with_says_so_and_has_no_table_of_changes():
    past = history()
    others = tuple(replace(one, period=CALENDAR.wave("2026q2")) for one in past.comparisons)
    text = told(compose_report(whole(history=replace(past, comparisons=others))).blocks)
    assert "Chưa có thay đổi nào so sánh được." in text
    assert "Thay đổi của tỷ lệ tích cực" not in text


def test_the_report_can_be_written_in_english_with_the_same_outline():
    english = compose_report(whole(language="en"))
    labels = [block.label for block in english.blocks if isinstance(block, Heading)]
    vietnamese = [block.label for block in report().blocks if isinstance(block, Heading)]
    assert [label.replace("Annex", "Phụ lục") for label in labels] == vietnamese
    assert "VI. Proposals" in [block.line for block in english.blocks if isinstance(block, Heading)]


# The summary


def pages_of(document):
    blocks = list(document.blocks)
    second = next(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.starts_page)
    return blocks[:second], blocks[second:]


def test_the_first_page_of_a_summary_has_indicators_findings_and_issues():
    first, _ = pages_of(summary())
    indicators, issues = (block for block in first if isinstance(block, DataTable))
    assert len(indicators.rows) == 4
    for row in indicators.rows:
        assert re.fullmatch(r"[\d,]+\s%\n\([\d,]+–[\d,]+\) · n\s=\s1\.180", row.cells[1])
        assert len(row.cells) == 4
    assert indicators.rows[0].cells[2].startswith("chưa thấy thay đổi rõ\n+1,0 (")
    assert indicators.head[2:] == ("So với quý II/2026", "So với quý III/2025")
    found = next(block for block in first if isinstance(block, Bullets))
    assert len(found.items) == 3
    assert [row.cells[2] for row in issues.rows] == ["1–2", "1–2", "3", "4"]


def test_the_second_page_of_a_summary_has_method_limits_wordings_and_where_the_rest_lies():
    _, second = pages_of(summary())
    text = told(second)
    for said in (
        "Nhóm khảo sát dư luận",
        "Từ 20/7/2026 đến 28/8/2026",
        "RR1 ", "RR4 ", "COOP1", "REF1", "CON1",
        "(Kish) 1,43",
        "Cơ quan đặt hàng khảo sát có thể làm người trả lời dè dặt",
        "1. Nghĩ về ba tháng qua, ông/bà hài lòng đến mức nào với cuộc sống của gia đình mình?",
        "4. Trong ba tháng tới, theo ông/bà địa phương nên làm việc nào trước?",
        "danvan@example.org",
        "rút lại sự đồng ý",
        "annex.xlsx",
        "0123abc",
        "a" * 64,
        "b" * 64,
    ):  # fmt: skip
        assert said in text
    wordings = next(block for block in second if isinstance(block, DataTable))
    assert [row.cells[1:] for row in wordings.rows] == [("1.180", "4,5\u00a0%")] * 4


def test_a_summary_shows_five_indicators_at_most_whatever_the_study_names():
    names = ("life_overall", "life_change_3m", "trust_commune", "petition_trust", "priority_next_q", "sex")
    study = replace(RANKED, publication=Publication(headline=names))
    first, _ = pages_of(compose_summary(whole(study=study)))
    assert len(next(block for block in first if isinstance(block, DataTable)).rows) == 5


def test_a_study_without_past_and_issues_has_a_summary_all_the_same():
    document = compose_summary(context())
    text = told(document.blocks)
    assert "So với quý" not in text
    assert "Vấn đề được nêu nhiều nhất" not in text
    assert "đa số người trả lời chọn “Khá tin” hoặc “Rất tin”" in text.replace("Đa số", "đa số")


# Findings


def found(changes, **fields):
    given = whole(history=history(changes), **fields)
    content = read_content(given)
    return [text.replace("\u00a0", " ") for text in findings(given, content.shown, headlines=content.names)]


def test_the_clearest_change_is_the_first_finding_and_an_unclear_one_is_none():
    sentences = found(
        {("life_overall", PREVIOUS): (6.0, 0.004, True), ("petition_trust", PREVIOUS): (9.0, 0.0001, True)}
    )
    assert sentences[0].startswith("So với quý II/2026: Nếu ông/bà nêu một việc bức xúc")
    assert "tăng +9,0 (" in sentences[0]
    assert sentences[1].startswith("So với quý II/2026: Nghĩ về ba tháng qua")
    assert sentences[2] == "So với quý III/2025, trong 2 câu hỏi so sánh được chưa thấy câu nào thay đổi rõ."


def test_without_a_clear_change_the_first_finding_says_so_and_majorities_follow():
    sentences = found({})
    assert sentences[:2] == [
        f"So với {wave}, trong 2 câu hỏi so sánh được chưa thấy câu nào thay đổi rõ."
        for wave in ("quý II/2026", "quý III/2025")
    ]
    assert "Đa số người trả lời chọn “Khá tin” hoặc “Rất tin”: 57,0 % (53,2–60,8)" in sentences[2]


def test_a_share_so_high_that_the_method_must_be_looked_at_is_no_finding():
    for sentence in found({}):
        shares = [float(share.replace(",", ".")) for share in re.findall(r"(\d+(?:,\d)?) % \(", sentence)]
        assert all(share < 95 for share in shares)


# The page of an area


@pytest.mark.parametrize("area", AREAS.reporting, ids=lambda area: area.code)
def test_an_area_page_names_no_other_area_and_ranks_nobody(area):
    document = compose_area(whole(), area)
    text = f"{document.kicker} {told(document.blocks)}"
    assert area.name in text
    assert not any(other.name in text for other in AREAS.reporting if other is not area)
    assert not re.search(
        r"(?i)\bhạng\b(?! địa bàn)|đứng (đầu|cuối)|cao nhất|thấp nhất", text.replace("không xếp hạng", "")
    )
    assert "Cả vùng khảo sát" in text


def test_an_area_page_pools_four_waves_and_says_the_interval_base_and_flag():
    text = told(compose_area(whole(), AREAS.reporting[2]).blocks)
    assert "Huyện Định Hóa và cả vùng khảo sát, 4 kỳ gộp, từ quý IV/2025 đến quý III/2026" in text
    assert "61 (53–69) · n = 256" in text
    assert "kém tin cậy" in told(compose_area(whole(), AREAS.reporting[4]).blocks)


def test_what_is_hidden_in_an_area_stays_hidden_on_its_page():
    document = compose_area(whole(rolling=None), AREAS.reporting[4])
    table = next(block for block in document.blocks if isinstance(block, DataTable))
    assert {row.cells[-1] for row in table.rows} == {"…"}
    assert "Dấu … : không công bố" in told(document.blocks)
    assert all(len(row.cells) == 3 for row in table.rows)


# Pages


def long_worded(times):
    """The material with questions ``times`` as long."""
    questions = tuple(
        replace(one, labels={language: " ".join([text] * times) for language, text in one.labels.items()})
        for one in CODEBOOK.questions
    )
    return replace(CODEBOOK, questions=questions)


CASES = {
    "as it is": {},
    "in English": {"language": "en"},
    "long questions": {"codebook": long_worded(3)},
    "real": {"simulated": False, "history": None, "ranks": None},
}


def paged(kind, case):
    given = whole(**CASES[case])
    return compose_summary(given) if kind == "summary" else compose_area(given, AREAS.reporting[2])


@pytest.mark.needs("libreoffice", "poppler")
def test_a_word_processor_sets_each_on_its_pages_exactly(tmp_path):
    expected = {}
    for kind in ("summary", "area"):
        for place, case in enumerate(CASES):
            document = paged(kind, case)
            for name in (None, "party_2026", "state_nd30"):
                given = replace(document, office=PARTY if name else None)
                content = set_docx(given, dated=DATED, form=read_form(name) if name else None)
                (tmp_path / f"{kind}-{place}-{name}.docx").write_bytes(content)
                expected[f"{kind}-{place}-{name}"] = PAGES[kind]
    office = shutil.which("soffice") or "libreoffice"
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    files = [str(path) for path in sorted(tmp_path.glob("*.docx"))]
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=240)
    pages = {path.stem: len(PdfReader(path).pages) for path in tmp_path.glob("*.pdf")}
    assert pages == expected


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["summary", "area"])
def test_a_browser_prints_each_on_its_pages_exactly(kind, case, tmp_path):
    (tmp_path / "page.html").write_bytes(set_html(paged(kind, case)))
    browser = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-pdf-header-footer"]
    command = [browser, *quiet, f"--user-data-dir={tmp_path}/profile", f"--print-to-pdf={tmp_path}/page.pdf"]
    subprocess.run([*command, (tmp_path / "page.html").as_uri()], check=True, capture_output=True, timeout=120)
    assert len(PdfReader(tmp_path / "page.pdf").pages) == PAGES[kind]
