"""Adjusted p values, forecast scores and small areas: against textbook cases and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from danvan_study.trend.multiplicity import Adjustment, adjust_p_values
from danvan_study.trend.scoring import crps_mixture, crps_normal, crps_sample, crps_t, log_score_normal
from danvan_study.trend.small_areas import Method, fay_herriot

P = np.array([0.04, 0.01, 0.03, 0.02])


@pytest.mark.parametrize(
    ("method", "adjusted"),
    [
        (Adjustment.BONFERRONI, [0.16, 0.04, 0.12, 0.08]),
        (Adjustment.HOLM, [0.06, 0.04, 0.06, 0.06]),
        (Adjustment.HOCHBERG, [0.04, 0.04, 0.04, 0.04]),
        (Adjustment.BENJAMINI_HOCHBERG, [0.04, 0.04, 0.04, 0.04]),
        (Adjustment.BENJAMINI_YEKUTIELI, [0.04 * 25 / 12] * 4),
    ],
)
def test_p_values_are_adjusted_as_by_hand(method, adjusted):
    assert adjust_p_values(P, method) == pytest.approx(adjusted)


@pytest.mark.parametrize("method", Adjustment)
def test_adjusting_never_makes_a_p_value_smaller_or_turns_an_order_around(method):
    p = np.random.default_rng(1).uniform(size=50)
    adjusted = adjust_p_values(p, method)
    assert (adjusted >= p).all()
    assert adjusted.max() <= 1
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def brute(observed: float, distribution) -> float:
    """Integrate the squared distance of the distribution function from the step at what was observed."""
    below = integrate.quad(lambda x: distribution(x) ** 2, -60, observed, limit=400)[0]
    return below + integrate.quad(lambda x: (1 - distribution(x)) ** 2, observed, 60, limit=400)[0]


@pytest.mark.parametrize("observed", [-1.2, 0.3, 4.0])
def test_the_scores_are_the_integrals_that_define_them(observed):
    y = np.array([observed])
    one, two = np.array([0.5]), np.array([1.5])
    assert crps_normal(y, one, two)[0] == pytest.approx(brute(observed, stats.norm(0.5, 1.5).cdf), rel=1e-6)
    assert crps_t(y, one, two, df=7.0)[0] == pytest.approx(brute(observed, stats.t(7, 0.5, 1.5).cdf), rel=1e-4)

    def mixed(x: float) -> float:
        return 0.3 * stats.norm.cdf(x, -1, 1) + 0.7 * stats.norm.cdf(x, 2, 0.5)

    score = crps_mixture(y, np.array([[-1.0, 2.0]]), np.array([[1.0, 0.5]]), weights=np.array([3.0, 7.0]))
    assert score[0] == pytest.approx(brute(observed, mixed), rel=1e-6)


def test_a_sample_of_one_is_scored_by_its_distance():
    assert crps_sample(np.array([2.0]), np.array([[5.0]])) == pytest.approx([3.0])
    assert crps_sample(np.array([2.0]), np.array([[1.0, 3.0]])) == pytest.approx([0.5])


def test_the_log_score_of_the_standard_normal_at_its_mean():
    assert log_score_normal(np.zeros(1), np.zeros(1), np.ones(1)) == pytest.approx([0.5 * np.log(2 * np.pi)])


AREAS = 30
TERMS = np.column_stack([np.ones(AREAS), np.linspace(-1, 1, AREAS)])


@pytest.mark.parametrize("method", Method)
def test_sure_areas_keep_their_figure_and_unsure_ones_follow_the_regression(method):
    rng = np.random.default_rng(3)
    truth = TERMS @ [50.0, 10.0] + rng.normal(0, 4, AREAS)
    variance = np.full(AREAS, 9.0)
    variance[0], variance[1] = 1e-6, 1e6
    direct = truth + rng.normal(0, np.sqrt(variance))
    found = fay_herriot(direct, TERMS, variance, method=method)
    assert found.estimate[0] == pytest.approx(direct[0], abs=1e-3)
    assert found.estimate[1] == pytest.approx(TERMS[1] @ found.coefficients, abs=1e-2)
    assert (found.mse[2:] < 9.0 * 1.2).all()
    assert found.variance > 0


@pytest.mark.parametrize("method", Method)
def test_areas_that_differ_less_than_samples_do_are_one(method):
    direct = TERMS @ [50.0, 10.0]
    found = fay_herriot(direct, TERMS, np.full(AREAS, 9.0), method=method)
    assert found.variance == 0
    assert found.estimate == pytest.approx(direct)
