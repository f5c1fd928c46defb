"""Variance from replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csc_array

from danvan_study.estimate.ratios import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.domains import Domains, Partition
    from danvan_study.estimate.measures import Entries, Measures


BLOCK = 20
"""Replicates whose weights are in memory at a time."""


class WeightSets(Protocol):
    """Replicate weights of the respondents."""

    @property
    def scale(self) -> Floats:
        """What the squared deviation of each replicate counts."""

    def part(self, some: slice) -> Floats:
        """Return the weights in some replicates, rows x replicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicated:
    """Replicate weights and how to read them (Wolter 2007, *Introduction to Variance Estimation*)."""

    weights: Floats
    """Rows x replicates."""
    scale: Floats
    """What the squared deviation of each replicate counts."""
    around_full: bool = True
    """Whether deviations are from the full sample's estimate, else from the mean of the replicates."""

    def part(self, some: slice) -> Floats:
        """Return the weights in some replicates, rows x replicates."""
        return self.weights[:, some]

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
        return replicate_ratios([measures], domains, weight=weight, replicates=self, around_full=self.around_full)[0]


def replicate_ratios(
    questions: Sequence[Measures], domains: Domains, *, weight: Floats, replicates: WeightSets, around_full: bool
) -> list[Floats]:
    """Return the variance of every measure of each question, domains x measures.

    The weights of a few replicates at a time serve all questions, so that no table of respondents x replicates is
    ever made.

    Parameters
    ----------
    weight
        The weights of the full sample.
    around_full
        Whether deviations are from the full sample's estimate, else from the mean of the replicates.
    """
    summed = [[_adder(one.entries, partition, len(weight)) for partition in domains.partitions] for one in questions]
    full = [
        _ratios(one, domains, adders=adders, weights=weight[:, None])
        for one, adders in zip(questions, summed, strict=True)
    ]
    moments = [np.zeros((3, *ratios.shape[:2])) for ratios in full]
    count = len(replicates.scale)
    for start in range(0, count, BLOCK):
        scale = replicates.scale[start : start + BLOCK]
        weights = replicates.part(slice(start, start + BLOCK))
        for number, one in enumerate(questions):
            apart = _ratios(one, domains, adders=summed[number], weights=weights) - full[number]
            moments[number] += np.stack([apart**2 @ scale, apart @ scale, apart.sum(axis=2)])
    # Shifted by their mean m, deviations d from the full figure have the sum of squares s d^2 - 2 m s d + m^2 s.
    shifts = [np.zeros_like(moment[2]) if around_full else moment[2] / count for moment in moments]
    return [
        np.maximum(squares - 2 * mean * sums + mean**2 * replicates.scale.sum(), 0.0)
        for (squares, sums, _), mean in zip(moments, shifts, strict=True)
    ]


def _adder(entries: Entries, partition: Partition, n: int) -> csc_array:
    """Return (domains x levels) x rows, with one more domain for rows in none: what adds up rows."""
    row = np.arange(n) if entries.row is None else entries.row
    amount = np.ones(len(row)) if entries.amount is None else entries.amount
    code = partition.code[row] * entries.levels + entries.level
    return csc_array((amount, (code, row)), shape=((partition.count + 1) * entries.levels, n))


def _ratios(measures: Measures, domains: Domains, *, adders: Sequence[csc_array], weights: Floats) -> Floats:
    """Return domains x measures x columns of ``weights`` (rows x columns)."""
    found = np.empty((domains.count, len(measures.measures), weights.shape[1]))
    for partition, adder in zip(domains.partitions, adders, strict=True):
        sums = (adder @ weights).reshape(partition.count + 1, measures.entries.levels, -1)[:-1]
        above, below = measures.values.T @ sums, (measures.bases.T @ sums)[:, measures.base]
        with np.errstate(divide="ignore", invalid="ignore"):
            found[partition.place] = above / below
    return found


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
