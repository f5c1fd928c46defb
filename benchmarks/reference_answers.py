"""The kit's answer to each kind of reference case. No formula stands here: every figure comes from the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.reference_sample import NotDoneError, Sample, make_sample, model_matrix, read_rows
from benchmarks.reference_weights import replicate, replicate_raked, supplied, weights_alone, weights_and_estimates
from danvan_study.estimate.association import CrossTable, Test, rao_scott, wald
from danvan_study.estimate.estimators import (
    Estimate,
    mean,
    population_variance,
    ratio,
    simple_variance,
    total,
)
from danvan_study.estimate.intervals import (
    Shares,
    asin_interval,
    beta_interval,
    critical,
    likelihood_interval,
    logit_interval,
    t_interval,
    wilson_interval,
)
from danvan_study.estimate.models import Family, regress
from danvan_study.estimate.ordinal import ordinal_logit
from danvan_study.estimate.quantiles import Inversion, Rule, quantile_interval
from danvan_study.estimate.score_tests import independence_score, saddlepoint
from danvan_study.trend.multiplicity import Adjustment, adjust_p_values
from danvan_study.trend.scoring import crps_mixture, crps_normal, crps_sample, crps_t, log_score_normal
from danvan_study.trend.small_areas import Method, fay_herriot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Answer = dict[str, Any]


def answer(case: Mapping[str, Any], folder: Path) -> Answer:
    """Return the kit's figures for a case, under the keys of ``expected``.

    Raises
    ------
    NotDoneError
        The kit doesn't do this yet.
    """
    fn = case["operation"]["fn"]
    if fn not in ANSWERS and fn not in WITHOUT_SAMPLE:
        raise NotDoneError(fn)
    if fn in WITHOUT_SAMPLE:
        return WITHOUT_SAMPLE[fn](case, folder)
    return ANSWERS[fn](make_sample(case, folder), case, folder)


def _inside(sample: Sample, operation: Mapping[str, Any]) -> np.ndarray:
    """Return 1 for the rows of the sub-population, else 0."""
    where = operation.get("where", "")
    if "first H snum" in where:
        rows = sample.rows
        return ((rows["stype"] != "H") | (rows["snum"] == operation["domain_H_snum"])).to_numpy(dtype="float64")
    return sample.rows.eval(where).to_numpy(dtype="float64") if where else np.ones(sample.survey.n)


def _domains(sample: Sample, operation: Mapping[str, Any]) -> np.ndarray:
    """Return rows x domains: the values of ``by`` in order, or the sub-population."""
    inside = _inside(sample, operation)[:, None]
    if "by" not in operation:
        return inside
    keys = sample.rows[operation["by"]].apply(tuple, axis=1)
    return np.column_stack([inside[:, 0] * (keys == key) for key in sorted(keys.unique(), key=lambda key: key[::-1])])


def _df(sample: Sample, inside: np.ndarray) -> float:
    """Return clusters minus strata among the rows of a sub-population."""
    design = sample.survey.design
    clusters = np.unique(design.cluster[inside > 0])
    return float(len(clusters) - len(np.unique(design.stratum[clusters])))


def _answer(estimate: Estimate, df: float) -> Answer:
    degrees = np.full(len(estimate.value), df)
    low, high = t_interval(estimate.value, np.diag(estimate.covariance), df=degrees)
    return {
        "est": estimate.value,
        "se": estimate.se,
        "vcov": estimate.covariance,
        "df": [df],
        "ci_t_lower": low,
        "ci_t_upper": high,
    }


def _columns(sample: Sample, names: str | list[str]) -> np.ndarray:
    return np.column_stack([sample.numbers(name) for name in ([names] if isinstance(names, str) else names)])


def _means(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    domains, variables = _domains(sample, operation), _columns(sample, operation["y"])
    if "by" in operation:
        variables = np.repeat(variables, domains.shape[1], axis=1)
    given = _answer(mean(sample.survey, variables, domains), _full_or_subset(sample, operation, domains))
    if "deff" in operation:
        given["deff"] = np.diag(given["vcov"]) / _simple(sample, variables, domains=domains, kind=operation["deff"])
    return given


def _simple(sample: Sample, variables: np.ndarray, *, domains: np.ndarray, kind: str) -> np.ndarray:
    spread = [
        simple_variance(sample.survey, np.where(inside > 0, y, np.nan), replacement=kind == "replace")
        for y, inside in zip(variables.T, np.broadcast_to(domains, variables.shape).T, strict=True)
    ]
    return np.array(spread)


def _full_or_subset(sample: Sample, operation: Mapping[str, Any], domains: np.ndarray) -> float:
    return _df(sample, domains[:, 0] if "where" in operation else np.ones(sample.survey.n))


def _totals(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    domains = _domains(sample, operation)
    counted = operation["y"].startswith("1 ")
    values = np.ones((sample.survey.n, 1)) if counted else _columns(sample, operation["y"])
    given = _answer(total(sample.survey, values * domains), _full_or_subset(sample, operation, domains))
    if "deff" in operation:
        people = sample.survey.weight.sum()
        given["deff"] = np.diag(given["vcov"]) / (
            _simple(sample, values, domains=domains, kind=operation["deff"]) * people**2
        )
    if counted:
        given["se"] = np.where(given["se"] < 1e-3, 0.0, given["se"])  # rounding, as the case says
    return given


def _ratios(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    domains = _domains(sample, operation)
    above, below = sample.numbers(operation["num"]), sample.numbers(operation["den"])
    known = np.isfinite(above) & np.isfinite(below)
    parts = [np.where(known, values, 0.0)[:, None] * domains for values in (above, below)]
    return _answer(ratio(sample.survey, parts[0], parts[1]), _full_or_subset(sample, operation, domains))


def _shares(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    domains, values = _domains(sample, operation), sample.rows[operation["y"]]
    levels = sorted(values.dropna().unique())
    indicators = np.column_stack([np.where(values.isna(), np.nan, values == level) for level in levels]).astype(float)
    # R lists all domains of the first level, then of the second.
    inside = np.tile(domains, (1, len(levels)))
    variables = np.repeat(indicators, domains.shape[1], axis=1)
    given = _answer(mean(sample.survey, variables, inside), _full_or_subset(sample, operation, domains))
    if "deff" in operation:
        given["deff"] = np.diag(given["vcov"]) / _simple(sample, variables, domains=inside, kind=operation["deff"])
    return given


def logit_interval_as_r(shares: Shares) -> tuple[np.ndarray, np.ndarray]:
    """Return the logit interval by R's way: the t quantile goes through the normal distribution.

    In doubles that is infinite beyond 8.3 (one degree of freedom), where R prints 0 and NaN; the kit's own interval is
    wide and finite there (the case of xlogit).
    """
    low, high = logit_interval(shares)
    lost = np.isinf(stats.norm.ppf(stats.norm.cdf(critical(shares.df))))
    return np.where(lost, 0.0, low), np.where(lost, np.nan, high)


INTERVALS: dict[str, Callable[[Shares], tuple[np.ndarray, np.ndarray]]] = {
    "logit": logit_interval_as_r,
    "xlogit": logit_interval,
    "beta": beta_interval,
    "asin": asin_interval,
    "wilson": wilson_interval,
    "likelihood": likelihood_interval,
    "mean": lambda shares: t_interval(shares.share, shares.variance, df=shares.df),
}


def _share_intervals(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    if operation["method"] not in INTERVALS:
        raise NotDoneError(f"the {operation['method']} interval")
    domains = _domains(sample, operation)
    event = (sample.rows[operation["y"]] == operation["event"]).to_numpy(dtype="float64")
    estimate = mean(sample.survey, np.repeat(event[:, None], domains.shape[1], axis=1), domains)
    df = np.array([_df(sample, inside) for inside in domains.T])
    shares = Shares(
        share=estimate.value, variance=np.diag(estimate.covariance), n=(domains > 0).sum(axis=0).astype(float), df=df
    )
    low, high = INTERVALS[operation["method"]](shares)
    return {"est": estimate.value, "lower": low, "upper": high, "df": df}


def _variance(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    return _answer(population_variance(sample.survey, sample.numbers(case["operation"]["y"])), 1.0)


def _weighted_table(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    rows, columns = (sample.rows[operation[name]] for name in ("rows", "cols"))
    cells = [[(rows == r) & (columns == c) for c in sorted(columns.unique())] for r in sorted(rows.unique())]
    counts = [total(sample.survey, np.column_stack(line).astype(float)).value for line in cells]
    return {"counts": np.array(counts)}


def _quantiles(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    if operation["rule"] not in tuple(Rule) or operation["interval"] not in tuple(Inversion):
        raise NotDoneError(f"quantiles by {operation['rule']} and {operation['interval']}")
    values = sample.numbers(operation["y"])
    rule, inversion = Rule(operation["rule"]), Inversion(operation["interval"])
    found = [quantile_interval(sample.survey, values, p, rule=rule, inversion=inversion) for p in operation["p"]]
    return {
        "est": [one.value for one in found],
        "lower": [one.low for one in found],
        "upper": [one.high for one in found],
        "se": [one.se for one in found],
    }


def _chi_squared(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    codes = [pd.factorize(sample.rows[operation[name]], sort=True)[0].astype(np.int64) for name in ("rows", "cols")]
    table = CrossTable.of(sample.survey, codes[0], codes[1])
    tests = {
        "F": lambda: rao_scott(table, order=2),
        "Chisq": lambda: rao_scott(table, order=1),
        "Wald": lambda: wald(table, adjusted=False),
        "adjWald": lambda: wald(table),
        # Without the package that R's lincom wants, R takes the saddlepoint for it.
        "lincom": lambda: saddlepoint(table),
        "saddlepoint": lambda: saddlepoint(table),
        "wls-score": lambda: _divided_twice(independence_score(sample.survey, codes[0], codes[1])),
    }
    if operation["statistic"] not in tests:
        raise NotDoneError(f"chi-squared by {operation['statistic']}")
    test = tests[operation["statistic"]]()
    return {"statistic": test.statistic, "parameter": test.df, "p_value": test.p}


def _divided_twice(test: Test) -> Test:
    """Return the score test as R survey 4.5 prints it: divided by its degrees of freedom once more than F is."""
    statistic = test.statistic / test.df[0]
    return Test(statistic=statistic, df=test.df, p=float(stats.f.sf(statistic, *test.df)))


def _glm(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    outcome, terms = (part.strip() for part in operation["formula"].split("~"))
    if outcome.startswith("I("):
        name, value = outcome[2:-1].split("==")
        y = (sample.rows[name] == value.strip("'")).to_numpy(dtype="float64")
    else:
        y = sample.numbers(outcome)
    model = regress(sample.survey, y, model_matrix(sample.rows, f"~{terms}")[0], family=Family(operation["family"]))
    t = model.coefficients.value / model.coefficients.se
    given = _answer(model.coefficients, 1.0)
    return given | {"df_resid": model.df, "t": t, "p": 2 * stats.t.sf(np.abs(t), model.df)}


def _ordinal(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    outcome, terms = (part.strip() for part in case["operation"]["formula"].split("~"))
    level = pd.factorize(sample.rows[outcome], sort=True)[0].astype(np.int64)
    estimate = ordinal_logit(sample.survey, level, model_matrix(sample.rows, f"~{terms}")[0][:, 1:])
    return {"est": estimate.value, "se": estimate.se}


def _t_test(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    terms, _names = model_matrix(sample.rows, f"~{operation['group']}")
    model = regress(sample.survey, sample.numbers(operation["y"]), terms)
    difference, se = float(model.coefficients.value[1]), float(model.coefficients.se[1])
    reach = float(critical(np.array([float(model.df)]))[0]) * se
    return {
        "diff": difference,
        "t": [difference / se],
        "df": [model.df],
        "p_value": 2 * stats.t.sf(abs(difference / se), model.df),
        "ci": [difference - reach, difference + reach],
    }


def _contrast(sample: Sample, _: Mapping[str, Any], __: Path) -> Answer:
    means = mean(sample.survey, _columns(sample, ["api00", "api99"]))
    difference = means.combine(np.array([[1.0, -1.0]]))
    quotient = ratio(sample.survey, _columns(sample, "api00"), _columns(sample, "api99"))
    return {
        "diff": difference.value[0],
        "diff_se": difference.se[0],
        "ratio": quotient.value[0],
        "ratio_se": quotient.se[0],
    }


def _change(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    waves = [
        (sample.rows[operation["wave"]] == wave).to_numpy(dtype="float64")
        for wave in sorted(sample.rows[operation["wave"]].unique())
    ]
    y = np.repeat(sample.numbers(operation["y"])[:, None], 2, axis=1)
    if "by" not in operation:
        means = mean(sample.survey, y, np.column_stack(waves))
        change = means.combine(np.array([[-1.0, 1.0]]))
        return {
            "est": means.value,
            "se": means.se,
            "cov12": means.covariance[0, 1],
            "diff": change.value[0],
            "diff_se": change.se[0],
        }
    name = operation["by"][0]
    changes = []
    for value in sorted(sample.rows[name].unique()):
        inside = (sample.rows[name] == value).to_numpy(dtype="float64")
        change = mean(sample.survey, y, np.column_stack(waves) * inside[:, None]).combine(np.array([[-1.0, 1.0]]))
        changes.append({name: value, "diff": change.value[0], "se": change.se})
    return {"changes": changes}


def _likert(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    level = np.searchsorted(operation["cuts"], sample.numbers("api00"), side="left") + 1
    indicators = (level[:, None] == np.arange(1, 6)).astype(np.float64)
    shares = mean(sample.survey, indicators)
    contrasts = shares.combine(np.array([[-1, -1, 0, 1, 1], [0, 0, 0, 1, 1], [1, 2, 3, 4, 5]], dtype=float))
    net = (np.sign(level - 3)).astype(np.float64)[:, None]
    domains = _domains(sample, operation)
    by = mean(sample.survey, np.repeat(net, domains.shape[1], axis=1), domains)
    figures = dict(zip(("net", "top2", "mean"), contrasts.value, strict=True))
    errors = dict(zip(("net_se", "top2_se", "mean_se"), contrasts.se, strict=True))
    return {
        "dist": shares.value,
        "dist_se": shares.se,
        "net_by_awards": by.value,
        "net_by_awards_se": by.se,
        **figures,
        **errors,
    }


def _lonely(sample: Sample, _: Mapping[str, Any], __: Path) -> Answer:
    survey = sample.survey
    average, sum_ = mean(survey, _columns(sample, "api00")), total(survey, _columns(sample, "enroll"))
    quotient = ratio(survey, _columns(sample, "api.stu"), _columns(sample, "enroll"))
    domains = _domains(sample, {"by": ["awards"]})
    by = mean(survey, np.repeat(_columns(sample, "api00"), domains.shape[1], axis=1), domains)
    return {
        "mean": average.value[0],
        "mean_se": average.se[0],
        "total": sum_.value[0],
        "total_se": sum_.se[0],
        "ratio": quotient.value[0],
        "ratio_se": quotient.se[0],
        "by_awards_mean": by.value,
        "by_awards_se": by.se,
        "df": [survey.design.degrees_of_freedom],
    }


def _adjusted(case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    return {"adjusted": adjust_p_values(np.array(operation["p"]), Adjustment(operation["method"]))}


def _crps(case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    number = {key: np.array(value, dtype="float64") for key, value in operation.items() if isinstance(value, list)}
    y = number["y"]
    match operation["family"].split()[0], operation["family"].split()[-1]:
        case "normal", "normal":
            score = crps_normal(y, number["mean"], number["sd"])
        case "t", _:
            score = crps_t(y, number["location"], number["scale"], df=operation["df"])
        case "normal", "mixture":
            score = crps_mixture(y, number["means"], number["sds"], weights=number["weights"])
        case "sample", _:
            score = crps_sample(y, number["draws"])
        case _:
            raise NotDoneError(f"the score of a {operation['family']} forecast")
    return {"crps": score}


def _log_score(case: Mapping[str, Any], _: Path) -> Answer:
    operation = case["operation"]
    if operation["family"] != "normal":
        raise NotDoneError(f"the log score of a {operation['family']} forecast")
    return {"logs": log_score_normal(*(np.array(operation[name]) for name in ("y", "mean", "sd")))}


def _fay_herriot(case: Mapping[str, Any], folder: Path) -> Answer:
    operation = case["operation"]
    rows = read_rows(folder / case["design"]["data_file"])
    terms = [np.ones(len(rows))] if operation["intercept"] else []
    names = [operation["x"]] if isinstance(operation["x"], str) else operation["x"]
    found = fay_herriot(
        rows[operation["y"]].to_numpy(dtype="float64"),
        np.column_stack([*terms, *(rows[name].to_numpy(dtype="float64") for name in names)]),
        rows[operation["vardir"]].to_numpy(dtype="float64"),
        method=Method(operation["method"]),
    )
    return {
        "refvar": found.variance,
        "beta": found.coefficients,
        "beta_se": found.errors,
        "eblup": found.estimate,
        "mse": found.mse,
    }


WITHOUT_SAMPLE: dict[str, Callable[[Mapping[str, Any], Path], Answer]] = {
    "p_adjust": _adjusted,
    "crps": _crps,
    "log score (negative log density)": _log_score,
    "fay_herriot": _fay_herriot,
}
ANSWERS: dict[str, Callable[[Sample, Mapping[str, Any], Path], Answer]] = {
    "mean": _means,
    "total": _totals,
    "ratio": _ratios,
    "prop": _shares,
    "prop_ci": _share_intervals,
    "population_variance": _variance,
    "weighted_table": _weighted_table,
    "quantile": _quantiles,
    "chisq": _chi_squared,
    "glm": _glm,
    "ordinal_logit": _ordinal,
    "ttest": _t_test,
    "contrast": _contrast,
    "change": _change,
    "likert": _likert,
    "mean,total": _lonely,
    "weights_then_estimates": weights_and_estimates,
    "weights": weights_alone,
    "replicate": replicate,
    "replicate_then_rake_each_replicate": replicate_raked,
    "supplied_replicates": supplied,
}
