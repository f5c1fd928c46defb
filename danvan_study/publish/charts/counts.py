"""Counts in their order: a column for each, its number above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, text_width
from danvan_study.publish.charts.strip import DOT, LABEL, SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLOT: Final = 42.0
_SPACE: Final = 0.18
"""Of a column's room, left blank."""


def draw_counts(counts: Mapping[str, int], *, title: str, language: str, mark: str = "") -> bytes:
    """Draw how many there are of each, as PNG; for notebooks.

    Parameters
    ----------
    counts
        Label to number, in the order in which they are drawn.
    title
        What is counted.
    mark
        The mark of simulated data; empty for real ones.
    """
    top = line_height(LABEL) + 6
    sheet = Sheet(top + _PLOT + 6, mark)
    sheet.text((0, line_height(LABEL) / 2), title, size=LABEL, bold=True)
    room = WIDTH / max(len(counts), 1)
    unit = _PLOT / max([*counts.values(), 1])
    widest = max((text_width(label, SMALL - 0.5) for label in counts), default=0.0)
    every = max(1, int((widest + 2) / room) + 1)
    for place, (label, count) in enumerate(counts.items()):
        left, height = place * room + room * _SPACE / 2, count * unit
        sheet.bar((left, top + _PLOT - height), (room * (1 - _SPACE), height), DOT)
        middle = left + room * (1 - _SPACE) / 2
        number = words.number(count, language)
        if text_width(number, SMALL - 0.5) < room:
            sheet.text((middle, top + _PLOT - height - 2), number, size=SMALL - 0.5, color=QUIET, ha="center")
        if place % every == 0:
            half = text_width(label, SMALL - 0.5) / 2
            sheet.text(
                (min(max(middle, half), WIDTH - half), top + _PLOT + 3),
                label,
                size=SMALL - 0.5,
                color=QUIET,
                ha="center",
            )
    sheet.line((0, top + _PLOT), (WIDTH, top + _PLOT), color=QUIET)
    return sheet.plan.png
