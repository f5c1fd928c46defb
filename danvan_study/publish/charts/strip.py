"""What a chart is piled up from, and what all kinds of charts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from danvan_study.codebook import QuestionKind
from danvan_study.publish import words
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, wrap
from danvan_study.publish.results import wording

if TYPE_CHECKING:
    from danvan_study.publish.results import Reading, Result

WORDING: Final = 8.5
LABEL: Final = 7.5
SMALL: Final = 7.0
"""Sizes of letters, in points."""

DOT: Final = "#0b4f8a"

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
    top_height: float = 0.0
    top: Drawing | None = None
    """What stands once at the top of a page."""


StripMaker: TypeAlias = Callable[["Result", str], Strip]

STRIPS: Final[dict[str, StripMaker]] = {}
"""The kinds of charts, by name."""


def chart(kind: str) -> Callable[[StripMaker], StripMaker]:
    """Register the decorated function as the maker of the strips of ``kind``."""

    def register(maker: StripMaker) -> StripMaker:
        STRIPS[kind] = maker
        return maker

    return register


def titled(result: Result, language: str) -> tuple[list[str], str]:
    """Return the wording broken into lines, and the base of the question in one line."""
    texts = words.phrases(language)
    base = words.base(result.n, language)
    if result.nonanswers and not result.is_scale:
        base += f" · {texts['chart_nonanswer'].lower()} {nonanswer_text(result, language)}"
    if result.question.kind is QuestionKind.SELECT_MULTIPLE:
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


def draw_whisker(sheet: Sheet, y: float, *, scale: tuple[float, float], reading: Reading) -> None:
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


def nonanswer_text(result: Result, language: str) -> str:
    """Write the share of those who gave no answer."""
    if any(reading.is_shown for reading in result.nonanswers):
        return words.percent(result.nonanswer(), language)
    return result.nonanswers[0].text(language)
