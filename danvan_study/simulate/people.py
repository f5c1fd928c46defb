"""Knock on doors: which households are approached, who is drawn there, and who gives an interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from danvan_study.simulate.latent import cell_effects
from danvan_study.simulate.model import AGE_BANDS, RESIDENCES
from danvan_study.simulate.population import household_sizes, size_by_age
from danvan_study.simulate.seeded import draw

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.simulate.model import Flags, Floats, Truth, Whole
    from danvan_study.simulate.population import Population


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The adults drawn in the households that were approached, P in all, in the order of the visits."""

    stop: Whole
    """Row of the sample: the village that was visited (P,)."""
    village: Whole
    """Position of that village in the frame (P,)."""
    adults: Whole
    """Adults in the household (P,)."""
    sex: Whole
    age: Whole
    """Positions in ``SEXES`` and ``AGE_BANDS`` (P,)."""
    person: Floats
    """How content the person is in general, a z-score (P,)."""
    takes_part: Flags
    refuses: Flags
    """Said no when asked for consent, so that a record of the refusal exists (P,)."""

    @property
    def cell(self) -> Whole:
        """Position in ``CELLS`` (P,)."""
        return self.sex * len(AGE_BANDS) + self.age

    def only(self, chosen: Flags) -> People:
        """Return the people who are ``chosen`` (boolean, P)."""
        return People(**{name: getattr(self, name)[chosen] for name in self.__slots__})


def meet_people(
    sample: pd.DataFrame, truth: Truth, *, population: Population, generator: np.random.Generator
) -> People:
    """Draw households in the villages of ``sample``, one adult in each, and decide who takes part.

    A household is drawn with equal chances and an adult in it too, so people of large households come in more
    seldom: the weight has to undo it.
    """
    stop = np.repeat(np.arange(len(sample)), sample["approached"])
    village = sample["village"].to_numpy()[stop]
    ages = population.ages[village]
    size = draw(household_sizes(ages, truth.adults_in_household), generator)
    of_size = ages * size_by_age(truth.adults_in_household)[:, size].T
    age = draw(of_size / of_size.sum(axis=1, keepdims=True), generator)
    sex = (generator.random(len(stop)) < population.women[age]).astype("int64")
    person = generator.normal(size=len(stop))
    takes_part = generator.random(len(stop)) < response_chance(truth, population)[village, sex * len(AGE_BANDS) + age]
    asked = generator.random(len(stop)) < truth.response.asked_consent / 100
    return People(
        stop=stop,
        village=village,
        adults=size + 1,
        sex=sex,
        age=age,
        person=person,
        takes_part=takes_part,
        refuses=~takes_part & asked,
    )


def response_chance(truth: Truth, population: Population) -> Floats:
    """Return the chance of an interview for each village and cell (V x 8)."""
    response = truth.response
    of_residence = np.array([response.effects.get("residence", {}).get(name, 0.0) for name in RESIDENCES])
    pushes = response.by_region.items()
    of_area = np.array([sum(push for region, push in pushes if truth.is_in(region, area)) for area in population.areas])
    place = of_residence[population.residence] + of_area[population.area]
    moved = logit(response.percent / 100) + place[:, None] + cell_effects(response.effects)[None, :]
    return np.asarray(expit(moved))
