"""Phase one of the audited shares: the survey, with its weights, strata and clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


class Phase(Protocol):
    """The survey as the audit sees it: one entry per answer."""

    @property
    def weight(self) -> Floats:
        """Of each answer."""

    @property
    def df(self) -> int:
        """Clusters minus strata."""

    def variance(self, influence: Floats) -> Floats:
        """Return the variance of weighted sums of ``influence`` (answers x columns)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOne:
    """A sample of clusters drawn with replacement within strata, its weights not calibrated."""

    weight: Floats
    stratum: Codes
    cluster: Codes
    """Clusters are numbered through all strata."""

    @classmethod
    def simple(cls, count: int) -> PhaseOne:
        """Return the design of a simple random sample: equal weights, one stratum, everybody a cluster."""
        return cls(weight=np.ones(count), stratum=np.zeros(count, dtype=np.int64), cluster=np.arange(count))

    @classmethod
    def of(cls, weight: Sequence[float], strata: Sequence[str], clusters: Sequence[str]) -> PhaseOne:
        """Return the design with strata, and clusters within strata, by name."""
        pairs = [f"{stratum}\n{cluster}" for stratum, cluster in zip(strata, clusters, strict=True)]
        return cls(
            weight=np.asarray(weight, dtype=np.float64),
            stratum=np.unique(list(strata), return_inverse=True)[1].astype(np.int64),
            cluster=np.unique(pairs, return_inverse=True)[1].astype(np.int64),
        )

    @property
    def df(self) -> int:
        """Clusters minus strata."""
        return int(self.cluster.max()) - int(self.stratum.max())

    def variance(self, influence: Floats) -> Floats:
        """Return the variance of weighted sums of ``influence``.

        A stratum of one cluster is centred at the mean of all, as in the kit's estimator.
        """
        clusters = int(self.cluster.max()) + 1
        totals = np.zeros((clusters, influence.shape[1]))
        np.add.at(totals, self.cluster, self.weight[:, None] * influence)
        stratum = np.zeros(clusters, dtype=np.int64)
        stratum[self.cluster] = self.stratum
        size = np.bincount(stratum)
        centre = np.zeros((len(size), influence.shape[1]))
        np.add.at(centre, stratum, totals)
        centre = np.where((size == 1)[:, None], totals.mean(axis=0), centre / size[:, None])
        scale = np.where(size == 1, 1.0, size / np.maximum(size - 1, 1))[stratum]
        variance: Floats = scale @ (totals - centre[stratum]) ** 2
        return variance
