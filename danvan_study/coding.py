"""Texts as integer codes, touched once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]


def code_texts(texts: pd.Series) -> tuple[Codes, list[str]]:
    """Return the code of each text, 0 and up in the order of the alphabet, and the texts that occur.

    A categorical column costs a look at its categories, not at its rows' texts.
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes = texts.cat.codes.to_numpy()
        names = texts.cat.categories.astype("str").to_numpy(dtype=object)
        used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
        order = used[np.argsort(names[used], kind="stable")]
        place = np.zeros(len(names), dtype=np.int64)
        place[order] = np.arange(len(order))
        return place[codes], [str(name) for name in names[order]]
    codes, found = pd.factorize(texts, sort=True)  # whole numbers are codes already: only closed up
    return codes.astype(np.int64, copy=False), [str(name) for name in found]


def combine_codes(major: Codes, minor: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the codes of pairs of codes, ordered by major then minor; and the major and minor code of each pair."""
    width = int(minor.max(initial=0)) + 1
    seen, keys = pd.factorize(major * width + minor)
    order = np.argsort(keys, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    pairs = np.asarray(keys)[order]
    return place[seen], pairs // width, pairs % width


def raw_codes(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the code of each text and the texts behind the codes, in any order; some may not occur."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return texts.cat.codes.to_numpy(), texts.cat.categories.to_numpy(dtype=object)
    codes, found = pd.factorize(texts)
    return codes, np.asarray(found, dtype=object)


def distinct(codes: np.ndarray, size: int) -> tuple[Codes, Codes, Codes]:
    """Return the codes (below ``size``) that occur, a row of each, and the place of each row's code among them."""
    some_row = np.full(size, -1, dtype=np.int64)
    some_row[codes] = np.arange(len(codes))
    used = np.flatnonzero(some_row >= 0)
    place = np.zeros(size, dtype=np.int64)
    place[used] = np.arange(len(used))
    return used, some_row[used], place[codes]


def join_codes(variables: Sequence[Codes], sizes: Sequence[int]) -> Codes:
    """Return one code for the codes of several variables, the first counting most; ``sizes`` are their numbers."""
    joined = variables[0]
    for variable, size in zip(variables[1:], sizes[1:], strict=True):
        joined = joined * size
        joined += variable
    return joined


def narrow(codes: np.ndarray) -> np.ndarray:
    """Return codes in one or two bytes where they fit: such are sorted by counting, in one walk a byte."""
    largest = int(codes.max(initial=0))
    kind = next((kind for kind in (np.int8, np.int16) if largest <= np.iinfo(kind).max), codes.dtype)
    return codes.astype(kind, copy=False)
