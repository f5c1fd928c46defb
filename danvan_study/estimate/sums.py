"""What each wave adds up to, cluster by cluster, so that any two periods made of waves can be set against each other.

A ratio of a period is a ratio of sums over its waves, and its deviations are sums too. So each wave is walked over
once; every comparison afterwards is arithmetic on small tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.codebook import QuestionKind
from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.pool import WaveSample, pool_waves
from danvan_study.estimate.questions import comparable_questions
from danvan_study.tables import Answers, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.pool import Pool
    from danvan_study.study import Study

BASES = ("answered", "scored", "typed", "asked")
"""Whom a statistic is about: those with an answer, with a scored one, with a number, or everybody asked."""
BASE_OF = {"share": 0, "positive": 1, "negative": 1, "net": 1, "mean": 1, "average": 2, "nonanswer": 3}
MIDDLE = 50.0

Statistic = tuple[str, str]
"""Statistic and answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSums:
    """One question of one wave. Areas: the first is all of them together."""

    fingerprint: str
    statistics: tuple[Statistic, ...]
    values: Floats
    """Areas x statistics: weighted sum of what each respondent adds, in parts of 1."""
    squares: Floats
    """Areas x statistics: weighted sum of the squares."""
    people: Floats
    """Areas x bases: sum of weights."""
    n: Floats
    """Areas x bases: respondents."""
    cluster_values: Floats
    """Clusters x areas x statistics, less what the calibration explains."""
    cluster_people: Floats
    """Clusters x areas x bases, less what the calibration explains."""
    present: np.ndarray
    """Clusters x areas x bases: whether anybody of the base lives there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSums:
    """One wave."""

    wave: str
    areas: tuple[str, ...]
    """The first is empty and stands for all together."""
    strata: tuple[str, ...]
    """Of each cluster."""
    clusters: tuple[str, ...]
    questions: Mapping[str, QuestionSums]
    """In the order of the form."""
    order: tuple[Question, ...]
    """The questions as the wave's latest form asks them."""


def sum_wave(sample: WaveSample, study: Study) -> WaveSums:
    """Walk over the answers of one wave."""
    pool = pool_waves([sample], study)
    areas = ("", *sorted(set(pool.respondents[Respondents.area]) - {""}))
    adder = _Adder(pool, areas)
    answers = sample.answers.sort_values([Answers.question, Answers.respondent], kind="stable")
    place = pd.Index(pool.respondents[Respondents.respondent]).get_indexer(pd.Index(answers[Answers.respondent]))
    by_question = answers.assign(_row=place)[place >= 0].groupby(Answers.question, sort=True, observed=True)
    given = {str(name): part for name, part in by_question}
    versions = pool.respondents[Respondents.form_version].astype("str").to_numpy()
    questions, order = {}, []
    for comparable in comparable_questions([sample], study)[0]:
        question, left_out = comparable.question, comparable.left_out[sample.wave]
        if (part := given.get(question.name)) is None:
            continue
        part = part[~np.isin(versions[part["_row"].to_numpy()], sorted(left_out))]
        prints = question.fingerprint(study.languages[0])
        questions[question.name] = adder.add(_Said.of(question, part, study.missing), prints)
        order.append(question)
    return WaveSums(
        wave=sample.wave,
        areas=areas,
        strata=adder.strata,
        clusters=adder.clusters,
        questions=questions,
        order=tuple(order),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Statistics of a question as numbers on the rows of those who were asked."""

    row: Codes
    statistics: tuple[Statistic, ...]
    amounts: Floats
    """Rows x statistics."""
    bases: Floats
    """Rows x bases, 0 or 1."""

    @classmethod
    def of(cls, question: Question, part: pd.DataFrame, missing: Mapping[str, str]) -> _Said:
        kind = part[Answers.missing].astype("str").to_numpy()
        score = part[Answers.score].to_numpy(dtype="float64")
        typed = np.full(len(part), np.nan)
        if question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL):
            answered = part[Answers.answer].astype("str").where(kind == "")
            typed = pd.to_numeric(answered, errors="coerce").to_numpy(dtype="float64")
        bases = np.column_stack(
            [kind == "", (kind == "") & np.isfinite(score), np.isfinite(typed), kind != "not_applicable"]
        )
        columns: dict[Statistic, np.ndarray] = {}
        if question.kind in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE):
            columns |= _shares(question, part[Answers.answer].astype("str").where(kind == "", ""), missing)
        if question.is_scored and bases[:, 1].any():
            columns |= _scores(np.where(bases[:, 1], score, MIDDLE), bases[:, 1])
        if bases[:, 2].any():
            columns["average", ""] = np.where(bases[:, 2], typed, 0.0)
        columns |= _nonanswers(question, kind, missing)
        values = np.column_stack(list(columns.values())).astype(np.float64) if columns else np.zeros((len(part), 0))
        return cls(
            row=part["_row"].to_numpy(dtype=np.int64),
            statistics=tuple(columns),
            amounts=values,
            bases=bases.astype(np.float64),
        )


def _shares(question: Question, given: pd.Series, missing: Mapping[str, str]) -> dict[Statistic, np.ndarray]:
    code, answers = pd.factorize(given)
    several = question.kind is QuestionKind.SELECT_MULTIPLE
    sets = [set(str(answer).split()) if several else {str(answer)} for answer in answers]
    offered = [choice.name for choice in question.choices if not (choice.missing or choice.name in missing)]
    further = sorted(set[str]().union(*sets) - set(offered) - {""})
    names = [*offered, *further]
    return {("share", name): np.array([name in chosen for chosen in sets], dtype=np.float64)[code] for name in names}


def _scores(score: np.ndarray, scored: np.ndarray) -> dict[Statistic, np.ndarray]:
    good, bad = (score > MIDDLE).astype(np.float64), (score < MIDDLE).astype(np.float64)
    return {
        ("positive", ""): good,
        ("negative", ""): bad,
        ("net", ""): good - bad,
        ("mean", ""): np.where(scored, score / 100, 0.0),
    }


def _nonanswers(question: Question, kind: np.ndarray, missing: Mapping[str, str]) -> dict[Statistic, np.ndarray]:
    offered = {choice.missing or missing.get(choice.name, "") for choice in question.choices}
    return {
        ("nonanswer", name): (kind == name).astype(np.float64)
        for name in ("dont_know", "refused")
        if name in offered or (kind == name).any()
    }


class _Adder:
    """Sums columns of a wave by area, and by cluster and area."""

    def __init__(self, pool: Pool, areas: tuple[str, ...]) -> None:
        survey, place = pool.survey, {area: number for number, area in enumerate(areas)}
        own = pool.respondents[Respondents.area].astype("str").map(place).to_numpy(dtype=np.int64)
        inside = np.flatnonzero(own > 0)
        row = np.concatenate([np.arange(survey.n), inside])
        area = np.concatenate([np.zeros(survey.n, dtype=np.int64), own[inside]])
        self._count, self._design = len(areas), survey.design
        self._area = self._matrix(area, row, length=self._count, values=survey.weight[row])
        self._heads = self._matrix(area, row, length=self._count, values=np.ones(len(row)))
        pair = survey.design.cluster[row] * self._count + area
        self._pair = self._matrix(pair, row, length=survey.design.clusters * self._count, values=survey.weight[row])
        self._calibrated = [
            (*_cells(part.residuals, row, area, areas=self._count), _effect(part.residuals, pool))
            for part in survey.calibrated
            if isinstance(part.residuals, Regression)
        ]
        first = np.unique(survey.design.cluster, return_index=True)[1]
        self.strata = tuple(pool.respondents[Respondents.stratum].astype("str").iloc[first])
        names = pool.respondents[Respondents.cluster].astype("str")
        alone = pool.respondents[Respondents.respondent].astype("str")
        self.clusters = tuple(names.where(names != "", alone).iloc[first])

    def add(self, said: _Said, fingerprint: str) -> QuestionSums:
        """Sum one question."""
        n = self._area.shape[1]
        values, bases = np.zeros((n, said.amounts.shape[1])), np.zeros((n, said.bases.shape[1]))
        bases[said.row] = said.bases
        values[said.row] = said.amounts
        for number, (statistic, _) in enumerate(said.statistics):
            values[:, number] *= bases[:, BASE_OF[statistic]]
        members = self._cube(self._pair, bases)
        return QuestionSums(
            fingerprint=fingerprint,
            statistics=said.statistics,
            values=self._area @ values,
            squares=self._area @ values**2,
            people=self._area @ bases,
            n=self._heads @ bases,
            cluster_values=self._left(values),
            cluster_people=self._left(bases),
            present=members > 0,
        )

    def _left(self, columns: Floats) -> Floats:
        """Return the sums by cluster and area less what the calibration explains."""
        left = self._cube(self._pair, columns)
        for by_cell, cells, effect in self._calibrated:
            moments = (by_cell @ columns).reshape(cells, -1)
            left -= (effect @ moments).reshape(left.shape)
        return left

    def _cube(self, sums: csr_array, columns: Floats) -> Floats:
        cube: Floats = (sums @ columns).reshape(-1, self._count, columns.shape[1])
        return cube

    def _matrix(self, to: Codes, row: Codes, *, length: int, values: Floats) -> csr_array:
        return csr_array((values, (to, row)), shape=(length, int(self._design.cluster.shape[0])))


def _cells(regression: Regression, row: Codes, area: Codes, *, areas: int) -> tuple[csr_array, int]:
    """Return (cells x areas) x rows: each row's design weight times membership, in each area it belongs to."""
    cells = regression.auxiliaries.tocsr()
    n, count = cells.shape
    weighted = csr_array((regression.design_weight, (np.arange(n), np.arange(n))), shape=(n, n)) @ cells
    picked = weighted[row].tocoo()
    pair, cell = (coordinate.astype(np.int64) for coordinate in picked.coords)
    shape = (count * areas, n)
    return csr_array((picked.data, (cell * areas + area[pair], row[pair])), shape=shape), count


def _effect(regression: Regression, pool: Pool) -> Floats:
    """Return clusters x cells: weighted memberships of each cluster times the inverse of the regression."""
    survey = pool.survey
    clusters = csr_array(
        (survey.weight, (survey.design.cluster, np.arange(survey.n))), shape=(survey.design.clusters, survey.n)
    )
    effect: Floats = np.asarray((clusters @ regression.auxiliaries).todense()) @ regression.inverse
    return effect
