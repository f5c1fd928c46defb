"""The plain numpy limit: how fast the tasks of weighting and estimating can be on this machine.

    python -m benchmarks.limit [ROWS ...]

Integer codes are ready, every loop over respondents is one ``bincount``, nothing is checked, reported or protected. The
kit is measured against these times (``python -m benchmarks.speed``); they were written down before the kit was made
faster. The same machine type gave a research sketch 0.107 s for raking, 0.19 s for domain means and 0.56 s for 500
replicates at a million rows.

The data: 700 clusters in ten thousand rows, nested in districts, which are strata; rows in no order. Twenty items of
five levels, 5 % without answer. Margins: district x sex x age, district, ethnicity, urban.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20_261_122
ITEMS = 20
REPLICATES = 500
DISTRICTS = {10_000: 10, 100_000: 63}
LEVELS = 6
"""Code 0 is no answer, 1 to 5 are the answers."""

LEVELS_OF_MARGINS = (0, 2, 6, 2, 2)
"""District (as many as there are), sex, age, ethnicity, urban."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """A sample as integer codes."""

    district: np.ndarray
    cluster: np.ndarray
    district_of_cluster: np.ndarray
    variables: tuple[np.ndarray, ...]
    """District, sex, age, ethnicity, urban: the codes of the margin variables."""
    cells: tuple[np.ndarray, ...]
    """For each margin, the cell of each pattern."""
    totals: tuple[np.ndarray, ...]
    weight: np.ndarray
    items: np.ndarray
    """Items x rows, int8."""

    @property
    def districts(self) -> int:
        """Number of districts."""
        return int(self.district_of_cluster.max()) + 1


def make_material(rows: int) -> Material:
    """Draw a sample of ``rows``."""
    rng = np.random.default_rng([SEED, rows])
    clusters, districts = rows * 7 // 100, DISTRICTS.get(rows, 500)
    cluster = rng.permutation(np.arange(rows) % clusters)
    district_of_cluster = np.arange(clusters) * districts // clusters
    sex, age, minority, urban = (rng.integers(0, levels, rows) for levels in LEVELS_OF_MARGINS[1:])
    district = district_of_cluster[cluster]
    variables = (district, sex, age, minority, urban)
    pattern = joint(variables)
    known = np.arange(districts * 48)
    cells = (known // 4, known // 48, known // 2 % 2, known % 2)
    weight = rng.lognormal(3, 0.4, rows)
    people = weight * np.exp(0.1 * sex - 0.05 * age + 0.2 * urban + 0.1 * minority)
    totals = tuple(np.bincount(cell[pattern], people) for cell in cells)
    mood = rng.normal(0, 0.5, clusters)
    items = np.empty((ITEMS, rows), dtype=np.int8)
    for item in items:
        item[:] = np.clip(np.rint(3 + mood[cluster] + rng.normal(0, 1, rows)), 1, 5)
        item[rng.random(rows) < 0.05] = 0
    return Material(
        district=district,
        cluster=cluster,
        district_of_cluster=district_of_cluster,
        variables=variables,
        cells=cells,
        totals=totals,
        weight=weight,
        items=items,
    )


def joint(variables: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return the joint cell of all margin variables."""
    cell = variables[0]
    for variable, levels in zip(variables[1:], LEVELS_OF_MARGINS[1:], strict=True):
        cell = cell * levels + variable
    return cell


def rake(material: Material) -> np.ndarray:
    """Rake to four margins on the joint cells, and expand once."""
    pattern = joint(material.variables)
    start = np.bincount(pattern, material.weight, minlength=len(material.cells[0]))
    now = rake_cells(start, material)
    factor = np.divide(now, start, out=start, where=start > 0)
    raked: np.ndarray = material.weight * factor[pattern]
    return raked


def rake_cells(start: np.ndarray, material: Material) -> np.ndarray:
    """Rake the weights of the joint cells."""
    now, gap = start.copy(), 1.0
    while gap > 1e-9:
        gap = 0.0
        for cell, total in zip(material.cells, material.totals, strict=True):
            factor = total / np.bincount(cell, now)
            gap = max(gap, float(np.abs(factor - 1).max()))
            now *= factor[cell]
    return now


def cluster_sums(material: Material, item: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted sum of an item and the weight of those who answered, by cluster."""
    clusters = len(material.district_of_cluster)
    base = material.weight * (item > 0)
    return np.bincount(material.cluster, base * item, clusters), np.bincount(material.cluster, base, clusters)


def domain_means(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Return means and linearised variances, items x districts; clusters lie within districts."""
    district, count = material.district_of_cluster, material.districts
    size = np.bincount(district)
    means, variances = np.empty((ITEMS, count)), np.empty((ITEMS, count))
    for number, item in enumerate(material.items):
        above, below = cluster_sums(material, item)
        people = np.bincount(district, below)
        means[number] = np.bincount(district, above) / people
        deviation = above - means[number][district] * below
        squares = np.bincount(district, deviation**2) - np.bincount(district, deviation) ** 2 / size
        variances[number] = squares * size / (size - 1) / people**2
    return means, variances


def make_multipliers(material: Material) -> np.ndarray:
    """Draw replicates, clusters x replicates; not timed."""
    rng = np.random.default_rng(SEED)
    drawn = np.empty((len(material.district_of_cluster), REPLICATES), dtype=np.float32)
    for start in range(0, len(drawn), 10_000):  # in parts: as whole numbers all of them would take twice the memory
        drawn[start : start + 10_000] = rng.poisson(1.0, drawn[start : start + 10_000].shape)
    return drawn


def replicate_variances(material: Material, multiplier: np.ndarray) -> np.ndarray:
    """Return bootstrap variances of all means, items x districts, by one dense product a district.

    Never respondents x replicates: the sums of the clusters of a district times their multipliers.
    """
    sums = np.empty((len(material.district_of_cluster), 2 * ITEMS), dtype=np.float32)
    for number, item in enumerate(material.items):
        sums[:, 2 * number], sums[:, 2 * number + 1] = cluster_sums(material, item)
    ends = np.bincount(material.district_of_cluster).cumsum()
    variances = np.empty((ITEMS, material.districts))
    for district, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        totals = sums[start:end].T @ multiplier[start:end]
        variances[:, district] = (totals[::2] / totals[1::2]).var(axis=1)
    return variances


def reweighted_variances(material: Material, multiplier: np.ndarray) -> np.ndarray:
    """Return bootstrap variances of all means, items x districts, raking again in each replicate.

    Raking on the joint cells of each replicate, and one dense product a district: items times weights.
    """
    pattern, items = joint(material.variables), material.items.astype(np.float64)
    cells, clusters = len(material.cells[0]), len(material.district_of_cluster)
    pairs, place = np.unique(pattern * clusters + material.cluster, return_inverse=True)
    weight_of_pair = np.bincount(place, material.weight)
    factor = np.empty((cells, multiplier.shape[1]))
    for number in range(multiplier.shape[1]):
        start = np.bincount(pairs // clusters, weight_of_pair * multiplier[pairs % clusters, number], cells)
        factor[:, number] = rake_cells(start, material) / np.where(start > 0, start, 1)
    order = np.argsort(material.district, kind="stable")
    ends = np.bincount(material.district).cumsum()
    variances = np.empty((ITEMS, material.districts))
    for district, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        rows = order[start:end]
        weights = material.weight[rows, None] * multiplier[material.cluster[rows]] * factor[pattern[rows]]
        here = items[:, rows]
        variances[:, district] = ((here @ weights) / ((here > 0).astype(np.float64) @ weights)).var(axis=1)
    return variances


def clock(work: Callable[[], Any], *, times: int = 5) -> float:
    """Return the shortest of several times, in seconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)


def peak(work: Callable[[], Any]) -> float:
    """Return the megabytes that ``work`` holds at most beyond what was there before."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main(arguments: list[str]) -> None:
    """Print time and memory of each task."""
    print(f"{'rows':>10} {'task':<14} {'seconds':>9} {'MB':>8}")
    for rows in [int(float(argument)) for argument in arguments] or [10_000, 100_000, 1_000_000]:
        material = make_material(rows)
        multiplier = make_multipliers(material)
        tasks: dict[str, Callable[[], Any]] = {
            "rake": lambda material=material: rake(material),
            "domain means": lambda material=material: domain_means(material),
            "replicates": lambda material=material, drawn=multiplier: replicate_variances(material, drawn),
        }
        for name, work in tasks.items():
            print(f"{rows:>10} {name:<14} {clock(work):9.4f} {peak(work):8.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
