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
_UNIT: Final = 0.62
_MOST_ANSWERS: Final = 12


@chart("answers")
def answers(result: Result, language: str) -> Strip:
    """Draw one bar with its interval per answer, in the order of the form."""
    title = titled(result, language)
    shares = _shown_answers(result)
    labels = [wrap(reading.label, _LABEL_ROOM, LABEL)[:2] for reading in shares]
    left_out = len(result.shares) - len(shares)
    heights = [line_height(LABEL) * len(lines) + 1.5 for lines in labels]

    def draw(sheet: Sheet, y: float) -> None:
        y = draw_title(sheet, y, title)
        for tick in (0, 25, 50, 75, 100):
            x = _ANSWER_BAR + tick * _UNIT
            sheet.line((x, y), (x, y + sum(heights)))
        for reading, lines, height in zip(shares, labels, heights, strict=True):
            sheet.lines((0, y + 0.75), lines, size=LABEL)
            _draw_answer(sheet, y + height / 2, reading=reading, language=language)
            y += height
        if left_out:
            more = words.phrases(language)["chart_more"].format(count=left_out)
            sheet.text((0, y + line_height(SMALL) / 2), more, size=SMALL, color=QUIET)

    extra = line_height(SMALL) if left_out else 0.0
    return Strip(name=result.name, height=title_height(title) + sum(heights) + extra, draw=draw)


def _shown_answers(result: Result) -> list[Reading]:
    """Return the answers to draw: all of a short list, the most frequent of a long one, in the order of the form."""
    if len(result.shares) <= _MOST_ANSWERS:
        return list(result.shares)
    frequent = sorted(result.shares, key=lambda reading: -reading.estimate if reading.is_shown else 1.0)
    kept = {reading.answer for reading in frequent[:_MOST_ANSWERS]}
    return [reading for reading in result.shares if reading.answer in kept]


def _draw_answer(sheet: Sheet, middle: float, *, reading: Reading, language: str) -> None:
    if reading.is_shown:
        sheet.bar((_ANSWER_BAR, middle - 1.7), (max(reading.estimate * _UNIT, 0.2), 3.4), "#a9c3dc")
        low, high = (_ANSWER_BAR + _UNIT * min(max(end, 0.0), 100.0) for end in (reading.low, reading.high))
        sheet.line((low, middle), (high, middle), color=INK, width=1.0)
        for end in (low, high):
            sheet.line((end, middle - 0.7), (end, middle + 0.7), color=INK, width=1.0)
    sheet.text((_ANSWER_BAR + 100 * _UNIT + 1.5, middle), shown_text(reading, language), size=SMALL)
