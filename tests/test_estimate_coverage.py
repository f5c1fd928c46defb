"""Do 95 % intervals hold their word? Draws from a truth that is known, with villages, strata and unequal weights.

The grid and the seed are fixed here. Each draw is a column of one call of the engine, so a thousand cost a blink.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study.estimate.design import Design
from danvan_study.estimate.domains import find_domains
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.estimate.precision import precision
from danvan_study.estimate.ratios import Engine
from danvan_study.estimate.survey import Survey

DRAWS = 1_000
SEED = 20_261_122
PER_VILLAGE = 10
SHARES = (0.02, 0.1, 0.5, 0.8, 0.98)
CORRELATIONS = (0.02, 0.10)
DESIGNS = ((6, 1), (12, 2), (40, 10), (120, 17))
"""Villages and strata: a district in a quarter, a district in a year, a group, a province."""


def interval(share: float, correlation: float, villages: int, strata: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([SEED, int(share * 100), int(correlation * 100), villages])
    n = villages * PER_VILLAGE
    village = np.repeat(np.arange(villages), PER_VILLAGE)
    k = (1 - correlation) / correlation
    chance = rng.beta(share * k, (1 - share) * k, (villages, DRAWS))
    said_yes = (rng.random((n, DRAWS)) < chance[village]).astype(float)
    people = pd.DataFrame({"respondent": [str(i) for i in range(n)], "area": pd.Series([""] * n, dtype="str")})
    row, draw = np.nonzero(said_yes)
    survey = Survey(
        weight=rng.lognormal(0, 0.4, n),
        design=Design.of([str(v * strata // villages) for v in village], [str(v) for v in village]),
    )
    columns = tuple(Measure(statistic="share", answer=str(i), base=0, low=0.0, high=1.0) for i in range(DRAWS))
    # Level 0 is the base; the draws are the answers to a question that allows a thousand.
    measures = Measures(
        measures=columns,
        entries=Entries(
            row=np.concatenate([np.arange(n), row]),
            level=np.concatenate([np.zeros(n, int), draw + 1]),
            levels=DRAWS + 1,
        ),
        values=np.eye(DRAWS + 1)[:, 1:],
        squares=np.eye(DRAWS + 1)[:, 1:],
        bases=np.eye(DRAWS + 1)[:, :1],
    )
    beside = precision(Engine(survey, find_domains(people, [])).estimate(measures), columns)
    return beside.low[0], beside.high[0]


def coverage(share: float, correlation: float, villages: int, strata: int) -> float:
    low, high = interval(share, correlation, villages, strata)
    return float(((low <= share) & (share <= high)).mean())


@pytest.mark.parametrize(("villages", "strata"), DESIGNS)
def test_intervals_cover_the_truth_as_often_as_they_say(villages, strata):
    held = {(s, c): coverage(s, c, villages, strata) for s in SHARES for c in CORRELATIONS}
    # Two Monte Carlo errors at 1,000 draws are 1.4 points.
    assert min(held.values()) >= 0.935 - 0.014, held
    ordinary = [value for (share, _), value in held.items() if villages * PER_VILLAGE * min(share, 1 - share) >= 10]
    assert 0.93 <= np.mean(ordinary) <= 0.975, held


def test_a_wald_interval_with_z_would_not_hold_in_six_villages():
    """The degrees of freedom matter more than the kind of standard error."""
    low, high = interval(0.5, 0.1, 6, 1)
    shrink = 1.96 / 2.571  # z over t with five degrees of freedom
    middle, half = (low + high) / 2, (high - low) / 2 * shrink
    assert ((middle - half <= 0.5) & (middle + half >= 0.5)).mean() < 0.92
