"""Who does not see a chart is told enough to do without it: whole, reach and what is hidden; nobody is ranked."""

from __future__ import annotations

import re

from danvan_study.publish.alt_texts import areas_alt, map_alt, trends_alt
from danvan_study.publish.charts.map import BREAKS, class_labels
from danvan_study.publish.results import Results
from danvan_study.study import Period
from tests.brief_material import AREAS, CODEBOOK, QUARTER, ROLLING, context, published
from tests.test_trend_brief import history

NAMES = ["life_overall", "trust_commune"]
QUARTER_ALONE = Period(id=QUARTER, waves=(QUARTER,))


def results(period=QUARTER, language="vi"):
    return Results(published(), period=period, codebook=CODEBOOK, language=language)


def plain(text):
    return text.replace("\u00a0", " ")


def test_of_each_question_the_whole_the_reach_of_the_areas_and_the_hidden_ones_are_told():
    told = plain(areas_alt(results(), areas=AREAS, names=NAMES, period=QUARTER_ALONE))
    assert "quý III/2026, theo thứ tự cố định" in told
    assert told.count("cả vùng") == len(NAMES)
    assert (
        "cả vùng 73,5 % (70,1–76,9); 3 địa bàn có số, từ 64 % (49–78) đến 74 % (60–87); không công bố: 2 địa bàn."
        in told
    )


def test_every_number_of_a_description_stands_with_its_interval():
    told = plain(areas_alt(results(), areas=AREAS, names=NAMES, period=QUARTER_ALONE))
    assert len(re.findall(r"\d %", told)) == len(re.findall(r"\d % \([\d,]+–[\d,]+\)", told)) == 3 * len(NAMES)


def test_no_area_is_named_in_a_description():
    rolling = Period(id=ROLLING, waves=("2025q4", "2026q1", "2026q2", "2026q3"))
    for told in (
        areas_alt(results(ROLLING), areas=AREAS, names=NAMES, period=rolling),
        map_alt(results(ROLLING), areas=AREAS, name=NAMES[0], period=rolling),
    ):
        assert not any(area.name in told for area in AREAS.reporting)


def test_a_map_is_told_by_its_classes_and_every_area_is_counted_once():
    told = plain(map_alt(results(), areas=AREAS, name=NAMES[0], period=QUARTER_ALONE))
    counts = [int(number) for number in re.findall(r"(\d+) địa bàn", told)]
    assert sum(counts) == len(AREAS.reporting)
    assert "không công bố: 4 địa bàn" in told
    assert len(class_labels("vi")) == len(BREAKS) + 1


def test_a_line_is_told_by_its_ends_and_its_breaks():
    past = history(breaks={"life_overall": ("2026q2",)})
    drawn = [result for name in ("life_overall", "petition_trust") if (result := results().get(name))]
    told = plain(trends_alt(context(history=past), past, drawn))
    assert "từ quý III/2025 đến quý III/2026" in told
    assert "quý III/2025 61,2 % (57,5–64,9); quý III/2026 61,2 % (57,5–64,9); hỏi cách khác từ quý II/2026" in told
    assert told.count("hỏi cách khác") == 1


def test_descriptions_can_be_had_in_english():
    told = plain(areas_alt(results(language="en"), areas=AREAS, names=NAMES, period=QUARTER_ALONE))
    assert "all areas 73.5% (70.1–76.9); 3 areas have figures" in told
    assert "not published: 2 areas" in told
