"""What was measured must be what stands here: a results table names its sources, and changed sources make it stale."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import disclosure
from benchmarks import results as results_of_speed
from benchmarks.coverage import CONFIRMATION, GRID, GRIDS, cells, fingerprint

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
    wanted = [(one.grid, one.share, one.interviews, one.per_village, one.correlation) for one in cells()]
    columns = ["grid", "share", "interviews", "per_village", "correlation"]
    assert list(results[columns].itertuples(index=False, name=None)) == wanted
    assert len(set(wanted)) == len(wanted)


@pytest.mark.parametrize("grid", GRIDS)
def test_published_intervals_hold_their_word_in_every_cell_and_on_average(results, grid):
    """On the grid where they were mended, on the same cells with another seed, and on cells between them."""
    here = results[results["grid"] == grid]
    shown = here[here["published"] > 0.5]
    error = np.sqrt(shown["coverage"] * (1 - shown["coverage"]) / GRID["draws"])
    failing = shown[shown["coverage"] + 2 * error < GRID["least"]]
    assert failing.empty, failing.to_string()
    assert GRID["average"][0] <= shown["coverage"].mean() <= GRID["average"][1]
    assert len(shown) > 0.8 * len(here)


def test_the_confirmation_asks_for_no_less_than_the_grid_and_draws_other_people():
    assert (CONFIRMATION["least"], CONFIRMATION["average"]) == (GRID["least"], GRID["average"])
    assert len({grid["seed"] for grid in GRIDS.values()}) == len(GRIDS)
    for axis in ("shares", "interviews", "per_village", "correlations"):
        assert GRIDS["fresh"][axis] == GRID[axis]
        assert not set(GRIDS["between"][axis]) & set(GRID[axis])


def test_the_speed_was_measured_on_these_sources():
    page = (MEASURED / "speed.md").read_text(encoding="utf-8")
    found = results_of_speed.MEASURED_ON.search(page)
    assert found, "docs/measured/speed.md does not say what it was measured on"
    assert found[1] == results_of_speed.fingerprint(), (
        "a measured module has changed: run python -m benchmarks.speed 1e6 --write"
    )


def test_a_changed_module_makes_the_speed_table_stale(tmp_path, monkeypatch):
    for name in results_of_speed.MODULES:
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((results_of_speed.ROOT / name).read_bytes())
    before = results_of_speed.fingerprint()
    monkeypatch.setattr(results_of_speed, "ROOT", tmp_path)
    assert results_of_speed.fingerprint() == before
    (tmp_path / results_of_speed.MODULES[-1]).write_text("# changed\n", encoding="utf-8")
    assert results_of_speed.fingerprint() != before


def test_the_attack_was_measured_on_these_sources():
    page = (MEASURED / "disclosure.md").read_text(encoding="utf-8")
    assert disclosure.fingerprint() in page, "the gate has changed: run python -m benchmarks.disclosure again"


def test_a_changed_gate_makes_the_attack_stale(tmp_path, monkeypatch):
    for name in disclosure.MODULES:
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((disclosure.ROOT / name).read_bytes())
    before = disclosure.fingerprint()
    monkeypatch.setattr(disclosure, "ROOT", tmp_path)
    assert disclosure.fingerprint() == before
    (tmp_path / disclosure.MODULES[-1]).write_text("# changed\n", encoding="utf-8")
    assert disclosure.fingerprint() != before
