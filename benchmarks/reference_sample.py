"""A reference case's data, design and weights as the kit's own objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.estimate.calibrated import CellMeans, Regression
from danvan_study.estimate.design import Design, Lonely, Stage
from danvan_study.estimate.survey import CalibratedRows, Survey
from danvan_study.study import Distance
from danvan_study.weight import MarginTable
from danvan_study.weight.calibrate import calibrate
from danvan_study.weight.margins import Constraint, build_margins
from danvan_study.weight.nonresponse import class_factors
from danvan_study.weight.rake import collapse, rake
from danvan_study.weight.trim import Target, trim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class NotDoneError(Exception):
    """The kit has no answer to this case yet; the text says to what."""


@dataclass(frozen=True)
class Sample:
    """The rows of a case with their survey."""

    rows: pd.DataFrame
    survey: Survey

    def numbers(self, name: str) -> np.ndarray:
        """Return a column as numbers."""
        return self.rows[name].to_numpy(dtype="float64")


@lru_cache(maxsize=8)
def read_rows(path: Path) -> pd.DataFrame:
    """Read a data file; texts stay texts."""
    return pd.read_csv(path, keep_default_na=False, na_values=["", "NA"])


def make_sample(case: Mapping[str, Any], folder: Path) -> Sample:
    """Build the design of a case and carry out its weighting steps."""
    design = case["design"]
    rows = read_rows(folder / design["data_file"])
    strata = rows[design["strata"]].astype(str) if design["strata"] else pd.Series("", index=rows.index)
    units = [rows[name].astype(str) for name in design["psu"] or ()] or [pd.Series(rows.index.astype(str))]
    counts = [rows[name].to_numpy(dtype="float64") for name in design["fpc"] or ()]
    stages = [
        Stage(units=unit, population=counts[number] if number < len(counts) else None)
        for number, unit in enumerate(units)
    ]
    operation = case["operation"]
    survey = Survey(
        weight=rows[design["weights"]].to_numpy(dtype="float64"),
        design=replace(
            Design.of(
                strata,
                stages[0].units,
                population=stages[0].population,
                lonely=Lonely(operation.get("lonely_psu", "adjust")),
                further=stages[1:],
            ),
            domains_too=bool(operation.get("adjust_domain_lonely")),
        ),
    )
    for step in [] if case["operation"]["fn"] == "weights" else case["weight_steps"] or ():
        survey = _weigh(survey, rows, step)
    return Sample(rows, survey)


def _weigh(survey: Survey, rows: pd.DataFrame, step: Mapping[str, Any]) -> Survey:
    match step["op"]:
        case "poststratify":
            by = [step["cells"]] if isinstance(step["cells"], str) else step["cells"]
            if isinstance(step["totals"], dict):
                cells = pd.DataFrame({by[0]: list(step["totals"]), "population": list(step["totals"].values())})
            else:
                cells = pd.DataFrame(step["totals"]).rename(columns={"total": "population"})
            return rake_survey(survey, rows, [MarginTable(by=tuple(by), cells=cells, file="")])
        case "rake":
            # R's default stops early; the kit always rakes to the end (such cases are informational).
            return rake_survey(survey, rows, margin_tables(step["margins"]))
        case "trim":
            return _trim(survey, step)
        case "calibrate":
            return _calibrate(survey, rows, step)
        case "nonresponse_class":
            responds = rows.eval(step["respondent"]).to_numpy()
            factor = class_factors(survey.weight, responds, rows[step["classes"]].to_list())
            return replace(survey, weight=survey.weight * factor)
    raise NotDoneError(step["op"])


def _trim(survey: Survey, step: Mapping[str, Any]) -> Survey:
    """Trim by the kit's rule, in proportion; R adds equal amounts (such cases are informational)."""
    median = float(np.median(survey.weight))
    everybody = Constraint(
        membership=csr_array(np.ones((1, 1))), totals=np.array([survey.weight.sum()]), cells=("all",), file=""
    )
    target = Target(pattern=np.zeros(survey.n, dtype=np.int64), constraints=(everybody,))
    bounds = (step["lower"] / median, step["upper"] / median)
    trimmed = trim(survey.weight, ["all"] * survey.n, bounds=bounds, target=target)
    return replace(survey, weight=trimmed.weights)


def margin_tables(margins: Mapping[str, Mapping[str, float]]) -> list[MarginTable]:
    """Turn margins of single variables into tables."""
    return [
        MarginTable(
            by=(name,),
            cells=pd.DataFrame({name: list(cells), "population": [float(people) for people in cells.values()]}),
            file=name,
        )
        for name, cells in margins.items()
    ]


def rake_survey(survey: Survey, rows: pd.DataFrame, tables: Sequence[MarginTable]) -> Survey:
    """Rake; the error of one margin is that of its regression, of several R's unweighted means of the cells."""
    margins = build_margins(rows, tables)
    sums = collapse(survey.weight, margins.pattern)
    weight = survey.weight * (rake(sums, margins.constraints, tolerance=1e-12).weights / sums)[margins.pattern]
    residuals: Regression | CellMeans = Regression.on(csr_array(margins.membership[margins.pattern]), survey.weight)
    if len(tables) > 1:
        residuals = CellMeans(
            margins=tuple(csr_array(constraint.membership[margins.pattern]) for constraint in margins.constraints)
        )
    part = CalibratedRows(rows=slice(0, len(rows)), residuals=residuals)
    return replace(survey, weight=weight, calibrated=(part,))


def _calibrate(survey: Survey, rows: pd.DataFrame, step: Mapping[str, Any]) -> Survey:
    auxiliaries, names = model_matrix(rows, step["formula"])
    totals = np.array([step["totals"][name] for name in names], dtype="float64")
    bounds = tuple(step.get("bounds_g", (-np.inf, np.inf)))
    distance = Distance(step["calfun"])
    adjusted = calibrate(survey.weight, auxiliaries, totals=totals, distance=distance, bounds=(bounds[0], bounds[1]))
    part = CalibratedRows(rows=slice(0, len(rows)), residuals=Regression.on(csr_array(auxiliaries), survey.weight))
    return replace(survey, weight=survey.weight * adjusted.factor, calibrated=(part,))


def model_matrix(rows: pd.DataFrame, formula: str) -> tuple[np.ndarray, list[str]]:
    """Return the terms of ``~ a + b`` with treatment contrasts, and their names as R gives them."""
    columns, names = [np.ones(len(rows))], ["(Intercept)"]
    for term in (part.strip() for part in formula.split("~")[1].split("+")):
        if pd.api.types.is_numeric_dtype(rows[term]):
            columns.append(rows[term].to_numpy(dtype="float64"))
            names.append(term)
            continue
        for level in sorted(rows[term].dropna().unique())[1:]:
            columns.append((rows[term] == level).to_numpy(dtype="float64"))
            names.append(f"{term}{level}")
    return np.column_stack(columns), names
