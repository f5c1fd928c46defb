"""Weights made again in each replicate, and the table that helps to choose margins."""

from __future__ import annotations

import numpy as np
import pytest

from danvan_study.study import Base, Weighting
from danvan_study.weight import WeightSources, weight_respondents
from danvan_study.weight.choice import compare_margins
from danvan_study.weight.repeated import Draws, replicate_weights
from danvan_study.weight.replicates import positive_bootstrap
from tests.test_weight import BY_AGE, BY_SEX, NO_ANSWERS, SAMPLE_FILE, answers_to, margin, sample, selected

EQUAL = Weighting(base=Base.EQUAL)
ADULTS = answers_to("adults", {"r0000": "3", "r0001": "4", "r0002": "2", "r0003": "1"})
SELECTION = Weighting(base=Base.SELECTION, file="f", adults="adults", adults_cap=4)


def test_every_replicate_meets_the_margins():
    people = sample()
    sources = WeightSources(margins=(BY_SEX, BY_AGE))
    again = replicate_weights(people, NO_ANSWERS, weighting=EQUAL, sources=sources, draws=Draws(replicates=20))
    for table in (BY_SEX, BY_AGE):
        wanted = table.cells.set_index(list(table.by))["population"]
        for column in again.weights.T:
            reached = people.assign(w=column).groupby(list(table.by))["w"].sum()
            assert reached[wanted.index].to_numpy() == pytest.approx(wanted.to_numpy())


def test_replicates_spread_around_the_weights_themselves():
    people = sample()
    sources = WeightSources(margins=(BY_SEX, BY_AGE))
    weighted = weight_respondents(people, NO_ANSWERS, weighting=EQUAL, sources=sources)
    again = replicate_weights(people, NO_ANSWERS, weighting=EQUAL, sources=sources, draws=Draws(replicates=400))
    own = weighted.weights["calibrated"].to_numpy()
    assert again.weights.mean(axis=1) == pytest.approx(own, rel=0.15)
    assert again.weights.std(axis=1).min() > 0
    assert again.weights.shape == (len(people), 400)


def test_the_adjustment_for_non_response_is_repeated_with_clusters_nobody_was_reached_in():
    sources = WeightSources(frame=SAMPLE_FILE, frame_name="frame.csv")
    again = replicate_weights(selected(), ADULTS, weighting=SELECTION, sources=sources, draws=Draws(replicates=50))
    # The interviews of area a stand for what its three selected clusters stand for, also the one that gave none.
    multiplier = positive_bootstrap(np.array([0, 0, 0, 1]), 50, seed=1).multiplier
    households = again.weights[:3] / np.array([[3.0], [4.0], [2.0]])
    assert households.sum(axis=0) == pytest.approx(np.array([1000.0, 4000.0, 500.0]) @ multiplier[:3])
    assert again.weights[3] == pytest.approx(np.full(50, 400.0))  # alone in its stratum


def test_the_same_seed_gives_the_same_replicates_in_any_order_of_rows():
    people, sources = sample(), WeightSources(margins=(BY_SEX,))
    one = replicate_weights(people, NO_ANSWERS, weighting=EQUAL, sources=sources, draws=Draws(replicates=3))
    turned = people.iloc[::-1]
    other = replicate_weights(turned, NO_ANSWERS, weighting=EQUAL, sources=sources, draws=Draws(replicates=3))
    assert np.array_equal(one.weights, other.weights)


def test_a_margin_in_use_is_near_after_weighting_and_one_left_out_shows_its_distance():
    people = sample()
    weighted = weight_respondents(people, NO_ANSWERS, weighting=EQUAL, sources=WeightSources(margins=(BY_SEX,)))
    age = margin(("age",), {("young",): 30.0, ("middle",): 45.0, ("old",): 25.0})
    table = compare_margins(people, weighted.weights, WeightSources(margins=(BY_SEX,), candidates=(age,)))
    assert table["raked"].tolist() == [True, False]
    assert table["margin"].tolist() == ["area x sex", "age"]
    assert table["cells"].tolist() == [6, 3]
    assert table["largest_after"].iloc[0] < 1e-5 < table["largest_before"].iloc[0]
    shares = people["age"].value_counts(normalize=True)
    off = {name: abs(100 * shares[name] - share) for name, share in (("young", 30), ("middle", 45), ("old", 25))}
    assert table["largest_before"].iloc[1] == pytest.approx(max(off.values()))
    assert table["worst"].iloc[1] == f"age = {max(off, key=off.get)}"
    assert table["largest_after"].iloc[1] > 1
