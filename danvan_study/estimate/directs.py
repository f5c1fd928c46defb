"""The figures that are followed over time: of each question the one that stands for it, or each of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import Role
from danvan_study.estimate.sums import BASE_OF
from danvan_study.tables import Directs, Estimates

if TYPE_CHECKING:
    from danvan_study.codebook import Question
    from danvan_study.estimate.sums import WaveSums

FOLLOWED = (Role.OPINION, Role.FILTER, Role.UNSTATED)


def find_directs(estimates: pd.DataFrame, sums: WaveSums) -> pd.DataFrame:
    """Return the figures of a wave that are followed: positive shares, averages, and answers that lie on no scale.

    Parameters
    ----------
    estimates
        Contract :class:`~danvan_study.tables.Estimates`; of the wave alone.
    sums
        Of the same wave.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Directs`.
    """
    followed = {(question.name, _statistic(question)) for question in sums.order if question.role in FOLLOWED}
    rows = estimates[(estimates[Estimates.group] == "") & (estimates[Estimates.period] == sums.wave)]
    pairs = pd.MultiIndex.from_frame(rows[[Estimates.question, Estimates.statistic]])
    rows = rows[pairs.isin(list(followed))]
    place = {area: number for number, area in enumerate(sums.areas)}
    people = [
        sums.questions[question].people[place[area], BASE_OF[statistic]]
        for question, statistic, area in rows[[Estimates.question, Estimates.statistic, Estimates.area]].itertuples(
            index=False, name=None
        )
    ]
    table = rows.assign(**{Directs.people: pd.Series(people, index=rows.index, dtype="float64")})
    return Directs.conform(table[list(Directs.columns())])


def _statistic(question: Question) -> str:
    if question.is_scored:
        return "positive"
    return "share" if question.choices else "average"
