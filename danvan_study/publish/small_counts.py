"""Small counts inside small bases: a share that a handful of people make up is shown as a bound, not as a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.tables import Estimates, PublishedRows

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook

SMALL_BASE: Final = 100
"""Answers below which 0 %, 100 % and small counts are shown as bounds (domain.md 5.4)."""
STEP: Final = 5
"""Points between bounds."""

MIDDLE: Final = 50.0
"""Of a scale: scores above are positive, scores below negative."""

_SIDES: Final = ("positive", "negative", "neutral")
_COUNTED: Final = ("share", "nonanswer", "positive", "negative")
_HIDDEN_NUMBERS: Final = [PublishedRows.estimate, PublishedRows.se, PublishedRows.low, PublishedRows.high]
_KEY: Final = [
    Estimates.period,
    Estimates.level,
    Estimates.area,
    Estimates.group,
    Estimates.value,
    Estimates.question,
]


def bound_small_counts(rows: pd.DataFrame, codebook: Codebook, *, smallest: int) -> pd.DataFrame:
    """Replace shares of a few people, or of all but a few, by a bound.

    The bound stands in ``reason`` as ``below_5`` or ``above_95`` (in points, a multiple of five); the numbers are
    NaN and ``n`` stays. What would give a bounded share back is hidden beside it: where 100 or a side of the scale
    less the other shares would be the share, the smallest other one; ``net`` and ``mean`` with what they are made of.

    Parameters
    ----------
    rows
        Estimates with ``flag`` and ``reason``.
    codebook
        Tells which questions take one answer, and where the middle of their scale is.
    smallest
        The smallest count of people that is told.
    """
    rows = rows.copy()
    seen = (rows[PublishedRows.flag] != "suppressed") & (rows[Estimates.n] < SMALL_BASE)
    counted = seen & rows[Estimates.statistic].isin(_COUNTED)
    count = (rows[Estimates.n] * rows[Estimates.estimate] / 100).round()
    few, nearly_all = count < smallest, (rows[Estimates.n] - count) < smallest
    bound = _bound(rows, smallest)
    low, high = counted & few, counted & nearly_all & ~few
    beside = _partners(rows, low | high, seen=seen, codebook=codebook)
    _hide(rows, low, "below_" + bound)
    _hide(rows, high, "above_" + (100 - bound.astype(int)).astype("str"))
    _hide(rows, beside & ~(low | high), "complement")
    return rows


def _bound(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the smallest multiple of five points that surely lies above a share of fewer people than that."""
    share = np.minimum(rows[Estimates.estimate], 100 - rows[Estimates.estimate])
    by_count = 100 * smallest / rows[Estimates.n].clip(lower=1)
    points = np.where(share < STEP, STEP, STEP * np.ceil(np.maximum(by_count, share) / STEP))
    return pd.Series(points, index=rows.index).fillna(0).astype(int).astype("str")


def _hide(rows: pd.DataFrame, which: pd.Series, reason: str | pd.Series) -> None:
    rows.loc[which, _HIDDEN_NUMBERS] = np.nan
    rows.loc[which, PublishedRows.reason] = reason if isinstance(reason, str) else reason[which]


def _partners(rows: pd.DataFrame, bounded: pd.Series, *, seen: pd.Series, codebook: Codebook) -> pd.Series:
    """Return the figures that would give a bounded one back."""
    found = pd.Series(data=False, index=rows.index)
    questions = {question.name: question for question in codebook.questions}
    touched = rows[seen & bounded.groupby([rows[name] for name in _KEY]).transform("any")]
    for _, figures in touched.groupby(_KEY, sort=False):
        question = questions[str(figures[Estimates.question].iloc[0]).split("[", 1)[0]]
        sides = {choice.name: _side(choice.score) for choice in question.choices}
        places = list(zip(figures[Estimates.statistic], figures[Estimates.answer], strict=True))
        labels = [sides.get(answer, "") if statistic == "share" else statistic for statistic, answer in places]
        beside = _Figures(
            labels=labels,
            shares=[statistic == "share" for statistic, _ in places],
            estimates=figures[Estimates.estimate].to_list(),
            hidden=set(np.flatnonzero(bounded[figures.index])),
        )
        if question.kind is QuestionKind.SELECT_ONE:
            beside.hide_partners()
        beside.hide_sums()
        found[figures.index[sorted(beside.hidden)]] = True
    return found


def _side(score: float | None) -> str:
    if score is None:
        return ""
    return "positive" if score > MIDDLE else "negative" if score < MIDDLE else "neutral"


@dataclass(slots=True, kw_only=True)
class _Figures:
    """The figures of a set, by place."""

    labels: list[str]
    """Of a share its side of the scale ("" without a scale), else the statistic."""
    shares: list[bool]
    estimates: list[float]
    hidden: set[int]

    def hide_partners(self) -> None:
        """Hide what would give a figure back: a side of the scale less its other shares, or 100 less other sides."""
        sides = [side for side in (*_SIDES, "") if self._shares(side)]
        for side in sides:
            self._close(side)
        unknown = [side for side in sides if self._statistic(side) <= self.hidden and self._shares(side) & self.hidden]
        if len(unknown) == 1 and (self._statistic(unknown[0]) or len(self._shares(unknown[0]) & self.hidden) == 1):
            others = [side for side in sides if side != unknown[0]] or sides
            self._open(min(others, key=lambda side: (side != "neutral", self._sum(side))))

    def _close(self, side: str) -> None:
        """See that neither a side's sum gives its hidden share back, nor its shares their hidden sum."""
        inside, whole = self._shares(side), self._statistic(side)
        hidden = inside & self.hidden
        if len(inside) == 1 and hidden:
            self.hidden |= whole
        elif len(hidden) == (0 if whole & self.hidden else 1):
            self._hide_smallest(inside)

    def _open(self, side: str) -> None:
        """Leave a side's sum unknown."""
        self.hidden |= self._statistic(side)
        if side == "" or not self._shares(side) & self.hidden:
            self._hide_smallest(self._shares(side))

    def hide_sums(self) -> None:
        """Hide the balance where either of its parts is hidden, and the mean score where any share is."""
        if (self._statistic("positive") | self._statistic("negative")) & self.hidden:
            self.hidden |= self._statistic("net")
        if self._shares() & self.hidden:
            self.hidden |= self._statistic("mean")

    def _hide_smallest(self, inside: set[int]) -> None:
        """Hide the smallest of some shares that are not hidden yet, if there is one."""
        shown = sorted(inside - self.hidden, key=lambda place: (self.estimates[place], place))
        self.hidden |= set(shown[:1])

    def _sum(self, side: str) -> float:
        return sum(self.estimates[place] for place in self._shares(side))

    def _shares(self, side: str | None = None) -> set[int]:
        return {place for place, is_share in enumerate(self.shares) if is_share and side in (None, self.labels[place])}

    def _statistic(self, name: str) -> set[int]:
        return {place for place, label in enumerate(self.labels) if label == name and not self.shares[place]}
