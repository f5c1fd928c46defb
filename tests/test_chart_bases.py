"""Under every chart of many figures stands the exact wording of its questions, and how many people answered."""

from __future__ import annotations

import pytest

from danvan_study.publish import publish_estimates
from danvan_study.publish.blocks import Card, Headline, Picture
from danvan_study.publish.chart_bases import area_base, area_keys, wave_base
from danvan_study.publish.content import read_content
from danvan_study.publish.headlines import headline_blocks
from danvan_study.publish.report import compose_report
from danvan_study.publish.results import Domain, Results, wording
from danvan_study.study import Calendar
from tests.brief_material import AREAS, CODEBOOK, QUARTER, ROLLING, SHARES, STUDY, context, published, set_of, table
from tests.test_trend_brief import WAVES, history

KEYS = [area.key for area in AREAS.reporting]


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def results():
    return Results(published(), period=QUARTER, codebook=CODEBOOK, language="vi")


def test_each_question_of_the_areas_has_its_number_its_wording_and_its_bases(results):
    """Areas that are not shown, of 24 people in two villages, do not count."""
    lines = area_keys(results, AREAS, ["life_overall", "priority_next_q"])
    asked = CODEBOOK.question("life_overall").label("vi")
    assert plain(lines[0]).startswith(f"Câu 1: {asked} Số người trả lời ở mỗi địa bàn có số: n = ")
    assert "(tỷ lệ chọn “Giá cả, thu nhập”)" in lines[1]
    found = [results.get("life_overall", Domain(area=key)) for key in KEYS]
    (shown,) = (one.n for one in found if one.positive.is_shown)
    assert plain(area_base(results, AREAS, "life_overall")).endswith(f"n = {shown}.")
    year = Results(published(), period=ROLLING, codebook=CODEBOOK, language="vi")
    assert plain(area_base(year, AREAS, "life_overall")).endswith("n = 96–440.")


def test_bases_over_the_waves_are_the_fewest_and_the_most_and_no_pooled_period_counts():
    sizes = dict(zip((wave.id for wave in WAVES), (1180, 900, 1210, 1100, 1050), strict=True)) | {ROLLING: 4440}
    asked, shares = "life_overall", SHARES["life_overall"]
    rows = [row for period, n in sizes.items() for row in set_of(asked, shares, period=period, n=n)]
    rows += set_of(asked, shares, period=QUARTER, level="area", area=KEYS[0], n=200, clusters=30)
    rows += set_of(asked, shares, period=ROLLING, level="area", area=KEYS[0], n=800, clusters=120)
    past = history(figures=publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True))
    assert plain(wave_base(past, [asked], language="vi")) == "Số người trả lời mỗi câu, mỗi kỳ: n = 900–1.210."
    assert plain(wave_base(past, [asked], language="en", by_area=True)).endswith("n = 200.")
    assert wave_base(past, ["trust_commune"], language="vi") == ""


def test_no_chart_of_the_report_is_without_wording_and_base():
    """Wording and base stand in the chart itself, which its description tells, or beneath it."""
    report = compose_report(context(history=history(calendar=Calendar(waves=WAVES))))
    pictures = {block.name: block for block in report.blocks if isinstance(block, Picture)}
    assert {"areas", "trends"} <= set(pictures)
    for name in ("areas", "trends"):
        assert any("n = " in plain(note) for note in pictures[name].notes)
    for number in (1, 2, 3):
        assert any(note.startswith(f"Câu {number}: ") for note in pictures["areas"].notes)


def test_every_headline_figure_tells_how_many_gave_no_answer():
    given = context()
    content = read_content(given)
    (headline,) = (block for block in headline_blocks(content.headlines, given) if isinstance(block, Headline))
    for card, result in zip(headline.cards, content.headlines, strict=True):
        assert isinstance(card, Card)
        assert card.wording == wording(result, "vi")
        assert "khó trả lời 4,5" in card.base
        assert card.base.startswith("n")
