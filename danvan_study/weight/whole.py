"""Whole millionths: weights whose sums are exact in every engine and every order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.coding import code_texts
from danvan_study.tables import MILLION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.weight.model import Codes, Floats


def whole_millionths(weights: Floats, groups: Sequence[str] | pd.Series, *, totals: Mapping[str, float]) -> Codes:
    """Round weights to whole millionths that add up exactly to the rounded total of each group.

    Largest remainder within the group; of equal remainders the earlier respondent is rounded up.

    Parameters
    ----------
    weights
        Positive, in people.
    groups
        The group of each respondent, within which the sum is kept.
    totals
        Group to the number of people that its weights add up to.
    """
    codes, names = code_texts(pd.Series(groups))
    wanted = np.array([round(totals[name] * MILLION) for name in names], dtype=np.int64)
    exact = weights * (wanted / np.bincount(codes, weights))[codes]
    floor = np.floor(exact).astype(np.int64)
    short = wanted - _integer_sums(floor, codes, len(names))
    order = np.lexsort((np.arange(len(codes)), floor - exact, codes))
    position = np.empty(len(codes), dtype=np.int64)
    starts = np.concatenate([[0], np.bincount(codes).cumsum()[:-1]])
    position[order] = np.arange(len(codes)) - starts[codes[order]]
    return floor + (position < short[codes])


def _integer_sums(values: Codes, codes: np.ndarray, length: int) -> Codes:
    sums = np.zeros(length, dtype=np.int64)
    np.add.at(sums, codes, values)
    return sums
