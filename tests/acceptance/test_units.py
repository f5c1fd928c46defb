"""The shipped tables of units are the shared facts, number by number; the shared spellings find their districts."""

from __future__ import annotations

import csv
import json
import os
import shutil
import unicodedata
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from danvan_study.areas import CENSUS, NEW, OLD, NameMatcher
from danvan_study.pipeline import run_study
from danvan_study.store import load_facts

UNITS = Path(os.environ.get("DANVAN_SHARED", Path(__file__).parents[3] / "shared")) / "facts" / "units"
FACTS = load_facts()
GAZETTEER = FACTS.gazetteer


def rows(name):
    text = unicodedata.normalize("NFC", (UNITS / name).read_text(encoding="utf-8"))
    return list(csv.DictReader(text.splitlines()))


SPELLINGS = list(csv.DictReader((UNITS / "awkward_names.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: row["written"])
def test_an_awkward_name_finds_its_district_or_none(row):
    matcher = NameMatcher(GAZETTEER, vintage=OLD, level="district")
    written = unicodedata.normalize(row["normal_form"], row["written"])
    province = row["province_code_if_known"]
    found = matcher.match(written, within=f"{OLD}:{province}" if province else "")
    assert (found.unit.code if found.unit else "") == row["district_code"]


def test_the_reporting_districts_hold_the_people_of_the_shared_table():
    for row in rows("district_reporting_areas_2025_06_30.csv"):
        key = f"{OLD}:{row['district_code']}"
        assert GAZETTEER.unit(key).name == row["district"]
        assert GAZETTEER.unit(key).parent == f"{OLD}:{row['province_code']}"
        counts = GAZETTEER.population(key)
        assert (counts["urban"], counts["rural"]) == (int(row["census2019_urban"]), int(row["census2019_rural"]))


def test_the_links_are_those_of_the_shared_crosswalk():
    shared = {
        (f"{OLD}:{row['old_commune_code']}", f"{NEW}:{row['new_commune_code']}"): (
            row["relation"],
            row["carries_population"] == "yes",
            row["needs_review"] == "yes",
        )
        for row in rows("crosswalk_commune_2025_07_01.csv")
    }
    ours = {
        (link.old, link.new): (link.relation, link.carries_population, link.needs_review)
        for link in GAZETTEER.links
        if link.old.startswith(OLD)
    }
    assert ours == shared


def test_new_communes_are_shared_by_old_districts_as_in_the_shared_table():
    for row in rows("new_commune_old_district_shares.csv"):
        key = f"{NEW}:{row['new_commune_code']}"
        whole = {}
        for pair in row["old_district_code:population"].split(";"):
            code, people = pair.split(":")
            whole[f"{OLD}:{code}"] = int(people)
        divided = [pair.split(":") for pair in row["split_old_commune_code:population_to_apportion"].split(";") if pair]
        ours = {share.key: share.people for share in GAZETTEER.shares(key, vintage=OLD, level="district")}
        rest = sum(ours.values()) - sum(whole.values())
        assert 0 <= rest <= sum(int(people) for _, people in divided)
        if not divided:
            assert ours == {district: Fraction(people) for district, people in whole.items()}


def test_the_census_by_age_and_commune_is_the_shared_one():
    ages = {
        (row["district_code"], row["residence"], row["age_group"]): row["population"]
        for row in rows("census2019_district_residence_age.csv")
    }
    assert ages == {
        (row["district"], row["residence"], row["age_group"]): row["population"] for row in FACTS.tables["census_ages"]
    }
    for row in rows("census2019_commune_residence.csv"):
        counts = GAZETTEER.population(f"{CENSUS}:{row['commune_code_2019']}")
        assert (counts["urban"], counts["rural"]) == (int(row["urban"]), int(row["rural"]))
        (district,) = GAZETTEER.shares(f"{CENSUS}:{row['commune_code_2019']}", vintage=OLD, level="district")
        assert district.key == f"{OLD}:{row['district_code_2025_06_30']}"


def test_tiles_and_projection_are_the_shared_ones():
    assert FACTS.tiles == {
        f"{OLD}:{row['district_code']}": (int(row["row"]), int(row["col"])) for row in rows("district_tile_grid.csv")
    }
    shared = [
        (row["province_code"], row["sex"], row["age_group"], row["year"], row["population"])
        for row in rows("projection_province_sex_age_2019_2030.csv")
    ]
    ours = [
        (row["province"], row["sex"], row["age_group"], row["year"], row["population"])
        for row in FACTS.tables["projection_sex"]
    ]
    assert ours == shared


def test_the_demonstration_runs_across_the_reform_and_its_report_counts_the_apportioned(tmp_path):
    root = Path(__file__).parents[2]
    for name in ("study.toml", "survey_forms", "data"):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy2
        copy(
            root / name, tmp_path / name, **({"ignore": shutil.ignore_patterns("processed")} if name == "data" else {})
        )
    run_study(tmp_path, ["2025q3"])
    folder = tmp_path / "data" / "processed" / "2025q3"
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    known = record["area_known_by"]
    assert len(known) == 17
    apportioned = sum(counts.get("apportioned", 0) for counts in known.values())
    assert apportioned == 8
    assert sum(sum(counts.values()) for counts in known.values()) == record["rows"]["2025q3"]["describe"]["out"]
    brief = (folder / "brief.html").read_text(encoding="utf-8")
    assert f"{apportioned} người chỉ cho biết xã mới" in brief
    published = pd.read_parquet(folder / "published.parquet")
    across = published[(published["period"] == "2024q4-2025q3") & (published["level"] == "area")]
    assert set(across["area"]) == set(known)
    shown = across[
        (across["question"] == "life_overall") & (across["statistic"] == "positive") & (across["group"] == "")
    ]
    assert shown["estimate"].notna().sum() >= 12
    assert (folder / "charts" / "map.png").is_file()
