"""Each area over time: the direct figure of every wave as a dot, the model's line and its 90 % band behind it.

The two are always drawn together, and the areas stand in the order of the table of units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.pages import Chart
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, text_width, wrap
from danvan_study.publish.charts.strip import DOT, LABEL, SMALL
from danvan_study.publish.outlook_gate import require_published_outlook
from danvan_study.tables import Smoothed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.context import History

_COLUMNS: Final = 4
_BETWEEN: Final = 3.5
_LEFT: Final = 6.0
_RIGHT: Final = 2.0
_PLOT: Final = 17.0
_TICKS: Final = 5.0
_GAP: Final = 4.0
_MODEL: Final = "#b4562a"
_BAND: Final = "#f3ddd0"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wave:
    """One wave of one area."""

    place: int
    direct: float
    line: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where a panel stands, and its scale."""

    left: float
    top: float
    width: float
    low: float
    high: float
    waves: int

    def x(self, place: int) -> float:
        room = self.width - _LEFT - _RIGHT
        return self.left + _LEFT + room * place / max(self.waves - 1, 1)

    def y(self, value: float) -> float:
        return self.top + _PLOT * (self.high - value) / (self.high - self.low)


def draw_districts(history: History, name: str, *, areas: Sequence[tuple[str, str]], language: str) -> Chart | None:
    """Draw the positive share of a question in each area; None where nothing may be shown.

    Parameters
    ----------
    areas
        Key and label, in the order in which they are drawn.

    Raises
    ------
    TypeError
        The lines did not come through the gate.
    """
    outlook = require_published_outlook(history.outlook)
    waves = [wave.id for wave in history.calendar.waves]
    found = _lines(outlook.rows, name, {wave: place for place, wave in enumerate(waves)})
    shown = [wave for line in found.values() for wave in line]
    if not shown:
        return None
    low = max(0.0, 10.0 * math.floor(min(min(wave.low, wave.direct) for wave in shown) / 10))
    high = min(100.0, 10.0 * math.ceil(max(max(wave.high, wave.direct) for wave in shown) / 10))
    title = line_height(LABEL) + 1.0
    step = title + _PLOT + _GAP
    top = line_height(LABEL) + 3.0
    mark = words.phrases(language)["simulated"] if outlook.simulated else ""
    sheet = Sheet(top + step * math.ceil(len(areas) / _COLUMNS) + _TICKS, mark)
    _draw_key(sheet, line_height(LABEL) / 2 + 0.5, language)
    width = (WIDTH - _BETWEEN * (_COLUMNS - 1)) / _COLUMNS
    for number, (key, label) in enumerate(areas):
        row, column = divmod(number, _COLUMNS)
        left, above = column * (width + _BETWEEN), top + step * row
        sheet.text((left + _LEFT, above + title / 2), wrap(label, width - _LEFT, LABEL, bold=True)[0], bold=True)
        frame = _Frame(left=left, top=above + title, width=width, low=low, high=high, waves=len(waves))
        _draw_axes(sheet, frame, labelled=column == 0)
        if number + _COLUMNS >= len(areas):
            _draw_ends(sheet, frame, [words.wave_label(wave, language) for wave in (waves[0], waves[-1])])
        _draw_area(sheet, frame, found.get(key, []), language=language)
    return Chart(kind="districts", names=(name,), plan=sheet.plan)


def _lines(rows: pd.DataFrame, name: str, places: Mapping[str, int]) -> dict[str, list[_Wave]]:
    """Return each area's waves, in order of time."""
    lines: dict[str, list[_Wave]] = {}
    for row in rows.to_dict("records"):
        if row[Smoothed.question] != name or row[Smoothed.statistic] != "positive" or row[Smoothed.level] != "area":
            continue
        lines.setdefault(row[Smoothed.area], []).append(
            _Wave(
                place=places[row[Smoothed.period]],
                direct=row[Smoothed.direct],
                line=row[Smoothed.estimate],
                low=row[Smoothed.low],
                high=row[Smoothed.high],
            )
        )
    return {area: sorted(line, key=lambda wave: wave.place) for area, line in lines.items()}


def _draw_key(sheet: Sheet, y: float, language: str) -> None:
    """Say what is direct and what is the model's."""
    texts = words.phrases(language)
    sheet.dot((_LEFT + 1, y), color=DOT)
    sheet.text((_LEFT + 4, y), texts["lines_direct"], size=LABEL)
    start = _LEFT + 10 + text_width(texts["lines_direct"], LABEL)
    sheet.band([start, start + 8], [y + 1.4, y + 1.4], [y - 1.4, y - 1.4], color=_BAND)
    sheet.line((start, y), (start + 8, y), color=_MODEL, width=1.4)
    sheet.text((start + 10, y), texts["lines_model"], size=LABEL)


def _draw_axes(sheet: Sheet, frame: _Frame, *, labelled: bool) -> None:
    """Draw the scale, which all panels share; its figures stand at the first of each row."""
    left, right = frame.left + _LEFT, frame.left + frame.width - _RIGHT
    for tick in (frame.low, (frame.low + frame.high) / 2, frame.high):
        sheet.line((left, frame.y(tick)), (right, frame.y(tick)), width=0.5)
        if labelled:
            sheet.text((left - 1, frame.y(tick)), f"{tick:.0f}", size=SMALL - 1, color=QUIET, ha="right")


def _draw_ends(sheet: Sheet, frame: _Frame, ends: Sequence[str]) -> None:
    """Name the first and the last wave under the lowest panel of a column."""
    y = frame.top + _PLOT + 2.4
    sheet.text((frame.left + _LEFT, y), ends[0], size=SMALL - 1, color=QUIET)
    sheet.text((frame.left + frame.width - _RIGHT, y), ends[1], size=SMALL - 1, color=QUIET, ha="right")


def _draw_area(sheet: Sheet, frame: _Frame, line: Sequence[_Wave], *, language: str) -> None:
    """Draw the line where waves follow each other, and a dot for every wave."""
    if not line:
        middle = frame.left + _LEFT + (frame.width - _LEFT - _RIGHT) / 2, frame.top + _PLOT / 2
        sheet.text(middle, words.phrases(language)["suppressed_mark"], size=SMALL, color=QUIET, ha="center")
    for stretch in _stretches(line):
        xs = [frame.x(wave.place) for wave in stretch]
        if len(stretch) > 1:
            low, high = [frame.y(wave.low) for wave in stretch], [frame.y(wave.high) for wave in stretch]
            sheet.band(xs, low, high, color=_BAND)
        else:
            sheet.line((xs[0], frame.y(stretch[0].low)), (xs[0], frame.y(stretch[0].high)), color=_MODEL, width=1.0)
        sheet.curve(xs, [frame.y(wave.line) for wave in stretch], color=_MODEL)
    sheet.dots([frame.x(wave.place) for wave in line], [frame.y(wave.direct) for wave in line], color=DOT)


def _stretches(line: Sequence[_Wave]) -> list[list[_Wave]]:
    """Cut a line where a wave is missing or hidden."""
    stretches: list[list[_Wave]] = []
    for wave in line:
        if stretches and stretches[-1][-1].place == wave.place - 1:
            stretches[-1].append(wave)
        else:
            stretches.append([wave])
    return stretches
