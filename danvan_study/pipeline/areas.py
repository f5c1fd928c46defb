"""What can be asked about administrative units without running a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.areas import NEW, OLD
from danvan_study.areas.checks import check_facts
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, load_facts
from danvan_study.text import format_number

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from danvan_study.areas import Gazetteer

LEVEL_WORDS = {(OLD, "district"): "huyện cũ", (OLD, "commune"): "xã cũ", (NEW, "commune"): "xã mới"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasAccount:
    """The account of all checks, as lines for a person."""

    lines: tuple[str, ...]
    mistakes: int


def check_areas(root: Path) -> AreasAccount:
    """Check the tables of units and people that come with the kit; name every sum and every doubtful link.

    Where ``root`` holds a study, its own table of areas is compared with them too.
    """
    facts = load_facts()
    lines, mistakes = [], 0
    for check in check_facts(facts):
        mistakes += len(check.mistakes) + (check.compared == 0)
        verdict = "khớp" if check.is_passed else "SAI"
        lines.append(f"{verdict}: {check.name} ({check.compared} phép so)")
        lines += [f"    {mistake}" for mistake in check.mistakes]
    differences = _compare_study(root, facts.gazetteer)
    if differences is not None:
        mistakes += len(differences)
        lines.append(f"{'SAI' if differences else 'khớp'}: bảng địa bàn của cuộc khảo sát = bảng đơn vị của bộ công cụ")
        lines += [f"    {difference}" for difference in differences]
    doubtful = facts.gazetteer.doubtful()
    lines.append(f"{len(doubtful)} liên kết còn nghi vấn (nguồn mâu thuẫn nhau):")
    for link in doubtful:
        old, new = facts.gazetteer.unit(link.old), facts.gazetteer.unit(link.new)
        people = "có dân" if link.carries_population else "không dân"
        lines.append(f"    {old.key} {old.name} → {new.key} {new.name}: {link.note}; {people}")
    return AreasAccount(lines=tuple(lines), mistakes=mistakes)


def _compare_study(root: Path, gazetteer: Gazetteer) -> list[str] | None:
    """Compare the study's areas with the units of the kit; None where there is nothing to compare."""
    folder = Folder(root)
    areas = load_study(folder)[1] if folder.has_file("study.toml") else None
    named = {unit.key: unit for unit in gazetteer.units}
    shared = [area for area in (*areas.reporting, *areas.others) if area.key in named] if areas else []
    if not shared:
        return None
    names = {(unit.key, unit.name) for unit in gazetteer.units}
    wrong = [
        f"{area.key}: “{area.name}” ≠ “{named[area.key].name}”" for area in shared if (area.key, area.name) not in names
    ]
    wrong += [
        f"{area.key}: cấp trên {area.parent} ≠ {named[area.key].parent}"
        for area in shared
        if area.parent not in ("", named[area.key].parent)
    ]
    return wrong


def convert_unit(name: str) -> list[str]:
    """Say what became of a unit, or what it was made from: ``name`` is a key or the choice of a form.

    Raises
    ------
    StudyError
        There is no such unit.
    """
    gazetteer = load_facts().gazetteer
    unit = gazetteer.unit(gazetteer.by_choice().get(name, name))
    lines = [f"{unit.key} {unit.name}: {_people(sum(gazetteer.population(unit.key).values()))} người (2019)"]
    for vintage, level in ((OLD, "district"), (OLD, "commune"), (NEW, "commune")):
        if (unit.vintage, unit.level) != (vintage, level):
            lines += _shares(gazetteer, unit.key, vintage=vintage, level=level)
    lines += [
        f"  giả định: {gazetteer.unit(key).name} ({key}) bị chia, dân chia đều cho các xã mới; không có số công bố"
        for key in gazetteer.divided(unit.key)
    ]
    for link in gazetteer.links:
        if unit.key in (link.old, link.new) and not link.carries_population:
            old, new = gazetteer.unit(link.old), gazetteer.unit(link.new)
            lines.append(f"  chỉ diện tích: {old.key} {old.name} → {new.key} {new.name}")
    return lines


def _shares(gazetteer: Gazetteer, key: str, *, vintage: str, level: str) -> list[str]:
    shares = gazetteer.shares(key, vintage=vintage, level=level)
    lines = [f"  {LEVEL_WORDS[vintage, level]}: " + ("chính xác" if len(shares) == 1 else f"{len(shares)} nơi")]
    for share in shares:
        percent = format_number(100 * float(share.share), 1)
        lines.append(f"    {share.key} {gazetteer.unit(share.key).name}: {_people(share.people)} người, {percent} %")
    return lines


def _people(count: Fraction | int) -> str:
    return format_number(float(count), 0)
