"""Variance from replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array, hstack

from danvan_study.estimate.ratios import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.domains import Domains
    from danvan_study.estimate.measures import Entries, Measures


AT_A_TIME = 40_000_000
"""Sums of domains x levels x replicates that are in memory at a time."""


class WeightSets(Protocol):
    """Replicate weights of the respondents."""

    @property
    def scale(self) -> Floats:
        """What the squared deviation of each replicate counts."""

    def part(self, rows: Codes, some: slice) -> Floats:
        """Return the weights of some rows in some replicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicated:
    """Replicate weights and how to read them (Wolter 2007, *Introduction to Variance Estimation*)."""

    weights: Floats
    """Rows x replicates."""
    scale: Floats
    """What the squared deviation of each replicate counts."""
    around_full: bool = True
    """Whether deviations are from the full sample's estimate, else from the mean of the replicates."""

    def part(self, rows: Codes, some: slice) -> Floats:
        """Return the weights of some rows in some replicates."""
        return self.weights[:, some][rows]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Full:
    """The weights of the full sample as a set of one replicate."""

    weight: Floats

    @property
    def scale(self) -> Floats:
        return np.ones(1)

    def part(self, rows: Codes, some: slice) -> Floats:
        return self.weight[rows, None][:, some]


def replicate_ratios(
    questions: Sequence[Measures], domains: Domains, *, weight: Floats, replicates: WeightSets, around_full: bool
) -> list[Floats]:
    """Return the variance of every measure of each question, domains x measures.

    One product a domain, of the levels of all questions at once and the weights of its respondents in the replicates:
    a table of all respondents x replicates is never made.

    Parameters
    ----------
    weight
        The weights of the full sample.
    around_full
        Whether deviations are from the full sample's estimate, else from the mean of the replicates.
    """
    if not questions:
        return []
    levels = csr_array(hstack([_on_levels(one.entries, len(weight)) for one in questions], format="csr"))
    full = _ratios(questions, _sums(levels, domains, _Full(weight=weight), some=slice(0, 1)))
    moments = [np.zeros((3, *ratios.shape[:2])) for ratios in full]
    count = len(replicates.scale)
    block = max(1, AT_A_TIME // max(domains.count * levels.shape[1], 1))
    for start in range(0, count, block):
        some = slice(start, start + block)
        scale = replicates.scale[some]
        each = _ratios(questions, _sums(levels, domains, replicates, some=some))
        for moment, ratios, centre in zip(moments, each, full, strict=True):
            apart = ratios - centre
            np.add(moment, [apart**2 @ scale, apart @ scale, apart.sum(axis=2)], out=moment)
    # Shifted by their mean m, deviations d from the full figure have the sum of squares s d^2 - 2 m s d + m^2 s.
    shifts = [np.zeros_like(moment[2]) if around_full else moment[2] / count for moment in moments]
    return [
        np.maximum(squares - 2 * mean * sums + mean**2 * replicates.scale.sum(), 0.0)
        for (squares, sums, _), mean in zip(moments, shifts, strict=True)
    ]


def _on_levels(entries: Entries, n: int) -> csr_array:
    """Return rows x levels: what each row counts on each level."""
    row = np.arange(n) if entries.row is None else entries.row
    amount = np.ones(len(row)) if entries.amount is None else entries.amount
    return csr_array((amount, (row, entries.level)), shape=(n, entries.levels))


def _sums(levels: csr_array, domains: Domains, replicates: WeightSets, *, some: slice) -> Floats:
    """Return weighted counts, domains x levels x some replicates."""
    size = len(replicates.scale[some])
    sums = np.zeros((domains.count, levels.shape[1], size))
    for partition in reversed(domains.partitions):  # the finer ones come last
        if partition.finer is not None:
            finer = domains.partitions[partition.finer]
            inside = finer.code < finer.count
            coarse = np.empty(finer.count, dtype=np.int64)
            coarse[finer.code[inside]] = partition.code[inside]
            np.add.at(sums, partition.place[coarse], sums[finer.place])
            continue
        order = np.argsort(partition.code, kind="stable")
        ends = np.bincount(partition.code, minlength=partition.count).cumsum()
        ordered = levels[order]
        for place, start, end in zip(partition.place, [0, *ends[:-1]], ends, strict=False):
            sums[place] = ordered[start:end].toarray().T @ replicates.part(order[start:end], some)
    return sums


def _ratios(questions: Sequence[Measures], sums: Floats) -> list[Floats]:
    """Return for each question domains x measures x replicates, from the sums of the levels of all questions."""
    found, start = [], 0
    for one in questions:
        own = sums[:, start : start + one.entries.levels]
        start += one.entries.levels
        above, below = one.values.T @ own, (one.bases.T @ own)[:, one.base]
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(above / below)
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
