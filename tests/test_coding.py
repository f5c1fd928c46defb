"""Texts as codes: the same answer from plain texts and from categories, however those are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.coding import FEW, close_up, code_texts, combine_codes, sort_by_text
from danvan_study.weight.report import _median
from danvan_study.weight.whole import whole_millionths

WORDS = ("đông", "bắc", "nam", "tây", "ở", "")
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30)


def ways(texts: list[str]) -> list[pd.Series]:
    """Return the same texts as plain texts, as categories in order, out of order, and with one that nobody has."""
    plain = pd.Series(texts, dtype="str")
    return [
        plain,
        plain.astype("category"),
        pd.Series(pd.Categorical(plain, categories=sorted(WORDS, reverse=True))),
        pd.Series(pd.Categorical(plain, categories=["a", *WORDS])),
    ]


@given(words)
def test_codes_follow_the_alphabet_however_the_texts_are_kept(texts):
    for kept in ways(texts):
        codes, names = code_texts(kept)
        assert names == sorted(set(texts))
        assert [names[code] for code in codes] == texts


@given(words)
def test_a_table_is_sorted_by_text_and_never_by_the_order_of_its_categories(texts):
    for kept in ways(texts):
        table = sort_by_text(pd.DataFrame({"name": kept, "place": range(len(texts))}), "name")
        assert list(table["name"]) == sorted(texts)
        assert list(table["place"]) == sorted(range(len(texts)), key=lambda place: texts[place])
        assert list(table.index) == list(range(len(texts)))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=40), st.booleans())
def test_pairs_of_codes_stand_in_order_whether_nested_or_crossed(pairs, nested):
    if nested:
        pairs = [(minor // 3, minor) for _, minor in pairs]
    major, minor = np.array(pairs).T
    codes, first, second = combine_codes(major, minor)
    assert list(zip(first, second, strict=True)) == sorted(set(pairs))
    assert [(first[code], second[code]) for code in codes] == pairs


@pytest.mark.parametrize("size", [8, 8 + 2 * FEW])
def test_codes_are_closed_up_alike_by_counting_and_by_looking_them_up(size):
    used, count, place = close_up(np.array([7, 2, 7, 5]), size)
    assert list(used) == [2, 5, 7]
    assert list(count) == [1, 1, 2]
    assert list(place) == [2, 0, 2, 1]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.5, 1.0, 1 / 3, 7.25, 1e-7])), min_size=1, max_size=60),
    st.integers(1, 10**6),
)
def test_millionths_go_to_the_largest_remainders_and_of_equal_ones_to_the_earlier(people, total):
    group = np.unique([area for area, _ in people], return_inverse=True)[1]
    weights = np.array([weight for _, weight in people])
    totals = np.full(group.max() + 1, total / 7)
    found = whole_millionths(weights, group, totals=totals)
    wanted = round(total / 7 * 1_000_000)
    for area in range(len(totals)):
        here = group == area
        exact = weights[here] * (wanted / np.bincount(group, weights))[area]
        floor = np.floor(exact).astype(np.int64)
        order = np.argsort(floor - exact, kind="stable")
        floor[order[: wanted - floor.sum()]] += 1
        assert list(found[here]) == list(floor)
        assert found[here].sum() == wanted


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=50))
def test_the_median_of_the_report_is_that_of_numpy(values):
    assert _median(np.array(values)) == np.median(values)
