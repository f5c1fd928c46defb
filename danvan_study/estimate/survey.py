"""A weighted sample with its design: what every estimator stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from danvan_study.estimate.calibrated import CellMeans, Regression
    from danvan_study.estimate.design import Design, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedRows:
    """Rows whose weights were calibrated together: one wave."""

    rows: slice
    residuals: Regression | CellMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Weights, design and calibration of the same rows."""

    weight: Floats
    design: Design
    calibrated: tuple[CalibratedRows, ...] = ()

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.weight)

    def cluster_totals(self, influence: Floats) -> Floats:
        """Sum weighted influence (rows x columns) to clusters, without what the calibration explains."""
        left = influence
        if self.calibrated:
            left = influence.copy()
            for part in self.calibrated:
                left[part.rows] = part.residuals.of(influence[part.rows])
        return self.design.totals(self.weight[:, None] * left)

    def covariance(self, influence: Floats) -> Floats:
        """Return the covariance matrix of estimators from their influence values (rows x estimators).

        The influence of a row is the derivative of the estimator with respect to the row's weight (Deville 1999,
        *Survey Methodology* 25, 193-203; Demnati and Rao 2004, the same journal 30, 17-26).
        """
        spread = self.design.spread(self.cluster_totals(influence))
        covariance: Floats = spread.T @ spread
        if self.design.within:
            covariance = covariance + replace(self, design=self.design.within).covariance(influence)
        return covariance
