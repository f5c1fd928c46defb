"""Shares of codes with honest error: people code a random part of the answers, and that part corrects the machine.

Two-phase (double) sampling. Phase one is the survey: every answer has a weight, a stratum and a cluster, and the
machine's probability of each code. Phase two is the audit: a random part, coded by people. The difference estimator
(Särndal, Swensson and Wretman 1992, *Model Assisted Survey Sampling*, ch. 9; with the coefficient of Angelopoulos and
others 2023, arXiv 2311.01453) is right on average whatever the machine does; a good machine only makes it more precise.
Without an audit there is no share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.open_ended.phase import Phase

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SMALLEST: Final = 100
"""Audited answers below which intervals no longer hold their coverage (50 gave 88 to 93 %)."""
UNCERTAINTY_STRATA: Final = 3
FEWEST_PER_STRATUM: Final = 15
UNSEEN: Final = 1.0
"""Error of the machine taken to exist beyond those seen: an audit without any is no proof that there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Which answers people code, and with what chance each was drawn."""

    chosen: Flags
    stratum: Codes
    """Phase-two stratum of each answer."""

    @property
    def chance(self) -> Floats:
        """The chance of each answer to be drawn: drawn over all in its stratum."""
        size = np.bincount(self.stratum)
        drawn = np.bincount(self.stratum, weights=self.chosen, minlength=len(size))
        chance: Floats = (drawn / size)[self.stratum]
        return chance


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedShares:
    """Shares, 0 to 1, one per code."""

    share: Floats
    variance: Floats
    low: Floats
    high: Floats
    pseudo: Floats
    """Answers x codes: values whose weighted mean is the share, in any part of the sample."""
    audited: int
    coefficient: Floats
    """How much the machine is trusted: 0 not at all, 1 wholly."""


def draw_audit(probabilities: Floats, size: int, *, seed: int, by_uncertainty: bool = False) -> Audit:
    """Draw the answers that people code.

    Parameters
    ----------
    probabilities
        Of the machine (answers x codes).
    size
        How many to draw; all where there are fewer answers.
    seed
        Of the draw.
    by_uncertainty
        Whether to draw more where the machine doubts: three strata of uncertainty, Neyman allocation.

    Raises
    ------
    StudyError
        Fewer than :data:`SMALLEST` of more answers are wanted.
    """
    count = len(probabilities)
    if size < min(SMALLEST, count):
        raise StudyError(
            say("audit"),
            say("{size} answers are too few.", size=size),
            say("Draw at least {least}, or all {all}.", least=SMALLEST, all=count),
        )
    return _draw(probabilities, min(size, count), seed=seed, by_uncertainty=by_uncertainty)


def draw_more(count: int, share: float, *, seed: int) -> Audit:
    """Draw from ``count`` answers that came after the first draw, about the same ``share`` of them, at random."""
    size = min(count, max(int(np.ceil(share * count)), FEWEST_PER_STRATUM))
    return _draw(np.zeros((count, 1)), size, seed=seed, by_uncertainty=False)


def _draw(probabilities: Floats, size: int, *, seed: int, by_uncertainty: bool) -> Audit:
    count = len(probabilities)
    generator = np.random.default_rng(seed)
    spread = np.sqrt((probabilities * (1 - probabilities)).sum(axis=1))
    stratum = np.zeros(count, dtype=np.int64)
    if by_uncertainty and size >= UNCERTAINTY_STRATA * FEWEST_PER_STRATUM and count > size:
        order = np.argsort(spread, kind="stable")
        stratum[order] = np.arange(count) * UNCERTAINTY_STRATA // count
    chosen = np.zeros(count, dtype=bool)
    for number, drawn in enumerate(_allocate(spread, stratum, size)):
        chosen[generator.permutation(np.flatnonzero(stratum == number))[:drawn]] = True
    return Audit(chosen=chosen, stratum=stratum)


def _allocate(spread: Floats, stratum: Codes, size: int) -> list[int]:
    """Share ``size`` out in proportion to stratum size times spread (Neyman 1934), with a floor and a ceiling."""
    full = np.bincount(stratum)
    if len(full) == 1:
        return [size]
    wish = np.bincount(stratum, weights=spread) + 1e-9
    floor = np.minimum(FEWEST_PER_STRATUM, full)
    drawn = np.clip(np.floor(wish / wish.sum() * size), floor, full).astype(int)
    while drawn.sum() != size:
        step = 1 if drawn.sum() < size else -1
        room = drawn < full if step == 1 else drawn > floor
        drawn[int(np.argmax(np.where(room, step * (wish / wish.sum() * size - drawn), -np.inf)))] += step
    return [int(number) for number in drawn]


def audited_shares(coded: Floats, probabilities: Floats, *, audit: Audit, phase_one: Phase) -> AuditedShares:
    """Estimate the share of each code among all answers.

    The interval is Wilson's with the effective number of cases and t, so that it holds near 0 as well.

    Parameters
    ----------
    coded
        What people decided (answers x codes, 0 or 1); only rows of the audit are read.
    probabilities
        Of the machine, for every answer.
    audit
        How the audited answers were drawn.
    phase_one
        The survey's weights, strata and clusters.

    Raises
    ------
    StudyError
        Too few answers are audited, or an audited one is not settled.
    """
    chosen = audit.chosen
    size, count = int(chosen.sum()), len(chosen)
    if size < min(SMALLEST, count) or size == 0:
        raise StudyError(
            say("audit"),
            say("{size} of {count} answers are audited.", size=size, count=count),
            say("Code at least {least} drawn at random.", least=min(SMALLEST, count)),
        )
    if np.isnan(coded[chosen]).any():
        raise StudyError(
            say("audit"), say("an audited answer has no settled code."), say("Adjudicate every answer of the audit.")
        )
    spread_to = phase_one.weight / audit.chance
    coefficient = _coefficients(coded[chosen], probabilities[chosen], spread_to[chosen])
    pseudo = _pseudo_values(coded, coefficient * probabilities, audit=audit, weight=phase_one.weight)
    people = phase_one.weight.sum()
    share = phase_one.weight @ pseudo / people
    variance = phase_one.variance((pseudo - share) / people)
    variance += _unseen_variance(audit, phase_one.weight)
    low, high = _wilson(np.clip(share, 0.0, 1.0), variance, df=float(max(min(phase_one.df, size - 1), 1)), audited=size)
    return AuditedShares(
        share=np.clip(share, 0.0, 1.0),
        variance=variance,
        low=low,
        high=high,
        pseudo=pseudo,
        audited=size,
        coefficient=coefficient,
    )


def _coefficients(coded: Floats, guessed: Floats, weight: Floats) -> Floats:
    """Return, code by code, the slope of what people said on what the machine said, between 0 and 1."""
    weight = weight / weight.sum()
    left, right = coded - weight @ coded, guessed - weight @ guessed
    together, alone = weight @ (left * right), weight @ right**2
    return np.clip(np.divide(together, alone, out=np.zeros_like(alone), where=alone > 1e-12), 0.0, 1.0)


def _pseudo_values(coded: Floats, guessed: Floats, *, audit: Audit, weight: Floats) -> Floats:
    """Return guess + mean error of the stratum + what this answer's error departs from it, over its chance."""
    error = np.where(audit.chosen[:, None], coded - guessed, 0.0)
    strata = int(audit.stratum.max()) + 1
    drawn = np.where(audit.chosen, weight, 0.0)
    inside = np.equal.outer(np.arange(strata), audit.stratum).astype(np.float64)
    mean = ((inside * drawn) @ error / (inside @ drawn)[:, None])[audit.stratum]
    departs = (audit.chosen / audit.chance)[:, None] * (error - mean)
    pseudo: Floats = guessed + mean + departs
    return pseudo


def _unseen_variance(audit: Audit, weight: Floats) -> float:
    """Return the variance that :data:`UNSEEN` errors more would add; nothing where everything is audited."""
    size = audit.chosen.sum()
    kish = len(weight) * (weight**2).sum() / weight.sum() ** 2
    return float(UNSEEN / size**2 * kish * (1 - size / len(weight)))


def _wilson(share: Floats, variance: Floats, *, df: float, audited: int) -> tuple[Floats, Floats]:
    """Return the score interval of ``share`` with as many cases as the variance is worth."""
    quantile = float(stdtrit(df, 0.975))
    # Near 0 the binomial spread vanishes but the variance does not: nothing below one audited answer is told apart.
    steady = np.clip(share, 1 / (audited + 1), 1 - 1 / (audited + 1))
    cases = steady * (1 - steady) / np.maximum(variance, 1e-15)
    square = quantile**2 / cases
    centre = (share + square / 2) / (1 + square)
    reach = quantile * np.sqrt(share * (1 - share) / cases + quantile**2 / (4 * cases**2)) / (1 + square)
    return np.clip(centre - reach, 0.0, 1.0), np.clip(centre + reach, 0.0, 1.0)
