"""Margins of adults for the weights, from the census or from newer totals to which its structure is raked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.areas.census import SEXES, first_age
from danvan_study.areas.gazetteer import RESIDENCES
from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.areas.totals import Totals

AGE_BANDS: Final = ("18_29", "30_44", "45_59", "60_plus")
ADULT: Final = 18
SPLIT_GROUP: Final = 15
"""The five-year group that the age of majority divides."""
ADULTS_IN_SPLIT_GROUP: Final = 0.4
"""People of 18 and 19 among those of 15 to 19: two years of five, if every year of age is alike. An assumption."""
ROUNDS: Final = 2000
CLOSE: Final = 1e-9
"""Relative difference to a total at which raking stops."""


def rake_structure(structure: pd.DataFrame, totals: Sequence[Totals]) -> pd.DataFrame:
    """Fit the structure to newer totals and keep what they don't speak of (Deming and Stephan 1940).

    Every table is met in turn until none is missed by more than one in 10^9; the odds ratios of the census stay.

    Raises
    ------
    StudyError
        A table counts people where the census has none, or the tables contradict one another.
    """
    people = structure["people"].to_numpy(dtype="float64").copy()
    targets = [_target(structure, table) for table in totals]
    sums = [int(table.cells["population"].sum()) for table in totals]
    for table, count in zip(totals, sums, strict=True):
        if count != sums[0]:
            raise StudyError(
                f"{totals[0].file}, {table.file}",
                say("one counts {one} people, the other {other}.", one=sums[0], other=count),
                say("Take one year."),
            )
    worst = np.inf
    for _ in range(ROUNDS):
        worst = 0.0
        for cell, wanted in targets:
            found = np.bincount(cell, weights=people, minlength=len(wanted))
            ratio = np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)
            worst = max(worst, float(np.abs(ratio - 1).max(where=wanted > 0, initial=0.0)))
            people *= ratio[cell]
        if worst < CLOSE:
            return structure.assign(people=people)
    names = ", ".join(table.file for table in totals)
    raise StudyError(
        names,
        say(
            "the tables contradict one another: after {rounds} rounds {worst:.1%} are missing.",
            rounds=ROUNDS,
            worst=worst,
        ),
        say("Mend them."),
    )


def _target(structure: pd.DataFrame, table: Totals) -> tuple[np.ndarray, np.ndarray]:
    """Return the cell of each row of the structure, and the people wanted in each cell."""
    by = list(table.by)
    cells = pd.MultiIndex.from_frame(structure[by])
    known = pd.MultiIndex.from_frame(table.cells[by])
    missing = cells.unique().difference(known)
    if len(missing):
        raise StudyError(
            table.file,
            say("there is no row for {cell}.", cell=_words(missing[0])),
            say("Give a number for every area."),
        )
    strange = known.difference(cells)
    if len(strange):
        raise StudyError(
            table.file, say("{cell} is no part of the study.", cell=_words(strange[0])), say("Leave the row out.")
        )
    codes, levels = pd.factorize(cells)
    counts = table.cells["population"].to_numpy(dtype="float64")[known.get_indexer(levels)]
    found = np.bincount(codes, weights=structure["people"].to_numpy(dtype="float64"), minlength=len(levels))
    empty = (found <= 0) & (counts > 0)
    if empty.any():
        first = int(empty.argmax())
        raise StudyError(
            table.file,
            say(
                "{cell} has {people:.0f} people, the census of 2019 has 0.",
                cell=_words(levels[first]),
                people=counts[first],
            ),
            say("Check the row."),
        )
    return codes, counts


def adult_structure(structure: pd.DataFrame, bands: Sequence[str] = AGE_BANDS) -> pd.DataFrame:
    """Return the people of 18 and older with their age band; whole numbers in each area x residence x age group.

    People of 18 and 19 are taken as 2/5 of the group 15-19. Cells are rounded half up, men and women in proportion.
    """
    start = first_age(structure["age_group"])
    share = np.where(start == SPLIT_GROUP, ADULTS_IN_SPLIT_GROUP, 1.0) * (start >= SPLIT_GROUP)
    adults = structure.assign(people=structure["people"] * share, band=_bands(start, bands))[share > 0]
    cells = adults.groupby(["area", "residence", "age_group"], sort=False)["people"].transform("sum")
    # Products of a whole number and 0.4 miss the half by an ulp; what is that close to a half is a half.
    whole = np.floor(cells.round(6) + 0.5)
    return adults.assign(people=adults["people"] * (whole / cells.where(cells > 0, 1.0)))


def adults_by_band(census: pd.DataFrame, bands: Sequence[str] = AGE_BANDS) -> pd.DataFrame:
    """Return adults by area and residence (rows) and age band (columns) from five-year census groups, whole numbers."""
    table = census.assign(people=census["population"].astype("float64"))
    adults = adult_structure(table, bands)
    wide = adults.pivot_table(index=["area", "residence"], columns="band", values="people", aggfunc="sum", sort=False)
    return wide.reindex(columns=list(bands), fill_value=0.0).round().astype("int64")


def margin_table(adults: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sum the adults to a margin: columns ``by`` and ``population``, whole numbers that agree between all margins.

    Raises
    ------
    StudyError
        There are no official figures by one of the variables.
    """
    table = adults.rename(columns={"band": "age_band"})
    known = ("area", "residence", "age_band", "sex")
    for name in by:
        if name not in known:
            raise StudyError(
                "study.toml, [[weighting.margin]] by",
                say('there are no census figures by "{name}".', name=name),
                say("There are: {known}.", known=", ".join(known)),
            )
    others = [name for name in by if name != "sex"]
    cells = table.assign(everybody="").pivot_table(
        index=[*others, "everybody"], columns="sex", values="people", aggfunc="sum", fill_value=0.0
    )
    everybody = cells.sum(axis=1).round()
    if "sex" in by:
        men = cells[SEXES[0]].round()
        whole = pd.concat({SEXES[0]: men, SEXES[1]: everybody - men}, names=["sex"])
    else:
        whole = everybody
    margin = whole.astype("int64").rename("population").reset_index()
    return _in_order(margin, by, areas=list(dict.fromkeys(table["area"])))


def _in_order(margin: pd.DataFrame, by: Sequence[str], *, areas: list[str]) -> pd.DataFrame:
    """Sort a margin by areas as given, urban before rural, young before old, men before women."""
    bands = sorted(set(margin["age_band"]), key=_lower) if "age_band" in by else []
    order = {"area": areas, "residence": list(RESIDENCES), "age_band": bands, "sex": list(SEXES)}
    rank = {name: {value: place for place, value in enumerate(order[name])} for name in by}
    ranked = margin.sort_values(list(by), key=lambda values: values.map(rank[str(values.name)]), ignore_index=True)
    return ranked[[*by, "population"]]


def _lower(band: str) -> int:
    """Return the first age of a band: 18_29, 30-44, 60_plus, 60+, <30."""
    if band.startswith("<"):
        return ADULT
    found = re.match(r"\d+", band)
    if not found:
        raise StudyError(
            say('age band "{band}"', band=band),
            say("it doesn't begin with an age."),
            say("Write it as 30_44, 30-44, 60_plus, 60+ or <30."),
        )
    return int(found.group())


def _last_age(band: str) -> int | None:
    """Return the last age of a band; None: it is open."""
    ages = [int(age) for age in re.findall(r"\d+", band)]
    return ages[0] - 1 if band.startswith("<") else ages[1] if len(ages) > 1 else None


def _bands(start: pd.Series, bands: Sequence[str]) -> pd.Series:
    lows = [_lower(band) for band in bands]
    for low in lows[1:]:
        if low % 5:
            raise StudyError(
                say("age bands {bands}", bands=", ".join(bands)),
                say("the census has five-year groups, so no band can begin with {low}.", low=low),
                say("Begin bands with 20, 25, 30, …"),
            )
    for band, expected in zip(bands, [*(low - 1 for low in lows[1:]), None], strict=True):
        if _last_age(band) != expected or lows[0] > ADULT:
            raise StudyError(
                say("age bands {bands}", bands=", ".join(bands)),
                say(
                    "{band} leaves a gap or an overlap: people would be counted in a band that isn't theirs.", band=band
                ),
                say("Let them follow one another from 18 on, the last one open: 18_29,30_44,45_59,60_plus."),
            )
    place = np.searchsorted(np.array(lows), start.clip(lower=ADULT).to_numpy(), side="right") - 1
    return pd.Series(np.array(bands)[np.maximum(place, 0)], index=start.index, dtype="str")


def _words(cell: object) -> str:
    return ", ".join(map(str, cell)) if isinstance(cell, tuple) else str(cell)
