"""The village frame: what a sample is drawn from, and whose counts the base weights invert.

A row is a village, hamlet or street block of one vintage. Villages are merged and renamed all the time: a row that
names what it ``becomes`` hands its households and adults to that village and is no longer drawn itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.areas.census import share_out
from danvan_study.areas.gazetteer import NEW, OLD, RESIDENCES
from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas.gazetteer import Gazetteer
    from danvan_study.areas.reporting import Areas

FRAME_COLUMNS: Final = (
    "village", "area", "commune", "commune_now", "residence", "households", "adults", "vintage", "becomes", "source",
)  # fmt: skip
"""``commune`` is the choice of the old commune, ``commune_now`` of the one since 2025-07-01, ``residence`` follows the
fixed classification, ``vintage`` is the day of the list, ``becomes`` the village that this one was merged into or
renamed to."""

ADULTS_PER_HOUSEHOLD: Final = (1.0, 8.0)
NEAR: Final = 0.25
"""Part by which the adults of a commune may differ from the census before a line says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneCount:
    """The adults of a commune in the frame, beside the number expected from the census."""

    commune: str
    adults: int
    expected: int

    @property
    def is_near(self) -> bool:
        """Whether the two numbers agree to a quarter."""
        return abs(self.adults - self.expected) <= NEAR * self.expected


def read_frame(rows: Sequence[Mapping[str, str]], *, file: str, gazetteer: Gazetteer, areas: Areas) -> pd.DataFrame:
    """Read a frame, merged and renamed villages resolved: columns :data:`FRAME_COLUMNS`, counts whole.

    ``area`` and ``commune_now`` may be left out; they follow from the old commune.

    Raises
    ------
    StudyError
        A village stands twice, lies in no commune of the study, has an impossible count, is urban where its commune
        is rural, or becomes a village that isn't there.
    """
    keys = gazetteer.by_choice()
    villages = [
        _read_village(row, f"{file}, row {n}", gazetteer=gazetteer, areas=areas, keys=keys)
        for n, row in enumerate(rows, 2)
    ]
    table = pd.DataFrame(villages, columns=list(FRAME_COLUMNS))
    if table.empty:
        raise StudyError(file, say("the frame has no village."), say("List the villages."))
    repeated = table["village"].duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        raise StudyError(
            say("{file}, row {row}", file=file, row=row + 2),
            say('the village "{village}" stands twice.', village=table["village"][row]),
            say("Keep one."),
        )
    return _merge(table, file)


def _read_village(
    row: Mapping[str, str], where: Words, *, gazetteer: Gazetteer, areas: Areas, keys: Mapping[str, str]
) -> dict[str, object]:
    place = areas.places.get(row["commune"])
    if place is None or len(place.shares) > 1:
        raise StudyError(
            where,
            say('"{commune}" is no old commune of the study.', commune=row["commune"]),
            say("Write the choice, such as x2025_01834."),
        )
    commune = keys[row["commune"]]
    area = place.shares[0].key
    if row.get("area", area) not in ("", area):
        raise StudyError(
            where,
            say("{commune} lies in {area}, not in {told}.", commune=row["commune"], area=area, told=row["area"]),
            say("Mend one of the two."),
        )
    counts = gazetteer.population(commune)
    if row["residence"] not in RESIDENCES or not counts[row["residence"]]:
        known = " or ".join(name for name in RESIDENCES if counts[name])
        raise StudyError(
            where,
            say(
                '"{residence}" does not fit {commune}, which was {known} in 2019.',
                residence=row["residence"],
                commune=row["commune"],
                known=known,
            ),
            say("The classification stays fixed."),
        )
    now = {gazetteer.unit(share.key).choice for share in gazetteer.shares(commune, vintage=NEW, level="commune")}
    told = row.get("commune_now", "")
    if told and told not in now:
        raise StudyError(
            where,
            say('{commune} did not become "{told}".', commune=row["commune"], told=told),
            say("It became {now}.", now=", ".join(sorted(now))),
        )
    households, adults = (_whole(row[name], f"{where}, column {name}") for name in ("households", "adults"))
    low, high = ADULTS_PER_HOUSEHOLD
    if not low * households <= adults <= high * households:
        raise StudyError(
            where,
            say("{adults} adults in {households} households is hard to believe.", adults=adults, households=households),
            say("There are {low:g} to {high:g} adults to a household.", low=low, high=high),
        )
    return {name: row.get(name, "") for name in FRAME_COLUMNS} | {
        "area": area,
        "commune_now": told or (next(iter(now)) if len(now) == 1 else ""),
        "households": households,
        "adults": adults,
    }


def _whole(text: str, where: Words) -> int:
    if not text.isdigit() or int(text) == 0:
        raise StudyError(where, say('"{text}" is not a count above 0.', text=text), say("Write a whole number."))
    return int(text)


def _merge(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """Hand the counts of merged and renamed villages on to what they became, and drop them."""
    becomes = dict(zip(table["village"], table["becomes"], strict=True))
    target = {village: _follow(village, becomes, file) for village in becomes}
    home = dict(zip(table["village"], zip(table["area"], table["residence"], strict=True), strict=True))
    for village, end in target.items():
        if home[village] != home[end]:
            raise StudyError(
                file,
                say(
                    'the village "{village}" became "{end}" across a district or from rural to urban.',
                    village=village,
                    end=end,
                ),
                say("Divide it first: strata stay fixed."),
            )
    ends = table["village"].map(target)
    counts = table.groupby(ends, sort=False)[["households", "adults"]].sum()
    kept = table[table["becomes"] == ""].set_index("village", drop=False)
    return kept.assign(households=counts["households"], adults=counts["adults"]).reset_index(drop=True)


def _follow(village: str, becomes: Mapping[str, str], file: str) -> str:
    seen = [village]
    while becomes[seen[-1]]:
        step = becomes[seen[-1]]
        if step not in becomes:
            raise StudyError(
                file,
                say('the village "{village}" became "{step}", which is not listed.', village=seen[-1], step=step),
                say("Add the new village."),
            )
        if step in seen:
            raise StudyError(
                file,
                say("the villages {villages} become one another.", villages=", ".join(seen)),
                say('Leave "becomes" blank for the last one.'),
            )
        seen.append(step)
    return seen[-1]


def compare_with_census(frame: pd.DataFrame, *, gazetteer: Gazetteer, adult_share: float) -> list[CommuneCount]:
    """Compare the adults of every commune of the frame's areas with the census; a commune without village has 0.

    Parameters
    ----------
    frame
        As :func:`read_frame` returns it.
    gazetteer
        All units.
    adult_share
        Adults among the people of the study's areas, from the census by age.
    """
    found = frame.groupby("commune")["adults"].sum()
    inside = set(frame["area"])
    counts = []
    for unit in {unit.key: unit for unit in gazetteer.units if (unit.vintage, unit.level) == (OLD, "commune")}.values():
        if unit.parent in inside:
            people = sum(gazetteer.population(unit.key).values())
            expected = round(float(people) * adult_share)
            counts.append(CommuneCount(commune=unit.choice, adults=int(found.get(unit.choice, 0)), expected=expected))
    return counts


def commune_cells(gazetteer: Gazetteer, areas: Areas) -> pd.DataFrame:
    """Return the people of 2019 by area, residence, old and new commune: what villages have to add up to."""
    reporting = {area.key for area in areas.reporting}
    rows = [
        (
            part.units[OLD, "district"],
            residence,
            *(gazetteer.unit(part.units[v, "commune"]).choice for v in (OLD, NEW)),
            float(people),
        )
        for part in gazetteer.parts
        for residence, people in (("urban", part.urban), ("rural", part.rural))
        if people and part.units[OLD, "district"] in reporting
    ]
    table = pd.DataFrame(rows, columns=["area", "residence", "commune", "commune_now", "people"])
    return table.groupby(["area", "residence", "commune", "commune_now"], sort=True)["people"].sum().reset_index()


def split_by_commune(cells: pd.DataFrame, *, villages: int, adults: int) -> pd.DataFrame:
    """Share villages and adults of one area and residence out to its communes, at least one village each."""
    people = cells["people"].to_numpy(dtype="float64")
    spare = villages - len(cells)
    if spare < 0:
        raise ValueError(f"{villages} villages for {len(cells)} communes")
    return cells.assign(villages=1 + share_out(spare, people), adults=share_out(adults, people))
