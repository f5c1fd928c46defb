"""The lists from which a form offers communes: those of the reporting areas, old and new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.areas.gazetteer import NEW
from danvan_study.areas.seeds import OLD_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas.gazetteer import Gazetteer
    from danvan_study.areas.reporting import Areas

COMMUNE_COLUMNS: Final = ("name", "label", "district", "residence")
NEW_COMMUNE_COLUMNS: Final = ("name", "label")
URBAN: Final = ("Phường", "Thị trấn")
Rows = list[dict[str, str]]


def commune_rows(gazetteer: Gazetteer, areas: Areas, kept: Sequence[Mapping[str, str]] = ()) -> Rows:
    """Return the communes of 2025-06-30 in the reporting areas; phường and thị trấn are urban.

    Parameters
    ----------
    kept
        Rows that there are already. Those of districts that the kit doesn't know are left as people wrote them.
    """
    answers = {area.key: area.answer for area in areas.reporting}
    known = [
        {
            "name": unit.choice,
            "label": unit.name,
            "district": answers[unit.parent],
            "residence": "urban" if unit.type in URBAN else "rural",
        }
        for unit in gazetteer.areas_on(OLD_DAY, "commune")
        if unit.parent in answers
    ]
    own = [row for row in _own(gazetteer, kept) if row["district"] in answers.values()]
    return known + own


def new_commune_rows(gazetteer: Gazetteer, areas: Areas, kept: Sequence[Mapping[str, str]] = ()) -> Rows:
    """Return the communes of today whose people all live in reporting areas, under their last names."""
    keys = {unit.choice: unit.key for unit in gazetteer.units if (unit.vintage, unit.level) == (NEW, "commune")}
    known = [
        {"name": choice, "label": gazetteer.unit(key).name} for choice, key in keys.items() if choice in areas.places
    ]
    return known + _own(gazetteer, kept)


def _own(gazetteer: Gazetteer, kept: Sequence[Mapping[str, str]]) -> Rows:
    known = gazetteer.by_choice()
    return [dict(row) for row in kept if row["name"] not in known]


def province_answer(vintage: str, code: str) -> str:
    """Return the choice by which forms mean a province: ``p2025_19``."""
    return f"p{vintage[:4]}_{code}"
