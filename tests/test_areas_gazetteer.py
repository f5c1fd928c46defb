"""The dated units: what there was on a day, what became of it, and where its people went."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from danvan_study.areas import CENSUS, NEW, OLD
from danvan_study.areas.checks import check_facts
from danvan_study.errors import StudyError
from danvan_study.store import load_facts

FACTS = load_facts()
GAZETTEER = FACTS.gazetteer

OLD_PROVINCES = {"06": "Bắc Kạn", "19": "Thái Nguyên", "22": "Quảng Ninh", "11": "Điện Biên", "70": "Bình Phước"}


def keys(vintage, level):
    return sorted({unit.key for unit in GAZETTEER.units if (unit.vintage, unit.level) == (vintage, level)})


def old_province(key):
    return GAZETTEER.shares(key, vintage=OLD, level="province")[0].key.removeprefix(f"{OLD}:")


@pytest.mark.parametrize("check", check_facts(FACTS), ids=lambda check: str(check.name))
def test_all_sums_agree(check):
    assert check.is_passed, check.mistakes


def test_a_wrong_number_is_found_and_both_numbers_are_named():
    row = FACTS.tables["census_communes"][0]
    spoilt = dict(FACTS.tables) | {
        "census_communes": [row | {"population": str(int(row["population"]) + 1)}, *FACTS.tables["census_communes"][1:]]
    }
    from danvan_study.areas import read_facts

    mistakes = [str(mistake) for check in check_facts(read_facts(spoilt)) for mistake in check.mistakes]
    assert any("313906 ≠ 313905" in mistake for mistake in mistakes)
    assert any("38511 ≠ 38510" in mistake for mistake in mistakes)


@pytest.mark.parametrize(
    "spoil",
    [
        {"carries_population": "no"},
        {"new_code": "99999"},
        {"relation": "swallowed"},
        {"source": "hearsay"},
        {"as_of": ""},
    ],
)
def test_a_spoilt_link_is_found(spoil):
    from danvan_study.areas import read_facts

    rows = list(FACTS.tables["links"])
    place = next(place for place, row in enumerate(rows) if row["old_vintage"] == OLD and row["relation"] == "whole")
    rows[place] = rows[place] | spoil
    if spoil.get("new_code"):
        with pytest.raises(KeyError):
            check_facts(read_facts(dict(FACTS.tables) | {"links": rows}))
        return
    assert any(not check.is_passed for check in check_facts(read_facts(dict(FACTS.tables) | {"links": rows})))


def test_the_five_provinces_have_the_official_numbers_of_units():
    districts = Counter(GAZETTEER.unit(key).parent.removeprefix(f"{OLD}:") for key in keys(OLD, "district"))
    assert districts == {"06": 8, "19": 9, "22": 13, "11": 10, "70": 11}
    communes = Counter(old_province(key) for key in keys(OLD, "commune"))
    assert communes == {"06": 108, "19": 172, "22": 171, "11": 129, "70": 111}
    assert Counter(old_province(key) for key in keys(NEW, "commune")) == {
        "06": 37, "19": 55, "22": 54, "11": 45, "70": 40,
    }  # fmt: skip
    assert len(keys(CENSUS, "district")) == 52
    links = [link for link in GAZETTEER.links if link.old.startswith(OLD)]
    assert len(links) == 707
    per_old = Counter(link.old for link in links)
    assert sum(count > 1 for count in per_old.values()) == 15
    carried = Counter(link.old for link in links if link.carries_population)
    assert sum(count > 1 for count in carried.values()) == 12


def test_every_old_commune_gives_its_old_district_exactly():
    for key in keys(OLD, "commune"):
        (share,) = GAZETTEER.shares(key, vintage=OLD, level="district")
        assert share.key == GAZETTEER.unit(key).parent
        assert share.share == 1


def test_twenty_new_communes_straddle_old_districts_by_population():
    straddling = Counter()
    misplaced: dict[str, Fraction] = defaultdict(Fraction)
    for key in keys(NEW, "commune"):
        shares = GAZETTEER.shares(key, vintage=OLD, level="district")
        province = old_province(key)
        straddling[province] += len(shares) > 1
        misplaced[province] += sum((share.people for share in shares[1:]), Fraction())
    assert straddling == {"06": 3, "19": 2, "22": 3, "11": 8, "70": 4}
    percent = {
        code: 100 * float(people / sum(GAZETTEER.population(f"{OLD}:{code}").values()))
        for code, people in misplaced.items()
    }
    assert {code: round(percent[code], 1) for code in ("06", "19", "11", "70")} == {
        "06": 2.6, "19": 1.8, "11": 6.9, "70": 1.9,
    }  # fmt: skip
    assert 0.2 <= percent["22"] <= 0.4  # Vô Ngại's 4,322 people were divided, nobody published how


def test_quang_ninh_has_six_straddling_communes_in_the_table_and_three_by_population():
    by_table = defaultdict(set)
    for link in GAZETTEER.links:
        if link.old.startswith(OLD) and old_province(link.old) == "22":
            by_table[link.new].add(GAZETTEER.unit(link.old).parent)
    in_table = {key for key, districts in by_table.items() if len(districts) > 1}
    assert len(in_table) == 6
    straddling = {key for key in in_table if len(GAZETTEER.shares(key, vintage=OLD, level="district")) > 1}
    assert len(straddling) == 3


def test_a_code_means_nothing_without_its_vintage():
    old = {unit.code: unit.name for unit in GAZETTEER.units if (unit.vintage, unit.level) == (OLD, "commune")}
    today = {unit.code: unit.name for unit in GAZETTEER.areas_on(date(2026, 11, 22), "commune")}
    assert set(today) <= set(old)
    assert sum(old[code] == name for code, name in today.items()) == 105  # 104 for whom Thụy is not Thuỵ
    unchanged = [link for link in GAZETTEER.links if link.old.startswith(OLD) and link.relation == "unchanged"]
    assert len(unchanged) == 5
    assert len(GAZETTEER.by_choice()) == len({unit.key for unit in GAZETTEER.units if unit.level != "province"})


@pytest.mark.parametrize(
    ("day", "code", "name"),
    [
        ("2026-04-29", "75", "Tỉnh Đồng Nai"),
        ("2026-04-30", "75", "Thành phố Đồng Nai"),
        ("2026-08-31", "22", "Tỉnh Quảng Ninh"),
        ("2026-09-01", "22", "Thành phố Quảng Ninh"),
        ("2022-04-09", "172", "Thị xã Phổ Yên"),
        ("2022-04-10", "172", "Thành phố Phổ Yên"),
        ("2024-10-31", "205", "Thị xã Đông Triều"),
        ("2024-11-01", "205", "Thành phố Đông Triều"),
        ("2026-04-29", "25270", "Xã Lộc Ninh"),
        ("2026-04-30", "25270", "Phường Lộc Ninh"),
        ("2019-04-01", "204", "Huyện Hoành Bồ"),
    ],
)
def test_a_unit_has_the_name_of_the_day(day, code, name):
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    units = {unit.code: unit.name for unit in GAZETTEER.areas_on(date.fromisoformat(day), level)}
    assert units[code] == name


def test_there_are_districts_until_the_reform_and_none_after():
    assert len(GAZETTEER.areas_on(date(2025, 6, 30), "district")) == 51
    assert len(GAZETTEER.areas_on(date(2025, 6, 30), "province")) == 5
    assert len(GAZETTEER.areas_on(date(2025, 7, 1), "province")) == 4
    assert len(GAZETTEER.areas_on(date(2025, 7, 1), "commune")) == 231
    with pytest.raises(StudyError, match="no districts since 2025-07-01"):
        GAZETTEER.areas_on(date(2025, 7, 1), "district")
    with pytest.raises(StudyError, match="on that day"):
        GAZETTEER.areas_on(date(2022, 1, 1), "commune")


def test_hoanh_bo_went_into_ha_long_and_four_communes_to_dien_bien_phu():
    assert [share.key for share in GAZETTEER.shares(f"{CENSUS}:204", vintage=OLD, level="district")] == [f"{OLD}:193"]
    moved = GAZETTEER.shares(f"{CENSUS}:100", vintage=OLD, level="district")
    assert {share.key for share in moved} == {f"{OLD}:100", f"{OLD}:094"}
    for code in ("03316", "03317", "03325", "03326"):
        assert GAZETTEER.shares(f"{CENSUS}:{code}", vintage=OLD, level="district")[0].key == f"{OLD}:094"


def test_what_rests_on_the_assumption_of_equal_parts_is_named():
    assert GAZETTEER.divided(f"{NEW}:06862") == tuple(f"{OLD}:{code}" for code in ("06853", "06868", "06877", "06880"))
    assert GAZETTEER.divided(f"{OLD}:058") == ()
    assert len({commune for key in keys(OLD, "province") for commune in GAZETTEER.divided(key)}) == 12


def test_shares_add_up_and_lead_back():
    for key in keys(NEW, "commune"):
        shares = GAZETTEER.shares(key, vintage=OLD, level="commune")
        assert sum(share.share for share in shares) == 1
        for share in shares:
            back = GAZETTEER.shares(share.key, vintage=NEW, level="commune")
            assert next(other.people for other in back if other.key == key) == share.people


def test_urban_and_rural_follow_the_census_never_the_type_of_today():
    """units.md, trap 4: thị trấn ended, so phường is not the same as urban."""
    by_census, by_type = {}, {}
    for code in ("06", "19", "22"):
        counts = GAZETTEER.population(f"{OLD}:{code}")
        by_census[code] = round(100 * float(counts["urban"] / sum(counts.values())), 1)
        phuong = sum(
            (
                part.people
                for part in GAZETTEER.parts
                if part.units[OLD, "province"] == f"{OLD}:{code}"
                and GAZETTEER.unit(part.units[NEW, "commune"], date(2025, 7, 1)).type == "Phường"
            ),
            Fraction(),
        )
        by_type[code] = round(100 * float(phuong / sum(counts.values())), 1)
    assert by_census == {"06": 20.7, "19": 31.9, "22": 64.1}
    assert by_type["06"] == 13.4
    assert by_type["19"] == 42.2
    assert 76.3 <= by_type["22"] <= 76.5


def test_the_residence_of_a_commune_does_not_move_with_its_type():
    assert GAZETTEER.unit(f"{NEW}:02155").type == "Xã"
    assert GAZETTEER.residence(f"{OLD}:02155") == "urban"
    assert GAZETTEER.unit(f"{OLD}:05884").type == "Phường"
    assert GAZETTEER.residence(f"{OLD}:05884") == "rural"
    retyped = replace(GAZETTEER, units=tuple(replace(unit, type="Phường", name="Phường X") for unit in GAZETTEER.units))
    assert all(retyped.residence(key) == GAZETTEER.residence(key) for key in keys(OLD, "commune"))


def test_seven_links_are_doubtful_and_said_to_be():
    doubtful = GAZETTEER.doubtful()
    assert len([link for link in doubtful if link.old.startswith(OLD)]) == 5
    assert {link.old for link in doubtful} == {f"{CENSUS}:02074", f"{OLD}:06799", f"{OLD}:06886"}


def test_an_unknown_unit_is_an_error_that_shows_a_key():
    with pytest.raises(StudyError, match="2025-06-30:058"):
        GAZETTEER.shares("2025-06-30:999", vintage=OLD, level="district")
