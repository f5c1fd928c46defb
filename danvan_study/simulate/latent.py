"""Where opinion really stands: the latent level of each question by village and kind of person, in logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.sampling import stream
from danvan_study.simulate.model import RESIDENCES
from danvan_study.simulate.population import CELLS

if TYPE_CHECKING:
    from danvan_study.simulate.model import Effects, Floats, Item, Truth
    from danvan_study.simulate.population import Population

SHARED = 0.6
"""Correlation with the effect that all questions share is its square: some places are content with most things."""
OWN = (1 - SHARED**2) ** 0.5


def level(truth: Truth, item: Item, *, population: Population, wave: str, version: str) -> Floats:
    """Return how far villages and cells lie above the item's plain shares (V x 8).

    Province trend and shocks + wording + effect and AR(1) drift of the area + village + residence, sex and age.
    """
    of_area = _area_effect(truth, item, len(population.areas))
    of_area = of_area + _drift(truth, item, areas=len(population.areas), wave=wave)
    of_area = of_area + _pushes(truth, item, population, wave=wave, answer="")
    of_residence = np.array([item.effects.get("residence", {}).get(name, 0.0) for name in RESIDENCES])
    of_village = of_area[population.area] + of_residence[population.residence]
    of_village = of_village + _village_effect(truth, item, len(population.villages))
    return np.asarray(of_village[:, None] + cell_effects(item.effects)[None, :] + item.wording.get(version, 0.0))


def answer_level(truth: Truth, item: Item, *, population: Population, wave: str, answers: tuple[str, ...]) -> Floats:
    """Return how far each answer of an unordered item is pushed in each village (V x answers)."""
    own = stream(truth.seed, "answers", item.question).normal(size=(len(population.areas), len(answers)))
    pushes = [_pushes(truth, item, population, wave=wave, answer=answer) for answer in answers]
    return np.asarray((item.area_sd * own + np.stack(pushes, axis=1))[population.area])


def cell_effects(effects: Effects) -> Floats:
    """Return the sum of sex and age effects of each cell (8,)."""
    sex, age = effects.get("sex", {}), effects.get("age_band", {})
    return np.array([sex.get(one, 0.0) + age.get(band, 0.0) for one, band in CELLS])


def _area_effect(truth: Truth, item: Item, areas: int) -> Floats:
    shared = stream(truth.seed, "area").normal(size=areas)
    own = stream(truth.seed, "area", item.question).normal(size=areas)
    return np.asarray(item.area_sd * (SHARED * shared + OWN * own))


def _village_effect(truth: Truth, item: Item, villages: int) -> Floats:
    shared = stream(truth.seed, "village").normal(size=villages)
    own = stream(truth.seed, "village", item.question).normal(size=villages)
    return np.asarray(item.village_sd * (SHARED * shared + OWN * own))


def _drift(truth: Truth, item: Item, *, areas: int, wave: str) -> Floats:
    """Return the stationary AR(1) drift of each area in ``wave``."""
    news = stream(truth.seed, "drift", item.question).normal(size=(len(truth.waves), areas))
    drift = news[0]
    for step in news[1 : truth.waves.index(wave) + 1]:
        drift = truth.persistence * drift + (1 - truth.persistence**2) ** 0.5 * step
    return np.asarray(item.drift_sd * drift)


def _pushes(truth: Truth, item: Item, population: Population, *, wave: str, answer: str) -> Floats:
    """Return the trend and shocks of each area in ``wave``, those on ``answer`` alone or on the whole scale."""
    total = np.zeros(len(population.areas))
    for shift in item.shifts:
        if shift.answer == answer:
            inside = np.array([truth.is_in(shift.region, area) for area in population.areas])
            total += shift.by_wave.get(wave, 0.0) * inside
    return total
