"""From weighted answers to the long table of estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.estimate.domains import Domains, find_domains
from danvan_study.estimate.measures import Responses, measure_question
from danvan_study.estimate.pool import Pool, PooledAnswers, WaveSample, pool_answers, pool_waves
from danvan_study.estimate.precision import precision
from danvan_study.estimate.questions import Comparable, comparable_questions
from danvan_study.estimate.ratios import Engine
from danvan_study.tables import Estimates, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Question
    from danvan_study.estimate.measures import Measures
    from danvan_study.study import Period, Study

DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """The estimates of a period."""

    estimates: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Estimates`."""
    skipped: Mapping[str, str]
    """Question to the reason why it, or some answers to it, are left out."""


def estimate_period(period: Period, samples: Sequence[WaveSample], *, study: Study) -> Estimated:
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
    """
    if tuple(sample.wave for sample in samples) != period.waves:
        raise ValueError(f"period {period.id} wants waves {period.waves}")
    pool = pool_waves(samples, study)
    answers = pool_answers(samples, pool)
    domains = find_domains(pool.respondents, [group.name for group in study.groups])
    engine = Engine(pool.survey, domains)
    questions, skipped = comparable_questions(samples, study)
    tables = []
    for comparable in questions:
        name = comparable.question.name
        responses, remarks = _responses(comparable, answers, pool)
        measures = measure_question(comparable.question, responses, n=pool.survey.n, missing=study.missing)
        if measures.measures:
            tables.append(_rows(comparable.question, measures, engine=engine, domains=domains))
        else:
            remarks.append("nobody answered")
        if remarks:
            skipped[name] = "; ".join(remarks)
    return Estimated(estimates=_table(period, tables), skipped=skipped)


def _responses(comparable: Comparable, answers: PooledAnswers, pool: Pool) -> tuple[Responses, list[str]]:
    """Return the answers to a question, without those given to another wording, and what was left out."""
    span = answers.spans.get(comparable.question.name, slice(0, 0))
    rows, answer, missing = answers.rows[span], answers.answer.iloc[span], answers.missing.iloc[span]
    asked_otherwise = np.zeros(len(rows), dtype=bool)
    for wave, versions in comparable.left_out.items():
        if versions:
            respondents = pool.respondents.iloc[rows]
            here = (respondents[Respondents.wave] == wave) & respondents[Respondents.form_version].isin(versions)
            asked_otherwise |= here.to_numpy()
    remarks = []
    if asked_otherwise.any():
        others = ", ".join(sorted(set[str]().union(*comparable.left_out.values())))
        remarks.append(f"{int(asked_otherwise.sum())} answers to another wording left out (form version {others})")
    keep = ~asked_otherwise
    if comparable.question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL):
        unread = (missing[keep] == "") & pd.to_numeric(answer[keep], errors="coerce").isna()
        if unread.any():
            remarks.append(f"{int(unread.sum())} answers are not numbers and were left out")
    return Responses(
        rows=rows[keep], answer=answer[keep], missing=missing[keep], score=answers.score[span][keep]
    ), remarks


def _rows(question: Question, measures: Measures, *, engine: Engine, domains: Domains) -> pd.DataFrame:
    """Return the estimates of one question, domain after domain; text columns as codes where they are shared."""
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
    names = domains.names.iloc[domain].reset_index(drop=True)
    labels = pd.DataFrame(
        {
            Estimates.statistic: [one.statistic for one in measures.measures],
            Estimates.answer: [one.answer for one in measures.measures],
        },
        dtype="str",
    )
    figures = pd.DataFrame({name: np.asarray(values)[domain, measure] for name, values in shown.items()})
    texts = pd.concat([names, labels.iloc[measure].reset_index(drop=True)], axis=1)
    return pd.concat([texts.assign(**{Estimates.question: question.name}), figures], axis=1)


def _table(period: Period, tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return Estimates.empty()
    table = pd.concat(tables, ignore_index=True).assign(**{Estimates.period: period.id})
    numbers = table.select_dtypes("float64").columns
    # Adding 0 turns -0.0 into 0.0: they would be different bytes.
    table[numbers] = table[numbers].round(DECIMALS) + 0.0
    texts = [Estimates.period, Estimates.question, Estimates.level, Estimates.area, Estimates.group]
    table = table.astype(dict.fromkeys([*texts, Estimates.value, Estimates.statistic, Estimates.answer], "str"))
    return Estimates.conform(table)
