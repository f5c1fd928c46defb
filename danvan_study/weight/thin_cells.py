"""Thin cells of a margin: too few people interviewed to stand for all who live there, so a neighbour joins them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.weight.margins import margin_name, populated_cells
from danvan_study.weight.model import MergedCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.weight.margins import Constraint, Margins
    from danvan_study.weight.model import Floats, MarginTable

AREA = "area"
SLACK = 1e-9
"""Respondents who belong to several cells in part may add up to a hair less than a whole person."""
DECIMALS = 6


def merge_thin_cells(margins: Margins, tables: Sequence[MarginTable], *, smallest: int) -> Margins:
    """Merge every cell with fewer than ``smallest`` respondents with its neighbour, and write down what was merged.

    Neighbours differ in the last variable of the margin that is not ``area``, and stand side by side in the order in
    which the margin's file first names its values; everything else is equal, so nobody leaves their area. The thinnest
    cell goes first and joins the neighbour with fewer respondents (of equals the earlier one); its population is added.
    Merging trades a little bias for less variance (Kim, Tompkins, Li and Valliant 2005, *Proceedings of the ASA
    Section on Survey Research Methods*). A merged margin follows from the full one: totals of areas and of the
    population stay, and margins that agreed still do.

    Parameters
    ----------
    margins
        The constraints of ``tables``.
    tables
        The margins as read.
    smallest
        Respondents that a cell needs; 0 merges nothing. A respondent whose cell is unknown counts in part.

    Raises
    ------
    StudyError
        A cell holds people, nobody there was interviewed, and no neighbour can take them.
    """
    people = np.bincount(margins.pattern)
    constraints, merged = [], list(margins.merged)
    for constraint, table in zip(margins.constraints, tables, strict=True):
        counts: Floats = constraint.membership.T @ people
        if bool((counts < max(smallest, 1) - SLACK).any()):
            groups = _groups(table, counts, smallest)
            _refuse_empty(constraint, groups, counts)
            merged += _record(constraint, table, groups=groups, counts=counts, smallest=smallest)
            constraint = _join(constraint, groups)  # noqa: PLW2901 -- the same margin, coarser
        constraints.append(constraint)
    return replace(margins, constraints=tuple(constraints), merged=tuple(merged))


def _groups(table: MarginTable, counts: Floats, smallest: int) -> list[list[int]]:
    """Return which cells, by number, make one cell; groups stand in the order of their first cell."""
    cells, along = populated_cells(table), next((name for name in reversed(table.by) if name != AREA), None)
    if along is None:
        return [[number] for number in range(len(cells))]
    order = {value: place for place, value in enumerate(table.cells[along].unique())}
    in_order = cells.iloc[cells[along].map(order).argsort(kind="stable")]
    fixed = [name for name in table.by if name != along]
    rows = in_order.groupby(fixed, sort=False).indices.values() if fixed else [np.arange(len(cells))]
    numbers = in_order.index.to_numpy()
    return sorted((group for row in rows for group in _merge_row(numbers[row].tolist(), counts, smallest)), key=min)


def _merge_row(row: list[int], counts: Floats, smallest: int) -> list[list[int]]:
    """Merge neighbours in a row of cells until each has enough respondents or one cell is left."""
    groups, sizes = [[cell] for cell in row], [float(counts[cell]) for cell in row]
    while len(groups) > 1 and min(sizes) < smallest - SLACK:
        thin = sizes.index(min(sizes))
        beside = min((at for at in (thin - 1, thin + 1) if 0 <= at < len(groups)), key=lambda at: sizes[at])
        first = min(thin, beside)
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
        sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
    return groups


def _refuse_empty(constraint: Constraint, groups: list[list[int]], counts: Floats) -> None:
    for group in groups:
        if counts[group].sum() == 0:
            people = constraint.totals[group].sum()
            raise StudyError(
                constraint.file,
                say(
                    "the cell {cell} holds {people:.0f} people, but nobody there was interviewed.",
                    cell=constraint.cells[group[0]],
                    people=people,
                ),
                say("Merge it with a neighbouring category, in the margin and in the group."),
            )


def _join(constraint: Constraint, groups: list[list[int]]) -> Constraint:
    """Return the margin with each group of cells as one cell."""
    cells = np.concatenate(groups)
    group = np.repeat(np.arange(len(groups)), [len(cells_of) for cells_of in groups])
    into = csr_array((np.ones(len(cells)), (cells, group)), shape=(len(cells), len(groups)))
    return replace(
        constraint,
        membership=csr_array(constraint.membership @ into),
        totals=np.bincount(group, constraint.totals[cells]).astype(np.float64),
        cells=tuple(_name(constraint, cells_of) for cells_of in groups),
    )


def _record(
    constraint: Constraint, table: MarginTable, *, groups: list[list[int]], counts: Floats, smallest: int
) -> list[MergedCell]:
    """Write down each cell that was merged: thin or empty itself, or the neighbour of one that was."""
    return [
        MergedCell(
            margin=margin_name(table),
            merged=_name(constraint, group),
            cell=constraint.cells[cell],
            n=round(float(counts[cell]), DECIMALS),
            population=float(constraint.totals[cell]),
            reason="empty" if counts[cell] == 0 else "thin" if counts[cell] < smallest - SLACK else "neighbour",
        )
        for group in groups
        if len(group) > 1
        for cell in group
    ]


def _name(constraint: Constraint, group: list[int]) -> str:
    return " + ".join(constraint.cells[cell] for cell in group)
