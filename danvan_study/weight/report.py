"""What a statistician asks about a set of weights, from the steps that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.tables import MILLION
from danvan_study.weight.model import WeightReport
from danvan_study.weight.rake import collapse, margin_gap

if TYPE_CHECKING:
    from danvan_study.weight.base import BaseWeights
    from danvan_study.weight.margins import Margins
    from danvan_study.weight.model import Codes, Floats
    from danvan_study.weight.rake import Raked
    from danvan_study.weight.trim import Trimmed

BINS = 256


@dataclass(frozen=True, slots=True)
class Areas:
    """Where the respondents live."""

    code: Codes
    names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Every step on the way, for the table and the report."""

    areas: Areas
    base: BaseWeights
    margins: Margins
    raked: Raked
    calibrated: Floats
    trimmed: Trimmed
    final: Codes


def report_weights(steps: Steps) -> WeightReport:
    """Sum up what was done to the weights and what came out."""
    weights = steps.final / MILLION
    gap, cell = margin_gap(collapse(weights, steps.margins.pattern), steps.margins.constraints)
    deff = len(weights) * float((weights**2).sum()) / float(weights.sum()) ** 2
    n_of_area = np.bincount(steps.areas.code).tolist()
    sum_of_area = (np.bincount(steps.areas.code, steps.final) / MILLION).tolist()  # exact: whole below 2 ** 53
    return WeightReport(
        n=len(weights),
        sum=int(steps.final.sum()) / MILLION,
        min=float(weights.min()),
        median=_median(weights),
        max=float(weights.max()),
        kish_deff=deff,
        n_effective=len(weights) / deff,
        iterations=steps.raked.cycles + steps.trimmed.cycles,
        trim_rounds=steps.trimmed.rounds,
        largest_gap=gap,
        largest_gap_cell=cell,
        trimmed_low=steps.trimmed.low,
        trimmed_high=steps.trimmed.high,
        bounds_hold=steps.trimmed.bounds_hold,
        adults_filled=steps.base.adults_filled,
        allocated=steps.margins.allocated,
        merged_cells=steps.margins.merged,
        frame_coverage=_frame_coverage(steps),
        uncovered=steps.base.uncovered,
        areas=dict(zip(steps.areas.names, zip(n_of_area, sum_of_area, strict=True), strict=True)),
    )


def _median(values: Floats) -> float:
    """Return the median: numpy's figure, but only the values in the bins of the middle are put in order."""
    step = np.ptp(values) / (BINS - 1) or 1.0
    place = ((values - values.min()) / step).astype(np.int16)
    below = np.bincount(place).cumsum()
    ranks = np.array([(len(values) - 1) // 2, len(values) // 2])
    first, last = np.searchsorted(below, ranks, side="right")
    ranks -= below[first - 1] if first else 0
    near = np.partition(values[(place >= first) & (place <= last)], ranks)
    return float(near[ranks].mean())


def _frame_coverage(steps: Steps) -> float | None:
    if steps.base.reached is None or not steps.margins.constraints:
        return None
    return float(steps.base.nonresponse.sum() / steps.margins.constraints[0].totals.sum())
