"""Long columns of few different texts, held as pandas categories: a number a row, each text once.

Categories stand in the order of the alphabet, so that sorting and grouping give what they give for plain texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def as_categories(texts: Iterable[str], count: int) -> pd.Categorical:
    """Hold ``count`` texts as categories; each is seen once, and none is kept that occurred before."""
    places: dict[str, int] = {}
    codes = np.fromiter((places.setdefault(text, len(places)) for text in texts), dtype=np.int32, count=count)
    return from_places(codes, list(places))


def from_places(places: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    """Return categories from the place of each row's text among ``names``, which may stand in any order."""
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return pd.Categorical.from_codes(rank[places], dtype=kind_of([names[place] for place in order]))


def kind_of(names: Sequence[str]) -> pd.CategoricalDtype:
    """Return the kind of a column that may hold ``names``, which stand in order."""
    return pd.CategoricalDtype(pd.Index(list(names), dtype="str"))


def widened(column: pd.Series, texts: Iterable[str]) -> pd.Series:
    """Return a column that may hold ``texts`` too; one of plain texts may anyway."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    known = column.cat.categories
    new = set(texts) - set(known)
    return column.cat.set_categories(kind_of(sorted([*known, *new])).categories) if new else column


def as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose categories are plain texts again: what is written is the same however it was held."""
    return table.astype({name: "str" for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})
