"""Draws by lot: how many clusters a stratum gets, which are drawn, and what precision follows."""

from danvan_study.sampling.allocate import allocate
from danvan_study.sampling.precision import design_effect, margin_of_error, smallest_change
from danvan_study.sampling.seeded import stream
from danvan_study.sampling.systematic import (
    DECIMALS,
    SAMPLE_COLUMNS,
    draw_clusters,
    draw_systematic,
    equal_steps,
    inclusion_chances,
)

__all__ = [
    "DECIMALS",
    "SAMPLE_COLUMNS",
    "allocate",
    "design_effect",
    "draw_clusters",
    "draw_systematic",
    "equal_steps",
    "inclusion_chances",
    "margin_of_error",
    "smallest_change",
    "stream",
]
