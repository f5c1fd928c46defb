"""Interviews that are too much alike: percent match against the survey's own distribution, never a fixed bound.

The share of equal answers between two honest interviews depends on the number of questions, of choices, and on how much
people agree (Simmons, Mercer, Schwarzer and Kennedy 2016, *Evaluating a New Proposal for Detecting Data Falsification
in Surveys*, Pew Research Center). Hence an interview's nearest neighbour among those of the same interviewer is
compared with the nearest neighbours that interviews find among everybody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from danvan_study.check.material import Flags, Floats, Material, Whole

    Singles = npt.NDArray[np.float32]

FEWEST_ITEMS = 15
"""Closed questions that two interviews must both have answered to be compared."""
BLOCK = 2048
RARE = 0.001
"""Share of interviews whose nearest neighbour elsewhere passes the bound."""
SAMPLED = 50_000
CHANCE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """Nearest neighbours: matches are shares of equal answers, −1 where nothing can be compared."""

    own: Floats
    """Best match with another interview of the same interviewer."""
    elsewhere: Floats
    """Best match with an interview of somebody else."""
    bound: float
    """Match that is rare among interviews of different interviewers."""
    bound_elsewhere: float
    """Match that one pair in a whole wave reaches with a chance of 5 %, were matches normal."""


@check(Severity.QUESTION, "Hai người khác nhau trả lời khác nhau.")
def interviews_differ_from_one_another(material: Material) -> Iterator[Finding]:
    """Report a match that 99.9 % of interviews don't find among other interviewers' work; 15 answers or more."""
    likeness = compare_interviews(material)
    if likeness is None:
        return
    codes = material.codes(material.items(QuestionKind.SELECT_ONE))
    told: set[tuple[int, int]] = set()
    suspects = (
        (likeness.own, True, likeness.bound, "cùng điều tra viên"),
        (likeness.elsewhere, False, likeness.bound_elsewhere, "điều tra viên khác"),
    )
    for match, is_own, bound, whose in suspects:
        for row in np.flatnonzero((match > bound) | (match >= 1)).tolist():
            other = _nearest(codes, row, among=(material.interviewer == material.interviewer[row]) == is_own)
            pair = (min(row, other), max(row, other))
            if pair in told:
                continue
            told.add(pair)
            first, second = material.who(pair[0]), material.who(pair[1])
            yield Finding(
                respondent=second,
                value=f"{100 * match[row]:.0f} %",
                rule=f"≤ {100 * bound:.0f} %",
                message=f"Câu trả lời giống phiếu {first} ({whose}) hơn mức thường gặp.",
                beside=first,
            )


@lru_cache(maxsize=2)
def compare_interviews(material: Material) -> Likeness | None:
    """Compare every interview with every other one; None where the form has too few closed questions."""
    items = material.items(QuestionKind.SELECT_ONE)
    if len(items) < FEWEST_ITEMS or len(material.people) < 3:
        return None
    order = np.argsort(material.interviewer, kind="stable")
    _, team = np.unique(material.interviewer[order], return_inverse=True)
    codes = material.codes(items)[order]
    chosen, answered = _one_hot(codes), (codes != BLANK).astype("float32")
    mean, spread, pairs = _pair_distribution(codes)
    own, elsewhere = (np.full(len(order), -1, dtype="float32") for _ in range(2))
    for rows, columns in _blocks(len(order)):
        match = _match((chosen[rows], answered[rows]), (chosen[columns], answered[columns]))
        same_team = team[rows][:, None] == team[columns][None, :]
        if rows == columns:
            np.fill_diagonal(match, -1)
        if same_team.any():
            _take(own, np.where(same_team, match, -1), rows=rows, columns=columns)
            match[same_team] = -1
        _take(elsewhere, match, rows=rows, columns=columns)
    found = elsewhere[elsewhere >= 0]
    bound = float(np.quantile(found, 1 - RARE)) if len(found) else 1.0
    back = np.argsort(order)
    return Likeness(
        own=own[back].astype("float64"),
        elsewhere=elsewhere[back].astype("float64"),
        bound=bound,
        bound_elsewhere=min(1.0, max(bound, float(mean + spread * norm.isf(CHANCE / pairs)))),
    )


def _take(best: Singles, match: Singles, *, rows: slice, columns: slice) -> None:
    """Take in a block of matches, and its mirror image below the diagonal."""
    np.maximum(best[rows], match.max(axis=1), out=best[rows])
    if rows != columns:
        np.maximum(best[columns], match.max(axis=0), out=best[columns])


def _nearest(codes: Whole, row: int, *, among: Flags) -> int:
    """Return the row of an interview's nearest neighbour among some others."""
    others = np.flatnonzero(among)
    others = others[others != row]
    theirs = codes[others]
    both = (theirs != BLANK) & (codes[row] != BLANK)
    count = both.sum(axis=1)
    match = ((theirs == codes[row]) & both).sum(axis=1) / np.maximum(count, 1)
    return int(others[np.where(count >= FEWEST_ITEMS, match, -1).argmax()])


def _one_hot(codes: Whole) -> Singles:
    """Return one column for each answer to each question: equal answers of two people multiply to 1."""
    columns = [
        (codes[:, item, None] == np.unique(codes[codes[:, item] != BLANK, item])[None, :])
        for item in range(codes.shape[1])
    ]
    return np.hstack(columns).astype("float32")


def _blocks(size: int) -> Iterator[tuple[slice, slice]]:
    starts = range(0, size, BLOCK)
    for first in starts:
        for second in range(first, size, BLOCK):
            yield slice(first, min(first + BLOCK, size)), slice(second, min(second + BLOCK, size))


def _match(these: tuple[Singles, Singles], those: tuple[Singles, Singles]) -> Singles:
    """Return the share of equal answers among the questions that both answered."""
    equal, both = (left @ right.T for left, right in zip(these, those, strict=True))
    few = both < FEWEST_ITEMS
    equal /= np.maximum(both, 1, out=both)
    if few.any():
        equal[few] = -1
    return equal


def _pair_distribution(codes: Whole) -> tuple[float, float, int]:
    """Return mean and standard deviation of the match of pairs drawn at random, and the number of all pairs."""
    generator = np.random.default_rng(0)  # the pairs are a sample; any will do, but the same in every run
    size = len(codes)
    first, second = generator.integers(size, size=(2, SAMPLED))
    apart = first != second
    left, right = codes[first[apart]], codes[second[apart]]
    both = (left != BLANK) & (right != BLANK)
    count = both.sum(axis=1)
    enough = count >= FEWEST_ITEMS
    if enough.sum() < 2:
        return 1.0, 0.0, 1
    match = ((left == right) & both).sum(axis=1)[enough] / count[enough]
    return float(match.mean()), float(match.std(ddof=1)), size * (size - 1) // 2
