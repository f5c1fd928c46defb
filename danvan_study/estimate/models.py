"""Design-based regression: coefficients from the weighted sample, errors from its design."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from danvan_study.estimate.estimators import Estimate

if TYPE_CHECKING:
    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.survey import Survey

MOST_STEPS = 100
STOP = 1e-12


class Family(StrEnum):
    """Distribution with its natural link."""

    LINEAR = "gaussian"
    LOGISTIC = "quasibinomial"
    POISSON = "quasipoisson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted regression."""

    coefficients: Estimate
    df: int
    """Degrees of freedom of the design, less one for each coefficient but the constant."""


def regress(survey: Survey, outcome: Floats, terms: Floats, *, family: Family = Family.LINEAR) -> Model:
    """Fit a generalised linear model to the population (Binder 1983, *International Statistical Review* 51).

    Iterated weighted least squares; the influence of a row is the inverse information times its score.

    Parameters
    ----------
    outcome
        One value per row; rows without outcome or term belong to no domain and stay in the design.
    terms
        Rows x coefficients, the constant first.

    Raises
    ------
    ArithmeticError
        A term repeats others, or separates the outcomes so that no finite coefficients fit.
    """
    known = np.isfinite(outcome) & np.isfinite(terms).all(axis=1)
    y, x = np.where(known, outcome, 0.0), np.where(known[:, None], terms, 0.0)
    weight = survey.weight * known
    slope = _start(y, weight, terms=x, family=family)
    for _ in range(MOST_STEPS):
        fitted, spread = _fitted(x @ slope, family)
        information = x.T @ ((weight * spread)[:, None] * x)
        try:
            step = np.linalg.solve(information, x.T @ (weight * (y - fitted)))
        except np.linalg.LinAlgError as error:
            raise ArithmeticError(f"the terms of the {family} regression can't be told apart") from error
        slope = slope + step
        if np.abs(step).max() <= STOP * (1 + np.abs(slope).max()):
            break
    else:
        raise ArithmeticError(f"the {family} regression did not settle within {MOST_STEPS} steps")
    fitted, spread = _fitted(x @ slope, family)
    information = x.T @ ((weight * spread)[:, None] * x)
    scores = x * ((y - fitted) * known)[:, None]
    influence: Floats = np.linalg.solve(information, scores.T).T.astype(np.float64)
    return Model(
        coefficients=Estimate(survey=survey, value=slope, influence=influence),
        df=survey.design.degrees_of_freedom + 1 - len(slope),
    )


def _start(y: Floats, weight: Floats, *, terms: Floats, family: Family) -> Floats:
    """Begin at the constant that fits the mean."""
    mean = float(weight @ y / weight.sum())
    if family is Family.LOGISTIC:
        mean = float(np.log(mean / (1 - mean)))
    elif family is Family.POISSON:
        mean = float(np.log(mean))
    slope = np.zeros(terms.shape[1])
    slope[0] = mean
    return slope


def _fitted(linear: Floats, family: Family) -> tuple[Floats, Floats]:
    """Return the mean and its derivative."""
    if family is Family.LINEAR:
        return linear, np.ones_like(linear)
    mean: Floats = expit(linear) if family is Family.LOGISTIC else np.exp(linear)
    return mean, mean * (1 - mean) if family is Family.LOGISTIC else mean
