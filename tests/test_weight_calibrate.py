"""Calibration and non-response, against closed forms and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from danvan_study.study import Distance
from danvan_study.weight.calibrate import calibrate
from danvan_study.weight.nonresponse import class_factors, propensities, propensity_classes

N = 200
RNG = np.random.default_rng(3)
START = RNG.uniform(1, 4, N)
AGE = RNG.normal(45, 12, N)
SEX = RNG.integers(0, 2, N)
TERMS = np.column_stack([np.ones(N), SEX, AGE])
TOTALS = np.array([520.0, 275.0, 520 * 44.0])
BOUNDS = {Distance.LINEAR: (-np.inf, np.inf), Distance.RAKING: (-np.inf, np.inf), Distance.LOGIT: (0.5, 2.0)}


@pytest.mark.parametrize("distance", Distance)
def test_totals_are_met_at_every_distance(distance):
    adjusted = calibrate(START, TERMS, totals=TOTALS, distance=distance, bounds=BOUNDS[distance])
    assert adjusted.converged
    assert TERMS.T @ (START * adjusted.factor) == pytest.approx(TOTALS, rel=1e-9)


def test_the_linear_distance_is_the_generalised_regression_estimator():
    slope = np.linalg.solve(TERMS.T @ (START[:, None] * TERMS), TOTALS - TERMS.T @ START)
    assert calibrate(START, TERMS, totals=TOTALS).factor == pytest.approx(1 + TERMS @ slope)


def test_raking_by_newton_is_raking_by_proportions():
    other = RNG.integers(0, 3, N)
    terms = np.column_stack([np.ones(N), SEX, other == 1, other == 2]).astype(float)
    totals = np.array([600.0, 330.0, 180.0, 150.0])
    weights = START.copy()
    for _ in range(200):
        for codes, wanted in ((SEX, [270.0, 330.0]), (other, [270.0, 180.0, 150.0])):
            weights *= (np.array(wanted) / np.bincount(codes, weights))[codes]
    adjusted = calibrate(START, terms, totals=totals, distance=Distance.RAKING)
    assert START * adjusted.factor == pytest.approx(weights, rel=1e-8)
    assert (adjusted.factor > 0).all()


@pytest.mark.parametrize("distance", Distance)
def test_factors_stay_within_their_bounds(distance):
    adjusted = calibrate(START, TERMS, totals=TOTALS * [1, 1.05, 1.01], distance=distance, bounds=(0.7, 1.4))
    assert adjusted.converged
    assert adjusted.factor.min() >= 0.7
    assert adjusted.factor.max() <= 1.4


def test_totals_beyond_the_bounds_are_not_met_and_it_is_told():
    adjusted = calibrate(START, TERMS, totals=TOTALS * 3, distance=Distance.LOGIT, bounds=(0.9, 1.1))
    assert not adjusted.converged
    assert adjusted.gap > 0.5


@pytest.mark.parametrize("bounds", [(1.1, 2.0), (0.2, 0.9), (-np.inf, np.inf)])
def test_bounds_that_do_not_fit_are_refused(bounds):
    with pytest.raises(ValueError, match="don't fit the logit distance"):
        calibrate(START, TERMS, totals=TOTALS, distance=Distance.LOGIT, bounds=bounds)


def test_respondents_take_over_the_weight_of_their_class():
    responds = RNG.random(N) < 0.7
    factor = class_factors(START, responds, ["fm"[sex] for sex in SEX])
    assert (factor[~responds] == 0).all()
    for sex in (0, 1):
        assert (START * factor)[sex == SEX].sum() == pytest.approx(START[sex == SEX].sum())


def test_a_class_without_respondents_is_refused_by_name():
    with pytest.raises(ValueError, match="nobody responded in class b"):
        class_factors(np.ones(3), np.array([True, True, False]), ["a", "a", "b"])


def test_propensities_are_those_of_a_weighted_logistic_regression():
    responds = RNG.random(N) < 1 / (1 + np.exp(-(AGE - 40) / 10))
    chance, slope = propensities(START, responds, TERMS)
    fitted = sm.GLM(responds.astype(float), TERMS, family=sm.families.Binomial(), freq_weights=START).fit(tol=1e-12)
    assert slope == pytest.approx(fitted.params, rel=1e-6)
    assert chance == pytest.approx(fitted.predict(), rel=1e-6)


def test_a_term_that_separates_respondents_is_refused():
    with pytest.raises(ArithmeticError, match="separates"), np.errstate(all="ignore"):
        propensities(START, AGE > 45, np.column_stack([np.ones(N), AGE - 45]))


def test_propensity_classes_hold_equal_numbers():
    assert np.bincount(propensity_classes(RNG.random(200), 5)).tolist() == [40] * 5
