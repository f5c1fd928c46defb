"""What was measured must be what stands here: a results table names its sources, and changed sources make it stale."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.coverage import GRID, cells, fingerprint

MEASURED = Path(__file__).parents[1] / "docs" / "measured"
RESULTS = MEASURED / "coverage.csv"


@pytest.fixture(scope="module")
def results() -> pd.DataFrame:
    return pd.read_csv(RESULTS, comment="#")


def test_the_coverage_was_measured_on_these_sources():
    header = RESULTS.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# commit (\w{7,}), sources (\w{64}), (\d+) draws a cell", header)
    assert found, header
    assert found[2] == fingerprint(), "the intervals have changed: run python -m benchmarks.coverage again"
    assert int(found[3]) == GRID["draws"]


def test_every_cell_of_the_grid_was_measured(results):
    wanted = {(one.share, one.interviews, one.per_village, one.correlation) for one in cells()}
    measured = results[["share", "interviews", "per_village", "correlation"]].itertuples(index=False, name=None)
    assert set(measured) == wanted


def test_published_intervals_hold_their_word_in_every_cell_and_on_average(results):
    shown = results[results["published"] > 0.5]
    error = np.sqrt(shown["coverage"] * (1 - shown["coverage"]) / GRID["draws"])
    failing = shown[shown["coverage"] + 2 * error < GRID["least"]]
    assert failing.empty, failing.to_string()
    assert GRID["average"][0] <= shown["coverage"].mean() <= GRID["average"][1]
    assert len(shown) > 300
