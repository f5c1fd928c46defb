"""Two long spans against each other, and a pilot against all other areas, each with its design-based error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from danvan_study.estimate.changes import Side, Stack, degrees_of_freedom, estimate_changes
from danvan_study.estimate.stage import estimate_period
from danvan_study.estimate.sums import BASE_OF, sum_wave
from danvan_study.study import Against, Comparison, Period
from danvan_study.tables import Contrasts, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.estimate.pool import WaveSample
    from danvan_study.estimate.sums import WaveSums
    from danvan_study.study import Review, Study

LEVEL: Final = 0.95
PILOT: Final = "pilot"
OTHERS: Final = "others"
BEFORE: Final = "before"
AFTER: Final = "after"
EARLIER: Final = "earlier"
LATER: Final = "later"
"""The two halves of the span before: what already went apart then is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The figures of a review; areas are ``pilot`` and ``others``, periods ``before`` and ``after``."""

    estimates: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Estimates`, of both spans and of the halves of the span before."""
    changes: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Changes`."""
    contrasts: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Contrasts`; empty without a pilot."""


def comparisons_of(review: Review) -> tuple[Comparison, ...]:
    """Return after against before; with a pilot also the later half of the span before against its earlier half."""
    spans = [(AFTER, review.after, BEFORE, review.before)]
    if review.pilot and len(review.before) > 1:
        middle = len(review.before) // 2
        spans.append((LATER, review.before[middle:], EARLIER, review.before[:middle]))
    return tuple(
        Comparison(period=Period(id=late, waves=later), against=Period(id=early, waves=earlier), kind=Against.PREVIOUS)
        for late, later, early, earlier in spans
    )


def estimate_review(review: Review, samples: Sequence[WaveSample], *, study: Study) -> Reviewed:
    """Estimate both spans, how they differ, and how much more the pilot changed than all other areas.

    Parameters
    ----------
    review
        The spans and the pilot.
    samples
        One per wave of the review, in order of time.
    """
    parted = {sample.wave: _part(sample, review) for sample in samples}
    plain = replace(study, groups=())
    comparisons = comparisons_of(review)
    sums = {wave: sum_wave(sample, plain) for wave, sample in parted.items()}
    periods = {period.id: period for one in comparisons for period in (one.period, one.against)}
    figures = [
        estimate_period(period, [parted[wave] for wave in period.waves], study=plain).estimates
        for period in periods.values()
    ]
    contrasts = [_contrast(comparison, sums, study=plain) for comparison in comparisons] if review.pilot else []
    return Reviewed(
        estimates=pd.concat(figures, ignore_index=True),
        changes=estimate_changes(comparisons, sums, study=plain),
        contrasts=Contrasts.conform(pd.concat(contrasts, ignore_index=True)) if contrasts else Contrasts.empty(),
    )


def _part(sample: WaveSample, review: Review) -> WaveSample:
    """Put every respondent into the pilot or the others; without a pilot areas don't count."""
    area = sample.respondents[Respondents.area].astype("str")
    side = pd.Series(np.where(area.isin(review.pilot), PILOT, OTHERS), index=area.index, dtype="str")
    side = side.where((area != "") & bool(review.pilot), "")
    return replace(sample, respondents=sample.respondents.assign(**{Respondents.area: side}))


def _contrast(comparison: Comparison, sums: Mapping[str, WaveSums], *, study: Study) -> pd.DataFrame:
    """Return by how much more the pilot changed than the others: a difference in differences.

    Both changes stand on one stacked design, so that what calibration ties together enters the error. The degrees of
    freedom are those of the side with fewer.
    """
    waves = [sums[wave] for wave in comparison.waves]
    stack = Stack.of(comparison, waves, kept=study.design.clusters_between_waves == "kept")
    parts = [
        _contrast_question(question.name, stack)
        for question in sums[comparison.period.waves[-1]].order
        if not stack.why_not(question.name) and {PILOT, OTHERS} <= set(stack.areas)
    ]
    return pd.concat(parts, ignore_index=True) if parts else Contrasts.empty()


def _contrast_question(name: str, stack: Stack) -> pd.DataFrame:
    statistics = list(dict.fromkeys(one for part in reversed(stack.parts(name)) for one in part.statistics))
    periods = (stack.comparison.period, stack.comparison.against)
    later, earlier = (Side.of(name, stack, period=period, statistics=statistics) for period in periods)
    pilot, others = stack.areas.index(PILOT), stack.areas.index(OTHERS)
    change, deviations = later.ratio - earlier.ratio, later.deviations - earlier.deviations
    variance = stack.design.variance(stack.design.totals(deviations[:, pilot] - deviations[:, others]))
    present = np.concatenate(stack.aligned(name, "present"))
    freedom = degrees_of_freedom(present, stack.design)[[pilot, others]].min(axis=0)
    df = freedom[[BASE_OF[statistic] for statistic, _ in statistics]].astype(np.int64)
    scale = np.array([1.0 if statistic == "average" else 100.0 for statistic, _ in statistics])
    contrast, se = scale * (change[pilot] - change[others]), scale * np.sqrt(np.where(df > 0, variance, np.nan))
    se = np.where(se > 0, se, np.nan)
    reach = stats.t.ppf((1 + LEVEL) / 2, np.maximum(df, 1)) * se
    table = pd.DataFrame(
        {
            Contrasts.period: stack.comparison.period.id,
            Contrasts.against: stack.comparison.against.id,
            Contrasts.question: name,
            Contrasts.statistic: [statistic for statistic, _ in statistics],
            Contrasts.answer: [answer for _, answer in statistics],
            Contrasts.pilot: scale * change[pilot],
            Contrasts.others: scale * change[others],
            Contrasts.contrast: contrast,
            Contrasts.se: se,
            Contrasts.low: contrast - reach,
            Contrasts.high: contrast + reach,
            Contrasts.p: 2 * stats.t.sf(np.abs(contrast) / se, np.maximum(df, 1)),
            Contrasts.df: df,
        }
    )
    return table.astype(dict.fromkeys(Contrasts.key, "str")).round(9).dropna(subset=[Contrasts.contrast])
