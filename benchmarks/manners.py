"""How often honest interviewers are named who each have a manner of their own: the simulated ones have none.

    python -m benchmarks.manners [WAVES]

Draws waves as benchmarks.fabrication does, and adds to every measure of habits a deviation of each interviewer: normal,
its standard deviation a share of that between interviews. 0.1 of it is an intra-interviewer correlation of 0.01, 0.3 of
0.08, 0.6 of 0.26: from the usual to more than surveys report (Groves 1989, *Survey Errors and Survey Costs*, ch. 8).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from benchmarks.fabrication import draw_wave
from danvan_study.check.funnel import compare, set_apart
from danvan_study.check.habits import FAMILY_ERROR, HABITS

if TYPE_CHECKING:
    from danvan_study.check import Material

SEED = 1_000_000
MANNERS = (0.0, 0.1, 0.3, 0.6)


def main(arguments: list[str]) -> None:
    """Print how many waves had anybody named, by the size of manners."""
    waves = int(arguments[0]) if arguments else 80
    named = dict.fromkeys(MANNERS, 0)
    for wave in range(waves):
        material, rng = draw_wave(SEED + wave), np.random.default_rng([5, wave])
        for manner in MANNERS:
            named[manner] += name_anybody(material, manner, rng)
    for manner, count in named.items():
        interval = binomtest(count, waves).proportion_ci(0.95, method="exact")
        print(f"manner {manner:.1f}: {count} of {waves} ({100 * interval.low:.1f} to {100 * interval.high:.1f} %)")


def name_anybody(material: Material, manner: float, rng: np.random.Generator) -> bool:
    """Give each interviewer a manner; tell whether any is named."""
    codes, member = np.unique(material.interviewer, return_inverse=True)
    chances = {}
    for name, habit in HABITS.items():
        values = habit.measure(material)
        if np.isfinite(values).any():
            values = values + manner * np.nanstd(values) * rng.normal(size=len(codes))[member]
        for standing in compare(values, material.work, within_areas=habit.within_areas):
            chances[name, standing.interviewer] = habit.chance(standing)
    return bool(set_apart(chances, FAMILY_ERROR))


if __name__ == "__main__":
    main(sys.argv[1:])
