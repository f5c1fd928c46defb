"""Issues by the share who name them, with the places that each may truly have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.pages import Chart, require_results, watermark_of
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, wrap
from danvan_study.publish.charts.strip import (
    DOT,
    LABEL,
    SMALL,
    draw_title,
    draw_whisker,
    shown_text,
    title_height,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.publish.results import Reading, Result, Results

_ROW: Final = 5.4
_LABELS: Final = 52.0
_SHARES: Final = 46.0
_FIGURES: Final = _LABELS + _SHARES + 3
_RANKS: Final = 133.0
_RANKS_ROOM: Final = WIDTH - _RANKS - 3
_EARLIER: Final = "#b4bdc7"
_REACH: Final = "#a9c3dc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an issue stands; an answer that is no issue has no place."""

    reading: Reading
    rank: int = 0
    low: int = 0
    high: int = 0
    earlier: Reading | None = None
    """The same share in the wave before."""

    @property
    def span(self) -> str:
        """The places that the sample does not rule out: ``2–5``, or one number."""
        return str(self.low) if self.low == self.high else f"{self.low}{words.DASH}{self.high}"


def draw_ranks(results: Results, result: Result, places: Sequence[Place]) -> Chart:
    """Draw share and places of each answer, as many rows as ``places``.

    Raises
    ------
    TypeError
        ``results`` does not come from published figures.
    """
    require_results(results)
    language = results.language
    title = titled(result, language)
    top = title_height(title) + line_height(SMALL) + 5.0
    labels = [wrap(place.reading.label, _LABELS - 2, LABEL) for place in places]
    edges = list(accumulate((max(_ROW, line_height(LABEL) * len(lines) + 1.5) for lines in labels), initial=top))
    sheet = Sheet(edges[-1] + 1, watermark_of(results))
    draw_title(sheet, 0, title)
    unit = _draw_scale(sheet, places, top=top, bottom=edges[-1])
    ranked = sum(bool(place.rank) for place in places)
    step = _RANKS_ROOM / max(ranked - 1, 1)
    _draw_heads(sheet, top, words.phrases(language))
    for rank in {1, ranked, *range(5, ranked, 5)} - {0}:
        x = _RANKS + (rank - 1) * step
        sheet.line((x, top), (x, edges[ranked]))
        sheet.text((x, top - 2), str(rank), size=SMALL - 1, color=QUIET, ha="center")
    for place, lines, (upper, lower) in zip(places, labels, pairwise(edges), strict=True):
        middle = (upper + lower) / 2
        sheet.line((0, upper), (WIDTH, upper), width=0.4)
        sheet.lines((0, middle - line_height(LABEL) * len(lines) / 2), lines, size=LABEL)
        if place.earlier and place.earlier.is_shown:
            sheet.dot((_LABELS + unit * place.earlier.estimate, middle), color=_EARLIER)
        if place.reading.is_shown:
            draw_whisker(sheet, middle, scale=(_LABELS, unit), reading=place.reading)
        sheet.text((_FIGURES, middle), shown_text(place.reading, language), size=SMALL)
        if place.rank:
            low, high = (_RANKS + (rank - 1) * step for rank in (place.low, place.high))
            sheet.bar((low - 1.2, middle - 1.2), (high - low + 2.4, 2.4), _REACH)
            sheet.dot((_RANKS + (place.rank - 1) * step, middle), color=DOT)
    return Chart(kind="ranks", names=(result.name,), plan=sheet.plan)


def _draw_scale(sheet: Sheet, places: Sequence[Place], *, top: float, bottom: float) -> float:
    """Draw the scale of the shares; return millimetres per point."""
    highest = max((place.reading.high for place in places if place.reading.is_shown), default=100.0)
    end = min(100, 5 * math.ceil(highest / 5))
    unit = _SHARES / end
    for tick in range(0, end + 1, 5 if end <= 30 else 10 if end <= 60 else 25):
        sheet.line((_LABELS + tick * unit, top), (_LABELS + tick * unit, bottom))
        sheet.text((_LABELS + tick * unit, top - 2), str(tick), size=SMALL - 1, color=QUIET, ha="center")
    return unit


def _draw_heads(sheet: Sheet, top: float, texts: Mapping[str, str]) -> None:
    y = top - 3.2 - line_height(SMALL) / 2
    sheet.text((_LABELS, y), texts["ranks_share"], size=SMALL, color=QUIET)
    sheet.text((_RANKS, y), texts["ranks_place"], size=SMALL, color=QUIET)
