"""Who did not answer: those who did stand in for people like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.weight.model import Floats

MOST_STEPS = 100
STOP = 1e-12


def class_factors(weights: Floats, responds: np.ndarray, classes: Sequence[str]) -> Floats:
    """Return factors that give respondents the weight of everybody in their class, and 0 to the others.

    Weighting-class adjustment (Lohr 2022, *Sampling: Design and Analysis*, ch. 8).

    Raises
    ------
    ValueError
        A class has no respondent.
    """
    by_class = pd.Series(list(classes))
    everybody = pd.Series(weights).groupby(by_class).transform("sum").to_numpy(dtype="float64")
    answered = pd.Series(weights * responds).groupby(by_class).transform("sum").to_numpy(dtype="float64")
    if (answered <= 0).any():
        raise ValueError(f"nobody responded in class {by_class[int((answered <= 0).argmax())]}")
    return np.where(responds, everybody / answered, 0.0)


def propensities(weights: Floats, responds: np.ndarray, terms: Floats) -> tuple[Floats, Floats]:
    """Return the chance of a response from a weighted logistic regression, and its coefficients.

    Parameters
    ----------
    terms
        Rows x coefficients, the constant among them.

    Raises
    ------
    ArithmeticError
        The terms tell respondents apart without error, so that no finite coefficients fit.
    """
    slope = np.zeros(terms.shape[1])
    for _ in range(MOST_STEPS):
        chance = expit(terms @ slope)
        information = terms.T @ ((weights * chance * (1 - chance))[:, None] * terms)
        try:
            step = np.linalg.solve(information, terms.T @ (weights * (responds - chance)))
        except np.linalg.LinAlgError:
            break
        slope = slope + step
        if np.abs(step).max() <= STOP * (1 + np.abs(slope).max()):
            return expit(terms @ slope), slope
    raise ArithmeticError("the response model does not settle: a term separates respondents from the others")


def propensity_classes(chances: Floats, count: int) -> np.ndarray:
    """Return the class of each row, 0 to ``count`` - 1, by quantiles of its chance to respond."""
    cuts = np.quantile(chances, np.arange(1, count) / count)
    return np.searchsorted(cuts, chances, side="left")
