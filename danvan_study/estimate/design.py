"""The sample design: which clusters were drawn in which strata, and the variance that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from danvan_study.coding import code_texts, combine_codes

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
class Stage:
    """One stage of drawing: the names of the units drawn, and how many there were to draw from."""

    units: Sequence[str] | pd.Series
    population: Floats | None = None
    """On each row, the number of units where it was drawn from; None: drawn with replacement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Clusters in strata. A cluster name counts within its stratum only."""

    cluster: Codes
    """Cluster of each row, 0 to clusters - 1."""
    stratum: Codes
    """Stratum of each cluster, 0 to strata - 1, in order."""
    unsampled: Floats
    """Of each cluster, the part of its stratum that was not drawn: 1 - f, 1 for a draw with replacement."""
    lonely: Lonely = Lonely.ADJUST
    domains_too: bool = False
    """Whether a stratum with members of the domain in a single cluster follows the rule ``adjust`` as well, as R does
    on request."""
    within: Design | None = None
    """The next stage of drawing, where the clusters above are the strata: what it adds to the variance. Its
    ``unsampled`` is f (1 - f2), with the part f of the clusters that was drawn."""

    @classmethod
    def of(
        cls,
        strata: Sequence[str] | pd.Series,
        clusters: Sequence[str] | pd.Series,
        *,
        population: Floats | None = None,
        lonely: Lonely = Lonely.ADJUST,
        further: Sequence[Stage] = (),
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
        further
            Later stages, outermost first. They count only where clusters were drawn without replacement.
        """
        stratum = code_texts(pd.Series(strata))[0]
        return cls._stage(stratum, Stage(units=clusters, population=population), lonely=lonely, further=further)

    @classmethod
    def _stage(
        cls,
        stratum: Codes,
        stage: Stage,
        *,
        lonely: Lonely,
        further: Sequence[Stage] = (),
        chance: Floats | float = 1.0,
    ) -> Design:
        """Make one stage and those within it; ``chance`` is the part drawn so far, on each row."""
        cluster, of_cluster, _ = combine_codes(stratum, code_texts(pd.Series(stage.units))[0])
        some_row = np.empty(len(of_cluster), dtype=np.int64)
        some_row[cluster] = np.arange(len(cluster))
        drawn, within = np.zeros(len(of_cluster)), None
        if stage.population is not None:
            drawn = np.minimum(np.bincount(of_cluster)[of_cluster] / stage.population[some_row], 1.0)
            if further:
                chance_within = chance * drawn[cluster]
                within = cls._stage(
                    cluster, further[0], lonely=Lonely.REMOVE, further=further[1:], chance=chance_within
                )
        before = np.broadcast_to(chance, cluster.shape)[some_row]
        return cls(cluster=cluster, stratum=of_cluster, unsampled=before * (1 - drawn), lonely=lonely, within=within)

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

    @property
    def sizes(self) -> Codes:
        """Clusters in each stratum."""
        return np.bincount(self.stratum)

    @property
    def scale(self) -> Floats:
        """What the squared deviation of each cluster counts: (1 - f) n / (n - 1), by the rule for lonely ones."""
        size = self.sizes[self.stratum].astype(np.float64)
        alone = 1.0 if self.lonely is Lonely.ADJUST else 0.0
        scale: Floats = self.unsampled * np.where(size == 1, alone, size / np.maximum(size - 1, 1))
        return scale

    def totals(self, rows: Floats) -> Floats:
        """Sum rows (rows x anything) to clusters (clusters x anything)."""
        return _sums(self.cluster, rows, self.clusters)

    def spread(self, totals: Floats) -> Floats:
        """Return deviations whose squares add up to the variance of the sum of ``totals``, later stages apart.

        Within each stratum of ``n`` clusters, totals are centred and scaled by ``(1 - f) n / (n - 1)``: the estimator
        for clusters drawn with replacement (Särndal, Swensson and Wretman 1992, *Model Assisted Survey Sampling*,
        ch. 4), with a correction for the part drawn.

        Parameters
        ----------
        totals
            Clusters x anything. The sum of products of two columns of the result is their covariance.
        """
        size = self.sizes.astype(np.float64)
        centre = (_sums(self.stratum, totals, self.strata).T / size).T[self.stratum]
        alone = size[self.stratum] == 1
        if alone.any() and self.lonely is Lonely.ADJUST:
            centre[alone] = totals.mean(axis=0)
        if self.domains_too:
            only_one = _sums(self.stratum, (totals != 0).astype(np.float64), self.strata)[self.stratum] == 1
            centre = np.where(only_one, totals.mean(axis=0), centre)
        deviations: Floats = ((totals - centre).T * np.sqrt(self.scale)).T
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
