"""Weights: what a survey statistician would check before signing them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.study import Base, Weighting
from danvan_study.tables import MILLION
from danvan_study.weight import MarginTable, WeightSources, weight_respondents

AREAS = ("north", "south", "west")


def sample(n: int = 240, seed: int = 11) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    area = np.repeat(AREAS, [n // 2, n // 3, n - n // 2 - n // 3])
    return pd.DataFrame(
        {
            "respondent": [f"r{i:04d}" for i in range(n)],
            "wave": "2025q1",
            "form_version": "1",
            "area": area,
            "area_basis": "area",
            "stratum": area,
            "cluster": [f"{a}-{i // 10}" for i, a in enumerate(area)],
            "interviewer": "",
            "mode": "",
            "started_on": "",
            "minutes": 20.0,
            "sex": rng.choice(["m", "f"], n, p=[0.4, 0.6]),
            "age": rng.choice(["young", "middle", "old"], n, p=[0.2, 0.5, 0.3]),
        }
    )


def answers_to(question: str, values: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": pd.Series(list(values), dtype="str"),
            "question": pd.Series([question] * len(values), dtype="str"),
            "answer": pd.Series(list(values.values()), dtype="str"),
            "missing": pd.Series([""] * len(values), dtype="str"),
            "score": np.nan,
        }
    )


NO_ANSWERS = answers_to("none", {})


def margin(by: tuple[str, ...], cells: dict[tuple[str, ...], float], file: str = "") -> MarginTable:
    table = pd.DataFrame([(*key, float(people)) for key, people in cells.items()], columns=[*by, "population"])
    return MarginTable(by=by, cells=table, file=file or f"{'_'.join(by)}.csv")


BY_SEX = margin(
    ("area", "sex"), {(a, s): 1000 * (i + 1) + 37 * (s == "f") for i, a in enumerate(AREAS) for s in ("m", "f")}
)
AGE_SHARES = {"young": 0.3, "middle": 0.45, "old": 0.25}
BY_AGE = margin(
    ("area", "age"),
    {(a, g): (2000 * (i + 1) + 37) * share for i, a in enumerate(AREAS) for g, share in AGE_SHARES.items()},
)
MARGINS = (BY_SEX, BY_AGE)
EQUAL = Weighting(base=Base.EQUAL)


def weigh(
    respondents: pd.DataFrame, answers: pd.DataFrame = NO_ANSWERS, *, weighting=EQUAL, margins=MARGINS, frame=None
):
    sources = WeightSources(frame=frame, frame_name="frame.csv", margins=margins)
    return weight_respondents(respondents, answers, weighting=weighting, sources=sources)


def naive_ipf(respondents: pd.DataFrame, margins, base: np.ndarray) -> np.ndarray:
    """Iterative proportional fitting as a textbook has it, one respondent at a time."""
    weights = base.astype(float).tolist()
    for _ in range(300):
        for table in margins:
            keys = list(respondents[list(table.by)].itertuples(index=False, name=None))
            sums: dict[tuple[str, ...], float] = {}
            for key, weight in zip(keys, weights, strict=True):
                sums[key] = sums.get(key, 0.0) + weight
            totals = table.cells.set_index(list(table.by))["population"].to_dict()
            weights = [weight * totals[key] / sums[key] for key, weight in zip(keys, weights, strict=True)]
    return np.array(weights)


def test_raking_equals_textbook_proportional_fitting():
    respondents = sample()
    base = np.random.default_rng(1).uniform(0.5, 3, len(respondents))
    answers = answers_to("w", {r: repr(float(b)) for r, b in zip(respondents["respondent"], base, strict=True)})
    weighted = weigh(respondents, answers, weighting=Weighting(base=Base.COLUMN, column="w"))
    assert weighted.weights["calibrated"].to_numpy() == pytest.approx(naive_ipf(respondents, MARGINS, base), rel=1e-8)


def test_margins_are_met_to_nine_digits():
    weighted = weigh(respondents := sample())
    merged = respondents.merge(weighted.weights, on="respondent")
    for table in MARGINS:
        reached = merged.groupby(list(table.by))["calibrated"].sum()
        assert reached.to_dict() == pytest.approx(
            table.cells.set_index(list(table.by))["population"].to_dict(), rel=1e-9
        )
    assert weighted.report.largest_gap < 1e-7  # whole millionths


def test_whole_millionths_add_up_exactly_to_the_population_of_each_area():
    weighted = weigh(respondents := sample())
    merged = respondents.merge(weighted.weights, on="respondent")
    population = BY_SEX.cells.groupby("area")["population"].sum()
    for area, weight in merged.groupby("area")["weight"].sum().items():
        assert weight == round(population[area] * MILLION)
    assert weighted.report.areas["west"] == (40, 6037.0)


def test_scaling_the_base_weights_changes_nothing():
    respondents = sample()
    base = np.random.default_rng(2).uniform(0.5, 3, len(respondents))
    weighting = Weighting(base=Base.COLUMN, column="w")
    tables = []
    for factor in (1.0, 1024.0):
        given = {r: repr(float(b * factor)) for r, b in zip(respondents["respondent"], base, strict=True)}
        tables.append(weigh(respondents, answers_to("w", given), weighting=weighting).weights["weight"])
    assert tables[0].tolist() == tables[1].tolist()


def test_the_order_of_rows_changes_nothing():
    respondents = sample()
    respondents.loc[::17, "age"] = ""
    shuffled = respondents.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(weigh(respondents).weights, weigh(shuffled).weights)


def test_a_respondent_with_an_unknown_margin_belongs_to_each_fitting_cell_in_part():
    respondents = sample()
    respondents.loc[0, "age"] = ""
    weighted = weigh(respondents)
    row = weighted.calibration.membership[[0]].toarray().ravel()
    assert row[row > 0].tolist() == pytest.approx([1.0, 0.45, 0.25, 0.3])  # one sex; middle, old, young of the north
    assert weighted.report.allocated == {"area x sex": 0, "area x age": 1}
    assert len(weighted.weights) == len(respondents)
    reached = weighted.calibration.membership.T @ weighted.weights["calibrated"].to_numpy()
    wanted = pd.concat([t.cells.sort_values(list(t.by))["population"] for t in MARGINS])
    assert reached == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_unknown_variables_that_two_margins_share_are_spread_the_same_way_in_both():
    by_sex_and_age = margin(
        ("sex", "age"),
        {
            (s, g): (1.1 if (s == "f") == (g == "old") else 0.9) * (12_111 / 2) * share
            for s in ("m", "f")
            for g, share in AGE_SHARES.items()
        },
    )
    cells = by_sex_and_age.cells
    scale = BY_AGE.cells.groupby("age")["population"].sum() / cells.groupby("age")["population"].sum()
    by_sex_and_age = MarginTable(
        by=("sex", "age"),
        cells=cells.assign(population=cells["population"] * cells["age"].map(scale)),
        file="sex_age.csv",
    )
    respondents = sample()
    respondents.loc[::40, "age"] = ""
    respondents.loc[::50, "sex"] = ""
    weighted = weigh(respondents, margins=(BY_AGE, by_sex_and_age))
    assert weighted.report.largest_gap < 1e-7  # what rounding to millionths leaves
    membership = weighted.calibration.membership.toarray()
    ages = {
        table.file: [
            [
                membership[:, first + i]
                for i, cell in enumerate(table.cells.sort_values(list(table.by))["age"])
                if cell == g
            ]
            for g in AGE_SHARES
        ]
        for table, first in ((BY_AGE, 0), (by_sex_and_age, len(BY_AGE.cells)))
    }
    for one, other in zip(ages["area_age.csv"], ages["sex_age.csv"], strict=True):
        assert np.sum(one, axis=0) == pytest.approx(np.sum(other, axis=0))


def test_trimmed_weights_stay_within_their_bounds_and_keep_the_margins():
    respondents = sample()
    given = {r: "9" if i % 40 == 0 else "1" for i, r in enumerate(respondents["respondent"])}
    weighting = Weighting(base=Base.COLUMN, column="w", trim=(0.4, 2.5))
    weighted = weigh(respondents, answers_to("w", given), weighting=weighting, margins=(BY_SEX,))
    merged = respondents.merge(weighted.weights, on="respondent")
    median = merged.groupby("area")["calibrated"].transform("median")
    assert (merged["calibrated"] > 2.5 * median).any()
    assert (merged["trimmed"] <= 2.5 * median * (1 + 1e-8)).all()
    assert (merged["trimmed"] >= 0.4 * median * (1 - 1e-8)).all()
    assert weighted.report.bounds_hold
    assert weighted.report.largest_gap < 1e-7  # whole millionths
    assert weighted.report.trimmed_high >= 6


def test_where_bounds_and_margins_contradict_the_bounds_win_and_the_gap_is_told():
    respondents = sample(60)
    respondents["sex"] = ["f" if i in (0, 31, 55) else "m" for i in range(60)]
    weighting = Weighting(base=Base.EQUAL, trim=(0.5, 2.0), smallest_cell=1)
    weighted = weigh(respondents, weighting=weighting, margins=(BY_SEX,))
    assert not weighted.report.bounds_hold
    merged = respondents.merge(weighted.weights, on="respondent")
    wanted = BY_SEX.cells.set_index(["area", "sex"])["population"]
    gaps = (merged.groupby(["area", "sex"])["weight"].sum() / MILLION / wanted - 1).abs()
    assert gaps.max() > 0.1
    assert weighted.report.largest_gap == pytest.approx(gaps.max())
    assert weighted.report.largest_gap_cell == "area = {}, sex = {}".format(*gaps.idxmax())
    assert merged.groupby("area")["weight"].sum()["north"] == 2037 * MILLION


def test_without_margins_trimming_keeps_the_total_of_each_area():
    respondents = sample()
    given = {r: "20" if i % 40 == 0 else "1" for i, r in enumerate(respondents["respondent"])}
    weighting = Weighting(base=Base.COLUMN, column="w", trim=(0.2, 5.0))
    weighted = weigh(respondents, answers_to("w", given), weighting=weighting, margins=())
    merged = respondents.merge(weighted.weights, on="respondent")
    base = merged.groupby("area")["base"].sum() * MILLION
    assert merged.groupby("area")["weight"].sum().to_dict() == base.to_dict()
    assert weighted.report.max < 20


def test_the_frame_count_is_shared_among_the_interviews_of_its_area():
    respondents = sample()
    frame = pd.DataFrame({"place": ["north", "south", "west", "south", "isle"], "hh": ["300", "150", "77", "50", "12"]})
    weighting = Weighting(base=Base.FRAME, column="hh", area_column="place")
    weighted = weigh(respondents, weighting=weighting, margins=(), frame=frame)
    assert weighted.report.areas == {"north": (120, 300.0), "south": (80, 200.0), "west": (40, 77.0)}
    assert weighted.weights["weight"].iloc[0] == 2_500_000
    assert weighted.report.uncovered == ("isle",)


SAMPLE_FILE = pd.DataFrame(
    {
        "cluster": ["a1", "a2", "a3", "b1"],
        "area": ["a", "a", "a", "b"],
        "p_cluster": ["0.1", "0.05", "0.1", "0.2"],
        "households": ["100", "200", "50", "80"],
        "approached": ["2", "2", "0", "1"],
        "selected": ["2", "2", "2", "2"],
    }
)


def selected() -> pd.DataFrame:
    respondents = sample(4)
    respondents["area"] = ["a", "a", "a", "b"]
    respondents["cluster"] = ["a1", "a2", "a2", "b1"]
    return respondents


def test_selection_weights_are_inverse_chances_times_adults_times_nonresponse():
    answers = answers_to("adults", {"r0000": "3", "r0001": "9", "r0002": "", "r0003": "1"})
    weighting = Weighting(base=Base.SELECTION, file="f", adults="adults", adults_cap=4)
    weighted = weigh(selected(), answers, weighting=weighting, margins=(), frame=SAMPLE_FILE)
    # 1 / (p x approached / households): 500, 2000, 2000, 400; adults 3, 4 (cap), 3.5 (median of the area), 1.
    assert weighted.weights["base"].tolist() == pytest.approx([1500, 8000, 7000, 400])
    # The area stands for 1000 + 4000 + 500 households, its interviews for 500 + 2000 + 2000; a3 was never reached.
    assert weighted.weights["nonresponse"].tolist() == pytest.approx(
        [1500 * 55 / 45, 8000 * 55 / 45, 7000 * 55 / 45, 400]
    )
    assert weighted.report.adults_filled == 1


def test_the_report_tells_how_much_of_the_population_the_selection_stands_for():
    answers = answers_to("adults", {"r0000": "3", "r0001": "9", "r0002": "", "r0003": "1"})
    weighting = Weighting(base=Base.SELECTION, file="f", adults="adults", smallest_cell=1)
    areas = margin(("area",), {("a",): 40_000, ("b",): 400})
    weighted = weigh(selected(), answers, weighting=weighting, margins=(areas,), frame=SAMPLE_FILE)
    assert weighted.report.frame_coverage == pytest.approx((16_500 * 55 / 45 + 400) / 40_400)
    assert weigh(sample()).report.frame_coverage is None  # equal weights count no people


def test_an_apportioned_respondent_keeps_the_chance_of_the_village_and_only_that_one_may():
    people = selected()
    people.loc[1, "area"] = "b"
    answers = answers_to("adults", dict.fromkeys(people["respondent"], "1"))
    weighting = Weighting(base=Base.SELECTION, file="f", adults="adults")
    with pytest.raises(StudyError, match="doesn't list"):
        weigh(people, answers, weighting=weighting, margins=(), frame=SAMPLE_FILE)
    people.loc[1, "area_basis"] = "apportioned"
    weighted = weigh(people, answers, weighting=weighting, margins=(), frame=SAMPLE_FILE)
    assert weighted.weights["base"].tolist() == pytest.approx([500, 2000, 2000, 400])
    twice = SAMPLE_FILE.assign(cluster=["a1", "a2", "a2", "b1"], area=["a", "a", "c", "b"])
    with pytest.raises(StudyError, match="doesn't list"):
        weigh(people, answers, weighting=weighting, margins=(), frame=twice)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p_cluster": ["0.1", "0", "0.1", "0.2"]}, 'frame.csv, row 3, column p_cluster: "0" is not a probability'),
        ({"households": ["100", "x", "50", "80"]}, 'row 3, column households: "x" is not a count'),
        ({"cluster": ["a1", "a1", "a3", "b1"]}, 'cluster "a1" stands twice'),
        (
            {"cluster": ["a1", "zz", "a3", "b1"]},
            '2 interviews come from a cluster that the file doesn\'t list (first: "a2")',
        ),
        ({"approached": ["0", "2", "0", "1"]}, "1 interviews come from a cluster with no household approached"),
    ],
)
def test_a_sample_file_that_cannot_be_right_is_refused_by_row(change, message):
    weighting = Weighting(base=Base.SELECTION, file="f", adults="adults")
    with pytest.raises(StudyError) as error:
        weigh(
            selected(),
            answers_to("adults", {"r0000": "1"}),
            weighting=weighting,
            margins=(),
            frame=SAMPLE_FILE.assign(**change),
        )
    assert message in str(error.value)


@pytest.mark.parametrize("bad", ["0", "-2", "", "abc", "inf"])
def test_a_weight_that_is_not_positive_is_refused_with_its_count(bad):
    respondents = sample(12)
    given = dict.fromkeys(respondents["respondent"], "1.5") | {"r0003": bad}
    with pytest.raises(StudyError, match='1 respondents have no positive weight in "w"'):
        weigh(respondents, answers_to("w", given), weighting=Weighting(base=Base.COLUMN, column="w"), margins=())


def test_margins_that_disagree_are_refused_with_both_files_and_both_numbers():
    other = margin(("age",), {(g,): 100.0 * share for g, share in AGE_SHARES.items()}, file="age.csv")
    with pytest.raises(StudyError) as error:
        weigh(sample(), margins=(BY_SEX, other))
    assert "area_sex.csv and age.csv" in str(error.value)
    assert "12,111" in str(error.value)
    assert "100" in str(error.value)


def test_margins_that_disagree_about_one_area_only_are_refused_by_its_name():
    cells = BY_AGE.cells.set_index(["area", "age"])["population"].to_dict()
    cells[("north", "old")] += 30
    cells[("west", "old")] -= 30
    with pytest.raises(StudyError, match="they disagree about area = "):
        weigh(sample(), margins=(BY_SEX, margin(("area", "age"), cells)))


def test_a_cell_of_respondents_without_population_is_named():
    respondents = sample()
    respondents.loc[5, "sex"] = "x"
    with pytest.raises(StudyError, match="1 respondents stand in the cell area = north, sex = x"):
        weigh(respondents)


def test_margins_that_no_weights_can_meet_end_in_one_message():
    respondents = sample(40)
    respondents["area"] = "north"
    respondents["sex"] = ["m", "f"] * 20
    respondents["age"] = ["young", "old"] * 20
    margins = (margin(("sex",), {("m",): 50, ("f",): 50}), margin(("age",), {("young",): 30, ("old",): 70}))
    with pytest.raises(StudyError, match="raking stopped after 5000 cycles"):
        weigh(respondents, margins=margins)


def test_nobody_to_weight_is_one_message():
    with pytest.raises(StudyError, match="nobody is left"):
        weigh(sample().iloc[:0])


def test_the_report_says_what_unequal_weights_cost():
    respondents = sample(4)
    given = dict(zip(respondents["respondent"], ["1", "1", "1", "3"], strict=True))
    report = weigh(
        respondents, answers_to("w", given), weighting=Weighting(base=Base.COLUMN, column="w"), margins=()
    ).report
    assert report.kish_deff == pytest.approx(4 * 12 / 36)
    assert report.n_effective == pytest.approx(3.0)
    assert (report.min, report.median, report.max, report.sum) == (1.0, 1.0, 3.0, 6.0)
    assert report.as_dict()["areas"] == {"north": (2, 2.0), "south": (1, 1.0), "west": (1, 3.0)}


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.floats(10, 5000), min_size=6, max_size=6),
    unknown=st.lists(st.integers(0, 119), max_size=15, unique=True),
    seed=st.integers(0, 1000),
)
def test_any_margins_of_one_population_are_met(cells, unknown, seed):
    """Margins made from one joint population can be met; a table with every cell filled always converges."""
    rng = np.random.default_rng(seed)
    joint = dict(zip([(s, g) for s in ("m", "f") for g in AGE_SHARES], cells, strict=True))
    respondents = sample(120)
    respondents["sex"] = ["m", "f"] * 60
    respondents["age"] = [list(AGE_SHARES)[i // 2 % 3] for i in range(120)]
    respondents.loc[unknown, rng.choice(["sex", "age"])] = ""
    sex = margin(("sex",), {(s,): sum(v for k, v in joint.items() if k[0] == s) for s in ("m", "f")})
    age = margin(("age",), {(g,): sum(v for k, v in joint.items() if k[1] == g) for g in AGE_SHARES})
    weighted = weigh(respondents, margins=(sex, age))
    reached = weighted.calibration.membership.T @ weighted.weights["calibrated"].to_numpy()
    wanted = [*sex.cells.sort_values("sex")["population"], *age.cells.sort_values("age")["population"]]
    assert reached == pytest.approx(wanted, rel=1e-9)
    assert (weighted.weights["weight"] > 0).all()
    assert weighted.weights["weight"].sum() == round(sum(sex.cells["population"]) * MILLION)
