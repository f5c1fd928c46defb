"""Two further tests of independence, for comparison with R: a saddlepoint tail and a score test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from danvan_study.estimate.association import Test

if TYPE_CHECKING:
    from danvan_study.estimate.association import CrossTable
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.survey import Survey

NEAR_POLE = 1e-9


def saddlepoint(table: CrossTable) -> Test:
    """Test independence by the distribution that X squared really has: a weighted sum of chi-squareds.

    Against the variance of the design it is a ratio, ``P(sum d_i chi2_1 - X2 chi2_f / f > 0)``, with the degrees of
    freedom ``f`` of the second-order test; those of the chi-squared below are cut to a whole number, as R does.
    """
    effects, pearson = table.design_effects(), table.pearson()
    freedom = float(effects.sum() ** 2 / (effects**2).sum()) * table.cells.survey.design.degrees_of_freedom
    scales = np.concatenate([effects, [-pearson / freedom]])
    degrees = np.concatenate([np.ones(len(effects)), [np.floor(freedom)]])
    return Test(statistic=pearson, df=(), p=positive_chance(scales, degrees))


def positive_chance(scales: Floats, degrees: Floats) -> float:
    """Return the chance that a sum of scaled chi-squareds, some scales below 0, is above 0.

    Saddlepoint approximation (Kuonen 1999, *Biometrika* 86, 929-935).
    """

    def cumulant(z: float) -> float:
        return float(-(degrees * np.log1p(-2 * z * scales)).sum() / 2)

    def slope(z: float) -> float:
        return float((degrees * scales / (1 - 2 * z * scales)).sum())

    inside = 1 - NEAR_POLE
    z = brentq(slope, inside / (2 * scales.min()), inside / (2 * scales.max()), xtol=1e-14)
    curvature = 2 * (degrees * scales**2 / (1 - 2 * z * scales) ** 2).sum()
    w, v = np.sign(z) * np.sqrt(-2 * cumulant(z)), z * np.sqrt(curvature)
    return float(stats.norm.sf(w + np.log(v / w) / w))


def independence_score(survey: Survey, rows: Codes, columns: Codes) -> Test:
    """Test independence by regressing the row's indicators on the column (Lipsitz et al. 2015, *Biometrics* 71).

    Each respondent enters once per row value, with whether it is theirs; the score of the interactions, less what the
    main effects explain, is held against its design variance (Rao, Scott and Skinner 1998, *Statistica Sinica* 8).

    Returns
    -------
    Test
        ``statistic`` is F, the quadratic form over its degrees of freedom.
    """
    height, width, n = int(rows.max()) + 1, int(columns.max()) + 1, survey.n
    which, column = np.repeat(np.arange(height), n), np.tile(columns, height)
    main = [np.ones(n * height)]
    main += [which == row for row in range(1, height)] + [column == code for code in range(1, width)]
    both = [(which == row) & (column == code) for row in range(1, height) for code in range(1, width)]
    null, added = (np.column_stack(terms).astype(np.float64) for terms in (main, both))
    yes, weight = (np.tile(rows, height) == which).astype(np.float64), np.tile(survey.weight, height)
    targets = np.column_stack([yes, added])
    fitted = null @ np.linalg.solve(null.T @ (weight[:, None] * null), null.T @ (weight[:, None] * targets))
    left = targets - fitted
    influence = (left[:, 1:] * left[:, :1]).reshape(height, n, -1).sum(axis=0)
    score = survey.weight @ influence
    free = added.shape[1]
    statistic = float(score @ np.linalg.solve(survey.covariance(influence), score)) / free
    below = survey.design.degrees_of_freedom + 1 - null.shape[1]
    p = float(stats.f.sf(statistic, free, below))
    return Test(statistic=statistic, df=(float(free), float(below)), p=p)
