"""Margins: from the census, with newer totals, from tables as offices get them; sums that disagree are refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.areas import OLD, NameMatcher
from danvan_study.areas.census import census_table, first_age, population_structure, share_out
from danvan_study.areas.margins import adult_structure, adults_by_band, margin_table, rake_structure
from danvan_study.areas.totals import Totals, read_totals, read_whole
from danvan_study.errors import StudyError
from danvan_study.pipeline import write_margins
from danvan_study.store import load_facts, read_cells

FACTS = load_facts()
GAZETTEER = FACTS.gazetteer
MATCHER = NameMatcher(GAZETTEER, vintage=OLD, level="district")
ALL = sorted({unit.key for unit in GAZETTEER.units if (unit.vintage, unit.level) == (OLD, "district")})
BAC_KAN = [key for key in ALL if GAZETTEER.unit(key).parent == f"{OLD}:06"]
CENSUS = census_table(FACTS, BAC_KAN)
STRUCTURE = population_structure(FACTS, CENSUS)
HERE = Path(__file__).parent.parent


def totals(by, cells):
    return Totals(by=by, cells=pd.DataFrame(cells, columns=[*by, "population"]), file="nien_giam.csv")


def people(structure, *by):
    return structure.groupby(list(by))["people"].sum()


def test_the_census_of_the_51_districts_adds_up_by_district_and_residence():
    table = census_table(FACTS, ALL)
    assert table["population"].sum() == 4_514_515
    sums = table.groupby(["area", "residence"])["population"].sum()
    for key in ALL:
        counts = GAZETTEER.population(key)
        assert (sums[key, "urban"], sums[key, "rural"]) == (counts["urban"], counts["rural"])


def test_only_the_two_districts_of_dien_bien_phu_are_not_as_counted():
    ages = pd.DataFrame(FACTS.tables["census_ages"]).astype({"population": int})
    counted = ages.groupby(["district", "residence", "age_group"])["population"].sum()
    for (area, residence, age_group), count in (
        census_table(FACTS, ALL).set_index(["area", "residence", "age_group"])["population"].items()
    ):
        code = area.removeprefix(f"{OLD}:")
        if code == "193":
            assert count == counted["193", residence, age_group] + counted["204", residence, age_group]
        elif code not in {"094", "100"}:
            assert count == counted[code, residence, age_group]


def test_the_demonstration_s_margins_are_written_again_byte_for_byte(tmp_path):
    for name in ("study.toml", "data/areas/areas.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    lines = write_margins(tmp_path)
    assert len(lines) == 4
    for name in ("census_2019", "margin_area_age", "margin_sex_age", "margin_residence"):
        file = f"data/areas/{name}.csv"
        assert (tmp_path / file).read_bytes() == (HERE / file).read_bytes(), file


def test_eighteen_and_nineteen_are_two_fifths_of_their_group():
    census = pd.DataFrame(
        {
            "area": "a", "residence": "urban", "age_group": ["10-14", "15-19", "20-24", "60-64"],
            "population": [1000, 101, 10, 7],
        }
    )  # fmt: skip
    adults = adults_by_band(census)
    assert adults.loc[("a", "urban")].to_list() == [40 + 10, 0, 0, 7]


@given(st.integers(0, 100_000))
def test_the_part_of_a_group_is_rounded_half_up(count):
    census = pd.DataFrame(
        {
            "area": ["a"] * 5,
            "residence": "urban",
            "age_group": ["15-19", "20-24", "30-34", "45-49", "60-64"],
            "population": [count, 1, 1, 1, 1],
        }
    )
    assert adults_by_band(census).loc[("a", "urban"), "18_29"] == (4 * count + 5) // 10 + 1


def test_all_margins_count_the_same_people():
    adults = adult_structure(STRUCTURE)
    sums = {
        margin_table(adults, by)["population"].sum()
        for by in (["area"], ["area", "age_band"], ["sex", "age_band"], ["residence"], ["area", "sex"], ["sex"])
    }
    assert len(sums) == 1
    by_area = margin_table(adults, ["area"]).set_index("area")["population"]
    by_both = margin_table(adults, ["area", "sex"]).groupby("area")["population"].sum()
    assert by_area.to_dict() == by_both.to_dict()


def test_men_have_the_share_of_the_projection_within_each_age():
    projection = pd.DataFrame(FACTS.tables["projection_sex"]).query("province == '06' and year == '2019'")
    counts = projection.astype({"population": int}).set_index(["age_group", "sex"])["population"]
    men = people(STRUCTURE[STRUCTURE["sex"] == "1"], "age_group")["30-34"]
    assert men / people(STRUCTURE, "age_group")["30-34"] == pytest.approx(
        counts["30-34", "male"] / (counts["30-34", "male"] + counts["30-34", "female"])
    )


def test_raking_meets_newer_totals_and_keeps_the_odds_of_the_census():
    newer = [(key, sex, 1000 * place + int(sex)) for place, key in enumerate(BAC_KAN, 20) for sex in ("1", "2")]
    raked = rake_structure(STRUCTURE, [totals(("area", "sex"), newer)])
    assert people(raked, "area", "sex").to_dict() == pytest.approx({(a, s): float(n) for a, s, n in newer})
    for area in BAC_KAN[:2]:
        before, after = (
            table[table["area"] == area].set_index(["residence", "sex", "age_group"])["people"]
            for table in (STRUCTURE, raked)
        )
        odds = [
            table["rural", "1", "30-34"]
            * table["rural", "2", "60-64"]
            / table["rural", "2", "30-34"]
            / table["rural", "1", "60-64"]
            for table in (before, after)
        ]
        assert odds[0] == pytest.approx(odds[1])


def test_two_tables_are_met_together():
    by_area = totals(("area",), [(key, 50_000) for key in BAC_KAN])
    by_residence = totals(("residence",), [("urban", 100_000), ("rural", 300_000)])
    raked = rake_structure(STRUCTURE, [by_area, by_residence])
    assert people(raked, "area").to_list() == pytest.approx([50_000] * 8)
    assert people(raked, "residence").to_dict() == pytest.approx({"urban": 100_000, "rural": 300_000})


def test_tables_that_contradict_one_another_are_refused():
    by_area = totals(("area",), [(key, 50_000) for key in BAC_KAN])
    by_sex = totals(("sex",), [("1", 100_000), ("2", 200_000)])
    with pytest.raises(StudyError, match=r"400000.*300000|300000.*400000"):
        rake_structure(STRUCTURE, [by_area, by_sex])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([(key, 10) for key in BAC_KAN[:-1]], f"no row for {BAC_KAN[-1]}"),
        ([(key, 10) for key in [*BAC_KAN, f"{OLD}:164"]], "no part of the study"),
    ],
)
def test_totals_must_cover_the_areas_of_the_study(cells, message):
    with pytest.raises(StudyError, match=message):
        rake_structure(STRUCTURE, [totals(("area",), cells)])


def test_people_where_the_census_has_none_are_refused():
    cells = [(key, residence, 10) for key in BAC_KAN for residence in ("urban", "rural")]
    with pytest.raises(StudyError, match="the census of 2019 has 0"):
        rake_structure(STRUCTURE, [totals(("area", "residence"), cells)])


def test_a_margin_by_something_nobody_counted_is_refused():
    with pytest.raises(StudyError, match="edu_band"):
        margin_table(adult_structure(STRUCTURE), ["edu_band"])


@pytest.mark.parametrize(
    ("bands", "wrong"),
    [
        (["18_29", "40_44", "45+"], "18_29"),
        (["18_34", "30_44", "45+"], "18_34"),
        (["18_29", "45_59", "30_44", "60+"], "18_29"),
        (["<30", "30-44", "45_59"], "45_59"),
        (["18", "30_44", "45+"], "18"),
        (["20_29", "30_plus"], "20_29"),
    ],
)
def test_age_bands_that_leave_people_out_or_count_them_elsewhere_are_refused(bands, wrong):
    with pytest.raises(StudyError) as caught:
        adults_by_band(CENSUS, bands)
    assert f": {wrong} leaves a gap or an overlap" in caught.value.told("en")


def test_age_bands_begin_where_census_groups_begin():
    assert list(adults_by_band(CENSUS, ["18-34", "35-54", "55+"]).columns) == ["18-34", "35-54", "55+"]
    assert list(adults_by_band(CENSUS, ["<30", "30-44", "45+"]).columns) == ["<30", "30-44", "45+"]
    with pytest.raises(StudyError, match="begin with 33"):
        adults_by_band(CENSUS, ["18_32", "33_plus"])


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_whole_parts_add_up_and_are_near_their_share(total, sizes):
    parts = share_out(total, np.array(sizes))
    assert parts.sum() == total
    assert (abs(parts - total * np.array(sizes) / sum(sizes)) < 1 + 1e-6).all()


# Tables as offices get them


YEARBOOK = [
    ["area", "sex", "population"],
    *[
        [GAZETTEER.unit(key).name, sex, f"{20_000 + 7 * place:,}".replace(",", ".")]
        for place, key in enumerate(BAC_KAN)
        for sex in ("Nam", "Nữ")
    ],
]


def cube():
    """The export of the warehouse: two head rows, totals in all directions, merged labels, numbers as text."""
    ages = ["(Tổng số)", "0-4 tuổi", "5 - 9 tuổi", "80 tuổi trở lên"]
    head1 = ["Tỉnh, thành phố", "Quận, huyện", "Thành thị", "", "", "", "Nông thôn", "", "", ""]
    head2 = ["", "", *ages, *ages]
    body = []
    sums = np.zeros(8, dtype=int)
    for place, key in enumerate(BAC_KAN):
        urban, rural = [100 + place, 200, 30], [1000, 2000 + place, 300]
        row = [sum(urban), *urban, sum(rural), *rural]
        sums += np.array(row)
        body.append(["", GAZETTEER.unit(key).name, *(f"{count:,}".replace(",", ".") for count in row)])
    total = ["Tỉnh Bắc Kạn", "(Tổng số)", *(f"{count:,}".replace(",", ".") for count in sums)]
    return [head1, head2, total, *body]


def test_a_yearbook_table_is_read():
    table = read_totals(YEARBOOK, file="nien_giam.csv", areas=MATCHER)
    assert table.by == ("area", "sex")
    assert table.cells["population"].sum() == 2 * sum(20_000 + 7 * place for place in range(8))
    assert set(table.cells["area"]) == set(BAC_KAN)


def test_a_cube_export_is_read_whatever_the_unit_above_is_called():
    table = read_totals(cube(), file="cube.xlsx", areas=MATCHER)
    assert table.by == ("area", "residence", "age_group")
    cells = table.cells.set_index(list(table.by))["population"]
    assert cells[f"{OLD}:058", "urban", "0-4"] == 100
    assert cells[f"{OLD}:060", "rural", "5-9"] == 2001
    assert cells[f"{OLD}:066", "rural", "80+"] == 300
    assert len(cells) == 8 * 2 * 3


def test_a_cube_survives_excel_and_tcvn3(tmp_path):
    book = openpyxl.Workbook()
    for row in cube():
        book.active.append([cell or None for cell in row])
    book.active.merge_cells("C1:F1")
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "cube.xlsx").write_bytes(stream.getvalue())
    wanted = read_totals(cube(), file="x", areas=MATCHER).cells
    found = read_totals(read_cells(tmp_path / "cube.xlsx"), file="x", areas=MATCHER).cells
    pd.testing.assert_frame_equal(found, wanted)

    old = "area,sex,population\n" + "".join(
        f"{name},{sex},{count}\n"
        for name in ("Thµnh phè B¾c K¹n", "HuyÖn P¸c NÆm", "HuyÖn Ba BÓ", "HuyÖn Ng©n S¬n")
        for sex, count in (("Nam", 10), ("N÷", 12))
    )
    (tmp_path / "abc.csv").write_bytes(old.encode("latin-1"))
    table = read_totals(read_cells(tmp_path / "abc.csv"), file="abc.csv", areas=MATCHER)
    assert set(table.cells["area"]) == {f"{OLD}:{code}" for code in ("058", "060", "061", "062")}


def test_a_cube_whose_total_is_wrong_is_refused_with_both_numbers():
    spoilt = cube()
    spoilt[4][3] = "999"
    with pytest.raises(StudyError, match=r"total of .* is \d+, its parts add up to \d+"):
        read_totals(spoilt, file="cube.xlsx", areas=MATCHER)


def test_the_typing_error_of_an_official_page_is_found():
    """Bắc Kạn 2021: men 164,707 and women 139,005 are not 323,712."""
    rows = [["sex", "population"], ["Nam", "164.707"], ["Nữ", "139.005"], ["Tổng số", "323.712"]]
    with pytest.raises(StudyError, match="323712, its parts add up to 303712"):
        read_totals(rows, file="trang.csv", areas=MATCHER)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["area", "population"], ["Huyện Ba Chẽ Bể", "5"]], "names no area"),
        ([["area", "population"], ["Huyện Ba Bể", "1.5"]], "not a whole number"),
        ([["area", "population"], ["Huyện Ba Bể", "5"], ["061", "6"]], "is 5 and 6"),
        ([["sex", "population"], ["khác", "5"]], "is no sex"),
        ([["area", "population"], ["Huyeän Ba Beå", "5"]], "VNI"),
        ([["a", "b"], ["c", "d"]], "no numbers"),
        ([["area", "population"], ["Tổng số", "5"]], "no row or column names"),
        ([], "empty"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(rows, message):
    with pytest.raises(StudyError, match=message):
        read_totals(rows, file="bang.csv", areas=MATCHER)


def test_an_area_outside_the_study_is_refused():
    known = [GAZETTEER.unit(key) for key in BAC_KAN]
    with pytest.raises(StudyError, match="names no area of the study"):
        read_totals([["area", "population"], ["Huyện Võ Nhai", "5"]], file="x", areas=MATCHER, within=known)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234", 1234),
        ("1,234", 1234),
        ("1 234", 1234),
        ("12.345.678", 12_345_678),
        ("7", 7),
        ("", 0),
        ("-", 0),
        ("1234.0", 1234),
    ],
)
def test_numbers_are_read_as_offices_write_them(text, number):
    assert read_whole(text, "x") == number


def test_first_ages_are_read_from_all_names_of_groups():
    assert first_age(pd.Series(["0-4", "80+", "85+"])).to_list() == [0, 80, 85]
