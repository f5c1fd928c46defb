"""Answers on a scale: stacked bars of 100 %, non-answers apart, the positive share with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.contrast import ink_on
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, text_width
from danvan_study.publish.charts.strip import (
    LABEL,
    SMALL,
    Strip,
    chart,
    draw_title,
    draw_whisker,
    nonanswer_text,
    shown_text,
    title_height,
    titled,
)
from danvan_study.publish.results import is_too_good

if TYPE_CHECKING:
    from danvan_study.publish.results import Result

_LEGEND_ROW: Final = 4.6
_BAR: Final = 92.0
_BAR_HEIGHT: Final = 7.6
_APART: Final = 95.5
_APART_ROOM: Final = 12.0
_PANEL: Final = 115.0
_PANEL_ROOM: Final = 47.0
_RAMP: Final = ((249, 226, 176), (222, 187, 128), (160, 160, 154), (93, 127, 163), (22, 62, 104))
"""From the worst to the best answer: sand to navy, each step darker than the last, so that grey copies keep it."""


@chart("levels")
def levels(result: Result, language: str) -> Strip:
    """Draw one stacked bar of 100 %, the non-answers apart, and the positive share with its interval."""
    title = titled(result, language)
    labels = [reading.label for reading in result.shares]
    legend = _legend_rows(labels)

    def head(sheet: Sheet, y: float) -> None:
        _draw_legend(sheet, y, rows=legend, colors=_colors(result))

    def top(sheet: Sheet, y: float) -> None:
        _draw_column_heads(sheet, y, language)

    def draw(sheet: Sheet, y: float) -> None:
        y = draw_title(sheet, y, title)
        _draw_levels(sheet, y, result=result, language=language)
        _draw_apart(sheet, y, result=result, language=language)
        _draw_positive(sheet, y, result=result, language=language)

    return Strip(
        name=result.name,
        height=title_height(title) + _BAR_HEIGHT,
        draw=draw,
        key=tuple(labels),
        head_height=len(legend) * _LEGEND_ROW + 1.5,
        head=head,
        top_height=6.0,
        top=top,
    )


def _colors(result: Result) -> list[str]:
    scores = [choice.score if choice else None for choice in map(result.question.choice, _answers(result))]
    return ["#e9ecef" if score is None else _shade(score) for score in scores]


def _twins(colors: list[str]) -> list[str]:
    """Return a hatch for each answer whose colour stands before it already: answers of equal score stay apart."""
    return ["\\\\\\" if color in colors[:place] else "" for place, color in enumerate(colors)]


def _answers(result: Result) -> list[str]:
    return [reading.answer for reading in result.shares]


def _shade(score: float) -> str:
    place = min(max(score, 0.0), 100.0) / 100 * (len(_RAMP) - 1)
    left = min(int(place), len(_RAMP) - 2)
    mixed = (round(a + (b - a) * (place - left)) for a, b in zip(_RAMP[left], _RAMP[left + 1], strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _legend_rows(labels: list[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    room = WIDTH
    for label in labels:
        width = 4.2 + text_width(label, LABEL) + 5
        if rows[-1] and width > room:
            rows.append([])
            room = WIDTH
        rows[-1].append(label)
        room -= width
    return rows


def _draw_legend(sheet: Sheet, y: float, *, rows: list[list[str]], colors: list[str]) -> None:
    remaining = iter(zip(colors, _twins(colors), strict=True))
    for place, row in enumerate(rows):
        x, middle = 0.0, y + _LEGEND_ROW * place + 2
        for label in row:
            color, hatch = next(remaining)
            sheet.bar((x, middle - 1.5), (3, 3), color, hatch=hatch)
            sheet.text((x + 4.2, middle), label, size=LABEL)
            x += 4.2 + text_width(label, LABEL) + 5


def _draw_column_heads(sheet: Sheet, y: float, language: str) -> None:
    texts = words.phrases(language)
    sheet.text((_APART - 1, y + 2), texts["chart_nonanswer"], size=SMALL, color=QUIET)
    sheet.text((_PANEL, y + 2), texts["chart_positive"], size=SMALL, color=QUIET)
    sheet.line((0, y + 4.2), (WIDTH, y + 4.2))


def _draw_levels(sheet: Sheet, y: float, *, result: Result, language: str) -> None:
    unit, x = _BAR / 100, 0.0
    if not any(reading.is_shown for reading in result.shares):
        sheet.bar((0, y), (_BAR, _BAR_HEIGHT), "#f4f5f7", hatch="///")
        hidden = words.phrases(language)["not_reported"]
        width = text_width(hidden, LABEL) + 4
        sheet.bar(((_BAR - width) / 2, y + 1.4), (width, _BAR_HEIGHT - 2.8), "#ffffff")
        sheet.text((_BAR / 2, y + _BAR_HEIGHT / 2), hidden, size=LABEL, ha="center")
        return
    colors = _colors(result)
    for reading, color, hatch in zip(result.shares, colors, _twins(colors), strict=True):
        if not reading.is_shown or reading.estimate <= 0:
            continue
        width = reading.estimate * unit
        sheet.bar((x, y), (width, _BAR_HEIGHT), color, hatch=hatch)
        text = words.number(reading.estimate, language)
        if text_width(text, LABEL) + 1.2 < width:
            sheet.text((x + width / 2, y + _BAR_HEIGHT / 2), text, size=LABEL, ha="center", color=ink_on(color))
        x += width
    if any(not reading.is_shown for reading in result.shares) and x < _BAR - 0.5:
        sheet.bar((x, y), (_BAR - x, _BAR_HEIGHT), "#ffffff", hatch="///")


def _draw_apart(sheet: Sheet, y: float, *, result: Result, language: str) -> None:
    if not result.nonanswers:
        return
    width = min(result.nonanswer() * _BAR / 100, _APART_ROOM)
    if width > 0:
        sheet.bar((_APART, y), (width, _BAR_HEIGHT), "#eef0f2", hatch="////")
    text = nonanswer_text(result, language).replace(words.NBSP + "%", "").rstrip("%")
    sheet.text((_APART + width + 1, y + _BAR_HEIGHT / 2), text, size=LABEL)


def _draw_positive(sheet: Sheet, y: float, *, result: Result, language: str) -> None:
    unit = _PANEL_ROOM / 100
    for tick in (0, 25, 50, 75, 100):
        x = _PANEL + tick * unit
        sheet.line((x, y), (x, y + _BAR_HEIGHT), width=0.9 if tick in {0, 50, 100} else 0.5)
    reading = result.positive
    if reading is None:
        return
    text = shown_text(reading, language)
    if is_too_good(result):
        text += f" · {words.phrases(language)['ceiling_mark']}"
    half = text_width(text, SMALL) / 2
    wanted = _PANEL + unit * reading.estimate if reading.is_shown else _PANEL + _PANEL_ROOM / 2
    centre = min(max(wanted, _PANEL - 2 + half), WIDTH - half)
    sheet.bar((centre - half - 0.5, y - 0.4), (2 * half + 1, 3.6), "#ffffff")
    sheet.text((centre, y + 1.4), text, size=SMALL, ha="center")
    if reading.is_shown:
        draw_whisker(sheet, y + 5.4, scale=(_PANEL, unit), reading=reading)
