"""From weighted answers to the long table of estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from danvan_study.estimate.answers import WaveAnswers, join_responses, keep_responses
from danvan_study.estimate.domains import Domains, find_domains
from danvan_study.estimate.measured_question import NUMERIC, measure_question
from danvan_study.estimate.pool import Pool, WaveSample, pool_answers, pool_waves
from danvan_study.estimate.precision import precision
from danvan_study.estimate.questions import Comparable, comparable_questions
from danvan_study.estimate.ratios import Engine
from danvan_study.tables import Estimates, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes
    from danvan_study.estimate.measures import Measure, Measures, Responses
    from danvan_study.study import Period, Study

DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """The estimates of a period."""

    estimates: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Estimates`."""
    skipped: Mapping[str, str]
    """Question to the reason why it, or some answers to it, are left out."""


def estimate_period(
    period: Period, samples: Sequence[WaveSample], *, study: Study, both_bases: bool = False
) -> Estimated:
    """Estimate every question of a period for all, each area, each group and each group in each area.

    Shares, scores and balances are in points, 0 to 100 (net: -100 to 100); averages keep their unit. A domain where
    nobody is in the base of a statistic has no row. Figures are rounded to nine decimals, beyond what sums in another
    order could change.

    Parameters
    ----------
    period
        Its waves are those of ``samples``, in the same order.
    samples
        One per wave.
    study
        Groups, design and languages.
    both_bases
        Whether the share of each answer among all asked stands beside the one among valid answers, where don't know or
        refused were possible.
    """
    if tuple(sample.wave for sample in samples) != period.waves:
        raise ValueError(f"period {period.id} wants waves {period.waves}")
    # Tables are long and narrow: sharing out their products among threads costs more than it saves.
    with threadpool_limits(limits=1, user_api="blas"):
        return _estimate(period, samples, study, both_bases=both_bases)


def _estimate(period: Period, samples: Sequence[WaveSample], study: Study, *, both_bases: bool) -> Estimated:
    pool = pool_waves(samples, study)
    answers = pool_answers(samples, pool)
    domains = find_domains(pool.respondents, [group.name for group in study.groups])
    engine = Engine(pool.survey, domains)
    questions, skipped = comparable_questions(samples, study)
    tables = []
    for comparable in questions:
        name = comparable.question.name
        responses, remarks = responses_to(comparable, answers, pool)
        measures = measure_question(
            comparable.question, responses, n=pool.survey.n, missing=study.missing, both_bases=both_bases
        )
        if measures.measures:
            tables.append(_figures(comparable.question, measures, engine=engine))
        else:
            remarks.append("nobody answered")
        if remarks:
            skipped[name] = "; ".join(remarks)
    return Estimated(estimates=_table(period, tables, domains), skipped=skipped)


def responses_to(comparable: Comparable, answers: Sequence[WaveAnswers], pool: Pool) -> tuple[Responses, list[str]]:
    """Return the answers to a question, without those given to another wording, and what was left out."""
    responses = join_responses([part.to(comparable.question.name) for part in answers])
    asked_otherwise = np.zeros(len(responses.row), dtype=bool)
    for wave, versions in comparable.left_out.items():
        if versions:
            respondents = pool.respondents.iloc[responses.row]
            here = (respondents[Respondents.wave] == wave) & respondents[Respondents.form_version].isin(versions)
            asked_otherwise |= here.to_numpy()
    remarks = []
    if asked_otherwise.any():
        others = ", ".join(sorted(set[str]().union(*comparable.left_out.values())))
        remarks.append(f"{int(asked_otherwise.sum())} answers to another wording left out (form version {others})")
    responses = keep_responses(responses, ~asked_otherwise)
    if comparable.question.kind in NUMERIC:
        unread = pd.to_numeric(pd.Series(responses.answers, dtype="str"), errors="coerce").isna().to_numpy()
        count = int((unread & (responses.missing == 0))[responses.level].sum())
        if count:
            remarks.append(f"{count} answers are not numbers and were left out")
    return responses, remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """The estimates of one question, domain after domain."""

    question: str
    domain: Codes
    measure: Codes
    measures: Sequence[Measure]
    numbers: Mapping[str, np.ndarray]


def _figures(question: Question, measures: Measures, *, engine: Engine) -> _Figures:
    ratios = engine.estimate(measures)
    beside = precision(ratios, measures.measures)
    domain, measure = np.nonzero(ratios.n > 0)
    scale = np.array([one.scale for one in measures.measures])
    shown = {
        Estimates.estimate: ratios.estimate * scale,
        Estimates.se: beside.se * scale,
        Estimates.low: beside.low * scale,
        Estimates.high: beside.high * scale,
        Estimates.n: ratios.n,
        Estimates.n_effective: beside.n_effective,
        Estimates.deff: beside.deff,
        Estimates.df: beside.df,
        Estimates.clusters: ratios.clusters,
    }
    return _Figures(
        question=question.name,
        domain=domain,
        measure=measure,
        measures=measures.measures,
        numbers={name: values[domain, measure] for name, values in shown.items()},
    )


def _table(period: Period, parts: Sequence[_Figures], domains: Domains) -> pd.DataFrame:
    """Put the figures into one table; the names of domains, questions and answers are written once, at the end."""
    if not parts:
        return Estimates.empty()
    starts = np.cumsum([0, *(len(part.measures) for part in parts)])
    measure = np.concatenate([part.measure + start for part, start in zip(parts, starts, strict=False)])
    domain = np.concatenate([part.domain for part in parts])
    all_measures = [(part.question, one) for part in parts for one in part.measures]
    texts = {name: domains.names[name].array.take(domain) for name in domains.names}
    for name, values in (
        (Estimates.question, [question for question, _ in all_measures]),
        (Estimates.statistic, [one.statistic for _, one in all_measures]),
        (Estimates.answer, [one.answer for _, one in all_measures]),
    ):
        texts[name] = pd.array(values, dtype="str").take(measure)
    texts[Estimates.period] = pd.array([period.id], dtype="str").take(np.zeros(len(measure), dtype=np.int64))
    numbers = {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers}
    for name, figures in numbers.items():
        if figures.dtype.kind == "f":
            # Adding 0 turns -0.0 into 0.0: they would be different bytes.
            numbers[name] = figures.round(DECIMALS) + 0.0
    return Estimates.conform(pd.DataFrame(texts | numbers))
