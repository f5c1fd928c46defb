"""Put accents back where somebody typed none, by the company that words keep in the other answers of the wave."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NEIGHBOUR: Final = 0.9
"""Weight of what the word before says, against how often a word is written at all."""
_START: Final = ""


class Accents:
    """Knows how the words of accented texts are written, and restores the most likely writing of a bare one.

    The Viterbi path through the writings of each bare syllable, with bigrams interpolated with unigrams (Jelinek and
    Mercer 1980). A syllable that no accented text has stays bare. It serves the search for keywords only; nobody reads
    its output.

    Parameters
    ----------
    texts
        Accented texts, as lists of words in small letters.
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._count: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._before: Counter[str] = Counter()
        writings: dict[str, set[str]] = defaultdict(set)
        for words in texts:
            last = _START
            for word in words:
                self._count[word] += 1
                self._pairs[last, word] += 1
                self._before[last] += 1
                last = word
        for word in self._count:
            writings[fold(word)].add(word)
        self._writings = {bare: sorted(of) for bare, of in writings.items()}
        self._of_bare = {bare: sum(self._count[word] for word in of) for bare, of in self._writings.items()}

    def restore(self, words: Sequence[str]) -> list[str]:
        """Return bare ``words`` with accents."""
        best: dict[str, tuple[float, tuple[str, ...]]] = {_START: (0.0, ())}
        for bare in words:
            candidates = self._writings.get(bare, [bare])
            best = {
                word: max(
                    (score + self._score(last, word, bare), (*path, word)) for last, (score, path) in best.items()
                )
                for word in candidates
            }
        return list(max(best.values())[1])

    def _score(self, last: str, word: str, bare: str) -> float:
        alone = (self._count[word] + 0.1) / (self._of_bare.get(bare, 0) + 0.1)
        beside = self._pairs[last, word] / self._before[last] if self._before[last] else 0.0
        return math.log(_NEIGHBOUR * beside + (1 - _NEIGHBOUR) * alone * 0.01)
