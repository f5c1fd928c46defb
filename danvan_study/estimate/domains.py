"""The parts of the population that figures are made for: all, each area, each group, each group in each area.

Domains come in *partitions* whose domains don't overlap, so that one code per respondent tells a whole partition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.coding import code_texts, combine_codes
from danvan_study.tables import Estimates, Respondents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Domains that don't overlap."""

    code: Codes
    """Domain of each row, 0 to ``count`` - 1; ``count`` for rows in none, which keep their place in the design."""
    count: int
    place: Codes
    """Place of each domain among all domains."""
    finer: int | None = None
    """Number of a partition whose domains divide those of this one, so that its sums are theirs added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """All domains that have a respondent."""

    names: pd.DataFrame
    """One row per domain: level, area, group, value."""
    partitions: tuple[Partition, ...]

    @property
    def count(self) -> int:
        """Number of domains."""
        return len(self.names)


def find_domains(respondents: pd.DataFrame, groups: Sequence[str]) -> Domains:
    """List the domains that have a respondent: all first, then areas, both with everybody before the groups."""
    everybody = _Variable(np.zeros(len(respondents), dtype=np.int64), [""], known=np.ones(1, dtype=bool))
    area = _Variable.of(respondents[Respondents.area])
    values = {"": everybody} | {group: _Variable.of(respondents[group]) for group in groups}
    parts = [
        _cross(where, what, level=level, group=group, order=number)
        for level, where in (("all", everybody), ("area", area))
        for number, (group, what) in enumerate(values.items())
    ]
    parts = [part for part in parts if len(part.names)]
    groups_divided = len(values) if len(parts) == 2 * len(values) and area.known.all() else 0
    names = pd.concat([part.names for part in parts], ignore_index=True)
    ranked = names.assign(_level=(names["level"] == "area").astype(int))
    order = ranked.sort_values(["_level", "area", "order", "value"], kind="stable").index.to_numpy()
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    ends = np.cumsum([len(part.names) for part in parts])
    return Domains(
        names=names[[Estimates.level, Estimates.area, Estimates.group, Estimates.value]]
        .iloc[order]
        .reset_index(drop=True)
        .astype("str"),
        partitions=tuple(
            Partition(
                code=part.code,
                count=len(part.names),
                place=place[end - len(part.names) : end],
                finer=number + groups_divided if number < groups_divided else None,
            )
            for number, (part, end) in enumerate(zip(parts, ends, strict=True))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable as codes; the empty text stands for unknown."""

    code: Codes
    names: list[str]
    known: np.ndarray

    @classmethod
    def of(cls, texts: pd.Series) -> _Variable:
        code, names = code_texts(texts)
        return cls(code, names, known=np.array([name != "" for name in names], dtype=bool))


@dataclass(frozen=True, slots=True)
class _Part:
    code: Codes
    names: pd.DataFrame


def _cross(where: _Variable, what: _Variable, *, level: str, group: str, order: int) -> _Part:
    """Cross areas with the values of a group, leaving out unknown ones (``where`` and ``what`` of all are known)."""
    if len(what.names) == 1:
        pair, first, second = where.code, np.arange(len(where.names)), np.zeros(len(where.names), dtype=np.int64)
    elif len(where.names) == 1:
        pair, first, second = what.code, np.zeros(len(what.names), dtype=np.int64), np.arange(len(what.names))
    else:
        pair, first, second = combine_codes(where.code, what.code)
    kept = where.known[first] & what.known[second]
    place = np.full(len(kept), int(kept.sum()), dtype=np.int64)
    place[kept] = np.arange(int(kept.sum()))
    table = pd.DataFrame(
        {
            "area": pd.Series([where.names[i] for i in first[kept]], dtype="str"),
            "value": pd.Series([what.names[i] for i in second[kept]], dtype="str"),
        }
    )
    return _Part(code=pair if kept.all() else place[pair], names=table.assign(level=level, group=group, order=order))
