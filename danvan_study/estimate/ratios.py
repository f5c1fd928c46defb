"""The engine: weighted means of every measure in every domain, with their variances, in one pass."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.design import indicator

if TYPE_CHECKING:
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.domains import Domains
    from danvan_study.estimate.measures import Measures
    from danvan_study.estimate.survey import Survey


PORTION = 24
"""Measures worked on together: clusters x domains x measures are in memory at a time."""
ROUNDING = 1e-13
"""A spread that is this small a part of the mean square is what subtraction leaves of equal numbers: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """Estimates of one question, domains x measures."""

    estimate: Floats
    variance: Floats
    simple_variance: Floats
    """Variance of the same mean from ``n`` people drawn at random: s squared / n, the s of the population."""
    kish: Floats
    """1 + squared coefficient of variation of the weights in the base."""
    n: Codes
    clusters: Codes
    strata: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One calibrated wave: how cell totals of a domain change the totals of its clusters."""

    by_cell: csr_array
    """(Cells x domains) x rows: design weight times membership."""
    effect: Floats
    """Clusters of the wave x cells: weighted memberships of each cluster times the inverse of the regression."""
    clusters: Codes


class Engine:
    """What is the same for all questions: domains, clusters, calibration cells, as sums over rows.

    The influence of a row on a ratio is ``1(domain) (y - R) / N``; calibration leaves its residual; weighted residuals
    are summed to clusters, and the clusters of a stratum are compared (Deville 1999, *Survey Methodology* 25;
    Särndal, Swensson and Wretman 1992, ch. 5). Rows outside a domain have influence 0 and stay in the design.
    All these sums are linear in ``y`` and 1, so each question costs one sparse product.
    """

    def __init__(self, survey: Survey, domains: Domains) -> None:
        self._design = survey.design
        self._count = domains.count
        ones = np.ones(survey.n)
        self._by_domain = domains.matrix(survey.weight)
        self._squares = domains.matrix(survey.weight**2)
        self._counts = domains.matrix(ones)
        pairs = survey.design.cluster[domains.rows] * domains.count + domains.domains
        self._by_cluster = csr_array(
            (survey.weight[domains.rows], (pairs, domains.rows)),
            shape=(survey.design.clusters * domains.count, survey.n),
        )
        self._strata = indicator(survey.design.stratum, survey.design.strata)
        self._blocks = _blocks(survey, domains)

    def estimate(self, measures: Measures) -> Ratios:
        """Estimate every measure of a question in every domain."""
        portions = [self._portion(part) for part in measures.parts(PORTION)]
        columns = {
            field.name: np.concatenate([getattr(portion, field.name) for portion in portions], axis=1)
            for field in fields(Ratios)
        }
        return Ratios(**columns)

    def _portion(self, measures: Measures) -> Ratios:
        base = measures.base
        people = (self._by_domain @ measures.bases)[:, base]
        n = np.rint(self._counts @ measures.bases).astype(np.int64)[:, base]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (self._by_domain @ measures.values) / people
            second = (self._by_domain @ measures.values**2) / people
            squared = second - ratio**2
            spread = np.where(squared > ROUNDING * second, squared, 0.0) / (n - 1)
            kish = n * (self._squares @ measures.bases)[:, base] / people**2
        members = self._cube(self._by_cluster, measures.bases)
        centre = np.nan_to_num(ratio)  # an empty domain has no ratio, and nothing to centre
        totals = self._deviations(self._by_cluster, measures, centre)
        for block in self._blocks:
            cells = self._deviations(block.by_cell, measures, centre)
            explained = block.effect @ cells.reshape(len(cells), -1)
            totals[block.clusters] -= explained.reshape(-1, *totals.shape[1:])
        present = (members > 0).astype(np.float64)
        strata = (self._strata @ present.reshape(len(present), -1)).reshape(-1, *present.shape[1:]) > 0
        return Ratios(
            estimate=ratio,
            variance=self._design.variance(totals) / np.where(people > 0, people, 1.0) ** 2,
            simple_variance=spread,
            kish=kish,
            n=n,
            clusters=present.sum(axis=0).astype(np.int64)[:, base],
            strata=strata.sum(axis=0).astype(np.int64)[:, base],
        )

    def _deviations(self, sums: csr_array, measures: Measures, centre: Floats) -> Floats:
        """Return deviations from the ratio, summed by ``sums``: anything x domains x measures.

        Divided by the people in the domain they are influence; the variance is divided once, at the end.
        """
        deviations = self._cube(sums, measures.values)
        bases = self._cube(sums, measures.bases)
        for number, base in enumerate(measures.base):
            deviations[:, :, number] -= centre[:, number] * bases[:, :, base]
        return deviations

    def _cube(self, sums: csr_array, columns: Floats) -> Floats:
        flat: Floats = sums @ columns
        return flat.reshape(-1, self._count, columns.shape[1])


def _blocks(survey: Survey, domains: Domains) -> list[_Block]:
    blocks = []
    for part in survey.calibrated:
        regression = part.residuals
        if not isinstance(regression, Regression):
            raise TypeError("the engine takes the residuals of a regression")
        cells = regression.auxiliaries.tocoo()
        row, cell = cells.coords[0].astype(np.int64) + part.rows.start, cells.coords[1].astype(np.int64)
        size = regression.auxiliaries.shape[1]
        members = csr_array((cells.data, (row, cell)), shape=(survey.n, size))
        weighted = csr_array(
            (survey.weight[row] * cells.data, (survey.design.cluster[row], cell)), shape=(survey.design.clusters, size)
        )
        clusters = np.unique(survey.design.cluster[part.rows])
        design_weight = np.zeros(survey.n)
        design_weight[part.rows] = regression.design_weight
        blocks.append(
            _Block(
                by_cell=_cells_by_domains(members, domains, design_weight),
                effect=np.asarray(weighted[clusters].todense()) @ regression.inverse,
                clusters=clusters,
            )
        )
    return blocks


def _cells_by_domains(members: csr_array, domains: Domains, design_weight: Floats) -> csr_array:
    """Return (cells x domains) x rows: each row's design weight times membership, in each domain it belongs to."""
    first = members.indptr[domains.rows]
    length = members.indptr[domains.rows + 1] - first
    pair = np.repeat(np.arange(len(domains.rows)), length)
    entry = np.arange(len(pair)) - np.repeat(length.cumsum() - length, length) + np.repeat(first, length)
    row = domains.rows[pair]
    at = members.indices[entry].astype(np.int64) * domains.count + domains.domains[pair]
    shape = (members.shape[1] * domains.count, members.shape[0])
    return csr_array((members.data[entry] * design_weight[row], (at, row)), shape=shape)
