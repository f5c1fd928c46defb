"""Lines over time: an estimate and its 95 % interval for each wave, a panel for each question.

A line is drawn only between waves that may be compared: where the question was asked in another way the line ends and
begins anew, and where a wave is missing it is left open. A recorded splice is a dashed join that says so; over a
bridge of measured width the earlier figures stand once more, shifted to the new wording and dashed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.pages import Chart
from danvan_study.publish.charts.sheet import QUIET, WIDTH, Sheet, line_height, text_width, wrap
from danvan_study.publish.charts.strip import DOT, LABEL, SMALL
from danvan_study.publish.gate import require_published
from danvan_study.publish.results import Results, key_reading, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.publish.context import History
    from danvan_study.publish.results import Reading
    from danvan_study.study import Splice, Wave

_COLUMNS: Final = 2
_BETWEEN: Final = 8.0
_PLOT: Final = 30.0
_BAND: Final = "#cfdfee"
_LEFT: Final = 7.0
_RIGHT: Final = 13.0
_TICKS: Final = 6.0
_GAP: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One question over time."""

    title: list[str]
    readings: Sequence[Reading | None]
    """One for each wave; None where nothing may be shown."""
    begins: frozenset[int]
    """Places of waves from which on a new line begins."""
    reworded: frozenset[int]
    spliced: Mapping[int, Splice]
    """Those of ``reworded`` that a decision joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where a panel stands, and its scale."""

    left: float
    top: float
    width: float
    low: float
    high: float
    places: Sequence[float]
    """Of each wave, 0 to 1."""

    def x(self, place: int) -> float:
        return self.left + _LEFT + self.places[place] * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return self.top + _PLOT * (self.high - value) / (self.high - self.low)


def draw_trends(history: History, names: Sequence[str], *, codebook: Codebook, language: str) -> Chart:
    """Draw the published figures of the questions ``names`` over all waves.

    Raises
    ------
    TypeError
        The figures did not come through the gate.
    """
    figures = require_published(history.figures)
    waves = history.calendar.waves
    results = [Results(figures, period=wave.id, codebook=codebook, language=language) for wave in waves]
    lines = [_line(history, name, results=results) for name in names]
    low, high = _range(lines)
    rows = math.ceil(len(lines) / _COLUMNS)
    title = max(len(line.title) for line in lines) * line_height(LABEL) + 2.5
    step = title + _PLOT + _TICKS + _GAP
    sheet = Sheet(step * rows, words.phrases(language)["simulated"] if figures.simulated else "")
    width = (WIDTH - _BETWEEN * (_COLUMNS - 1)) / _COLUMNS
    for number, line in enumerate(lines):
        row, column = divmod(number, _COLUMNS)
        left, top = column * (width + _BETWEEN), step * row
        sheet.lines((left, top), line.title, size=LABEL, bold=True)
        frame = _Frame(left=left, top=top + title, width=width, low=low, high=high, places=_places(waves))
        _draw_axes(sheet, frame, waves=waves, language=language)
        _draw_line(sheet, frame, line, language=language)
    return Chart(kind="trends", names=tuple(names), plan=sheet.plan)


def _line(history: History, name: str, *, results: Sequence[Results]) -> _Line:
    latest = results[-1].get(name)
    key = key_reading(latest) if latest else None
    found = [one.get(name) for one in results]
    readings = [result.matching(key) if result and key else None for result in found]
    waves = history.calendar.waves
    reworded = {place for place, wave in enumerate(waves) if wave.id in history.breaks.get(name, ())}
    apart = {
        place
        for place in range(1, len(waves))
        if not history.calendar.follows(waves[place - 1].id, waves[place].id)
        or not (_is_shown(readings[place]) and _is_shown(readings[place - 1]))
    }
    language = results[-1].language
    asked = wording(latest, language) if latest else name
    title = f"{asked} ({key.label})" if key and key.answer else asked
    width = (WIDTH - _BETWEEN) / _COLUMNS
    return _Line(
        title=wrap(title, width, LABEL, bold=True)[:3],
        readings=readings,
        begins=frozenset(apart | reworded),
        reworded=frozenset(reworded),
        spliced={
            place: splice
            for splice in history.splices
            for place in reworded - apart
            if (splice.question, splice.wave) == (name, waves[place].id)
        },
    )


def _is_shown(reading: Reading | None) -> bool:
    return reading is not None and reading.is_shown


def _range(lines: Sequence[_Line]) -> tuple[float, float]:
    """Return the range of all panels: one scale, so that heights can be compared; whole tens."""
    shown = [reading for line in lines for reading in line.readings if reading is not None and reading.is_shown]
    if not shown:
        return 0.0, 100.0
    low = 10 * math.floor(min(reading.low for reading in shown) / 10)
    high = 10 * math.ceil(max(reading.high for reading in shown) / 10)
    return max(0.0, float(low)), min(100.0, float(high))


def _places(waves: Sequence[Wave]) -> list[float]:
    """Return where each wave stands between the first and the last, by the middle of its fieldwork."""
    days = [(wave.start.toordinal() + wave.end.toordinal()) / 2 for wave in waves]
    length = days[-1] - days[0]
    return [(day - days[0]) / length if length else 0.5 for day in days]


def _draw_axes(sheet: Sheet, frame: _Frame, *, waves: Sequence[Wave], language: str) -> None:
    span = frame.high - frame.low
    for tick in range(int(frame.low), int(frame.high) + 1, 10 if span <= 40 else 20):
        y = frame.y(tick)
        sheet.line((frame.left + _LEFT, y), (frame.left + frame.width - _RIGHT, y), width=0.5)
        sheet.text((frame.left + _LEFT - 1.2, y), str(tick), size=SMALL - 0.5, color=QUIET, ha="right")
    end = -math.inf
    for place in [len(waves) - 1, *range(len(waves) - 1)]:
        label = words.wave_label(waves[place].id, language)
        half = text_width(label, SMALL - 0.5) / 2
        x = frame.x(place)
        if place == len(waves) - 1:
            last = x - half
        elif x - half < end + 1.5 or x + half > last - 1.5:
            continue
        else:
            end = x + half
        sheet.text((x, frame.top + _PLOT + 3), label, size=SMALL - 0.5, color=QUIET, ha="center")


def _draw_line(sheet: Sheet, frame: _Frame, line: _Line, *, language: str) -> None:
    texts = words.phrases(language)
    stretch: list[tuple[int, Reading]] = []
    for place, reading in enumerate(line.readings):
        if place in line.begins:
            _draw_stretch(sheet, frame, stretch)
            if splice := line.spliced.get(place):
                _draw_join(sheet, frame, [*stretch, (place, line.readings[place])], shift=splice.shift)
            stretch = []
        if place in line.reworded:
            _draw_break(sheet, frame, place, text=texts["chart_splice" if place in line.spliced else "chart_break"])
        if reading is not None and reading.is_shown:
            stretch.append((place, reading))
    _draw_stretch(sheet, frame, stretch)
    last = line.readings[-1]
    if last is not None and last.is_shown:
        at = (frame.x(len(line.readings) - 1) + 2.2, frame.y(last.estimate))
        sheet.text(at, last.share(language), size=SMALL, bold=True, color=DOT)


def _draw_stretch(sheet: Sheet, frame: _Frame, stretch: Sequence[tuple[int, Reading]]) -> None:
    """Draw waves that belong together: band, line and dots; a single wave gets a whisker."""
    if not stretch:
        return
    xs = [frame.x(place) for place, _ in stretch]
    low, high = ([frame.y(getattr(reading, end)) for _, reading in stretch] for end in ("low", "high"))
    if len(stretch) == 1:
        sheet.line((xs[0], low[0]), (xs[0], high[0]), color=DOT, width=1.2)
    else:
        sheet.band(xs, low, high, color=_BAND)
    ys = [frame.y(reading.estimate) for _, reading in stretch]
    for start in range(len(xs) - 1):
        sheet.line((xs[start], ys[start]), (xs[start + 1], ys[start + 1]), color=DOT, width=1.3)
    for x, y, (_, reading) in zip(xs, ys, stretch, strict=True):
        sheet.dot((x, y), color=DOT, hollow=reading.is_doubtful)


def _draw_join(sheet: Sheet, frame: _Frame, stretch: Sequence[tuple[int, Reading | None]], *, shift: float) -> None:
    """Join the last two waves of ``stretch`` dashed; with a shift all of it, moved to the new wording."""
    points = [
        (frame.x(place), frame.y(min(max(reading.estimate + (shift if place != stretch[-1][0] else 0.0), 0.0), 100.0)))
        for place, reading in stretch
        if reading is not None
    ]
    for start, end in pairwise(points if shift else points[-2:]):
        sheet.line(start, end, color=DOT, width=1.0, dashed=True)


def _draw_break(sheet: Sheet, frame: _Frame, place: int, *, text: str) -> None:
    x = (frame.x(place - 1) + frame.x(place)) / 2
    sheet.line((x, frame.top), (x, frame.top + _PLOT), color=QUIET, width=0.7, dashed=True)
    sheet.text((x + 1, frame.top + 1.5), text, size=SMALL - 1, color=QUIET)
