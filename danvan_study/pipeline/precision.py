"""What a statistician looks at before signing a wave: tables about its weights and errors, none about a person."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import Role
from danvan_study.estimate.error_check import compare_errors
from danvan_study.estimate.interviewers import interviewer_effects
from danvan_study.estimate.pooled_effects import pool_design_effects
from danvan_study.tables import MergedCells
from danvan_study.weight.choice import compare_margins
from danvan_study.weight.repeated import Draws, replicate_weights

if TYPE_CHECKING:
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Study

DRAWS = Draws(replicates=200)


def precision_tables(wave: PreparedWave, estimates: pd.DataFrame, *, errors: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables by name: merged cells, margins, design effects, replicate errors, interviewers.

    Parameters
    ----------
    wave
        The wave.
    estimates
        Contract :class:`~danvan_study.tables.Estimates`: the wave's own and those of longer periods.
    errors
        From :func:`replicate_errors`.
    """
    merged = [asdict(one) for one in wave.weighted.report.merged_cells]
    codebook = wave.source.latest_codebook
    scored = [one.name for one in codebook.questions if one.is_scored and one.role is Role.OPINION]
    return {
        "merged_cells": MergedCells.conform(pd.DataFrame(merged)) if merged else MergedCells.empty(),
        "margin_distances": compare_margins(wave.respondents, wave.weighted.weights, wave.source.weighting),
        "design_effects": pool_design_effects(estimates),
        "replicate_errors": errors,
        "interviewer_effects": interviewer_effects(wave.respondents, wave.answers, questions=scored),
    }


def replicate_errors(wave: PreparedWave, estimates: pd.DataFrame, *, study: Study) -> pd.DataFrame:
    """Weight the wave again in each replicate and compare the errors of the headline questions.

    Parameters
    ----------
    estimates
        Contract :class:`~danvan_study.tables.Estimates`, of the wave alone.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.ReplicateErrors`.
    """
    again = replicate_weights(
        wave.respondents,
        wave.answers,
        weighting=study.weighting_of(wave.source.wave),
        sources=wave.source.weighting,
        draws=DRAWS,
    )
    return compare_errors(estimates, wave.sample, again, study=study, questions=study.publication.headline)
