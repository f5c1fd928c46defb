"""Which interviewers lie outside what interviewers are: a funnel with room for honest differences.

Interviewers work in different villages, so their figures differ more than chance alone explains. That spread is
estimated from the interviewers themselves (Spiegelhalter 2005, *Handling over-dispersion of performance indicators*,
Quality and Safety in Health Care 14, 347-351), from a trimmed mean and winsorised variance that some dishonest ones
cannot move (Tukey and McLaughlin 1963, Sankhya A 25, 331-352), and each interviewer is compared with the others only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from danvan_study.check.material import Floats, Texts

FEWEST_INTERVIEWS = 8
"""Of an interviewer, to be compared at all."""
FEWEST_OTHERS = 4
"""Other interviewers, below which nobody can say what is usual."""
CUT = 0.10
"""Share pulled in on each side."""
_EDGE = float(stats.norm.isf(CUT))
WINSORISED_NORMAL = (1 - 2 * CUT) - 2 * _EDGE * float(stats.norm.pdf(_EDGE)) + 2 * CUT * _EDGE**2
"""Variance of a standard normal variable that is pulled in by CUT on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One interviewer among the others, by one measure."""

    interviewer: str
    interviews: int
    mean: float
    shrunk: float
    """Pulled towards the others the more, the fewer interviews there are (empirical Bayes)."""
    usual: float
    """Trimmed mean of the others."""
    p: float
    """Two-sided; of Student's t."""

    @property
    def is_high(self) -> bool:
        """Whether the mean lies above the others'."""
        return self.mean > self.usual


def compare(values: Floats, interviewers: Texts) -> list[Standing]:
    """Compare the interviewers by the mean of a measure.

    Parameters
    ----------
    values
        One per interview, NaN where the measure says nothing.
    interviewers
        Their codes; interviews without one are left out.

    Returns
    -------
    In the order of their codes, unranked; those with fewer than eight interviews are left out, everybody is where
    fewer than five remain or where all are alike.
    """
    known = np.isfinite(values) & (interviewers != "")
    codes, member, counts = np.unique(interviewers[known], return_inverse=True, return_counts=True)
    means = np.bincount(member, weights=values[known]) / counts if len(codes) else np.zeros(0)
    within = float(((values[known] - means[member]) ** 2).sum() / max(1, known.sum() - len(codes)))
    span = float(np.ptp(values[known])) if len(codes) else 0.0
    enough = counts >= FEWEST_INTERVIEWS
    codes, means, counts = codes[enough], means[enough], counts[enough]
    if len(codes) <= FEWEST_OTHERS:
        return []
    standings = []
    for place, code in enumerate(codes):
        others = np.arange(len(codes)) != place
        usual, between = _usual(means[others], within / counts[others])
        # Where hardly any interview shows something, one that does must not set its interviewer apart.
        chance = max(within / counts[place], (span / (2 * counts[place])) ** 2)
        spread = np.sqrt(between + chance)
        t = (means[place] - usual) / spread if spread > 0 else 0.0
        freedom = max(1, round((1 - 2 * CUT) * (len(codes) - 1)) - 1)
        standings.append(
            Standing(
                interviewer=str(code),
                interviews=int(counts[place]),
                mean=float(means[place]),
                shrunk=float(usual + (means[place] - usual) * (between / (between + chance) if between > 0 else 0.0)),
                usual=usual,
                p=float(2 * stats.t.sf(abs(t), freedom)),
            )
        )
    return standings


def _usual(means: Floats, chance: Floats) -> tuple[float, float]:
    """Return the trimmed mean, and the variance between interviewers beyond what chance explains."""
    ordered = np.sort(means)
    cut = int(CUT * len(ordered))
    kept = ordered[cut : len(ordered) - cut]
    spread = float(np.clip(ordered, kept[0], kept[-1]).var(ddof=1)) / WINSORISED_NORMAL
    usual = float(kept.mean())
    return usual, max(0.0, spread - float(np.median(chance)))


def outside(standings: list[Standing], error: float) -> list[Standing]:
    """Return those whom Holm's test (1979, Scandinavian Journal of Statistics 6) sets apart, by their codes.

    ``error`` is the highest chance that any honest interviewer is among them.
    """
    ordered = sorted(standings, key=lambda standing: standing.p)
    passed = []
    for rank, standing in enumerate(ordered):
        if standing.p * (len(ordered) - rank) > error:
            break
        passed.append(standing)
    return sorted(passed, key=lambda standing: standing.interviewer)
