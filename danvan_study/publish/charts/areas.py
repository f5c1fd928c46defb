"""Areas side by side: a dot and a whisker for each, in the fixed order of the table of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.pages import Chart, require_results, watermark_of
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, wrap
from danvan_study.publish.charts.strip import LABEL, SMALL, draw_whisker
from danvan_study.publish.results import Domain, key_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.results import Results

_NAMES: Final = 42.0
_ROW: Final = 5.4
_BETWEEN: Final = 5.0


def draw_areas(results: Results, *, rows: Sequence[tuple[str, Domain]], names: Sequence[str]) -> Chart:
    """Draw the figures of the questions ``names`` (one panel each) for the areas ``rows`` (label and domain).

    The first row is the whole; its estimate is drawn through the panel as a dashed line.

    Raises
    ------
    TypeError
        ``results`` does not come from published figures.
    """
    require_results(results)
    labels = [wrap(label, _NAMES - 3, LABEL)[0] for label, _ in rows]
    top = line_height(LABEL) + 4.5
    sheet = Sheet(top + _ROW * len(rows) + 1, watermark_of(results))
    for place, label in enumerate(labels):
        sheet.text((0, top + _ROW * (place + 0.5)), label, size=LABEL, bold=place == 0)
        sheet.line((0, top + _ROW * place), (WIDTH, top + _ROW * place), width=0.4)
    room = (WIDTH - _NAMES) / len(names)
    for place, name in enumerate(names):
        scale = _NAMES + room * place + _BETWEEN / 2, (room - _BETWEEN) / 100
        panel = _Panel(name=name, number=place + 1, scale=scale, top=top)
        _draw_panel(sheet, results, panel=panel, rows=[domain for _, domain in rows])
    return Chart(kind="areas", names=tuple(names), plan=sheet.plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One question's column."""

    name: str
    number: int
    scale: tuple[float, float]
    """x of 0, and millimetres per point."""
    top: float


def _draw_panel(sheet: Sheet, results: Results, *, panel: _Panel, rows: Sequence[Domain]) -> None:
    (start, unit), top = panel.scale, panel.top
    bottom = top + _ROW * len(rows)
    title = words.phrases(results.language)["question_number"].format(number=panel.number)
    sheet.text((start + 50 * unit, line_height(LABEL) / 2), title, size=LABEL, bold=True, ha="center")
    for tick in (0, 50, 100):
        sheet.line((start + tick * unit, top), (start + tick * unit, bottom))
        sheet.text((start + tick * unit, top - 2), str(tick), size=SMALL - 1, color=QUIET, ha="center")
    whole = results.get(panel.name, rows[0])
    answer = key_reading(whole) if whole else None
    if answer is None or whole is None:
        return
    if answer.is_shown:
        x = start + unit * answer.estimate
        sheet.line((x, top), (x, bottom), color=QUIET, width=0.8, dashed=True)
    for place, domain in enumerate(rows):
        middle = top + _ROW * (place + 0.5)
        found = results.get(panel.name, domain)
        reading = found.matching(answer) if found else None
        if reading is not None and reading.is_shown:
            draw_whisker(sheet, middle, scale=panel.scale, reading=reading)
        elif reading is not None:
            sheet.bar((start, middle - 1.4), (100 * unit, 2.8), "#ffffff", hatch="////")
