"""What interviewers add to the error: answers to the same interviewer are more alike than answers in the same area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.coding import code_texts, combine_codes
from danvan_study.estimate.answers import WaveAnswers
from danvan_study.tables import InterviewerEffects, Respondents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes, Floats


def interviewer_effects(respondents: pd.DataFrame, answers: pd.DataFrame, *, questions: Sequence[str]) -> pd.DataFrame:
    """Estimate the intra-interviewer correlation of the scores of each question, within areas.

    One-way analysis of variance of interviewers within areas, unweighted: where an interviewer works in one area only,
    areas must not count as interviewers (Groves 1989, *Survey Errors and Survey Costs*, ch. 8; the factor on the
    variance is Kish's ``1 + (workload - 1) correlation``, 1962, JASA 57).

    Parameters
    ----------
    respondents, answers
        Of one wave, scored.
    questions
        Scored questions.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.InterviewerEffects`; correlations are never below 0. Questions where no
        area has two interviewers, or nobody differs, are left out.
    """
    people = respondents.sort_values(Respondents.respondent, kind="stable", ignore_index=True)
    area, _ = code_texts(people[Respondents.area])
    name, names = code_texts(people[Respondents.interviewer])
    prepared = WaveAnswers.of(answers, people[Respondents.respondent], start=0)
    unnamed = names.index("") if "" in names else -1
    rows = []
    for question in questions:
        responses = prepared.to(question)
        score = responses.scores[responses.level]
        known = np.isfinite(score) & (name[responses.row] != unnamed)
        at = responses.row[known]
        found = _correlation(score[known], area[at], interviewer=name[at]) if known.any() else None
        if found is not None:
            correlation, workload, count = found
            deff = 1 + (workload - 1) * correlation
            rows.append((question, count, workload, correlation, deff, np.sqrt(deff)))
    if not rows:
        return InterviewerEffects.empty()
    return InterviewerEffects.conform(pd.DataFrame(rows, columns=list(InterviewerEffects.columns())))


def _correlation(y: Floats, area: Codes, *, interviewer: Codes) -> tuple[float, float, int] | None:
    """Return correlation, workload and number of the interviewers within areas."""
    team, of_team, _ = combine_codes(area, interviewer)
    size, of_area = np.bincount(team).astype(np.float64), np.bincount(area)
    teams, areas = len(size), int((of_area > 0).sum())
    if teams <= areas or len(y) <= teams:
        return None
    team_mean = np.bincount(team, y) / size
    area_mean = np.bincount(area, y) / np.maximum(of_area, 1)
    between = float(size @ (team_mean - area_mean[of_team]) ** 2) / (teams - areas)
    within = float(((y - team_mean[team]) ** 2).sum()) / (len(y) - teams)
    squares = np.bincount(of_team, size**2, minlength=len(of_area)) / np.maximum(of_area, 1)
    typical = (len(y) - float(squares.sum())) / (teams - areas)
    spread = (between - within) / typical
    if within + max(spread, 0.0) <= 0:
        return None
    share = max(spread, 0.0) / (within + max(spread, 0.0))
    return share, float((size**2).sum() / size.sum()), len(np.unique(interviewer))
