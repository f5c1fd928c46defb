"""Answers as numbers: folded words, the codebook's keywords, words of feeling, and any encoder of the user's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from danvan_study.open_ended.accents import Accents
from danvan_study.open_ended.lexicon import NEGATIVE, POSITIVE, REQUEST
from danvan_study.text import fold, nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from danvan_study.open_ended.issues import IssueCodebook

Floats = npt.NDArray[np.float64]

_WORD: Final = re.compile(r"[^\W_]+")
_LABEL: Final = re.compile(r"\[[^\]]*\]")
KEYWORD_WEIGHT: Final = 1.0
FEWEST_TEXTS: Final = 2
"""A word that one text alone has teaches nothing."""


class Encoder(Protocol):
    """Whatever turns texts into vectors: from a package, or a model in the user's own folder."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return one row per text, finite numbers, the same number of columns each time."""
        ...


def has_accents(text: str) -> bool:
    """Whether any letter of ``text`` carries a mark; an answer typed without them is read by its folded words alone."""
    return fold(text) != " ".join(nfc(text).casefold().split())


class Vectors:
    """Turns texts into features; the words are learnt from all texts of a wave, coded or not.

    Words are folded, for an answer typed without accents must count as the same answer. Keywords keep their accents
    (``bão`` is not ``báo``); where an answer has none, they are first put back (:class:`Accents`).

    Parameters
    ----------
    texts
        All texts of the question, scrubbed.
    book
        The codes with their keywords.
    encoder
        Better vectors; texts without accents get zeros from it and rely on the words.
    """

    def __init__(self, texts: Sequence[str], book: IssueCodebook, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        groups = [code.keywords for code in book.codes if code.keywords]
        self._groups = [_pattern(words) for words in (*groups, POSITIVE, NEGATIVE, REQUEST)]
        self._accents = Accents(_spoken(text) for text in texts if has_accents(text))
        self._words = TfidfVectorizer(
            preprocessor=_readable,
            token_pattern=_WORD.pattern,
            ngram_range=(1, 2),
            min_df=FEWEST_TEXTS if len(texts) > 50 else 1,
            sublinear_tf=True,
        )
        self._words.fit(texts)

    def of(self, texts: Sequence[str]) -> csr_array:
        """Return the features of ``texts`` (texts x features)."""
        parts = [self._words.transform(texts), csr_array(KEYWORD_WEIGHT * self.keyword_hits(texts))]
        if self._encoder is not None:
            parts.append(csr_array(self._encoded(texts, self._encoder)))
        return csr_array(hstack(parts, format="csr"))

    def keyword_hits(self, texts: Sequence[str]) -> Floats:
        """Return how much of each group of keywords stands in each text: 0, 1, or a little more for several."""
        hits = np.zeros((len(texts), len(self._groups)))
        for row, text in enumerate(texts):
            words = _spoken(text)
            line = " ".join(words if has_accents(text) else self._accents.restore(words))
            hits[row] = [min(len(set(pattern.findall(line))), 2) for pattern in self._groups]
        return np.sqrt(hits)

    def _encoded(self, texts: Sequence[str], encoder: Encoder) -> Floats:
        known = np.array([has_accents(text) for text in texts])
        vectors = np.asarray(encoder.encode(list(texts)), dtype=np.float64)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ValueError("an encoder returns one row of finite numbers per text")
        usable: Floats = vectors * known[:, None]
        return usable


def _readable(text: str) -> str:
    return fold(_LABEL.sub(" ", text))


def _spoken(text: str) -> list[str]:
    return _WORD.findall(nfc(_LABEL.sub(" ", text)).casefold())


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole words, longest first."""
    said = sorted(
        {" ".join(_WORD.findall(nfc(word).casefold())) for word in words}, key=lambda word: (-len(word), word)
    )
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, said)) + r")(?![^\W_])")
