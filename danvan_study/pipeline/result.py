"""What the computation of a wave hands on to be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.store import read_commit, read_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.pipeline.kept_files import Kept
    from danvan_study.pipeline.past import Past
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.publish import Published, PublishedConditions, ToldWords
    from danvan_study.publish.own_work import OwnWork
    from danvan_study.study import Period, Span, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Which code made the outputs."""

    commit: str
    versions: Mapping[str, str]
    made_from: Mapping[str, str] = field(default_factory=dict)
    """Wave to a hash over all that its results are made from; empty where nobody asks what is fresh."""

    @classmethod
    def current(cls) -> Maker:
        """Return the code that is running."""
        return cls(commit=read_commit(), versions=read_versions())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a wave is closed."""

    locked_on: date | None = None
    """None: it isn't locked."""
    erratum: int = 0
    """Number of the last erratum; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveResult:
    """A wave's figures before they are written."""

    study: Study
    areas: Areas | None
    window: Sequence[PreparedWave]
    """The waves behind all periods; the last is the wave itself."""
    periods: tuple[Period, ...]
    """The wave, then the longer periods that end with it."""
    gaps: Mapping[str, str]
    """Periods that could not be made, with the reason."""
    missed: Mapping[Span, tuple[str, ...]]
    """The same: span to the quarters without data."""
    estimates: pd.DataFrame
    indices: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Indices`, of every period with figures by group."""
    skipped: Mapping[str, Mapping[str, str]]
    """Period to questions that were not estimated, with the reason."""
    published: Published
    conditions: PublishedConditions | None
    """How answers hang on the conditions of the interview; None: the study does not ask."""
    past: Past
    own_words: Mapping[str, tuple[ToldWords, ...]]
    """Period to how the shares of its open questions came about."""
    drift: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Drift`."""
    precision: Mapping[str, pd.DataFrame]
    """Tables about weights and errors (:func:`~danvan_study.pipeline.precision.precision_tables`)."""
    kept: Kept
    """What people keep by hand."""
    work: Mapping[str, OwnWork]
    """Period to how well its waves were done."""
    inputs: Mapping[str, str]
    """SHA-256 of study.toml and the areas table."""
    released: pd.DataFrame
    """Contract :class:`~danvan_study.tables.ReleasedSets`: what is to be remembered of the wave when it is issued."""
    corrected: int
    """By how many people, at least, it differs from what was issued before (:meth:`Reissues.people`)."""
    standing: Standing = Standing()

    @property
    def wave(self) -> PreparedWave:
        """The wave itself."""
        return self.window[-1]
