"""Answers to the reference cases about weights and replicates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.reference_sample import (
    Sample,
    margin_tables,
    model_matrix,
    rake_survey,
    read_rows,
)
from danvan_study.estimate.estimators import Estimate, mean, total
from danvan_study.estimate.replicated import Replicated
from danvan_study.weight.nonresponse import class_factors, propensities, propensity_classes
from danvan_study.weight.replicates import jackknife

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Answer = dict[str, Any]


def weights_and_estimates(sample: Sample, _: Mapping[str, Any], __: Path) -> Answer:
    """Answer what the weights are after the steps, and four estimates with them."""
    weight = sample.survey.weight
    return {
        "weights": weight,
        "sum_w": weight.sum(),
        "min_w": weight.min(),
        "max_w": weight.max(),
        "deff_kish": len(weight) * (weight**2).sum() / weight.sum() ** 2,
        "after": [{"what": what, "est": estimate.value, "se": estimate.se} for what, estimate in _four(sample).items()],
    }


def _four(sample: Sample) -> dict[str, Estimate]:
    survey, api = sample.survey, sample.numbers("api00")[:, None]
    by = np.column_stack([sample.rows["stype"] == level for level in ("E", "H", "M")]).astype(np.float64)
    return {
        "mean api00": mean(survey, api),
        "total enroll": total(survey, sample.numbers("enroll")[:, None]),
        "total N": total(survey, np.ones((survey.n, 1))),
        "mean api00 by stype": mean(survey, np.repeat(api, 3, axis=1), by),
    }


def weights_alone(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    """Answer the response-propensity cases."""
    step = case["weight_steps"][0]
    weight = sample.survey.weight
    responds = sample.rows.eval(step["respondent"]).to_numpy()
    chance, slope = propensities(weight, responds, model_matrix(sample.rows, step["formula"])[0])
    if "classes" not in step:
        adjusted = np.where(responds, weight / chance, 0.0)
        return {"coef": slope, "phat": chance, "weights": adjusted, "sum_w": adjusted.sum()}
    classes = propensity_classes(chance, step["classes"])
    factor = class_factors(weight, responds, classes.tolist())
    return {
        "class": classes + 1,
        "factor": [factor[(classes == number) & responds][0] for number in range(step["classes"])],
        "weights": weight * factor,
        "sum_w": (weight * factor).sum(),
    }


def _after(sample: Sample, replicated: Replicated) -> list[Answer]:
    """Estimate the four with the full weights and with each replicate."""
    full = _four(sample)
    each = [_four(Sample(sample.rows, replace(sample.survey, weight=column))) for column in replicated.weights.T]
    return [
        {
            "what": what,
            "est": estimate.value,
            "se": np.sqrt(replicated.variance(estimate.value, np.array([one[what].value for one in each]))),
        }
        for what, estimate in full.items()
    ]


def _report(sample: Sample, replicated: Replicated) -> Answer:
    scale = replicated.scale
    one = len(np.unique(sample.survey.design.stratum)) == 1
    return {
        "n_reps": replicated.weights.shape[1],
        "scale": scale[0] if one else 1,
        "rscales": np.ones(len(scale)) if one else scale,
        "degf": np.linalg.matrix_rank(replicated.weights, tol=1e-7 * np.linalg.norm(replicated.weights, 2)) - 1,
        "after": _after(sample, replicated),
    }


def _jackknife(sample: Sample, *, around_full: bool) -> Replicated:
    design = sample.survey.design
    drawn = jackknife(design.stratum, design.unsampled)
    weights = sample.survey.weight[:, None] * drawn.multiplier[design.cluster]
    # The cases list replicates stratum after stratum, in the order in which the data bring them.
    first = np.array([int((design.stratum[design.cluster] == stratum).argmax()) for stratum in design.stratum])
    order = np.argsort(first[np.bincount(design.stratum)[design.stratum] > 1], kind="stable")
    return Replicated(weights=weights[:, order], scale=drawn.scale[order], around_full=around_full)


def replicate(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    """Answer the jackknife cases."""
    return _report(sample, _jackknife(sample, around_full=case["operation"]["mse"]))


def replicate_raked(sample: Sample, case: Mapping[str, Any], _: Path) -> Answer:
    """Answer the cases where each replicate is raked again."""
    operation = case["operation"]
    tables = margin_tables(operation["margins"])
    drawn = _jackknife(sample, around_full=operation["mse"])
    columns = [_rake_kept(sample, column, tables) for column in drawn.weights.T]
    raked = Sample(sample.rows, rake_survey(sample.survey, sample.rows, tables))
    return _report(raked, replace(drawn, weights=np.column_stack(columns)))


def _rake_kept(sample: Sample, column: np.ndarray, tables: list[Any]) -> np.ndarray:
    kept = column > 0
    rows = sample.rows[kept].reset_index(drop=True)
    weight = np.zeros(len(column))
    weight[kept] = rake_survey(replace(sample.survey, weight=column[kept]), rows, tables).weight
    return weight


def supplied(sample: Sample, case: Mapping[str, Any], folder: Path) -> Answer:
    """Answer the cases whose replicate weights stand in a file."""
    operation = case["operation"]
    weights = read_rows(folder / operation["file"]).select_dtypes("number").to_numpy(dtype="float64")
    scale = np.full(weights.shape[1], operation["scale"])
    replicated = Replicated(weights=weights, scale=scale, around_full=operation["mse"])
    given = _report(sample, replicated)
    return given | {"scale": operation["scale"], "rscales": np.ones(len(scale))}
