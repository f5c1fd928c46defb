"""Raking all replicates in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.weight.rake import MOST_CYCLES, TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.weight.margins import Constraint
    from danvan_study.weight.model import Codes, Floats


def rake_replicates(
    start: Floats, constraints: Sequence[Constraint], *, tolerance: float = TOLERANCE
) -> tuple[Floats, float]:
    """Rake patterns x replicates by the steps of :func:`~danvan_study.weight.rake.rake`.

    Returns
    -------
    tuple
        The weights, and the largest gap that is left in any replicate.
    """
    weights, gap, cycles = start.copy(), np.inf if constraints else 0.0, 0
    cells = [_whole_cells(constraint.membership) for constraint in constraints]
    by_cell = [csr_array(constraint.membership.T) for constraint in constraints]
    while gap > tolerance and cycles < MOST_CYCLES:
        gap, cycles = 0.0, cycles + 1
        for constraint, cell, sums in zip(constraints, cells, by_cell, strict=True):
            factor = constraint.totals[:, None] / (sums @ weights)
            weights *= np.exp(constraint.membership @ np.log(factor)) if cell is None else factor[cell]
            gap = max(gap, float(np.abs(factor - 1).max()))
    return weights, gap


def _whole_cells(membership: csr_array) -> Codes | None:
    """Return the cell of each pattern, or None where a pattern belongs to several in part."""
    if (np.diff(membership.indptr) == 1).all() and (membership.data == 1).all():
        return membership.indices.astype(np.int64)
    return None
