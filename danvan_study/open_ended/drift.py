"""Does the codebook still fit? What no code takes in, new words of this wave, and codes that fade."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from danvan_study.open_ended.scrub import LABELS
from danvan_study.tables import Drift
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from danvan_study.open_ended.audit import AuditedShares, Floats
    from danvan_study.open_ended.issues import IssueCodebook

FEWEST_SPEAKERS: Final = 10
"""Answers that must hold a word for it to be told."""
TIMES: Final = 4.0
"""How many times as often as before a word must be said to be new."""
SURE: Final = 3.29
"""Standard errors: one chance in a thousand, for many words are looked at."""
FADED: Final = 0.5
MOST_WORDS: Final = 10
DECIMALS: Final = 9
_WORD: Final = re.compile(r"[^\W\d_]+")


class NewWord(NamedTuple):
    """Two syllables, and the share of the answers that hold them."""

    word: str
    share: float
    before: float


def find_drift(
    book: IssueCodebook, now: AuditedShares, before: AuditedShares | None, *, words: Sequence[NewWord], question: str
) -> pd.DataFrame:
    """Return the signs that the codebook may no longer fit an open question: contract Drift.

    Parameters
    ----------
    book
        The codes.
    now, before
        Shares of every code by itself, in this wave and in the wave before if that was coded.
    words
        From :func:`new_words`.
    """
    other = book.names.index(book.other)
    was = np.full(len(book.names), np.nan) if before is None else before.share
    signs = [("no_code", other)]
    if before is not None:
        fell = fading((now.share, now.variance), (before.share, before.variance))
        signs += [("fading", int(place)) for place in np.flatnonzero(fell) if place != other]
    rows = [
        (question, sign, book.names[place], now.share[place], now.low[place], now.high[place], was[place])
        for sign, place in signs
    ]
    rows += [(question, "new_word", one.word, one.share, np.nan, np.nan, one.before) for one in words]
    table = pd.DataFrame(rows, columns=list(Drift.columns())).astype(dict.fromkeys(Drift.key, "str"))
    numbers = [name for name in Drift.columns() if name not in Drift.key]
    return Drift.conform(table.assign(**{name: (100 * table[name]).round(DECIMALS) for name in numbers}))


def new_words(now: Sequence[str], before: Sequence[str], *, seen: Iterable[str]) -> list[NewWord]:
    """Return pairs of syllables that are said far more often than before, the most frequent first.

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
            found.append(NewWord(word, share, was))
    return sorted(found, key=lambda one: (-one.share, one.word))[:MOST_WORDS]


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
