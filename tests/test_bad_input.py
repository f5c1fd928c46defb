"""What statisticians are handed on bad days: each case is one message or a written rule, and no NaN travels on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_period
from danvan_study.estimate.interviewers import interviewer_effects
from danvan_study.estimate.pooled_effects import pool_design_effects
from danvan_study.publish import publish_estimates
from danvan_study.study import Base, Publication, Weighting
from danvan_study.tables import DesignEffects
from danvan_study.weight import WeightSources
from danvan_study.weight.choice import compare_margins
from danvan_study.weight.repeated import Draws, replicate_weights
from tests.small_sample import SATISFIED, answers, codebook, period, respondents, study, wave_sample
from tests.test_estimate import said, unequal
from tests.test_weight import BY_AGE, BY_SEX, NO_ANSWERS, margin, sample, weigh

if TYPE_CHECKING:
    import pandas as pd


def one_village_an_area() -> pd.DataFrame:
    people = respondents(villages=3, per_village=12)
    return people.assign(cluster=people["area"])


def everybody_silent(people: pd.DataFrame) -> pd.DataFrame:
    return answers(people, satisfied=["98"] * len(people), household=["99"] * len(people), issues=[""] * len(people))


def a_single_answer(people: pd.DataFrame) -> pd.DataFrame:
    given = ["98"] * len(people)
    given[17] = "5"
    return answers(people, satisfied=given)


BAD_DAYS = {
    "an ordinary day": (respondents(), said),
    "one village in each area": (one_village_an_area(), said),
    "one village in all": (respondents(villages=3, per_village=4).assign(cluster="v", stratum="s"), said),
    "nobody has a view": (respondents(), everybody_silent),
    "one person answered": (respondents(), a_single_answer),
    "everybody agrees": (respondents(), lambda people: answers(people, satisfied=["5"] * len(people))),
    "nobody's sex is known": (respondents().assign(sex=""), said),
    "nobody's area is known": (respondents().assign(area=""), said),
}


@pytest.mark.parametrize("day", BAD_DAYS)
def test_an_estimate_is_a_number_and_its_error_a_number_or_openly_absent(day):
    people, say = BAD_DAYS[day]
    result = estimate_period(
        period("w1"), [wave_sample(people, say(people), weights=unequal(people))], study=study(), both_bases=True
    ).estimates
    assert len(result)
    assert np.isfinite(result["estimate"]).all()
    assert (result["n"] > 0).all()
    no_freedom = (result["df"] <= 0) | (result["n"] <= 1)
    assert result.loc[no_freedom, ["se", "low", "high", "n_effective"]].isna().all(axis=None)
    told = result[~no_freedom]
    assert np.isfinite(told[["se", "n_effective", "deff"]]).all(axis=None)
    # An average that nobody differs in has no range to bound it; every other figure has its interval.
    bounded = told[(told["statistic"] != "average") | (told["se"] > 0)]
    assert np.isfinite(bounded[["low", "high"]]).all(axis=None)
    assert (bounded["low"] <= bounded["estimate"] + 1e-9).all()
    assert (bounded["high"] >= bounded["estimate"] - 1e-9).all()


@pytest.mark.parametrize("day", BAD_DAYS)
def test_what_is_published_is_a_number_or_has_its_reason(day):
    people, say = BAD_DAYS[day]
    sample_of_day = wave_sample(people, say(people), weights=unequal(people))
    result = estimate_period(period("w1"), [sample_of_day], study=study(), both_bases=True).estimates
    rows = publish_estimates(result, rules=Publication(), codebook=sample_of_day.codebooks["1"], simulated=True).rows
    blank = rows["estimate"].isna()
    assert (rows.loc[blank, "reason"] != "").all()
    assert np.isfinite(rows.loc[~blank, ["estimate", "low", "high"]]).all(axis=None)


def test_a_question_without_answers_is_named_and_has_no_row():
    people = respondents()
    extra = replace(SATISFIED, name="extra")
    books = {"1": codebook(SATISFIED, extra)}
    result = estimate_period(period("w1"), [wave_sample(people, said(people), codebooks=books)], study=study())
    assert result.skipped == {"extra": "nobody answered"}
    assert set(result.estimates["question"]) == {"satisfied"}
    silent = wave_sample(people, everybody_silent(people), codebooks={"1": codebook(SATISFIED)})
    result = estimate_period(period("w1"), [silent], study=study(), both_bases=True)
    assert set(result.estimates["statistic"]) == {"nonanswer"}
    assert result.estimates.loc[result.estimates["answer"] == "dont_know", "estimate"].eq(100).all()


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_a_final_weight_that_is_not_positive_is_a_fault_of_the_program(weight):
    people = respondents()
    weights = np.ones(len(people))
    weights[3] = weight
    with pytest.raises(ValueError, match="zero or negative"):
        estimate_period(period("w1"), [wave_sample(people, said(people), weights=weights)], study=study())


def test_replicates_that_no_weights_can_meet_end_in_one_message():
    people = sample(40).assign(area="north", sex=["m", "f"] * 20, age=["young", "old"] * 20)
    margins = (margin(("sex",), {("m",): 50, ("f",): 50}), margin(("age",), {("young",): 30, ("old",): 70}))
    with pytest.raises(StudyError, match=r"raking replicates stopped after 5000 cycles .* off its population"):
        replicate_weights(
            people,
            NO_ANSWERS,
            weighting=Weighting(base=Base.EQUAL),
            sources=WeightSources(margins=margins),
            draws=Draws(replicates=2),
        )


def test_a_candidate_margin_with_a_cell_that_nobody_is_in_shows_its_distance():
    people = sample()
    weighted = weigh(people, margins=(BY_SEX,))
    more = margin(("age",), {("young",): 30.0, ("middle",): 45.0, ("old",): 20.0, ("oldest",): 5.0})
    (row,) = compare_margins(people, weighted.weights, WeightSources(candidates=(more,))).to_dict("records")
    assert row["cells"] == 4
    assert all(np.isfinite(row[name]) for name in ("mean_before", "largest_before", "mean_after", "largest_after"))
    assert row["largest_after"] >= 5
    fewer = margin(("age",), {("young",): 1.0, ("old",): 1.0})
    with pytest.raises(StudyError, match="which has no population"):
        compare_margins(people, weighted.weights, WeightSources(candidates=(fewer,)))


def test_a_study_without_areas_has_no_pooled_design_effects_and_says_so_with_an_empty_table():
    people = respondents().assign(area="")
    result = estimate_period(period("w1"), [wave_sample(people, said(people))], study=study()).estimates
    pooled = pool_design_effects(result)
    assert pooled.empty
    assert list(pooled.columns) == list(DesignEffects.columns())
    table = said(people)
    assert interviewer_effects(people, table, questions=["satisfied", "household"]).empty


def test_margins_that_share_no_variable_must_still_speak_of_as_many_people():
    scaled = replace(BY_AGE, by=("age",), cells=BY_AGE.cells.groupby("age", as_index=False)["population"].sum())
    assert weigh(sample(), margins=(BY_SEX, scaled)).report.largest_gap < 1e-7
    halved = replace(scaled, cells=scaled.cells.assign(population=scaled.cells["population"] / 2))
    with pytest.raises(StudyError, match="they disagree about everybody"):
        weigh(sample(), margins=(BY_SEX, halved))
