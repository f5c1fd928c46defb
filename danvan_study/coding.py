"""Texts as integer codes, touched once; a categorical column is read by its codes and never turned back into texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

FEW = 1_000_000
"""Up to this many possible codes (and the number of rows) are counted in a table, more are looked up."""
PORTION = 2**18


def alphabetical_codes(texts: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return the code of each text in the order of the alphabet, and the texts behind the codes; some may not occur."""
    if texts.dtype.kind in "iu" and len(texts) and 0 <= texts.min() <= texts.max() < len(texts):
        return texts.to_numpy(), pd.RangeIndex(int(texts.max()) + 1)  # whole numbers are codes already
    if not isinstance(texts.dtype, pd.CategoricalDtype):
        codes, found = pd.factorize(texts, sort=True)
        return codes, pd.Index(found)
    codes, names = raw_codes(texts)
    if _in_order(names):
        return codes, names
    order = names.argsort()
    place = np.empty(len(order), dtype=codes.dtype)
    place[order] = np.arange(len(order))
    return place[codes], names[order]


def code_texts(texts: pd.Series) -> tuple[Codes, list[str]]:
    """Return the code of each text, 0 and up in the order of the alphabet, and the texts that occur."""
    codes, names = alphabetical_codes(texts)
    used, _, codes = close_up(codes, len(names))
    return codes.astype(np.int64, copy=False), [str(name) for name in names.to_numpy(dtype=object)[used]]


def raw_codes(texts: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return the code of each text and the texts behind the codes, in any order; some may not occur."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return texts.cat.codes.to_numpy(), texts.cat.categories.astype("str")
    codes, found = pd.factorize(texts)
    return codes, pd.Index(found)


def close_up(codes: np.ndarray, size: int) -> tuple[Codes, Codes, np.ndarray]:
    """Return the codes (below ``size``) that occur, how often, and the place of each row's code among them."""
    if size > len(codes) + FEW:
        at, found = pd.factorize(codes, sort=True)
        return np.asarray(found, dtype=np.int64), np.bincount(at), at
    count = np.bincount(codes, minlength=size)
    used = np.flatnonzero(count)
    if len(used) == size:
        return used, count, codes
    place = np.zeros(size, dtype=np.int64)
    place[used] = np.arange(len(used))
    return used, count[used], place[codes]


def sort_by_text(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table in the order of the texts in a column, numbered anew; one that is in order costs a look."""
    texts = table[name]
    if isinstance(texts.dtype, pd.CategoricalDtype):
        texts = pd.Series(alphabetical_codes(texts)[0])
    if _in_order(texts):
        return table.reset_index(drop=True)
    return table.iloc[texts.argsort(kind="stable")].reset_index(drop=True)


def _in_order(values: pd.Series | pd.Index) -> bool:
    column = pa.array(values)
    return bool(pc.all(pc.less_equal(column[:-1], column[1:])).as_py())


def same_texts(one: pd.Index, other: pd.Index) -> bool:
    """Return whether two lists hold the same texts in the same order."""
    return one is other or bool(pa.array(one).equals(pa.array(other)))


def same_columns(one: pd.Series, other: pd.Series) -> bool:
    """Return whether two columns hold the same texts in the same order."""
    if isinstance(one.dtype, pd.CategoricalDtype) and isinstance(other.dtype, pd.CategoricalDtype):
        (codes, names), (other_codes, other_names) = raw_codes(one), raw_codes(other)
        return np.array_equal(codes, other_codes) and same_texts(names, other_names)
    return len(one) == len(other) and same_texts(pd.Index(one.astype("str")), pd.Index(other.astype("str")))


def portions(rows: int) -> Iterator[slice]:
    """Divide rows into stretches whose intermediate results stay in the cache."""
    return (slice(start, start + PORTION) for start in range(0, rows, PORTION))


def occurring(texts: pd.Series) -> set[str]:
    """Return the texts that occur."""
    if not isinstance(texts.dtype, pd.CategoricalDtype):
        return set(texts.unique())
    codes, names = raw_codes(texts)
    count = np.zeros(len(names), dtype=np.int64)
    for part in portions(len(codes)):
        count += np.bincount(codes[part], minlength=len(names))
    return set(names[count > 0])


def combine_codes(major: Codes, minor: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the codes of pairs of codes, ordered by major then minor; and the major and minor code of each pair."""
    width = int(minor.max(initial=0)) + 1
    major_of = np.full(width, -1, dtype=np.int64)
    major_of[minor] = major
    if np.array_equal(major_of[minor], major):  # such as villages in districts: the minor code tells the pair
        seen, keys = minor, major_of * width + np.arange(width)
    else:
        seen, found = pd.factorize(major * width + minor)
        keys = np.asarray(found)
    order = np.argsort(keys, kind="stable")[np.count_nonzero(keys < 0) :]
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(order))
    pairs = keys[order]
    return place[seen], pairs // width, pairs % width


def join_codes(variables: Sequence[np.ndarray], sizes: Sequence[int]) -> Codes:
    """Return one code for the codes of several variables, the first counting most; ``sizes`` are their numbers."""
    joined = variables[0].astype(np.int64)
    for variable, size in zip(variables[1:], sizes[1:], strict=True):
        joined *= size
        joined += variable
    return joined
