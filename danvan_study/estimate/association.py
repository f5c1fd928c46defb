"""Are two questions related? Chi-squared tests that know of clusters and weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from danvan_study.estimate.estimators import Estimate, mean, total

if TYPE_CHECKING:
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test of independence."""

    statistic: float
    df: tuple[float, ...]
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """The cells of two questions, and what independence would look like."""

    counts: Estimate
    """People in each cell, row after row."""
    cells: Estimate
    """Their shares."""
    rows: int
    columns: int
    n: int

    @classmethod
    def of(cls, survey: Survey, rows: Codes, columns: Codes) -> CrossTable:
        """Cross two codings, 0 and up; -1 where unknown."""
        known = (rows >= 0) & (columns >= 0)
        height, width = int(rows.max()) + 1, int(columns.max()) + 1
        cell = np.where(known, rows * width + columns, -1)
        indicators = (cell[:, None] == np.arange(height * width)).astype(np.float64)
        inside = np.repeat(known.astype(np.float64)[:, None], height * width, axis=1)
        return cls(
            counts=total(survey, indicators),
            cells=mean(survey, indicators, inside),
            rows=height,
            columns=width,
            n=int(known.sum()),
        )

    @property
    def freedom(self) -> int:
        """Degrees of freedom of independence."""
        return (self.rows - 1) * (self.columns - 1)

    def pearson(self) -> float:
        """Return Pearson's X squared, scaled to the number of respondents."""
        shares = self.cells.value.reshape(self.rows, self.columns)
        expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
        return float(self.n * ((shares - expected) ** 2 / expected).sum())

    def design_effects(self) -> Floats:
        """Return the generalised design effects: the weights of the chi-squareds that X squared is a sum of."""
        shares = self.cells.value[:, None]
        contrasts = np.divide(self._interactions(), shares, out=np.zeros((len(shares), self.freedom)), where=shares > 0)
        simple = (np.diag(self.cells.value) - np.outer(self.cells.value, self.cells.value)) / self.n
        under = contrasts.T @ simple @ contrasts
        effects = np.linalg.eigvals(np.linalg.solve(under, contrasts.T @ self.cells.covariance @ contrasts))
        return np.sort(effects.real)

    def _interactions(self) -> Floats:
        """Return the part of the interactions that the two questions alone don't explain."""
        row, column = np.divmod(np.arange(self.rows * self.columns), self.columns)
        by_row = (row[:, None] == np.arange(1, self.rows)).astype(np.float64)
        by_column = (column[:, None] == np.arange(1, self.columns)).astype(np.float64)
        main = np.column_stack([np.ones(len(row)), by_row, by_column])
        both = (by_row[:, :, None] * by_column[:, None, :]).reshape(len(row), -1)
        left: Floats = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
        return left


def rao_scott(table: CrossTable, *, order: int = 2) -> Test:
    """Test independence (Rao and Scott 1981, JASA 76; 1984, *Annals of Statistics* 12).

    The first order divides X squared by the mean design effect; the second also matches their spread and takes the F
    distribution with the design's degrees of freedom (Thomas and Rao 1987, JASA 82). Use the second.
    """
    effects, pearson = table.design_effects(), table.pearson()
    if order == 1:
        tail = stats.chi2.sf(pearson / effects.mean(), table.freedom)
        return Test(statistic=pearson, df=(float(table.freedom),), p=float(tail))
    first = float(effects.sum() ** 2 / (effects**2).sum())
    second = first * table.cells.survey.design.degrees_of_freedom
    statistic = pearson / float(effects.sum())
    return Test(statistic=statistic, df=(first, second), p=float(stats.f.sf(statistic, first, second)))


def wald(table: CrossTable, *, adjusted: bool = True) -> Test:
    """Test independence by the distances of the counts from it (Koch, Freeman and Freeman 1975, ISR 43).

    ``adjusted`` for the few degrees of freedom of the design (Fellegi 1980, JASA 75).
    """
    counts = table.counts.value.reshape(table.rows, table.columns)
    people, rows, columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    influence = table.counts.influence.reshape(-1, table.rows, table.columns)
    by_row, by_column = influence.sum(axis=2, keepdims=True), influence.sum(axis=1, keepdims=True)
    everybody = by_row.sum(axis=1, keepdims=True)
    expected = np.outer(rows, columns) / people
    moved = influence - (by_row * columns + rows[:, None] * by_column - everybody * expected) / people
    distance = (counts - expected)[:-1, :-1].ravel()
    covariance = table.counts.survey.covariance(moved[:, :-1, :-1].reshape(len(moved), -1))
    free, design = table.freedom, table.counts.survey.design.degrees_of_freedom
    statistic = float(distance @ np.linalg.solve(covariance, distance)) / free
    if not adjusted:
        return Test(statistic=statistic, df=(float(free), float(design)), p=float(stats.f.sf(statistic, free, design)))
    left = design - free + 1
    statistic *= left / design
    return Test(statistic=statistic, df=(float(free), float(left)), p=float(stats.f.sf(statistic, free, left)))
