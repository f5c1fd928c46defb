"""Margin cells with too few respondents: merged by rule, written down, and nothing else moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study.errors import StudyError
from danvan_study.study import Base, Weighting
from danvan_study.tables import MILLION
from danvan_study.weight import WeightSources
from danvan_study.weight.repeated import Draws, replicate_weights
from tests.test_weight import AGE_SHARES, BY_AGE, BY_SEX, MARGINS, NO_ANSWERS, margin, sample, weigh

FIVE = Weighting(base=Base.EQUAL)
BANDS = ("a", "b", "c", "d", "e")


def people_of(**counts: int) -> pd.DataFrame:
    """Respondents of one area with so many in each age band."""
    bands = [band for band, count in counts.items() for _ in range(count)]
    return sample(len(bands)).assign(area="north", age=bands)


def by_band(**people: float):
    return margin(("area", "age"), {("north", band): count for band, count in people.items()})


def groups(weighted) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in weighted.report.merged_cells:
        found.setdefault(one.merged, []).append(one.cell.rpartition(" = ")[2])
    return found


def merged(counts: dict[str, int], **options) -> list[list[str]]:
    weighting = Weighting(base=Base.EQUAL, **options)
    weighted = weigh(people_of(**counts), weighting=weighting, margins=(by_band(**dict.fromkeys(BANDS, 100.0)),))
    return list(groups(weighted).values())


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ((9, 9, 9, 9, 9), []),
        ((5, 5, 5, 5, 5), []),
        ((9, 4, 8, 9, 9), [["b", "c"]]),  # of two neighbours the one with fewer
        ((9, 4, 9, 9, 9), [["a", "b"]]),  # of equals the earlier one
        ((4, 30, 5, 9, 9), [["a", "b"]]),  # at the end there is one neighbour only
        ((9, 9, 9, 9, 0), [["d", "e"]]),
        ((2, 2, 9, 9, 9), [["a", "b", "c"]]),  # four are still too few
        ((1, 9, 9, 9, 3), [["a", "b"], ["d", "e"]]),
        ((1, 1, 1, 1, 0), [list(BANDS)]),  # nobody left to join: fewer than five, but people
    ],
)
def test_a_thin_cell_joins_the_neighbour_with_fewer_respondents(counts, wanted):
    assert merged(dict(zip(BANDS, counts, strict=True))) == wanted


def test_neighbours_stand_in_the_order_of_the_file_and_not_of_the_alphabet():
    weighted = weigh(people_of(young=9, middle=9, old=2), margins=(by_band(young=300, middle=450, old=250),))
    assert list(groups(weighted).values()) == [["middle", "old"]]


def test_where_nothing_is_thin_the_margins_are_those_of_the_file():
    weighted = weigh(sample())
    assert weighted.report.merged_cells == ()
    assert weighted.calibration.cells.shape[1] == len(BY_SEX.cells) + len(BY_AGE.cells)
    never = weigh(sample(), weighting=Weighting(base=Base.EQUAL, smallest_cell=0))
    pd.testing.assert_frame_equal(weighted.weights, never.weights)


def thin_west() -> pd.DataFrame:
    """Nobody old and two young in the west; the age of one man there is unknown."""
    respondents = sample()
    west = respondents.index[respondents["area"] == "west"]
    respondents.loc[west, "age"] = ["young", "young", "", *["middle"] * (len(west) - 3)]
    return respondents


def test_every_merged_cell_is_written_down_with_its_people_and_the_reason():
    weighted = weigh(thin_west())
    rows = [(one.cell, one.n, one.population, one.reason) for one in weighted.report.merged_cells]
    together = "area = west, age = young + area = west, age = middle + area = west, age = old"
    assert {one.merged for one in weighted.report.merged_cells} == {together}
    assert {one.margin for one in weighted.report.merged_cells} == {"area x age"}
    # The man of unknown age counts 0.3, 0.45 and 0.25 of a person in young, middle and old.
    west = 6037.0
    assert rows == [
        ("area = west, age = young", 2.3, pytest.approx(0.3 * west), "thin"),
        ("area = west, age = middle", 37.45, pytest.approx(0.45 * west), "neighbour"),
        ("area = west, age = old", 0.25, pytest.approx(0.25 * west), "thin"),
    ]


def test_merged_cells_and_all_others_are_met_and_areas_keep_their_people():
    weighted = weigh(thin_west())
    joined = thin_west().merge(weighted.weights, on="respondent")
    for area, weight in joined.groupby("area")["weight"].sum().items():
        assert weight == round(BY_SEX.cells.groupby("area")["population"].sum()[area] * MILLION)
    elsewhere = joined[joined["area"] != "west"].groupby(["area", "age"])["calibrated"].sum()
    wanted = BY_AGE.cells.set_index(["area", "age"])["population"]
    assert elsewhere.to_numpy() == pytest.approx(wanted[elsewhere.index].to_numpy(), rel=1e-9)
    by_sex = joined.groupby(["area", "sex"])["calibrated"].sum()
    wanted = BY_SEX.cells.set_index(["area", "sex"])["population"]
    assert by_sex.to_numpy() == pytest.approx(wanted[by_sex.index].to_numpy(), rel=1e-9)
    assert weighted.report.largest_gap < 1e-7


def test_nobody_leaves_their_area_and_other_variables_stay_apart():
    by_all = margin(
        ("area", "sex", "age"),
        {
            (area, sex, age): people * share
            for (area, sex), people in BY_SEX.cells.set_index(["area", "sex"])["population"].items()
            for age, share in AGE_SHARES.items()
        },
    )
    weighted = weigh(sample(), margins=(by_all,))
    assert weighted.report.merged_cells
    for one in weighted.report.merged_cells:
        assert len({part.rpartition(", age")[0] for part in one.merged.split(" + ")}) == 1


def test_the_order_of_rows_changes_no_merge():
    respondents = thin_west()
    turned = weigh(respondents.sample(frac=1, random_state=3))
    assert turned.report.merged_cells == weigh(respondents).report.merged_cells
    pd.testing.assert_frame_equal(turned.weights, weigh(respondents).weights)


def test_replicates_rake_to_the_merged_margins():
    sources = WeightSources(margins=MARGINS)
    again = replicate_weights(thin_west(), NO_ANSWERS, weighting=FIVE, sources=sources, draws=Draws(replicates=5))
    west = (thin_west()["area"] == "west").to_numpy()
    assert again.weights[west].sum(axis=0) == pytest.approx(np.full(5, 6037.0))


def test_an_empty_cell_is_refused_where_nothing_may_be_merged():
    respondents = sample()
    respondents = respondents[~((respondents["area"] == "west") & (respondents["age"] == "old"))]
    with pytest.raises(StudyError, match="the cell area = west, age = old holds 1509 people, but nobody"):
        weigh(respondents, weighting=Weighting(base=Base.EQUAL, smallest_cell=0))
    assert weigh(respondents).report.merged_cells[1].reason == "empty"


def test_an_area_where_nobody_was_interviewed_has_no_neighbour():
    respondents = sample()
    with pytest.raises(StudyError, match=r"the cell area = west, .* people, but nobody there was interviewed"):
        weigh(respondents[respondents["area"] != "west"])
    areas = margin(("area",), {("north",): 2037, ("south",): 4037, ("west",): 6037})
    with pytest.raises(StudyError, match="the cell area = west holds 6037 people, but nobody"):
        weigh(respondents[respondents["area"] != "west"], margins=(areas,))


def test_respondents_in_a_cell_without_population_are_never_merged_away():
    with pytest.raises(StudyError, match="1 respondents stand in the cell area = north, age = c, which has no pop"):
        weigh(people_of(a=9, b=9, c=1), margins=(by_band(a=100, b=100, c=0),))
