"""What was measured of lines, forecasts and signals must be what stands here, and must keep its promises."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.trend import AXES, cells, fingerprint, is_middle
from benchmarks.trend_page import page
from benchmarks.trend_worlds import GRID

MEASURED = Path(__file__).parents[1] / "docs" / "measured"
TARGETS = GRID["targets"]


def results(part: str) -> pd.DataFrame:
    return pd.read_csv(MEASURED / f"trend_{part}.csv", comment="#")


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    return results("grid")


@pytest.fixture(scope="module")
def middle(grid) -> pd.DataFrame:
    inside = [is_middle(world) for world in cells()]
    return grid[inside]


@pytest.mark.parametrize("part", ["grid", "series", "signal"])
def test_each_part_was_measured_on_these_sources(part):
    header = (MEASURED / f"trend_{part}.csv").read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# commit (\w{7,}), sources (\w{64})", header)
    assert found, header
    assert found[2] == fingerprint(), f"the model has changed: run python -m benchmarks.trend {part} again"


def test_every_cell_of_the_grid_was_measured(grid):
    wanted = [tuple(getattr(world, name) for name in AXES) for world in cells()]
    assert [*grid[list(AXES)].itertuples(index=False, name=None)] == wanted


def test_in_the_middle_lines_halve_the_error_and_intervals_hold_their_word(middle):
    assert len(middle) == 8
    assert (middle["mse"] <= TARGETS["mse"]).all()
    assert middle["cover"].between(*TARGETS["cover"]).all()
    assert middle["cover_all"].between(*TARGETS["cover"]).all()


def test_nowhere_are_lines_worse_than_direct_figures(grid):
    assert (grid["mse"] <= TARGETS["worst"]).all()
    assert (grid["mse_all"] <= TARGETS["worst"]).all()


def test_in_the_middle_forecasts_beat_the_last_value_and_the_mean_of_four_quarters(middle):
    assert (middle["last"] <= TARGETS["last_value"]).all()
    assert (middle["four"] <= TARGETS["four_quarters"]).all()
    assert middle["forecast_cover"].between(*TARGETS["forecast_cover"]).all()


def test_forecasts_of_steady_trending_and_shocked_provinces_are_tabled():
    series = results("series")
    assert set(series["kind"]) == {"steady", "trending", "shocked"}
    assert (series["last"] < 1).all()
    assert (series["four"] < 1).all()


def test_false_alarms_keep_their_budget_under_heavy_tails_and_unequal_clustering_too():
    signal = results("signal")
    assert set(signal["world"]) == {"plain", "unequal", "heavy"}
    assert (signal.groupby("world")["alarms"].mean() <= TARGETS["false_alarms"]).all()
    assert (signal["alarms"] - 2 * signal["alarms_error"] <= TARGETS["false_alarms"]).all()
    assert (signal["province_-1.0"] > 0.9).all()


def test_the_page_is_made_from_the_tables():
    assert (MEASURED / "trend.md").read_text(encoding="utf-8") == page()
