"""The gallery of charts leaves out no kind, and draws the demonstration as it is."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from danvan_study.pipeline import load_wave, prepare_wave
from danvan_study.publish import charts
from danvan_study.store import Folder
from danvan_study.tables import Answers, Estimates, Weights
from docs.gallery import SCALES, TABLES
from tests.demonstration import ROOT, areas, study

KINDS = tomllib.loads((TABLES / "kinds.toml").read_text(encoding="utf-8"))
PILES = {"charts"}
"""Not a kind: ``draw_charts`` draws those that are registered."""


def test_every_kind_of_chart_is_explained_in_both_languages() -> None:
    drawn = {name.removeprefix("draw_") for name in charts.__all__ if name.startswith("draw_")} - PILES
    assert set(KINDS) == {*charts.STRIPS, *drawn}
    assert all(set(texts) == {"vi", "en"} for texts in KINDS.values())
    assert all(texts[one].keys() == {"title", "shows", "reads"} for texts in KINDS.values() for one in texts)


def test_the_figures_of_the_gallery_are_those_of_the_demonstration() -> None:
    wave = study().waves[-1]
    made = prepare_wave(load_wave(Folder(ROOT), wave, study=study(), areas=areas()), study=study(), areas=areas())
    weight = made.weighted.weights.set_index(Weights.respondent)[Weights.weight]
    kept = pd.read_csv(TABLES / "estimates.csv", dtype={Estimates.answer: "str"}, keep_default_na=False)
    for name in SCALES:
        given = made.answers[(made.answers[Answers.question] == name) & (made.answers[Answers.missing] == "")]
        by_answer = weight.loc[given[Answers.respondent]].groupby(given[Answers.answer].to_numpy()).sum()
        rows = kept[(kept[Estimates.period] == wave.id) & (kept[Estimates.level] == "all")]
        rows = rows[(rows[Estimates.question] == name) & (rows[Estimates.statistic] == "share")]
        rows = rows.set_index(Estimates.answer)
        assert len(rows) >= 4
        assert set(rows[Estimates.n].astype(int)) == {len(given)}
        true = 100 * by_answer / by_answer.sum()
        assert rows[Estimates.estimate].astype(float).to_numpy() == pytest.approx(true[rows.index].to_numpy(), abs=1e-3)
        assert np.isfinite(true).all()
