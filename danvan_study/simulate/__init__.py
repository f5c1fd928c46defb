"""A seeded simulator: waves of interviews drawn from a truth that is known, so that estimates can be checked."""

from danvan_study.simulate.coders import code_by_hand
from danvan_study.simulate.fill import FormFiller
from danvan_study.simulate.model import Truth
from danvan_study.simulate.population import (
    SEX_COLUMNS,
    Population,
    make_villages,
    read_population,
)
from danvan_study.simulate.read import read_truth
from danvan_study.simulate.wave import SimulatedWave, World, simulate_wave

__all__ = [
    "SEX_COLUMNS",
    "FormFiller",
    "Population",
    "SimulatedWave",
    "Truth",
    "World",
    "code_by_hand",
    "make_villages",
    "read_population",
    "read_truth",
    "simulate_wave",
]
