"""What a brief tells of the fieldwork: of one wave, or of the waves of a longer period together."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.areas import APPORTIONED
from danvan_study.field import response_rates, sum_rates
from danvan_study.field.retention import due_day
from danvan_study.publish import Fieldwork
from danvan_study.tables import Interviews, Removed, Respondents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Study

BY_CORRECTION = "correction"


def tell_fieldwork(waves: Sequence[PreparedWave], study: Study) -> Fieldwork:
    """Return what happened between the first submission and the last answer kept, summed over ``waves``.

    Response rates are those of the waves whose attempts were kept; the others are named.
    """
    dated = [day for wave in waves for day in days_of(wave)]
    days = [day for wave in waves for day in credible_days(wave)]
    minutes = pd.concat([wave.interviews[Interviews.minutes] for wave in waves]).median()
    respondents = pd.concat([wave.respondents for wave in waves], ignore_index=True)
    interviewers = respondents.loc[respondents[Respondents.interviewer] != "", Respondents.interviewer]
    visits = {wave.source.wave.id: wave.source.visits for wave in waves}
    return Fieldwork(
        submissions_received=sum(wave.rows["collect"]["in"] for wave in waves),
        removed=removal_counts(pd.concat([wave.removed for wave in waves], ignore_index=True)),
        interviews=len(respondents),
        corrections=sum(len(wave.changes) for wave in waves),
        fieldwork_start=min(days, default=None),
        fieldwork_end=max(days, default=None),
        misdated=len(dated) - len(days),
        median_minutes=None if math.isnan(minutes) else float(minutes),
        interviewers=interviewers.nunique(),
        modes=dict(sorted(Counter(mode for mode in respondents[Respondents.mode] if mode).items())),
        clusters=_clusters(respondents, study),
        apportioned=int((respondents[Respondents.area_basis] == APPORTIONED).sum()),
        response=sum_rates([response_rates(table)[""] for table in visits.values() if len(table)]),
        waves_without_visits=tuple(wave for wave, table in visits.items() if table.empty),
    )


def days_of(wave: PreparedWave) -> list[date]:
    """Return the day of each interview, as the device wrote it; those without one are left out."""
    return [date.fromisoformat(day) for day in wave.interviews[Interviews.started_on] if day]


def credible_days(wave: PreparedWave) -> list[date]:
    """Return the days from the wave's first to when it has to be locked: others were written by a wrong clock.

    Where none lies there, the wave is not dated as planned, and all are taken as they stand.
    """
    planned, days = wave.source.wave, days_of(wave)
    last = due_day("withdrawal_link", planned)
    return [day for day in days if planned.start <= day <= last] or days


def removal_counts(removed: pd.DataFrame) -> dict[str, int]:
    """Count removals by reason; what a person wrote into the corrections file is for the office, not for a brief."""
    reasons = removed[Removed.reason].where(removed[Removed.stage] != "clean", BY_CORRECTION)
    return dict(sorted(Counter(reasons.to_list()).items()))


def _clusters(respondents: pd.DataFrame, study: Study) -> int:
    """Count sampling units; those that return in every wave once. 0: every respondent is one."""
    if not study.design.cluster:
        return 0
    unit = [Respondents.stratum, Respondents.cluster]
    if study.design.clusters_between_waves == "fresh":
        unit = [Respondents.wave, *unit]
    return respondents.groupby(unit).ngroups


def tell_weights(waves: Sequence[PreparedWave]) -> dict[str, object]:
    """Return what is told of the weights: of one wave its whole report.

    Of several waves, which are weighted each by itself: ``waves`` (wave to ``n``, ``kish_deff``, ``n_effective``), all
    their merged cells, and the areas that none of them covers.
    """
    reports = {wave.source.wave.id: wave.weighted.report.as_dict() for wave in waves}
    if len(waves) == 1:
        return next(iter(reports.values()))
    uncovered = [set(report["uncovered"]) for report in reports.values()]
    return {
        "waves": {
            wave: {key: report[key] for key in ("n", "kish_deff", "n_effective")} for wave, report in reports.items()
        },
        "merged_cells": [cell for report in reports.values() for cell in report["merged_cells"]],
        "uncovered": sorted(set.intersection(*uncovered)),
    }
