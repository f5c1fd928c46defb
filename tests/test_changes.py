"""A change is the difference of two figures; what its periods share is taken out of its error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from danvan_study.codebook import Choice
from danvan_study.estimate import estimate_changes, estimate_period, sum_wave
from danvan_study.estimate.pool import pool_waves
from danvan_study.study import Against, Comparison, Design
from danvan_study.tables import Changes
from tests.small_sample import ISSUES, SATISFIED, answers, codebook, period, respondents, study, wave_sample

KEY = ["area", "question", "statistic", "answer"]


def sample(wave: str, seed: int, **options):
    """Make a wave of unequal weights, calibrated to sexes, with answers of every kind, some of them missing."""
    rng = np.random.default_rng(seed)
    people = respondents(wave, seed=seed, per_village=6)
    n = len(people)
    village = people["cluster"].str[1:].astype(int).to_numpy()
    level = np.clip(np.round(3 + 0.5 * np.sin(village * seed) + rng.normal(0, 1, n)), 1, 5).astype(int).astype(str)
    level[rng.random(n) < 0.1] = "98"
    level[rng.random(n) < 0.1] = ""
    issues = [" ".join(np.array(["roads", "land", "prices"])[rng.random(3) < 0.4]) for _ in range(n)]
    said = answers(people, satisfied=list(level), issues=issues, household=list(rng.integers(1, 9, n).astype(str)))
    sex = people["sex"].to_numpy()
    cells = np.column_stack([sex == "m", sex == "f"]).astype(float) + (sex == "")[:, None] * 0.5
    weights = 1 + rng.random(n)
    return wave_sample(people, said, cells=cells, weights=weights, design_weight=weights * 0.9, **options)


WAVES = {"w1": sample("w1", 1), "w2": sample("w2", 2), "w3": sample("w3", 3)}


def compare(later: tuple[str, ...], earlier: tuple[str, ...], *, waves=None, design: Design | None = None):
    waves = waves or WAVES
    one = study(*waves, design=design)
    comparison = Comparison(period=period(*later), against=period(*earlier), kind=Against.PREVIOUS)
    sums = {name: sum_wave(wave, one) for name, wave in waves.items()}
    return estimate_changes([comparison], sums, study=one)


def figures(*waves: str, design: Design | None = None) -> pd.DataFrame:
    table = estimate_period(
        period(*waves), [WAVES[wave] for wave in waves], study=study(*WAVES, design=design)
    ).estimates
    return table[table["group"] == ""]


def joined(changes: pd.DataFrame, later: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    both = changes.merge(later, on=KEY, suffixes=("", "_later")).merge(earlier, on=KEY, suffixes=("", "_before"))
    assert len(both) == len(changes) > 40
    return both


def test_a_change_is_the_difference_of_the_two_estimates() -> None:
    both = joined(compare(("w2", "w3"), ("w1", "w2")), figures("w2", "w3"), figures("w1", "w2"))
    np.testing.assert_allclose(both["estimate"], both["estimate_later"], atol=1e-7)
    np.testing.assert_allclose(both["earlier"], both["estimate_before"], atol=1e-7)
    np.testing.assert_allclose(both["change"], both["estimate_later"] - both["estimate_before"], atol=1e-7)
    assert (both["n"] == both["n_later"]).all()
    assert (both["n_earlier"] == both["n_before"]).all()


def test_between_periods_that_share_nothing_the_variances_add_up() -> None:
    both = joined(compare(("w3",), ("w1", "w2")), figures("w3"), figures("w1", "w2"))
    sums = both["se_later"] ** 2 + both["se_before"] ** 2
    known = sums.notna()
    assert known.sum() > 40
    np.testing.assert_allclose(both.loc[known, "se"] ** 2, sums[known], atol=1e-6)
    assert (both["df"] == both["df_later"] + both["df_before"]).all()


def by_influence(later: tuple[str, ...], earlier: tuple[str, ...], design: Design | None) -> tuple[float, float]:
    """Return the change of the positive share and its error from influence values on the stacked waves."""
    names = sorted({*later, *earlier})
    pool = pool_waves([WAVES[name] for name in names], study(*WAVES, design=design))
    said = pd.concat([WAVES[name].answers for name in names])
    said = said[(said["question"] == "satisfied") & said["score"].notna()].set_index("respondent")["score"]
    score = pool.respondents["respondent"].map(said).to_numpy()
    positive, known = (score > 50).astype(float), np.isfinite(score).astype(float)
    influence, ratio = [], []
    for waves in (later, earlier):
        inside = known * pool.respondents["wave"].isin(waves).to_numpy()
        people = pool.survey.weight @ inside
        share = pool.survey.weight @ (inside * positive) / people
        influence.append(inside * (positive - share) / people)
        ratio.append(share)
    covariance = pool.survey.covariance((influence[0] - influence[1])[:, None])
    return 100 * (ratio[0] - ratio[1]), 100 * float(np.sqrt(covariance[0, 0]))


@pytest.mark.parametrize("kept", ["fresh", "kept"])
@pytest.mark.parametrize(("later", "earlier"), [(("w2",), ("w1",)), (("w2", "w3"), ("w1", "w2"))])
def test_what_the_periods_share_enters_the_error(kept: str, later: tuple[str, ...], earlier: tuple[str, ...]) -> None:
    design = Design(area="place", cluster="village", clusters_between_waves=kept)
    table = compare(later, earlier, design=design).set_index(["level", "question", "statistic"])
    row = table.loc[("all", "satisfied", "positive")]
    assert (row["change"], row["se"]) == pytest.approx(by_influence(later, earlier, design), abs=1e-7)


def test_rolling_periods_that_share_a_wave_differ_more_surely_than_their_two_errors_say() -> None:
    both = joined(compare(("w2", "w3"), ("w1", "w2")), figures("w2", "w3"), figures("w1", "w2"))
    whole = both[(both["level"] == "all") & (both["statistic"] == "mean")].iloc[0]
    assert whole["se"] ** 2 < 0.9 * (whole["se_later"] ** 2 + whole["se_before"] ** 2)
    assert whole["simple_se"] < whole["se_later"] + whole["se_before"]


def test_a_period_against_itself_has_not_changed_and_has_no_error() -> None:
    table = compare(("w1", "w2"), ("w1", "w2"))
    assert (table["change"] == 0).all()
    assert table["se"].dropna().abs().max() < 1e-6
    assert table[["simple_se", "null_se"]].abs().max(axis=None) < 1e-5


def test_if_nothing_changed_both_periods_answers_are_one_distribution() -> None:
    table = compare(("w2",), ("w1",)).set_index(["level", "question", "statistic"])
    row = table.loc[("all", "satisfied", "positive")]
    together = (row["n"] * row["estimate"] + row["n_earlier"] * row["earlier"]) / (row["n"] + row["n_earlier"])
    people = row["n"] + row["n_earlier"]
    spread = together * (100 - together) * people / (people - 1)
    assert row["null_se"] == pytest.approx(np.sqrt(spread * (1 / row["n"] + 1 / row["n_earlier"])))


def reworded() -> dict[str, object]:
    other = replace(
        SATISFIED, choices=(*SATISFIED.choices[:-1], Choice(name="99", labels={"vi": "từ chối"}, missing=""))
    )
    return {"1": codebook(other, ISSUES)}


def test_another_wording_and_an_absent_question_are_told_and_not_compared() -> None:
    table = compare(("w2",), ("w1",), waves={"w1": sample("w1", 1, codebooks=reworded()), "w2": WAVES["w2"]})
    notes = table.drop_duplicates("question").set_index("question")[["comparable", "note"]]
    assert notes.loc["satisfied"].tolist() == [False, "worded, answered or scored differently in w1"]
    assert notes.loc["household"].tolist() == [False, "not asked in w1"]
    assert notes.loc["issues"].tolist() == [True, ""]
    assert table.loc[~table["comparable"], ["change", "se", "estimate"]].isna().all(axis=None)


def test_answers_to_the_old_wording_within_a_wave_do_not_count() -> None:
    people = respondents("w2", per_village=6)
    people.loc[people.index % 2 == 0, "form_version"] = "0"
    said = answers(people, satisfied=["5" if version == "0" else "1" for version in people["form_version"]])
    old = codebook(replace(SATISFIED, labels={"vi": "Có hài lòng không?"}), version="0")
    mixed = wave_sample(people, said, codebooks={"0": old, "1": codebook(SATISFIED)})
    table = compare(("w2",), ("w1",), waves={"w1": WAVES["w1"], "w2": mixed})
    row = table[(table["level"] == "all") & (table["statistic"] == "positive")].iloc[0]
    assert (row["estimate"], row["n"]) == (0.0, 36)


def test_nothing_to_compare_is_an_empty_table() -> None:
    assert estimate_changes([], {}, study=study()).empty
    assert list(estimate_changes([], {}, study=study()).columns) == list(Changes.columns())
