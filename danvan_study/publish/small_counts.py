"""Small counts: a share that a handful of people make up is told as a bound, not as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.publish.figure_set import COUNTED, SMALL_BASE, FigureSet, bound_of, side_of
from danvan_study.tables import ClosedFigures, Estimates, PublishedRows

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook, Question

_HIDDEN_NUMBERS: Final = [PublishedRows.estimate, PublishedRows.se, PublishedRows.low, PublishedRows.high]
_KEY: Final = [Estimates.period, Estimates.level, Estimates.area, Estimates.group, Estimates.value, Estimates.question]

_FIGURE: Final = (Estimates.statistic, Estimates.answer, Estimates.estimate, Estimates.n)


def bound_small_counts(
    rows: pd.DataFrame, codebook: Codebook, *, smallest: int, closed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Replace shares of a few people, or of all but a few, by a bound, and hide beside it what would give it back.

    The bound stands in ``reason`` (:func:`~danvan_study.publish.figure_set.bound_of`); the numbers are NaN and ``n``
    stays. How many gave no answer is bounded in bases below 100 only, for both bases are told.

    Parameters
    ----------
    rows
        Estimates with ``flag`` and ``reason``.
    codebook
        Tells which questions take one answer, and where the middle of their scale is.
    smallest
        The smallest count of people that is told.
    closed
        Contract :class:`~danvan_study.tables.ClosedFigures`: what else isn't told.
    """
    rows = rows.reset_index(drop=True)
    seen = rows[PublishedRows.flag] != "suppressed"
    answered = rows[Estimates.statistic] != "nonanswer"
    bounds = _bounds(rows, smallest).where(seen, "")
    reasons: dict[Any, str] = bounds[~answered & (bounds != "")].to_dict()
    labels, keys = _closed_labels(closed), pd.MultiIndex.from_frame(rows[_KEY])
    bounded = ((bounds != "") & answered).groupby([rows[name] for name in _KEY]).transform("any")
    figures = rows[seen & answered & (bounded | keys.isin(list(labels)))]
    columns = [figures[name].to_list() for name in _FIGURE]
    questions = {question.name: question for question in codebook.questions}
    for places in figures.groupby(_KEY, sort=False).indices.values():
        key = tuple(str(part) for part in keys[figures.index[places[0]]])
        question = questions[key[-1].split("[", 1)[0]]
        found = _figure_set(question, [[column[place] for place in places] for column in columns])
        found.settle(smallest, labels.get(key, set()))
        reasons |= {figures.index[places[place]]: reason for place, reason in found.reasons.items()}
    hidden = sorted(reasons)
    rows.loc[hidden, _HIDDEN_NUMBERS] = np.nan
    rows.loc[hidden, PublishedRows.reason] = [reasons[place] for place in hidden]
    return rows


def _bounds(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the bound of each figure behind which people can be counted, empty where its number may stand."""
    n, statistic = rows[Estimates.n], rows[Estimates.statistic]
    counted = rows[statistic.isin(COUNTED) | ((statistic == "nonanswer") & (n < SMALL_BASE))]
    pairs = zip(counted[Estimates.estimate], counted[Estimates.n], strict=True)
    found = [bound_of(share, n, smallest) for share, n in pairs]
    return pd.Series(found, index=counted.index, dtype="str").reindex(rows.index, fill_value="")


def _figure_set(question: Question, columns: list[list[Any]]) -> FigureSet:
    statistics, answers, estimates, bases = columns
    return FigureSet(
        labels=list(zip(statistics, answers, strict=True)),
        estimates=estimates,
        n=max(bases),
        sides={choice.name: side_of(choice.score) for choice in question.choices},
        adds_up=question.kind is QuestionKind.SELECT_ONE,
    )


def _closed_labels(closed: pd.DataFrame | None) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    labels: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    if closed is not None:
        for *key, statistic, answer in closed[list(ClosedFigures.key)].itertuples(index=False, name=None):
            labels.setdefault(tuple(key), set()).add((statistic, answer))
    return labels
