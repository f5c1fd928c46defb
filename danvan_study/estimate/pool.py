"""The waves of a period as one sample with one design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.design import Codes, Design, Floats
from danvan_study.estimate.survey import CalibratedRows, Survey
from danvan_study.tables import MILLION, Answers, Respondents, Weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.sparse import csr_array

    from danvan_study.codebook import Codebook
    from danvan_study.study import Study


class Auxiliaries(Protocol):
    """What the weights were calibrated to; rows stand in the order of the weights table."""

    @property
    def membership(self) -> csr_array:
        """Respondents x margin cells."""

    @property
    def design_weight(self) -> Floats:
        """The weights that went into the calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSample:
    """One wave, ready to be estimated."""

    wave: str
    respondents: pd.DataFrame
    answers: pd.DataFrame
    """Scored."""
    weights: pd.DataFrame
    calibration: Auxiliaries
    codebooks: Mapping[str, Codebook]
    """By form version, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """All respondents of a period, wave after wave, each wave sorted by respondent."""

    respondents: pd.DataFrame
    survey: Survey
    """Weights in people: the waves together add up to the population once."""


def pool_waves(samples: Sequence[WaveSample], study: Study) -> Pool:
    """Stack the waves of a period.

    Weights are divided by the number of waves. Clusters drawn afresh for each wave make strata of their own in each
    wave; clusters that are kept count as the same, so that what they share between waves enters the variance.
    """
    parts = [_sorted(sample) for sample in samples]
    respondents = pd.concat([part.respondents for part in parts], ignore_index=True)
    weight = np.concatenate([part.weights[Weights.weight].to_numpy() for part in parts]) / MILLION / len(parts)
    calibrated, start = [], 0
    for part in parts:
        end = start + len(part.respondents)
        if part.calibration.membership.shape[1]:
            regression = Regression.on(part.calibration.membership, part.calibration.design_weight)
            calibrated.append(CalibratedRows(rows=slice(start, end), residuals=regression))
        start = end
    return Pool(
        respondents=respondents,
        survey=Survey(
            weight=weight,
            design=_design(respondents, [part.wave for part in parts for _ in range(len(part.respondents))], study),
            calibrated=tuple(calibrated),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledAnswers:
    """The answers of a period: long, with row numbers of the pool, grouped by question."""

    rows: Codes
    answer: pd.Series
    missing: pd.Series
    score: Floats
    spans: Mapping[str, slice]
    """Question to its stretch of the arrays."""


def pool_answers(samples: Sequence[WaveSample], pool: Pool) -> PooledAnswers:
    """Stack the answers, each row touched once. Answers of people who were not kept are left out."""
    frames, start = [], 0
    for sample in samples:
        end = start + len(sample.respondents)
        index = pd.Index(pool.respondents[Respondents.respondent].iloc[start:end])
        at = index.get_indexer(pd.Index(sample.answers[Answers.respondent]))
        frames.append(sample.answers.assign(row=np.where(at < 0, -1, at + start)))
        start = end
    answers = pd.concat(frames, ignore_index=True)
    answers = answers[answers["row"] >= 0]
    codes, names = pd.factorize(answers[Answers.question], sort=True)
    order = np.lexsort((answers["row"].to_numpy(), codes))
    answers = answers.iloc[order].reset_index(drop=True)
    ends = np.bincount(codes, minlength=len(names)).cumsum()
    return PooledAnswers(
        rows=answers["row"].to_numpy(dtype=np.int64),
        answer=answers[Answers.answer],
        missing=answers[Answers.missing],
        score=answers[Answers.score].to_numpy(dtype="float64"),
        spans={
            str(name): slice(int(begin), int(end))
            for name, begin, end in zip(names, [0, *ends[:-1]], ends, strict=True)
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calibration:
    membership: csr_array
    design_weight: Floats


def _sorted(sample: WaveSample) -> WaveSample:
    """Return the sample with respondents, weights and calibration in the order of the respondents' ids."""
    respondents = sample.respondents.sort_values(Respondents.respondent, kind="stable", ignore_index=True)
    ids = pd.Index(sample.weights[Weights.respondent])
    at = ids.get_indexer(pd.Index(respondents[Respondents.respondent]))
    if (at < 0).any() or len(ids) != len(respondents):
        raise ValueError(f"wave {sample.wave}: weights and respondents are not the same people")
    return WaveSample(
        wave=sample.wave,
        respondents=respondents,
        answers=sample.answers,
        weights=sample.weights.iloc[at],
        calibration=_Calibration(
            membership=sample.calibration.membership[at], design_weight=sample.calibration.design_weight[at]
        ),
        codebooks=sample.codebooks,
    )


def _design(respondents: pd.DataFrame, waves: list[str], study: Study) -> Design:
    alone = respondents[Respondents.cluster] == ""
    cluster = respondents[Respondents.cluster].where(~alone, respondents[Respondents.respondent])
    if study.design.clusters_between_waves == "kept":
        return Design.of(respondents[Respondents.stratum].to_list(), cluster.to_list())
    strata = [f"{wave}\t{stratum}" for wave, stratum in zip(waves, respondents[Respondents.stratum], strict=True)]
    return Design.of(strata, cluster.to_list())
