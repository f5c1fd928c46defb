"""How people were asked, and whether their answers hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.estimate import estimate_conditions
from danvan_study.publish import publish_conditions
from danvan_study.study import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.publish import Published, PublishedConditions
    from danvan_study.study import Period, Study


def tell_conditions(
    window: Sequence[PreparedWave],
    periods: Sequence[Period],
    *,
    interviewers: pd.DataFrame,
    published: Published,
    study: Study,
) -> PublishedConditions | None:
    """Split the study's questions by the conditions of the interview; None where it names none.

    The split stands on the four quarters where there are four, for a condition may be rare; the effect of interviewers
    on the wave alone, for others work in the next.

    Parameters
    ----------
    window
        The waves behind the periods, the wave itself last.
    periods
        The wave, then the longer ones.
    interviewers
        Contract :class:`~danvan_study.tables.InterviewerEffects`, of the wave.
    published
        Figures of the wave.
    """
    if not study.reports.conditions.questions:
        return None
    period = next((one for one in periods if one.span is Span.ROLLING), periods[0])
    samples = {wave.source.wave.id: wave.sample for wave in window}
    return publish_conditions(
        estimate_conditions(period, [samples[one] for one in period.waves], study=study),
        interviewers,
        figures=published,
        rules=study.publication,
        codebook=window[-1].source.latest_codebook,
    )
