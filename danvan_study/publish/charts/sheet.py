"""A sheet of paper to lay charts out on, measured in millimetres from the top left corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from danvan_study.publish.charts.ink import RULE, WIDTH, Plan, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from danvan_study.publish.charts.ink import Mark, Place

__all__ = ["INK", "LINE_HEIGHT", "QUIET", "RULE", "WIDTH", "Sheet", "line_height", "text_width", "wrap"]

INK: Final = "#1d2733"
QUIET: Final = "#5a6673"
LINE_HEIGHT: Final = 1.32
_MM_PER_POINT: Final = 25.4 / 72


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break ``text`` into lines no wider than ``width`` millimetres; a single long word is cut with an ellipsis."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(_cut(word, width, size, bold=bold))
    return lines or [""]


def _cut(word: str, width: float, size: float, *, bold: bool) -> str:
    if text_width(word, size, bold=bold) <= width:
        return word
    while len(word) > 1 and text_width(word + "…", size, bold=bold) > width:
        word = word[:-1]
    return word + "…"


class Sheet:
    """Collects the marks of a chart, placed in millimetres, y growing downwards; nothing is drawn yet."""

    def __init__(self, height: float, watermark: str = "") -> None:
        self.height, self._watermark = height, watermark
        self._marks: list[Mark] = []

    @property
    def plan(self) -> Plan:
        """What was put on the sheet so far."""
        return Plan(height=self.height, watermark=self._watermark, marks=tuple(self._marks))

    def _add(self, method: str, *given: object, **named: object) -> None:
        self._marks.append((method, given, tuple(named.items())))

    def text(self, place: Place, text: str, *, size: float = 8, bold: bool = False, **style: Any) -> None:
        """Write one line; ``style`` may hold color, ha (left) and va (center)."""
        look: dict[str, Any] = {"color": INK, "ha": "left", "va": "center_baseline"} | style
        self._add("text", place, " ".join(text.split("\n")), size=size, bold=bold, **look)

    def lines(self, place: Place, lines: list[str], *, size: float = 8, bold: bool = False) -> float:
        """Write lines beneath each other from the top at ``place``; return the height that they take."""
        step = line_height(size)
        for turn, line in enumerate(lines):
            self.text((place[0], place[1] + step * (turn + 0.5)), line, size=size, bold=bold)
        return step * len(lines)

    def bar(self, place: Place, size: Place, color: str, *, hatch: str = "") -> None:
        """Draw a filled rectangle with a white edge, hatched where it stands for what is not said."""
        self._add("bar", place, size, color=color, hatch=hatch)

    def shape(self, rings: Iterable[Iterable[Place]], color: str, *, hatch: str = "") -> None:
        """Draw an area of one or more rings; rings inside others are holes."""
        self._add("shape", tuple(tuple(ring) for ring in rings), color=color, hatch=hatch)

    def line(self, start: Place, end: Place, *, color: str = RULE, width: float = 0.6, dashed: bool = False) -> None:
        """Draw a line."""
        self._add("line", start, end, color=color, width=width, dashed=dashed)

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], *, color: str) -> None:
        """Fill what lies between two lines."""
        self._add("band", tuple(xs), tuple(low), tuple(high), color=color)

    def dot(self, place: Place, *, color: str, hollow: bool = False) -> None:
        """Draw the dot of an estimate, hollow where it is of low precision."""
        self._add("dot", place, color=color, hollow=hollow)

    def curve(self, xs: Sequence[float], ys: Sequence[float], *, color: str, width: float = 1.3) -> None:
        """Draw one line through many places."""
        self._add("curve", tuple(xs), tuple(ys), color=color, width=width)

    def dots(self, xs: Sequence[float], ys: Sequence[float], *, color: str) -> None:
        """Draw many small dots."""
        self._add("dots", tuple(xs), tuple(ys), color=color)


def line_height(size: float) -> float:
    """Return the height of a line of text in millimetres."""
    return size * _MM_PER_POINT * LINE_HEIGHT
