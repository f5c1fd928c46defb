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

from danvan_study.coding import raw_codes
from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.clustered import Clustered, Filled
from danvan_study.estimate.pool import WaveSample, pool_waves
from danvan_study.estimate.questions import comparable_questions
from danvan_study.estimate.said import Said
from danvan_study.tables import Answers, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.pool import Pool
    from danvan_study.estimate.said import Statistic
    from danvan_study.study import Study

BASES = ("answered", "scored", "typed", "asked")
"""Whom a statistic is about: those with an answer, with a scored one, with a number, or everybody asked."""
BASE_OF = {"share": 0, "positive": 1, "negative": 1, "net": 1, "mean": 1, "average": 2, "nonanswer": 3}


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
    by_cluster: Clustered
    """What :attr:`cluster_values` are laid out from."""
    people_by_cluster: Clustered
    members: Clustered

    @property
    def cluster_values(self) -> Floats:
        """Clusters x areas x statistics, less what the calibration explains."""
        return self.by_cluster.cube()

    @property
    def cluster_people(self) -> Floats:
        """Clusters x areas x bases, less what the calibration explains."""
        return self.people_by_cluster.cube()

    @property
    def present(self) -> np.ndarray:
        """Clusters x areas x bases: whether anybody of the base lives there."""
        return self.members.cube()


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
    row, given = _find_rows(sample.answers, pool)
    versions = pool.respondents[Respondents.form_version].astype("str").to_numpy()
    questions, order = {}, []
    for comparable in comparable_questions([sample], study)[0]:
        question, left_out = comparable.question, comparable.left_out[sample.wave]
        if question.name not in given:
            continue
        place = given[question.name]
        part = sample.answers.iloc[place].assign(_row=row[place])
        part = part[~np.isin(versions[part["_row"].to_numpy()], sorted(left_out))]
        prints = question.fingerprint(study.languages[0])
        questions[question.name] = adder.add(Said.of(question, part, study.missing), prints)
        order.append(question)
    return WaveSums(
        wave=sample.wave,
        areas=areas,
        strata=adder.strata,
        clusters=adder.clusters,
        questions=questions,
        order=tuple(order),
    )


def _find_rows(answers: pd.DataFrame, pool: Pool) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the row in the pool of each answer, and for each question the places of its answers by people in it."""
    code, names = raw_codes(answers[Answers.respondent])
    row = pd.Index(pool.respondents[Respondents.respondent]).get_indexer(names)[code]
    question, questions = raw_codes(answers[Answers.question])
    order = np.argsort(question, kind="stable")
    order = order[row[order] >= 0]
    ends = np.searchsorted(question[order], np.arange(len(questions) + 1))
    return row, {
        str(name): order[start:end] for name, start, end in zip(questions, ends, ends[1:], strict=False) if start < end
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
            (_cells(part.residuals, row, area, areas=self._count), _effect(part.residuals, pool))
            for part in survey.calibrated
            if isinstance(part.residuals, Regression)
        ]
        first = np.unique(survey.design.cluster, return_index=True)[1]
        self.strata = tuple(pool.respondents[Respondents.stratum].astype("str").iloc[first])
        names = pool.respondents[Respondents.cluster].astype("str")
        alone = pool.respondents[Respondents.respondent].astype("str")
        self.clusters = tuple(names.where(names != "", alone).iloc[first])

    def add(self, said: Said, fingerprint: str) -> QuestionSums:
        """Sum one question."""
        n = self._area.shape[1]
        values, bases = np.zeros((n, said.amounts.shape[1])), np.zeros((n, said.bases.shape[1]))
        bases[said.row] = said.bases
        values[said.row] = said.amounts
        for number, (statistic, _) in enumerate(said.statistics):
            values[:, number] *= bases[:, BASE_OF[statistic]]
        return QuestionSums(
            fingerprint=fingerprint,
            statistics=said.statistics,
            values=self._area @ values,
            squares=self._area @ values**2,
            people=self._area @ bases,
            n=self._heads @ bases,
            by_cluster=self._left(values),
            people_by_cluster=self._left(bases),
            members=Clustered(areas=self._count, sums=Filled.of(self._pair @ bases > 0)),
        )

    def _left(self, columns: Floats) -> Clustered:
        """Return the sums by cluster and area less what the calibration explains."""
        return Clustered(
            areas=self._count,
            sums=Filled.of(self._pair @ columns),
            explained=tuple((effect, Filled.of(by_cell @ columns)) for by_cell, effect in self._calibrated),
        )

    def _matrix(self, to: Codes, row: Codes, *, length: int, values: Floats) -> csr_array:
        return csr_array((values, (to, row)), shape=(length, int(self._design.cluster.shape[0])))


def _cells(regression: Regression, row: Codes, area: Codes, *, areas: int) -> csr_array:
    """Return (cells x areas) x rows: each row's design weight times membership, in each area it belongs to."""
    cells = regression.auxiliaries.tocsr()
    n, count = cells.shape
    weighted = csr_array((regression.design_weight, (np.arange(n), np.arange(n))), shape=(n, n)) @ cells
    picked = weighted[row].tocoo()
    pair, cell = (coordinate.astype(np.int64) for coordinate in picked.coords)
    shape = (count * areas, n)
    return csr_array((picked.data, (cell * areas + area[pair], row[pair])), shape=shape)


def _effect(regression: Regression, pool: Pool) -> Floats:
    """Return clusters x cells: weighted memberships of each cluster times the inverse of the regression."""
    survey = pool.survey
    clusters = csr_array(
        (survey.weight, (survey.design.cluster, np.arange(survey.n))), shape=(survey.design.clusters, survey.n)
    )
    effect: Floats = np.asarray((clusters @ regression.auxiliaries).todense()) @ regression.inverse
    return effect
