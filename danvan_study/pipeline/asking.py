"""How people were asked, and whether their answers hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import publish_conditions, publish_estimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from danvan_study.pipeline.workshop import Workshop
    from danvan_study.publish import Published, PublishedConditions
    from danvan_study.study import Period


def tell_conditions(
    workshop: Workshop,
    periods: Sequence[Period],
    *,
    interviewers: pd.DataFrame,
    published: Published,
    closed: pd.DataFrame,
) -> PublishedConditions | None:
    """Split the study's questions by the conditions of the interview; None where it names none.

    The effect of interviewers stands on the wave alone, for others work in the next.

    Parameters
    ----------
    workshop
        Gives the waves behind the periods.
    periods
        The wave, then the longer ones.
    interviewers
        Contract :class:`~danvan_study.tables.InterviewerEffects`, of the wave.
    published
        Figures of the wave.
    closed
        What is hidden beside other figures (:class:`~danvan_study.tables.ClosedFigures`).
    """
    study = workshop.study
    if not study.reports.conditions.questions:
        return None
    found = workshop.conditions(periods)
    split = publish_estimates(
        found.estimates,
        rules=study.publication,
        codebook=workshop.wave(periods[0].id).source.latest_codebook,
        simulated=published.simulated,
        closed=closed,
    )
    return publish_conditions(found.tests, interviewers, split=split, figures=published)
