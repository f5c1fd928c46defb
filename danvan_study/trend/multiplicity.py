"""Many tests at once: p values that answer for all of them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Adjustment(StrEnum):
    """What is kept: the share of false findings among the findings, or the chance of any."""

    BENJAMINI_HOCHBERG = "BH"
    """False discovery rate (Benjamini and Hochberg 1995, JRSS B 57)."""
    BENJAMINI_YEKUTIELI = "BY"
    """The same under any dependence (Benjamini and Yekutieli 2001, *Annals of Statistics* 29)."""
    HOLM = "holm"
    """Chance of any false finding (Holm 1979, *Scandinavian Journal of Statistics* 6)."""
    HOCHBERG = "hochberg"
    """The same, sharper, for independent tests (Hochberg 1988, *Biometrika* 75)."""
    BONFERRONI = "bonferroni"


def adjust_p_values(p: Floats, method: Adjustment = Adjustment.BENJAMINI_HOCHBERG) -> Floats:
    """Return adjusted p values: each is the smallest level at which its test would still be a finding."""
    m = len(p)
    if method is Adjustment.BONFERRONI:
        return np.minimum(p * m, 1.0)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    left = m - rank + 1.0
    harmonic = (1.0 / rank).sum() if method is Adjustment.BENJAMINI_YEKUTIELI else 1.0
    step_down = method in {Adjustment.HOLM, Adjustment.HOCHBERG}
    scaled = p[order] * (left if step_down else harmonic * m / rank)
    rising = np.maximum.accumulate(scaled)
    falling = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(rising if method is Adjustment.HOLM else falling, 1.0)
    return adjusted
