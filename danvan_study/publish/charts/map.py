"""Where people live: one tile for each area, or its shape where the study has borders; one question."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.charts.contrast import ink_on
from danvan_study.publish.charts.pages import Chart, require_results, watermark_of
from danvan_study.publish.charts.sheet import INK, QUIET, WIDTH, Sheet, line_height, wrap
from danvan_study.publish.charts.strip import LABEL, SMALL, WORDING
from danvan_study.publish.results import Domain, key_reading, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas import Area, Areas
    from danvan_study.areas.shapes import Ring
    from danvan_study.publish.results import Reading, Results

BREAKS: Final = (40.0, 50.0, 60.0, 70.0)
"""Bounds of the classes, in points: the same for every question and quarter, so that maps can be laid side by side."""

COLORS: Final = ("#eaf1f7", "#bcd4e6", "#7fb0d3", "#3d7fb1", "#0b4f8a")
"""One hue from light to dark: the order stays on a grey copy and for the colour-blind."""

HIDDEN: Final = "#ffffff"
_TILE: Final = (24.5, 15.0)
_GAP: Final = 1.0
_BETWEEN: Final = 7.0
_TALLEST: Final = 105.0


def draw_map(results: Results, *, areas: Areas, name: str) -> Chart | None:
    """Draw one question over the areas; None where there are neither tiles nor borders for all of them.

    Raises
    ------
    TypeError
        ``results`` does not come from published figures.
    """
    require_results(results)
    whole = results.get(name)
    answer = key_reading(whole) if whole else None
    keys = [area.key for area in areas.reporting]
    if whole is None or answer is None or not (_covers(areas.shapes, keys) or _covers(areas.tiles, keys)):
        return None
    title = wrap(wording(whole, results.language), WIDTH - 2, WORDING, bold=True)
    top = line_height(WORDING) * len(title) + 10.0
    found = {key: results.get(name, Domain(area=key)) for key in keys}
    readings = {key: result.matching(answer) if result else None for key, result in found.items()}
    if _covers(areas.shapes, keys):
        sheet = _draw_shapes(results, areas, top=top, readings=readings)
    else:
        sheet = _draw_tiles(results, areas, top=top, readings=readings)
    y = 1.0 + sheet.lines((0, 1.0), title, size=WORDING, bold=True)
    _draw_key(sheet, y + 2.5, results)
    return Chart(kind="map", names=(name,), plan=sheet.plan)


def _covers(places: Mapping[str, object], keys: Sequence[str]) -> bool:
    return all(key in places for key in keys)


def class_of(reading: Reading | None) -> int | None:
    """Return the class of a figure, None where it isn't shown."""
    if reading is None or not reading.is_shown:
        return None
    return sum(reading.estimate >= bound for bound in BREAKS)


def class_labels(language: str) -> list[str]:
    """Return what each class is called, the lowest first."""
    low, *_, high = (f"{bound:.0f}" for bound in BREAKS)
    between = [f"{below:.0f}{words.DASH}{words.number(above - 0.1, language, 1)}" for below, above in pairwise(BREAKS)]
    return [f"< {low}", *between, f"≥ {high}"]


def _fill(reading: Reading | None) -> tuple[str, str, str]:
    """Return colour, hatch and ink of an area."""
    place = class_of(reading)
    if place is None:
        return HIDDEN, "////", INK
    return COLORS[place], "", ink_on(COLORS[place])


def _draw_tiles(results: Results, areas: Areas, *, top: float, readings: Mapping[str, Reading | None]) -> Sheet:
    """Draw the provinces beneath one another where they don't fit side by side."""
    parts: list[tuple[str, list[Area], float, float]] = []
    x, y, height = 0.0, top, 0.0
    titles = {area.key: area.label(results.language) for area in areas.others}
    for parent in dict.fromkeys(area.parent for area in areas.reporting):
        members = [area for area in areas.reporting if area.parent == parent]
        rows, columns = (_span([areas.tiles[area.key][axis] for area in members]) for axis in (0, 1))
        width = columns * (_TILE[0] + _GAP) - _GAP
        if x and x + width > WIDTH:
            x, y, height = 0.0, y + height + _GAP, 0.0
        parts.append((titles.get(parent, ""), members, x, y))
        x += width + _BETWEEN
        height = max(height, line_height(LABEL) + 1 + rows * (_TILE[1] + _GAP))
    sheet = Sheet(y + height + 1, watermark_of(results))
    for title, members, left, upper in parts:
        sheet.text((left, upper + line_height(LABEL) / 2), title, size=LABEL, bold=True)
        first = [min(areas.tiles[area.key][axis] for area in members) for axis in (0, 1)]
        for area in members:
            row, column = (areas.tiles[area.key][axis] - first[axis] for axis in (0, 1))
            place = left + column * (_TILE[0] + _GAP), upper + line_height(LABEL) + 1 + row * (_TILE[1] + _GAP)
            _draw_tile(sheet, place, area=area, reading=readings[area.key], language=results.language)
    return sheet


def _span(places: Sequence[int]) -> int:
    return max(places) - min(places) + 1


def _draw_tile(sheet: Sheet, place: tuple[float, float], *, area: Area, reading: Reading | None, language: str) -> None:
    color, hatch, ink = _fill(reading)
    sheet.bar(place, _TILE, color, hatch=hatch)
    middle = place[0] + _TILE[0] / 2
    lines = wrap(_short(area, language), _TILE[0] - 1.5, SMALL - 0.5)[:2]
    text = words.phrases(language)["suppressed_mark"] if reading is None else reading.text(language)
    figure, _, interval = text.partition(" (")
    below = f"({interval}" if interval else ""
    if hatch:
        # What is hatched is written on white, or nobody could read it.
        sheet.bar((place[0] + 1.5, place[1] + 1.2), (_TILE[0] - 3, _TILE[1] - 2.4), HIDDEN)
    step = line_height(SMALL - 0.5)
    y = place[1] + (_TILE[1] - step * (len(lines) + 1 + bool(below))) / 2 + step / 2
    for line in lines:
        sheet.text((middle, y), line, size=SMALL - 0.5, color=ink, ha="center")
        y += step
    sheet.text((middle, y), figure + _mark(reading), size=LABEL, bold=True, color=ink, ha="center")
    sheet.text((middle, y + step), below, size=SMALL - 1.5, color=ink, ha="center")


def _mark(reading: Reading | None) -> str:
    """Return the mark of low precision."""
    return "*" if reading is not None and reading.is_shown and reading.is_doubtful else ""


def _short(area: Area, language: str) -> str:
    """Return the name without its type: the title says of which kind the areas are."""
    name = area.label(language)
    for kind in ("Thành phố ", "Thị xã ", "Huyện "):
        name = name.removeprefix(kind)
    return name.removesuffix(" District")


def _draw_shapes(results: Results, areas: Areas, *, top: float, readings: Mapping[str, Reading | None]) -> Sheet:
    xs, ys = zip(*(point for rings in areas.shapes.values() for ring in rings for point in ring), strict=True)
    scale = min(WIDTH / (max(xs) - min(xs)), _TALLEST / (max(ys) - min(ys)))
    left = (WIDTH - scale * (max(xs) - min(xs))) / 2
    sheet = Sheet(top + scale * (max(ys) - min(ys)) + 2, watermark_of(results))

    def placed(ring: Ring) -> list[tuple[float, float]]:
        return [(left + scale * (x - min(xs)), top + scale * (max(ys) - y)) for x, y in ring]

    for area in areas.reporting:
        rings = [placed(ring) for ring in areas.shapes[area.key]]
        reading = readings[area.key]
        color, hatch, ink = _fill(reading)
        sheet.shape(rings, color, hatch=hatch)
        largest = max(rings, key=lambda ring: abs(_area(ring)))
        text = words.phrases(results.language)["suppressed_mark"] if reading is None else reading.text(results.language)
        figure = text.partition(" (")[0] + _mark(reading)
        x, y = _centre(largest)
        if hatch:
            sheet.bar((x - 8, y - 3.2), (16, 6.4), HIDDEN)
        sheet.text((x, y - 1.5), _short(area, results.language), size=SMALL - 1, color=ink, ha="center")
        sheet.text((x, y + 1.5), figure, size=SMALL - 0.5, bold=True, color=ink, ha="center")
    return sheet


def _area(ring: Sequence[tuple[float, float]]) -> float:
    """Return twice the signed area of a ring (the shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def _centre(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the centroid of a ring."""
    twice = _area(ring)
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    x = sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (3 * twice)
    y = sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (3 * twice)
    return x, y


def _draw_key(sheet: Sheet, y: float, results: Results) -> None:
    """Draw the classes and what hatching means."""
    texts, labels = words.phrases(results.language), class_labels(results.language)
    x = 0.0
    for color, label in zip(COLORS, labels, strict=True):
        sheet.bar((x, y), (7, 3.6), color)
        sheet.text((x + 8, y + 1.8), label, size=SMALL, color=QUIET)
        x += 24
    sheet.bar((x, y), (7, 3.6), HIDDEN, hatch="////")
    sheet.text((x + 8, y + 1.8), texts["map_hidden"], size=SMALL, color=QUIET)
