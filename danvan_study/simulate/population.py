"""The people behind the simulation: villages of the frame, filled with the ages and sexes of the census."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.areas import APPORTIONED
from danvan_study.areas.census import share_out
from danvan_study.areas.frame import FRAME_COLUMNS, split_by_commune
from danvan_study.areas.margins import adults_by_band
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.sampling import stream
from danvan_study.simulate.model import AGE_BANDS, LARGEST_HOUSEHOLD, RESIDENCES, SEXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.areas import Areas
    from danvan_study.simulate.model import Floats, Truth, Whole

SEX_COLUMNS = ("sex", "age_band", "population")
CELLS = tuple((sex, age) for sex in SEXES for age in AGE_BANDS)
"""Kinds of people: the columns of :meth:`Population.people`."""

VILLAGES_PER_AREA = (60, 150)
ADULTS_PER_VILLAGE = 450
SIZE_SHAPE = 6.0
"""Gamma shape of village sizes: a coefficient of variation of 41 %."""
FRAME_VINTAGE = "2024-10-01"
FRAME_SOURCE = "SIMULATED: no such village exists; sizes add up to the 2019 census by district and residence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Villages and who lives in them. Arrays are in the order of the villages, V in all."""

    areas: tuple[str, ...]
    """Keys of the reporting areas, in their order."""
    villages: tuple[str, ...]
    communes: tuple[str, ...]
    """Commune of each village, as the form names it."""
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
    straddling: Mapping[str, str]
    """Village to its commune of today, where that one lies in several areas."""

    def people(self) -> Floats:
        """Return the number of adults of each village and cell (V x 8)."""
        by_age = self.adults[:, None] * self.ages
        return np.hstack([by_age * (1 - self.women), by_age * self.women])


def read_population(
    *, areas: Areas, villages: pd.DataFrame, census: pd.DataFrame, sex_age: pd.DataFrame, file: str
) -> Population:
    """Put villages, census and sexes together.

    Parameters
    ----------
    areas
        The reporting areas.
    villages
        The frame: village, area, commune, residence, households, adults.
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
        raise StudyError(
            say("{file}, row {row}", file=file, row=first + 2),
            say("nobody lives in {place}.", place=place[first]),
            say("Mend area or residence."),
        )
    sexes = sex_age.assign(population=sex_age["population"].astype("float64"))
    counts = sexes.pivot_table(index="sex", columns="age_band", values="population", aggfunc="sum")
    women = counts.loc[SEXES[1], list(AGE_BANDS)] / counts[list(AGE_BANDS)].sum()
    return Population(
        areas=keys,
        villages=tuple(villages["village"]),
        communes=tuple(villages["commune"]),
        area=villages["area"].map({key: n for n, key in enumerate(keys)}).to_numpy(dtype=np.int64),
        residence=villages["residence"].map({name: n for n, name in enumerate(RESIDENCES)}).to_numpy(dtype=np.int64),
        households=villages["households"].astype("int64").to_numpy(dtype=np.int64),
        adults=villages["adults"].astype("int64").to_numpy(dtype=np.int64),
        ages=people / people.sum(axis=1, keepdims=True),
        women=women.to_numpy(dtype="float64"),
        straddling={
            village: commune
            for village, commune in zip(villages["village"], villages["commune_now"], strict=True)
            if commune in areas.places and areas.places[commune].basis == APPORTIONED
        },
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


def make_villages(census: pd.DataFrame, communes: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """Invent the villages: 60 to 150 an area, whose adults add up to the census by area and residence.

    ``communes`` has the people of each commune (:func:`~danvan_study.areas.frame.commune_cells`); villages share in
    them. Households follow from the adults and the household sizes of the area's ages.
    """
    bands = adults_by_band(census)
    generator = stream(truth.seed, "frame")
    cells = dict(tuple(communes.groupby(["area", "residence"])))
    rows: list[pd.DataFrame] = []
    for area, ages in bands.groupby(level="area", sort=False):
        adults = ages.sum(axis=1)
        wanted = min(max(round(int(adults.sum()) / ADULTS_PER_VILLAGE), VILLAGES_PER_AREA[0]), VILLAGES_PER_AREA[1])
        lived_in = ages[adults > 0]
        parts = share_out(wanted, lived_in.sum(axis=1).to_numpy(dtype="float64"))
        made = [
            _residence(cells[str(area), residence], mix, villages=int(count), truth=truth, generator=generator)
            for count, residence, (_, mix) in zip(
                parts, lived_in.index.get_level_values("residence"), lived_in.iterrows(), strict=True
            )
        ]
        table = pd.concat(made, ignore_index=True)
        code = str(area).rpartition(":")[2]
        table["village"] = [f"v{code}_{n:03d}" for n in range(1, len(table) + 1)]
        rows.append(table)
    return pd.concat(rows, ignore_index=True).assign(vintage=FRAME_VINTAGE, becomes="", source=FRAME_SOURCE)[
        list(FRAME_COLUMNS)
    ]


def _residence(
    cells: pd.DataFrame, ages: pd.Series, *, villages: int, truth: Truth, generator: np.random.Generator
) -> pd.DataFrame:
    """Invent the villages of one area and residence, commune by commune."""
    people = ages.to_numpy(dtype="float64")
    sizes = household_sizes((people / people.sum())[None, :], truth.adults_in_household)[0]
    mean = float(sizes @ np.arange(1, LARGEST_HOUSEHOLD + 1))
    made = []
    for commune in split_by_commune(cells, villages=villages, adults=int(people.sum())).to_dict("records"):
        adults = share_out(int(commune["adults"]), generator.gamma(SIZE_SHAPE, size=int(commune["villages"])))
        place = {name: commune[name] for name in ("area", "residence", "commune", "commune_now")}
        made.append(
            pd.DataFrame({"households": np.rint(adults / mean).astype("int64"), "adults": adults}).assign(**place)
        )
    return pd.concat(made, ignore_index=True)
