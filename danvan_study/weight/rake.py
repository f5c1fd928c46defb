"""Raking: bring weights to the margins while changing their ratios as little as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.weight.margins import Constraint
    from danvan_study.weight.model import Codes, Floats

TOLERANCE = 1e-10
MOST_CYCLES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Raked:
    """Where raking ended."""

    weights: Floats
    """Per pattern."""
    cycles: int
    gap: float
    """Largest relative distance of a cell from its total."""
    cell: str
    """The cell with that gap."""
    converged: bool


def rake(start: Floats, constraints: Sequence[Constraint], *, tolerance: float = TOLERANCE) -> Raked:
    """Rake the weights of patterns to the constraints.

    Cyclic multiplicative scaling, ``w_i *= prod_c (total_c / sum_c) ** a_ic``: with whole memberships the iterative
    proportional fitting of Deming and Stephan (1940), with memberships in part the generalised iterative scaling of
    Darroch and Ratcliff (1972, *Annals of Mathematical Statistics* 43, 1470-1480), which needs the rows of each
    margin to add up to one. Where it converges it minimises the raking distance from ``start``.

    Parameters
    ----------
    start
        Sum of the weights of each pattern, positive.
    constraints
        The margins, over the same patterns.
    tolerance
        Stop when every cell is this near its total, relatively.
    """
    weights = start.copy()
    transposed = [constraint.membership.T.tocsr() for constraint in constraints]
    gap, cell = margin_gap(weights, constraints)
    cycles = 0
    while gap > tolerance and cycles < MOST_CYCLES:
        for constraint, cells_by_pattern in zip(constraints, transposed, strict=True):
            factor = np.log(constraint.totals / (cells_by_pattern @ weights))
            weights = weights * np.exp(constraint.membership @ factor)
        gap, cell = margin_gap(weights, constraints)
        cycles += 1
    return Raked(weights=weights, cycles=cycles, gap=gap, cell=cell, converged=gap <= tolerance)


def collapse(weights: Floats, pattern: Codes) -> Floats:
    """Return the sum of the respondents' weights of each pattern."""
    return np.bincount(pattern, weights).astype(np.float64)


def margin_gap(weights: Floats, constraints: Sequence[Constraint]) -> tuple[float, str]:
    """Return the largest relative gap between a cell's weighted count and its total, and the cell's name."""
    largest, name = 0.0, ""
    for constraint in constraints:
        gaps = np.abs(constraint.membership.T @ weights / constraint.totals - 1)
        worst = int(gaps.argmax())
        if gaps[worst] > largest:
            largest, name = float(gaps[worst]), constraint.cells[worst]
    return largest, name
