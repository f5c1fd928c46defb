"""How light colours are, so that steps stay apart on a grey copy and figures can be read on what they stand on."""

from __future__ import annotations

from typing import Final

from danvan_study.publish.charts.sheet import INK

READABLE: Final = 4.5
"""The least contrast of small letters (WCAG 2.2, criterion 1.4.3)."""


def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, after IEC 61966-2-1)."""
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(color: str) -> float:
    """Return CIE L*, 0 (black) to 100 (white): equal steps look equally far apart."""
    light = luminance(color)
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(color: str) -> str:
    """Return the colour in which letters can be read on ``color``; black or white always can."""
    return next(ink for ink in (INK, "#ffffff", "#000000") if contrast(ink, color) >= READABLE)
