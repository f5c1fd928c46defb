"""However answers are held, in whatever order and summed by whatever engine: the same figures to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.categories import as_categories, as_texts
from danvan_study.estimate import estimate_period, size_sets, sum_wave
from danvan_study.estimate.clustered import Clustered
from danvan_study.estimate.pool import WaveSample
from danvan_study.tables import MILLION
from tests.small_sample import answers, period, respondents, study, wave_sample

TEXTS = ("respondent", "question", "answer", "missing")
ARRAYS = ("values", "squares", "people", "n", "cluster_values", "cluster_people", "present")
SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> WaveSample:
    """Draw a small wave: answers, missing codes and gaps, weights in whole millionths, a margin of areas."""
    rng = np.random.default_rng(seed)
    people = respondents(seed=seed % 1000, villages=9, per_village=4)
    n = len(people)
    said = answers(
        people,
        satisfied=rng.choice(["1", "3", "5", "98", "99", "97", ""], n).tolist(),
        issues=rng.choice(["roads", "roads land", "prices", "98", ""], n).tolist(),
        household=rng.choice(["1", "2", "12", "x", ""], n).tolist(),
    )
    cells = np.column_stack([people["area"] == area for area in ("north", "south", "west")]).astype(float)
    weights = rng.integers(1, 9_000_000, n) / MILLION
    return wave_sample(people, said, weights=weights, cells=cells)


def held(sample: WaveSample, *, order: np.ndarray) -> WaveSample:
    """Return the sample with its answers as categories, in another order."""
    table = sample.answers.iloc[order].reset_index(drop=True)
    table = table.assign(**{name: as_categories(table[name], len(table)) for name in TEXTS})
    return WaveSample(**{name: getattr(sample, name) for name in sample.__slots__} | {"answers": table})


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_plain_texts_and_categories_in_any_order_give_the_same_tables_bit_by_bit(seed) -> None:
    plain = drawn(seed)
    other = held(plain, order=np.random.default_rng(seed).permutation(len(plain.answers)))
    pd.testing.assert_frame_equal(as_texts(held(plain, order=np.arange(len(plain.answers))).answers), plain.answers)
    made = study("w1")
    tables = [estimate_period(period("w1"), [one], study=made, both_bases=True).estimates for one in (plain, other)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    pd.testing.assert_frame_equal(*(size_sets(one, ["sex"]) for one in (plain, other)))
    sums = [sum_wave(one, made) for one in (plain, other)]
    assert sums[0].questions.keys() == sums[1].questions.keys()
    for name, part in sums[0].questions.items():
        for array in ARRAYS:
            assert getattr(part, array).tobytes() == getattr(sums[1].questions[name], array).tobytes()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_another_engine_that_adds_whole_millionths_finds_the_same_shares(seed) -> None:
    sample = drawn(seed)
    estimates = estimate_period(period("w1"), [sample], study=study("w1")).estimates
    shares = estimates[(estimates["statistic"] == "share") & (estimates["question"] == "satisfied")]
    shares = shares[shares["group"] == ""]
    joined = sample.answers.merge(sample.weights, on="respondent").merge(sample.respondents, on="respondent")
    valid = joined[(joined["question"] == "satisfied") & (joined["missing"] == "")]
    for areas in ([], ["area"]):
        table = pa.Table.from_pandas(valid[["answer", "area", "weight"]], preserve_index=False)
        of_answer = table.group_by([*areas, "answer"]).aggregate([("weight", "sum")]).to_pandas()
        whole = of_answer.groupby(areas)["weight_sum"].sum() if areas else of_answer["weight_sum"].sum()
        for row in of_answer.to_dict("records"):
            base = whole[row["area"]] if areas else whole
            here = shares[(shares["area"] == row.get("area", "")) & (shares["answer"] == row["answer"])]
            assert here["estimate"].item() == pytest.approx(100 * row["weight_sum"] / base, abs=1e-9)


@given(
    st.integers(1, 4).flatmap(
        lambda areas: st.lists(
            st.lists(st.sampled_from([0.0, 1.5, -2.0]), min_size=2 * areas, max_size=2 * areas), min_size=1
        )
    )
)
def test_sums_that_are_mostly_nothing_come_back_as_they_were(rows) -> None:
    cube = np.array(rows).reshape(len(rows), -1, 2)
    kept = Clustered.of(cube)
    assert kept.cube().tobytes() == cube.tobytes()
    assert len(kept.sums.values) == int((cube != 0).any(axis=2).sum())
