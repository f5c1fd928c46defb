"""Read an open answer as it was typed, mend its spelling, and say what kind of answer it is."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from danvan_study.text import decode_tcvn3, fold, is_syllable, is_tcvn3, squeeze


class TextKind(StrEnum):
    """What an open answer is; only ``TEXT`` is coded by the usual road."""

    TEXT = "text"
    NOTHING = "nothing"
    """No letter and no digit: blanks, dots, emoji."""
    TOO_SHORT = "too_short"
    """One letter, or digits alone."""
    IDENTIFIER = "identifier"
    """Nothing is left once it is masked: the whole answer was a telephone number or a name."""
    OTHER_LANGUAGE = "other_language"
    """Not Vietnamese: for somebody who speaks the language, never guessed."""


_BROKEN: Final = re.compile("[ÃÂÄÅÆáº»][\u0080-\u00bf\u0152-\u2122]")
"""Letters that UTF-8 becomes when it is read as Western European."""
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LABEL: Final = re.compile(r"\[[^\]]*\]")
_LETTER_RUN: Final = re.compile(r"([^\W\d_])\1{2,}")

_FREQUENT: Final = """
    la va co khong chua duoc cho cua cac nhung mot nay thi ma de di lam o den tu voi ve trong ngoai ra vao len xuong
    dan xa thon ban to duong nuoc dien nha dat truong hoc con em tre nguoi gia viec tien thu nhap cao thap thieu nhieu
    it qua rat hay nua can nen phai muon mong lo ngai kho xau tot cham lau nhanh gan moi cu sua chinh quyen bo ho
    ngheo tro cap boi thuong rac nhiem benh vien tram y te thuoc an ninh trat trom giay thu tuc khi mua lu bao sau truoc
    toi minh ong ba chi anh gi sao ai dau bao gio khac het ca tang giam hai
"""
"""Folded words of which nearly every Vietnamese answer of some length has one."""
_ENOUGH_WORDS: Final = 4
_FEWEST_SYLLABLES: Final = 0.6


def mend_text(text: str) -> str:
    """Return ``text`` in one spelling: broken UTF-8 and TCVN3 undone, NFC, single blanks, no invisible signs.

    VNI can't be told from Unicode in so short a text and stays as it is; coders see it.
    """
    mended = _unbroken(text) if _BROKEN.search(text) else text
    mended = unicodedata.normalize("NFC", mended)
    if is_tcvn3(mended) and _is_single_byte(mended):
        mended = decode_tcvn3(mended)
    return _LETTER_RUN.sub(r"\1", squeeze(_INVISIBLE.sub("", mended)))


def kind_of(text: str, masked: str) -> TextKind:
    """Say what kind of answer ``text`` (mended) is; ``masked`` is the same text after the scrub."""
    letters = [sign for sign in text if sign.isalnum()]
    if not letters:
        return TextKind.NOTHING
    rest = [sign for sign in _LABEL.sub("", masked) if sign.isalpha()]
    if not rest and masked != text:
        return TextKind.IDENTIFIER
    if len(rest) < 2:
        return TextKind.TOO_SHORT
    return TextKind.TEXT if _is_vietnamese(_LABEL.sub(" ", masked)) else TextKind.OTHER_LANGUAGE


def _is_vietnamese(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", fold(text))
    if any(ord(letter) > 0x24F for word in words for letter in word):
        return False
    if len(words) < _ENOUGH_WORDS:
        return len(words) < 2 or any(map(is_syllable, words))
    share = sum(map(is_syllable, words)) / len(words)
    return share >= _FEWEST_SYLLABLES and not set(words).isdisjoint(_FREQUENT.split())


def _unbroken(text: str) -> str:
    """Undo the reading of UTF-8 as Western European; a text that is no such thing stays."""
    try:
        raw = b"".join(_byte(sign) for sign in text)
        return raw.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _is_single_byte(text: str) -> bool:
    try:
        return all(_byte(sign) for sign in text)
    except UnicodeEncodeError:
        return False


def _byte(sign: str) -> bytes:
    return bytes([ord(sign)]) if ord(sign) < 0x100 else sign.encode("cp1252")
