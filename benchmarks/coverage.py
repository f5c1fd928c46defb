"""Do the 95 % intervals hold their word? The grid of ``coverage_grid.toml``, cell by cell, and its confirmation.

    python -m benchmarks.coverage [CELLS] > docs/measured/coverage.csv

Every sample of people goes through the kit's own raking, residuals and intervals; within a sample, each set of answers
is a choice of one question. With a number, only so many cells, spread over the grids.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.sparse import csr_array, hstack
from scipy.special import betaincinv, expit, logit
from threadpoolctl import threadpool_limits

from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.design import Design
from danvan_study.estimate.domains import Domains, Partition
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.estimate.precision import precision
from danvan_study.estimate.ratios import Engine
from danvan_study.estimate.survey import CalibratedRows, Survey
from danvan_study.study import Publication
from danvan_study.weight.margins import Constraint
from danvan_study.weight.rake import rake_rows

ROOT = Path(__file__).parents[1]
GRID, CONFIRMATION = (
    tomllib.loads((ROOT / "benchmarks" / name).read_text(encoding="utf-8"))
    for name in ("coverage_grid.toml", "coverage_confirmation.toml")
)
GRIDS = {"tuned": GRID, "fresh": GRID | CONFIRMATION["fresh"], "between": GRID | CONFIRMATION["between"]}
"""The grid on which the intervals were mended; its cells once more with another seed; cells between them."""
MEASURED = (
    "benchmarks/coverage.py",
    "benchmarks/coverage_confirmation.toml",
    "benchmarks/coverage_grid.toml",
    *(f"danvan_study/estimate/{name}.py" for name in ("calibrated", "design", "intervals", "precision", "ratios")),
    "danvan_study/weight/rake.py",
)
"""What the results depend on; when it changes, they must be measured again."""
COLUMNS = (
    "grid,share,interviews,per_village,correlation,published,coverage,width,wald_coverage,wald_width,shown_coverage"
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One combination of a grid."""

    grid: str
    share: float
    interviews: int
    per_village: int
    correlation: float

    @property
    def seed(self) -> list[int]:
        """Seed of its random numbers."""
        points = [round(100 * self.share), self.interviews, self.per_village, round(100 * self.correlation)]
        return [GRIDS[self.grid]["seed"], *points]


def cells() -> list[Cell]:
    """Return the cells of all grids."""
    names = ("shares", "interviews", "per_village", "correlations")
    return [
        Cell(grid=name, share=share, interviews=n, per_village=village, correlation=correlation)
        for name, grid in GRIDS.items()
        for share, n, village, correlation in product(*(grid[axis] for axis in names))
    ]


def fingerprint() -> str:
    """Return the SHA-256 of what is measured."""
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MEASURED)).hexdigest()


@dataclass(frozen=True, kw_only=True)
class People:
    """A weighted sample of two districts; the first is the one that is looked at."""

    survey: Survey
    district: np.ndarray
    village: np.ndarray
    age: np.ndarray


def draw_people(cell: Cell, rng: np.random.Generator) -> People:
    """Draw villages and respondents, weight by adults, and rake to district x age and sex x age."""
    mine, other = cell.interviews // cell.per_village, GRID["other_villages"]
    per_other = GRID["other_interviews"] // other
    village = np.concatenate([np.repeat(np.arange(mine), cell.per_village), mine + np.repeat(range(other), per_other)])
    district = (village >= mine).astype(np.int64)
    population = np.array(GRID["people"])
    answering = (population * np.array(GRID["response"])).ravel()
    sexage = rng.choice(6, len(village), p=answering / answering.sum())
    while np.bincount(district * 3 + sexage % 3, minlength=6).min() == 0:  # an empty cell would be merged
        sexage = rng.choice(6, len(village), p=answering / answering.sum())
    adults = 1.0 + rng.choice(4, len(village), p=GRID["adults"])
    sizes = np.array([cell.interviews, GRID["other_interviews"]], dtype=float)
    margins = (
        (district * 3 + sexage % 3, np.outer(sizes, population.sum(axis=0) / population.sum()).ravel()),
        (sexage, population.ravel() / population.sum() * sizes.sum()),
    )
    scale = (sizes / np.bincount(district, adults))[district]
    memberships = [
        csr_array((np.ones(len(code)), code, np.arange(len(code) + 1)), shape=(len(code), 6)) for code, _ in margins
    ]
    constraints = [
        Constraint(membership=membership, totals=total, cells=("",) * 6, file="")
        for membership, (_, total) in zip(memberships, margins, strict=True)
    ]
    weight = rake_rows(adults * scale, np.arange(len(village)), constraints)
    residuals = Regression.on(csr_array(hstack(memberships)), adults * scale)
    design = Design.of(pd.Series(district), pd.Series(village))
    calibrated = (CalibratedRows(rows=slice(0, len(village)), residuals=residuals),)
    return People(
        survey=Survey(weight=weight, design=design, calibrated=calibrated),
        district=district,
        village=village,
        age=sexage % 3,
    )


STEPS = 4096
"""Values of a village's chance to choose from."""


def chances(cell: Cell) -> np.ndarray:
    """Return the chances to say yes that a village may have, steps x ages: beta-distributed, together over the ages."""
    shares = np.array(GRID["people"]).sum(axis=0) / np.sum(GRID["people"])
    moved = np.array(GRID["logit_by_age"])
    constant = brentq(lambda a: shares @ expit(a + moved) - cell.share, logit(cell.share) - 3, logit(cell.share) + 3)
    by_age, spread = expit(constant + moved), 1 / cell.correlation - 1
    at = (np.arange(STEPS) + 0.5) / STEPS
    table = betaincinv(by_age * spread, (1 - by_age) * spread, at[:, None])
    return np.clip(table * (by_age / table.mean(axis=0)), 0.0, 1.0)


def draw_answers(table: np.ndarray, people: People, *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw who says yes, rows x draws."""
    step = rng.integers(0, STEPS, (int(people.village.max()) + 1, draws))
    return rng.random((len(people.village), draws)) < table[step[people.village], people.age[:, None]]


def answer_measures(yes: np.ndarray) -> Measures:
    """Return each draw as a choice of one question."""
    n, draws = yes.shape
    row, draw = np.nonzero(yes)
    unit = np.eye(draws + 1)
    return Measures(
        measures=tuple(
            Measure(statistic="share", answer=str(number), base=0, low=0.0, high=1.0) for number in range(draws)
        ),
        entries=Entries(
            row=np.concatenate([np.arange(n), row]),
            level=np.concatenate([np.zeros(n, dtype=np.int64), draw + 1]),
            levels=draws + 1,
        ),
        values=unit[:, 1:],
        squares=unit[:, 1:],
        bases=unit[:, :1],
    )


def measure_cell(cell: Cell) -> str:
    """Return a line of the results."""
    rng = np.random.default_rng(cell.seed)
    rules, table, parts = Publication(), chances(cell), []
    each = GRID["draws"] // GRID["samples"]
    with threadpool_limits(limits=1):
        for _ in range(GRID["samples"]):
            people = draw_people(cell, rng)
            measures = answer_measures(draw_answers(table, people, draws=each, rng=rng))
            partition = Partition(code=people.district, count=2, place=np.arange(2))
            domains = Domains(names=pd.DataFrame({"area": ["0", "1"]}), partitions=(partition,))
            ratios = Engine(people.survey, domains).estimate(measures)
            parts.append(_judge(ratios, precision(ratios, measures.measures), cell=cell, rules=rules))
    held, width, wald_held, wald_width, shown = (np.concatenate(column) for column in zip(*parts, strict=True))
    figures = (shown.mean(), held.mean(), 100 * width.mean(), wald_held.mean(), 100 * wald_width.mean())
    shown_held = held[shown].mean() if shown.any() else float("nan")
    place = f"{cell.grid},{cell.share:.2f},{cell.interviews},{cell.per_village},{cell.correlation:.2f}"
    return (
        f"{place},{figures[0]:.3f},{figures[1]:.4f},{figures[2]:.2f},{figures[3]:.4f},{figures[4]:.2f},{shown_held:.4f}"
    )


def _judge(ratios: Any, beside: Any, *, cell: Cell, rules: Publication) -> tuple[np.ndarray, ...]:
    """Return for the first district: held, width, the same of a Wald interval with z, and whether the gate shows it."""
    low, high, estimate = beside.low[0], beside.high[0], ratios.estimate[0]
    reach = 1.96 * np.sqrt(ratios.variance[0])
    shown = (
        (ratios.n[0] >= rules.smallest_n)
        & (beside.n_effective[0] >= rules.smallest_n_effective)
        & (ratios.clusters[0] >= rules.smallest_clusters)
        & (100 * (high - low) <= rules.widest_interval)
    )
    held = (low <= cell.share) & (cell.share <= high)
    return held, high - low, np.abs(estimate - cell.share) <= reach, 2 * reach, shown


def main(arguments: list[str]) -> None:
    """Print the results with what they were measured on."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    chosen = cells()
    if arguments:
        chosen = chosen[:: max(1, len(chosen) // int(arguments[0]))]
    print(f"# commit {commit.stdout.strip()}, sources {fingerprint()}, {GRID['draws']} draws a cell")
    print(COLUMNS)
    for cell in chosen:
        print(measure_cell(cell), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
