"""The provinces for which the kit holds units and people, so that a study can start from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from danvan_study.areas.gazetteer import NEW, OLD
from danvan_study.areas.names import NameMatcher
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas.facts import Facts
    from danvan_study.areas.gazetteer import Gazetteer, Unit

OLD_DAY: Final = date.fromisoformat(OLD)
ENGLISH: Final = {"Tỉnh": "Province", "Thành phố": "City", "Thị xã": "Town", "Huyện": "District"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A province, or a part of one, whose districts of 2025-06-30 the kit knows with their people."""

    name: str
    """As it is written on the command line."""
    before: tuple[str, ...]
    """Keys of the provinces whose districts it holds."""
    now: str
    """Key of the province of today."""
    is_whole: bool
    """Whether these districts are all of the province of today."""


SEEDS: Final = (
    Seed(name="thai-nguyen", before=(f"{OLD}:06", f"{OLD}:19"), now=f"{NEW}:19", is_whole=True),
    Seed(name="bac-kan", before=(f"{OLD}:06",), now=f"{NEW}:19", is_whole=False),
    Seed(name="quang-ninh", before=(f"{OLD}:22",), now=f"{NEW}:22", is_whole=True),
    Seed(name="dien-bien", before=(f"{OLD}:11",), now=f"{NEW}:11", is_whole=True),
    Seed(name="binh-phuoc", before=(f"{OLD}:70",), now=f"{NEW}:75", is_whole=False),
)


def find_seed(written: str) -> Seed:
    """Return the province that is meant; accents, case and ``-`` for a blank don't matter.

    Raises
    ------
    StudyError
        The kit holds no people of a province of that name.
    """
    wanted = fold(written.replace("-", " "))
    for seed in SEEDS:
        if fold(seed.name.replace("-", " ")) == wanted:
            return seed
    raise StudyError(
        "--province",
        say('the kit holds no units and people of "{province}".', province=written),
        say(
            "Write one of: {provinces}. For another province leave --province out and fill in data/areas/areas.csv.",
            provinces=", ".join(seed.name for seed in SEEDS),
        ),
    )


def seed_districts(gazetteer: Gazetteer, seed: Seed, named: Sequence[str] = ()) -> list[Unit]:
    """Return the districts of a seed by code: all, or those that are ``named``.

    Raises
    ------
    StudyError
        A name means no district of the seed, or more than one.
    """
    districts = [unit for unit in gazetteer.areas_on(OLD_DAY, "district") if unit.parent in seed.before]
    if not named:
        return districts
    matcher = NameMatcher(gazetteer, vintage=OLD, level="district")
    by_code = {unit.code: unit.key for unit in districts}
    wanted = set()
    for name in named:
        matches = [unit.key for before in seed.before if (unit := matcher.find(name, within=before))]
        keys = [by_code[name]] if name in by_code else matches
        if len(keys) != 1:
            raise StudyError(
                "--district",
                say('"{name}" is no district of {province}.', name=name, province=seed.name),
                say("Write a name or a code: {districts}.", districts=", ".join(_called(districts))),
            )
        wanted.update(keys)
    return [unit for unit in districts if unit.key in wanted]


def _called(districts: Sequence[Unit]) -> list[str]:
    return [f"{unit.bare_name} ({unit.code})" for unit in districts]


def area_rows(facts: Facts, seed: Seed, districts: Sequence[Unit]) -> list[dict[str, str]]:
    """Return the areas table of a study of these districts: their provinces before and now, then the districts."""
    gazetteer = facts.gazetteer
    before = [key for key in seed.before if key in {unit.parent for unit in districts}]
    provinces = [*(gazetteer.unit(key, OLD_DAY) for key in before), gazetteer.unit(seed.now)]
    rows = {(row["vintage"], row["code"], row["valid_from"]): row for row in facts.tables["units"]}
    titles = {row["source"]: row["title"] for row in facts.tables["sources"]}
    return [
        _area_row(unit, rows[unit.vintage, unit.code, unit.valid_from.isoformat()], titles)
        for unit in (*provinces, *districts)
    ]


def _area_row(unit: Unit, row: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, str]:
    return {
        "vintage": unit.vintage,
        "code": unit.code,
        "level": unit.level,
        "name": unit.name,
        "name_en": english_name(unit),
        "parent": unit.parent,
        "answer": unit.choice,
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "source": titles[row["source"]],
        "as_of": row["as_of"],
    }


def english_name(unit: Unit) -> str:
    """Return ``Ba Bể District`` for ``Huyện Ba Bể``."""
    return f"{unit.bare_name} {ENGLISH[unit.type]}"
