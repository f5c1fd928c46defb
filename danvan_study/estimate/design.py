"""The sample design: which clusters were drawn in which strata, and the variance that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Lonely(StrEnum):
    """What to do with a stratum of one cluster, which alone tells nothing of its variance (as R ``survey`` does)."""

    ADJUST = "adjust"
    """Centre it at the mean of all clusters: errs on the safe side."""
    AVERAGE = "average"
    """Give it the mean variance of the other strata."""
    CERTAINTY = "certainty"
    """It was sure to be drawn and adds nothing."""
    REMOVE = "remove"
    """Leave it out; the same figure as ``certainty``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Clusters in strata. A cluster name counts within its stratum only."""

    cluster: Codes
    """Cluster of each row, 0 to clusters - 1."""
    stratum: Codes
    """Stratum of each cluster, 0 to strata - 1."""
    unsampled: Floats
    """Of each cluster, the part of its stratum that was not drawn: 1 - f, 1 for a draw with replacement."""
    lonely: Lonely = Lonely.ADJUST

    @classmethod
    def of(
        cls,
        strata: Sequence[str],
        clusters: Sequence[str],
        *,
        population: Floats | None = None,
        lonely: Lonely = Lonely.ADJUST,
    ) -> Design:
        """Make a design from the names on each row.

        Parameters
        ----------
        strata, clusters
            Names, one per row.
        population
            Number of clusters in the population of the row's stratum; None: drawn with replacement.
        lonely
            Rule for strata of one cluster.
        """
        names = pd.DataFrame({"stratum": list(strata), "cluster": list(clusters)})
        grouped = names.groupby(["stratum", "cluster"], sort=True)
        cluster = grouped.ngroup().to_numpy().astype(np.int64)
        first = np.unique(cluster, return_index=True)[1]
        stratum = np.unique(names["stratum"].to_numpy()[first], return_inverse=True)[1].astype(np.int64)
        unsampled = np.ones(len(first))
        if population is not None:
            unsampled = np.maximum(1 - np.bincount(stratum)[stratum] / population[first], 0.0)
        return cls(cluster=cluster, stratum=stratum, unsampled=unsampled, lonely=lonely)

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.stratum)

    @property
    def strata(self) -> int:
        """Number of strata."""
        return int(self.stratum.max()) + 1

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters minus strata."""
        return self.clusters - self.strata

    def totals(self, rows: Floats) -> Floats:
        """Sum rows (rows x anything) to clusters (clusters x anything)."""
        return _sums(self.cluster, rows, self.clusters)

    def spread(self, totals: Floats) -> Floats:
        """Return deviations whose squares add up to the variance of the sum of ``totals``.

        Within each stratum of ``n`` clusters, totals are centred and scaled by ``(1 - f) n / (n - 1)``: the estimator
        for clusters drawn with replacement (Särndal, Swensson and Wretman 1992, *Model Assisted Survey Sampling*,
        ch. 4), with a correction for the part drawn.

        Parameters
        ----------
        totals
            Clusters x anything. The sum of products of two columns of the result is their covariance.
        """
        size = np.bincount(self.stratum).astype(np.float64)
        centre = (_sums(self.stratum, totals, self.strata).T / size).T[self.stratum]
        alone = size[self.stratum] == 1
        scale = self.unsampled * np.where(alone, 1.0, size[self.stratum] / np.maximum(size[self.stratum] - 1, 1))
        if alone.any():
            if self.lonely is Lonely.ADJUST:
                centre[alone] = totals.mean(axis=0)
            else:
                scale[alone] = 0.0
        deviations: Floats = ((totals - centre).T * np.sqrt(scale)).T
        if self.lonely is Lonely.AVERAGE and alone.any():
            deviations = deviations * np.sqrt(self._strata_per_compared(totals))
        return deviations

    def _strata_per_compared(self, totals: Floats) -> Floats:
        """Return, for each column, the strata it has members in over those that have more than one cluster."""
        present = _sums(self.stratum, (totals != 0).astype(np.float64), self.strata) > 0
        compared = (present.T & (np.bincount(self.stratum) > 1)).T
        with np.errstate(divide="ignore"):
            return np.asarray(present.sum(axis=0) / compared.sum(axis=0), dtype=np.float64)

    def variance(self, totals: Floats) -> Floats:
        """Return the variance of the sum over clusters, of each column of ``totals``."""
        variance: Floats = (self.spread(totals) ** 2).sum(axis=0)
        return variance


def indicator(codes: Codes, length: int, weights: Floats | None = None) -> csr_array:
    """Return the matrix (length x rows) that sums rows by code; a plain loop, so the order of addition is fixed."""
    values = np.ones(len(codes)) if weights is None else weights
    return csr_array((values, (codes, np.arange(len(codes)))), shape=(length, len(codes)))


def _sums(codes: Codes, rows: Floats, length: int) -> Floats:
    flat = rows.reshape(len(rows), -1)
    sums: Floats = indicator(codes, length) @ flat
    return sums.reshape(length, *rows.shape[1:])
