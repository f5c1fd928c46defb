"""Charts of published figures: strips piled up, as many to a page as fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.sheet import Sheet
from danvan_study.publish.charts.strip import STRIPS, Strip
from danvan_study.publish.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.publish.charts.ink import Plan
    from danvan_study.publish.results import Result

PAGE: Final = 130.0
"""Height in millimetres from which a chart goes on in a second one: half a page of text and charts flows well."""

GAP: Final = 5.5
"""Millimetres between two questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart laid out, 165 mm wide."""

    kind: str
    names: tuple[str, ...]
    """Questions that it shows."""
    plan: Plan

    @property
    def height(self) -> float:
        """In millimetres."""
        return self.plan.height

    @property
    def png(self) -> bytes:
        """The chart, drawn."""
        return self.plan.png

    @property
    def svg(self) -> bytes:
        """The chart, drawn."""
        return self.plan.svg


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
    require_results(results)
    found = [result for name in names if (result := results.get(name)) is not None]
    strips = [STRIPS[kind](result, results.language) for result in found]
    watermark = watermark_of(results)
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
    heads = sum(_head_height(strips, place) for place in range(len(strips)))
    return 1 + strips[0].top_height + heads + sum(strip.height + GAP for strip in strips)


def _head_height(strips: Sequence[Strip], place: int) -> float:
    above = strips[place - 1].key if place else None
    return strips[place].head_height if strips[place].key != above else 0.0


def _draw_page(strips: list[Strip], kind: str, watermark: str) -> Chart:
    sheet = Sheet(_height(strips), watermark)
    y = 1.0 + strips[0].top_height
    if strips[0].top:
        strips[0].top(sheet, 1.0)
    for place, strip in enumerate(strips):
        head = _head_height(strips, place)
        if head and strip.head:
            strip.head(sheet, y)
        strip.draw(sheet, y + head)
        y += head + strip.height + GAP
    names = tuple(strip.name for strip in strips)
    return Chart(kind=kind, names=names, plan=sheet.plan)


def require_results(results: object) -> None:
    """Refuse anything that was not read from published figures.

    Raises
    ------
    TypeError
        ``results`` is not :class:`~danvan_study.publish.results.Results`.
    """
    if type(results) is not Results:
        raise TypeError(f"only Results of Published figures can be drawn, not {type(results).__name__}")


def watermark_of(results: Results) -> str:
    """Return the mark of simulated data, or an empty text."""
    return words.phrases(results.language)["simulated"] if results.simulated else ""
