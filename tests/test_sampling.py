"""Draws by lot: allocations, chances proportional to size, equal steps, and the precision told beforehand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from danvan_study.sampling import (
    allocate,
    design_effect,
    draw_clusters,
    draw_systematic,
    equal_steps,
    inclusion_chances,
    margin_of_error,
    smallest_change,
    stream,
)
from danvan_study.study import Allocation

# Allocation


@settings(deadline=None)
@given(
    adults=st.lists(st.integers(1, 900_000), min_size=1, max_size=20),
    spare=st.integers(0, 200),
    smallest=st.integers(0, 9),
    rule=st.sampled_from(Allocation),
)
def test_an_allocation_adds_up_and_keeps_its_floor(adults, spare, smallest, rule):
    villages = smallest * len(adults) + spare
    people = np.array(adults, dtype="float64")
    parts = allocate(people, villages=villages, smallest=smallest, rule=rule, spread=np.full(len(adults), 0.4))
    assert parts.sum() == villages
    assert parts.min() >= smallest


def test_proportional_and_square_root_allocations_are_what_their_names_say():
    adults = np.array([10_000.0, 40_000.0, 90_000.0])
    assert allocate(adults, villages=140, smallest=1, rule=Allocation.PROPORTIONAL).tolist() == [10, 40, 90]
    assert allocate(adults, villages=120, smallest=1, rule=Allocation.SQUARE_ROOT).tolist() == [20, 40, 60]


def test_neyman_shares_out_by_size_times_spread():
    # Cochran 1977, formula 5.26: n_h = n N_h S_h / sum(N S); 60 x 0.5, 30 x 0.4, 10 x 0.3 make 30 : 12 : 3
    parts = allocate(
        np.array([60.0, 30.0, 10.0]),
        villages=45,
        smallest=1,
        rule=Allocation.NEYMAN,
        spread=np.array([0.5, 0.4, 0.3]),
    )
    assert parts.tolist() == [30, 12, 3]


def test_no_other_allocation_gives_the_province_a_smaller_variance_than_neymans():
    adults, spread = np.array([60.0, 30.0, 10.0]), np.array([0.5, 0.4, 0.1])

    def variance(parts):
        return float((adults**2 * spread**2 / parts).sum())

    best = variance(allocate(adults, villages=40, smallest=1, rule=Allocation.NEYMAN, spread=spread))
    others = [(a, b, 40 - a - b) for a in range(1, 39) for b in range(1, 40 - a)]
    assert best <= min(variance(np.array(parts)) for parts in others) * 1.001


def test_neyman_without_spread_and_a_floor_beyond_the_sample_are_refused():
    with pytest.raises(ValueError, match="spread"):
        allocate(np.ones(2), villages=4, smallest=1, rule=Allocation.NEYMAN)
    with pytest.raises(ValueError, match="3 villages, but 2 areas need 2 each"):
        allocate(np.ones(2), villages=3, smallest=2)


# Chances


@settings(deadline=None)
@given(sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=60), data=st.data())
def test_chances_add_up_to_the_draw_and_never_pass_one(sizes, data):
    count = data.draw(st.integers(1, len(sizes)))
    chance = inclusion_chances(np.array(sizes, dtype="float64"), count)
    assert chance.sum() == pytest.approx(count)
    assert chance.min() > 0
    assert chance.max() <= 1


@settings(deadline=None)
@given(sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=60), data=st.data())
def test_every_draw_has_as_many_different_units_as_were_asked_for(sizes, data):
    count = data.draw(st.integers(1, len(sizes)))
    start = data.draw(st.floats(0, 1, exclude_max=True))
    rows, chance = draw_systematic(np.array(sizes, dtype="float64"), count, start=start)
    assert len(set(rows.tolist())) == len(rows) == count
    assert (chance > 0).all()


def test_a_village_larger_than_the_step_is_certain_and_the_others_share_the_rest():
    chance = inclusion_chances(np.array([500.0, 100.0, 100.0, 200.0]), 2)
    assert chance.tolist() == [1.0, 0.25, 0.25, 0.5]


def test_a_village_may_become_certain_once_a_larger_one_is():
    # once the first is certain, 2 of the 600 left make a step of 300
    chance = inclusion_chances(np.array([1000.0, 300.0, 100.0, 100.0, 100.0]), 3)
    assert chance.tolist() == [1.0, 1.0, pytest.approx(1 / 3), pytest.approx(1 / 3), pytest.approx(1 / 3)]


def test_as_many_as_there_are_means_all_of_them():
    rows, chance = draw_systematic(np.array([3.0, 1.0, 2.0]), 3, start=0.7)
    assert rows.tolist() == [0, 1, 2]
    assert chance.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("sizes", "count", "what"), [([1.0, 0.0], 1, "without size"), ([1.0], 2, "2 of 1")])
def test_units_without_size_and_too_few_units_are_refused(sizes, count, what):
    with pytest.raises(ValueError, match=what):
        inclusion_chances(np.array(sizes), count)


def test_villages_come_as_often_as_their_chances_say():
    sizes = stream(1, "sizes").gamma(4, 50, size=60)
    sizes[7] = 3_000.0  # certain
    chance = inclusion_chances(sizes, 9)
    draws, hits = 4_000, np.zeros(60)
    generator = stream(2, "draws")
    for _ in range(draws):
        rows, told = draw_systematic(sizes, 9, start=float(generator.random()))
        hits[rows] += 1
        assert told.tolist() == chance[rows].tolist()
    lots = chance < 1
    assert hits[7] == draws
    z = (hits[lots] - draws * chance[lots]) / np.sqrt(draws * chance[lots] * (1 - chance[lots]))
    # One start moves all draws of a walk together, so the squares are no chi-square; each alone is a binomial.
    assert stats.kstest(z, "norm").pvalue > 0.01
    assert np.abs(z).max() < 4


def test_the_inverse_chances_estimate_the_number_of_villages_without_bias():
    sizes = stream(3, "sizes").gamma(4, 50, size=80)
    sizes[0] = 4_000.0
    estimates = [
        (1 / draw_systematic(sizes, 10, start=float(start))[1]).sum() for start in stream(4, "starts").random(4_000)
    ]
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - 80) < 4 * error


def test_each_stratum_is_walked_in_its_implicit_order():
    stratum = np.repeat([0, 1], 40)
    implicit = np.tile([1, 0], 40)  # urban and rural take turns in the frame
    rows, chances = draw_clusters(
        stratum, np.ones(80), implicit=implicit, counts=np.array([10, 4]), generator=stream(5, "d")
    )
    assert np.bincount(stratum[rows]).tolist() == [10, 4]
    assert np.bincount(implicit[rows]).tolist() == [7, 7]  # half of each, whatever the lot
    assert chances.tolist() == [0.25] * 10 + [0.1] * 4


# Households


@settings(deadline=None)
@given(units=st.integers(1, 900), count=st.integers(1, 40), start=st.floats(0, 1, exclude_max=True))
def test_households_are_different_numbers_of_the_list(units, count, start):
    numbers = equal_steps(units, count, start=start).tolist()
    assert len(set(numbers)) == len(numbers) == min(units, count)
    assert min(numbers) >= 1
    assert max(numbers) <= units


def test_a_start_that_is_rounded_up_stays_on_the_list():
    assert equal_steps(3, 2, start=0.9999999999999999).tolist() == [2, 3]


def test_every_household_of_the_list_has_the_same_chance():
    hits = np.zeros(50)
    starts = stream(6, "households").random(20_000)
    for start in starts:
        hits[equal_steps(50, 16, start=float(start)) - 1] += 1
    expected = len(starts) * 16 / 50
    assert np.abs(hits - expected).max() < 5 * np.sqrt(expected * (1 - 16 / 50))


# Precision


def test_the_design_effect_of_ten_interviews_a_village_is_that_of_the_trade():
    assert design_effect(10, correlation=0.05, weighting=1.0) == pytest.approx(1.45)
    assert design_effect(20, correlation=0.05, weighting=1.0) == pytest.approx(1.95)
    assert design_effect(10, correlation=0.10, weighting=1.0) == pytest.approx(1.90)


@pytest.mark.parametrize(
    ("n", "deff", "half", "change"),
    [(60, 2, 17.9, None), (100, 2, 13.9, 28.0), (400, 2, 6.9, 14.0), (1200, 1, 2.8, None), (1200, 2, 4.0, 8.1)],
)
def test_precision_is_that_of_the_table_offices_know(n, deff, half, change):
    assert round(margin_of_error(n / deff), 1) == half
    if change is not None:
        assert round(smallest_change(n / deff), 1) == change


def test_few_villages_widen_the_interval_and_none_leaves_no_number():
    assert margin_of_error(50, df=4) == pytest.approx(margin_of_error(50) * stats.t.ppf(0.975, 4) / 1.959964, rel=1e-4)
    assert isnan(margin_of_error(0))
    assert isnan(smallest_change(50, df=0))


def test_a_change_of_the_smallest_size_is_noticed_in_eighty_of_a_hundred_cases():
    generator, n = stream(8, "power"), 600
    true = smallest_change(n) / 100
    first = generator.binomial(n, 0.5 - true / 2, 20_000) / n
    second = generator.binomial(n, 0.5 + true / 2, 20_000) / n
    error = np.sqrt((first * (1 - first) + second * (1 - second)) / n)
    assert abs(np.mean(np.abs(second - first) > 1.96 * error) - 0.80) < 0.015


def test_streams_of_other_purposes_do_not_touch_one_another():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()
