"""What a new issue of a wave does not print anew: beside the earlier one it would tell what a few people answered.

Two issues set side by side are a table of the people whom the corrections between them concerned. How many these are is
read off the counts of answers, which know net differences alone: two people who changed places in a set count as
nobody, as they do in every figure of equal weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.publish.releases import WHOLE
from danvan_study.tables import ClosedFigures, SetSizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from danvan_study.study import Publication

FEWEST: Final = "fewest"
MOST: Final = "most"
_SET: Final = [SetSizes.level, SetSizes.area, SetSizes.group, SetSizes.value, SetSizes.question]
_TABLE: Final = [SetSizes.level, SetSizes.group, SetSizes.question]
_REST: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for the area of people who are in no listed part: everybody less the parts."""


def find_changed(waves: Iterable[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """Return the sets of a period that differ between two issues, and by how many people at least.

    In a wave these are the people whom its answers gained, or those whom they lost if these are more.

    Parameters
    ----------
    waves
        The counts (:class:`~danvan_study.tables.SetSizes`) of each wave of the period, before and after.

    Returns
    -------
    pandas.DataFrame
        Level, area, group, value and question; of the differences of its waves and of all of them together the fewest
        and the most people.
    """
    moved = [_moved(*counts) for counts in waves]
    moved = [*moved, _net(pd.concat(moved))] if len(moved) > 1 else moved
    people = [_people(rows) for rows in moved]
    if not people:
        return pd.DataFrame(columns=[*_SET, FEWEST, MOST])
    sets = pd.concat(people).groupby(level=_SET)
    return pd.DataFrame({FEWEST: sets.min(), MOST: sets.max()}).reset_index()


def close_changed(changed: pd.DataFrame, period: str, *, rules: Publication) -> pd.DataFrame:
    """Return what isn't printed anew, so that the two issues tell nothing of single people.

    Where a set differs by fewer than ``smallest_count`` people, every set of its table that differs is hidden: what
    they differ by together is known, and is no less than the whole differs by. Where the whole does, every set of the
    question that differs is. A table by group that parts those who were corrected has to part them into sets of
    ``smallest_n``, as every table: by area and by group at once, fewer would tell of single ones.

    Parameters
    ----------
    changed
        What :func:`find_changed` found in the period.
    rules
        Thresholds of the study.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.ClosedFigures`.
    """
    table = [changed[name] for name in _TABLE]
    parts = (changed[SetSizes.group] != "") & (changed.groupby(table)[FEWEST].transform("size") > 1)
    few = (changed[FEWEST] < rules.smallest_count) | (parts & (changed[FEWEST] < rules.smallest_n))
    is_whole = (changed[SetSizes.level] == WHOLE[0]) & (changed[SetSizes.group] == WHOLE[1])
    beside = few.groupby(table).transform("any").astype("bool")
    beside |= changed[SetSizes.question].isin(changed.loc[few & is_whole, SetSizes.question])
    rows = changed.loc[beside & (changed[SetSizes.area] != _REST), _SET]
    blank = {ClosedFigures.period: period, ClosedFigures.statistic: "", ClosedFigures.answer: ""}
    return ClosedFigures.conform(rows.assign(**blank).astype("str"))


def _moved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return by how many people each answer of each set differs, that of people in no listed part among them."""
    rows = _net(pd.concat([after, before.assign(**{SetSizes.n: -before[SetSizes.n]})]))
    is_whole = (rows[SetSizes.level] == WHOLE[0]) & (rows[SetSizes.group] == WHOLE[1])
    parts = rows[~is_whole].assign(**{SetSizes.area: _REST, SetSizes.value: ""})
    whole = rows.loc[is_whole, [SetSizes.question, SetSizes.answer, SetSizes.n]]
    beside = parts[_SET].drop_duplicates().merge(whole, on=SetSizes.question)
    return _net(pd.concat([rows, beside, parts.assign(**{SetSizes.n: -parts[SetSizes.n]})]))


def _net(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up what stands there of each answer of each set, and leave out what comes to nothing."""
    people = rows.groupby([*_SET, SetSizes.answer], sort=False)[SetSizes.n].sum()
    return people[people != 0].reset_index()


def _people(rows: pd.DataFrame) -> pd.Series:
    """Return by how many people at least each set differs."""
    sets = [rows[name] for name in _SET]
    gained, lost = (rows[SetSizes.n].mul(sign).clip(lower=0).groupby(sets).sum() for sign in (1, -1))
    return gained.where(gained > lost, lost)
