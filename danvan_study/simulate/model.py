"""The known truth behind simulated answers: every field is a key of ``data/simulation.toml``.

Shares are in percent. Everything that moves a share is in logits: +1 makes the odds of a better answer 2.7 times as
large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SEXES = ("1", "2")
AGE_BANDS = ("18_29", "30_44", "45_59", "60_plus")
RESIDENCES = ("urban", "rural")
LARGEST_HOUSEHOLD = 6
"""Adults in the largest household that is drawn."""

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]
Effects = dict[str, dict[str, float]]
"""Group variable to value to logits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A push on some waves in one region, or everywhere."""

    region: str
    """Name of a region of the truth; empty: every area."""
    by_wave: Mapping[str, float]
    answer: str = ""
    """The only answer that is pushed; empty: the whole scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIf:
    """The skip rule of a question: it is asked after one of these answers to another one."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The truth of one question."""

    question: str
    shares: Mapping[str, float]
    """Shares of the substantive answers where nothing moves them."""
    apart: Mapping[str, float]
    """Percent of those asked who say don't know, refuse, or for whom it doesn't apply."""
    effects: Effects
    asked_if: AskedIf | None
    shifts: tuple[Shift, ...]
    wording: Mapping[str, float]
    """Form version to logits: another wording draws other answers."""
    person_sd: float
    village_sd: float
    area_sd: float
    drift_sd: float
    ordered: bool
    """Whether the answers lie on one scale, worst to best."""
    asked_in: tuple[str, ...] = ()
    """The waves whose turn it is; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How likely a household that was approached gives an interview."""

    percent: float
    effects: Effects
    by_region: Mapping[str, float]
    asked_consent: float
    """Percent of the households without an interview where consent was asked for and refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """The sample design and the field team."""

    villages: int
    smallest: int
    """Villages drawn in the smallest area."""
    households: int
    """Households approached in a village."""
    interviewers: int
    closed: tuple[tuple[date, date], ...]
    """First and last day of each holiday without interviews."""
    visits: tuple[str, ...] = ()
    """Waves whose attempts are kept, ``data/visits/<wave>.csv``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coders:
    """The people who code what was said."""

    texts: int
    """Drawn for them in a wave."""
    reviewer: str
    names: tuple[str, ...]
    adjudicator: str
    wrong: Mapping[str, float]
    """Percent of the texts in which a coder errs: in the code, the act, the polarity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question answered in words, close to what the same person chose from a list."""

    question: str
    follows: str
    """The question whose answer the words are about."""
    percent: float
    """Percent who say something."""
    phrases: Mapping[str, tuple[str, ...]]
    """Answer to the followed question to what people say."""
    acts: Mapping[str, tuple[str, ...]]
    """Act to its phrases; all others complain."""
    feelings: Mapping[str, tuple[str, ...]]
    """Polarity to its phrases; all others are negative."""
    coders: Coders


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong in the field on purpose."""

    kind: str
    wave: str
    count: int
    interviewer: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All that the simulator knows and an estimator has to find out."""

    seed: int
    waves: tuple[str, ...]
    """Waves in order of time."""
    persistence: float
    """Correlation of an area's drift with its drift in the wave before."""
    nonanswer: Effects
    regions: Mapping[str, tuple[str, ...]]
    """Region to keys of areas."""
    adults_in_household: Mapping[str, tuple[float, ...]]
    """Age band to percent of its people who live in households of 1, 2, … adults."""
    response: Response
    fieldwork: Fieldwork
    background: Mapping[str, Mapping[str, Mapping[str, float]]]
    """Question to age band to answer to percent."""
    quality: Mapping[str, Mapping[str, float]]
    """Question to answer to percent, the same for everybody."""
    items: tuple[Item, ...]
    """In the order in which they are asked."""
    unstated: Mapping[str, Mapping[str, float]]
    """Question of the background to percent who give an answer without a population figure."""
    open_question: OpenQuestion | None
    faults: tuple[Fault, ...]

    def faults_of(self, wave: str, kind: str) -> tuple[Fault, ...]:
        """Return the faults of one kind that are planted in a wave."""
        return tuple(fault for fault in self.faults if fault.wave == wave and fault.kind == kind)

    def items_of(self, wave: str) -> tuple[Item, ...]:
        """Return the items that are asked in a wave."""
        return tuple(item for item in self.items if not item.asked_in or wave in item.asked_in)

    def is_in(self, region: str, area: str) -> bool:
        """Whether ``area`` lies in ``region``; every area lies in the region without a name."""
        return not region or area in self.regions[region]
