"""Interviewer effects and pooled design effects, against a truth that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study.estimate.interviewers import interviewer_effects
from danvan_study.estimate.pooled_effects import pool_design_effects
from danvan_study.tables import Estimates


def fieldwork(correlation: float, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten areas, each with six interviewers of twenty interviews; areas differ, and so may interviewers."""
    rng = np.random.default_rng(seed)
    n = 1_200
    interviewer = np.arange(n) // 20
    area = interviewer // 6
    lean = rng.normal(0, np.sqrt(correlation), 60)[interviewer] + rng.normal(0, 1, 10)[area]
    score = 50 + 10 * (lean + rng.normal(0, np.sqrt(1 - correlation), n))
    ids = pd.Series([f"r{i:05d}" for i in range(n)], dtype="str")
    people = pd.DataFrame(
        {
            "respondent": ids,
            "area": pd.Series([f"a{a}" for a in area], dtype="str"),
            "interviewer": pd.Series([f"i{i}" for i in interviewer], dtype="str"),
        }
    )
    answers = pd.DataFrame(
        {
            "respondent": ids,
            "question": pd.Series(["q"] * n, dtype="str"),
            "answer": pd.Series(["1"] * n, dtype="str"),
            "missing": pd.Series([""] * n, dtype="str"),
            "score": score,
        }
    )
    return people, answers


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3])
def test_the_correlation_is_found_again_whatever_the_areas_do(correlation):
    found = [
        interviewer_effects(*fieldwork(correlation, seed), questions=["q"])["correlation"].iloc[0] for seed in range(12)
    ]
    assert np.mean(found) == pytest.approx(correlation, abs=0.025)


def test_the_effect_grows_with_the_workload():
    row = interviewer_effects(*fieldwork(0.1), questions=["q"]).iloc[0]
    assert (row["interviewers"], row["workload"]) == (60, 20)
    assert row["deff"] == pytest.approx(1 + 19 * row["correlation"])
    assert row["se_factor"] == pytest.approx(np.sqrt(row["deff"]))


def test_where_every_area_has_one_interviewer_nothing_can_be_told():
    people, answers = fieldwork(0.1)
    assert interviewer_effects(people.assign(interviewer=people["area"]), answers, questions=["q"]).empty
    assert interviewer_effects(people.assign(interviewer=""), answers, questions=["q"]).empty
    assert interviewer_effects(people, answers, questions=["unknown"]).empty


def test_design_effects_are_pooled_over_areas_by_their_degrees_of_freedom():
    base = {"period": "w", "group": "", "value": "", "question": "q", "statistic": "mean", "answer": ""}
    rows = [
        base | {"level": "area", "area": "a", "deff": 2.0, "df": 3},
        base | {"level": "area", "area": "b", "deff": 1.0, "df": 1},
        base | {"level": "area", "area": "c", "deff": np.nan, "df": 0},
        base | {"level": "all", "area": "", "deff": 9.0, "df": 9},
        base | {"level": "area", "area": "a", "group": "sex", "value": "f", "deff": 9.0, "df": 9},
        base | {"level": "area", "area": "a", "question": "r", "deff": 0.2, "df": 4},
    ]
    pooled = pool_design_effects(pd.DataFrame(rows)).set_index(Estimates.question)
    assert pooled.loc["q", ["deff", "pooled", "areas", "df"]].tolist() == [9.0, 1.75, 2, 4]  # deff: of all together
    assert pooled.loc["r", "pooled"] == 0.8
    assert np.isnan(pooled.loc["r", "deff"])
