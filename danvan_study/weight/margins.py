"""Margins as constraints: who belongs to which population cell, and how many people the cell holds.

Respondents with the same margin variables form one *pattern*; everything after this module works on patterns, of
which there are few, instead of respondents.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack

from danvan_study.coding import code_texts, distinct, join_codes
from danvan_study.errors import StudyError
from danvan_study.tables import Respondents
from danvan_study.weight.model import POPULATION, Codes, Floats, MarginTable, MergedCell

if TYPE_CHECKING:
    from collections.abc import Sequence

AGREEMENT = 1e-6
"""Largest relative difference between the totals of two margins."""
UNKNOWN = ""
FEW_PATTERNS = 1_000_000
"""Up to this many possible patterns (and the number of respondents) are counted in a table, more are looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One margin, ready to be raked to."""

    membership: csr_array
    """Patterns x cells; every row adds up to one."""
    totals: Floats
    cells: tuple[str, ...]
    """Names of the cells, for messages."""
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """All margins of a study, over the patterns of its respondents."""

    pattern: Codes
    """The pattern of each respondent."""
    constraints: tuple[Constraint, ...]
    disagreement: float
    """Largest relative difference between margins where they speak of the same people."""
    allocated: dict[str, int]
    """Margin to the number of respondents spread over several of its cells."""
    merged: tuple[MergedCell, ...] = ()
    """Cells that were too thin, with their neighbours."""

    @property
    def membership(self) -> csr_array:
        """Patterns x cells of all margins."""
        if not self.constraints:
            return csr_array((int(self.pattern.max(initial=0)) + 1, 0), dtype="float64")
        return csr_array(hstack([constraint.membership for constraint in self.constraints], format="csr"))


def build_margins(respondents: pd.DataFrame, tables: Sequence[MarginTable]) -> Margins:
    """Sort respondents into the cells of the margins.

    A respondent whose margin variable is unknown belongs to each cell that fits what is known, in proportion to the
    population of those cells (:func:`_spread`): nobody is dropped, and raking can still meet the margins.

    Raises
    ------
    StudyError
        Two margins speak of different numbers of people, or respondents stand in a cell without population.
    """
    disagreement = _check_agreement(tables)
    names = list(dict.fromkeys(name for table in tables for name in table.by))
    if not names:
        nobody_apart = np.zeros(len(respondents), dtype=np.int64)
        return Margins(pattern=nobody_apart, constraints=(), disagreement=0.0, allocated={})
    pattern, patterns = _patterns(respondents, names)
    rows = _spread(patterns, tables, names)
    constraints = tuple(_constraint(rows, len(patterns), table) for table in tables)
    return Margins(
        pattern=pattern,
        constraints=constraints,
        disagreement=disagreement,
        allocated={
            margin_name(table): int(patterns.loc[(patterns[list(table.by)] == UNKNOWN).any(axis=1), "count"].sum())
            for table in tables
        },
    )


def _patterns(respondents: pd.DataFrame, names: Sequence[str]) -> tuple[Codes, pd.DataFrame]:
    """Return the pattern of each respondent, and the values and the number of people of each pattern."""
    coded = [code_texts(respondents[Respondents.area if name == "area" else name]) for name in names]
    sizes = [len(values) for _, values in coded]
    joined = join_codes([codes for codes, _ in coded], sizes)
    if math.prod(sizes) > len(joined) + FEW_PATTERNS:
        pattern, used = pd.factorize(joined, sort=True)
    else:
        used, _, pattern = distinct(joined, math.prod(sizes))
    columns = zip(names, coded, np.unravel_index(used, sizes), strict=True)
    patterns = pd.DataFrame(
        {name: pd.Series([values[at] for at in place], dtype="str") for name, (_, values), place in columns}
    )
    return pattern.astype(np.int64), patterns.assign(count=np.bincount(pattern))


def area_totals(tables: Sequence[MarginTable]) -> pd.Series | None:
    """Return the population of each area from the first margin that tells it, or None."""
    for table in tables:
        if "area" in table.by:
            return table.cells.groupby("area")[POPULATION].sum()
    return None


def _spread(patterns: pd.DataFrame, tables: Sequence[MarginTable], names: Sequence[str]) -> pd.DataFrame:
    """Return the patterns with every unknown variable spread over its values: columns ``names``, pattern, share.

    One variable after the other is filled from the first margin that holds it, given what is known by then. All
    margins then see the same spread; were each to make its own, they would contradict one another about the few
    people whose age or sex is unknown, and no weights could meet them.
    """
    rows = patterns.assign(pattern=range(len(patterns)), share=1.0)
    for name in names:
        unknown = rows[name] == UNKNOWN
        if unknown.any():
            table = next(table for table in tables if name in table.by)
            filled = [_fill(row, name, table) for _, row in rows[unknown].iterrows()]
            rows = pd.concat([rows[~unknown], *filled], ignore_index=True)
    return rows


def _fill(row: pd.Series, name: str, table: MarginTable) -> pd.DataFrame:
    """Repeat a row for each value that ``name`` may have, with its share of the people whom the margin counts there."""
    cells = table.cells[table.cells[POPULATION] > 0]
    for other in table.by:
        if row[other] != UNKNOWN:
            cells = cells[cells[other] == row[other]]
    if cells.empty:
        raise _no_population(row, table)
    people = cells.groupby(name, sort=True)[POPULATION].sum()
    repeated = pd.DataFrame([row] * len(people))
    return repeated.assign(**{name: people.index, "share": row["share"] * (people / people.sum()).to_numpy()})


def _constraint(rows: pd.DataFrame, patterns: int, table: MarginTable) -> Constraint:
    by = list(table.by)
    cells = populated_cells(table)
    names = tuple(_cell_name(by, row) for row in cells[by].itertuples(index=False))
    population = cells[POPULATION].to_numpy(dtype="float64")
    cell = pd.MultiIndex.from_frame(cells[by]).get_indexer(pd.MultiIndex.from_frame(rows[by]))
    if (cell < 0).any():
        raise _no_population(rows.iloc[int((cell < 0).argmax())], table)
    share, pattern = rows["share"].to_numpy(dtype="float64"), rows["pattern"].to_numpy(dtype="int64")
    membership = csr_array((share, (pattern, cell)), shape=(patterns, len(cells)))
    return Constraint(membership=membership, totals=population, cells=names, file=table.file)


def populated_cells(table: MarginTable) -> pd.DataFrame:
    """Return the cells where people live, in the order of the constraint made from them."""
    cells = table.cells[table.cells[POPULATION] > 0]
    return cells.sort_values(list(table.by), kind="stable", ignore_index=True)


def _no_population(row: pd.Series, table: MarginTable) -> StudyError:
    by = list(table.by)
    return StudyError(
        table.file,
        f"{int(row['count'])} respondents stand in the cell {_cell_name(by, [row[name] for name in by])}, "
        "which has no population.",
        "Add its population, or name the category under other in study.toml.",
    )


def _check_agreement(tables: Sequence[MarginTable]) -> float:
    """Compare margins two by two where they overlap, the grand total included; return the largest difference."""
    largest = 0.0
    for first, second in combinations(tables, 2):
        shared = [name for name in first.by if name in second.by]
        for by in ([], shared) if shared else ([],):
            largest = max(largest, _compare(first, second, by))
    return largest


def _compare(first: MarginTable, second: MarginTable, by: list[str]) -> float:
    one, other = (_collapse(table, by) for table in (first, second))
    together = pd.concat([one, other], axis=1, keys=["one", "other"]).fillna(0.0)
    difference = (together["one"] - together["other"]).abs() / together.max(axis=1).clip(lower=1e-300)
    worst = int(difference.to_numpy().argmax())
    largest = float(difference.iloc[worst])
    if largest > AGREEMENT:
        label = together.index[worst]
        cell = _cell_name(by, label if isinstance(label, tuple) else (label,)) if by else "everybody"
        raise StudyError(
            f"{first.file} and {second.file}",
            f"they disagree about {cell}: {together['one'].iloc[worst]:,.10g} and "
            f"{together['other'].iloc[worst]:,.10g} people.",
            "Bring both to the same population.",
        )
    return largest


def _collapse(table: MarginTable, by: list[str]) -> pd.Series:
    if not by:
        return pd.Series([float(table.cells[POPULATION].sum())])
    return table.cells.groupby(by)[POPULATION].sum()


def _cell_name(by: Sequence[str], values: Sequence[object]) -> str:
    return ", ".join(f"{name} = {value or 'unknown'}" for name, value in zip(by, values, strict=True))


def margin_name(table: MarginTable) -> str:
    """Return the name of a margin in reports."""
    return " x ".join(table.by)
