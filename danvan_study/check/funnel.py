"""Which interviewers lie outside what interviewers are: a funnel with room for honest differences.

Interviewers differ by the villages they got and by their manner, more than chance among interviews explains. The first
is estimated from villages of the same interviewer, the second from the interviewers themselves (Spiegelhalter 2005,
*Handling over-dispersion of performance indicators*, Quality and Safety in Health Care 14, 347-351), by a trimmed mean
and winsorised variance that some dishonest ones cannot move (Tukey and McLaughlin 1963, Sankhya A 25, 331-352); and
each interviewer is compared with the others only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.check.material import Floats, Texts, Whole

Test = tuple[str, str]
"""A measure and an interviewer."""

FEWEST_INTERVIEWS = 8
"""Of an interviewer, to be compared at all; and of others in the same area, to be compared with."""
FEWEST_OTHERS = 4
"""Other interviewers, below which nobody can say what is usual."""
FEWEST_REPEATS = 8
"""Villages beyond each interviewer's first, below which the interviews themselves are the units of chance."""
CUT = 0.10
"""Share pulled in on each side."""
_EDGE = float(stats.norm.isf(CUT))
WINSORISED_NORMAL = (1 - 2 * CUT) - 2 * _EDGE * float(stats.norm.pdf(_EDGE)) + 2 * CUT * _EDGE**2
"""Variance of a standard normal variable that is pulled in by CUT on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Who did each interview, and where."""

    interviewer: Texts
    """``""`` where it isn't known; these interviews are left out."""
    village: Texts
    area: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One interviewer among the others, by one measure."""

    interviewer: str
    interviews: int
    mean: float
    shrunk: float
    """Pulled towards the others the more, the fewer interviews there are (empirical Bayes)."""
    usual: float
    """What the others get: all of them, or those of the same areas."""
    t: float
    """Student's t of the difference."""
    freedom: int

    @property
    def is_high(self) -> bool:
        """Whether the mean lies above the others'."""
        return self.t > 0

    def p(self, sign: int = 0) -> float:
        """Return the chance of lying as far above (1), below (-1) or on either side (0) among honest interviewers."""
        return float(stats.t.sf(sign * self.t, self.freedom) if sign else 2 * stats.t.sf(abs(self.t), self.freedom))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contrast:
    """What is compared, one row per interviewer: the difference from the peers of the area, or the mean alone."""

    difference: Floats
    chance: Floats
    """Its variance by the choice of villages and people."""
    manners: Floats
    """How often the variance between interviewers is contained in it: 1 for the interviewer, more with the peers'."""


def compare(values: Floats, work: Work, *, within_areas: bool = False) -> list[Standing]:
    """Compare the interviewers by the mean of a measure.

    Parameters
    ----------
    values
        One per interview, NaN where the measure says nothing.
    within_areas
        Whether each is compared with what others get in the same areas; who has no peers there is left out.

    Returns
    -------
    In the order of their codes, unranked; those with fewer than eight interviews are left out, everybody is where
    fewer than five remain.
    """
    known = np.isfinite(values) & (work.interviewer != "")
    values = values[known]
    codes, member, counts = np.unique(work.interviewer[known], return_inverse=True, return_counts=True)
    if not len(codes):
        return []
    means = np.bincount(member, weights=values) / counts
    cells = _Cells.of(values, member, village=work.village[known], area=work.area[known])
    contrast = cells.beside_peers() if within_areas else cells.alone(means)
    # Where hardly any interview shows something, one that does must not set its interviewer apart.
    chance = np.maximum(contrast.chance, (float(np.ptp(values)) / (2 * counts)) ** 2)
    scaled, noise = contrast.difference / np.sqrt(contrast.manners), chance / contrast.manners
    enough = np.flatnonzero((counts >= FEWEST_INTERVIEWS) & np.isfinite(scaled))
    if len(enough) <= FEWEST_OTHERS:
        return []
    freedom = max(1, round((1 - 2 * CUT) * (len(enough) - 1)) - 1)
    standings = []
    for place in enough:
        others = enough[enough != place]
        usual, between = _usual(scaled[others], noise[others])
        spread = np.sqrt((between + noise[place]) * (1 + 1 / len(others)))
        apart = float(scaled[place] - usual)
        distance = apart * float(np.sqrt(contrast.manners[place]))
        kept = between / (between + noise[place]) if between > 0 else 0.0
        standings.append(
            Standing(
                interviewer=str(codes[place]),
                interviews=int(counts[place]),
                mean=float(means[place]),
                shrunk=float(means[place] - (1 - kept) * distance),
                usual=float(means[place] - distance),
                t=apart / float(spread) if spread > 0 else 0.0,
                freedom=freedom,
            )
        )
    return standings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The work of an interviewer in one village, one row each."""

    interviewer: Whole
    area: Whole
    count: Floats
    mean: Floats
    variance: float
    """Of a cell's mean around the interviewer's own in the area."""

    @classmethod
    def of(cls, values: Floats, interviewer: Whole, *, village: Texts, area: Texts) -> _Cells:
        """Group the interviews by village, or leave each alone where interviewers have one village only."""
        _, areas = np.unique(area, return_inverse=True)
        _, villages = np.unique(village, return_inverse=True)
        _, team = np.unique(np.stack([interviewer, areas]), axis=1, return_inverse=True)
        _, first, cell = np.unique(np.stack([team, villages]), axis=1, return_index=True, return_inverse=True)
        if len(first) - len(np.unique(team)) < FEWEST_REPEATS:
            first = cell = np.arange(len(values))
        count = np.bincount(cell).astype("float64")
        mean = np.bincount(cell, weights=values) / count
        team = team[first]
        own = np.bincount(team, weights=mean) / np.bincount(team)
        repeats = len(first) - len(own)
        variance = float(((mean - own[team]) ** 2).sum() / repeats) if repeats else 0.0
        return cls(interviewer=interviewer[first], area=areas[first], count=count, mean=mean, variance=variance)

    def alone(self, means: Floats) -> _Contrast:
        """Return the means as they are."""
        share = self.count / np.bincount(self.interviewer, weights=self.count)[self.interviewer]
        chance = self.variance * np.bincount(self.interviewer, weights=share**2)
        return _Contrast(difference=means, chance=np.asarray(chance, dtype="float64"), manners=np.ones(len(means)))

    def beside_peers(self) -> _Contrast:
        """Return each mean less what the others get in the same areas, weighted as the interviewer's own work is."""
        shape = (int(self.interviewer.max()) + 1, int(self.area.max()) + 1)
        count, total, squares = (np.zeros(shape) for _ in range(3))
        where = (self.interviewer, self.area)
        np.add.at(count, where, self.count)
        np.add.at(total, where, self.count * self.mean)
        np.add.at(squares, where, self.count**2)
        peers, theirs, spread = (each.sum(axis=0) - each for each in (count, total, squares))
        usable = (count > 0) & (peers >= FEWEST_INTERVIEWS)
        weight = np.where(usable, count, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight /= weight.sum(axis=1, keepdims=True)
            gap = np.where(usable, total / count - theirs / peers, 0.0)
            noise = np.where(usable, squares / count**2 + spread / peers**2, 0.0)
            part = np.where(usable, weight / peers, 0.0) @ count.T
        np.fill_diagonal(part, 0.0)
        return _Contrast(
            difference=(weight * gap).sum(axis=1),
            chance=self.variance * (weight**2 * noise).sum(axis=1),
            manners=1 + (part**2).sum(axis=1),
        )


def _usual(means: Floats, chance: Floats) -> tuple[float, float]:
    """Return the trimmed mean, and the variance between interviewers beyond what chance explains."""
    ordered = np.sort(means)
    cut = int(CUT * len(ordered))
    kept = ordered[cut : len(ordered) - cut]
    spread = float(np.clip(ordered, kept[0], kept[-1]).var(ddof=1)) / WINSORISED_NORMAL
    return float(kept.mean()), max(0.0, spread - float(np.median(chance)))


def set_apart(p: Mapping[Test, float], error: float) -> list[Test]:
    """Return which of the tests Holm's procedure rejects (1979, Scandinavian Journal of Statistics 6), in their order.

    ``error`` is the highest chance that any honest one is among them, however the tests hang together.
    """
    ordered = sorted(p.values())
    passed = next((rank for rank, each in enumerate(ordered) if each * (len(ordered) - rank) > error), len(ordered))
    bound = ordered[passed - 1] if passed else -1.0
    return [key for key, each in p.items() if each <= bound]
