"""What a brief is made from: the figures, and all that it tells beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.publish.condition_gate import require_published_conditions
from danvan_study.publish.gate import require_published
from danvan_study.publish.outlook_gate import require_published_outlook
from danvan_study.publish.rank_gate import require_published_ranks
from danvan_study.publish.told_words import require_published_words
from danvan_study.publish.trend_gate import require_published_trends

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.field import ResponseRates
    from danvan_study.publish.condition_gate import PublishedConditions
    from danvan_study.publish.gate import Published
    from danvan_study.publish.kept import Consultation, FollowUp
    from danvan_study.publish.outlook_gate import PublishedOutlook
    from danvan_study.publish.own_work import OwnWork
    from danvan_study.publish.rank_gate import PublishedRanks
    from danvan_study.publish.told_words import ToldWords
    from danvan_study.publish.trend_gate import PublishedTrends
    from danvan_study.study import Calendar, Comparison, Period, Span, Splice, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """What happened between the first submission and the last answer kept."""

    submissions_received: int
    removed: Mapping[str, int]
    """Reason to number of submissions."""
    interviews: int
    corrections: int
    """Values changed or blanked."""
    fieldwork_start: date | None = None
    fieldwork_end: date | None = None
    misdated: int = 0
    """Interviews that a device dated before the wave or long after it: not counted for the two days."""
    median_minutes: float | None = None
    interviewers: int = 0
    """0: the study does not say."""
    modes: Mapping[str, int] = field(default_factory=dict)
    """Mode of the interview, as the form writes it, to interviews."""
    clusters: int = 0
    """0: every respondent is a sampling unit."""
    apportioned: int = 0
    """Respondents put into an area by a fixed rule, because they named only a commune that lies in several."""
    response: ResponseRates | None = None
    """None: nobody kept the attempts."""
    waves_without_visits: tuple[str, ...] = ()
    """Waves of the period whose attempts nobody kept: they are not in ``response``."""

    @property
    def has_visits(self) -> bool:
        """Whether the attempts of every wave were kept."""
        return self.response is not None and not self.waves_without_visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """From what the figures were made."""

    simulated: bool
    manifest_sha256: str
    commit: str
    version: str
    form_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before the wave.

    Raises
    ------
    TypeError
        Figures or changes did not come through their gate.
    """

    calendar: Calendar
    """The waves up to this one."""
    figures: Published
    """Of every wave and compared period, for all and by area."""
    changes: PublishedTrends
    comparisons: tuple[Comparison, ...] = ()
    breaks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Question to the waves from which on it was asked in another way."""
    outlook: PublishedOutlook | None = None
    """Model-based lines, forecasts and signals."""
    splices: tuple[Splice, ...] = ()
    """Recorded decisions to join the line over such a wave all the same."""

    def __post_init__(self) -> None:
        require_published(self.figures)
        require_published_trends(self.changes)
        if self.outlook is not None:
            require_published_outlook(self.outlook)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefContext:
    """Everything that a brief tells.

    Raises
    ------
    TypeError
        ``published``, ``ranks`` or ``conditions`` did not come through the gate.
    ValueError
        The provenance says simulated and the figures do not, or the other way round.
    """

    study: Study
    wave: str
    codebook: Codebook
    published: Published
    """Rows of ``period`` and, where there is one, of ``rolling``."""
    period: Period
    fieldwork: Fieldwork
    provenance: Provenance
    areas: Areas | None = None
    rolling: Period | None = None
    missed: Mapping[Span, tuple[str, ...]] = field(default_factory=dict)
    """Longer periods that would end with the wave: the quarters without data that keep each from being made."""
    weights: Mapping[str, object] = field(default_factory=dict)
    """Of one wave ``WeightReport.as_dict()``; of several what ``tell_weights`` says."""
    precision: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """``replicate_errors`` and ``interviewer_effects``: the method box tells their medians."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Questions left out of the pooled figures, with the reason."""
    history: History | None = None
    own_words: tuple[ToldWords, ...] = ()
    """How the shares of the period's open questions came about."""
    ranks: PublishedRanks | None = None
    conditions: PublishedConditions | None = None
    locked_on: date | None = None
    """When the wave was locked; None: it is not."""
    erratum: int = 0
    """Number of the erratum by which the locked wave was corrected; 0: by none."""
    follow_up: tuple[FollowUp, ...] | None = None
    """What became of issues; None: nobody keeps the table."""
    consultations: tuple[Consultation, ...] = ()
    """Opinions given at meetings and in writing: told apart, never pooled."""
    own_work: OwnWork | None = None
    """How well the survey itself was done."""
    language: str = ""
    """In which everything is told; empty: the study's first."""

    def __post_init__(self) -> None:
        require_published(self.published)
        for told in self.own_words:
            require_published_words(told)
        if self.ranks is not None:
            require_published_ranks(self.ranks)
        if self.conditions is not None:
            require_published_conditions(self.conditions)
        if self.published.simulated is not self.provenance.simulated:
            raise ValueError("figures and provenance disagree about whether the answers are simulated")
        object.__setattr__(self, "language", self.language or self.study.languages[0])

    @property
    def dated(self) -> date:
        """The day up to which the documents tell: that of the lock, or else the last of fieldwork."""
        return self.locked_on or self.study.wave(self.wave).end
