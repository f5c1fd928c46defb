"""Small counts inside small bases: a share that a handful of people make up is shown as a bound, not as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.tables import Estimates, PublishedRows

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook

SMALL_BASE: Final = 100
"""Answers below which 0 %, 100 % and counts under :data:`SMALL_COUNT` are shown as bounds (domain.md 5.4)."""

SMALL_COUNT: Final = 5

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


def bound_small_counts(rows: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Replace shares of fewer than five people, or of all but fewer than five, by a bound.

    The bound stands in ``reason`` as ``below_5`` or ``above_95`` (in points, a multiple of five); the numbers are
    NaN and ``n`` stays. Where a single share of a question with one answer is bounded, the smallest other share is
    hidden too, or 100 minus the rest would be the share. ``net`` goes with the shares that it is made of.

    Parameters
    ----------
    rows
        Estimates with ``flag`` and ``reason``.
    codebook
        Tells which questions take one answer.
    """
    rows = rows.copy()
    seen = (rows[PublishedRows.flag] != "suppressed") & (rows[Estimates.n] < SMALL_BASE)
    counted = seen & rows[Estimates.statistic].isin(_COUNTED)
    count = (rows[Estimates.n] * rows[Estimates.estimate] / 100).round()
    few, nearly_all = count < SMALL_COUNT, (rows[Estimates.n] - count) < SMALL_COUNT
    bound = _bound(rows)
    low, high = counted & few, counted & nearly_all & ~few
    _hide(rows, low, "below_" + bound)
    _hide(rows, high, "above_" + (100 - bound.astype(int)).astype("str"))
    _hide(rows, _lone_partner(rows, low | high, seen=seen, codebook=codebook), "complement")
    _hide(rows, _net_beside(rows, low | high) & seen, "complement")
    return rows


def _bound(rows: pd.DataFrame) -> pd.Series:
    """Return the smallest multiple of five points that surely lies above a share of under five people."""
    share = np.minimum(rows[Estimates.estimate], 100 - rows[Estimates.estimate])
    by_count = 100 * SMALL_COUNT / rows[Estimates.n].clip(lower=1)
    points = np.where(share < SMALL_COUNT, SMALL_COUNT, 5 * np.ceil(np.maximum(by_count, share) / 5))
    return pd.Series(points, index=rows.index).fillna(0).astype(int).astype("str")


def _hide(rows: pd.DataFrame, which: pd.Series, reason: str | pd.Series) -> None:
    rows.loc[which, _HIDDEN_NUMBERS] = np.nan
    rows.loc[which, PublishedRows.reason] = reason if isinstance(reason, str) else reason[which]


def _lone_partner(rows: pd.DataFrame, bounded: pd.Series, *, seen: pd.Series, codebook: Codebook) -> pd.Series:
    single = {question.name for question in codebook.questions if question.kind is QuestionKind.SELECT_ONE}
    names = rows[Estimates.question].str.split("[", n=1).str[0]
    shares = rows[seen & (rows[Estimates.statistic] == "share") & names.isin(list(single))]
    hidden = bounded[shares.index]
    alone = hidden.groupby([shares[name] for name in _KEY]).transform("sum") == 1
    others = shares[alone & ~hidden].sort_values([Estimates.estimate, Estimates.answer], kind="stable")
    return pd.Series(rows.index.isin(others.drop_duplicates(_KEY).index), index=rows.index)


def _net_beside(rows: pd.DataFrame, bounded: pd.Series) -> pd.Series:
    parts = bounded & rows[Estimates.statistic].isin(["positive", "negative"])
    touched = parts.groupby([rows[name] for name in _KEY]).transform("any")
    return touched & (rows[Estimates.statistic] == "net")
