"""Do two people who read the same answer give it the same code? Krippendorff's alpha, with its interval and gate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]

TENTATIVE = 0.667
RELIABLE = 0.80
"""Krippendorff (2019), *Content Analysis*, 4th ed., ch. 12: conclusions only tentative below, unfit below the lower."""
DRAWS = 1000


class Level(StrEnum):
    """What a difference between two values means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class Verdict(StrEnum):
    """What the gate says of a code."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"
    UNUSED = "unused"
    """Nobody used it, or everybody always: agreement can't be told from habit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well coders agree on one code."""

    alpha: float
    low: float
    high: float
    texts: int
    """Texts that at least two people coded."""

    @property
    def verdict(self) -> Verdict:
        """The gate: judged by alpha itself; the interval stands beside it."""
        if np.isnan(self.alpha):
            return Verdict.UNUSED
        if self.alpha >= RELIABLE:
            return Verdict.RELIABLE
        return Verdict.TENTATIVE if self.alpha >= TENTATIVE else Verdict.UNRELIABLE


def krippendorff_alpha(ratings: npt.ArrayLike, level: Level = Level.NOMINAL) -> float:
    """Return alpha of ``ratings`` (coders x texts, NaN where a coder did not see the text).

    NaN where nothing varies: chance would agree as well. After Krippendorff (2019), ch. 12, in the form with
    coincidences weighted by the number of ratings of each text.
    """
    counts, values = _counts(np.asarray(ratings, dtype=np.float64))
    if len(counts) == 0:
        return float("nan")
    return float(_alpha(counts, values, level=level, times=np.ones((1, len(counts))))[0])


def agree(ratings: npt.ArrayLike, level: Level = Level.NOMINAL, *, seed: int = 1) -> Agreement:
    """Return alpha with a 95 % bootstrap interval: texts are drawn anew, coders stay.

    Parameters
    ----------
    ratings
        Coders x texts, NaN where a coder did not see the text.
    level
        What a difference means.
    seed
        Of the draws.
    """
    counts, values = _counts(np.asarray(ratings, dtype=np.float64))
    if len(counts) == 0:
        return Agreement(alpha=float("nan"), low=float("nan"), high=float("nan"), texts=0)
    patterns, often = np.unique(counts, axis=0, return_counts=True)  # texts coded alike take each other's place
    once = _alpha(patterns, values, level=level, times=often[None, :].astype(np.float64))[0]
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(counts), often / len(counts), size=DRAWS).astype(np.float64)
    drawn = _alpha(patterns, values, level=level, times=times)
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (float("nan"), float("nan"))
    return Agreement(alpha=float(once), low=float(low), high=float(high), texts=len(counts))


def agree_on_codes(coded: Sequence[Sequence[set[str] | None]], code: str) -> Agreement:
    """Return how coders agree on whether a text has ``code``.

    Parameters
    ----------
    coded
        Coder by coder, text by text: the codes given, None where the coder did not see the text.
    code
        The code in question.
    """
    ratings = [[float("nan") if codes is None else float(code in codes) for codes in coder] for coder in coded]
    return agree(ratings)


def _counts(ratings: Floats) -> tuple[Floats, Floats]:
    """Return how often each text got each value (texts x values), for texts with at least two ratings."""
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = (ratings[:, :, None] == values).sum(axis=0).astype(np.float64)
    return counts[counts.sum(axis=1) > 1], values


def _alpha(counts: Floats, values: Floats, *, level: Level, times: Floats) -> Floats:
    """Return one alpha for each row of ``times``, which says how often each text counts."""
    ratings = counts.sum(axis=1)
    margins = times @ counts
    total = margins.sum(axis=1)
    pairs = (counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))) / (ratings - 1)[
        :, None, None
    ]
    distance = _distances(values, level, margins)
    observed = np.einsum("tu,uij,tij->t", times, pairs, distance, optimize=True) / total
    expected = np.einsum("ti,tj,tij->t", margins, margins, distance) / (total * (total - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha: Floats = np.where(expected > 0, 1 - observed / expected, np.nan)
    return alpha


def _distances(values: Floats, level: Level, margins: Floats) -> Floats:
    """Return the squared distance between values, for each row of ``margins`` (rows x values x values)."""
    size = len(values)
    if level is Level.ORDINAL:
        below = np.cumsum(margins, axis=1)
        rank = below - margins / 2  # middle rank of each value
        return np.asarray((rank[:, :, None] - rank[:, None, :]) ** 2)
    one = 1 - np.eye(size) if level is Level.NOMINAL else (values[:, None] - values[None, :]) ** 2
    return np.broadcast_to(one, (len(margins), size, size))
