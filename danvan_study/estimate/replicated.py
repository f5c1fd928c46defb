"""Variance from replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array

from danvan_study.estimate.ratios import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.domains import Domains
    from danvan_study.estimate.measures import Measures


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

    def ratio_variances(self, measures: Measures, domains: Domains, weight: Floats) -> Floats:
        """Return the variance of every measure of a question, domains x measures.

        Parameters
        ----------
        weight
            The weights of the full sample.
        """
        entries, found = measures.entries, np.empty((domains.count, len(measures.measures)))
        row = np.arange(len(weight)) if entries.row is None else entries.row
        amount = np.ones(len(row)) if entries.amount is None else entries.amount
        for partition in domains.partitions:
            inside = partition.code[row] < partition.count
            code = partition.code[row] * entries.levels + entries.level
            shape = (partition.count * entries.levels, len(weight))
            sums = csr_array((amount[inside], (code[inside], row[inside])), shape=shape)
            full = self._ratios((sums @ weight)[:, None], measures)[:, 0]
            each = self._ratios(sums @ self.weights, measures)
            size = (partition.count, len(measures.measures))
            found[partition.place] = self.variance(full, each.T).reshape(size)
        return found

    @staticmethod
    def _ratios(sums: Floats, measures: Measures) -> Floats:
        """Return the ratios from (domains x levels) x replicates: (domains x measures) x replicates."""
        table = sums.reshape(-1, measures.entries.levels, sums.shape[1])
        above = np.einsum("dlr,lm->dmr", table, measures.values, optimize=True)
        below = np.einsum("dlr,lb->dbr", table, measures.bases, optimize=True)[:, measures.base]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios: Floats = (above / below).reshape(-1, sums.shape[1])
        return ratios


class Multipliers(Protocol):
    """Replicates of a sample of clusters."""

    @property
    def multiplier(self) -> Floats:
        """Clusters x replicates."""

    @property
    def scale(self) -> Floats:
        """What the squared deviation of each replicate counts."""


class ReplicateEngine(Engine):
    """Bootstrap variances without a weight per respondent and replicate: clusters carry the multipliers.

    The weights are not calibrated again in each replicate; where that matters, take replicate weights of the
    respondents (:meth:`Replicated.ratio_variances`).
    """

    def replicate(self, questions: Sequence[Measures], replicates: Multipliers) -> list[Floats]:
        """Return the variance of every measure of each question, domains x measures.

        One product a domain, of all questions at once: the sums of its clusters times their multipliers. Single
        precision is enough for standard errors.
        """
        widths = [len(one.measures) + one.bases.shape[1] for one in questions]
        starts = np.cumsum([0, *widths])
        above = np.concatenate(
            [start + np.arange(len(one.measures)) for start, one in zip(starts, questions, strict=False)]
        )
        below = np.concatenate(
            [start + len(one.measures) + one.base for start, one in zip(starts, questions, strict=False)]
        )
        scale = replicates.scale.astype(np.float32)
        variances = np.empty((self._domains.count, len(above)))
        for number, partition in enumerate(self._domains.partitions):
            layout = self._layouts[number]
            sums = np.empty((len(layout.cluster), starts[-1]), dtype=np.float32)
            for one, start, width in zip(questions, starts, widths, strict=False):
                weights = self._sums(layout, one.entries).weights
                sums[:, start : start + width] = weights @ np.hstack([one.values, one.bases])
            ends = np.append(layout.starts[1:], len(layout.cluster))
            for place, first, last in zip(partition.place, layout.starts, ends, strict=True):
                here = sums[first:last]
                drawn = here.T @ _multipliers(replicates, layout.cluster[first:last])
                full = here.sum(axis=0, dtype=np.float64)
                with np.errstate(divide="ignore", invalid="ignore"):
                    apart = drawn[above] / drawn[below]
                    apart -= (full[above] / full[below]).astype(np.float32)[:, None]
                apart *= apart
                variances[place] = apart @ scale
        return np.split(variances, np.cumsum([len(one.measures) for one in questions])[:-1], axis=1)


def _multipliers(replicates: Multipliers, clusters: np.ndarray) -> np.ndarray:
    """Return the multipliers of some clusters, without a copy where they stand side by side."""
    if len(clusters) and clusters[-1] - clusters[0] == len(clusters) - 1:
        part = replicates.multiplier[clusters[0] : clusters[-1] + 1]
    else:
        part = replicates.multiplier[clusters]
    return part.astype(np.float32, copy=False)
