"""Ordinal regression: how far a person's traits move answers on an ordered scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from danvan_study.estimate.estimators import Estimate

if TYPE_CHECKING:
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.survey import Survey

MOST_STEPS = 100
STOP = 1e-10
NUDGE = 1e-5


def ordinal_logit(survey: Survey, level: Codes, terms: Floats) -> Estimate:
    """Fit the proportional odds model ``P(level <= k) = expit(cut_k - terms @ slope)`` (McCullagh 1980, JRSS B 42).

    Newton's method on the weighted likelihood; errors from the design, as for any solution of weighted score
    equations (Binder 1983, *International Statistical Review* 51).

    Parameters
    ----------
    level
        0 and up, every level used; -1 where unknown: outside the domain, inside the design.
    terms
        Rows x slopes, without a constant.

    Returns
    -------
    Estimate
        Slopes, then cuts from low to high.

    Raises
    ------
    ArithmeticError
        No finite coefficients fit.
    """
    known = (level >= 0) & np.isfinite(terms).all(axis=1)
    x, y = np.where(known[:, None], terms, 0.0), np.where(known, level, 0)
    weight = survey.weight * known
    below = np.bincount(y, weight).cumsum()
    parameters = np.concatenate([np.zeros(x.shape[1]), logit(below[:-1] / below[-1])])
    for _ in range(MOST_STEPS):
        information = _information(parameters, x, y=y, weight=weight)
        step = np.linalg.solve(information, weight @ _scores(parameters, x, y))
        # A long step could put the cuts out of order; shorter ones get there too.
        parameters = parameters + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() <= STOP * (1 + np.abs(parameters).max()):
            break
    else:
        raise ArithmeticError(f"the ordinal regression did not settle within {MOST_STEPS} steps")
    scores = _scores(parameters, x, y) * known[:, None]
    influence = np.linalg.solve(_information(parameters, x, y=y, weight=weight), scores.T).T
    return Estimate(survey=survey, value=parameters, influence=influence.astype(np.float64))


def _scores(parameters: Floats, terms: Floats, level: Codes) -> Floats:
    """Return the derivative of each row's log likelihood."""
    slopes = terms.shape[1]
    cuts = np.concatenate([[-np.inf], parameters[slopes:], [np.inf]])
    moved = terms @ parameters[:slopes]
    upper, lower = expit(cuts[level + 1] - moved), expit(cuts[level] - moved)
    above, beneath = upper * (1 - upper) / (upper - lower), lower * (1 - lower) / (upper - lower)
    at = np.arange(len(cuts) - 2)
    by_cut = above[:, None] * (level[:, None] == at) - beneath[:, None] * (level[:, None] - 1 == at)
    return np.column_stack([-terms * (above - beneath)[:, None], by_cut])


def _information(parameters: Floats, terms: Floats, *, y: Codes, weight: Floats) -> Floats:
    """Return the observed information: central differences of the scores, nine digits of which are good."""
    columns = []
    for nudge in NUDGE * np.eye(len(parameters)):
        difference = _scores(parameters - nudge, terms, y) - _scores(parameters + nudge, terms, y)
        columns.append(weight @ difference / (2 * NUDGE))
    information: Floats = np.column_stack(columns)
    return (information + information.T) / 2
