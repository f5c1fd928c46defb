"""Find the reporting area of somebody who names another unit: an old commune, or the new commune of today.

Most answers leave no choice. Somebody known only by a new commune that lies in two old districts is put in one of
them by a fixed rule (:func:`draw_area`), and counted as ``apportioned`` wherever people are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from danvan_study.areas.gazetteer import NEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.areas.gazetteer import Gazetteer, Share
    from danvan_study.areas.reporting import Areas

AREA, OLD_COMMUNE, NEW_COMMUNE, APPORTIONED = "area", "old_commune", "new_commune", "apportioned"
BASES: Final = ("", AREA, OLD_COMMUNE, NEW_COMMUNE, APPORTIONED)
"""How an area is known: named itself, through its old commune, through a new commune in one area, or drawn."""

_DIGEST_BITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the choice of a unit says about the reporting area."""

    basis: str
    shares: tuple[Share, ...]
    """Reporting areas with the unit's people of 2019; one of them means an exact answer."""


def reporting_places(gazetteer: Gazetteer, areas: Areas) -> dict[str, Place]:
    """Map the choice of every unit of the gazetteer whose people all live in reporting areas to those areas."""
    reporting = {area.key for area in areas.reporting}
    own = areas.by_answer()
    places: dict[str, Place] = {}
    if not any((unit.vintage, unit.level) == (areas.vintage, areas.level) for unit in gazetteer.units):
        return places
    for choice, key in gazetteer.by_choice().items():
        shares = gazetteer.shares(key, vintage=areas.vintage, level=areas.level)
        if choice not in own and shares and all(share.key in reporting for share in shares):
            places[choice] = Place(basis=_basis(gazetteer, key, shares), shares=shares)
    return places


def _basis(gazetteer: Gazetteer, key: str, shares: Sequence[Share]) -> str:
    if len(shares) > 1:
        return APPORTIONED
    unit = gazetteer.unit(key)
    if unit.level != "commune":
        return AREA
    return NEW_COMMUNE if unit.vintage == NEW else OLD_COMMUNE


def draw_area(respondent: str, shares: Sequence[Share]) -> str:
    """Put a respondent into one of the areas, with the chances of their people of 2019.

    The number drawn is the SHA-256 of the respondent's identifier, so everybody who has the data draws the same area,
    today and in ten years, in any order and beside any other respondents. Each person stays one row with one area; in
    the mean over people an area gets its share. The largest area for all would move 2.2 % of the people for good.
    """
    number = int.from_bytes(sha256(respondent.encode()).digest()[: _DIGEST_BITS // 8], "big")
    ordered = sorted(shares, key=lambda share: share.key)
    reached = Fraction()
    for share in ordered:
        reached += share.share
        if number < reached * 2**_DIGEST_BITS:
            return share.key
    raise ValueError("the shares don't add up to one")
