"""How wide text is in Times New Roman, which no package ships: measured in STIX, drawn to the same widths."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Final

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, LoadFlags

_MEASURED: Final = 100.0
"""Points at which the letters are measured."""
_MM_PER_POINT: Final = 25.4 / 72


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in millimetres, at ``size`` points."""
    return _points(text, bold) * size / _MEASURED * _MM_PER_POINT


def line_count(text: str, size: float, *, room: float, bold: bool = False) -> int:
    """Return on how many lines text stands that is set ``room`` millimetres wide."""
    lines = 0
    for part in text.split("\n"):
        lines, used = lines + 1, 0.0
        for word in part.split(" "):
            width, blank = text_width(word, size, bold=bold), text_width(" ", size) if used else 0.0
            if used and used + blank + width > room:
                lines, used, blank = lines + 1, 0.0, 0.0
            used += blank + width
    return lines


@cache
def _font(bold: bool) -> FT2Font:  # noqa: FBT001 -- a key of the cache
    font = FT2Font(f"{mpl.get_data_path()}/fonts/ttf/STIXGeneral{'Bol' if bold else ''}.ttf")
    font.set_size(_MEASURED, 72)
    return font


@lru_cache(maxsize=100_000)
def _points(text: str, bold: bool) -> float:  # noqa: FBT001 -- a key of the cache
    """Return the width of a word in points: documents are measured in many sizes, and use the same words."""
    return sum(_advance(letter, bold) for letter in text)


@cache
def _advance(letter: str, bold: bool) -> float:  # noqa: FBT001 -- a key of the cache
    """Return the width of a letter in points; one with marks is as wide as its base letter."""
    base = unicodedata.normalize("NFD", letter)[0].translate(_PLAIN)
    return float(_font(bold).load_char(ord(base), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536


_PLAIN: Final = str.maketrans("đĐơƠưƯ\u00a0", "dDoOuU ")
