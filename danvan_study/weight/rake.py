"""Raking: bring weights to the margins while changing their ratios as little as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    steps = [_step_of(constraint) for constraint in constraints]
    gap, cycles = (np.inf if steps else 0.0), 0
    while gap > tolerance and cycles < MOST_CYCLES:
        gap = max(step(weights) for step in steps)
        cycles += 1
    gap, cell = margin_gap(weights, constraints)
    return Raked(weights=weights, cycles=cycles, gap=gap, cell=cell, converged=gap <= tolerance)


def _step_of(constraint: Constraint) -> Callable[[Floats], float]:
    """Return the step that brings weights, in place, to one margin, and tells how far they were from it."""
    membership, totals = constraint.membership, constraint.totals
    whole = membership.nnz == membership.shape[0] and bool((membership.data == 1).all())
    if whole and bool((np.diff(membership.indptr) == 1).all()):
        cell = membership.indices.astype(np.int64)

        def scale(weights: Floats) -> float:
            factor = totals / np.bincount(cell, weights, minlength=len(totals))
            weights *= factor[cell]
            return float(np.abs(factor - 1).max())

        return scale
    by_cell = membership.T.tocsr()

    def scale_in_part(weights: Floats) -> float:
        factor = totals / (by_cell @ weights)
        weights *= np.exp(membership @ np.log(factor))
        return float(np.abs(factor - 1).max())

    return scale_in_part


def rake_rows(weights: Floats, pattern: Codes, constraints: Sequence[Constraint]) -> Floats:
    """Rake the weights of respondents whose patterns are known; patterns may be empty."""
    start = np.bincount(pattern, weights, minlength=constraints[0].membership.shape[0]).astype(np.float64)
    raked = rake(start, constraints).weights
    factor = np.divide(raked, start, out=np.ones_like(start), where=start > 0)
    moved: Floats = weights * factor[pattern]
    return moved


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
