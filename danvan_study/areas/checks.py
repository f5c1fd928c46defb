"""Prove that the tables of units and people agree with one another: each check has a name and says what it saw."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from danvan_study.areas.facts import TABLES
from danvan_study.areas.gazetteer import CENSUS, LEVELS, NEW, OLD, RESIDENCES
from danvan_study.messages import joined, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from danvan_study.areas.facts import Facts
    from danvan_study.messages import Message, Words

CARRIES = {
    "unchanged": (True,),
    "whole": (True,),
    "part_area_all_population": (True, False),
    "part_area_only": (True, False),
    "part": (True, False),
}
"""Relation to what ``carries_population`` may say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a check compared, and where it found a difference."""

    name: Message
    compared: int
    mistakes: tuple[Words, ...]

    @property
    def is_passed(self) -> bool:
        """Whether everything agreed, and there was something to compare."""
        return not self.mistakes and self.compared > 0


def check_facts(facts: Facts) -> list[Check]:
    """Run every check of :data:`CHECKS`."""
    checks = []
    for name, compare in CHECKS:
        found = list(compare(facts))
        checks.append(Check(name=name, compared=len(found), mistakes=tuple(text for text in found if text)))
    return checks


def _check_sources(facts: Facts) -> Iterator[Words]:
    known = {row["source"] for row in facts.tables["sources"]}
    for table in TABLES:
        for number, row in enumerate(facts.tables[table], 2):
            good = row["source"] in known and row["as_of"]
            yield "" if good else say("{table}, row {row}: source or day is missing", table=table, row=number)


def _check_names(facts: Facts) -> Iterator[Words]:
    for unit in facts.gazetteer.units:
        good = unit.name == unicodedata.normalize("NFC", unit.name) and unit.name.startswith(f"{unit.type} ")
        wrong = say(
            "{unit}: the name “{name}” doesn't begin with “{type}”, or isn't NFC",
            unit=unit.key,
            name=unit.name,
            type=unit.type,
        )
        yield "" if good else wrong


def _check_dates(facts: Facts) -> Iterator[Words]:
    """One name on one day: the spans of a key follow one another without gap or overlap."""
    spans = defaultdict(list)
    for unit in facts.gazetteer.units:
        spans[unit.key].append(unit)
    for key, units in spans.items():
        for earlier, later in pairwise(sorted(units, key=lambda unit: unit.valid_from)):
            end = earlier.valid_to
            good = end is not None and (later.valid_from - end).days == 1
            wrong = say(
                "{unit}: “{earlier}” until {end}, “{later}” from {start}",
                unit=key,
                earlier=earlier.name,
                end=end,
                later=later.name,
                start=later.valid_from,
            )
            yield "" if good else wrong
        last = units[-1]
        good = last.valid_to is None or last.valid_from <= last.valid_to
        wrong = say(
            "{unit}: ends on {end}, before it begins on {start}", unit=key, end=last.valid_to, start=last.valid_from
        )
        yield "" if good else wrong


def _check_parents(facts: Facts) -> Iterator[Words]:
    units = {unit.key: unit for unit in facts.gazetteer.units}
    for unit in units.values():
        parent = units.get(unit.parent)
        above = {"province": "", "district": "province", "commune": "province" if unit.vintage == NEW else "district"}
        found = parent.level if parent else ""
        wrong = say("{unit}: the parent “{parent}” is wrong", unit=unit.key, parent=unit.parent)
        yield "" if found == above[unit.level] else wrong


def _check_links(facts: Facts) -> Iterator[Words]:
    units = {unit.key for unit in facts.gazetteer.units}
    by_old = defaultdict(list)
    for link in facts.gazetteer.links:
        by_old[link.old].append(link)
        both = f"{link.old} → {link.new}"
        yield "" if link.old in units and link.new in units else say("{link}: there is no such unit", link=both)
        wrong = say(
            "{link}: the relation “{relation}” contradicts carries_population", link=both, relation=link.relation
        )
        yield "" if link.carries_population in CARRIES.get(link.relation, ()) else wrong
    for old, links in by_old.items():
        goes = sum(link.carries_population for link in links)
        whole = any(link.relation in {"whole", "unchanged"} for link in links)
        wrong = say("{unit}: {count} links, {people} with people", unit=old, count=len(links), people=goes)
        yield "" if goes and not (whole and len(links) > 1) else wrong
    reached = {link.old for link in facts.gazetteer.links} | {link.new for link in facts.gazetteer.links}
    for unit in facts.gazetteer.units:
        if unit.level == "commune":
            yield "" if unit.key in reached else say("{unit}: no link", unit=f"{unit.key} {unit.name}")


def _check_published(facts: Facts) -> Iterator[Words]:
    for row in facts.tables["controls"]:
        if row["figure"] == "population":
            code = row["unit"].rpartition(":")[2]
            found = sum(
                sum(counts.values())
                for key, counts in facts.gazetteer.people.items()
                if _province(facts, key) == f"{CENSUS}:{code}"
            )
            yield _compare(say("province {unit}", unit=row["unit"]), found, int(row["value"]))


def _check_ages(facts: Facts) -> Iterator[Words]:
    by_commune: Counter[tuple[str, str]] = Counter()
    for key, counts in facts.gazetteer.people.items():
        for residence, people in counts.items():
            by_commune[facts.gazetteer.unit(key).parent, residence] += people
    by_age: Counter[tuple[str, str]] = Counter()
    for row in facts.tables["census_ages"]:
        by_age[f"{CENSUS}:{row['district']}", row["residence"]] += int(row["population"])
    for district in _keys(facts, CENSUS, "district"):
        for residence in RESIDENCES:
            yield _compare(
                say("district {unit}, {residence}: by commune, by age", unit=district, residence=residence),
                by_commune[district, residence],
                by_age[district, residence],
            )


def _check_carried(facts: Facts) -> Iterator[Words]:
    """Nobody is lost or counted twice on the way from the census to the units of today."""
    gazetteer = facts.gazetteer
    total = sum(sum(counts.values()) for counts in gazetteer.people.values())
    for vintage, level in product((CENSUS, OLD, NEW), LEVELS):
        # The people of Đồng Nai are only those of old Bình Phước here, which adds up all the same.
        keys = _keys(facts, vintage, level)
        if not keys:
            continue
        people = sum(sum(gazetteer.population(key).values()) for key in keys)
        yield _compare(say("all units, {vintage} {level}", vintage=vintage, level=level), int(people), total)


def _check_counts(facts: Facts) -> Iterator[Words]:
    gazetteer = facts.gazetteer
    found: Counter[tuple[str, str]] = Counter()
    for level, figure in (("district", "districts"), ("commune", "old_communes")):
        for key in _keys(facts, OLD, level):
            found[_province(facts, key), figure] += 1
    for key in _keys(facts, NEW, "commune"):
        found[gazetteer.shares(key, vintage=OLD, level="province")[0].key, "new_communes"] += 1
    for row in facts.tables["controls"]:
        if row["figure"] != "population":
            yield _compare(f"{row['unit']} {row['figure']}", found[row["unit"], row["figure"]], int(row["value"]))


def _check_projection(facts: Facts) -> Iterator[Words]:
    ages = {row["age_group"] for row in facts.tables["projection_sex"]}
    cells = Counter((row["province"], row["year"], row["sex"]) for row in facts.tables["projection_sex"])
    for cell, count in cells.items():
        yield _compare(say("projection {cell}: age groups", cell=" ".join(cell)), count, len(ages))


def _check_tiles(facts: Facts) -> Iterator[Words]:
    tiles = facts.tiles
    for unit in _keys(facts, OLD, "district"):
        yield "" if unit in tiles else say("{unit}: has no tile", unit=unit)
    places = Counter((_province(facts, key), place) for key, place in tiles.items())
    for (province, place), count in places.items():
        yield _compare(say("{province}, tile {place}", province=province, place=place), count, 1)


def _keys(facts: Facts, vintage: str, level: str) -> list[str]:
    return sorted({unit.key for unit in facts.gazetteer.units if (unit.vintage, unit.level) == (vintage, level)})


def _province(facts: Facts, key: str) -> str:
    unit = facts.gazetteer.unit(key)
    while unit.level != "province":
        unit = facts.gazetteer.unit(unit.parent)
    return unit.key


def _compare(what: Words, found: int, wanted: int) -> Words:
    return "" if found == wanted else joined((what, f"{found} ≠ {wanted}"), ": ")


CHECKS: tuple[tuple[Message, Callable[[Facts], Iterator[Words]]], ...] = (
    (say("every row of every table has its source and day"), _check_sources),
    (say("names of units: NFC, beginning with the kind of unit"), _check_names),
    (say("days of validity follow one another without overlap"), _check_dates),
    (say("every unit has the right parent"), _check_parents),
    (say("links from old to new have both ends and a relation that there is"), _check_links),
    (say("people of a province by commune = the census of 2019 as published"), _check_published),
    (say("people of a district in 2019, urban and rural: by commune = by age group"), _check_ages),
    (say("the people of 2019 are all there after every change of units"), _check_carried),
    (say("districts, old communes, new communes of each province = the official count"), _check_counts),
    (say("the population projection has every age group for each province, year and sex"), _check_projection),
    (say("tile map: a tile for each district, and no two in one place"), _check_tiles),
)
"""What a check proves, and what compares; it yields an empty text for everything that agrees."""
