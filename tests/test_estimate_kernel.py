"""The estimators' kernel against textbook formulas and libraries that do the unweighted case."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.sparse import csr_array
from statsmodels.miscmodels.ordinal_model import OrderedModel

from danvan_study.estimate.association import CrossTable, rao_scott, wald
from danvan_study.estimate.calibrated import CellMeans, Regression
from danvan_study.estimate.design import Design, Lonely, Stage
from danvan_study.estimate.estimators import mean, population_variance, ratio, simple_variance, total
from danvan_study.estimate.intervals import (
    Shares,
    asin_interval,
    beta_interval,
    clopper_pearson,
    likelihood_interval,
    logit_interval,
    t_interval,
    wilson_interval,
)
from danvan_study.estimate.models import Family, regress
from danvan_study.estimate.ordinal import ordinal_logit
from danvan_study.estimate.quantiles import Inversion, Rule, quantile, quantile_interval
from danvan_study.estimate.replicated import Replicated
from danvan_study.estimate.score_tests import independence_score, positive_chance, saddlepoint
from danvan_study.estimate.survey import CalibratedRows, Survey
from danvan_study.weight.replicates import jackknife

N = 90
RNG = np.random.default_rng(42)
X = RNG.normal(50, 10, N)
Y = 3 * X + RNG.normal(0, 20, N)
GROUP = RNG.integers(0, 3, N)


def simple(n: int = N, *, people: float | None = None) -> Survey:
    """Draw everybody alone from one stratum."""
    population = None if people is None else np.full(n, people)
    design = Design.of(["all"] * n, [str(i) for i in range(n)], population=population)
    return Survey(weight=np.full(n, 1.0 if people is None else people / n), design=design)


def clustered(**options) -> Survey:
    """Nine clusters of ten in three strata, unequal weights."""
    strata = [f"s{i // 30}" for i in range(N)]
    clusters = [f"c{i // 10 % 3}" for i in range(N)]
    weight = np.random.default_rng(4).uniform(1, 5, N)
    return Survey(weight=weight, design=Design.of(strata, clusters, **options))


def test_the_total_of_a_simple_random_sample_has_the_textbook_variance():
    estimate = total(simple(people=400.0), Y[:, None])
    assert estimate.value[0] == pytest.approx(400 * Y.mean())
    assert estimate.se[0] ** 2 == pytest.approx(400**2 * (1 - N / 400) * Y.var(ddof=1) / N)


def test_a_census_has_no_sampling_error():
    assert mean(simple(people=float(N)), Y[:, None]).se[0] == 0


def test_cluster_names_count_within_their_stratum():
    design = clustered().design
    assert (design.clusters, design.strata, design.degrees_of_freedom) == (9, 3, 6)


def test_the_design_effect_compares_with_a_simple_random_sample():
    survey = simple()
    assert mean(survey, Y[:, None]).se[0] ** 2 == pytest.approx(simple_variance(survey, Y))
    survey = simple(people=400.0)
    assert mean(survey, Y[:, None]).se[0] ** 2 == pytest.approx(simple_variance(survey, Y, replacement=False))


def test_the_ratio_has_the_linearised_variance():
    survey = simple()
    estimate = ratio(survey, Y[:, None], X[:, None])
    slope = Y.sum() / X.sum()
    assert estimate.value[0] == pytest.approx(slope)
    assert estimate.se[0] ** 2 == pytest.approx(((Y - slope * X) ** 2).sum() / (N - 1) / N / X.mean() ** 2)


def test_the_difference_of_two_means_counts_what_they_share():
    both = mean(clustered(), np.column_stack([X, Y]))
    difference = both.combine(np.array([[1.0, -1.0]]))
    direct = mean(clustered(), (X - Y)[:, None])
    assert difference.se[0] == pytest.approx(direct.se[0])
    covariance = both.covariance
    assert difference.se[0] ** 2 == pytest.approx(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])


def test_unknown_values_are_outside_the_domain_and_inside_the_design():
    gaps = Y.copy()
    gaps[::4] = np.nan
    inside = np.isfinite(gaps).astype(float)[:, None]
    assert mean(clustered(), gaps[:, None]).se == pytest.approx(mean(clustered(), Y[:, None], inside).se)


def test_the_population_variance_is_that_of_the_sample_when_weights_are_equal():
    assert population_variance(simple(), Y).value[0] == pytest.approx(Y.var(ddof=1))


@pytest.mark.parametrize(
    ("rule", "part_of_strata"), [(Lonely.CERTAINTY, 1), (Lonely.REMOVE, 1), (Lonely.AVERAGE, 3 / 2)]
)
def test_rules_for_a_stratum_of_one_cluster(rule, part_of_strata):
    totals = np.array([[1.0], [4.0], [2.0], [8.0], [5.0]])
    design = Design(cluster=np.arange(5), stratum=np.array([0, 0, 1, 1, 2]), unsampled=np.ones(5), lonely=rule)
    assert design.variance(totals)[0] == pytest.approx(part_of_strata * ((4 - 1) ** 2 + (8 - 2) ** 2))
    adjusted = replace(design, lonely=Lonely.ADJUST)
    assert adjusted.variance(totals)[0] == pytest.approx((4 - 1) ** 2 + (8 - 2) ** 2 + (5 - 4) ** 2)


def test_the_average_rule_leaves_strata_without_members_out_of_the_average():
    totals = np.array([[1.0], [4.0], [2.0], [8.0], [0.0]])
    design = Design(
        cluster=np.arange(5), stratum=np.array([0, 0, 1, 1, 2]), unsampled=np.ones(5), lonely=Lonely.AVERAGE
    )
    assert design.variance(totals)[0] == pytest.approx((4 - 1) ** 2 + (8 - 2) ** 2)


def test_the_jackknife_of_a_total_is_the_linearised_variance():
    survey = clustered()
    drawn = jackknife(survey.design.stratum, survey.design.unsampled)
    weights = survey.weight[:, None] * drawn.multiplier[survey.design.cluster]
    replicated = Replicated(weights=weights, scale=drawn.scale)
    full = total(survey, Y[:, None])
    variance = replicated.variance(full.value, (weights.T @ Y)[:, None])
    assert variance[0] == pytest.approx(full.se[0] ** 2)
    assert weights.shape == (N, 9)


def test_a_lonely_stratum_makes_no_replicate():
    drawn = jackknife(np.array([0, 0, 1]))
    assert drawn.multiplier.tolist() == [[0, 2], [2, 0], [1, 1]]
    assert drawn.scale.tolist() == [0.5, 0.5]


NUMPY_NAMES = {
    Rule.MATH: "inverted_cdf",
    Rule.HF1: "inverted_cdf",
    Rule.HF2: "averaged_inverted_cdf",
    Rule.HF4: "interpolated_inverted_cdf",
    Rule.HF5: "hazen",
    Rule.HF6: "weibull",
    Rule.HF7: "linear",
    Rule.HF8: "median_unbiased",
    Rule.HF9: "normal_unbiased",
}


@pytest.mark.parametrize("rule", NUMPY_NAMES)
@pytest.mark.parametrize("part", [0.1, 0.25, 0.5, 0.613, 0.9])
def test_quantiles_with_equal_weights_are_those_of_numpy(rule, part):
    values = np.random.default_rng(9).normal(size=40)
    wanted = np.quantile(values, part, method=NUMPY_NAMES[rule])
    assert quantile(values, np.full(40, 2.0), part, rule=rule) == pytest.approx(wanted, abs=1e-12)


def test_a_quantile_follows_the_weights():
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([8.0, 1.0, 1.0])
    assert quantile(values, weight, 0.2) == 2.0
    assert quantile(values, weight, 0.21) == 3.0
    assert quantile(values, weight, 0.2, rule=Rule.SCHOOL) == 2.5


@pytest.mark.parametrize("inversion", Inversion)
def test_the_interval_of_the_median_holds_it_and_covers_about_its_share_of_people(inversion):
    found = quantile_interval(simple(), Y, 0.5, inversion=inversion)
    assert found.low < found.value < found.high
    inside = ((found.low < Y) & (found.high > Y)).sum()
    assert inside == pytest.approx(2 * 1.99 * np.sqrt(0.25 / N) * N, abs=4)


def test_regression_with_equal_weights_is_that_of_statsmodels():
    terms = sm.add_constant(np.column_stack([X, GROUP]))
    model = regress(simple(), Y, terms)
    robust = sm.OLS(Y, terms).fit(cov_type="HC0")
    assert model.coefficients.value == pytest.approx(robust.params)
    assert model.coefficients.se == pytest.approx(robust.bse * np.sqrt(N / (N - 1)))
    assert model.df == N - 1 + 1 - 3


@pytest.mark.parametrize(
    ("family", "outcome", "other"),
    [
        (Family.LOGISTIC, (Y > 150).astype(float), sm.families.Binomial()),
        (Family.POISSON, np.floor(np.abs(Y) / 40), sm.families.Poisson()),
    ],
)
def test_generalised_linear_models_have_the_weighted_coefficients(family, outcome, other):
    terms, survey = sm.add_constant((X - 50) / 10), clustered()
    model = regress(survey, outcome, terms, family=family)
    fitted = sm.GLM(outcome, terms, family=other, freq_weights=survey.weight).fit(tol=1e-12)
    assert model.coefficients.value == pytest.approx(fitted.params, rel=1e-7)


def test_a_regression_that_has_no_finite_answer_says_so():
    with pytest.raises(ArithmeticError), np.errstate(all="ignore"):
        regress(simple(), (X > 50).astype(float), sm.add_constant(X - 50), family=Family.LOGISTIC)


def test_chi_squared_of_a_simple_random_sample_is_pearsons():
    columns = (Y > 150).astype(np.int64)
    table = CrossTable.of(simple(), GROUP.astype(np.int64), columns)
    counts = np.array([[((g == GROUP) & (columns == c)).sum() for c in (0, 1)] for g in (0, 1, 2)])
    pearson = stats.chi2_contingency(counts, correction=False)
    first = rao_scott(table, order=1)
    assert first.statistic == pytest.approx(pearson.statistic)
    assert first.p == pytest.approx(pearson.pvalue, rel=0.1)
    assert table.design_effects() == pytest.approx([N / (N - 1)] * 2)
    assert rao_scott(table).df[0] == pytest.approx(2)
    assert wald(table, adjusted=False).statistic > wald(table).statistic > 0


def test_twins_in_a_cluster_count_once_in_the_chi_squared():
    columns = (Y > 150).astype(np.int64)
    twins = Design.of(["all"] * (2 * N), [str(i % N) for i in range(2 * N)])
    doubled = Survey(weight=np.ones(2 * N), design=twins)
    once = rao_scott(CrossTable.of(simple(), GROUP.astype(np.int64), columns))
    twice = rao_scott(CrossTable.of(doubled, np.tile(GROUP, 2).astype(np.int64), np.tile(columns, 2)))
    assert twice.p == pytest.approx(once.p)


def test_respondents_of_an_unknown_cell_keep_their_place_in_the_design():
    columns = (Y > 150).astype(np.int64)
    columns[:5] = -1
    table = CrossTable.of(clustered(), GROUP.astype(np.int64), columns)
    assert table.n == N - 5
    assert table.cells.value.sum() == pytest.approx(1)
    assert table.cells.survey.design.clusters == 9


def shares(p: float, n: int, df: float | None = None) -> Shares:
    degrees = n - 1.0 if df is None else df
    return Shares(
        share=np.array([p]), variance=np.array([p * (1 - p) / n]), n=np.array([float(n)]), df=np.array([degrees])
    )


@pytest.mark.parametrize(("hits", "n"), [(0, 30), (1, 30), (12, 40), (40, 40)])
def test_the_exact_interval_is_the_binomial_one(hits, n):
    wanted = stats.binomtest(hits, n).proportion_ci(0.95, "exact")
    low, high = clopper_pearson(np.array([hits / n]), np.array([float(n)]))
    assert (low[0], high[0]) == pytest.approx((wanted.low, wanted.high))


def test_korn_graubard_without_a_design_is_the_exact_interval():
    wanted = stats.binomtest(12, 40).proportion_ci(0.95, "exact")
    assert [end[0] for end in beta_interval(shares(0.3, 40))] == pytest.approx([wanted.low, wanted.high])


def test_wilson_with_many_degrees_of_freedom_is_the_score_interval():
    wanted = stats.binomtest(300, 1000).proportion_ci(0.95, "wilson")
    found = [end[0] for end in wilson_interval(shares(0.3, 1000, df=1e9))]
    assert found == pytest.approx([wanted.low, wanted.high])


@pytest.mark.parametrize(
    "interval", [logit_interval, asin_interval, beta_interval, wilson_interval, likelihood_interval]
)
def test_intervals_stay_within_0_and_1_and_widen_with_fewer_degrees_of_freedom(interval):
    many, few = (interval(shares(0.1, 60, df)) for df in (59.0, 4.0))
    assert 0 <= few[0][0] < many[0][0] < 0.1 < many[1][0] < few[1][0] <= 1


def test_no_degrees_of_freedom_no_interval():
    low, high = t_interval(np.array([1.0]), np.array([1.0]), df=np.array([0.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_cell_means_of_one_margin_are_its_regression_without_weights():
    cells = csr_array(np.eye(3)[GROUP])
    one = CellMeans(margins=(cells,)).of(Y[:, None])
    other = Regression.on(cells, np.ones(N)).of(Y[:, None])
    assert one == pytest.approx(other)


def test_margins_that_repeat_one_another_do_no_harm():
    group = np.eye(3)[GROUP]
    twice = Regression.on(csr_array(np.column_stack([group, group, np.ones(N)])), np.ones(N)).of(Y[:, None])
    assert twice == pytest.approx(Regression.on(csr_array(group), np.ones(N)).of(Y[:, None]))


def test_a_post_stratified_mean_has_the_error_of_the_strata():
    """Post-stratification on a simple random sample: the variance within the cells."""
    cells = csr_array(np.eye(3)[GROUP])
    survey = replace(
        simple(), calibrated=(CalibratedRows(rows=slice(0, N), residuals=Regression.on(cells, np.ones(N))),)
    )
    within = Y - np.array([Y[g == GROUP].mean() for g in range(3)])[GROUP]
    assert mean(survey, Y[:, None]).se[0] ** 2 == pytest.approx((within**2).sum() / (N - 1) / N)


def test_ordinal_regression_with_equal_weights_is_that_of_statsmodels():
    level = np.searchsorted(np.quantile(Y, [0.25, 0.5, 0.8]), Y).astype(np.int64)
    terms = np.column_stack([(X - 50) / 10, GROUP == 1]).astype(float)
    estimate = ordinal_logit(simple(), level, terms)
    fitted = OrderedModel(level, terms, distr="logit").fit(method="newton", disp=False, tol=1e-12)
    cuts = fitted.model.transform_threshold_params(fitted.params)[1:-1]
    assert estimate.value == pytest.approx([*fitted.params[:2], *cuts], rel=1e-5)
    assert (estimate.se > 0).all()


def test_ordinal_regression_of_two_levels_is_logistic_regression():
    yes = (Y > 150).astype(np.int64)
    terms = ((X - 50) / 10)[:, None]
    ordinal = ordinal_logit(clustered(), yes, terms)
    logistic = regress(clustered(), yes.astype(float), sm.add_constant(terms), family=Family.LOGISTIC)
    assert ordinal.value == pytest.approx(logistic.coefficients.value[::-1] * [1, -1], rel=1e-7)
    assert ordinal.se == pytest.approx(logistic.coefficients.se[::-1], rel=1e-5)


def test_unknown_levels_are_outside_the_domain_and_inside_the_design():
    level = np.searchsorted(np.quantile(Y, [0.3, 0.6]), Y).astype(np.int64)
    level[:7] = -1
    estimate = ordinal_logit(clustered(), level, (X - 50)[:, None] / 10)
    assert np.isfinite(estimate.se).all()
    assert (estimate.influence[:7] == 0).all()
    assert estimate.survey.n == N


def test_the_likelihood_interval_ends_where_the_likelihood_ratio_reaches_its_limit():
    low, high = (end[0] for end in likelihood_interval(shares(0.3, 41, df=1e9)))
    for end in (low, high):
        ratio = 2 * 40 * (0.3 * np.log(0.3 / end) + 0.7 * np.log(0.7 / (1 - end)))
        assert ratio == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-6)
    assert low < 0.3 < high


def test_the_saddlepoint_tail_is_that_of_the_f_distribution_when_the_effects_are_equal():
    """P(chi2_3 - q chi2_40 / 40 * 3 > 0) is the tail of F(3, 40)."""
    for q in (0.5, 2.0, 6.0):
        chance = positive_chance(np.array([1.0, -3 * q / 40]), np.array([3.0, 40.0]))
        assert chance == pytest.approx(stats.f.sf(q, 3, 40), rel=0.02)


def test_all_tests_of_independence_see_what_is_there_and_nothing_where_nothing_is():
    columns = np.random.default_rng(8).integers(0, 2, N)
    follows = np.where(np.arange(N) % 5 == 0, columns, GROUP > 0).astype(np.int64)
    related = CrossTable.of(clustered(), GROUP.astype(np.int64), follows)
    assert saddlepoint(related).p < 0.001
    assert independence_score(clustered(), GROUP.astype(np.int64), follows).p < 0.05
    unrelated = CrossTable.of(clustered(), GROUP.astype(np.int64), columns)
    assert 0.01 < saddlepoint(unrelated).p <= 1
    assert 0.01 < independence_score(clustered(), GROUP.astype(np.int64), columns).p <= 1


def test_the_second_stage_adds_what_varies_within_clusters():
    """Two of ten clusters, two of four units in each: the textbook's two terms (Cochran 1977, section 11.4)."""
    y = np.array([1.0, 3.0, 5.0, 9.0])
    design = Design.of(
        ["all"] * 4,
        ["a", "a", "b", "b"],
        population=np.full(4, 10.0),
        further=[Stage(units=list("1234"), population=np.full(4, 4.0))],
    )
    survey = Survey(weight=np.full(4, 10.0), design=design)
    totals = np.array([8.0, 28.0])  # estimated totals of the two clusters
    between = 10**2 * (1 - 2 / 10) * totals.var(ddof=1) / 2
    within = 10 / 2 * sum(4**2 * (1 - 2 / 4) * part.var(ddof=1) / 2 for part in (y[:2], y[2:]))
    assert total(survey, y[:, None]).se[0] ** 2 == pytest.approx(between + within)


def test_the_score_interval_of_a_quantile_refuses_what_the_test_refuses():
    found = quantile_interval(simple(), Y, 0.5, inversion=Inversion.SCORE)
    above = mean(simple(), (found.low - 1 < Y).astype(float)[:, None])
    assert (above.value[0] - 0.5) / above.se[0] > 1.5
    assert found.low < found.value < found.high
