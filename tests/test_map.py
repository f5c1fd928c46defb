"""Maps of areas: tiles by default, borders where the user brings them, never the country, never unpublished figures."""

from __future__ import annotations

import io
import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from danvan_study.areas.shapes import read_shapes
from danvan_study.errors import StudyError
from danvan_study.publish.charts import draw_map
from danvan_study.publish.charts.map import BREAKS, COLORS, class_of
from danvan_study.publish.results import Domain, Results
from danvan_study.store import load_facts
from tests.brief_material import AREAS, CODEBOOK, QUARTER, ROLLING, published, whole_estimates

TILES = {area.key: (place // 3, place % 3) for place, area in enumerate(AREAS.reporting)}
TILED = replace(AREAS, tiles=TILES)
NAME = "life_overall"


def results(period=ROLLING, *, simulated=True):
    return Results(published(simulated=simulated), period=period, codebook=CODEBOOK, language="vi")


def texts_of(chart):
    return re.findall(r">([^<>]+)</text>", chart.svg.decode())


def square(code, x, y, size=0.3):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


SQUARES = [square(area.code, 105 + 0.4 * place, 21.5) for place, area in enumerate(AREAS.reporting)]


def shapes(*features):
    return read_shapes(collection(*features), file="huyen.geojson", code_field="code", areas=AREAS)


@pytest.mark.parametrize("figures", [None, whole_estimates(), "published", object()])
def test_unpublished_figures_make_no_map(figures):
    with pytest.raises(TypeError):
        draw_map(figures, areas=TILED, name=NAME)


def test_each_area_has_a_tile_with_its_name_figure_and_interval():
    drawn = draw_map(results(), areas=TILED, name=NAME)
    texts = texts_of(drawn)
    assert {"Sông Công", "Định Hóa", "Đồng Hỷ", "Chợ Mới"} <= set(texts)
    for area in AREAS.reporting:
        reading = results().get(NAME, Domain(area=area.key)).positive
        if reading.is_shown:
            assert any(text.startswith(reading.share("vi")) for text in texts), area.name
            assert f"({reading.interval('vi')})" in texts


def test_hidden_areas_are_hatched_and_coloured_like_no_class():
    quarter = results(QUARTER)
    hidden = [
        area.key for area in AREAS.reporting
        if (found := quarter.get(NAME, Domain(area=area.key))) is None or not found.positive.is_shown
    ]  # fmt: skip
    drawn = draw_map(quarter, areas=TILED, name=NAME)
    assert hidden
    assert drawn.svg.decode().count("url(#h") == len(hidden) + 1  # and the key


def test_a_study_without_tiles_or_borders_has_no_map():
    assert draw_map(results(), areas=AREAS, name=NAME) is None
    some = dict(list(TILES.items())[:-1])
    assert draw_map(results(), areas=replace(AREAS, tiles=some), name=NAME) is None


def test_a_map_has_the_same_bytes_each_time_and_its_mark_only_when_simulated():
    one, two = (draw_map(results(), areas=TILED, name=NAME) for _ in range(2))
    assert (one.png, one.svg) == (two.png, two.svg)
    for simulated in (True, False):
        drawn = draw_map(results(simulated=simulated), areas=TILED, name=NAME)
        assert ("SỐ LIỆU MÔ PHỎNG" in texts_of(drawn)) is simulated


def test_classes_are_fixed_and_stay_in_order_on_a_grey_copy():
    grey = [0.299 * int(c[1:3], 16) + 0.587 * int(c[3:5], 16) + 0.114 * int(c[5:7], 16) for c in COLORS]
    assert all(lighter - darker > 20 for lighter, darker in pairwise(grey))
    assert len(COLORS) == len(BREAKS) + 1

    def of(value):
        return class_of(SimpleNamespace(estimate=value, is_shown=not math.isnan(value)))

    assert [of(value) for value in (0.0, 39.9, 40.0, 55.0, 69.9, 70.0, 100.0)] == [0, 0, 1, 2, 3, 4, 4]
    assert class_of(None) is None
    assert of(math.nan) is None


def test_with_borders_the_shapes_are_drawn_in_place_of_tiles():
    drawn = draw_map(results(), areas=replace(TILED, shapes=shapes(*SQUARES)), name=NAME)
    tiled = draw_map(results(), areas=TILED, name=NAME)
    assert drawn.svg != tiled.svg
    assert "Định Hóa" in texts_of(drawn)
    assert np.asarray(Image.open(io.BytesIO(drawn.png)).convert("L")).std() > 10


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude():
    ring = shapes(*SQUARES)[AREAS.reporting[0].key][0]
    width = max(x for x, _ in ring) - min(x for x, _ in ring)
    height = max(y for _, y in ring) - min(y for _, y in ring)
    assert width / height == pytest.approx(np.cos(np.radians(21.65)), abs=1e-3)


def test_neighbours_are_left_out_and_holes_kept():
    hole = square("164", 105, 21.5)
    inner = [[105.1, 21.6], [105.2, 21.6], [105.2, 21.7], [105.1, 21.6]]
    hole["geometry"]["coordinates"].append(inner)
    found = shapes(hole, *SQUARES[1:], square("999", 108, 21))
    assert set(found) == {area.key for area in AREAS.reporting}
    assert len(found["2025-06-30:164"]) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not json", "not JSON"),
        (b"{}", "no list of features"),
        (collection(*SQUARES[1:]), "1 areas have no feature"),
        (collection(*SQUARES, SQUARES[0]), "two features"),
        (collection(SQUARES[0] | {"geometry": {"type": "Point", "coordinates": [1, 2]}}, *SQUARES[1:]), "Point"),
        (collection(square("164", 500_000, 2_300_000), *SQUARES[1:]), "no degrees"),
    ],
)
def test_borders_that_cannot_be_drawn_are_refused(content, message):
    with pytest.raises(StudyError, match=message):
        read_shapes(content, file="huyen.geojson", code_field="code", areas=AREAS)


def test_a_map_of_the_country_is_refused():
    with pytest.raises(StudyError, match="map of the country") as refusal:
        shapes(*SQUARES[1:], square("164", 105, 9.0))
    assert "Hoàng Sa" in refusal.value.cure


def test_the_kit_has_a_tile_for_every_reporting_district_and_no_borders():
    assert len(load_facts().tiles) == 51
