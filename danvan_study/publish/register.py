"""The register of releases: what was published so far, and what must be hidden beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.publish.secondary import EVERYBODY, Grid, Size
from danvan_study.study import Period
from danvan_study.tables import ClosedSets, SetSizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.study import Publication

Sizes = dict[str, Size]
"""By area or value."""
_WHOLE: Final = ("all", "")
_SET: Final = [SetSizes.level, SetSizes.area, SetSizes.group, SetSizes.value, SetSizes.question]


class ReleaseRegister:
    """Takes the waves in order of time, each with all that was published of it.

    Parameters
    ----------
    rules
        Thresholds of the study.
    """

    def __init__(self, rules: Publication) -> None:
        self._rules = rules
        self._waves: list[str] = []
        self._grids: dict[tuple[str, str, str], Grid] = {}

    def add(
        self, sets: pd.DataFrame, periods: Sequence[Period], *, imprecise: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Publish a wave with the periods that end with it, and return what to hide beside sets of too few people.

        A set of enough people counts as published, unless it is named as too imprecise.

        Parameters
        ----------
        sets
            The sets of the wave alone (:class:`~danvan_study.tables.SetSizes`).
        periods
            The wave, then the longer ones. All their other waves were added before.
        imprecise
            Sets of the wave that aren't shown for the width of their interval: at least level, area, group, value and
            question.

        Returns
        -------
        pandas.DataFrame
            Contract :class:`~danvan_study.tables.ClosedSets`.
        """
        self._waves.append(periods[0].id)
        names: dict[int, list[str]] = {}
        for period in periods:
            span = sum(1 << self._waves.index(wave) for wave in period.waves)
            names.setdefault(span, []).append(period.id)
        sizes = _by_breakdown(sets, imprecise)
        closed: set[tuple[str, ...]] = set()
        whole: dict[str, list[int]] = {}
        for question, level, group in sorted(sizes.keys() | self._grids.keys(), key=_whole_first):
            grid = self._grids.setdefault((question, level, group), self._grid())
            parts = sizes.get((question, *_WHOLE), {EVERYBODY: Size()}) | sizes.get((question, level, group), {})
            hidden = grid.release(parts, list(names), closed=whole.get(question, []))
            if (level, group) == _WHOLE:
                whole[question] = [span for _, span in hidden]
            for part, span in hidden:
                area, value = (part, "") if level == "area" else ("", part)
                closed |= {(name, level, area, group, value, question) for name in names[span]}
        return ClosedSets.conform(pd.DataFrame(sorted(closed), columns=list(ClosedSets.columns()), dtype="str"))

    def _grid(self) -> Grid:
        """Return a grid that has seen the earlier waves, in which the question or breakdown was absent."""
        return Grid(
            smallest_n=self._rules.smallest_n,
            smallest_clusters=self._rules.smallest_clusters,
            waves=len(self._waves) - 1,
        )


def close_alone(sets: pd.DataFrame, rules: Publication) -> pd.DataFrame:
    """Return what to hide in each period as if nothing else were published.

    Parameters
    ----------
    sets
        One row per set with its period, ``n`` and ``clusters``.
    """
    parts = [
        ReleaseRegister(rules).add(rows.assign(**{SetSizes.answer: ""}), [Period(id=str(period), waves=(str(period),))])
        for period, rows in sets.groupby(ClosedSets.period, sort=True)
    ]
    return pd.concat([ClosedSets.empty(), *parts], ignore_index=True)


def _whole_first(key: tuple[str, str, str]) -> tuple[str, bool, str, str]:
    question, level, group = key
    return question, (level, group) != _WHOLE, level, group


def _by_breakdown(sets: pd.DataFrame, imprecise: pd.DataFrame | None) -> dict[tuple[str, str, str], Sizes]:
    wide = set() if imprecise is None else set(imprecise[_SET].itertuples(index=False, name=None))
    sizes: dict[tuple[str, str, str], Sizes] = {}
    for key, answers in sets.groupby(_SET, sort=False):
        level, area, group, value, question = (str(part) for part in key)
        counts = dict(zip(answers[SetSizes.answer], answers[SetSizes.n], strict=True))
        clusters = int(answers[SetSizes.clusters].iloc[0])
        size = Size(sum(counts.values()), clusters, is_imprecise=tuple(key) in wide, answers=counts)
        sizes.setdefault((question, level, group), {})[area + value] = size
    return sizes
