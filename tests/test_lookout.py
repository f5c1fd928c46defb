"""What the model said at the end of a wave stays what it said, and nothing is carried over a break in the wording."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from danvan_study.codebook import ItemCard
from danvan_study.pipeline.lookout import Lookout
from danvan_study.study import Calendar
from danvan_study.tables import Directs, Forecasts
from tests.brief_material import CODEBOOK
from tests.test_trend_brief import WAVES
from tests.test_trend_model import series

NAMES = ("life_overall", "petition_trust")
IDS = [wave.id for wave in WAVES]


@pytest.fixture(scope="module")
def directs() -> dict[str, pd.DataFrame]:
    """Return the figures of two questions in four districts, wave by wave."""
    rows = []
    for seed, name in enumerate(NAMES):
        drawn, people = series(0.5, districts=4, quarters=len(WAVES), seed=seed)
        for place, wave in enumerate(IDS):
            whole = (drawn.estimate[:, place] * people[:, place]).sum() / people[:, place].sum()
            figures = zip(("", *"abcd"), (whole, *drawn.estimate[:, place]), (480, *drawn.n[:, place]), strict=True)
            for area, figure, n in figures:
                level, se = "area" if area else "all", 100 * (1.5 * figure * (1 - figure) / n) ** 0.5
                row = [wave, level, area, name, "positive", "", 100 * figure, se, 1.5, int(n), 9, 10.0 * n]
                rows.append(row)
    table = pd.DataFrame(rows, columns=list(Directs.columns()))
    table = table.astype({name: "str" for name in table if table[name].dtype == object})
    return {wave: Directs.conform(part) for wave, part in table.groupby("period")}


@pytest.fixture
def lookout(directs) -> Lookout:
    return Lookout(directs.__getitem__, Calendar(waves=WAVES))


def test_a_forecast_is_kept_as_it_was_made(lookout):
    made = lookout.outlooks(IDS[3], breaks={}, codebook=CODEBOOK).forecasts
    later = lookout.outlooks(IDS[4], breaks={}, codebook=CODEBOOK).forecasts
    said = [Forecasts.level, Forecasts.area, Forecasts.question, Forecasts.estimate, Forecasts.low, Forecasts.high]
    new, old = made[made["period"] == ""], later[later["origin"] == IDS[3]]
    pd.testing.assert_frame_equal(new[said].reset_index(drop=True), old[said].reset_index(drop=True))
    assert set(old["period"]) == {IDS[4]}
    assert old[Forecasts.crps].notna().all()


def test_nothing_is_carried_over_a_break(lookout):
    found = lookout.outlooks(IDS[4], breaks={"life_overall": (IDS[2],)}, codebook=CODEBOOK)
    life = found.smoothed["question"] == "life_overall"
    assert set(found.smoothed.loc[life, "period"]) == set(IDS[2:])
    assert set(found.smoothed.loc[~life, "period"]) == set(IDS)
    of_life = found.forecasts[found.forecasts["question"] == "life_overall"]
    assert set(of_life["period"]) == {IDS[4], ""}


def test_what_people_fill_in_by_themselves_is_watched_for_all_together_only(lookout):
    questions = [
        replace(one, card=ItemCard(filled_by="self")) if one.name == "petition_trust" else one
        for one in CODEBOOK.questions
    ]
    found = lookout.outlooks(IDS[4], breaks={}, codebook=replace(CODEBOOK, questions=tuple(questions))).signals
    areas = found.groupby("question")["area"].apply(set)
    assert areas["petition_trust"] == {""}
    assert areas["life_overall"] == {"", *"abcd"}


def test_a_first_wave_has_nothing_to_look_out_from(lookout):
    found = lookout.outlooks(IDS[0], breaks={}, codebook=CODEBOOK)
    assert found.smoothed.empty
    assert found.forecasts.empty
    assert found.signals.empty
