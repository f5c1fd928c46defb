"""Figures over time as arrays: items x districts x periods, from the long table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.tables import Directs
from danvan_study.trend.sampling import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ITEM: Final = [Directs.question, Directs.statistic, Directs.answer]
_NUMBERS: Final = (Directs.estimate, Directs.se, Directs.deff, Directs.n, Directs.df, Directs.people)
_SHARES: Final = ("share", "positive", "negative", "nonanswer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One figure of a question in every district and period."""

    question: str
    statistic: str
    answer: str
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    """``("",)`` in a study without areas."""
    series: Series
    people: Floats
    """Districts x periods."""
    whole: Floats
    """The direct figure of all together, by period."""
    points: float
    """What 1 of the series' unit is in the table: 100 for shares."""


def read_items(directs: pd.DataFrame, at: Mapping[str, float], begins: Mapping[str, str]) -> Iterator[Item]:
    """Go through the figures, each from the last time that its question was asked in another way.

    Parameters
    ----------
    directs
        Contract :class:`~danvan_study.tables.Directs`.
    at
        Wave, in order of time, to when it was, in quarters.
    begins
        Question to the first wave that asked it as it is asked now; blank for those that never changed.
    """
    waves = list(at)
    rows = directs[directs[Directs.period].isin(waves)]
    level = "area" if (rows[Directs.level] == "area").any() else "all"
    areas = sorted(set(rows.loc[rows[Directs.level] == level, Directs.area]))
    places = {"": 0} | {area: number + 1 for number, area in enumerate(areas) if area}
    items = rows[ITEM].drop_duplicates()
    code = pd.MultiIndex.from_frame(items).get_indexer(pd.MultiIndex.from_frame(rows[ITEM]))
    shape = (len(items), len(places), len(waves))
    where = (code, rows[Directs.area].map(places).to_numpy(), rows[Directs.period].map(waves.index).to_numpy())
    cubes = {name: np.full(shape, np.nan) for name in _NUMBERS}
    for name in _NUMBERS:
        cubes[name][where] = rows[name].to_numpy(dtype="float64")
    inside = slice(1, None) if level == "area" else slice(0, 1)
    for number, key in enumerate(items.itertuples(index=False, name=None)):
        parts = {name: cube[number] for name, cube in cubes.items()}
        there = np.isfinite(parts[Directs.estimate][inside]).any(axis=0)
        asked = [place for place in range(waves.index(begins.get(key[0], waves[0])), len(waves)) if there[place]]
        if asked:
            parts = {name: part[:, asked] for name, part in parts.items()}
            yield _item(key, parts, inside, areas=areas, waves={waves[place]: at[waves[place]] for place in asked})


def _item(
    key: tuple[str, str, str],
    parts: Mapping[str, Floats],
    inside: slice,
    *,
    areas: Sequence[str],
    waves: Mapping[str, float],
) -> Item:
    points = 100.0 if key[1] in _SHARES else 1.0
    known = np.atleast_1d(np.isfinite(parts[Directs.estimate][inside]).any(axis=1))
    here = {name: part[inside][known] for name, part in parts.items()}
    n = np.nan_to_num(here[Directs.n])
    with np.errstate(invalid="ignore", divide="ignore"):
        person = (here[Directs.se] / points) ** 2 * n / here[Directs.deff]
    return Item(
        question=key[0],
        statistic=key[1],
        answer=key[2],
        periods=tuple(waves),
        areas=tuple(area for area, there in zip(areas, known, strict=True) if there),
        series=Series(
            estimate=here[Directs.estimate] / points,
            person=person,
            deff=here[Directs.deff],
            n=n,
            df=np.nan_to_num(here[Directs.df]),
            at=np.array(list(waves.values())),
            is_share=points > 1,
        ),
        people=np.nan_to_num(here[Directs.people]),
        whole=parts[Directs.estimate][0] / points,
        points=points,
    )
