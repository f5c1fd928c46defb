"""The weighting done again in every replicate, so that its own uncertainty counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.coding import code_texts, combine_codes
from danvan_study.errors import StudyError
from danvan_study.tables import Respondents
from danvan_study.weight.base import base_weights
from danvan_study.weight.margins import build_margins
from danvan_study.weight.rake import MOST_CYCLES, TOLERANCE
from danvan_study.weight.replicates import positive_bootstrap
from danvan_study.weight.thin_cells import merge_thin_cells

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.study import Weighting
    from danvan_study.weight.base import BaseWeights, Reached
    from danvan_study.weight.margins import Margins
    from danvan_study.weight.model import Codes, Floats, WeightSources


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateWeights:
    """One set of weights per replicate, respondents in the order of the weights table."""

    weights: Floats
    """Respondents x replicates."""
    scale: Floats
    """What the squared deviation of each replicate counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How many replicates, and where the random numbers begin."""

    replicates: int = 500
    seed: int = 1


def replicate_weights(
    respondents: pd.DataFrame,
    answers: pd.DataFrame,
    *,
    weighting: Weighting,
    sources: WeightSources,
    draws: Draws | None = None,
) -> ReplicateWeights:
    """Weight the respondents of one wave again in each replicate of the positive bootstrap.

    Clusters that were selected and not reached are drawn with the others; the adjustment for non-response and the
    raking are repeated, trimming is not. No cell is ever empty, so every raking converges that the weights' own did.

    Parameters
    ----------
    respondents, answers, weighting, sources
        As for :func:`~danvan_study.weight.weight_respondents`.
    draws
        None: 500 replicates.
    """
    respondents = respondents.sort_values(Respondents.respondent, kind="stable", ignore_index=True)
    base = base_weights(respondents, answers, weighting=weighting, sources=sources)
    margins = build_margins(respondents, sources.margins)
    margins = merge_thin_cells(margins, sources.margins, smallest=weighting.smallest_cell)
    cluster, stratum, selected = _clusters(respondents, base)
    draws = draws or Draws()
    drawn = positive_bootstrap(stratum, draws.replicates, seed=draws.seed)
    tolerance = max(TOLERANCE, 2 * margins.disagreement)
    start = base.base[:, None] * drawn.multiplier[cluster]
    if base.reached is not None:
        for number, multiplier in enumerate(drawn.multiplier.T):
            factor = _response_factor(base.reached, multiplier[cluster], selected=multiplier[selected])
            start[:, number] *= factor
    return ReplicateWeights(weights=_rake(start, margins, tolerance), scale=drawn.scale)


def _rake(weights: Floats, margins: Margins, tolerance: float) -> Floats:
    """Rake respondents x replicates, all replicates in one go (the steps of :func:`~danvan_study.weight.rake.rake`)."""
    people = len(margins.pattern)
    sums = np.asarray(csr_array((np.ones(people), (margins.pattern, np.arange(people)))) @ weights)
    raked, gap, cycles = sums.copy(), np.inf if margins.constraints else 0.0, 0
    by_cell = [csr_array(constraint.membership.T) for constraint in margins.constraints]
    while gap > tolerance and cycles < MOST_CYCLES:
        gap, cycles = 0.0, cycles + 1
        for constraint, cells in zip(margins.constraints, by_cell, strict=True):
            factor = constraint.totals[:, None] / np.asarray(cells @ raked)
            raked *= np.exp(constraint.membership @ np.log(factor))
            gap = max(gap, float(np.abs(factor - 1).max()))
    if gap > tolerance:
        raise StudyError(
            ", ".join(constraint.file for constraint in margins.constraints),
            f"raking replicates stopped after {cycles} cycles with a cell still {gap:.2%} from its population.",
            "The margins ask for a combination of people that was hardly interviewed: merge small categories.",
        )
    moved: Floats = weights * (raked / sums)[margins.pattern]
    return moved


def _response_factor(reached: Reached, multiplier: Floats, *, selected: Floats) -> Floats:
    """Return what respondents stand for besides themselves, with the clusters of this replicate."""
    areas = int(reached.selected_area.max()) + 1
    wanted = np.bincount(reached.selected_area, reached.stands_for * selected, areas)
    found = np.bincount(reached.area, reached.household * multiplier, areas)
    factor = np.divide(wanted, found, out=np.ones(areas), where=found > 0)
    return np.asarray(factor[reached.area], dtype=np.float64)


def _clusters(respondents: pd.DataFrame, base: BaseWeights) -> tuple[Codes, Codes, Codes]:
    """Return the cluster of each respondent, the stratum of each cluster, and the cluster of each selected one.

    A cluster that nobody was reached in belongs to the first stratum of its area; where a whole area wasn't reached,
    its clusters weigh nothing.
    """
    stratum, _ = code_texts(respondents[Respondents.stratum])
    if base.reached is None:
        alone = (respondents[Respondents.cluster] == "").to_numpy()
        names = respondents[Respondents.cluster].where(~alone, respondents[Respondents.respondent])
        cluster, strata, _ = combine_codes(stratum, code_texts(names)[0])
        return cluster, strata, np.zeros(0, dtype=np.int64)
    reached = base.reached
    of_area = np.full(int(reached.selected_area.max()) + 1, int(stratum.max()) + 1, dtype=np.int64)
    of_area[reached.area[::-1]] = stratum[::-1]
    strata = of_area[reached.selected_area]
    strata[reached.cluster[::-1]] = stratum[::-1]
    return reached.cluster, strata, np.arange(len(strata))
