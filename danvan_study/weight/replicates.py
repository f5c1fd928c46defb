"""Replicate weights: the sample drawn again and again from itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
