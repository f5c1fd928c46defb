"""Vietnamese text: one spelling in memory, keys to match and to sort by, numbers and dates as offices write them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

ROMAN_QUARTERS = ("I", "II", "III", "IV")

_LOOKALIKES = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u0256": "đ"})
_WITHOUT_STROKE = str.maketrans("đĐ", "dD")
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_DIGITS = "0123456789"
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(" " + _PUNCTUATION + _DIGITS + _LETTERS)}

_OPEN_Y = re.compile(r"((?:^|(?<= ))(?:[^aăâeêioôơuưy\s]+|qu))y(\d)")
"""A y alone at the end of a syllable, behind consonants or qu."""

_SYLLABLE = re.compile("(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?")

_OPEN_PAIRS = {
    unicodedata.normalize("NFC", f"{pair[0]}{mark}{pair[1]}"): unicodedata.normalize("NFC", f"{pair}{mark}")
    for vowels in ("oa", "oe", "uy")
    for pair in (vowels, vowels.upper(), vowels.title())
    for mark in _TONES
}
"""òa to oà and so on: the open syllables of which there are two spellings."""

_TONE_STYLES = {
    style: (re.compile(rf"(?<![qQ])(?:{'|'.join(pairs)})(?!\w)"), pairs)
    for style, pairs in (("uỷ", _OPEN_PAIRS), ("ủy", {new: old for old, new in _OPEN_PAIRS.items()}))
}
"""Which pair is sought, and what stands in its place."""

CollationKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[bool, ...]]


def nfc(text: str) -> str:
    """Return ``text`` with composed letters (Unicode NFC), so that equal words are equal strings."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """Return ``text`` in NFC, without blanks around it and with single blanks inside."""
    return " ".join(nfc(text).split())


def fold(text: str) -> str:
    """Return a key without accents, case or extra blanks: ``"TP.  Điện Biên"`` becomes ``"tp. dien bien"``.

    Different names share a fold (Văn Lang, Văn Lăng): use it to find candidates, never to decide alone.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_LOOKALIKES))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_WITHOUT_STROKE).casefold().split())


def tone_key(text: str) -> str:
    """Return a key that knows accents and tones, but not on which vowel a tone stands: hòa and hoà are ``hoa1``.

    Each syllable becomes its letters without the tone, then the tone. No rule says where a tone belongs, so none is
    needed.
    """
    syllables = []
    for word in nfc(text).translate(_LOOKALIKES).casefold().split():
        letters, tones = zip(*(_split_tone(letter) for letter in word), strict=True)
        syllables.append("".join(letters) + str(max(tones)))
    return " ".join(syllables)


def iy_key(text: str) -> str:
    """Return a tone key that doesn't know i from y where Vietnamese spells both: sĩ and sỹ, quí and quý.

    Behind another vowel the two are different words (thúi, thúy), so there they stay apart.
    """
    return _OPEN_Y.sub(r"\1i\2", tone_key(text))


def write_tones(text: str, style: str) -> str:
    """Write the tone of an open oa, oe or uy on the vowel that ``style`` asks for.

    Parameters
    ----------
    style
        ``ủy``: on the first vowel, as most people type; ``uỷ``: on the second, as schoolbooks do.
    """
    pattern, moved = _TONE_STYLES[style]
    return pattern.sub(lambda pair: moved[pair[0]], nfc(text))


def is_syllable(text: str) -> bool:
    """Whether a folded word could be a Vietnamese syllable: ``hau`` could, ``dag`` could not."""
    return _SYLLABLE.fullmatch(text) is not None


def collation_key(text: str) -> CollationKey:
    """Return a sort key in Vietnamese order: all letters first, then all tones, then case.

    Spaces come before punctuation, digits and letters; the letters are a ă â b c d đ e ê …, the tones none, huyền,
    hỏi, ngã, sắc, nặng; small letters come before capitals (CLDR's collation for ``vi``).
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    capitals: list[bool] = []
    for character in nfc(text).translate(_LOOKALIKES):
        base, tone = _split_tone(character)
        lower = base.lower()
        letters.append((_RANK.get(lower, len(_RANK)), 0 if lower in _RANK else ord(lower[0])))
        tones.append(tone)
        capitals.append(base != lower)
    return tuple(letters), tuple(tones), tuple(capitals)


def format_number(value: float, decimals: int = 0) -> str:
    """Write a number the Vietnamese way: ``1234.5`` with one decimal becomes ``1.234,5``."""
    text = f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    is_zero = not any(digit in text for digit in "123456789")
    return text.lstrip("-") if is_zero else text


def format_date(day: date) -> str:
    """Write a date as in an official document: ``ngày 05 tháng 7 năm 2025``.

    Days below 10 and the months 1 and 2 carry a zero (Decree 30/2020/NĐ-CP, appendix I, part II, section 4).
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def format_quarter(year: int, quarter: int) -> str:
    """Write a quarter as offices do: ``quý III/2026``.

    Raises
    ------
    ValueError
        There are four quarters.
    """
    if not 1 <= quarter <= 4:
        raise ValueError(f"quarter {quarter}")
    return f"quý {ROMAN_QUARTERS[quarter - 1]}/{year}"


def _split_tone(character: str) -> tuple[str, int]:
    decomposed = unicodedata.normalize("NFD", character)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), 0)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES)) or character, tone
