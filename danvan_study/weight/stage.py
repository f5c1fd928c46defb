"""From interviews to weights: base, non-response, calibration, trimming, whole millionths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.coding import code_texts, sort_by_text
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import Respondents, Weights
from danvan_study.weight.base import base_weights
from danvan_study.weight.margins import Constraint, Margins, area_totals, build_margins
from danvan_study.weight.meet import meet_margins
from danvan_study.weight.model import POPULATION, Calibration, Codes, Floats, Weighted, WeightSources
from danvan_study.weight.rake import TOLERANCE, collapse
from danvan_study.weight.report import Areas, Steps, report_weights
from danvan_study.weight.thin_cells import merge_thin_cells
from danvan_study.weight.trim import Target, Trimmed, trim
from danvan_study.weight.whole import whole_millionths

if TYPE_CHECKING:
    from danvan_study.study import Weighting


def weight_respondents(
    respondents: pd.DataFrame, answers: pd.DataFrame, *, weighting: Weighting, sources: WeightSources
) -> Weighted:
    """Weight the respondents of one wave.

    Parameters
    ----------
    respondents, answers
        Contracts :class:`~danvan_study.tables.Respondents` and :class:`~danvan_study.tables.Answers`. The order of
        their rows does not matter.
    weighting
        What the study asks for.
    sources
        The frame or sample file and the margins. Areas are written there as in ``respondents``.

    Raises
    ------
    StudyError
        A base weight is zero, negative or missing; margins disagree; respondents stand in a cell without
        population, or an area with people has no respondent; the margins can't be met.
    """
    respondents = sort_by_text(respondents, Respondents.respondent)
    if respondents.empty:
        raise StudyError(
            say("respondents"),
            say("nobody is left to be weighted."),
            say("Check consent, corrections and area names."),
        )
    base = base_weights(respondents, answers, weighting=weighting, sources=sources)
    margins = build_margins(respondents, sources.margins)
    margins = merge_thin_cells(margins, sources.margins, smallest=weighting.smallest_cell)
    tolerance = max(TOLERANCE, 2 * margins.disagreement)
    raked, calibrated = meet_margins(base.nonresponse, margins, weighting=weighting, tolerance=tolerance)
    areas = Areas(*code_texts(respondents[Respondents.area]))
    if weighting.trim is None:
        trimmed = Trimmed(weights=calibrated, low=0, high=0, rounds=0, cycles=0, bounds_hold=True)
    else:
        target = _target(margins, calibrated, areas=areas, tolerance=tolerance)
        trimmed = trim(calibrated, respondents[Respondents.area], bounds=weighting.trim, target=target)
    steps = Steps(
        areas=areas,
        base=base,
        margins=margins,
        raked=raked,
        calibrated=calibrated,
        trimmed=trimmed,
        final=_final(trimmed.weights, areas, sources),
    )
    return Weighted(
        weights=_table(respondents, steps),
        calibration=Calibration(cells=margins.membership, pattern=margins.pattern, design_weight=base.nonresponse),
        report=report_weights(steps),
    )


def _target(margins: Margins, calibrated: Floats, *, areas: Areas, tolerance: float) -> Target:
    """Return what trimming must keep: the margins, or without any the total of each area."""
    if margins.constraints:
        return Target(pattern=margins.pattern, constraints=margins.constraints, tolerance=tolerance)
    kept = Constraint(
        membership=csr_array(np.eye(len(areas.names))),
        totals=collapse(calibrated, areas.code),
        cells=areas.names,
        file="",
    )
    return Target(pattern=areas.code, constraints=(kept,))


def _final(weights: Floats, areas: Areas, sources: WeightSources) -> Codes:
    """Round to whole millionths, exact in each area, or over all where the margins don't tell the areas."""
    known = area_totals(sources.margins)
    if sources.margins and (known is None or "" in areas.names):
        everybody = float(sources.margins[0].cells[POPULATION].sum())
        return whole_millionths(weights, np.zeros(len(weights), dtype=np.int64), totals=np.array([everybody]))
    totals = pd.Series(weights).groupby(areas.code).sum() if known is None else known[areas.names]
    return whole_millionths(weights, areas.code, totals=np.asarray(totals, dtype=np.float64))


def _table(respondents: pd.DataFrame, steps: Steps) -> pd.DataFrame:
    columns = {
        Weights.respondent: respondents[Respondents.respondent],
        Weights.base: steps.base.base,
        Weights.nonresponse: steps.base.nonresponse,
        Weights.calibrated: steps.calibrated,
        Weights.trimmed: steps.trimmed.weights,
        Weights.weight: steps.final,
    }
    return Weights.conform(pd.DataFrame(columns, copy=False))
