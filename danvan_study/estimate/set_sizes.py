"""How many people and clusters stand behind each question in each domain of a wave, without estimating anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.tables import Answers, Respondents, SetSizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.pool import WaveSample

_CLUSTER = "_cluster"


def size_sets(sample: WaveSample, groups: Sequence[str]) -> pd.DataFrame:
    """Count who gave each answer, for all, in each area and for each value of a group.

    Several answers at once, and numbers as typed, are answers of their own.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.SetSizes`.
    """
    people = sample.respondents[[Respondents.respondent, Respondents.area, *groups]].copy()
    people[_CLUSTER] = sample.respondents.groupby([Respondents.stratum, Respondents.cluster], sort=False).ngroup()
    valid = sample.answers[sample.answers[Answers.missing] == ""]
    pairs = valid[[Answers.respondent, Answers.question, Answers.answer]].astype("str").drop_duplicates()
    who = pairs.merge(people, on=Answers.respondent)
    parts = [_count(who, level="all")]
    parts.append(_count(who, level="area", by=Respondents.area))
    parts += [_count(who, level="all", by=group) for group in groups]
    return SetSizes.conform(pd.concat(parts, ignore_index=True))


def _count(who: pd.DataFrame, *, level: str, by: str = "") -> pd.DataFrame:
    keys = [Answers.question, *([by] if by else [])]
    known = who[who[by] != ""] if by else who
    counted = known.groupby([*keys, Answers.answer], sort=True).size().rename("n").reset_index()
    counted = counted.merge(known.groupby(keys)[_CLUSTER].nunique().rename("clusters").reset_index(), on=keys)
    place = counted[by] if by else pd.Series("", index=counted.index)
    blank = pd.Series("", index=counted.index)
    return pd.DataFrame(
        {
            SetSizes.level: level,
            SetSizes.area: place if level == "area" else blank,
            SetSizes.group: by if level == "all" else "",
            SetSizes.value: place if level == "all" else blank,
            SetSizes.question: counted[Answers.question],
            SetSizes.answer: counted[Answers.answer],
            SetSizes.n: counted["n"],
            SetSizes.clusters: counted["clusters"],
        }
    ).astype({name: "str" for name, column in SetSizes.columns().items() if column.kind == "text"})
