"""A national study for benchmarks: invented provinces, each with the people, villages and truth of a pattern study.

The registry of the kit knows a few provinces, so all of them are invented and say so in name and source. Each lives
through its own draws: the province's number goes into the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.areas import Area, Areas
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.simulate.wave import World, simulate_wave
from danvan_study.study import Wave

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.simulate.records import Record
    from danvan_study.simulate.wave import SimulatedWave

QUARTERS = 4
MOST_PROVINCES = 99
IDS_PER_PROVINCE = 1_000_000
SEEDS_APART = 1000
VILLAGES_PER_INTERVIEWER = 5
MOST_INTERVIEWERS = 99
"""Of a province: their codes have two digits."""
LEVEL = "province"
SOURCE = "SIMULATED: no such province exists; its people are those of the pattern study"
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a national study is."""

    provinces: int
    years: int
    villages: int
    """Visited in each province and wave."""
    waves: int | None = None
    """How many of the years' quarters there are, the latest; None: all."""

    def check(self, most_villages: int) -> None:
        """Refuse sizes that can't be drawn.

        Raises
        ------
        StudyError
            A number is too small or too large.
        """
        bounds = {"provinces": MOST_PROVINCES, "years": SEEDS_APART, "villages": most_villages}
        for name, most in bounds.items():
            if not 1 <= getattr(self, name) <= most:
                raise StudyError(
                    f"--{name}",
                    say("{number} can't be drawn.", number=getattr(self, name)),
                    say("Write 1 to {most}.", most=most),
                )


def province(number: int, vintage: str) -> Area:
    """Return an invented province; the form's answer is its code."""
    code = f"s{number:02d}"
    name, name_en = f"Tỉnh mô phỏng {number:02d}", f"Simulated province {number:02d}"
    return Area(
        vintage=vintage, code=code, level=LEVEL, name=name, name_en=name_en, answer=code, source=SOURCE, row=number + 1
    )


def quarters(last: Wave, size: Size, form: str) -> list[Wave]:
    """Return the waves, one a quarter, that end with the quarter of ``last`` and are as long as it."""
    ends = last.start.year * QUARTERS + (last.start.month - 1) // 3
    waves = []
    count = size.waves or QUARTERS * size.years
    for quarter in range(ends - count + 1, ends + 1):
        year, place = divmod(quarter, QUARTERS)
        start = date(year, 3 * place + (last.start.month - 1) % 3 + 1, last.start.day)
        waves.append(Wave(id=f"{year}q{place + 1}", forms=(form,), start=start, end=start + (last.end - last.start)))
    return waves


def settle(pattern: World, area: Area, *, waves: Sequence[Wave], villages: int) -> World:
    """Return the world of one province: the pattern's villages under its name, and a seed of its own."""
    truth, people, code = pattern.truth, pattern.population, area.code
    own = replace(
        truth,
        seed=truth.seed + SEEDS_APART * area.row,
        waves=tuple(wave.id for wave in waves),
        items=tuple(replace(item, asked_in=()) for item in truth.items),
        fieldwork=replace(
            truth.fieldwork,
            villages=villages,
            smallest=1,
            interviewers=min(max(1, round(villages / VILLAGES_PER_INTERVIEWER)), MOST_INTERVIEWERS),
            closed=(),
            visits=(),
        ),
        faults=(),
    )
    population = replace(
        people,
        areas=(area.key,),
        area=people.area * 0,
        villages=tuple(f"{code}_{village}" for village in people.villages),
        communes=tuple(f"{code}_{commune}" for commune in people.communes),
        straddling={},
    )
    areas = Areas(vintage=area.vintage, level=area.level, reporting=(area,))
    media = {file: renamed(rows, code) for file, rows in pattern.media.items()}
    return World(truth=own, areas=areas, population=population, media=media)


def renamed(rows: Sequence[Mapping[str, str]], code: str) -> list[Row]:
    """Return rows of communes or villages as they stand in a province."""
    names = dict.fromkeys(("name", "commune"), f"{code}_")
    return [
        {column: code if column == "district" else names.get(column, "") + cell for column, cell in row.items()}
        for row in rows
    ]


def offer_provinces(choices: Sequence[Row], provinces: Sequence[Area], labels: Mapping[str, str]) -> list[Row]:
    """Return the choices of the form with the invented provinces as its provinces and districts.

    Parameters
    ----------
    labels
        Column of the sheet to its language.
    """
    lists = ("province", "district")
    kept = [row for row in choices if row.get("list_name") not in lists]
    names = [{column: area.label(language) for column, language in labels.items()} for area in provinces]
    return kept + [
        {"list_name": list_name, "name": area.answer, "province": area.answer, **label}
        for list_name in lists
        for area, label in zip(provinces, names, strict=True)
    ]


def spread_margin(table: pd.DataFrame, by: Sequence[str], provinces: Sequence[Area]) -> pd.DataFrame:
    """Return a margin of the pattern study for the whole country: every province has the pattern's people.

    Parameters
    ----------
    table
        Columns ``by``, population.
    """
    people = table.assign(population=table["population"].astype("float64"))
    others = [name for name in by if name != "area"]
    summed = people.groupby(others, sort=False)["population"].sum().reset_index()
    if "area" in by:
        summed = pd.concat([summed.assign(area=area.answer) for area in provinces], ignore_index=True)
    else:
        summed["population"] *= len(provinces)
    return summed.assign(source=SOURCE)[[*by, "population", "source"]]


def draw_province(world: World, *, wave: Wave, codebook: Codebook) -> tuple[SimulatedWave, Iterator[Record]]:
    """Draw one wave of one province, and hand out its records with numbers and interviewers of its own."""
    drawn = simulate_wave(world, wave=wave, codebook=codebook, with_truth=False)
    area = world.areas.reporting[0]
    return drawn, (_own(record, area, n) for n, record in enumerate(drawn.records, IDS_PER_PROVINCE * area.row))


def _own(record: Record, area: Area, number: int) -> Record:
    own: Record = {"_id": number, "_submitted_by": f"{area.code}_{record['_submitted_by']}"}
    asked = (key for key in record if key.endswith("/interviewer"))
    return record | own | {key: f"{area.code}_{record[key]}" for key in asked}
