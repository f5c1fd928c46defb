"""Charts of published figures. One decorated function per kind of chart; each draws on a :class:`Sheet`.

A chart is a pile of strips, one per question. Strips that do not fit on one page go on in a second chart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from danvan_study.publish import words
from danvan_study.publish.results import Results, wording
from danvan_study.publish.sheet import INK, QUIET, WIDTH, Sheet, line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.publish.results import Reading, Result

PAGE: Final = 200.0
"""Height in millimetres that one chart may take."""

WORDING: Final = 8.5
LABEL: Final = 7.5
SMALL: Final = 7.0
GAP: Final = 5.5
DOT: Final = "#0b4f8a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawn chart, 165 mm wide."""

    kind: str
    names: tuple[str, ...]
    """Questions that it shows."""
    png: bytes
    svg: bytes
    height: float
    """In millimetres."""


Drawing: TypeAlias = Callable[[Sheet, float], None]
"""Draws on a sheet from a given y on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The part of a chart that belongs to one question."""

    name: str
    height: float
    draw: Drawing
    key: tuple[str, ...] = ()
    """What the head explains; a strip with the same key as the one above it needs no head."""
    head_height: float = 0.0
    head: Drawing | None = None


StripMaker: TypeAlias = Callable[["Result", str], Strip]

STRIPS: Final[dict[str, StripMaker]] = {}
"""The kinds of charts, by name."""


def chart(kind: str) -> Callable[[StripMaker], StripMaker]:
    """Register the decorated function as the maker of the strips of ``kind``."""

    def register(maker: StripMaker) -> StripMaker:
        STRIPS[kind] = maker
        return maker

    return register


def kind_of(result: Result) -> str:
    """Return the kind of chart that suits a result; an empty text where none does."""
    if result.is_scale:
        return "levels"
    return "answers" if result.shares else ""


def draw_charts(results: Results, *, kind: str, names: Sequence[str]) -> list[Chart]:
    """Draw the questions ``names`` as charts of ``kind``, as many as are needed to fit on pages.

    Raises
    ------
    TypeError
        ``results`` does not come from published figures.
    """
    if type(results) is not Results:
        raise TypeError(f"only Results of Published figures can be drawn, not {type(results).__name__}")
    found = [result for name in names if (result := results.get(name)) is not None]
    strips = [STRIPS[kind](result, results.language) for result in found]
    watermark = words.phrases(results.language)["simulated"] if results.simulated else ""
    return [_draw_page(page, kind, watermark) for page in _pages(strips)]


def _pages(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    page: list[Strip] = []
    for strip in strips:
        if page and _height([*page, strip]) > PAGE:
            yield page
            page = []
        page.append(strip)
    if page:
        yield page


def _height(strips: Sequence[Strip]) -> float:
    return sum(_head_height(strips, place) + strip.height + GAP for place, strip in enumerate(strips))


def _head_height(strips: Sequence[Strip], place: int) -> float:
    above = strips[place - 1].key if place else None
    return strips[place].head_height if strips[place].key != above else 0.0


def _draw_page(strips: list[Strip], kind: str, watermark: str) -> Chart:
    sheet = Sheet(_height(strips), watermark)
    y = 1.0
    for place, strip in enumerate(strips):
        head = _head_height(strips, place)
        if head and strip.head:
            strip.head(sheet, y)
        strip.draw(sheet, y + head)
        y += head + strip.height + GAP
    names = tuple(strip.name for strip in strips)
    return Chart(kind=kind, names=names, png=sheet.png(), svg=sheet.svg(), height=sheet.height)


# --- what all kinds share -------------------------------------------------------------------------------------------


def titled(result: Result, language: str) -> tuple[list[str], str]:
    """Return the wording broken into lines, and the base of the question in one line."""
    texts = words.phrases(language)
    base = f"n = {words.number(result.n, language)}"
    if result.nonanswers and not result.is_scale:
        base += f" · {texts['chart_nonanswer'].lower()} {_nonanswer_text(result, language)}"
    if result.question.kind == "select_multiple":
        base += f" · {texts['multiple_note']}"
    return wrap(wording(result, language), WIDTH - 2, WORDING, bold=True), base


def draw_title(sheet: Sheet, y: float, title: tuple[list[str], str]) -> float:
    """Write wording and base from ``y`` on; return the y beneath."""
    y += sheet.lines((0, y), title[0], size=WORDING, bold=True)
    sheet.text((0, y + line_height(SMALL) / 2), title[1], size=SMALL, color=QUIET)
    return y + line_height(SMALL) + 1.2


def title_height(title: tuple[list[str], str]) -> float:
    """Return the height that :func:`draw_title` takes."""
    return line_height(WORDING) * len(title[0]) + line_height(SMALL) + 1.2


def draw_whisker(sheet: Sheet, y: float, scale: tuple[float, float], reading: Reading) -> None:
    """Draw estimate and interval at ``y``; ``scale`` is the x of 0 and the millimetres per point."""
    start, unit = scale
    low, high = start + unit * max(0.0, reading.low), start + unit * min(100.0, reading.high)
    sheet.line((low, y), (high, y), color=DOT, width=1.3)
    for end in (low, high):
        sheet.line((end, y - 0.9), (end, y + 0.9), color=DOT, width=1.3)
    sheet.dot((start + unit * reading.estimate, y), color=DOT, hollow=reading.is_doubtful)


def shown_text(reading: Reading, language: str) -> str:
    """Write a figure with its interval, and say where it is of low precision."""
    text = reading.text(language)
    return f"{text} · {words.phrases(language)['low_precision']}" if reading.is_shown and reading.is_doubtful else text


def _nonanswer_text(result: Result, language: str) -> str:
    if any(reading.is_shown for reading in result.nonanswers):
        return words.percent(result.nonanswer(), language)
    return result.nonanswers[0].text(language)


# --- answers on a scale ---------------------------------------------------------------------------------------------

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
        _draw_legend(sheet, y, legend, _colors(result))
        _draw_column_heads(sheet, y + len(legend) * 4.6, language)

    def draw(sheet: Sheet, y: float) -> None:
        y = draw_title(sheet, y, title)
        _draw_levels(sheet, y, result, language)
        _draw_apart(sheet, y, result, language)
        _draw_positive(sheet, y, result, language)

    return Strip(
        name=result.name,
        height=title_height(title) + _BAR_HEIGHT,
        draw=draw,
        key=tuple(labels),
        head_height=len(legend) * 4.6 + 6.5,
        head=head,
    )


def _colors(result: Result) -> list[str]:
    scores = [choice.score if choice else None for choice in map(result.question.choice, _answers(result))]
    return ["#e9ecef" if score is None else _shade(score) for score in scores]


def _answers(result: Result) -> list[str]:
    return [reading.answer for reading in result.shares]


def _shade(score: float) -> str:
    place = min(max(score, 0.0), 100.0) / 100 * (len(_RAMP) - 1)
    left = min(int(place), len(_RAMP) - 2)
    mixed = (round(a + (b - a) * (place - left)) for a, b in zip(_RAMP[left], _RAMP[left + 1], strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _ink_on(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"  # noqa: PLR2004 -- luma of Rec. 601


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


def _draw_legend(sheet: Sheet, y: float, rows: list[list[str]], colors: list[str]) -> None:
    remaining = iter(colors)
    for place, row in enumerate(rows):
        x, middle = 0.0, y + 4.6 * place + 2
        for label in row:
            sheet.bar((x, middle - 1.5), (3, 3), next(remaining))
            sheet.text((x + 4.2, middle), label, size=LABEL)
            x += 4.2 + text_width(label, LABEL) + 5


def _draw_column_heads(sheet: Sheet, y: float, language: str) -> None:
    texts = words.phrases(language)
    sheet.line((0, y + 0.6), (WIDTH, y + 0.6))
    sheet.text((_APART - 1, y + 3), texts["chart_nonanswer"], size=SMALL, color=QUIET)
    sheet.text((_PANEL, y + 3), texts["chart_positive"], size=SMALL, color=QUIET)


def _draw_levels(sheet: Sheet, y: float, result: Result, language: str) -> None:
    unit, x = _BAR / 100, 0.0
    if not any(reading.is_shown for reading in result.shares):
        sheet.bar((0, y), (_BAR, _BAR_HEIGHT), "#f4f5f7", hatch="///")
        hidden = words.phrases(language)["not_reported"]
        width = text_width(hidden, LABEL) + 4
        sheet.bar(((_BAR - width) / 2, y + 1.4), (width, _BAR_HEIGHT - 2.8), "#ffffff")
        sheet.text((_BAR / 2, y + _BAR_HEIGHT / 2), hidden, size=LABEL, ha="center")
        return
    for reading, color in zip(result.shares, _colors(result), strict=True):
        if not reading.is_shown or reading.estimate <= 0:
            continue
        width = reading.estimate * unit
        sheet.bar((x, y), (width, _BAR_HEIGHT), color)
        text = words.number(reading.estimate, language)
        if text_width(text, LABEL) + 1.2 < width:
            sheet.text((x + width / 2, y + _BAR_HEIGHT / 2), text, size=LABEL, ha="center", color=_ink_on(color))
        x += width
    if any(not reading.is_shown for reading in result.shares) and x < _BAR - 0.5:
        sheet.bar((x, y), (_BAR - x, _BAR_HEIGHT), "#ffffff", hatch="///")


def _draw_apart(sheet: Sheet, y: float, result: Result, language: str) -> None:
    if not result.nonanswers:
        return
    width = min(result.nonanswer() * _BAR / 100, _APART_ROOM)
    if width > 0:
        sheet.bar((_APART, y), (width, _BAR_HEIGHT), "#eef0f2", hatch="////")
    text = _nonanswer_text(result, language).replace(words.NBSP + "%", "").rstrip("%")
    sheet.text((_APART + width + 1, y + _BAR_HEIGHT / 2), text, size=LABEL)


def _draw_positive(sheet: Sheet, y: float, result: Result, language: str) -> None:
    unit = _PANEL_ROOM / 100
    for tick in (0, 25, 50, 75, 100):
        x = _PANEL + tick * unit
        sheet.line((x, y), (x, y + _BAR_HEIGHT), width=0.9 if tick in {0, 50, 100} else 0.5)
    reading = result.positive
    if reading is None:
        return
    text = shown_text(reading, language)
    half = text_width(text, SMALL) / 2
    wanted = _PANEL + unit * reading.estimate if reading.is_shown else _PANEL + _PANEL_ROOM / 2
    centre = min(max(wanted, _PANEL - 2 + half), WIDTH - half)
    sheet.bar((centre - half - 0.5, y - 0.4), (2 * half + 1, 3.6), "#ffffff")
    sheet.text((centre, y + 1.4), text, size=SMALL, ha="center")
    if reading.is_shown:
        draw_whisker(sheet, y + 5.4, (_PANEL, unit), reading)


# --- answers without a scale ----------------------------------------------------------------------------------------

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
            _draw_answer(sheet, y + height / 2, reading, language)
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


def _draw_answer(sheet: Sheet, middle: float, reading: Reading, language: str) -> None:
    if reading.is_shown:
        sheet.bar((_ANSWER_BAR, middle - 1.7), (max(reading.estimate * _UNIT, 0.2), 3.4), "#a9c3dc")
        low, high = (_ANSWER_BAR + _UNIT * min(max(end, 0.0), 100.0) for end in (reading.low, reading.high))
        sheet.line((low, middle), (high, middle), color=INK, width=1.0)
        for end in (low, high):
            sheet.line((end, middle - 0.7), (end, middle + 0.7), color=INK, width=1.0)
    sheet.text((_ANSWER_BAR + 100 * _UNIT + 1.5, middle), shown_text(reading, language), size=SMALL)
