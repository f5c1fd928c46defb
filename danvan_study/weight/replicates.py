"""Replicate weights: the sample drawn again and again from itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import hadamard
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from danvan_study.weight.model import Codes, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """Multipliers of the weights of each cluster in each replicate."""

    multiplier: Floats
    """Clusters x replicates."""
    scale: Floats
    """What the squared deviation of each replicate counts."""


def jackknife(stratum: Codes, unsampled: Floats | None = None) -> Replicates:
    """Leave out one cluster at a time and let the others of its stratum stand in (JKn; Wolter 2007, ch. 4).

    Parameters
    ----------
    stratum
        Stratum of each cluster, 0 and up. A stratum of one cluster makes no replicate: it varies in none.
    unsampled
        Part of each cluster's stratum that was not drawn, 1 - f; None: drawn with replacement.
    """
    size = np.bincount(stratum)[stratum]
    left_out = np.flatnonzero(size > 1)
    same = stratum[:, None] == stratum[left_out]
    multiplier = np.where(same, size[left_out] / (size[left_out] - 1), 1.0)
    multiplier[left_out, np.arange(len(left_out))] = 0.0
    drawn = np.ones(len(stratum)) if unsampled is None else unsampled
    scale = (size[left_out] - 1) / size[left_out] * drawn[left_out]
    return Replicates(multiplier=multiplier, scale=scale)


POSITIVE_STEP = 0.5
SMALLEST_MULTIPLIER = 0.02


def positive_bootstrap(stratum: Codes, replicates: int, *, seed: int) -> Replicates:
    """Give every cluster a random multiplier near 1 that is never 0, so that no cell of a margin is ever empty.

    ``1 + t sqrt(n / (n - 1)) (g - mean g)`` with gamma variables ``g`` of variance 1 and the step ``t`` = 1/2, whose
    shrinkage the scale undoes (after Beaumont and Patak 2012, *International Statistical Review* 80, 127-148).

    Parameters
    ----------
    stratum
        Stratum of each cluster, 0 and up. A stratum of one cluster varies in no replicate.
    replicates
        How many.
    seed
        Of the random numbers: the same seed draws the same replicates.
    """
    size = np.bincount(stratum)
    drawn = np.random.default_rng(seed).standard_gamma(4.0, (len(stratum), replicates)) / 2
    drawn -= (_by_stratum(stratum, drawn) / np.maximum(size, 1)[:, None])[stratum]
    drawn *= (POSITIVE_STEP * np.sqrt(size / np.maximum(size - 1, 1)))[stratum][:, None]
    multiplier = np.maximum(1 + drawn, SMALLEST_MULTIPLIER)
    return Replicates(multiplier=multiplier, scale=np.full(replicates, 1 / POSITIVE_STEP**2 / replicates))


def rescaled_bootstrap(stratum: Codes, replicates: int, *, seed: int) -> Replicates:
    """Draw n - 1 of the n clusters of each stratum with replacement (Rao and Wu 1988, JASA 83, 231-241)."""
    rng = np.random.default_rng(seed)
    multiplier = np.ones((len(stratum), replicates))
    for number, size in enumerate(np.bincount(stratum)):
        if size > 1:
            counts = rng.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
            multiplier[stratum == number] = counts.T * size / (size - 1)
    return Replicates(multiplier=multiplier, scale=np.full(replicates, 1 / replicates))


def balanced_halves(stratum: Codes, *, fay: float = 0.0) -> Replicates:
    """Take one of the two clusters of each stratum, in a balanced order (McCarthy 1969; Wolter 2007, ch. 3).

    Parameters
    ----------
    fay
        What the other cluster keeps of its weight, 0 to below 1 (Fay's method; Judkins 1990, *Journal of Official
        Statistics* 6). Above 0 no domain is ever empty.

    Raises
    ------
    ValueError
        A stratum has not two clusters, or ``fay`` is out of range.
    """
    size = np.bincount(stratum)
    if (size != 2).any() or not 0 <= fay < 1:
        raise ValueError("balanced halves need two clusters in each stratum, and a Fay factor from 0 to below 1")
    replicates = 2 ** int(np.ceil(np.log2(len(size) + 1)))
    signs = hadamard(replicates)[1 : len(size) + 1]  # the first row is all alike
    second = np.zeros(len(stratum), dtype=bool)
    second[np.unique(stratum, return_index=True)[1]] = True
    side = np.where(second[:, None], signs[stratum], -signs[stratum])
    scale = 1 / (replicates * (1 - fay) ** 2)
    return Replicates(multiplier=1 + (1 - fay) * side, scale=np.full(replicates, scale))


def _by_stratum(stratum: Codes, values: Floats) -> Floats:
    return np.asarray(csr_array((np.ones(len(stratum)), (stratum, np.arange(len(stratum))))) @ values)
