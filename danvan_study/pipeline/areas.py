"""What can be asked about administrative units without running a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.areas import NEW, OLD
from danvan_study.areas.checks import check_facts
from danvan_study.messages import Message, Words, current_language, joined, say
from danvan_study.pipeline.sources import load_study
from danvan_study.publish.words import number
from danvan_study.store import Folder, load_facts

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from danvan_study.areas import Gazetteer

LEVEL_WORDS = {
    (OLD, "district"): say("old districts"),
    (OLD, "commune"): say("old communes"),
    (NEW, "commune"): say("new communes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasAccount:
    """The account of all checks, as lines for a person."""

    lines: tuple[Words, ...]
    mistakes: int


def check_areas(root: Path) -> AreasAccount:
    """Check the tables of units and people that come with the kit; name every sum and every doubtful link.

    Where ``root`` holds a study, its own table of areas is compared with them too.
    """
    facts = load_facts()
    lines: list[Words] = []
    mistakes = 0
    for check in check_facts(facts):
        mistakes += len(check.mistakes) + (check.compared == 0)
        lines.append(_verdict(check.name, is_passed=check.is_passed, compared=check.compared))
        lines += [joined(("    ", mistake), "") for mistake in check.mistakes]
    differences = _compare_study(root, facts.gazetteer)
    if differences is not None:
        mistakes += len(differences)
        own = say("the study's table of areas = the kit's table of units")
        lines.append(_verdict(own, is_passed=not differences))
        lines += [joined(("    ", difference), "") for difference in differences]
    doubtful = facts.gazetteer.doubtful()
    lines.append(say("links in doubt, for their sources contradict each other: {count}", count=len(doubtful)))
    for link in doubtful:
        old, new = facts.gazetteer.unit(link.old), facts.gazetteer.unit(link.new)
        people = say("with people") if link.carries_population else say("without people")
        lines.append(joined((f"    {old.key} {old.name} → {new.key} {new.name}: {link.note}", people), "; "))
    return AreasAccount(lines=tuple(lines), mistakes=mistakes)


def _verdict(name: Words, *, is_passed: bool, compared: int | None = None) -> Message:
    told = say("agrees: {check}", check=name) if is_passed else say("WRONG: {check}", check=name)
    return told if compared is None else say("{verdict} ({count} comparisons)", verdict=told, count=compared)


def _compare_study(root: Path, gazetteer: Gazetteer) -> list[Words] | None:
    """Compare the study's areas with the units of the kit; None where there is nothing to compare."""
    folder = Folder(root)
    areas = load_study(folder)[1] if folder.has_file("study.toml") else None
    named = {unit.key: unit for unit in gazetteer.units}
    shared = [area for area in (*areas.reporting, *areas.others) if area.key in named] if areas else []
    if not shared:
        return None
    names = {(unit.key, unit.name) for unit in gazetteer.units}
    wrong: list[Words] = [
        f"{area.key}: “{area.name}” ≠ “{named[area.key].name}”" for area in shared if (area.key, area.name) not in names
    ]
    wrong += [
        say("{key}: parent {parent} ≠ {other}", key=area.key, parent=area.parent, other=named[area.key].parent)
        for area in shared
        if area.parent not in ("", named[area.key].parent)
    ]
    return wrong


def convert_unit(name: str) -> list[Words]:
    """Say what became of a unit, or what it was made from: ``name`` is a key or the choice of a form.

    Raises
    ------
    StudyError
        There is no such unit.
    """
    gazetteer = load_facts().gazetteer
    unit = gazetteer.unit(gazetteer.by_choice().get(name, name))
    people = _people(sum(gazetteer.population(unit.key).values()))
    lines: list[Words] = [say("{unit}: {people} people (2019)", unit=f"{unit.key} {unit.name}", people=people)]
    for vintage, level in ((OLD, "district"), (OLD, "commune"), (NEW, "commune")):
        if (unit.vintage, unit.level) != (vintage, level):
            lines += _shares(gazetteer, unit.key, vintage=vintage, level=level)
    lines += [
        say(
            "  assumed: {name} ({key}) was divided, its people equally among the new communes; no figure was published",
            name=gazetteer.unit(key).name,
            key=key,
        )
        for key in gazetteer.divided(unit.key)
    ]
    for link in gazetteer.links:
        if unit.key in (link.old, link.new) and not link.carries_population:
            old, new = gazetteer.unit(link.old), gazetteer.unit(link.new)
            lines.append(
                say("  area of land alone: {old} → {new}", old=f"{old.key} {old.name}", new=f"{new.key} {new.name}")
            )
    return lines


def _shares(gazetteer: Gazetteer, key: str, *, vintage: str, level: str) -> list[Words]:
    shares = gazetteer.shares(key, vintage=vintage, level=level)
    places = say("exact") if len(shares) == 1 else say("places {count}", count=len(shares))
    lines: list[Words] = [joined((joined(("  ", LEVEL_WORDS[vintage, level]), ""), places), ": ")]
    for share in shares:
        percent = number(100 * float(share.share), current_language(), 1)
        name = f"{share.key} {gazetteer.unit(share.key).name}"
        lines.append(
            say("    {unit}: {people} people, {percent} %", unit=name, people=_people(share.people), percent=percent)
        )
    return lines


def _people(count: Fraction | int) -> str:
    return number(float(count), current_language())
