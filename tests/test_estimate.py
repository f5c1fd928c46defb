"""Estimates against formulas worked out the slow way, and against a truth that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from danvan_study.codebook import Choice, Role
from danvan_study.estimate import estimate_period
from danvan_study.study import Design
from tests.small_sample import (
    HOUSEHOLD,
    ISSUES,
    SATISFIED,
    answers,
    codebook,
    period,
    respondents,
    study,
    wave_sample,
)

FIGURES = ["estimate", "se", "low", "high", "n_effective", "deff"]


def said(people: pd.DataFrame, seed: int = 11) -> pd.DataFrame:
    """Draw answers that are alike within a village."""
    rng = np.random.default_rng(seed)
    mood = pd.Series(rng.normal(0, 0.8, people["cluster"].nunique()), index=sorted(people["cluster"].unique()))
    level = np.clip(np.rint(3 + people["cluster"].map(mood) + rng.normal(0, 1, len(people))), 1, 5).astype(int)
    satisfied = [str(x) for x in level]
    for i in rng.choice(len(people), 9, replace=False):
        satisfied[i] = rng.choice(["98", "99"])
    household = [str(x) for x in rng.integers(1, 8, len(people))]
    issues = [" ".join(n for n in ("roads", "land", "prices") if rng.random() < 0.4) for _ in people.index]
    return answers(people, satisfied=satisfied, household=household, issues=issues)


def unequal(people: pd.DataFrame, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.5, 3, len(people)).round(6)


def pick(
    estimates: pd.DataFrame, statistic: str, answer: str = "", question: str = "satisfied", **where: str
) -> pd.Series:
    wanted = {"level": "all", "area": "", "group": "", "value": ""} | where
    wanted |= {"question": question, "statistic": statistic, "answer": answer}
    rows = estimates[(estimates[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(rows) == 1
    return rows.iloc[0]


def slow_ratio(people: pd.DataFrame, weight: np.ndarray, y: np.ndarray, base: np.ndarray) -> tuple[float, float]:
    """Weighted mean and its linearised variance, one cluster at a time."""
    people_in = (weight * base).sum()
    mean = (weight * base * y).sum() / people_in
    influence = weight * base * (y - mean) / people_in
    variance = 0.0
    for stratum in people.groupby("stratum").groups.values():
        totals = [influence[rows].sum() for rows in people.loc[stratum].groupby("cluster").groups.values()]
        centre = sum(totals) / len(totals)
        variance += len(totals) / (len(totals) - 1) * sum((total - centre) ** 2 for total in totals)
    return mean, variance


def joined(people: pd.DataFrame, table: pd.DataFrame, question: str) -> pd.DataFrame:
    rows = table[table["question"] == question].set_index("respondent")
    return rows.reindex(people["respondent"]).reset_index()


@pytest.mark.parametrize("where", [{}, {"level": "area", "area": "south"}, {"group": "sex", "value": "f"}])
def test_mean_share_and_net_equal_the_linearised_formula_worked_out_cluster_by_cluster(where):
    people = respondents()
    table, weights = said(people), unequal(people)
    result = estimate_period(period("w1"), [wave_sample(people, table, weights=weights)], study=study()).estimates
    scores = joined(people, table, "satisfied")["score"].to_numpy()
    inside = np.ones(len(people))
    if "area" in where:
        inside = (people["area"] == "south").to_numpy(float)
    if "group" in where:
        inside = (people["sex"] == "f").to_numpy(float)
    base = inside * np.isfinite(scores)
    filled = np.nan_to_num(scores)
    net = 100.0 * (np.sign(filled - 50))
    for statistic, answer, y in [("mean", "", filled), ("net", "", net), ("share", "4", 100.0 * (filled == 75))]:
        row = pick(result, statistic, answer, **where)
        mean, variance = slow_ratio(people, weights, y, base)
        assert row["estimate"] == pytest.approx(mean, abs=1e-8)
        assert row["se"] == pytest.approx(np.sqrt(variance), abs=1e-8)
        assert row["n"] == base.sum()


def test_the_standard_error_is_near_the_delete_one_cluster_jackknife():
    people = respondents(villages=30)
    table, weights = said(people), unequal(people)
    result = estimate_period(period("w1"), [wave_sample(people, table, weights=weights)], study=study()).estimates
    scores = joined(people, table, "satisfied")["score"].to_numpy()
    base, full = np.isfinite(scores), np.nan_to_num(scores)
    whole = (weights * base * full).sum() / (weights * base).sum()
    variance = 0.0
    for rows in people.groupby("stratum").groups.values():
        clusters = people.loc[rows].groupby("cluster").groups
        for left_out in clusters.values():
            changed = weights.copy()
            changed[rows] *= len(clusters) / (len(clusters) - 1)
            changed[left_out] = 0
            mean = (changed * base * full).sum() / (changed * base).sum()
            variance += (len(clusters) - 1) / len(clusters) * (mean - whole) ** 2
    assert pick(result, "mean")["se"] == pytest.approx(np.sqrt(variance), rel=0.02)


def test_a_group_keeps_the_whole_design_instead_of_being_cut_out_of_it():
    people = respondents()
    people["sex"] = np.where(people["cluster"].isin(["v00", "v04", "v05"]), "f", "m")
    table, weights = said(people), unequal(people)
    result = estimate_period(period("w1"), [wave_sample(people, table, weights=weights)], study=study()).estimates
    women = pick(result, "mean", group="sex", value="f")
    scores = joined(people, table, "satisfied")["score"].to_numpy()
    base = np.isfinite(scores) & (people["sex"] == "f").to_numpy()
    mean, variance = slow_ratio(people, weights, np.nan_to_num(scores), base.astype(float))
    assert women["se"] == pytest.approx(np.sqrt(variance), abs=1e-8)
    cut = people[base & people["cluster"].isin(["v04", "v05"])]
    # Cut out of the sample, north would hold one village and the formula would have nothing to compare it with.
    _, cut_variance = slow_ratio(cut.reset_index(drop=True), weights[cut.index], scores[cut.index], np.ones(len(cut)))
    assert abs(women["se"] - np.sqrt(cut_variance)) > 0.2
    assert (women["clusters"], women["df"]) == (3, 1)
    assert women["estimate"] == pytest.approx(mean, abs=1e-8)


def test_after_raking_the_error_is_that_of_the_residuals():
    people = respondents()
    table, design_weight = said(people), unequal(people)
    rng = np.random.default_rng(8)
    cells = np.column_stack([np.eye(3)[pd.factorize(people["area"])[0]], np.eye(2)[rng.integers(0, 2, len(people))]])
    final = (design_weight * rng.uniform(0.8, 1.2, len(people))).round(6)
    sample = wave_sample(people, table, weights=final, cells=cells, design_weight=design_weight)
    result = estimate_period(period("w1"), [sample], study=study()).estimates
    scores = joined(people, table, "satisfied")["score"].to_numpy()
    base, full = np.isfinite(scores).astype(float), np.nan_to_num(scores)
    mean = (final * base * full).sum() / (final * base).sum()
    influence = base * (full - mean) / (final * base).sum()
    root = np.sqrt(design_weight)
    slope, *_ = np.linalg.lstsq(cells * root[:, None], influence * root, rcond=None)
    residual = influence - cells @ slope
    variance = 0.0
    for rows in people.groupby("stratum").groups.values():
        totals = (final * residual)[rows]
        sums = pd.Series(totals).groupby(people.loc[rows, "cluster"].to_numpy()).sum()
        variance += len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum()
    assert pick(result, "mean")["se"] == pytest.approx(np.sqrt(variance), abs=1e-8)


def test_raking_to_cells_that_explain_the_answer_makes_it_more_certain():
    people = respondents()
    people["sex"] = np.where(np.random.default_rng(1).random(len(people)) < 0.5, "f", "m")
    satisfied = ["5" if sex == "f" else "2" for sex in people["sex"]]
    satisfied[:6] = ["1", "5", "4", "3", "1", "2"]
    table = answers(people, satisfied=satisfied)
    cells = np.column_stack([people["sex"] == "f", people["sex"] == "m"]).astype(float)
    errors = []
    for options in ({}, {"cells": cells}):
        result = estimate_period(period("w1"), [wave_sample(people, table, **options)], study=study()).estimates
        errors.append(pick(result, "mean")["se"])
    assert errors[1] < 0.5 * errors[0]


def test_a_share_that_the_margins_fix_has_no_error_but_still_an_interval():
    people = respondents()
    people["sex"] = np.where(np.random.default_rng(1).random(len(people)) < 0.5, "f", "m")
    table = answers(people, satisfied=["5" if sex == "f" else "2" for sex in people["sex"]])
    cells = np.column_stack([people["sex"] == "f", people["sex"] == "m"]).astype(float)
    result = estimate_period(period("w1"), [wave_sample(people, table, cells=cells)], study=study()).estimates
    row = pick(result, "positive")
    assert row["se"] == 0
    assert row["low"] < row["estimate"] < row["high"]
    assert row["deff"] == pytest.approx(1.0)  # of the weights alone: they are equal


def test_scaling_all_weights_changes_no_figure():
    people = respondents()
    table, weights = said(people), unequal(people)
    one, other = (
        estimate_period(period("w1"), [wave_sample(people, table, weights=weights * k)], study=study()).estimates
        for k in (1, 1000)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=False, atol=2e-9)


def test_the_order_of_rows_changes_nothing():
    people = respondents()
    table, weights = said(people), unequal(people)
    cells = np.eye(3)[pd.factorize(people["area"])[0]]
    order = np.random.default_rng(2).permutation(len(people))
    one = wave_sample(people, table, weights=weights, cells=cells)
    other = wave_sample(
        people.iloc[order].reset_index(drop=True),
        table.sample(frac=1, random_state=4),
        weights=weights[order],
        cells=cells[order],
    )
    tables = [estimate_period(period("w1"), [sample], study=study()).estimates for sample in (one, other)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_design_effect_of_a_simple_random_sample_is_one():
    people = respondents()
    people["cluster"], people["stratum"] = "", "all"
    result = estimate_period(period("w1"), [wave_sample(people, said(people))], study=study()).estimates
    row = pick(result, "mean")
    n = row["n"]
    assert row["deff"] == pytest.approx(1.0, rel=1e-3)
    assert row["clusters"] == n
    assert row["df"] == n - 1
    assert row["n_effective"] <= n


def test_each_base_counts_who_belongs_to_it():
    people = respondents(villages=6, per_village=2)
    satisfied = ["1", "2", "3", "4", "5", "98", "98", "99", "97", "", "3", "3"]
    household = ["2", "4", "98", "", "6", "1", "1", "1", "1", "1", "1", "1"]
    issues = ["roads land", "land", "", "roads", "98", *[""] * 7]
    table = answers(people, satisfied=satisfied, household=household, issues=issues)
    result = estimate_period(period("w1"), [wave_sample(people, table)], study=study()).estimates
    assert pick(result, "share", "3")["n"] == 7
    assert pick(result, "share", "3")["estimate"] == pytest.approx(300 / 7)
    assert pick(result, "nonanswer", "dont_know")["n"] == 10
    assert pick(result, "nonanswer", "dont_know")["estimate"] == pytest.approx(20)
    assert pick(result, "nonanswer", "refused")["estimate"] == pytest.approx(10)
    assert pick(result, "positive")["estimate"] == pytest.approx(200 / 7)
    assert pick(result, "negative")["estimate"] == pytest.approx(200 / 7)
    assert pick(result, "net")["estimate"] == 0
    assert pick(result, "mean")["estimate"] == pytest.approx(50)
    assert pick(result, "average", question="household")["estimate"] == pytest.approx(19 / 10)
    assert pick(result, "average", question="household")["n"] == 10
    assert pick(result, "share", "roads", question="issues")["estimate"] == pytest.approx(200 / 3)
    assert pick(result, "share", "land", question="issues")["estimate"] == pytest.approx(200 / 3)
    assert pick(result, "share", "prices", question="issues")["estimate"] == 0
    assert pick(result, "nonanswer", "dont_know", question="issues")["estimate"] == pytest.approx(25)


def test_the_share_of_each_answer_among_all_asked_stands_beside_that_among_valid_answers():
    people = respondents()
    rng = np.random.default_rng(17)
    given = rng.choice(["1", "3", "5", "98", "99", "97", ""], len(people)).tolist()
    issues = rng.choice(["roads", "roads land", "98", ""], len(people)).tolist()
    sample = wave_sample(people, answers(people, satisfied=given, issues=issues), weights=unequal(people))
    both = estimate_period(period("w1"), [sample], study=study(), both_bases=True).estimates
    keys = ["level", "area", "group", "value", "question", "answer"]
    valid = both[both["statistic"] == "share"].set_index(keys)
    asked = both[both["statistic"] == "share_asked"].set_index(keys)
    silent = both[both["statistic"] == "nonanswer"].groupby(keys[:-1])["estimate"].sum()
    assert set(asked.index) == set(valid.index)
    answering = 1 - silent[asked.index.droplevel("answer")].to_numpy() / 100
    assert asked["estimate"].to_numpy() == pytest.approx(valid["estimate"][asked.index].to_numpy() * answering)
    one = both[(both["question"] == "satisfied") & both["statistic"].isin(["share_asked", "nonanswer"])]
    assert one.groupby(keys[:-2])["estimate"].sum().to_numpy() == pytest.approx(100, abs=1e-7)
    assert (asked["n"] > valid["n"][asked.index]).any()
    only = estimate_period(period("w1"), [sample], study=study()).estimates
    pd.testing.assert_frame_equal(both[both["statistic"] != "share_asked"].reset_index(drop=True), only)


def test_the_error_of_a_share_among_all_asked_is_that_of_an_answer_like_any_other():
    """Recoded so that don't know is an answer, the valid base holds everybody asked: the same figures."""
    people = respondents()
    given = np.random.default_rng(18).choice(["1", "3", "5", "98"], len(people))
    weights = unequal(people)
    sample = wave_sample(people, answers(people, satisfied=given.tolist()), weights=weights)
    both = estimate_period(period("w1"), [sample], study=study(), both_bases=True).estimates
    recoded = np.where(given == "98", "4", given)
    sample = wave_sample(people, answers(people, satisfied=recoded.tolist()), weights=weights)
    like_any_other = estimate_period(period("w1"), [sample], study=study()).estimates
    keys = ["level", "area", "group", "value"]
    numbers = ["estimate", "se", "low", "high", "n", "n_effective", "deff", "df", "clusters"]
    for choice in ("1", "3", "5"):
        one = both[(both["statistic"] == "share_asked") & (both["answer"] == choice)].set_index(keys)[numbers]
        other = like_any_other[(like_any_other["statistic"] == "share") & (like_any_other["answer"] == choice)]
        pd.testing.assert_frame_equal(one, other.set_index(keys)[numbers], check_exact=False, rtol=1e-9)


def test_shares_of_a_single_choice_add_up_to_one_hundred_everywhere():
    people = respondents()
    result = estimate_period(
        period("w1"), [wave_sample(people, said(people), weights=unequal(people))], study=study()
    ).estimates
    shares = result[(result["statistic"] == "share") & (result["question"] == "satisfied")]
    sums = shares.groupby(["level", "area", "group", "value"])["estimate"].sum()
    assert len(sums) == 1 + 3 + 2 + 6
    assert sums.to_numpy() == pytest.approx(100, abs=1e-7)


def test_one_village_is_not_estimable_instead_of_certain():
    people = respondents()
    people.loc[people["cluster"] != "v03", "sex"] = "m"
    people.loc[people["cluster"] == "v03", "sex"] = "f"
    result = estimate_period(period("w1"), [wave_sample(people, said(people))], study=study()).estimates
    row = pick(result, "mean", group="sex", value="f")
    assert np.isfinite(row["estimate"])
    assert row[["se", "low", "high", "deff", "n_effective"]].isna().all()
    assert (row["clusters"], row["df"], row["n"]) == (1, 0, row["n"])


def test_a_stratum_of_one_village_is_centred_at_the_mean_of_all_villages():
    people = respondents()
    people["stratum"] = np.where(people["cluster"] == "v00", "alone", "rest")
    table = said(people)
    result = estimate_period(period("w1"), [wave_sample(people, table)], study=study()).estimates
    scores = joined(people, table, "satisfied")["score"].to_numpy()
    base, full = np.isfinite(scores).astype(float), np.nan_to_num(scores)
    mean = (base * full).sum() / base.sum()
    totals = pd.Series(base * (full - mean) / base.sum()).groupby(people["cluster"]).sum()
    rest = totals.drop("v00")
    variance = (totals["v00"] - totals.mean()) ** 2 + 11 / 10 * ((rest - rest.mean()) ** 2).sum()
    assert pick(result, "mean")["se"] == pytest.approx(np.sqrt(variance), abs=1e-8)


def test_everybody_alike_still_gives_an_interval_that_admits_others():
    people = respondents()
    result = estimate_period(
        period("w1"), [wave_sample(people, answers(people, satisfied=["4"] * 120))], study=study()
    ).estimates
    all_of_them = pick(result, "share", "4")
    exact = stats.binomtest(120, 120).proportion_ci(0.95, "exact")
    assert all_of_them["estimate"] == 100
    assert all_of_them["high"] == 100
    # Nine degrees of freedom instead of 119 make the exact binomial interval wider.
    assert 100 * exact.low - 2 < all_of_them["low"] < 100 * exact.low
    assert pick(result, "share", "1")["high"] == pytest.approx(100 - all_of_them["low"], abs=1e-6)
    assert pick(result, "mean")["low"] < 75 < pick(result, "mean")["high"] < 77
    assert pick(result, "net")["high"] == 100


def test_everybody_alike_is_seen_through_the_rounding():
    people = respondents()
    thirds = tuple(replace(choice, score=200 / 3) if choice.name == "4" else choice for choice in SATISFIED.choices)
    table = answers(people, satisfied=["4"] * 120, household=["1000003"] * 120)
    table.loc[table["question"] == "satisfied", "score"] = 200 / 3
    books = {"1": codebook(reworded(choices=thirds), HOUSEHOLD)}
    sample = wave_sample(people, table, weights=unequal(people), codebooks=books)
    result = estimate_period(period("w1"), [sample], study=study()).estimates
    row = pick(result, "mean")
    assert row["se"] == 0
    assert row["low"] < 66
    assert row["high"] > 67
    assert 1 < row["deff"] < 2  # of the weights
    row = pick(result, "average", question="household")
    assert row["se"] == 0
    assert np.isnan(row["low"])  # an average without range: nobody can say how far others are


def test_intervals_are_those_of_the_textbook():
    people = respondents()
    weights = unequal(people)
    table = said(people)
    result = estimate_period(period("w1"), [wave_sample(people, table, weights=weights)], study=study()).estimates
    t = stats.t.ppf(0.975, 9)
    row = pick(result, "positive")
    p, se = row["estimate"] / 100, row["se"] / 100
    ends = [1 / (1 + np.exp(-(np.log(p / (1 - p)) + k * t * se / (p * (1 - p))))) for k in (-1, 1)]
    assert [row["low"] / 100, row["high"] / 100] == pytest.approx(ends, abs=1e-8)
    row = pick(result, "average", question="household")
    assert [row["low"], row["high"]] == pytest.approx([row["estimate"] + k * t * row["se"] for k in (-1, 1)], abs=1e-7)


def test_pooled_waves_of_fresh_villages_share_their_weights_and_add_their_variances():
    one, two = respondents("w1"), respondents("w2", seed=9)
    samples = [wave_sample(one, said(one, 1)), wave_sample(two, said(two, 2))]
    pooled = estimate_period(period("w1", "w2"), samples, study=study("w1", "w2")).estimates
    alone = [estimate_period(period(s.wave), [s], study=study("w1", "w2")).estimates for s in samples]
    rows = [pick(table, "average", question="household") for table in alone]
    both = pick(pooled, "average", question="household")
    assert both["estimate"] == pytest.approx(sum(row["estimate"] for row in rows) / 2, abs=1e-8)
    assert both["clusters"] == 24
    assert both["df"] == 24 - 6
    assert both["n"] == 240
    # Not exactly the mean of the two variances: the pooled mean is one ratio.
    assert both["se"] == pytest.approx(np.sqrt(sum(row["se"] ** 2 for row in rows)) / 2, rel=0.05)
    assert both["period"] == "w1-w2"


def test_kept_villages_count_once_and_what_they_share_between_waves_counts():
    one, two = respondents("w1"), respondents("w2")
    samples = [wave_sample(one, said(one, 1)), wave_sample(two, said(two, 1))]
    kept = Design(area="place", cluster="village", clusters_between_waves="kept")
    fresh = estimate_period(period("w1", "w2"), samples, study=study("w1", "w2")).estimates
    same = estimate_period(period("w1", "w2"), samples, study=study("w1", "w2", design=kept)).estimates
    assert pick(same, "mean")["clusters"] == 12
    assert pick(same, "mean")["se"] > 1.2 * pick(fresh, "mean")["se"]


def reworded(**change) -> object:
    return replace(SATISFIED, **change)


def test_a_reworded_question_is_not_pooled_and_the_reason_is_given():
    one, two = respondents("w1"), respondents("w2")
    other = codebook(reworded(labels={"vi": "Có hài lòng không?"}), HOUSEHOLD, ISSUES)
    samples = [wave_sample(one, said(one)), wave_sample(two, said(two), codebooks={"1": other})]
    result = estimate_period(period("w1", "w2"), samples, study=study("w1", "w2"))
    assert set(result.estimates["question"]) == {"household", "issues"}
    assert result.skipped == {"satisfied": "worded, answered or scored differently in w1"}


def test_a_question_new_in_the_second_wave_is_not_pooled():
    one, two = respondents("w1"), respondents("w2")
    samples = [wave_sample(one, said(one), codebooks={"1": codebook(HOUSEHOLD)}), wave_sample(two, said(two))]
    result = estimate_period(period("w1", "w2"), samples, study=study("w1", "w2"))
    assert set(result.estimates["question"]) == {"household"}
    assert result.skipped == {"satisfied": "not asked in w1", "issues": "not asked in w1"}


def test_answers_to_an_older_wording_within_a_wave_are_left_out_and_counted():
    people = respondents()
    people.loc[:29, "form_version"] = "0"
    table = answers(people, satisfied=["4"] * 120)
    books = {"0": codebook(reworded(labels={"vi": "Cũ?"}), version="0"), "1": codebook(SATISFIED)}
    result = estimate_period(period("w1"), [wave_sample(people, table, codebooks=books)], study=study())
    assert pick(result.estimates, "share", "4")["n"] == 90
    assert result.skipped == {"satisfied": "30 answers to another wording left out (form version 0)"}


@pytest.mark.parametrize(
    ("question", "design"),
    [
        (reworded(role=Role.CONSENT), None),
        (reworded(role=Role.DESIGN), None),
        (reworded(role=Role.IDENTIFIER), None),
        (reworded(repeat="members"), None),
        (SATISFIED, Design(area="place", cluster="satisfied")),
        (SATISFIED, Design(area="satisfied")),
    ],
)
def test_consent_design_and_repeats_are_never_estimated(question, design):
    people = respondents()
    sample = wave_sample(people, said(people), codebooks={"1": codebook(question, HOUSEHOLD)})
    result = estimate_period(period("w1"), [sample], study=study(design=design))
    assert set(result.estimates["question"]) == {"household"}


def test_a_question_that_nobody_answered_is_named():
    people = respondents()
    extra = reworded(name="extra")
    sample = wave_sample(people, said(people), codebooks={"1": codebook(SATISFIED, extra)})
    result = estimate_period(period("w1"), [sample], study=study())
    assert result.skipped == {"extra": "nobody answered"}


def test_numbers_that_cannot_be_read_are_left_out_and_counted():
    people = respondents(villages=6, per_village=2)
    table = answers(people, household=["2", "x", *["4"] * 10])
    result = estimate_period(period("w1"), [wave_sample(people, table)], study=study())
    assert pick(result.estimates, "average", question="household")["n"] == 11
    assert result.skipped["household"] == "1 answers are not numbers and were left out"


def test_choices_that_mean_no_answer_by_the_study_are_no_answers():
    people = respondents()
    question = reworded(choices=(*SATISFIED.choices[:5], Choice(name="98", labels={"vi": "không biết"})))
    sample = wave_sample(people, said(people), codebooks={"1": codebook(question)})
    result = estimate_period(period("w1"), [sample], study=replace(study(), missing={"98": "dont_know"}))
    assert set(result.estimates.query("statistic == 'share'")["answer"]) == {"1", "2", "3", "4", "5"}
    assert "dont_know" in set(result.estimates["answer"])


def test_waves_and_weights_that_do_not_fit_are_a_fault_of_the_program():
    people = respondents()
    sample = wave_sample(people, said(people))
    with pytest.raises(ValueError, match="wants waves"):
        estimate_period(period("w2"), [sample], study=study())
    with pytest.raises(ValueError, match="not the same people"):
        estimate_period(period("w1"), [replace(sample, weights=sample.weights.iloc[1:])], study=study())


def test_figures_have_at_most_nine_decimals_and_no_negative_zero():
    people = respondents()
    result = estimate_period(
        period("w1"), [wave_sample(people, said(people), weights=unequal(people))], study=study()
    ).estimates
    figures = result[FIGURES].to_numpy()
    known = figures[np.isfinite(figures)]
    assert (known == known.round(9)).all()
    assert not np.signbit(known[known == 0]).any()


def test_a_question_of_many_choices_is_worked_on_in_portions():
    people = respondents()
    names = [f"c{i:02d}" for i in range(60)]
    many = reworded(name="many", choices=tuple(Choice(name=name, labels={"vi": name}) for name in names))
    table = answers(people, many=[names[i % 60] for i in range(120)])
    sample = wave_sample(people, table, weights=unequal(people), codebooks={"1": codebook(many)})
    result = estimate_period(period("w1"), [sample], study=study()).estimates
    everybody = result.query("level == 'all' and group == ''")
    assert everybody["answer"].tolist() == names
    assert everybody["estimate"].sum() == pytest.approx(100)
    chosen = np.array([i % 60 == 59 for i in range(120)])
    mean, variance = slow_ratio(people, unequal(people), 100.0 * chosen, np.ones(120))
    last = pick(result, "share", "c59", question="many")
    assert (last["estimate"], last["se"]) == pytest.approx((mean, np.sqrt(variance)), abs=1e-8)
