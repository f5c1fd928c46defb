"""The engine: weighted means of every measure in every domain, with their variances, each respondent touched once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.coding import combine_codes
from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.design import Lonely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.estimate.design import Codes, Design, Floats
    from danvan_study.estimate.domains import Domains, Partition
    from danvan_study.estimate.measures import Entries, Measures
    from danvan_study.estimate.survey import Survey

PORTION = 250_000
"""Numbers in a table of clusters x domains x measures that are worked on at a time: more would only go back and forth
between the processor and the memory."""
NOTHING = 1e-12
"""A standard error below this part of the estimate, or of 100 points, is nothing but rounding."""
ROUNDING = 1e-13
"""A spread that is this small a part of the mean square is what subtraction leaves of equal numbers: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """Estimates of one question, domains x measures."""

    estimate: Floats
    variance: Floats
    simple_variance: Floats
    """Variance of the same mean from ``n`` people drawn at random: s squared / n, the s of the population."""
    fourth: Floats
    """Sum of the fourth powers of the deviations whose squares are the variance: few clusters that stand out make the
    variance itself unsure."""
    n: Codes
    clusters: Codes
    strata: Codes
    kish: Floats | None = None
    """1 + squared coefficient of variation of the weights in the base; None: nowhere needed, nothing is silent."""

    @property
    def tail_df(self) -> Floats:
        """Degrees of freedom of the variance when a few clusters make most of it.

        Those of a chi-squared with the same relative variance, ``2 / (2 / df + excess kurtosis / clusters)``
        (Satterthwaite 1946, *Biometrics* 2), never more than clusters minus strata.
        """
        df = (self.clusters - self.strata).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            excess = np.maximum(self.clusters * self.fourth / self.variance**2 - 3, 0)
            return np.where(self.variance > 0, 2 / (2 / df + excess / self.clusters), df)

    @property
    def silent(self) -> np.ndarray:
        """Where the variance is nothing but rounding: everybody said the same, or the margins fix the figure."""
        nothing: np.ndarray = np.sqrt(self.variance) < NOTHING * np.maximum(np.abs(self.estimate), 1.0)
        return nothing


KINDS = {
    "estimate": np.float64,
    "variance": np.float64,
    "simple_variance": np.float64,
    "fourth": np.float64,
    "n": np.int64,
    "clusters": np.int64,
    "strata": np.int64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The pairs of cluster and domain that have a respondent, ordered by domain, stratum and cluster."""

    pair: Codes
    """Pair of each row."""
    cluster: Codes
    """Cluster of each pair."""
    domain: Codes
    """Domain of each pair."""
    starts: Codes
    """First pair of each domain."""
    group_starts: Codes
    """First pair of each domain's strata."""
    group: Codes
    """Domain and stratum of each pair, as one number."""
    group_domain_starts: Codes
    """First of these numbers of each domain."""
    count: int

    @classmethod
    def of(cls, partition: Partition, design: Design) -> Layout:
        """Lay out a partition. Rows in none of its domains make pairs of their own at the end, which don't count."""
        pair, domain, cluster = combine_codes(partition.code, design.cluster)
        kept = int(np.searchsorted(domain, partition.count))
        domain, cluster = domain[:kept], cluster[:kept]
        stratum = design.stratum[cluster]
        first = np.concatenate([[True], (np.diff(domain) != 0) | (np.diff(stratum) != 0)])[:kept]
        group_starts = np.flatnonzero(first)
        return cls(
            pair=pair,
            cluster=cluster,
            domain=domain,
            starts=np.searchsorted(domain, np.arange(partition.count)),
            group_starts=group_starts,
            group=first.cumsum() - 1,
            group_domain_starts=np.searchsorted(domain[group_starts], np.arange(partition.count)),
            count=int(pair.max(initial=-1)) + 1,
        )

    def by_domain(self, pairs: np.ndarray) -> np.ndarray:
        """Sum pairs (pairs x anything) to domains."""
        return np.add.reduceat(pairs, self.starts, axis=0)

    def by_group(self, pairs: np.ndarray) -> np.ndarray:
        """Sum pairs to the strata of each domain."""
        return np.add.reduceat(pairs, self.group_starts, axis=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One calibrated wave: how cell totals of a domain change the totals of its clusters."""

    by_cell: csr_array
    """(Cells x domains) x rows: design weight times membership."""
    effect: Floats
    """Clusters of the wave x cells: weighted memberships of each cluster times the inverse of the regression."""
    clusters: Codes

    def take_away(self, totals: Floats, moments: Floats) -> None:
        """Leave of ``totals`` (clusters x domains x measures) what cells (cells x domains x measures) don't explain."""
        filled = np.flatnonzero(moments.any(axis=(1, 2)))  # a domain has people in few of the cells
        explained = self.effect[:, filled] @ moments[filled].reshape(len(filled), moments[0].size)
        explained = explained.reshape(-1, *totals.shape[1:])
        if len(self.clusters) == len(totals):
            totals -= explained
        else:
            totals[self.clusters] -= explained


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """What was summed over respondents: levels of a question, by pair."""

    counts: np.ndarray
    weights: Floats

    def added_up(self, union: csr_array) -> _Sums:
        """Return the sums of a partition whose pairs are unions of these."""
        return _Sums(counts=union @ self.counts, weights=union @ self.weights)


class Engine:
    """What is the same for all questions: domains, clusters, calibration cells.

    The influence of a row on a ratio is ``1(domain) (y - R) / N``; calibration leaves its residual; weighted residuals
    are summed to clusters, and the clusters of a stratum are compared (Deville 1999, *Survey Methodology* 25;
    Särndal, Swensson and Wretman 1992, ch. 5). Rows outside a domain have influence 0 and stay in the design.
    All these sums are linear in the levels that respondents stand on: a ``bincount`` per partition of domains.
    """

    def __init__(self, survey: Survey, domains: Domains) -> None:
        self._survey = survey
        self._domains = domains
        self._layouts = [Layout.of(partition, survey.design) for partition in domains.partitions]
        self._unions = {
            number: _union(self._layouts[number], self._layouts[partition.finer])
            for number, partition in enumerate(domains.partitions)
            if partition.finer is not None
        }
        self._blocks = [_blocks(survey, partition) for partition in domains.partitions]
        within = survey.design.within
        self._within = Engine(replace(survey, design=within), domains) if within else None

    def estimate(self, measures: Measures) -> Ratios:
        """Estimate every measure of a question in every domain."""
        shape = (self._domains.count, len(measures.measures))
        whole = Ratios(**{name: np.empty(shape, kind) for name, kind in KINDS.items()})
        sums = self._all_sums(measures.entries)
        for number, partition in enumerate(self._domains.partitions):
            part = self._partition(number, partition, measures=measures, sums=sums[number])
            for name in KINDS:
                getattr(whole, name)[partition.place] = getattr(part, name)
        if self._within is not None:
            whole = replace(whole, variance=whole.variance + self._within.estimate(measures).variance)
        return replace(whole, kish=self._kish(measures)) if whole.silent.any() else whole

    def _kish(self, measures: Measures) -> Floats:
        """Return 1 + the squared coefficient of variation of the weights in the base of each measure."""
        kish = np.empty((self._domains.count, len(measures.measures)))
        for number, partition in enumerate(self._domains.partitions):
            layout = self._layouts[number]
            sums = self._sums(layout, measures.entries)
            squared = self._sums(layout, measures.entries, self._survey.weight**2)
            n, people, second = (
                (layout.by_domain(table) @ measures.bases)[:, measures.base]
                for table in (sums.counts, sums.weights, squared.weights)
            )
            with np.errstate(divide="ignore", invalid="ignore"):
                kish[partition.place] = n * second / people**2
        return kish

    def _all_sums(self, entries: Entries) -> dict[int, _Sums]:
        """Sum over respondents for the finest partitions, and add these up for the others."""
        partitions = list(enumerate(self._domains.partitions))
        sums = {number: self._sums(self._layouts[number], entries) for number, one in partitions if one.finer is None}
        for number, one in partitions:
            if one.finer is not None:
                sums[number] = sums[one.finer].added_up(self._unions[number])
        return sums

    def _partition(self, number: int, partition: Partition, *, measures: Measures, sums: _Sums) -> Ratios:
        layout, base = self._layouts[number], measures.base
        members = sums.counts @ measures.bases
        people = layout.by_domain(sums.weights @ measures.bases)[:, base]
        n = np.rint(layout.by_domain(members)).astype(np.int64)[:, base]
        by_domain = layout.by_domain(sums.weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = by_domain @ measures.values / people
            second = by_domain @ measures.squares / people
            squared = second - ratio**2
            spread = np.where(squared > ROUNDING * second, squared, 0.0) / (n - 1)
        present = members > 0
        strata = (layout.by_group(present) > 0).astype(np.int64)
        centre = np.nan_to_num(ratio)  # an empty domain has no ratio, and nothing to centre
        variance, fourth = self._variance(number, partition, sums=sums, measures=measures, centre=centre)
        below = np.where(people > 0, people, 1.0) ** 2
        return Ratios(
            estimate=ratio,
            variance=variance / below,
            fourth=fourth / below**2,
            simple_variance=spread,
            n=n,
            clusters=layout.by_domain(present.astype(np.int64))[:, base],
            strata=np.add.reduceat(strata, layout.group_domain_starts, axis=0)[:, base],
        )

    def _sums(self, layout: Layout, entries: Entries, weight: Floats | None = None) -> _Sums:
        """Sum the weights (or another ``weight``) over the entries: the one place that walks over respondents."""
        weight = self._survey.weight if weight is None else weight
        code = layout.pair * entries.levels if entries.row is None else layout.pair[entries.row] * entries.levels
        code += entries.level
        if entries.row is not None:
            weight = weight[entries.row]
        if entries.amount is not None:
            weight = weight * entries.amount
        size, kept = layout.count * entries.levels, len(layout.cluster)
        counts = np.bincount(code, minlength=size).reshape(-1, entries.levels)[:kept]
        weights = np.bincount(code, weight, minlength=size).astype(np.float64, copy=False)
        return _Sums(counts=counts, weights=weights.reshape(-1, entries.levels)[:kept])

    def _needs_clusters(self, number: int) -> bool:
        """Whether clusters without a member of the domain vary too: with calibration, and to average strata."""
        design = self._survey.design
        return bool(self._blocks[number]) or design.lonely is Lonely.AVERAGE

    def _variance(
        self, number: int, partition: Partition, *, sums: _Sums, measures: Measures, centre: Floats
    ) -> tuple[Floats, Floats]:
        """Return variance and fourth powers of the sums of deviations from the ratio, domains x measures.

        Divided by the people in the domain deviations are influence; the variance is divided once, at the end.
        """
        layout, design, count = self._layouts[number], self._survey.design, len(measures.base)
        totals = _deviations(sums.weights, measures, centre[layout.domain])
        if not self._needs_clusters(number):
            return _variance_of_pairs(totals, layout, design)
        moments = self._moments(number, partition, measures=measures, centre=centre)
        variance, fourth = np.empty_like(centre), np.empty_like(centre)
        for domains in _portions(partition.count, design.clusters * count):
            pairs = slice(*np.searchsorted(layout.domain, [domains.start, domains.stop]))
            full = np.zeros((design.clusters, domains.stop - domains.start, count))
            full[layout.cluster[pairs], layout.domain[pairs] - domains.start] = totals[pairs]
            for block, of_cells in zip(self._blocks[number], moments, strict=True):
                block.take_away(full, of_cells[:, domains])
            squares = design.spread(full) ** 2
            variance[domains], fourth[domains] = squares.sum(axis=0), (squares**2).sum(axis=0)
        return variance, fourth

    def _moments(self, number: int, partition: Partition, *, measures: Measures, centre: Floats) -> list[Floats]:
        """Return of each calibration what its cells deviate from the ratios: cells x domains x measures."""
        said, of_cells = _indicator(measures.entries, self._survey.n), []
        for block in self._blocks[number]:
            cells = np.asarray((block.by_cell @ said).todense())
            domain = np.arange(len(cells)) % partition.count
            of_cells.append(_deviations(cells, measures, centre[domain]).reshape(-1, *centre.shape))
        return of_cells


def _deviations(sums: Floats, measures: Measures, ratio: Floats) -> Floats:
    """Return what sums over levels (rows x levels) deviate from the ratio in each row: rows x measures."""
    deviations: Floats = sums @ measures.values - ratio * (sums @ measures.bases)[:, measures.base]
    return deviations


def _portions(count: int, each: int) -> Iterator[slice]:
    """Divide so many columns of so many numbers into portions that stay near the processor."""
    size = max(1, PORTION // max(each, 1))
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def _union(coarse: Layout, fine: Layout) -> csr_array:
    """Return which pairs of ``fine`` make up each pair of ``coarse``."""
    of = np.empty(len(fine.cluster), dtype=np.int64)
    inside = fine.pair < len(fine.cluster)
    of[fine.pair[inside]] = coarse.pair[inside]
    kept = of < len(coarse.cluster)
    at = np.flatnonzero(kept)
    return csr_array((np.ones(len(at)), (of[at], at)), shape=(len(coarse.cluster), len(of)))


def _variance_of_pairs(totals: Floats, layout: Layout, design: Design) -> tuple[Floats, Floats]:
    """Return variance and fourth powers from the clusters that have members; the others are zeros, not stored."""
    size = design.sizes[design.stratum[layout.cluster]].astype(np.float64)
    alone = size == 1
    scale = design.scale[layout.cluster]
    sums = layout.by_group(totals)
    first = layout.group_starts
    centre = sums / size[first, None]
    if alone.any() and design.lonely is Lonely.ADJUST:
        everybody = layout.by_domain(totals) / design.clusters
        lonely = np.flatnonzero(alone[first])
        centre[lonely] = everybody[layout.domain[first[lonely]]]
    absent = size[first] - layout.by_group(np.ones(len(size)))
    near, far = (totals - centre[layout.group]) ** 2, absent[:, None] * centre**2
    weight = scale[first, None]
    squares = (layout.by_group(near) + far) * weight
    fourths = (layout.by_group(near**2) + far * centre**2) * weight**2
    starts = layout.group_domain_starts
    return np.add.reduceat(squares, starts, axis=0), np.add.reduceat(fourths, starts, axis=0)


def _indicator(entries: Entries, n: int) -> csr_array:
    """Return rows x levels: what each row counts on each level."""
    row = np.arange(n) if entries.row is None else entries.row
    amount = np.ones(len(row)) if entries.amount is None else entries.amount
    return csr_array((amount, (row, entries.level)), shape=(n, entries.levels))


def _blocks(survey: Survey, partition: Partition) -> list[_Block]:
    blocks = []
    for part in survey.calibrated:
        regression = part.residuals
        if not isinstance(regression, Regression):
            raise TypeError("the engine takes the residuals of a regression")
        cells = regression.auxiliaries.tocoo()
        row, cell = cells.coords[0].astype(np.int64) + part.rows.start, cells.coords[1].astype(np.int64)
        size = regression.auxiliaries.shape[1]
        weighted = csr_array(
            (survey.weight[row] * cells.data, (survey.design.cluster[row], cell)), shape=(survey.design.clusters, size)
        )
        clusters = np.unique(survey.design.cluster[part.rows])
        design_weight = np.zeros(survey.n)
        design_weight[part.rows] = regression.design_weight
        inside = partition.code[row] < partition.count
        row, cell = row[inside], cell[inside]
        shape = (size * partition.count, survey.n)
        values = cells.data[inside] * design_weight[row]
        blocks.append(
            _Block(
                by_cell=csr_array((values, (cell * partition.count + partition.code[row], row)), shape=shape),
                effect=np.asarray(weighted[clusters].todense()) @ regression.inverse,
                clusters=clusters,
            )
        )
    return blocks
