"""What calibration takes away from the variance: the part of a variable that the margins explain.

Two definitions of that part are in use, and both stand here under their names. The kit's estimates use the regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, diags_array

if TYPE_CHECKING:
    from danvan_study.estimate.design import Floats

RANK = 1e-9
"""Auxiliaries that are this near to a combination of others count as one."""
PASSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """The regression on the calibration's auxiliaries, with design weights.

    The variance of a calibrated estimator is that of its residuals, weighted with the final weights (Deville and
    Särndal 1992, JASA 87, 376-382, eq. 3.4; the same as R's ``calibrate``).
    """

    auxiliaries: csr_array
    """Rows x auxiliaries."""
    design_weight: Floats
    """The weights that went into the calibration."""
    inverse: Floats
    """Pseudo-inverse of the weighted cross-product: margins repeat one another, so it has no full rank."""

    @classmethod
    def on(cls, auxiliaries: csr_array, design_weight: Floats) -> Regression:
        """Prepare the regression on ``auxiliaries``."""
        weighted = csr_array(diags_array(design_weight) @ auxiliaries)
        cross = np.asarray((auxiliaries.T @ weighted).todense(), dtype=np.float64)
        scale = 1 / np.sqrt(np.maximum(np.diag(cross), np.finfo(float).tiny))
        inverse = np.linalg.pinv(cross * scale * scale[:, None], rcond=RANK, hermitian=True)
        return cls(auxiliaries=auxiliaries, design_weight=design_weight, inverse=inverse * scale * scale[:, None])

    def of(self, variables: Floats) -> Floats:
        """Return what the auxiliaries don't explain of each column of ``variables`` (rows x columns)."""
        moments = self.auxiliaries.T @ (self.design_weight[:, None] * variables)
        residuals: Floats = variables - self.auxiliaries @ (self.inverse @ moments)
        return residuals


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMeans:
    """Means of the cells, margin after margin, without weights: what R's ``rake`` takes away.

    R goes over the margins ten times. The same weights get another standard error than from :class:`Regression`; here
    for comparison.
    """

    margins: tuple[csr_array, ...]
    """Rows x cells of each margin."""

    def of(self, variables: Floats) -> Floats:
        """Return what the cells don't explain of each column of ``variables``."""
        left = variables
        for _ in range(PASSES):
            for membership in self.margins:
                means = (membership.T @ left) / np.asarray(membership.sum(axis=0)).reshape(-1, 1)
                left = left - membership @ means
        return left
