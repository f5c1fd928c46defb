"""Do answers hang on how people were asked? Figures split by the conditions of the interview, with tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from danvan_study.coding import code_texts
from danvan_study.estimate.association import CrossTable, rao_scott
from danvan_study.estimate.pool import pool_waves
from danvan_study.estimate.set_sizes import size_sets
from danvan_study.estimate.stage import estimate_period
from danvan_study.study import Group
from danvan_study.tables import MIDDLE, Answers, ConditionTests, Estimates, Respondents, SetSizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes
    from danvan_study.estimate.pool import Pool, WaveSample
    from danvan_study.study import Conditions, Period, Study

FEWEST: Final = 10
"""A condition that fewer people name is left out of the test: chi-squared needs filled cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioned:
    """The questions of ``[conditions]`` in one period."""

    estimates: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Estimates`; the conditions stand as groups."""
    tests: pd.DataFrame
    """Contract :class:`~danvan_study.tables.ConditionTests`."""


def estimate_conditions(period: Period, samples: Sequence[WaveSample], *, study: Study) -> Conditioned:
    """Split the study's questions by the conditions of the interview, and test each split.

    The test asks whether the share of positive answers is the same under every condition (Rao and Scott 1984, *Annals
    of Statistics* 12, second order); p is adjusted over all splits shown together (Benjamini and Hochberg 1995, JRSS B
    57). A difference is an association: who thinks of the government as the sponsor may differ in other ways too.
    """
    conditions = study.reports.conditions
    split = [_with_conditions(sample, conditions) for sample in samples]
    groups = tuple(Group(name=name, question=name) for name in conditions.by)
    estimated = estimate_period(period, split, study=replace(study, groups=groups))
    asked_alike = set(estimated.estimates[Estimates.question])
    names = [name for name in study.reports.conditions.questions if name in asked_alike]
    return Conditioned(estimates=estimated.estimates, tests=_tests(period, split, names=names, study=study))


def size_conditions(sample: WaveSample, conditions: Conditions) -> pd.DataFrame:
    """Count who gave each answer to the split questions under each condition of the interview.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.SetSizes`, with the conditions as groups.
    """
    sets = size_sets(_with_conditions(sample, conditions), conditions.by)
    return sets[sets[SetSizes.group] != ""].reset_index(drop=True)


def _with_conditions(sample: WaveSample, conditions: Conditions) -> WaveSample:
    """Return the sample with the conditions beside the respondents, and the answers to the split questions alone."""
    answers, respondents = sample.answers, sample.respondents
    for name in conditions.by:
        given = answers[(answers[Answers.question] == name) & answers[Answers.missing].isin(["", "dont_know"])]
        by_respondent = pd.Series(
            given[Answers.answer].astype("str").to_numpy(), index=given[Answers.respondent].astype("str"), dtype="str"
        )
        found = respondents[Respondents.respondent].astype("str").map(by_respondent).fillna("")
        respondents = respondents.assign(**{name: found.astype("str")})
    kept = answers[answers[Answers.question].isin(conditions.questions)].reset_index(drop=True)
    return replace(sample, respondents=respondents, answers=kept)


def _tests(period: Period, samples: Sequence[WaveSample], *, names: Sequence[str], study: Study) -> pd.DataFrame:
    pool = pool_waves(samples, study)
    answers = pd.concat([sample.answers for sample in samples], ignore_index=True)
    rows = []
    for name in names:
        positive = _positive(answers[answers[Answers.question] == name], pool)
        for condition in study.reports.conditions.by:
            value, count = _conditions_of(pool, condition, positive >= 0)
            if count < 2 or len(set(positive[(positive >= 0) & (value >= 0)])) < 2:
                continue
            table = CrossTable.of(pool.survey, value, positive)
            rows.append((period.id, name, condition, rao_scott(table).p, table.n))
    columns = [name for name in ConditionTests.columns() if name != ConditionTests.p_adjusted]
    tests = pd.DataFrame(rows, columns=columns)
    adjusted = stats.false_discovery_control(tests[ConditionTests.p].to_numpy()) if rows else np.zeros(0)
    tests = tests.astype(dict.fromkeys(ConditionTests.key, "str") | {ConditionTests.p: "float64"})
    return ConditionTests.conform(
        tests.astype({ConditionTests.n: "int64"}).assign(**{ConditionTests.p_adjusted: adjusted})
    )


def _positive(answers: pd.DataFrame, pool: Pool) -> Codes:
    """Return 1 where a respondent's answer is positive, 0 where it isn't, -1 where there is none."""
    place = pd.Index(pool.respondents[Respondents.respondent]).get_indexer(pd.Index(answers[Answers.respondent]))
    score = answers[Answers.score].to_numpy(dtype="float64")
    known = (place >= 0) & np.isfinite(score) & (answers[Answers.missing] == "").to_numpy()
    positive = np.full(len(pool.respondents), -1, dtype=np.int64)
    positive[place[known]] = score[known] > MIDDLE
    return positive


def _conditions_of(pool: Pool, name: str, answered: np.ndarray) -> tuple[Codes, int]:
    """Return the condition of each respondent, -1 where unknown or named by few, and how many conditions there are."""
    code, names = code_texts(pool.respondents[name])
    people = np.bincount(code[answered], minlength=len(names))
    kept = np.array([value != "" for value in names]) & (people >= FEWEST)
    place = np.where(kept, np.cumsum(kept) - 1, -1)
    return place[code], int(kept.sum())
