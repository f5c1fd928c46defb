"""The gate for what is told of the conditions of the interview."""

from __future__ import annotations

from typing import Final

import pandas as pd

from danvan_study.publish.gate import Published, require_published
from danvan_study.publish.sealed import Sealed
from danvan_study.tables import ConditionTests, InterviewerEffects, PublishedRows

FEWEST_INTERVIEWERS: Final = 5
"""Below, a share of the variance would tell of single interviewers."""
P_DECIMALS: Final = 4
"""As of changes: beyond them stands what another version of a library would change."""


class PublishedConditions(Sealed):
    """Tests of the splits that passed the gate (:class:`~danvan_study.tables.ConditionTests`), and what they test."""

    __slots__ = ("_figures", "_interviewers")

    gate = "danvan_study.publish.condition_gate.publish_conditions"
    _figures: Published
    _interviewers: pd.DataFrame

    @property
    def figures(self) -> Published:
        """The figures by condition."""
        return self._figures

    @property
    def interviewers(self) -> pd.DataFrame:
        """A fresh copy of what all interviewers account for together (``InterviewerEffects``)."""
        return self._interviewers.copy(deep=True)


def publish_conditions(
    tests: pd.DataFrame, interviewers: pd.DataFrame, *, split: Published, figures: Published
) -> PublishedConditions:
    """Let through the tests whose figures are shown, and the effects of all interviewers together.

    Parameters
    ----------
    tests
        Contract :class:`~danvan_study.tables.ConditionTests`; each needs two conditions with a figure.
    interviewers
        Contract :class:`~danvan_study.tables.InterviewerEffects`; needs five interviewers and a published figure.
    split
        The published figures by condition.
    figures
        The published figures of the wave.

    Raises
    ------
    TypeError
        Figures did not come through the gate.
    """
    simulated = require_published(figures).simulated
    shown = require_published(split).rows
    shown = shown[(shown[PublishedRows.statistic] == "positive") & shown[PublishedRows.estimate].notna()]
    by_condition = shown[(shown[PublishedRows.level] == "all") & (shown[PublishedRows.group] != "")]
    told = by_condition.groupby([PublishedRows.question, PublishedRows.group]).size()
    tests = ConditionTests.conform(tests).round(
        dict.fromkeys([ConditionTests.p, ConditionTests.p_adjusted], P_DECIMALS)
    )
    pairs = pd.MultiIndex.from_frame(tests[[ConditionTests.question, ConditionTests.condition]])
    effects = InterviewerEffects.conform(interviewers)
    whole = figures.rows
    whole = whole[(whole[PublishedRows.level] == "all") & (whole[PublishedRows.group] == "")]
    named = set(whole.loc[whole[PublishedRows.estimate].notna(), PublishedRows.question])
    kept = effects[InterviewerEffects.question].isin(named)
    kept &= effects[InterviewerEffects.interviewers] >= FEWEST_INTERVIEWERS
    published = object.__new__(PublishedConditions)
    for name, value in (
        ("_rows", tests[pairs.isin(told.index[told > 1])].reset_index(drop=True)),
        ("_simulated", simulated),
        ("_figures", split),
        ("_interviewers", effects[kept].reset_index(drop=True)),
    ):
        object.__setattr__(published, name, value)
    return published


def require_published_conditions(conditions: object) -> PublishedConditions:
    """Return ``conditions`` if they passed the gate.

    Raises
    ------
    TypeError
        They are anything but :class:`PublishedConditions`.
    """
    if type(conditions) is not PublishedConditions:
        raise TypeError(f"only PublishedConditions can be shown, not {type(conditions).__name__}")
    return conditions
