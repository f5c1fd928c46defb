"""Does the codebook still fit? New words of this wave, and codes that fade. What no code fits is a share like any."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from danvan_study.open_ended.scrub import LABELS
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from danvan_study.open_ended.audit import Floats

FEWEST_SPEAKERS: Final = 10
"""Answers that must hold a word for it to be told."""
TIMES: Final = 4.0
"""How many times as often as before a word must be said to be new."""
SURE: Final = 3.29
"""Standard errors: one chance in a thousand, for many words are looked at."""
FADED: Final = 0.5
MOST_WORDS: Final = 10
_WORD: Final = re.compile(r"[^\W\d_]+")


def new_words(now: Sequence[str], before: Sequence[str], *, seen: Iterable[str]) -> list[tuple[str, int]]:
    """Return pairs of syllables that are said far more often than before, with the number of answers.

    Parameters
    ----------
    now, before
        Masked texts of this wave and of earlier ones.
    seen
        Texts of this wave that a person has passed: a word in none of them might be a name, and is not told.
    """
    counts, earlier = _counts(now), _counts(before)
    passed = set().union(*map(_pairs, seen))
    found = []
    for word, count in counts.items():
        if count < FEWEST_SPEAKERS or word not in passed or not before:
            continue
        share, was = count / len(now), earlier[word] / len(before)
        both = (count + earlier[word]) / (len(now) + len(before))
        error = np.sqrt(both * (1 - both) * (1 / len(now) + 1 / len(before)))
        if share >= TIMES * was and share - was > SURE * error:
            found.append((word, count))
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST_WORDS]


def fading(now: tuple[Floats, Floats], before: tuple[Floats, Floats]) -> np.ndarray:
    """Return which codes fell to less than half their share, beyond what chance does.

    Parameters
    ----------
    now, before
        Shares and their variances.
    """
    (share, variance), (was, was_variance) = now, before
    fell = was - share > SURE * np.sqrt(variance + was_variance)
    return np.asarray(fell & (share < FADED * was))


def _counts(texts: Sequence[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _pairs(text))


def _pairs(text: str) -> set[str]:
    for label in LABELS.values():
        text = text.replace(label, " . ")
    spoken = nfc(text).casefold()
    return {f"{one} {two}" for part in re.split(r"[^\w\s]", spoken) for one, two in pairwise(_WORD.findall(part))}
