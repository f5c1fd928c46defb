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

from danvan_study.coding import close_up, join_codes
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.weight.coded import CellNames, CodedMargin, Variable
from danvan_study.weight.model import POPULATION, Codes, Floats, MarginTable, MergedCell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGREEMENT = 1e-6
"""Largest relative difference between the totals of two margins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One margin, ready to be raked to."""

    membership: csr_array
    """Patterns x cells; every row adds up to one."""
    totals: Floats
    cells: Sequence[str]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Patterns, each once or spread over several rows."""

    codes: Mapping[str, Codes]
    """Variable to the code of each row."""
    pattern: Codes
    share: Floats
    count: Codes
    """Respondents of the pattern."""


def build_margins(respondents: pd.DataFrame, tables: Sequence[MarginTable]) -> Margins:
    """Sort respondents into the cells of the margins.

    A respondent whose margin variable is unknown belongs to each cell that fits what is known, in proportion to the
    population of those cells (:func:`_spread`): nobody is dropped, and raking can still meet the margins.

    Raises
    ------
    StudyError
        Two margins speak of different numbers of people, or respondents stand in a cell without population.
    """
    names = dict.fromkeys(name for table in tables for name in table.by)
    if not names:
        nobody_apart = np.zeros(len(respondents), dtype=np.int64)
        return Margins(pattern=nobody_apart, constraints=(), disagreement=0.0, allocated={})
    variables = {name: Variable.of(name, respondents, tables) for name in names}
    margins = [CodedMargin.of(table, variables) for table in tables]
    disagreement = _check_agreement(margins)
    pattern, patterns = _patterns(variables)
    rows = _spread(patterns, margins, variables)
    return Margins(
        pattern=pattern,
        constraints=tuple(_constraint(rows, len(patterns.pattern), margin) for margin in margins),
        disagreement=disagreement,
        allocated={
            margin_name(table): _count_unknown(patterns, margin) for table, margin in zip(tables, margins, strict=True)
        },
    )


def _patterns(variables: Mapping[str, Variable]) -> tuple[Codes, _Rows]:
    """Return the pattern of each respondent, and the patterns that occur."""
    sizes = [len(variable.names) for variable in variables.values()]
    joined = join_codes([variable.code for variable in variables.values()], sizes)
    used, count, pattern = close_up(joined, math.prod(sizes))
    codes = dict(zip(variables, np.unravel_index(used, sizes), strict=True))
    return pattern, _Rows(codes=codes, pattern=np.arange(len(used)), share=np.ones(len(used)), count=count)


def _count_unknown(patterns: _Rows, margin: CodedMargin) -> int:
    """Return the number of respondents of whom a variable of the margin is unknown."""
    unknown = [patterns.codes[variable.name] == variable.unknown for variable in margin.variables]
    return int(patterns.count[np.any(unknown, axis=0)].sum())


def margin_name(table: MarginTable) -> str:
    """Return the name of a margin in reports."""
    return " x ".join(table.by)


def populated_cells(table: MarginTable) -> pd.DataFrame:
    """Return the cells that hold people, in the order of the constraint's cells."""
    cells = table.cells[table.cells[POPULATION] > 0]
    return cells.sort_values(list(table.by), kind="stable", ignore_index=True)


def area_totals(tables: Sequence[MarginTable]) -> pd.Series | None:
    """Return the population of each area from the first margin that tells it, or None."""
    for table in tables:
        if "area" in table.by:
            return table.cells.groupby("area")[POPULATION].sum()
    return None


def _spread(patterns: _Rows, margins: Sequence[CodedMargin], variables: Mapping[str, Variable]) -> _Rows:
    """Return the patterns with every unknown variable spread over its values.

    One variable after the other is filled from the first margin that holds it, given what is known by then. All
    margins then see the same spread; were each to make its own, they would contradict one another about the few
    people whose age or sex is unknown, and no weights could meet them.
    """
    rows = patterns
    for name, variable in variables.items():
        unknown = rows.codes[name] == variable.unknown
        if unknown.any():
            margin = next(margin for margin in margins if name in margin.by)
            rows = _fill(rows, unknown, name=name, margin=margin)
    return rows


def _fill(rows: _Rows, unknown: np.ndarray, *, name: str, margin: CodedMargin) -> _Rows:
    """Repeat rows for each value that ``name`` may have, with its share of the people whom the margin counts there."""
    known, filled = np.flatnonzero(~unknown), np.flatnonzero(unknown)
    values, shares = zip(*(_possible(rows, int(row), name=name, margin=margin) for row in filled), strict=True)
    at = np.concatenate([known, np.repeat(filled, [len(possible) for possible in values])])
    codes = {other: code[at] for other, code in rows.codes.items()}
    codes[name] = np.concatenate([rows.codes[name][known], *values])
    share = rows.share[at] * np.concatenate([np.ones(len(known)), *shares])
    return _Rows(codes=codes, pattern=rows.pattern[at], share=share, count=rows.count[at])


def _possible(rows: _Rows, row: int, *, name: str, margin: CodedMargin) -> tuple[Codes, Floats]:
    """Return the values that ``name`` may have on a row, and how likely each is."""
    fits = np.ones(len(margin.people), dtype=bool)
    for variable, code in zip(margin.variables, margin.codes, strict=True):
        here = rows.codes[variable.name][row]
        if here != variable.unknown:
            fits &= code == here
    if not fits.any():
        raise _no_population(rows, row, margin)
    people = np.bincount(margin.code(name)[fits], margin.people[fits])
    values = np.flatnonzero(people)
    return values, people[values] / people.sum()


def _constraint(rows: _Rows, patterns: int, margin: CodedMargin) -> Constraint:
    wanted = margin.join([rows.codes[name] for name in margin.by])
    cell = pd.Index(margin.join(margin.codes)).get_indexer(pd.Index(wanted))
    if (cell < 0).any():
        raise _no_population(rows, int((cell < 0).argmax()), margin)
    names = CellNames(margin.variables, margin.codes)
    membership = csr_array((rows.share, (rows.pattern, cell)), shape=(patterns, len(names)))
    return Constraint(membership=membership, totals=margin.people, cells=names, file=margin.file)


def _no_population(rows: _Rows, row: int, margin: CodedMargin) -> StudyError:
    names = CellNames(margin.variables, tuple(rows.codes[name] for name in margin.by))
    return StudyError(
        margin.file,
        say(
            "{count} respondents stand in the cell {cell}, which has no population.",
            count=rows.count[row],
            cell=names[row],
        ),
        say("Add its population, or name the category under other in study.toml."),
    )


def _check_agreement(margins: Sequence[CodedMargin]) -> float:
    """Compare margins two by two where they overlap, the grand total included; return the largest difference."""
    largest = 0.0
    for first, second in combinations(margins, 2):
        shared = tuple(variable for variable in first.variables if variable.name in second.by)
        for by in ((), shared) if shared else ((),):
            largest = max(largest, _compare(first, second, by))
    return largest


def _compare(first: CodedMargin, second: CodedMargin, by: tuple[Variable, ...]) -> float:
    one, other = _collapse(first, by), _collapse(second, by)
    difference = np.abs(one - other) / np.maximum(np.maximum(one, other), 1e-300)
    worst = int(difference.argmax())
    largest = float(difference[worst])
    if largest > AGREEMENT:
        codes = np.unravel_index([worst], [len(variable.names) for variable in by]) if by else ()
        raise StudyError(
            say("{first} and {second}", first=first.file, second=second.file),
            say(
                "they disagree about {cell}: {one} and {other} people.",
                cell=CellNames(by, codes)[0] if by else say("everybody"),
                one=f"{one[worst]:,.10g}",
                other=f"{other[worst]:,.10g}",
            ),
            say("Bring both to the same population."),
        )
    return largest


def _collapse(margin: CodedMargin, by: tuple[Variable, ...]) -> Floats:
    """Return the people of a margin by some of its variables."""
    if not by:
        return np.array([margin.people.sum()])
    sizes = [len(variable.names) for variable in by]
    code = join_codes([margin.code(variable.name) for variable in by], sizes)
    return np.bincount(code, margin.people, math.prod(sizes)).astype(np.float64)
