"""Long columns of few texts: whatever holds them, they say the same."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.categories import as_categories, as_texts, kind_of, widened
from danvan_study.contract import Column, Table

TEXTS = st.lists(st.sampled_from(["", "1", "10", "2", "Đường", "Điện", "a b"]), max_size=30)


@given(TEXTS)
def test_texts_come_back_as_they_were_and_sort_as_texts(texts) -> None:
    held = pd.DataFrame({"said": as_categories(iter(texts), len(texts))})
    assert as_texts(held)["said"].dtype == pd.Series([], dtype="str").dtype
    assert as_texts(held)["said"].tolist() == texts
    assert held.sort_values("said", kind="stable").index.tolist() == sorted(range(len(texts)), key=texts.__getitem__)


@given(TEXTS, TEXTS)
def test_a_widened_column_holds_what_it_held_and_may_hold_more(texts, more) -> None:
    column = widened(pd.Series(as_categories(texts, len(texts))), more)
    assert column.tolist() == texts
    assert list(column.cat.categories) == sorted({*texts, *more})


def test_a_column_of_plain_texts_may_hold_anything_anyway() -> None:
    column = pd.Series(["a"], dtype="str")
    assert widened(column, ["b"]) is column


def test_a_kind_does_not_take_a_text_twice() -> None:
    with pytest.raises(ValueError, match="unique"):
        kind_of(["a", "a"])


class Said(Table):
    """A table of whom and what."""

    who = Column()
    what = Column()
    key = ("who", "what")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=9))
def test_a_key_of_categories_repeats_when_the_same_texts_repeat(rows) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], []]
    held = pd.DataFrame(dict(zip(Said.key, [as_categories(texts, len(texts)) for texts in columns], strict=True)))
    if len(set(rows)) == len(rows):
        assert len(Said.conform(held)) == len(rows)
    else:
        with pytest.raises(ValueError, match="the key repeats"):
            Said.conform(held)
