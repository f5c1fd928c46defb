"""Bring weights to the margins, by the distance that the study asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import hstack

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study import Distance
from danvan_study.weight.calibrate import UNBOUNDED, calibrate
from danvan_study.weight.rake import Raked, collapse, margin_gap, rake

if TYPE_CHECKING:
    from danvan_study.study import Weighting
    from danvan_study.weight.margins import Margins
    from danvan_study.weight.model import Floats


def meet_margins(weights: Floats, margins: Margins, *, weighting: Weighting, tolerance: float) -> tuple[Raked, Floats]:
    """Return where calibration ended, pattern by pattern, and the weights of the respondents.

    Raking goes from margin to margin; the other distances are calibrated to all cells at once. A factor depends on the
    cells alone, so respondents of one pattern of cells share it.

    Parameters
    ----------
    weights
        Of the respondents, after non-response.
    tolerance
        Largest relative gap of a cell that counts as none.

    Raises
    ------
    StudyError
        No weights meet the margins, or only negative ones do.
    """
    sums = collapse(weights, margins.pattern)
    files = ", ".join(constraint.file for constraint in margins.constraints)
    if weighting.distance is Distance.RAKING or not margins.constraints:
        met = rake(sums, margins.constraints, tolerance=tolerance)
    else:
        met = _at_once(sums, margins, weighting=weighting, tolerance=tolerance)
    if not met.converged:
        raise StudyError(
            files,
            say(
                "{distance} stopped after {cycles} cycles with {cell} still {gap:.2%} from its population.",
                distance=weighting.distance,
                cycles=met.cycles,
                cell=met.cell,
                gap=met.gap,
            ),
            say(
                "The margins ask for a combination of people that was hardly interviewed: merge small categories, "
                "or widen [weighting] factors."
            )
            if weighting.factors
            else say(
                "The margins ask for a combination of people that was hardly interviewed: merge small categories."
            ),
        )
    if (met.weights <= 0).any():
        raise StudyError(
            "study.toml, [weighting] distance",
            say(
                "{distance} calibration gives {count} kinds of respondents a weight of 0 or less.",
                distance=weighting.distance,
                count=int((met.weights <= 0).sum()),
            ),
            say("Bound the factors, such as factors = [0.2, 5], or leave the distance at raking."),
        )
    return met, weights * (met.weights / sums)[margins.pattern]


def _at_once(sums: Floats, margins: Margins, *, weighting: Weighting, tolerance: float) -> Raked:
    cells = hstack([constraint.membership for constraint in margins.constraints]).toarray()
    # Bounds are meant beside the average factor: base weights need not add up to the population.
    start = sums * (margins.constraints[0].totals.sum() / sums.sum())
    adjusted = calibrate(
        start,
        cells,
        totals=np.concatenate([constraint.totals for constraint in margins.constraints]),
        distance=weighting.distance,
        bounds=weighting.factors or UNBOUNDED,
    )
    weights = start * adjusted.factor
    gap, cell = margin_gap(weights, margins.constraints)
    return Raked(weights=weights, cycles=adjusted.steps, gap=gap, cell=cell, converged=gap <= tolerance)
