"""Indices: how people see a topic as a whole, from the scores of its questions; of domains, never of a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from danvan_study.codebook import Role
from danvan_study.estimate.domains import find_domains
from danvan_study.estimate.estimators import mean
from danvan_study.estimate.intervals import t_interval
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.estimate.pool import pool_answers, pool_waves
from danvan_study.estimate.precision import precision
from danvan_study.estimate.questions import comparable_questions
from danvan_study.estimate.ratios import Engine
from danvan_study.estimate.stage import DECIMALS, responses_to
from danvan_study.tables import Indices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.estimate.answers import WaveAnswers
    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.domains import Domains
    from danvan_study.estimate.pool import Pool, WaveSample
    from danvan_study.estimate.questions import Comparable
    from danvan_study.study import Period, Study

INDEX = Measure(statistic="mean", answer="", base=0, low=0.0, high=1.0, is_share=False)


def estimate_indices(period: Period, samples: Sequence[WaveSample], *, study: Study) -> pd.DataFrame:
    """Estimate each topic's index for all, each area, each group and each group in each area, in points of 0 to 100.

    The index is the weighted mean over respondents of the mean of their valid scores in the topic; whoever has none is
    outside its base. The means of persons live inside this function only. Where the study names topics for an index
    over all of them (``[index] topics``), it is the plain mean of their indices for all areas together, and what the
    topics share enters its error.

    Parameters
    ----------
    period
        Its waves are those of ``samples``, in the same order.
    samples
        One per wave.
    study
        Groups, design, topics of the index.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Indices`. Questions that were not asked alike in all waves don't count.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        pool = pool_waves(samples, study)
        answers = pool_answers(samples, pool)
        domains = find_domains(pool.respondents, [group.name for group in study.groups])
        topics = _scored_by_topic(samples, study)
        means = {topic: _person_means(questions, answers, pool) for topic, questions in topics.items()}
        means = {topic: values for topic, values in means.items() if np.isfinite(values).any()}
        if not means:
            return Indices.empty()
        table = _indices(np.column_stack(list(means.values())), Engine(pool.survey, domains), domains)
        parts = [" ".join(one.question.name for one in topics[topic]) for topic in means]
        place = table[Indices.topic]
        table = table.assign(topic=np.array(list(means))[place], questions=np.array(parts)[place])
        if study.index and set(study.index) <= set(means):
            composite = _composite(pool, np.column_stack([means[topic] for topic in study.index]), study.index)
            table = pd.concat([table, composite], ignore_index=True)
    texts = [
        Indices.period,
        Indices.topic,
        Indices.questions,
        Indices.level,
        Indices.area,
        Indices.group,
        Indices.value,
    ]
    return Indices.conform(table.assign(period=period.id).round(DECIMALS).astype(dict.fromkeys(texts, "str")))


def _scored_by_topic(samples: Sequence[WaveSample], study: Study) -> dict[str, list[Comparable]]:
    """Return the scored opinion questions of each topic, in the order of the latest form."""
    topics: dict[str, list[Comparable]] = {}
    for comparable in comparable_questions(samples, study)[0]:
        question = comparable.question
        if question.is_scored and question.role is Role.OPINION and question.topic:
            topics.setdefault(question.topic, []).append(comparable)
    return topics


def _person_means(questions: Sequence[Comparable], answers: Sequence[WaveAnswers], pool: Pool) -> Floats:
    """Return the mean of each row's valid scores, in parts of 1; NaN without any."""
    total, count = np.zeros(pool.survey.n), np.zeros(pool.survey.n)
    for comparable in questions:
        responses, _ = responses_to(comparable, answers, pool)
        score = np.where(responses.missing == 0, responses.scores, np.nan)[responses.level]
        known = np.isfinite(score)
        total[responses.row[known]] += score[known] / 100
        count[responses.row[known]] += 1
    means: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return means


def _indices(means: Floats, engine: Engine, domains: Domains) -> pd.DataFrame:
    """Return one row per topic and domain with a member; the topic is the number of its column of ``means``."""
    count = means.shape[1]
    measures = tuple(replace(INDEX, base=number) for number in range(count))
    people, values, squares = (np.kron(np.eye(count), kind[:, None]).astype(np.float64) for kind in np.eye(3))
    ratios = engine.estimate(
        Measures(measures=measures, entries=_entries(means), values=values, squares=squares, bases=people)
    )
    beside = precision(ratios, measures)
    numbers: Mapping[str, np.ndarray] = {
        Indices.estimate: 100 * ratios.estimate,
        Indices.se: 100 * beside.se,
        Indices.low: 100 * beside.low,
        Indices.high: 100 * beside.high,
        Indices.n: ratios.n,
        Indices.n_effective: beside.n_effective,
        Indices.deff: beside.deff,
        Indices.df: beside.df,
        Indices.clusters: ratios.clusters,
    }
    topic, domain = np.nonzero(ratios.n.T > 0)
    names = domains.names.iloc[domain].reset_index(drop=True)
    return names.assign(topic=topic, **{name: values[domain, topic] for name, values in numbers.items()})


def _entries(means: Floats) -> Entries:
    """Enter each mean three times, on three levels for each topic: as one person, as itself, as its square."""
    row, topic = np.nonzero(np.isfinite(means))
    value = means[row, topic]
    return Entries(
        row=np.tile(row, 3),
        level=np.concatenate([3 * topic + kind for kind in range(3)]),
        levels=3 * means.shape[1],
        amount=np.concatenate([np.ones(len(row)), value, value**2]),
    )


def _composite(pool: Pool, means: Floats, topics: Sequence[str]) -> pd.DataFrame:
    """Return the plain mean of the topics' indices. Their bases differ, so it has no design effect of its own."""
    together = mean(pool.survey, means).combine(np.full((1, len(topics)), 1 / len(topics)))
    design = pool.survey.design
    df = np.array([design.degrees_of_freedom])
    variance = together.se**2 if df[0] > 0 else np.array([np.nan])
    low, high = t_interval(together.value, variance, df=df.astype(np.float64))
    row = {
        Indices.level: "all",
        Indices.area: "",
        Indices.group: "",
        Indices.value: "",
        Indices.topic: "",
        Indices.questions: " ".join(topics),
        Indices.estimate: 100 * together.value,
        Indices.se: 100 * np.sqrt(variance),
        Indices.low: 100 * np.clip(low, 0.0, 1.0),
        Indices.high: 100 * np.clip(high, 0.0, 1.0),
        Indices.n: int(np.isfinite(means).any(axis=1).sum()),
        Indices.n_effective: np.nan,
        Indices.deff: np.nan,
        Indices.df: df,
        Indices.clusters: design.clusters,
    }
    return pd.DataFrame(row)
