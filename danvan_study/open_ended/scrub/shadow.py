"""A text beside its shadow: the same length, without accents or capitals, so that one pattern fits every spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from danvan_study.text import nfc

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


class Span(NamedTuple):
    """A stretch of a text that could name somebody."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and where it stands."""

    text: str
    lower: str
    bare: str
    """Without accents and capitals."""
    start: int
    end: int
    after: str
    """What stands between the word before and this one."""

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter (``str.isupper``: in Unicode Ạ and ạ stand side by side)."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """A text as the rules see it."""

    text: str
    shadow: str
    words: tuple[Word, ...]
    has_accents: bool
    has_case: bool
    """Whether capitals tell anything: not in a text that is all capitals or has none."""

    @classmethod
    def of(cls, text: str) -> Shadowed:
        """Look at ``text``, in NFC."""
        composed = nfc(text)
        shadow = "".join(map(_bare, composed))
        words = tuple(_words(composed, shadow))
        capitals = sum(word.is_capital for word in words)
        return cls(
            text=composed,
            shadow=shadow,
            words=words,
            has_accents=any(_bare(letter) != letter.lower() for letter in composed if letter.isalpha()),
            has_case=capitals > 0
            and sum(letter.islower() for letter in composed) * 3 > len(shadow) - shadow.count(" "),
        )

    def before(self, position: int, length: int) -> str:
        """Return up to ``length`` letters of the shadow before ``position``."""
        return self.shadow[max(0, position - length) : position]


def _words(text: str, shadow: str) -> list[Word]:
    words, last = [], 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        words.append(
            Word(
                text=match[0],
                lower=match[0].lower(),
                bare=shadow[start:end],
                start=start,
                end=end,
                after=text[last:start],
            )
        )
        last = end
    return words


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return "d" if base == "đ" else base[0]
