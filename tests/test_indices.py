"""Indices of topics: against the mean worked out person by person, and against the questions they are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from danvan_study.codebook import Role
from danvan_study.estimate import WaveSample, estimate_indices, estimate_period
from danvan_study.tables import Indices
from tests.small_sample import SATISFIED, answers, codebook, period, respondents, study, wave_sample
from tests.test_estimate import slow_ratio, unequal

ONE, TWO, OTHER = (
    replace(SATISFIED, name=name, labels={"vi": name}, topic=topic)
    for name, topic in (("one", "LIV"), ("two", "LIV"), ("other", "TRU"))
)
NUMBERS = ["estimate", "se", "low", "high", "n", "n_effective", "deff", "df", "clusters"]
DOMAIN = ["level", "area", "group", "value"]


def scored(people: pd.DataFrame, **given: np.ndarray) -> pd.DataFrame:
    """Long answers with a score for each valid one; an empty text was not asked."""
    table = answers(people, **{name: list(values) for name, values in given.items()})
    number = pd.to_numeric(table["answer"]).where(table["missing"] == "")
    return table.assign(score=25.0 * (number - 1))


def drawn(people: pd.DataFrame, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(["1", "2", "3", "5", "98", "97", ""], len(people))


def sample_of(people: pd.DataFrame, **given: np.ndarray) -> WaveSample:
    books = {"1": codebook(ONE, TWO, OTHER)}
    return wave_sample(people, scored(people, **given), weights=unequal(people), codebooks=books)


def person_mean(*given: np.ndarray) -> np.ndarray:
    points = np.array([[25.0 * (int(x) - 1) if x in "12345" and x else np.nan for x in one] for one in given])
    return np.array(
        [np.mean(column[np.isfinite(column)]) if np.isfinite(column).any() else np.nan for column in points.T]
    )


PEOPLE = respondents()
GIVEN = {"one": drawn(PEOPLE, 1), "two": drawn(PEOPLE, 2), "other": drawn(PEOPLE, 3)}


def test_the_index_is_the_mean_over_people_of_the_mean_of_their_valid_scores():
    table = estimate_indices(period("w1"), [sample_of(PEOPLE, **GIVEN)], study=study())
    means = person_mean(GIVEN["one"], GIVEN["two"])
    west_women = ((PEOPLE["area"] == "west") & (PEOPLE["sex"] == "f")).to_numpy()
    for where, inside in (
        ({"level": "all", "group": ""}, np.ones(len(PEOPLE), dtype=bool)),
        ({"level": "area", "area": "south", "group": ""}, (PEOPLE["area"] == "south").to_numpy()),
        ({"level": "area", "area": "west", "group": "sex", "value": "f"}, west_women),
    ):
        chosen = (table[list(where)] == pd.Series(where)).all(axis=1) & (table["topic"] == "LIV")
        (row,) = table[chosen].to_dict("records")
        known = np.isfinite(means) & inside
        wanted, variance = slow_ratio(PEOPLE, unequal(PEOPLE), np.nan_to_num(means), known.astype(float))
        assert row["estimate"] == pytest.approx(wanted)
        assert row["se"] == pytest.approx(np.sqrt(variance))
        assert row["n"] == known.sum()
        assert row["questions"] == "one two"


def test_a_topic_of_one_question_has_the_figures_of_its_question():
    sample = sample_of(PEOPLE, **GIVEN)
    index = estimate_indices(period("w1"), [sample], study=study())
    index = index[index["topic"] == "TRU"].set_index(DOMAIN)[NUMBERS]
    scores = estimate_period(period("w1"), [sample], study=study()).estimates
    scores = scores[(scores["question"] == "other") & (scores["statistic"] == "mean")].set_index(DOMAIN)[NUMBERS]
    pd.testing.assert_frame_equal(index, scores.loc[index.index], rtol=1e-9)


def test_the_index_over_topics_is_their_plain_mean_and_knows_what_they_share():
    same = {"one": GIVEN["one"], "two": GIVEN["one"], "other": GIVEN["one"]}
    named = replace(study(), index=("LIV", "TRU"))
    table = estimate_indices(period("w1"), [sample_of(PEOPLE, **same)], study=named)
    everybody = table[(table["level"] == "all") & (table["group"] == "")].set_index("topic")
    # Two topics with the same answers: the mean is either, and so is its error; unshared it would be less.
    assert everybody.loc["", ["estimate", "se"]].tolist() == pytest.approx(
        everybody.loc["LIV", ["estimate", "se"]].tolist()
    )
    assert everybody.loc["", "questions"] == "LIV TRU"
    table = estimate_indices(period("w1"), [sample_of(PEOPLE, **GIVEN)], study=named)
    everybody = table[(table["level"] == "all") & (table["group"] == "")].set_index("topic")
    assert everybody.loc["", "estimate"] == pytest.approx(everybody.loc[["LIV", "TRU"], "estimate"].mean())
    assert everybody.loc["", "low"] < everybody.loc["", "estimate"] < everybody.loc["", "high"]
    assert (table["topic"] == "").sum() == 1
    without = estimate_indices(period("w1"), [sample_of(PEOPLE, **GIVEN)], study=replace(study(), index=("LIV", "SVC")))
    assert not (without["topic"] == "").any()


def test_only_scored_questions_of_opinion_asked_alike_count():
    background = replace(TWO, role=Role.BACKGROUND)
    books = {"1": codebook(ONE, background, OTHER)}
    sample = wave_sample(PEOPLE, scored(PEOPLE, **GIVEN), codebooks=books)
    table = estimate_indices(period("w1"), [sample], study=study())
    assert table.set_index("topic").loc["LIV", "questions"].unique().tolist() == ["one"]
    later = respondents("w2")
    reworded = {"1": codebook(ONE, replace(TWO, labels={"vi": "khác"}), OTHER)}
    waves = [
        sample_of(PEOPLE, **GIVEN),
        wave_sample(later, scored(later, **GIVEN), weights=unequal(later), codebooks=reworded),
    ]
    table = estimate_indices(period("w1", "w2"), waves, study=study("w1", "w2"))
    assert table.set_index("topic").loc["LIV", "questions"].unique().tolist() == ["one"]


def test_where_nobody_has_a_score_there_is_no_index():
    silent = np.full(len(PEOPLE), "98")
    table = estimate_indices(
        period("w1"), [sample_of(PEOPLE, one=silent, two=silent, other=GIVEN["other"])], study=study()
    )
    assert set(table["topic"]) == {"TRU"}
    table = estimate_indices(period("w1"), [sample_of(PEOPLE, one=silent)], study=replace(study(), index=("LIV",)))
    assert list(table.columns) == list(Indices.columns())
    assert table.empty


def test_one_village_is_not_estimable_instead_of_certain():
    people = PEOPLE.assign(cluster="v", stratum="s")
    table = estimate_indices(period("w1"), [sample_of(people, **GIVEN)], study=replace(study(), index=("LIV", "TRU")))
    assert np.isfinite(table["estimate"]).all()
    assert table[["se", "low", "high"]].isna().all(axis=None)
