"""Reports are photocopied: on a grey copy every chart keeps its order, its marks and its letters."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from danvan_study.publish.charts import draw_areas, draw_charts, draw_map
from danvan_study.publish.charts.contrast import READABLE, contrast, ink_on, lightness, luminance
from danvan_study.publish.charts.districts import _BAND as MODEL_BAND
from danvan_study.publish.charts.districts import _MODEL as MODEL
from danvan_study.publish.charts.levels import _shade
from danvan_study.publish.charts.map import COLORS, class_labels
from danvan_study.publish.charts.ranks import _EARLIER as EARLIER
from danvan_study.publish.charts.ranks import _REACH as REACH
from danvan_study.publish.charts.sheet import INK, QUIET
from danvan_study.publish.charts.strip import DOT
from danvan_study.publish.charts.trends import _BAND as BAND
from danvan_study.publish.results import EVERYBODY, Domain
from tests.brief_material import AREAS, ROLLING
from tests.test_charts import results

APART = 10.0
"""Steps of lightness (CIE L*) by which neighbours must differ: about four times what two patches side by side need."""

TILED = replace(AREAS, tiles={area.key: (place, 0) for place, area in enumerate(AREAS.reporting)})


def greys(png: bytes, at_least: float) -> list[float]:
    """Return the lightness of each grey that covers some share of a chart's grey copy, the lightest first."""
    copy = np.asarray(Image.open(io.BytesIO(png)).convert("RGB").convert("L"))
    values, counts = np.unique(copy, return_counts=True)
    kept = values[counts >= at_least * copy.size]
    return [lightness(f"#{value:02x}{value:02x}{value:02x}") for value in sorted(kept, reverse=True)]


def test_the_five_levels_of_a_drawn_scale_are_five_greys_that_stay_apart():
    [drawn] = draw_charts(results(simulated=False), kind="levels", names=["life_overall"])
    paper, *steps = greys(drawn.png, at_least=0.002)
    steps = [step for step in steps if step < 96]  # without the edges of hatches and letters
    assert paper == 100
    assert len(steps) >= 5
    wanted = [lightness(_shade(25.0 * place)) for place in range(5)]
    found = [min(steps, key=lambda step, level=level: abs(step - level)) for level in wanted]
    assert all(abs(step - level) < 4 for step, level in zip(found, wanted, strict=True))
    assert all(lighter - darker >= APART for lighter, darker in pairwise(found))


@pytest.mark.parametrize("levels", [2, 3, 4, 5])
def test_neighbouring_levels_of_a_scale_differ_in_lightness(levels):
    steps = [lightness(_shade(100 * place / (levels - 1))) for place in range(levels)]
    assert all(lighter - darker >= APART for lighter, darker in pairwise(steps))


def test_neighbouring_classes_of_a_map_differ_in_lightness():
    assert all(lightness(lighter) - lightness(darker) >= APART for lighter, darker in pairwise(COLORS))


def test_a_hidden_tile_is_hatched_on_white_and_cannot_be_taken_for_the_lightest_class():
    quarter, rolling = (
        draw_map(results(period=period), areas=TILED, name="life_overall") for period in ("2026q3", ROLLING)
    )
    assert b"<pattern" in quarter.svg
    assert quarter.svg.count(b"url(#h") == 1 + sum(
        not results().get("life_overall", Domain(area=area.key)).positive.is_shown for area in AREAS.reporting
    )
    assert rolling.svg.count(b"url(#h") == 1  # the key alone


@pytest.mark.parametrize(
    ("mark", "ground"),
    [
        (DOT, BAND),
        (DOT, REACH),
        (DOT, EARLIER),
        (DOT, MODEL),
        (MODEL, MODEL_BAND),
        (REACH, "#ffffff"),
        (BAND, "#ffffff"),
    ],
)
def test_marks_stand_out_from_what_lies_behind_or_beside_them(mark, ground):
    assert abs(lightness(mark) - lightness(ground)) >= APART


def test_letters_can_be_read_on_every_step_class_and_on_paper():
    grounds = [*(_shade(float(score)) for score in range(101)), *COLORS, "#e9ecef", "#f4f5f7"]
    assert all(contrast(ink_on(ground), ground) >= READABLE for ground in grounds)
    assert all(contrast(ink, "#ffffff") >= READABLE for ink in (INK, QUIET, DOT))


def test_letters_can_be_read_on_any_ground():
    assert all(
        contrast(ink_on(f"#{grey:02x}{grey:02x}{grey:02x}"), f"#{grey:02x}{grey:02x}{grey:02x}") >= READABLE
        for grey in range(256)
    )


def test_lightness_and_contrast_are_those_of_the_standards():
    assert (luminance("#ffffff"), luminance("#000000")) == (pytest.approx(1), 0)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)  # the example of WCAG's makers
    assert lightness("#777777") == pytest.approx(50.03, abs=0.01)
    assert lightness("#000000") == 0


def test_classes_are_the_same_in_every_period_whatever_the_figures():
    texts = [
        draw_map(results(period=period), areas=TILED, name=name).svg.decode()
        for period in ("2026q3", ROLLING)
        for name in ("life_overall", "trust_commune")
    ]
    for label in class_labels("vi"):
        written = label.replace("<", "&lt;")
        assert all(f">{written}</text>" in svg for svg in texts)


def test_areas_keep_their_order_in_every_period_whatever_the_figures():
    def names(period):
        rows = [("Cả vùng khảo sát", EVERYBODY), *[(area.name, Domain(area=area.key)) for area in AREAS.reporting]]
        svg = draw_areas(results(period=period), rows=rows, names=["life_overall"]).svg.decode()
        return [svg.index(f">{area.name}</text>") for area in AREAS.reporting]

    assert names("2026q3") == sorted(names("2026q3"))
    assert names(ROLLING) == sorted(names(ROLLING))
