"""Prove that the tables of units and people agree with one another: each check has a name and says what it saw."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from danvan_study.areas.facts import TABLES
from danvan_study.areas.gazetteer import CENSUS, LEVELS, NEW, OLD, RESIDENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from danvan_study.areas.facts import Facts

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

    name: str
    """In Vietnamese, for the person who runs it."""
    compared: int
    mistakes: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Whether everything agreed, and there was something to compare."""
        return not self.mistakes and self.compared > 0


def check_facts(facts: Facts) -> list[Check]:
    """Run every check of :data:`CHECKS`."""
    checks = []
    for name, compare in CHECKS.items():
        found = list(compare(facts))
        checks.append(Check(name=name, compared=len(found), mistakes=tuple(text for text in found if text)))
    return checks


def _check_sources(facts: Facts) -> Iterator[str]:
    known = {row["source"] for row in facts.tables["sources"]}
    for table in TABLES:
        for number, row in enumerate(facts.tables[table], 2):
            yield "" if row["source"] in known and row["as_of"] else f"{table}, dòng {number}: thiếu nguồn hoặc ngày"


def _check_names(facts: Facts) -> Iterator[str]:
    for unit in facts.gazetteer.units:
        good = unit.name == unicodedata.normalize("NFC", unit.name) and unit.name.startswith(f"{unit.type} ")
        yield "" if good else f"{unit.key}: tên “{unit.name}” không mở đầu bằng “{unit.type}” hoặc không phải NFC"


def _check_dates(facts: Facts) -> Iterator[str]:
    """One name on one day: the spans of a key follow one another without gap or overlap."""
    spans = defaultdict(list)
    for unit in facts.gazetteer.units:
        spans[unit.key].append(unit)
    for key, units in spans.items():
        for earlier, later in pairwise(sorted(units, key=lambda unit: unit.valid_from)):
            end = earlier.valid_to
            good = end is not None and (later.valid_from - end).days == 1
            yield "" if good else f"{key}: “{earlier.name}” đến {end}, “{later.name}” từ {later.valid_from}"
        last = units[-1]
        good = last.valid_to is None or last.valid_from <= last.valid_to
        yield "" if good else f"{key}: hết hiệu lực {last.valid_to} trước khi có hiệu lực {last.valid_from}"


def _check_parents(facts: Facts) -> Iterator[str]:
    units = {unit.key: unit for unit in facts.gazetteer.units}
    for unit in units.values():
        parent = units.get(unit.parent)
        above = {"province": "", "district": "province", "commune": "province" if unit.vintage == NEW else "district"}
        found = parent.level if parent else ""
        yield "" if found == above[unit.level] else f"{unit.key}: cấp trên “{unit.parent}” không đúng"


def _check_links(facts: Facts) -> Iterator[str]:
    units = {unit.key for unit in facts.gazetteer.units}
    by_old = defaultdict(list)
    for link in facts.gazetteer.links:
        by_old[link.old].append(link)
        yield "" if link.old in units and link.new in units else f"{link.old} → {link.new}: không có đơn vị này"
        good = link.carries_population in CARRIES.get(link.relation, ())
        yield "" if good else f"{link.old} → {link.new}: quan hệ “{link.relation}” không đi với có dân hay không"
    for old, links in by_old.items():
        goes = sum(link.carries_population for link in links)
        whole = any(link.relation in {"whole", "unchanged"} for link in links)
        yield "" if goes and not (whole and len(links) > 1) else f"{old}: {len(links)} liên kết, {goes} có dân"
    reached = {link.old for link in facts.gazetteer.links} | {link.new for link in facts.gazetteer.links}
    for unit in facts.gazetteer.units:
        if unit.level == "commune":
            yield "" if unit.key in reached else f"{unit.key} {unit.name}: không có liên kết"


def _check_published(facts: Facts) -> Iterator[str]:
    for row in facts.tables["controls"]:
        if row["figure"] == "population":
            code = row["unit"].rpartition(":")[2]
            found = sum(
                sum(counts.values())
                for key, counts in facts.gazetteer.people.items()
                if _province(facts, key) == f"{CENSUS}:{code}"
            )
            yield _compare(f"tỉnh {row['unit']}", found, int(row["value"]))


def _check_ages(facts: Facts) -> Iterator[str]:
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
                f"huyện {district}, {residence}: cộng theo xã, cộng theo tuổi",
                by_commune[district, residence],
                by_age[district, residence],
            )


def _check_carried(facts: Facts) -> Iterator[str]:
    """Nobody is lost or counted twice on the way from the census to the units of today."""
    gazetteer = facts.gazetteer
    total = sum(sum(counts.values()) for counts in gazetteer.people.values())
    for vintage, level in product((CENSUS, OLD, NEW), LEVELS):
        # The people of Đồng Nai are only those of old Bình Phước here, which adds up all the same.
        keys = _keys(facts, vintage, level)
        if not keys:
            continue
        people = sum(sum(gazetteer.population(key).values()) for key in keys)
        yield _compare(f"mọi đơn vị cấp {level} của {vintage}", int(people), total)


def _check_counts(facts: Facts) -> Iterator[str]:
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


def _check_projection(facts: Facts) -> Iterator[str]:
    ages = {row["age_group"] for row in facts.tables["projection_sex"]}
    cells = Counter((row["province"], row["year"], row["sex"]) for row in facts.tables["projection_sex"])
    for cell, count in cells.items():
        yield _compare(f"dự báo {cell}: số nhóm tuổi", count, len(ages))


def _check_tiles(facts: Facts) -> Iterator[str]:
    tiles = facts.tiles
    for unit in _keys(facts, OLD, "district"):
        yield "" if unit in tiles else f"{unit}: không có ô trên bản đồ ô"
    places = Counter((_province(facts, key), place) for key, place in tiles.items())
    for (province, place), count in places.items():
        yield _compare(f"{province}, ô {place}", count, 1)


def _keys(facts: Facts, vintage: str, level: str) -> list[str]:
    return sorted({unit.key for unit in facts.gazetteer.units if (unit.vintage, unit.level) == (vintage, level)})


def _province(facts: Facts, key: str) -> str:
    unit = facts.gazetteer.unit(key)
    while unit.level != "province":
        unit = facts.gazetteer.unit(unit.parent)
    return unit.key


def _compare(what: str, found: int, wanted: int) -> str:
    return "" if found == wanted else f"{what}: {found} ≠ {wanted}"


CHECKS: dict[str, Callable[[Facts], Iterator[str]]] = {
    "mỗi dòng của mỗi bảng có nguồn và ngày": _check_sources,
    "tên đơn vị: NFC, mở đầu bằng loại đơn vị": _check_names,
    "ngày hiệu lực nối tiếp nhau, không chồng": _check_dates,
    "mỗi đơn vị có cấp trên đúng": _check_parents,
    "liên kết cũ và mới đủ hai đầu, quan hệ hợp lệ": _check_links,
    "dân số tỉnh cộng theo xã = số công bố của Tổng điều tra 2019": _check_published,
    "dân số huyện 2019 theo khu vực: cộng theo xã = cộng theo nhóm tuổi": _check_ages,
    "dân số 2019 còn nguyên qua mọi lần sắp xếp đơn vị": _check_carried,
    "số huyện, xã cũ, xã mới của mỗi tỉnh = số chính thức": _check_counts,
    "dự báo dân số đủ nhóm tuổi cho mỗi tỉnh, năm, giới": _check_projection,
    "bản đồ ô: mỗi huyện một ô, không trùng": _check_tiles,
}
"""Name of a check to what compares; it yields an empty text for everything that agrees."""
