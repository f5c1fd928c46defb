"""A seeded simulator: waves of interviews drawn from a truth that is known, so that estimates can be checked."""

from danvan_study.simulate.coders import code_by_hand
from danvan_study.simulate.fill import FormFiller
from danvan_study.simulate.model import Truth
from danvan_study.simulate.national import (
    Size,
    draw_province,
    offer_provinces,
    province,
    quarters,
    renamed,
    settle,
    spread_margin,
)
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
    "Size",
    "Truth",
    "World",
    "code_by_hand",
    "draw_province",
    "make_villages",
    "offer_provinces",
    "province",
    "quarters",
    "read_population",
    "read_truth",
    "renamed",
    "settle",
    "simulate_wave",
    "spread_margin",
]
