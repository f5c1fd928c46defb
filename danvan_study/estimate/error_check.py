"""Standard errors made in two ways: linearised, and by replicates that repeat the weighting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.estimate.domains import Domains, find_domains
from danvan_study.estimate.measured_question import measure_question
from danvan_study.estimate.pool import pool_answers, pool_waves
from danvan_study.estimate.questions import comparable_questions
from danvan_study.estimate.replicated import replicate_ratios
from danvan_study.estimate.stage import responses_to
from danvan_study.tables import Estimates, ReplicateErrors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.measures import Measures
    from danvan_study.estimate.pool import Pool, WaveSample
    from danvan_study.estimate.replicated import WeightSets
    from danvan_study.study import Study

BALANCED = 0.5
"""Clusters are uneven when as many of equal weight would be fewer than this part of them."""
KEY = list(ReplicateErrors.key)


def compare_errors(
    estimates: pd.DataFrame, sample: WaveSample, replicates: WeightSets, *, study: Study, questions: Sequence[str]
) -> pd.DataFrame:
    """Set the linearised standard errors of some questions beside those of replicates, for all and for each area.

    Linearised errors count on clusters that are many and of about equal weight; in 40 very unequal ones their
    intervals were seen to cover 74 to 83 % instead of 95. So a row carries a warning where there are fewer degrees of
    freedom than the study flags, or where a few clusters hold most of the weight.

    Parameters
    ----------
    estimates
        Contract :class:`~danvan_study.tables.Estimates`; the rows of ``sample`` alone.
    sample
        One wave.
    replicates
        Replicate weights, respondents in the order of the weights table. Trimming is not repeated in them, so they
        spread around their own mean and not around the published figure.
    questions
        Names. Of a scored question its positive share is compared, of another each answer's share.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.ReplicateErrors`.
    """
    again = _replicate_errors(sample, replicates, study=study, questions=questions)
    if again.empty:
        return ReplicateErrors.empty()
    table = estimates[estimates[Estimates.group] == ""].merge(again, on=KEY)
    few = table[Estimates.df] < study.publication.flag_df
    uneven = table[ReplicateErrors.effective_clusters] < BALANCED * table[Estimates.clusters]
    warning = np.where(uneven, "uneven_clusters", np.where(few, "few_clusters", ""))
    ratio = (table[ReplicateErrors.replicate_se] / table[Estimates.se]).where(table[Estimates.se] > 0)
    table = table.assign(ratio=ratio, warning=pd.Series(warning, dtype="str"))
    return ReplicateErrors.conform(table[list(ReplicateErrors.columns())])


def _replicate_errors(
    sample: WaveSample, replicates: WeightSets, *, study: Study, questions: Sequence[str]
) -> pd.DataFrame:
    """Return one row per domain and figure: level, area, question, statistic, answer, and what replicates say."""
    pool = pool_waves([sample], study)
    answers = pool_answers([sample], pool)
    domains = find_domains(pool.respondents, [])
    effective = _effective_clusters(pool, domains)
    asked, measured = [], []
    for comparable in comparable_questions([sample], study)[0]:
        question = comparable.question
        if question.name not in questions:
            continue
        responses, _ = responses_to(comparable, answers, pool)
        measures = measure_question(question, responses, n=pool.survey.n, missing=study.missing)
        asked.append(question.name)
        measured.append(_compared(measures))
    variances = replicate_ratios(measured, domains, weight=pool.survey.weight, replicates=replicates, around_full=False)
    parts = []
    for name, measures, variance in zip(asked, measured, variances, strict=True):
        for place, one in enumerate(measures.measures):
            part = domains.names.assign(question=name, statistic=one.statistic, answer=one.answer)
            error = 100 * np.sqrt(variance[:, place])
            parts.append(part.assign(replicate_se=error, effective_clusters=effective))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _compared(measures: Measures) -> Measures:
    """Return the figures that stand for a question: its positive share, else all its shares."""
    kinds = [one.statistic for one in measures.measures]
    wanted = "positive" if "positive" in kinds else "share"
    return measures.only([place for place, kind in enumerate(kinds) if kind == wanted])


def _effective_clusters(pool: Pool, domains: Domains) -> Floats:
    """Return for each domain how many clusters of equal weight would vary alike: (sum w)^2 / sum w^2 over clusters."""
    effective, survey = np.empty(domains.count), pool.survey
    for partition in domains.partitions:
        pair = partition.code * survey.design.clusters + survey.design.cluster
        shape = (partition.count + 1, survey.design.clusters)
        weight = np.bincount(pair, survey.weight, minlength=shape[0] * shape[1]).reshape(shape)[:-1]
        effective[partition.place] = weight.sum(axis=1) ** 2 / (weight**2).sum(axis=1)
    return effective
