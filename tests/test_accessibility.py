"""Every page that the kit writes for people can be read by everybody, as far as axe-core in Chromium can tell."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from danvan_study.field import Enumerator, draw_codes, enumerator_page, slips_page
from danvan_study.pipeline.monitoring import monitor_wave
from danvan_study.publish import write_outputs, write_review
from danvan_study.study import read_study
from tests.accessibility import violations
from tests.brief_material import AREAS, context
from tests.small_study import STUDY, WAVE, submissions, write_small_study
from tests.test_reviews import context as review_context
from tests.test_trend_brief import history

pytestmark = pytest.mark.needs("chromium")

TILES = {area.key: (place, 0) for place, area in enumerate(AREAS.reporting)}


@cache
def pages(language: str, *, simulated: bool) -> dict[str, bytes]:
    """Return the pages of a period with charts of every kind that the material allows."""
    past = history() if simulated else None
    given = context(language=language, simulated=simulated, history=past, areas=replace(AREAS, tiles=TILES))
    return write_outputs(given, parts=["report", "summary", "areas"], formats=["html"])


@pytest.mark.parametrize("name", ["brief", "summary", f"areas/{AREAS.reporting[0].code}"])
@pytest.mark.parametrize(("language", "simulated"), [("vi", True), ("en", True), ("vi", False)])
def test_the_documents_of_a_period_break_no_rule(name, language, simulated):
    assert violations(pages(language, simulated=simulated)[f"{name}.html"]) == {}


def test_the_page_of_a_review_breaks_no_rule():
    assert violations(write_review(review_context())["review.html"]) == {}


def test_the_page_that_watches_fieldwork_breaks_no_rule(tmp_path):
    records = submissions()
    records[0]["living/life_overall"] = "77"
    records[2]["start"] = "2025-07-10T23:30:00.000+07:00"
    monitor_wave(write_small_study(tmp_path, records=records), WAVE)
    assert violations((tmp_path / f"data/processed/{WAVE}-fieldwork/monitor.html").read_bytes()) == {}


def test_the_pages_for_enumerators_break_no_rule():
    study = read_study(STUDY + '\n[kobo]\nserver = "https://kf.tinh.vn"\nslip = "slip"\n')
    person = Enumerator(account="dtv01", areas=("Huyện Định Hoá",))
    links = {"offline_url": "https://ee.tinh.vn/x/aBcD1234"}
    sheet = enumerator_page(person, study=study, wave=study.waves[0], form_title="Khảo sát", links=links)
    assert violations(sheet) == {}
    assert violations(slips_page({"dtv01": draw_codes(6, Random(1))}, study=study, wave=study.waves[0])) == {}


def test_what_is_wrong_is_found():
    bare = b"<!doctype html><img src='data:,'><p style='color:#ccc;background:#fff'>too pale</p>"
    assert {"html-has-lang", "document-title", "image-alt", "color-contrast"} <= set(violations(bare))
