"""Small areas: a regression over the areas lends strength to those with few interviews."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_STEPS = 1_000
STOP = 1e-12


class Method(StrEnum):
    """How the variance between areas is estimated."""

    REML = "REML"
    ML = "ML"
    MOMENTS = "FH"
    """Fay and Herriot's equation ``sum (y - x b)^2 / (A + D) = areas - terms``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreas:
    """Model-based estimates of areas, always to be shown as such."""

    variance: float
    """Between areas, beyond what the terms explain."""
    coefficients: Floats
    errors: Floats
    """Standard errors of the coefficients."""
    estimate: Floats
    """Of each area: the direct estimate drawn towards the regression, the more so the less sure it is."""
    mse: Floats
    """Mean squared error of the estimate (Prasad and Rao 1990, JASA 85; Datta and Lahiri 2000, *Statistica Sinica* 10;
    Datta, Rao and Smith 2005, *Biometrika* 92)."""


def fay_herriot(direct: Floats, terms: Floats, variance: Floats, *, method: Method = Method.REML) -> SmallAreas:
    """Fit the area model ``y = x b + u + e`` (Fay and Herriot 1979, JASA 74).

    Parameters
    ----------
    direct
        Direct estimate of each area.
    terms
        Areas x coefficients, the constant among them.
    variance
        Sampling variance of each direct estimate, taken as known and positive.
    """
    between = _between(direct, terms, variance, method=method)
    total = between + variance
    spread: Floats = np.linalg.inv(terms.T @ (terms / total[:, None])).astype(np.float64)
    coefficients = spread @ (terms.T @ (direct / total))
    fitted = terms @ coefficients
    shrink = variance / total
    return SmallAreas(
        variance=between,
        coefficients=coefficients,
        errors=np.sqrt(np.diag(spread)),
        estimate=fitted + (1 - shrink) * (direct - fitted),
        mse=_mse(terms, variance, between=between, spread=spread, method=method),
    )


def _between(direct: Floats, terms: Floats, variance: Floats, *, method: Method) -> float:
    """Solve for the variance between areas by scoring; 0 where the areas differ no more than samples do."""
    between = float(np.median(variance))
    for _ in range(MOST_STEPS):
        inverse = 1 / (between + variance)
        projection = np.diag(inverse) - _hat(terms, inverse)
        left = projection @ direct
        if method is Method.REML:
            step = (left @ left - np.trace(projection)) / (projection**2).sum()
        elif method is Method.ML:
            step = (left @ left - inverse.sum()) / (inverse**2).sum()
        else:
            step = (direct @ left - (len(direct) - terms.shape[1])) / (left @ left)
        between = max(between + float(step), 0.0)
        if abs(step) <= STOP * (1 + between) or (between == 0 and step < 0):
            break
    return between


def _hat(terms: Floats, inverse: Floats) -> Floats:
    weighted = terms * inverse[:, None]
    hat: Floats = weighted @ np.linalg.solve(terms.T @ weighted, weighted.T)
    return hat


def _mse(terms: Floats, variance: Floats, *, between: float, spread: Floats, method: Method) -> Floats:
    total = between + variance
    shrink = variance / total
    known = between * shrink
    of_terms = shrink**2 * np.einsum("ai,ij,aj->a", terms, spread, terms)
    inverse, m = 1 / total, len(variance)
    asymptotic = 2 / (inverse**2).sum() if method is not Method.MOMENTS else 2 * m / inverse.sum() ** 2
    of_variance = shrink**2 / total * asymptotic
    bias = 0.0
    if method is Method.ML:
        squared = terms.T @ (terms * (inverse**2)[:, None])
        bias = -float(np.trace(spread @ squared)) / float((inverse**2).sum())
    elif method is Method.MOMENTS:
        bias = float(2 * (m * (inverse**2).sum() - inverse.sum() ** 2) / inverse.sum() ** 3)
    mse: Floats = known + of_terms + 2 * of_variance - bias * shrink**2
    return mse
