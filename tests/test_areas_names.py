"""Names as people write them: found, or refused, never mistaken for another."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.areas import OLD, NameMatcher
from danvan_study.store import load_facts
from danvan_study.text import collation_key, fold, tone_key

DATA = Path(__file__).parent / "data"
GAZETTEER = load_facts().gazetteer
MATCHERS = {level: NameMatcher(GAZETTEER, vintage=OLD, level=level) for level in ("district", "commune")}
UNITS = {
    level: list({unit.key: unit for unit in GAZETTEER.units if (unit.vintage, unit.level) == (OLD, level)}.values())
    for level in MATCHERS
}
SPELLINGS = list(csv.DictReader((DATA / "unit_spellings.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: f"{row['level']}: {row['written']} ({row['normal_form']})")
def test_a_spelling_means_its_unit_or_none(row):
    written = unicodedata.normalize(row["normal_form"], row["written"])
    found = MATCHERS[row["level"]].match(written, within=f"{OLD}:{row['within']}" if row["within"] else "")
    assert (found.unit.code if found.unit else "") == row["code"]


@pytest.mark.parametrize("level", MATCHERS)
def test_every_official_name_means_itself_within_its_parent(level):
    for unit in UNITS[level]:
        assert MATCHERS[level].match(unit.name, within=unit.parent).unit == unit
        upper = MATCHERS[level].match(unit.name.upper(), within=unit.parent).unit
        assert upper == unit


@pytest.mark.parametrize("level", MATCHERS)
def test_without_accents_or_type_a_name_means_itself_or_nothing(level):
    for unit in UNITS[level]:
        for written in (fold(unit.name), fold(unit.bare_name), unit.bare_name):
            found = MATCHERS[level].match(written)
            assert found.unit in (unit, None)
            if found.unit is None:
                assert unit in found.candidates


def test_a_commune_written_where_a_district_belongs_is_matched_by_name_only():
    districts = {tone_key(unit.bare_name) for unit in UNITS["district"]}
    for unit in UNITS["commune"]:
        assert MATCHERS["district"].match(unit.name).unit is None
        if tone_key(unit.bare_name) not in districts and unit.bare_name != "Bắc Cạn":
            found = MATCHERS["district"].match(unit.bare_name)
            assert found.tier in ("", "iy", "alias", "folded"), (unit.name, found)


names = st.sampled_from(UNITS["commune"])


@given(names, st.data())
def test_one_wrong_letter_never_leads_to_another_unit_s_exact_name(unit, data):
    letters = list(unit.bare_name)
    place = data.draw(st.integers(0, len(letters) - 1))
    letters[place] = data.draw(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàáạảã"))
    written = "".join(letters)
    found = MATCHERS["commune"].match(written, within=unit.parent)
    if found.unit is not None and found.unit != unit:
        # The slip made the name of a neighbour: only its letters can decide, and they do.
        assert fold(found.unit.bare_name) == fold(written) or found.tier == "alias"


@given(st.text(max_size=40))
def test_any_text_is_answered(text):
    found = MATCHERS["district"].match(text)
    assert (found.unit is None) == (found.tier == "")


def test_names_stand_in_the_order_of_icu():
    lines = (DATA / "collation_oracle.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    in_tables = {name for unit in GAZETTEER.units for name in (unit.name, unit.bare_name)}
    assert set(names) == in_tables
    assert sorted(names, key=collation_key) == names
