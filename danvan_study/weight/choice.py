"""Which margins to weight by: how far the sample is from the population on each, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.tables import MILLION, MarginDistances, Respondents, Weights
from danvan_study.weight.margins import Constraint, build_margins, margin_name
from danvan_study.weight.rake import collapse

if TYPE_CHECKING:
    from danvan_study.weight.model import Floats, WeightSources


def compare_margins(respondents: pd.DataFrame, weights: pd.DataFrame, sources: WeightSources) -> pd.DataFrame:
    """Compare the weighted sample with every margin, whether the weights are raked to it or could be.

    Parameters
    ----------
    respondents, weights
        Of one wave; the contracts :class:`~danvan_study.tables.Respondents` and :class:`~danvan_study.tables.Weights`.
    sources
        Margins that are raked to, and candidates that could be. Shares are compared, so totals may differ.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.MarginDistances`, one row per candidate. A margin that is near before
        needs no raking; one that is far after is worth adding.
    """
    people = respondents.sort_values(Respondents.respondent, kind="stable", ignore_index=True)
    by_id = weights.set_index(Weights.respondent).loc[people[Respondents.respondent]]
    before = by_id[Weights.nonresponse].to_numpy(dtype="float64")
    after = by_id[Weights.weight].to_numpy(dtype="float64") / MILLION
    rows = []
    raked = [True] * len(sources.margins) + [False] * len(sources.candidates)
    for candidate, in_use in zip((*sources.margins, *sources.candidates), raked, strict=True):
        margins = build_margins(people, [candidate])
        constraint = margins.constraints[0]
        off = _distances(collapse(before, margins.pattern), constraint)
        left = _distances(collapse(after, margins.pattern), constraint)
        rows.append(
            {
                MarginDistances.margin: margin_name(candidate),
                MarginDistances.raked: in_use,
                MarginDistances.cells: len(constraint.cells),
                MarginDistances.mean_before: off.mean(),
                MarginDistances.largest_before: off.max(),
                MarginDistances.mean_after: left.mean(),
                MarginDistances.largest_after: left.max(),
                MarginDistances.worst: constraint.cells[int(off.argmax())],
            }
        )
    return MarginDistances.conform(pd.DataFrame(rows)) if rows else MarginDistances.empty()


def _distances(sums: Floats, constraint: Constraint) -> Floats:
    """Return how far the share of each cell is from the population's, in points."""
    reached = constraint.membership.T @ sums
    off: Floats = 100 * np.abs(reached / reached.sum() - constraint.totals / constraint.totals.sum())
    return off
