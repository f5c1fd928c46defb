"""Answers without a scale: one bar with its interval per answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.sheet import INK, QUIET, Sheet, line_height, wrap
from danvan_study.publish.charts.strip import (
    LABEL,
    SMALL,
    Strip,
    chart,
    draw_title,
    shown_text,
    title_height,
    titled,
)

if TYPE_CHECKING:
    from danvan_study.publish.results import Reading, Result

_LABEL_ROOM: Final = 60.0
_ANSWER_BAR: Final = 63.0
_ROOM: Final = 62.0
_MOST_ANSWERS: Final = 12


@chart("answers")
def answers(result: Result, language: str) -> Strip:
    """Draw one bar with its interval per answer, in the order of the form."""
    title = titled(result, language)
    shares = _shown_answers(result)
    labels = [wrap(reading.label, _LABEL_ROOM, LABEL) for reading in shares]
    left_out = len(result.shares) - len(shares)
    unit = _unit(shares)
    heights = [line_height(LABEL) * len(lines) + 1.5 for lines in labels]

    def draw(sheet: Sheet, y: float) -> None:
        y = draw_title(sheet, y, title)
        _draw_axis(sheet, y, bottom=y + sum(heights), unit=unit)
        for reading, lines, height in zip(shares, labels, heights, strict=True):
            sheet.lines((0, y + 0.75), lines, size=LABEL)
            _draw_answer(sheet, y + height / 2, reading=reading, unit=unit, language=language)
            y += height
        if left_out:
            more = words.phrases(language)["chart_more"].format(count=left_out)
            sheet.text((0, y + line_height(SMALL) / 2), more, size=SMALL, color=QUIET)

    extra = line_height(SMALL)
    return Strip(name=result.name, height=title_height(title) + sum(heights) + extra, draw=draw)


def _shown_answers(result: Result) -> list[Reading]:
    """Return the answers to draw: all of a short list, the most frequent of a long one, in the order of the form."""
    if len(result.shares) <= _MOST_ANSWERS:
        return list(result.shares)
    frequent = sorted(result.shares, key=lambda reading: -reading.estimate if reading.is_shown else 1.0)
    kept = {reading.answer for reading in frequent[:_MOST_ANSWERS]}
    return [reading for reading in result.shares if reading.answer in kept]


def _unit(shares: list[Reading]) -> float:
    """Return millimetres per point: the axis ends at 50 where no interval goes beyond."""
    widest = max((reading.high for reading in shares if reading.is_shown), default=100.0)
    return _ROOM / 50 if widest <= 50 else _ROOM / 100


def _draw_axis(sheet: Sheet, y: float, *, bottom: float, unit: float) -> None:
    end = _ROOM / unit
    for tick in (0, end / 4, end / 2, 3 * end / 4, end):
        x = _ANSWER_BAR + tick * unit
        sheet.line((x, y), (x, bottom))
    for tick in (0, end / 2, end):
        place = (_ANSWER_BAR + tick * unit, bottom + line_height(SMALL) / 2)
        sheet.text(place, f"{tick:.0f}", size=SMALL - 1, color=QUIET, ha="center")


def _draw_answer(sheet: Sheet, middle: float, *, reading: Reading, unit: float, language: str) -> None:
    if reading.is_shown:
        sheet.bar((_ANSWER_BAR, middle - 1.7), (max(reading.estimate * unit, 0.2), 3.4), "#a9c3dc")
        low, high = (_ANSWER_BAR + unit * min(max(end, 0.0), 100.0) for end in (reading.low, reading.high))
        sheet.line((low, middle), (high, middle), color=INK, width=1.0)
        for end in (low, high):
            sheet.line((end, middle - 0.7), (end, middle + 0.7), color=INK, width=1.0)
    sheet.text((_ANSWER_BAR + _ROOM + 1.5, middle), shown_text(reading, language), size=SMALL)
