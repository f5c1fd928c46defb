"""Changes that are called by name, and intervals that answer for having been picked out among many.

Whoever reads only the changes that stood out reads those that chance pushed outward: ordinary intervals of 95 % miss
the truth more often among them. An interval of the level 1 - R q / m, where R of m changes were called, misses it in
at most the share q of the called ones on average (false coverage-statement rate; Benjamini and Yekutieli 2005,
*Journal of the American Statistical Association* 100, theorem 1, p. 74).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """Which changes of a table are called, and the interval to show with each."""

    called: NDArray[np.bool_]
    confidence: Floats
    """Of the interval, in percent; NaN where nothing was tested."""
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Changes with their tests; all arrays have one entry per change."""

    change: Floats
    se: Floats
    df: Floats
    p: Floats
    """Of the test that nothing changed; NaN: not tested, or not shown."""
    family: NDArray[np.object_]
    """What is shown and judged together."""


def select_changes(evidence: Evidence, *, error: float, false_share: float) -> Selected:
    """Call the changes that stand out, and widen their intervals for it.

    A change counts by the larger of two p: that of its test, and the one at which its interval touches 0. In each
    family the largest number R is taken so that R changes have a p of at most R ``false_share`` / m, and of at most
    ``error``: the step-up rule of Benjamini and Hochberg (1995, JRSS B 57). So the interval of a called change never
    contains 0, neither an ordinary one nor the widened one: word and interval are two sides of one test. An interval is
    never narrower than one of level 1 - ``error``, which is what changes that are not called are shown with.

    Parameters
    ----------
    evidence
        The changes.
    error
        Of a single test.
    false_share
        Of false calls among the called, and of intervals among them that miss the truth.
    """
    freedom = np.maximum(evidence.df, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        touching = 2 * stats.t.sf(np.abs(evidence.change) / evidence.se, freedom)
    p = np.maximum(evidence.p, touching)
    threshold = np.full(len(p), np.nan)
    families = np.unique(evidence.family.astype("str"), return_inverse=True)[1]
    for family in range(int(families.max(initial=-1)) + 1):
        members = np.flatnonzero((families == family) & np.isfinite(p))
        threshold[members] = _threshold(p[members], error=error, false_share=false_share)
    called = p <= threshold
    level = np.where(called, threshold, np.where(np.isfinite(p), error, np.nan))
    reach = stats.t.isf(level / 2, freedom) * evidence.se
    return Selected(
        called=called, confidence=100 * (1 - level), low=evidence.change - reach, high=evidence.change + reach
    )


def _threshold(p: Floats, *, error: float, false_share: float) -> float:
    """Return the largest p that is called in a family; 0 where none is."""
    allowed = np.minimum(error, np.arange(1, len(p) + 1) * false_share / max(len(p), 1))
    kept = np.flatnonzero(np.sort(p) <= allowed)
    return float(allowed[kept[-1]]) if len(kept) else 0.0
