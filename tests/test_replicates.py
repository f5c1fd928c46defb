"""Replicates: each kind against what it must equal, and with weights made anew in each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study.estimate.design import Design
from danvan_study.estimate.domains import Domains, Partition
from danvan_study.estimate.estimators import mean, total
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.estimate.replicated import Replicated, ReplicateEngine
from danvan_study.estimate.survey import Survey
from danvan_study.weight.replicates import balanced_halves, positive_bootstrap, rescaled_bootstrap

PAIRS = np.repeat(np.arange(6), 2)
TOTALS = np.random.default_rng(2).normal(10, 3, 12)
MANY = np.repeat(np.arange(5), 12)


def design_of(stratum: np.ndarray, per_cluster: int = 1) -> Design:
    cluster = np.repeat(np.arange(len(stratum)), per_cluster)
    return Design(cluster=cluster, stratum=stratum, unsampled=np.ones(len(stratum)))


@pytest.mark.parametrize("fay", [0.0, 0.3])
def test_balanced_halves_of_a_total_give_the_linearised_variance_exactly(fay):
    drawn = balanced_halves(PAIRS, fay=fay)
    exact = design_of(PAIRS).variance(TOTALS[:, None])[0]
    replicated = drawn.scale @ (TOTALS @ drawn.multiplier - TOTALS.sum()) ** 2
    assert replicated == pytest.approx(exact)
    assert drawn.multiplier.min() == pytest.approx(fay)
    assert drawn.multiplier.shape == (12, 8)


def test_balanced_halves_need_two_clusters_in_each_stratum():
    with pytest.raises(ValueError, match="two clusters"):
        balanced_halves(np.array([0, 0, 0, 1, 1]))


@pytest.mark.parametrize("bootstrap", [positive_bootstrap, rescaled_bootstrap])
def test_the_bootstraps_of_a_total_come_near_the_linearised_variance(bootstrap):
    totals = np.random.default_rng(3).normal(10, 3, len(MANY))
    drawn = bootstrap(MANY, 4_000, seed=1)
    exact = design_of(MANY).variance(totals[:, None])[0]
    replicated = drawn.scale @ (totals @ drawn.multiplier - totals.sum()) ** 2
    assert replicated == pytest.approx(exact, rel=0.1)
    assert np.array_equal(bootstrap(MANY, 5, seed=1).multiplier, bootstrap(MANY, 5, seed=1).multiplier)


@pytest.mark.parametrize("bootstrap", [positive_bootstrap, rescaled_bootstrap])
def test_a_stratum_of_one_cluster_varies_in_no_replicate(bootstrap):
    assert (bootstrap(np.array([0, 1, 1, 1]), 50, seed=4).multiplier[0] == 1).all()


def test_the_positive_bootstrap_never_empties_a_cluster():
    assert positive_bootstrap(PAIRS, 2_000, seed=5).multiplier.min() > 0
    assert rescaled_bootstrap(PAIRS, 2_000, seed=5).multiplier.min() == 0


def sample() -> tuple[Survey, Domains, Measures]:
    """Sixty clusters of four; two domains that cut across the clusters; levels 0 (no answer) to 2."""
    rng = np.random.default_rng(6)
    design = design_of(MANY, 4)
    n = len(design.cluster)
    code = rng.integers(0, 3, n)  # 2: in no domain
    domains = Domains(
        names=pd.DataFrame({"area": ["a", "b"]}), partitions=(Partition(code=code, count=2, place=np.array([1, 0])),)
    )
    measures = Measures(
        measures=(Measure(statistic="mean", answer="", base=0, low=0.0, high=2.0),),
        entries=Entries(row=None, level=rng.integers(0, 3, n), levels=3),
        values=np.array([[0.0], [1.0], [2.0]]),
        squares=np.array([[0.0], [1.0], [4.0]]),
        bases=np.array([[0.0], [1.0], [1.0]]),
    )
    return Survey(weight=rng.uniform(1, 3, n), design=design), domains, measures


def test_clusters_times_multipliers_and_rows_times_weights_are_the_same_variance():
    survey, domains, measures = sample()
    drawn = positive_bootstrap(survey.design.stratum, 300, seed=7)
    by_clusters = ReplicateEngine(survey, domains).replicate([measures, measures], drawn)
    weights = survey.weight[:, None] * drawn.multiplier[survey.design.cluster]
    by_rows = Replicated(weights=weights, scale=drawn.scale).ratio_variances(measures, domains, survey.weight)
    assert by_clusters[0] == pytest.approx(by_rows, rel=1e-4)
    assert np.array_equal(by_clusters[0], by_clusters[1])


def test_replicated_and_linearised_variances_of_a_domain_mean_agree():
    survey, domains, measures = sample()
    drawn = positive_bootstrap(survey.design.stratum, 4_000, seed=8)
    replicated = ReplicateEngine(survey, domains).replicate([measures], drawn)[0]
    level, code = measures.entries.level, domains.partitions[0].code
    for place, domain in ((1, 0), (0, 1)):
        y = np.where((code == domain) & (level > 0), level, np.nan).astype(float)
        assert replicated[place, 0] == pytest.approx(mean(survey, y[:, None]).se[0] ** 2, rel=0.12)
    assert total(survey, np.ones((survey.n, 1))).value[0] == pytest.approx(survey.weight.sum())
