"""The places that issues may truly have: ranks with their own uncertainty.

Two shares of one question hang together, so their order is judged by their difference. Every pair is tested at once;
an issue's places are those that no test rules out, and all sets of places hold together with the stated confidence
(Mogstad, Romano, Shaikh and Wilhelm 2024, *Review of Economic Studies* 91; for shares of one question Bazylik,
Mogstad, Romano, Shaikh and Wilhelm 2021, NBER working paper 29519). The critical value is that of the largest of the
differences, by Gaussian multipliers on the clusters (Chernozhukov, Chetverikov and Kato 2013, *Annals of Statistics*
41), taken down in steps (Romano and Wolf 2005, *Econometrica* 73).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.estimate.design import Design
from danvan_study.tables import Ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.sums import WaveSums
    from danvan_study.study import ListedIssues

CONFIDENCE: Final = 0.95
DRAWS: Final = 10_000
SEED: Final = 1
AT_A_TIME: Final = 500
"""Draws whose multipliers are in memory together: one a cluster, of which a wave may have twenty thousand."""


def rank_issues(sums: WaveSums, issues: ListedIssues) -> pd.DataFrame:
    """Rank the answers to the study's list of issues in one wave.

    Parameters
    ----------
    sums
        The wave.
    issues
        The question, and the answers that are no issue.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Ranks`, in the order of the form; empty where the wave did not ask, or
        has no two issues or no two clusters to compare.
    """
    part = sums.questions.get(issues.question)
    if part is None:
        return Ranks.empty()
    kept = [
        place
        for place, (statistic, answer) in enumerate(part.statistics)
        if statistic == "share" and answer not in issues.apart
    ]
    design = Design.of(list(sums.strata), list(sums.clusters))
    if len(kept) < 2 or design.degrees_of_freedom < 1:
        return Ranks.empty()
    people = part.people[0, 0]
    share = part.values[0, kept] / people  # noqa: PD011 -- sums, no table
    deviations = (part.cluster_values[:, 0, kept] - share * part.cluster_people[:, 0, :1]) / people
    spread = design.spread(design.totals(deviations))
    low, high = rank_sets(share, spread, df=design.degrees_of_freedom)
    order = np.argsort(-share, kind="stable")
    rank = np.empty(len(kept), dtype=np.int64)
    rank[order] = np.arange(1, len(kept) + 1)
    table = pd.DataFrame(
        {
            Ranks.period: sums.wave,
            Ranks.question: issues.question,
            Ranks.answer: [part.statistics[place][1] for place in kept],
            Ranks.rank: rank,
            Ranks.rank_low: low,
            Ranks.rank_high: high,
            Ranks.ranked: len(kept),
        }
    )
    return Ranks.conform(table.astype({Ranks.period: "str", Ranks.question: "str", Ranks.answer: "str"}))


def rank_sets(
    share: Floats, spread: Floats, *, df: int, confidence: float = CONFIDENCE, draws: int = DRAWS
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the best and the worst place of each share that the sample does not rule out.

    Parameters
    ----------
    share
        Estimates.
    spread
        Deviations x shares, whose sums of products are the covariance of the estimates (``Design.spread``).
    df
        Degrees of freedom of the design.
    confidence
        That all sets hold their true place together.
    draws
        Of the multipliers.
    """
    larger, smaller = np.triu_indices(len(share), k=1)
    difference = share[larger] - share[smaller]
    deviation = spread[:, larger] - spread[:, smaller]
    se = np.sqrt((deviation**2).sum(axis=0))
    testable = se > 0
    statistic = np.divide(np.abs(difference), se, out=np.zeros_like(se), where=testable)
    drawn = _draw(deviation[:, testable] / se[testable], df=df, draws=draws)
    told = _told_apart(statistic, testable, drawn, confidence=confidence)
    ahead = np.zeros((len(share), len(share)), dtype=bool)
    ahead[larger, smaller] = told & (difference > 0)
    ahead[smaller, larger] = told & (difference < 0)
    return 1 + ahead.sum(axis=0), len(share) - ahead.sum(axis=1)


def _draw(deviation: Floats, *, df: int, draws: int) -> Floats:
    """Return draws of the statistics as they would be if no pair differed: draws x pairs."""
    random = np.random.default_rng(SEED)
    scale = np.sqrt(random.chisquare(df, draws) / df)
    drawn = np.empty((draws, deviation.shape[1]))
    for start in range(0, draws, AT_A_TIME):
        part = drawn[start : start + AT_A_TIME]
        part[:] = random.standard_normal((len(part), len(deviation))) @ deviation
    np.abs(drawn, out=drawn)
    drawn /= scale[:, None]
    return drawn


def _told_apart(
    statistic: Floats, testable: NDArray[np.bool_], drawn: Floats, *, confidence: float
) -> NDArray[np.bool_]:
    """Say which pairs differ: the largest statistics first, each round against the pairs still open."""
    told = np.zeros(len(statistic), dtype=bool)
    while (still := testable & ~told).any():
        critical = np.quantile(drawn[:, still[testable]].max(axis=1), confidence)
        if not (found := still & (statistic > critical)).any():
            break
        told |= found
    return told
