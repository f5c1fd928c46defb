"""Who lives in the reporting areas: district x residence x age x sex from the census, and the margins made from it."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.areas.gazetteer import CENSUS, OLD, RESIDENCES
from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.areas.facts import Facts

CENSUS_COLUMNS: Final = ("area", "residence", "age_group", "population")
STRUCTURE: Final = ("area", "residence", "age_group", "sex")
SEXES: Final = ("1", "2")
"""Men and women, as our forms call them."""
OFFICIAL: Final = ("male", "female")

OLDEST_PROJECTED: Final = 80


def census_table(facts: Facts, areas: Sequence[str]) -> pd.DataFrame:
    """Return the census of the reporting districts: columns :data:`CENSUS_COLUMNS`, population whole.

    The census counted ages in the districts of 2019. Where communes moved to another district since (only from Điện
    Biên to Điện Biên Phủ), their people are taken to have the ages of the district they came from, urban and rural
    apart; all other districts are exact.

    Parameters
    ----------
    facts
        The tables of the kit.
    areas
        Keys of districts as of 2025-06-30.

    Raises
    ------
    StudyError
        The tables have no district of that key.
    """
    ages = pd.DataFrame(list(facts.tables["census_ages"]))
    counts = ages.assign(population=ages["population"].astype("int64"))
    flows = _district_flows(facts)
    parts = [
        _moved(group, flows[f"{CENSUS}:{district}", str(residence)])
        for (district, residence), group in counts.groupby(["district", "residence"], sort=False)
    ]
    table = (
        pd.concat(parts, ignore_index=True).groupby(["area", "residence", "age_group"], sort=False)["population"].sum()
    )
    known = set(table.index.get_level_values("area"))
    for area in areas:
        if area not in known:
            raise StudyError(
                say("area {area}", area=area),
                say("the census of the kit doesn't cover it."),
                say("It covers the districts of {old} that stand in the units table.", old=OLD),
            )
    order = pd.MultiIndex.from_product(
        [areas, RESIDENCES, list(dict.fromkeys(ages["age_group"]))], names=["area", "residence", "age_group"]
    )
    return table.reindex(order, fill_value=0).reset_index()


def _district_flows(facts: Facts) -> dict[tuple[str, str], dict[str, int]]:
    """Map district of 2019 and residence to the people who live in each district of 2025-06-30."""
    flows: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for part in facts.gazetteer.parts:
        for residence, people in (("urban", part.urban), ("rural", part.rural)):
            flows[part.units[CENSUS, "district"], residence][part.units[OLD, "district"]] += people
    # An old commune lies in one old district, so whole communes went along and the sums are whole.
    return {key: {area: int(people) for area, people in flow.items() if people} for key, flow in flows.items()}


def _moved(group: pd.DataFrame, flow: dict[str, int]) -> pd.DataFrame:
    """Share the ages of a census district and residence out to the districts its people belong to now."""
    rest = group["population"].to_numpy(dtype="int64")
    parts = []
    for area, people in sorted(flow.items(), key=lambda item: (item[1], item[0])):
        taken = rest if people == rest.sum() else share_out(people, rest.astype("float64"))
        rest = rest - taken
        parts.append(group.assign(area=area, population=taken))
    return pd.concat(parts) if parts else group.assign(area="")


def share_out(total: int, sizes: np.ndarray) -> np.ndarray:
    """Split ``total`` into whole parts in proportion to ``sizes``, by the largest remainders."""
    exact = total * sizes / sizes.sum()
    parts: np.ndarray = np.floor(exact).astype("int64")
    left = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:left]] += 1
    return parts


def population_structure(facts: Facts, census: pd.DataFrame, *, year: int = 2019) -> pd.DataFrame:
    """Split the census by sex: columns :data:`STRUCTURE` and ``people``, no whole numbers.

    District by sex was never published for these provinces; the shares of men within province and age group are
    those of the GSO/UNFPA projection for ``year``. Its totals, which miss the census, are not used.
    """
    projection = pd.DataFrame(list(facts.tables["projection_sex"]))
    projection = projection[projection["year"] == str(year)]
    if projection.empty:
        raise StudyError(
            say("projection"), say("it has no year {year}.", year=year), say("It has the years 2019 to 2030.")
        )
    counts = projection.assign(
        people=projection["population"].astype("float64"), start=first_age(projection["age_group"])
    )
    wide = counts.pivot_table(index=["province", "start"], columns="sex", values="people", aggfunc="sum")
    men = wide[OFFICIAL[0]] / (wide[OFFICIAL[0]] + wide[OFFICIAL[1]])
    province = census["area"].map(
        {area: facts.gazetteer.unit(area).parent.rpartition(":")[2] for area in set(census["area"])}
    )
    place = pd.MultiIndex.from_arrays([province, first_age(census["age_group"]).clip(upper=OLDEST_PROJECTED)])
    share = men.reindex(place).to_numpy(dtype="float64")
    people = census["population"].to_numpy(dtype="float64")
    sexes = [census.assign(sex=sex, people=people * part) for sex, part in zip(SEXES, (share, 1 - share), strict=True)]
    return pd.concat(sexes, ignore_index=True)[[*STRUCTURE, "people"]]


def first_age(age_group: pd.Series) -> pd.Series:
    """Return the first age of each five-year group."""
    return age_group.str.extract(r"^(\d+)", expand=False).astype("int64")
