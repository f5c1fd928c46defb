"""Variance from replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from danvan_study.estimate.design import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicated:
    """Replicate weights and how to read them (Wolter 2007, *Introduction to Variance Estimation*)."""

    weights: Floats
    """Rows x replicates."""
    scale: Floats
    """What the squared deviation of each replicate counts."""
    around_full: bool = True
    """Whether deviations are from the full sample's estimate, else from the mean of the replicates."""

    def variance(self, full: Floats, replicates: Floats) -> Floats:
        """Return the variance of each estimator (columns) from its replicates (rows)."""
        centre = full if self.around_full else replicates.mean(axis=0)
        variance: Floats = self.scale @ (replicates - centre) ** 2
        return variance
