"""Totals, means, ratios and what can be made of them, with influence values for any further combination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Several estimators of one survey, side by side."""

    survey: Survey
    value: Floats
    """One per estimator."""
    influence: Floats
    """Rows x estimators."""

    @property
    def covariance(self) -> Floats:
        """Covariance matrix of the estimators."""
        return self.survey.covariance(self.influence)

    @property
    def se(self) -> Floats:
        """Standard errors."""
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors

    def combine(self, contrasts: Floats) -> Estimate:
        """Return linear combinations, one per row of ``contrasts``; what they share enters their error."""
        weights = np.atleast_2d(contrasts)
        return Estimate(survey=self.survey, value=weights @ self.value, influence=self.influence @ weights.T)


def total(survey: Survey, variables: Floats) -> Estimate:
    """Estimate population totals of ``variables`` (rows x columns); 0 stands for rows outside the domain."""
    return Estimate(survey=survey, value=survey.weight @ variables, influence=variables)


def ratio(survey: Survey, numerator: Floats, denominator: Floats) -> Estimate:
    """Estimate ratios of totals, column by column (Särndal, Swensson and Wretman 1992, ch. 5)."""
    below = survey.weight @ denominator
    value = (survey.weight @ numerator) / below
    return Estimate(survey=survey, value=value, influence=(numerator - value * denominator) / below)


def mean(survey: Survey, variables: Floats, inside: Floats | None = None) -> Estimate:
    """Estimate means over the rows ``inside`` (0 or 1, rows x columns; None: all where the value is known)."""
    base = np.isfinite(variables).astype(np.float64)
    if inside is not None:
        base = base * inside
    return ratio(survey, np.nan_to_num(variables) * base, base)


def population_variance(survey: Survey, variable: Floats) -> Estimate:
    """Estimate the variance of one variable in the population, with the n - 1 of a sample."""
    n = survey.n
    centred = variable - (survey.weight @ variable) / survey.weight.sum()
    return mean(survey, (centred**2 * n / (n - 1))[:, None])


def simple_variance(survey: Survey, variable: Floats, *, replacement: bool = True) -> float:
    """Return the variance that the mean would have from a simple random sample of as many respondents.

    Without ``replacement`` it carries the correction ``1 - n / N`` for the part of the population that was asked. Rows
    where the variable is unknown don't count.
    """
    known = np.isfinite(variable)
    weight, values = survey.weight[known], variable[known]
    people, n = weight.sum(), known.sum()
    spread = weight @ (values - weight @ values / people) ** 2 / people * n / (n - 1)
    return float(spread / n * (1.0 if replacement else (people - n) / people))
