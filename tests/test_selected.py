"""A change that is called by name has an interval that answers for having been picked out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmarks.false_coverage import GRID, measure
from danvan_study.trend import Evidence, select_changes

DF = 40


def evidence(change: list[float], *, p: list[float] | None = None, family: list[str] | None = None) -> Evidence:
    """Make changes with a standard error of 1."""
    numbers = np.array(change, dtype="float64")
    given = 2 * stats.t.sf(np.abs(numbers), DF) if p is None else np.array(p)
    families = np.array(family or ["f"] * len(change), dtype="object")
    ones = np.ones(len(change))
    return Evidence(change=numbers, se=ones, df=DF * ones, p=given, family=families)


def select(one: Evidence):
    return select_changes(one, error=0.05, false_share=0.10)


def test_the_level_is_that_of_benjamini_and_yekutieli() -> None:
    found = select(evidence([5.0, 4.0, *[0.1] * 8]))
    assert found.called.tolist() == [True, True, *[False] * 8]
    level = 2 * 0.10 / 10
    np.testing.assert_allclose(found.confidence, [100 * (1 - level)] * 2 + [95.0] * 8)
    reach = stats.t.isf(level / 2, DF)
    np.testing.assert_allclose([found.low[0], found.high[0]], [5 - reach, 5 + reach])


def test_no_interval_is_narrower_than_an_ordinary_one() -> None:
    found = select(evidence([6.0, 5.0, 4.0, 3.0]))
    assert found.called.all()
    np.testing.assert_allclose(found.confidence, 95.0)


def test_families_are_judged_apart() -> None:
    alone, *_ = select(evidence([2.3])).called
    among = select(evidence([2.3, *[0.1] * 9])).called[0]
    apart = select(evidence([2.3, *[0.1] * 9], family=["a", *["b"] * 9])).called[0]
    assert (alone, among, apart) == (True, False, True)


def test_a_change_counts_by_the_larger_of_its_two_p() -> None:
    assert not select(evidence([1.0], p=[0.0001])).called[0]
    assert not select(evidence([5.0], p=[0.2])).called[0]


def test_what_was_not_tested_is_neither_called_nor_counted() -> None:
    found = select(evidence([5.0, 5.0], p=[0.001, np.nan]))
    assert found.called.tolist() == [True, False]
    assert np.isnan(found.confidence[1])
    assert found.confidence[0] == 95.0


CHANGES = st.lists(st.floats(-8, 8).filter(lambda value: abs(value) > 1e-6), min_size=1, max_size=40)


@given(CHANGES, st.data())
def test_word_and_interval_never_contradict_each_other(change: list[float], data: st.DataObject) -> None:
    p = data.draw(st.lists(st.floats(0, 1), min_size=len(change), max_size=len(change)))
    one = evidence(change, p=p)
    found = select(one)
    holds_nothing = (found.low > 0) | (found.high < 0)
    assert holds_nothing[found.called].all()
    adjusted = stats.false_discovery_control(one.p)
    assert (one.p[found.called] <= 0.05).all()
    assert (adjusted[found.called] <= 0.10 + 1e-12).all()


@given(CHANGES)
def test_with_one_test_on_both_sides_all_that_benjamini_and_hochberg_find_at_five_percent_is_called(
    change: list[float],
) -> None:
    one = evidence(change)
    found = select(one)
    assert found.called[stats.false_discovery_control(one.p) <= 0.05].all()


@pytest.mark.parametrize("world", GRID["fast"])
def test_intervals_of_called_changes_seldom_miss_the_truth(world: str) -> None:
    found = measure(world, GRID["fast_families"])
    assert found.called > 1
    assert found.shown <= GRID["most"]
    assert found.contradicting == 0


def test_ordinary_intervals_would_miss_it_more_often() -> None:
    found = measure("few_moved", GRID["fast_families"])
    assert found.ordinary > found.shown
