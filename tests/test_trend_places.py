"""Areas whose villages differ more than elsewhere, learned from all questions of a comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study.tables import Changes
from danvan_study.trend.places import Places, find_places

AREAS, QUESTIONS, FREEDOM = 17, 12, 8
SPREAD = np.linspace(0.4, 1.6, AREAS)
"""True design effect of each area beside the mean of all."""


def drawn(spread: np.ndarray, *, seed: int = 20261126, answers: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Return comparisons of 17 areas and the effects that a sample of eight degrees of freedom would show."""
    rng = np.random.default_rng(seed)
    area, question, answer = (part.ravel() for part in np.indices((AREAS, QUESTIONS, answers)))
    seen = rng.chisquare(FREEDOM, (AREAS, QUESTIONS, 1)) / FREEDOM * np.ones((1, 1, answers))
    texts = {
        Changes.period: ["2025q2"] * len(area),
        Changes.against: ["2025q1"] * len(area),
        Changes.level: ["area"] * len(area),
        Changes.area: [f"d{number:02d}" for number in area],
        Changes.question: [f"i{number:02d}" for number in question],
        Changes.statistic: ["share"] * len(area),
        Changes.answer: [str(number) for number in answer],
        Changes.note: [""] * len(area),
    }
    numbers = dict.fromkeys((Changes.estimate, Changes.earlier), 50.0) | dict.fromkeys((Changes.change,), 0.0)
    numbers |= dict.fromkeys((Changes.se, Changes.simple_se, Changes.null_se), 1.0)
    counts = dict.fromkeys((Changes.n, Changes.n_earlier), 100) | {Changes.df: FREEDOM}
    table = pd.DataFrame(texts, dtype="str").assign(**numbers, **counts, **{Changes.comparable: True})
    return Changes.conform(table), (spread[:, None, None] * seen).ravel()


def by_area(table: pd.DataFrame, places: Places) -> np.ndarray:
    return pd.Series(places.factor).groupby(table[Changes.area].to_numpy()).first().to_numpy()


def test_an_area_of_unlike_villages_is_found_by_all_its_questions_together() -> None:
    table, relative = drawn(SPREAD)
    found = by_area(table, find_places(table, relative))
    assert np.corrcoef(found, SPREAD)[0, 1] > 0.9
    one = (table[Changes.question] == "i00").to_numpy()
    assert np.abs(found - SPREAD).mean() < np.abs(relative[one] - SPREAD).mean() / 2


def test_areas_that_are_alike_stay_as_pooled() -> None:
    table, relative = drawn(np.ones(AREAS))
    places = find_places(table, relative)
    assert np.abs(places.factor - 1).max() < 0.1


def test_a_factor_leaves_an_uncertainty_and_takes_back_from_chance() -> None:
    table, relative = drawn(SPREAD)
    places = find_places(table, relative)
    raw = pd.Series(relative).groupby(table[Changes.area].to_numpy()).mean().to_numpy()
    assert by_area(table, places).std() < (raw / raw.mean()).std()
    assert (places.variance > 0).all()


def test_many_answers_of_a_question_say_no_more_than_one() -> None:
    once, twelve_times = drawn(SPREAD), drawn(SPREAD, answers=12)
    assert by_area(twelve_times[0], find_places(*twelve_times)) == pytest.approx(by_area(once[0], find_places(*once)))


def test_few_areas_and_single_questions_change_nothing() -> None:
    table, relative = drawn(SPREAD)
    four = (table[Changes.area] < "d04").to_numpy()
    single = (table[Changes.question] == "i00").to_numpy()
    for kept in (four, single):
        places = find_places(table[kept].reset_index(drop=True), relative[kept])
        assert (places.factor == 1).all()
        assert (places.variance == 0).all()


def test_an_area_that_nothing_is_known_of_is_as_all_are() -> None:
    table, relative = drawn(SPREAD)
    here = (table[Changes.area] == "d16").to_numpy()
    places = find_places(table, np.where(here, np.nan, relative))
    assert (places.factor[here] == 1).all()
    assert places.factor[~here].std() > 0


def test_nothing_known_at_all_changes_nothing() -> None:
    table, relative = drawn(SPREAD)
    places = find_places(table, np.full_like(relative, np.nan))
    assert (places.factor == 1).all()
