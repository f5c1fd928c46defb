"""The people behind the simulation: villages of the frame, filled with the ages and sexes of the census."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.simulate.model import AGE_BANDS, LARGEST_HOUSEHOLD, RESIDENCES, SEXES
from danvan_study.simulate.seeded import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.areas import Areas
    from danvan_study.simulate.model import Floats, Truth, Whole

FRAME_COLUMNS = ("village", "area", "residence", "households", "adults", "source")
CENSUS_COLUMNS = ("area", "residence", "age_group", "population")
SEX_COLUMNS = ("sex", "age_band", "population")
CELLS = tuple((sex, age) for sex in SEXES for age in AGE_BANDS)
"""Kinds of people: the columns of :meth:`Population.people`."""

VILLAGES_PER_AREA = (60, 150)
ADULTS_PER_VILLAGE = 450
SIZE_SHAPE = 6.0
"""Gamma shape of village sizes: a coefficient of variation of 41 %."""
FRAME_SOURCE = "SIMULATED: no such village exists; sizes add up to the 2019 census by district and residence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Villages and who lives in them. Arrays are in the order of the villages, V in all."""

    areas: tuple[str, ...]
    """Keys of the reporting areas, in their order."""
    villages: tuple[str, ...]
    area: Whole
    """Position in ``areas`` (V,)."""
    residence: Whole
    """Position in ``RESIDENCES`` (V,)."""
    households: Whole
    adults: Whole
    ages: Floats
    """Share of each age band among the adults (V x 4)."""
    women: Floats
    """Share of women within each age band, the same everywhere (4,)."""

    def people(self) -> Floats:
        """Return the number of adults of each village and cell (V x 8)."""
        by_age = self.adults[:, None] * self.ages
        return np.hstack([by_age * (1 - self.women), by_age * self.women])


def adults_by_band(census: pd.DataFrame) -> pd.DataFrame:
    """Return adults by area and residence (rows) and age band (columns) from five-year census groups.

    People of 18 and 19 are taken as 2/5 of the group 15-19, rounded half up in each cell.
    """
    start = census["age_group"].str.extract(r"^(\d+)", expand=False).astype("int64")
    counts = census["population"].astype("int64")
    adults = counts.where(start != 15, (4 * counts + 5) // 10).where(start >= 15, 0)
    band = pd.cut(start, [-1, 14, 29, 44, 59, 200], labels=["child", *AGE_BANDS])
    table = census.assign(adults=adults, band=band.astype("str"))
    wide = table.pivot_table(index=["area", "residence"], columns="band", values="adults", aggfunc="sum", sort=False)
    return wide[list(AGE_BANDS)].astype("int64")


def read_population(
    *, areas: Areas, villages: pd.DataFrame, census: pd.DataFrame, sex_age: pd.DataFrame, file: str
) -> Population:
    """Put villages, census and sexes together.

    Parameters
    ----------
    areas
        The reporting areas.
    villages
        The frame: village, area, residence, households, adults.
    census
        Census counts: area, residence, age_group (five years), population.
    sex_age
        The margin sex x age band of the province: sex, age_band, population.
    file
        Name of the frame, for messages.

    Raises
    ------
    StudyError
        A village lies in an area or residence without people in the census.
    """
    bands = adults_by_band(census)
    place = pd.MultiIndex.from_frame(villages[["area", "residence"]])
    row = bands.index.get_indexer(place)
    people = bands.to_numpy()[row].astype("float64")
    keys = tuple(area.key for area in areas.reporting)
    unknown = (row < 0) | ~villages["area"].isin(keys).to_numpy() | (people.sum(axis=1) <= 0)
    if unknown.any():
        first = int(unknown.argmax())
        raise StudyError(f"{file}, row {first + 2}", f"nobody lives in {place[first]}.", "Mend area or residence.")
    sexes = sex_age.assign(population=sex_age["population"].astype("float64"))
    counts = sexes.pivot_table(index="sex", columns="age_band", values="population", aggfunc="sum")
    women = counts.loc[SEXES[1], list(AGE_BANDS)] / counts[list(AGE_BANDS)].sum()
    return Population(
        areas=keys,
        villages=tuple(villages["village"]),
        area=villages["area"].map({key: n for n, key in enumerate(keys)}).to_numpy(dtype=np.int64),
        residence=villages["residence"].map({name: n for n, name in enumerate(RESIDENCES)}).to_numpy(dtype=np.int64),
        households=villages["households"].astype("int64").to_numpy(dtype=np.int64),
        adults=villages["adults"].astype("int64").to_numpy(dtype=np.int64),
        ages=people / people.sum(axis=1, keepdims=True),
        women=women.to_numpy(dtype="float64"),
    )


def household_sizes(ages: Floats, adults_in_household: Mapping[str, tuple[float, ...]]) -> Floats:
    """Return the distribution of households over 1 to 6 adults (rows x 6) for the age mixes ``ages`` (rows x 4).

    A household of a adults holds a of them, so households are the adults' sizes over a.
    """
    households = ages @ size_by_age(adults_in_household) / np.arange(1, LARGEST_HOUSEHOLD + 1)
    return np.asarray(households / households.sum(axis=1, keepdims=True))


def size_by_age(adults_in_household: Mapping[str, tuple[float, ...]]) -> Floats:
    """Return for each age band the shares of its people in households of 1 to 6 adults (4 x 6)."""
    return np.array([adults_in_household[band] for band in AGE_BANDS]) / 100


def make_villages(census: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """Invent the villages: 60 to 150 an area, whose adults add up to the census by area and residence.

    Households follow from the adults and the household sizes of the area's ages.
    """
    bands = adults_by_band(census)
    generator = stream(truth.seed, "frame")
    rows: list[pd.DataFrame] = []
    for area, cells in bands.groupby(level="area", sort=False):
        adults = int(cells.to_numpy().sum())
        wanted = min(max(round(adults / ADULTS_PER_VILLAGE), VILLAGES_PER_AREA[0]), VILLAGES_PER_AREA[1])
        by_residence = cells[cells.sum(axis=1) > 0]
        parts = share_out(wanted, by_residence.sum(axis=1).to_numpy(dtype="float64"))
        sizes = [
            _villages(int(count), ages, truth=truth, generator=generator)
            for count, (_, ages) in zip(parts, by_residence.iterrows(), strict=True)
        ]
        table = pd.concat(sizes, ignore_index=True)
        residence = [str(key[1]) for key in by_residence.index]
        code = str(area).rpartition(":")[2]
        table["residence"] = np.repeat(residence, parts)
        table["area"] = str(area)
        table["village"] = [f"v{code}_{n:03d}" for n in range(1, len(table) + 1)]
        rows.append(table)
    return pd.concat(rows, ignore_index=True).assign(source=FRAME_SOURCE)[list(FRAME_COLUMNS)]


def _villages(count: int, ages: pd.Series, *, truth: Truth, generator: np.random.Generator) -> pd.DataFrame:
    people = ages.to_numpy(dtype="float64")
    adults = share_out(int(people.sum()), generator.gamma(SIZE_SHAPE, size=count))
    sizes = household_sizes((people / people.sum())[None, :], truth.adults_in_household)[0]
    mean = float(sizes @ np.arange(1, LARGEST_HOUSEHOLD + 1))
    return pd.DataFrame({"households": np.rint(adults / mean).astype("int64"), "adults": adults})


def share_out(total: int, sizes: Floats) -> Whole:
    """Split ``total`` into whole parts in proportion to ``sizes``, by the largest remainders."""
    exact = total * sizes / sizes.sum()
    parts: Whole = np.floor(exact).astype("int64")
    left = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:left]] += 1
    return parts
