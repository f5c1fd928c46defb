"""Which administrative units there were on a day, what became of them, and how many people went along.

The population counted in 2019 is cut into the smallest parts that never were divided between two units of the same
level and vintage. Every question of old and new units is then one sum over parts (:meth:`Gazetteer.shares`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

CENSUS: Final = "2019-04-01"
OLD: Final = "2025-06-30"
NEW: Final = "2025-07-01"
"""The vintages: census day, last day with districts, first day without."""

LEVELS: Final = ("province", "district", "commune")
RESIDENCES: Final = ("urban", "rural")
CHOICES: Final = {
    (CENSUS, "district"): "d2019",
    (CENSUS, "commune"): "x2019",
    (OLD, "district"): "d2025",
    (OLD, "commune"): "x2025",
    (NEW, "commune"): "n2025",
}
"""How forms call the units of a vintage and level: ``x2025_01834``. Codes alone were given out twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit under one name and type. Its key stays when name or type change; then there is one more ``Unit``."""

    vintage: str
    code: str
    level: str
    type: str
    """``Huyện``, ``Phường``, …: how the unit was called, no statement on urban or rural."""
    name: str
    """In full, with the type."""
    parent: str
    valid_from: date
    """First day for which the source vouches, which may be later than the first day of the unit."""
    valid_to: date | None

    @property
    def key(self) -> str:
        """``vintage:code``."""
        return f"{self.vintage}:{self.code}"

    @property
    def bare_name(self) -> str:
        """The name without the type."""
        return self.name.removeprefix(self.type).strip()

    @property
    def choice(self) -> str:
        """The choice by which forms mean the unit; empty for provinces."""
        prefix = CHOICES.get((self.vintage, self.level))
        return f"{prefix}_{self.code}" if prefix else ""

    def is_valid(self, day: date) -> bool:
        """Whether the unit had this name and type on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What became of a commune: one row of an official conversion table."""

    old: str
    new: str
    relation: str
    carries_population: bool
    needs_review: bool
    """Sources contradict one another here."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a unit's people who live, or lived, in another unit."""

    key: str
    people: Fraction
    """People of 2019; no whole number where an old commune was divided."""
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """People of 2019 who always stayed together."""

    units: Mapping[tuple[str, str], str]
    """Vintage and level to the key of the unit they live in."""
    urban: Fraction
    rural: Fraction

    @property
    def people(self) -> Fraction:
        """All of them."""
        return self.urban + self.rural


@dataclass(frozen=True, kw_only=True)
class Gazetteer:
    """The dated tables of units."""

    units: tuple[Unit, ...]
    links: tuple[Link, ...]
    people: Mapping[str, Mapping[str, int]]
    """Key of a commune of the census to residence to people."""
    aliases: Mapping[str, tuple[str, ...]]
    """Key to other names in use."""

    def areas_on(self, day: date, level: str) -> tuple[Unit, ...]:
        """Return the units of a level that there were on ``day``, under the names of that day, by code.

        Raises
        ------
        StudyError
            The tables don't vouch for that day, or there were no such units.
        """
        found = tuple(unit for unit in self.units if unit.level == level and unit.is_valid(day))
        if found:
            return found
        spans = sorted((unit.valid_from, unit.valid_to) for unit in self.units if unit.level == level and unit.valid_to)
        if level == "district" and spans and day > spans[-1][1]:
            raise StudyError(
                say("areas on {day}", day=day),
                say("there are no districts since {new}.", new=NEW),
                say("Report on those of {old}, or on communes.", old=OLD),
            )
        raise StudyError(
            say("areas on {day}", day=day),
            say('the tables don\'t know the units of level "{level}" on that day.', level=level),
            say(
                "They know communes on {census} and since 2025-01-01, districts and provinces since {census}.",
                census=CENSUS,
            ),
        )

    def unit(self, key: str, day: date | None = None) -> Unit:
        """Return a unit under its name of ``day``, else under its last one.

        Raises
        ------
        StudyError
            There is no unit with that key, or not on that day.
        """
        named = self._by_key.get(key, ())
        found = [unit for unit in named if day is None or unit.is_valid(day)]
        if not found:
            raise StudyError(
                say("area {key}", key=key),
                say("the tables have no such unit on {day}.", day=day)
                if named
                else say("the tables have no such unit."),
                say("Mend vintage or code; a key looks like 2025-06-30:058."),
            )
        return found[-1]

    def shares(self, key: str, *, vintage: str, level: str) -> tuple[Share, ...]:
        """Return the units of ``vintage`` and ``level`` among which the people of the unit ``key`` live, largest first.

        One share means an exact answer. Where an old commune was divided and its people went to several new ones, they
        are taken as divided in equal parts: the official table doesn't say how many went where.

        Raises
        ------
        StudyError
            There is no unit with that key.
        """
        self.unit(key)
        people: dict[str, Fraction] = defaultdict(Fraction)
        for part in self._parts_by_unit.get(key, ()):
            people[part.units[vintage, level]] += part.people
        total = sum(people.values(), Fraction())
        ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Share(key=other, people=count, share=count / total) for other, count in ranked)

    def population(self, key: str) -> Mapping[str, Fraction]:
        """Return the people of 2019 in a unit of any vintage, urban and rural by the classification of 2019."""
        parts = self._parts_by_unit.get(key, ())
        return {
            "urban": sum((part.urban for part in parts), Fraction()),
            "rural": sum((part.rural for part in parts), Fraction()),
        }

    def residence(self, key: str) -> str:
        """Return ``urban`` or ``rural`` by the fixed classification of 2019, whatever the unit is called today.

        A commune that was put together from urban and rural ones counts as most of its people did.
        """
        counts = self.population(key)
        return "urban" if counts["urban"] > counts["rural"] else "rural"

    def by_choice(self) -> dict[str, str]:
        """Map the choice names of forms to keys."""
        return {unit.choice: unit.key for unit in self.units if unit.choice}

    def divided(self, key: str) -> tuple[str, ...]:
        """Return the communes behind a unit's people that were divided, nobody published how."""
        ends: dict[str, set[str]] = defaultdict(set)
        for link in self.links:
            if link.carries_population:
                ends[link.old].add(link.new)
        communes = {part.units[OLD, "commune"] for part in self._parts_by_unit.get(key, ())}
        return tuple(sorted(commune for commune in communes if len(ends[commune]) > 1))

    def links_to(self, key: str) -> tuple[Link, ...]:
        """Return the links that end in a unit."""
        return self._links_by_new.get(key, ())

    def doubtful(self) -> tuple[Link, ...]:
        """Return the links about which the sources contradict one another."""
        return tuple(link for link in self.links if link.needs_review)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The people of the census, cut by every change of units since."""
        onward: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            if link.carries_population:
                onward[link.old].append(link.new)
        parts = []
        for census, counts in self.people.items():
            chains = [(census, old, new, len(onward[old])) for old in onward[census] for new in onward[old]]
            for *keys, divided in chains:
                ways = divided * len(onward[census])
                urban, rural = (Fraction(counts.get(residence, 0), ways) for residence in RESIDENCES)
                parts.append(Part(units=self._belongs_to(keys), urban=urban, rural=rural))
        return tuple(parts)

    def _belongs_to(self, keys: Iterable[str]) -> dict[tuple[str, str], str]:
        units: dict[tuple[str, str], str] = {}
        for key in keys:
            while key:
                unit = self._by_key[key][-1]
                units[unit.vintage, unit.level] = key
                key = unit.parent  # noqa: PLW2901 -- climbs from commune to province
        return units

    @cached_property
    def _links_by_new(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            found[link.new].append(link)
        return {key: tuple(links) for key, links in found.items()}

    @cached_property
    def _by_key(self) -> dict[str, tuple[Unit, ...]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            found[unit.key].append(unit)
        return {key: tuple(sorted(units, key=lambda unit: unit.valid_from)) for key, units in found.items()}

    @cached_property
    def _parts_by_unit(self) -> dict[str, tuple[Part, ...]]:
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            for key in part.units.values():
                found[key].append(part)
        return {key: tuple(parts) for key, parts in found.items()}
