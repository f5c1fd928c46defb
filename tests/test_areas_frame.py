"""The village frame: read, merged villages resolved, compared with the census."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest

from danvan_study.areas.frame import FRAME_COLUMNS, commune_cells, compare_with_census, read_frame, split_by_commune
from danvan_study.errors import StudyError
from danvan_study.store import load_facts
from tests.demonstration import areas, table

GAZETTEER = load_facts().gazetteer
ROW = {
    "village": "v1", "area": "", "commune": "x2025_01834", "commune_now": "", "residence": "urban",
    "households": "100", "adults": "250", "vintage": "2024-10-01", "becomes": "", "source": "list of the office",
}  # fmt: skip


def read(*rows):
    return read_frame([ROW | row for row in rows], file="thon.csv", gazetteer=GAZETTEER, areas=areas())


def test_a_village_follows_its_commune_to_district_and_commune_of_today():
    frame = read({}, {"village": "v2", "commune": "x2025_05962", "residence": "rural"} | first_rural())
    assert list(frame.columns) == list(FRAME_COLUMNS)
    assert frame["area"][0] == "2025-06-30:058"
    assert frame["commune_now"][0] == "n2025_01840"
    assert frame["adults"].to_list() == [250, 250]


def first_rural():
    cells = commune_cells(GAZETTEER, areas())
    return {"commune": cells[cells["residence"] == "rural"]["commune"].iloc[0]}


def test_merged_and_renamed_villages_hand_their_people_on():
    frame = read(
        {"village": "a", "becomes": "b"},
        {"village": "b", "becomes": "c", "households": "10", "adults": "30"},
        {"village": "c", "households": "1", "adults": "2"},
        {"village": "d"},
    )
    assert frame["village"].to_list() == ["c", "d"]
    assert frame["households"].to_list() == [111, 100]
    assert frame["adults"].to_list() == [282, 250]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{}, {}], "row 3.*stands twice"),
        ([{"commune": "x2025_99999"}], "no old commune"),
        ([{"commune": "x2025_25280"}], "no old commune"),
        ([{"area": "2025-06-30:060"}], "lies in 2025-06-30:058, not in 2025-06-30:060"),
        ([{"residence": "rural"}], "was urban in 2019"),
        ([{"commune_now": "n2025_01843"}], "did not become"),
        ([{"households": "0"}], "not a count above 0"),
        ([{"adults": "2,5"}], "not a count above 0"),
        ([{"households": "300", "adults": "200"}], "hard to believe"),
        ([{"households": "10", "adults": "200"}], "hard to believe"),
        ([{"becomes": "v9"}], "not listed"),
        ([{"becomes": "v2"}, {"village": "v2", "becomes": "v1"}], "become one another"),
        ([{"becomes": "v1"}], "become one another"),
        ([], "no village"),
    ],
)
def test_a_frame_that_cannot_be_right_is_refused(rows, message):
    with pytest.raises(StudyError, match=message):
        read(*rows)


def test_a_village_cannot_merge_across_a_stratum():
    with pytest.raises(StudyError, match="across a district"):
        read({"becomes": "v2"}, {"village": "v2", "residence": "rural"} | first_rural())


def test_the_frame_of_the_demonstration_fits_the_census_commune_by_commune():
    rows = table("data/frame/villages.csv").to_dict("records")
    frame = read_frame(rows, file="villages.csv", gazetteer=GAZETTEER, areas=areas())
    assert len(frame) == len(rows)
    share = frame["adults"].sum() / 1_600_656
    counts = compare_with_census(frame, gazetteer=GAZETTEER, adult_share=share)
    assert len(counts) == 280
    assert all(count.is_near for count in counts)
    assert sum(count.adults for count in counts) == 1_144_326


def test_a_commune_without_villages_is_named():
    frame = read({})
    counts = {count.commune: count for count in compare_with_census(frame, gazetteer=GAZETTEER, adult_share=0.7)}
    assert len(counts) == 8
    assert counts["x2025_01837"].adults == 0
    assert not counts["x2025_01837"].is_near


def test_villages_and_adults_are_shared_out_by_commune():
    cells = commune_cells(GAZETTEER, areas())
    assert cells["people"].sum() == pytest.approx(1_600_656)
    shares = defaultdict(int)
    for _, group in cells.groupby(["area", "residence"]):
        made = split_by_commune(group, villages=len(group) + 7, adults=12_345)
        assert made["villages"].min() >= 1
        assert made["villages"].sum() == len(group) + 7
        assert made["adults"].sum() == 12_345
        shares[len(group)] += 1
    with pytest.raises(ValueError, match="communes"):
        split_by_commune(pd.DataFrame({"people": [1.0, 2.0]}), villages=1, adults=10)
