"""The plan of a sample: how many villages and interviews each area gets, and what they will be able to tell."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.sampling import allocate, design_effect, margin_of_error, smallest_change
from danvan_study.study import Allocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.study import Sampling

WHERE = "study.toml, [sample]"
WAVES_A_YEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """What an area, or all of them together, will get. Margins and changes are points of a share of 50 %."""

    area: str
    """Key; empty for all together."""
    adults: int
    in_frame: int
    """Villages to draw from."""
    villages: int
    interviews: int
    households: int
    """On the lists."""
    margin: float
    """Half the width of the 95 % interval of one wave."""
    change: float
    """The change between two waves that is noticed with 80 % power."""
    margin_year: float
    """As ``margin``, four waves with fresh villages together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a wave."""

    deff: float
    """Design effect within an area."""
    areas: tuple[AreaPlan, ...]
    total: AreaPlan


def plan_sample(
    frame: pd.DataFrame, *, sampling: Sampling, areas: Sequence[str], shares: Mapping[str, float] | None = None
) -> Plan:
    """Share the interviews of a wave out to the areas, and say how precise the figures will be.

    Intervals take Student's t with villages less strata, as the estimates will. For all areas together the variance
    is that of a stratified sample, so an allocation that serves the districts shows what it costs the province.

    Parameters
    ----------
    frame
        Villages with ``area`` and ``adults`` (:func:`~danvan_study.areas.frame.read_frame`).
    areas
        Keys of the reporting areas.
    shares
        Percent expected of the main answer by area; for Neyman's allocation.

    Raises
    ------
    StudyError
        An area has no village, or fewer than it should get; the floor asks for more than there is; a share is missing.
    """
    adults = frame.groupby("area")["adults"].sum().reindex(list(areas))
    in_frame = frame["area"].value_counts().reindex(list(areas), fill_value=0)
    if adults.isna().any():
        raise StudyError(
            sampling.frame,
            say("no village lies in {area}.", area=adults.index[adults.isna()][0]),
            say("Complete the list of villages."),
        )
    counts = _allocate(adults.to_numpy(dtype="float64"), list(areas), sampling=sampling, shares=shares or {})
    for area, count, there in zip(areas, counts, in_frame, strict=True):
        if count > there:
            raise StudyError(
                sampling.frame,
                say(
                    "{area} has {there} villages, and {count} were to be drawn there.",
                    area=area,
                    there=there,
                    count=count,
                ),
                say("Raise per_village, or lower interviews or smallest in [sample]."),
            )
    deff = design_effect(
        sampling.per_village, correlation=sampling.village_correlation, weighting=sampling.weighting_effect
    )
    weight = adults.to_numpy(dtype="float64") / float(adults.sum())
    parts = tuple(
        _part(
            area,
            sampling,
            counts=(int(people), int(count), int(there)),
            effective=count * sampling.per_village / deff,
        )
        for area, people, there, count in zip(areas, adults, in_frame, counts, strict=True)
    )
    total = _part(
        "",
        sampling,
        counts=(int(adults.sum()), int(counts.sum()), int(in_frame.sum())),
        effective=1 / float((weight**2 * deff / (counts * sampling.per_village)).sum()),
        strata=len(parts),
    )
    return Plan(deff=deff, areas=parts, total=total)


def _part(
    area: str, sampling: Sampling, *, counts: tuple[int, int, int], effective: float, strata: int = 1
) -> AreaPlan:
    adults, count, there = counts
    df = count - strata
    return AreaPlan(
        area=area,
        adults=adults,
        in_frame=there,
        villages=count,
        interviews=count * sampling.per_village,
        households=count * sampling.households,
        margin=margin_of_error(effective, df=df),
        change=smallest_change(effective, df=df),
        margin_year=margin_of_error(WAVES_A_YEAR * effective, df=WAVES_A_YEAR * df),
    )


def _allocate(
    adults: np.ndarray, areas: Sequence[str], *, sampling: Sampling, shares: Mapping[str, float]
) -> np.ndarray:
    villages = round(sampling.interviews / sampling.per_village)
    smallest = ceil(sampling.smallest / sampling.per_village)
    if villages < smallest * len(areas):
        raise StudyError(
            say("{section} interviews", section=WHERE),
            say(
                "{count} areas with {smallest} interviews at least need {least} villages; [sample] has {villages}.",
                count=len(areas),
                smallest=sampling.smallest,
                villages=villages,
                least=smallest * len(areas),
            ),
            say(
                "Write interviews = {smallest} or more, or lower smallest.",
                smallest=smallest * len(areas) * sampling.per_village,
            ),
        )
    spread = _spread(areas, shares) if sampling.allocation is Allocation.NEYMAN else None
    return allocate(adults, villages=villages, smallest=smallest, rule=sampling.allocation, spread=spread)


def _spread(areas: Sequence[str], shares: Mapping[str, float]) -> np.ndarray:
    """Return the standard deviation of a yes or no by area: the root of p (1 - p)."""
    for area in areas:
        if not 0 < shares.get(area, 0) < 100:
            raise StudyError(
                say("{section} shares", section=WHERE),
                say("{area} has no share between 0 and 100.", area=area),
                say("Write one row for each area."),
            )
    p = np.array([shares[area] for area in areas]) / 100
    return np.asarray(np.sqrt(p * (1 - p)))
