"""The tables that come with the kit, read into nouns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from danvan_study.areas.gazetteer import CENSUS, Gazetteer, Link, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, str]

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "sources": ("source", "title", "as_of", "terms"),
    "units": ("vintage", "code", "level", "type", "name", "parent", "valid_from", "valid_to", "source", "as_of"),
    "links": (
        "old_vintage", "old_code", "new_vintage", "new_code", "relation", "carries_population", "needs_review", "note",
        "valid_from", "source", "as_of",
    ),
    "aliases": ("vintage", "code", "alias", "note", "source", "as_of"),
    "census_communes": ("code", "residence", "population", "source", "as_of"),
    "census_ages": ("district", "residence", "age_group", "population", "source", "as_of"),
    "projection_sex": ("province", "sex", "age_group", "year", "population", "source", "as_of"),
    "controls": ("unit", "figure", "value", "source", "as_of"),
    "tiles": ("district", "row", "column", "source", "as_of"),
}  # fmt: skip
"""Table to its columns."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The tables as rows of text, and the gazetteer made from them."""

    tables: Mapping[str, Sequence[Row]]
    gazetteer: Gazetteer

    @property
    def tiles(self) -> dict[str, tuple[int, int]]:
        """Key of a reporting district to row and column of its tile."""
        return {f"2025-06-30:{row['district']}": (int(row["row"]), int(row["column"])) for row in self.tables["tiles"]}


def read_facts(tables: Mapping[str, Sequence[Row]]) -> Facts:
    """Make the nouns; ``tables`` has one entry for each of :data:`TABLES`."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for row in tables["census_communes"]:
        people[f"{CENSUS}:{row['code']}"][row["residence"]] = int(row["population"])
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in tables["aliases"]:
        aliases[f"{row['vintage']}:{row['code']}"].append(row["alias"])
    gazetteer = Gazetteer(
        units=tuple(_unit(row) for row in tables["units"]),
        links=tuple(_link(row) for row in tables["links"]),
        people=dict(people),
        aliases={key: tuple(names) for key, names in aliases.items()},
    )
    return Facts(tables=tables, gazetteer=gazetteer)


def _unit(row: Row) -> Unit:
    return Unit(
        vintage=row["vintage"],
        code=row["code"],
        level=row["level"],
        type=row["type"],
        name=row["name"],
        parent=row["parent"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _link(row: Row) -> Link:
    return Link(
        old=f"{row['old_vintage']}:{row['old_code']}",
        new=f"{row['new_vintage']}:{row['new_code']}",
        relation=row["relation"],
        carries_population=row["carries_population"] == "yes",
        needs_review=row["needs_review"] == "yes",
        note=row["note"],
    )
