"""Whole millionths: weights whose sums are exact in every engine and every order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.tables import MILLION

if TYPE_CHECKING:
    from danvan_study.weight.model import Codes, Floats

BINS = 64
"""Remainders are told apart this finely before any are sorted."""
NONE, SOME, ALL = 0, 1, 2


def whole_millionths(weights: Floats, group: Codes, *, totals: Floats) -> Codes:
    """Round weights to whole millionths that add up exactly to the rounded total of each group.

    Largest remainder within the group; of equal remainders the earlier respondent is rounded up.

    Parameters
    ----------
    weights
        Positive, in people.
    group
        Code of the group of each respondent, within which the sum is kept.
    totals
        Number of people that the weights of each group add up to, below nine thousand million.
    """
    wanted = np.array([round(total * MILLION) for total in totals.tolist()], dtype=np.int64)
    exact = (wanted / np.bincount(group, weights, len(wanted)))[group]
    exact *= weights
    floor = np.floor(exact)
    short = wanted - np.bincount(group, floor, len(wanted)).astype(np.int64)  # exact: whole numbers below 2 ** 53
    exact -= floor
    whole = floor.astype(np.int64)
    whole += _largest(exact, group, short)
    return whole


def _largest(remainder: Floats, group: Codes, short: Codes) -> np.ndarray:
    """Return which remainders are the ``short`` largest of their group, of equal ones the earlier.

    They are counted in bins. Where the line is drawn within a bin, only what lies in that bin is sorted.
    """
    place = (remainder * BINS).astype(np.int64)
    place += group * BINS
    count = np.bincount(place, minlength=len(short) * BINS).reshape(-1, BINS)
    larger = count.sum(axis=1, keepdims=True) - count.cumsum(axis=1)
    left = short[:, None] - larger
    chosen = np.where(left >= count, ALL, np.where(left > 0, SOME, NONE)).astype(np.int8).ravel()[place]
    unsure = np.flatnonzero(chosen == SOME)
    unsure = unsure[np.lexsort((-remainder[unsure], place[unsure]))]
    here = place[unsure]
    rank = np.arange(len(unsure)) - np.searchsorted(here, here)
    chosen[unsure[rank < left.ravel()[here]]] = ALL
    largest: np.ndarray = chosen == ALL
    return largest
