"""The waves of a period as one sample with one design."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from danvan_study.coding import code_texts, same_columns, sort_by_text
from danvan_study.estimate.answers import WaveAnswers
from danvan_study.estimate.calibrated import Regression
from danvan_study.estimate.design import Design, Floats
from danvan_study.estimate.survey import CalibratedRows, Survey
from danvan_study.tables import MILLION, Respondents, Weights

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
    tables = [part.respondents for part in parts]
    respondents = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    weight = np.concatenate([part.weights[Weights.weight].to_numpy() for part in parts]) / MILLION / len(parts)
    if not (weight > 0).all():
        raise ValueError("a final weight is zero or negative")
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
            design=_design(respondents, [len(part.respondents) for part in parts], study),
            calibrated=tuple(calibrated),
        ),
    )


def pool_answers(samples: Sequence[WaveSample], pool: Pool) -> tuple[WaveAnswers, ...]:
    """Prepare the answers of every wave. Answers of people who were not kept are left out."""
    parts, start = [], 0
    for sample in samples:
        end = start + len(sample.respondents)
        respondents = pool.respondents[Respondents.respondent].iloc[start:end]
        parts.append(WaveAnswers.of(sample.answers, respondents, start=start))
        start = end
    return tuple(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calibration:
    membership: csr_array
    design_weight: Floats


def _sorted(sample: WaveSample) -> WaveSample:
    """Return the sample with respondents, weights and calibration in the order of the respondents' ids."""
    respondents = sort_by_text(sample.respondents, Respondents.respondent)
    weighted = sample.weights[Weights.respondent]
    if same_columns(weighted, respondents[Respondents.respondent]):
        return replace(sample, respondents=respondents)
    ids = pd.Index(weighted.astype("str"))
    at = ids.get_indexer(pd.Index(respondents[Respondents.respondent].astype("str")))
    if (at < 0).any() or len(ids) != len(respondents):
        raise ValueError(f"wave {sample.wave}: weights and respondents are not the same people")
    return replace(
        sample,
        respondents=respondents,
        weights=sample.weights.iloc[at],
        calibration=_Calibration(
            membership=sample.calibration.membership[at], design_weight=sample.calibration.design_weight[at]
        ),
    )


def _design(respondents: pd.DataFrame, sizes: Sequence[int], study: Study) -> Design:
    cluster = respondents[Respondents.cluster]
    alone = (cluster == "").to_numpy()
    if alone.any():
        cluster = cluster.astype("str").where(~alone, respondents[Respondents.respondent].astype("str"))
    stratum = code_texts(respondents[Respondents.stratum])[0]
    if study.design.clusters_between_waves != "kept":
        wave = np.repeat(np.arange(len(sizes)), sizes)
        stratum = stratum + wave * (int(stratum.max()) + 1)
    return Design.of(pd.Series(stratum), cluster)
