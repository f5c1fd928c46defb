"""The weighting done again in every replicate, so that its own uncertainty counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from danvan_study.coding import code_texts, combine_codes, sort_by_text
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import Respondents
from danvan_study.weight.base import base_weights
from danvan_study.weight.margins import build_margins
from danvan_study.weight.rake import MOST_CYCLES, TOLERANCE
from danvan_study.weight.rake_replicates import rake_replicates
from danvan_study.weight.replicates import positive_bootstrap
from danvan_study.weight.thin_cells import merge_thin_cells

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.study import Weighting
    from danvan_study.weight.base import BaseWeights, Reached
    from danvan_study.weight.margins import Margins
    from danvan_study.weight.model import Codes, Floats, WeightSources


BLOCK = 20
"""Replicates that are weighted at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateWeights:
    """One set of weights per replicate, respondents in the order of the weights table.

    Kept as the factors they are made of: clusters and patterns are far fewer than respondents.
    """

    base: Floats
    """What each respondent begins with."""
    cluster: Codes
    """Cluster of each respondent, or the part of it in one area."""
    drawn: Floats
    """Clusters x replicates: the multiplier, and the adjustment for non-response in it."""
    pattern: Codes
    """Pattern of margin variables of each respondent."""
    raked: Floats
    """Patterns x replicates: what raking multiplies with."""
    scale: Floats
    """What the squared deviation of each replicate counts."""

    def part(self, rows: Codes | slice, some: slice) -> Floats:
        """Return the weights of some respondents in some replicates."""
        weights = self.drawn[:, some][self.cluster[rows]]
        weights *= self.base[rows, None]
        weights *= self.raked[:, some][self.pattern[rows]]
        return weights

    @property
    def weights(self) -> Floats:
        """Respondents x replicates, all of them."""
        return self.part(slice(None), slice(None))


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
    respondents = sort_by_text(respondents, Respondents.respondent)
    base = base_weights(respondents, answers, weighting=weighting, sources=sources)
    margins = build_margins(respondents, sources.margins)
    margins = merge_thin_cells(margins, sources.margins, smallest=weighting.smallest_cell)
    cluster, stratum, selected = _clusters(respondents, base)
    draws = draws or Draws()
    drawn = positive_bootstrap(stratum, draws.replicates, seed=draws.seed)
    multiplier = drawn.multiplier
    if base.reached is not None:
        response = _response_factors(base.reached, multiplier, selected=selected)
        cluster, area, of_part = combine_codes(base.reached.area, cluster)
        multiplier = multiplier[of_part] * response[area]
    return ReplicateWeights(
        base=base.base,
        cluster=cluster,
        drawn=multiplier,
        pattern=margins.pattern,
        raked=_rake(csr_array((base.base, (margins.pattern, cluster))), multiplier, margins),
        scale=drawn.scale,
    )


def _rake(weight: csr_array, multiplier: Floats, margins: Margins) -> Floats:
    """Return what raking multiplies each pattern with: patterns x replicates; ``weight`` is patterns x clusters."""
    tolerance = max(TOLERANCE, 2 * margins.disagreement)
    factors = np.empty((weight.shape[0], multiplier.shape[1]))
    for start in range(0, multiplier.shape[1], BLOCK):
        some = slice(start, start + BLOCK)
        sums = np.asarray(weight @ multiplier[:, some])
        raked, gap = rake_replicates(sums, margins.constraints, tolerance=tolerance)
        if gap > tolerance:
            raise StudyError(
                ", ".join(constraint.file for constraint in margins.constraints),
                say(
                    "raking replicates stopped after {most_cycles} cycles with a cell {gap:.2%} off its population.",
                    most_cycles=MOST_CYCLES,
                    gap=gap,
                ),
                say("The margins ask for a combination of people that was hardly interviewed: merge small categories."),
            )
        factors[:, some] = raked / sums
    return factors


def _response_factors(reached: Reached, multiplier: Floats, *, selected: Codes) -> Floats:
    """Return what respondents stand for besides themselves, areas x replicates, with the clusters of each replicate."""
    areas = int(reached.selected_area.max()) + 1
    clusters = np.arange(len(selected))
    wanted = csr_array((reached.stands_for, (reached.selected_area, clusters)), shape=(areas, len(clusters)))
    found = csr_array((reached.household, (reached.area, reached.cluster)), shape=(areas, len(multiplier)))
    above, below = np.asarray(wanted @ multiplier[selected]), np.asarray(found @ multiplier)
    factors: Floats = np.divide(above, below, out=np.ones_like(below), where=below > 0)
    return factors


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
