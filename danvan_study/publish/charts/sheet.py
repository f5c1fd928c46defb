"""A sheet of paper to draw charts on, measured in millimetres from the top left corner."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import fontpkg
import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as MplPath
from matplotlib.textpath import TextToPath

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILY: Final = "Be Vietnam Pro"
WIDTH: Final = 165.0
"""The text width of an A4 page with margins of 30 and 15 mm."""

INK: Final = "#1d2733"
QUIET: Final = "#5a6673"
RULE: Final = "#d5dae0"
LINE_HEIGHT: Final = 1.32
_MM_PER_POINT: Final = 25.4 / 72
_MM_PER_INCH: Final = 25.4
_HINTING: Final = 1.045
"""Letters fitted to the dots of a PNG stand up to 4 % wider than their outlines."""

_WATERMARK_EVERY: Final = 75.0
_STYLE: Final[Any] = {
    "svg.hashsalt": "danvan",
    "svg.fonttype": "none",
    "font.family": [FAMILY, "DejaVu Sans"],
    "hatch.linewidth": 0.5,
}


@cache
def _font(*, bold: bool, size: float) -> FontProperties:
    """Return the font, registered with matplotlib on first use."""
    _register()
    return FontProperties(family=[FAMILY, "DejaVu Sans"], weight=700 if bold else 400, size=size)


@cache
def _register() -> None:
    for weight in (400, 700):
        font_manager.fontManager.addfont(str(fontpkg.path(FAMILY, weight)))


@cache
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of ``text`` in millimetres at ``size`` points."""
    width, _, _ = TextToPath().get_text_width_height_descent(text, _font(bold=bold, size=size), ismath=False)
    return float(width) * _MM_PER_POINT * _HINTING


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
    """A figure of fixed width whose marks are placed in millimetres, y growing downwards."""

    def __init__(self, height: float, watermark: str = "") -> None:
        self.height = height
        with mpl.rc_context(_STYLE):
            self._figure = Figure(figsize=(WIDTH / _MM_PER_INCH, height / _MM_PER_INCH), facecolor="white")
            self._axes: Axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        if watermark:
            self._mark(watermark)

    def _mark(self, watermark: str) -> None:
        count = max(1, round(self.height / _WATERMARK_EVERY))
        size = 30 if text_width(watermark, 30, bold=True) < WIDTH else 18
        for turn in range(count):
            self._axes.text(
                WIDTH / 2,
                self.height * (turn + 0.5) / count,
                watermark,
                rotation=min(18, self.height / 4),
                ha="center",
                va="center",
                color="#8a1c1c",
                alpha=0.10,
                zorder=5,
                fontproperties=_font(bold=True, size=size),
            )

    def text(self, place: tuple[float, float], text: str, *, size: float = 8, bold: bool = False, **style: Any) -> None:
        """Write one line; ``style`` may hold color, ha (left) and va (center)."""
        look: dict[str, Any] = {"color": INK, "ha": "left", "va": "center_baseline"} | style
        self._axes.text(
            *place,
            " ".join(text.split("\n")),
            fontproperties=_font(bold=bold, size=size),
            parse_math=False,
            zorder=4,
            **look,
        )

    def lines(self, place: tuple[float, float], lines: list[str], *, size: float = 8, bold: bool = False) -> float:
        """Write lines beneath each other from the top at ``place``; return the height that they take."""
        step = line_height(size)
        for turn, line in enumerate(lines):
            self.text((place[0], place[1] + step * (turn + 0.5)), line, size=size, bold=bold)
        return step * len(lines)

    def bar(self, place: tuple[float, float], size: tuple[float, float], color: str, *, hatch: str = "") -> None:
        """Draw a filled rectangle with a white edge, hatched where it stands for what is not said."""
        edge = "#98a2ad" if hatch else "white"
        box = Rectangle(place, *size, facecolor=color, edgecolor=edge, linewidth=0.7, hatch=hatch or None, zorder=2)
        self._axes.add_patch(box)

    def shape(self, rings: list[list[tuple[float, float]]], color: str, *, hatch: str = "") -> None:
        """Draw an area of one or more rings; rings inside others are holes."""
        path = MplPath.make_compound_path(*(MplPath(ring, closed=True) for ring in rings))
        edge = "#98a2ad" if hatch else "white"
        patch = PathPatch(path, facecolor=color, edgecolor=edge, linewidth=0.7, hatch=hatch or None, zorder=2)
        self._axes.add_patch(patch)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        color: str = RULE,
        width: float = 0.6,
        dashed: bool = False,
    ) -> None:
        """Draw a line."""
        ends = [start[0], end[0]], [start[1], end[1]]
        self._axes.plot(
            *ends,
            color=color,
            linewidth=width,
            linestyle=(0, (3, 2)) if dashed else "-",
            solid_capstyle="butt",
            zorder=3 if color != RULE else 1,
        )

    def band(self, xs: list[float], low: list[float], high: list[float], *, color: str) -> None:
        """Fill what lies between two lines."""
        self._axes.fill_between(xs, low, high, color=color, linewidth=0, zorder=1.5)

    def dot(self, place: tuple[float, float], *, color: str, hollow: bool = False) -> None:
        """Draw the dot of an estimate, hollow where it is of low precision."""
        self._axes.plot(
            [place[0]],
            [place[1]],
            marker="o",
            markersize=4.6,
            markerfacecolor="white" if hollow else color,
            markeredgecolor=color,
            markeredgewidth=1.1,
            zorder=4,
        )

    def curve(self, xs: list[float], ys: list[float], *, color: str, width: float = 1.3) -> None:
        """Draw one line through many places."""
        self._axes.plot(xs, ys, color=color, linewidth=width, solid_capstyle="butt", zorder=3)

    def dots(self, xs: list[float], ys: list[float], *, color: str) -> None:
        """Draw many small dots."""
        self._axes.plot(xs, ys, color=color, linestyle="", marker="o", markersize=2.6, markeredgewidth=0, zorder=4)

    def png(self) -> bytes:
        """Return the sheet as PNG of 200 dots per inch; same marks, same bytes."""
        return self._save("png", dpi=200, metadata={"Software": None})

    def svg(self) -> bytes:
        """Return the sheet as SVG with selectable text; same marks, same bytes."""
        return self._save("svg", metadata={"Date": None, "Creator": None})

    def _save(self, kind: str, **options: Any) -> bytes:
        content = BytesIO()
        with mpl.rc_context(_STYLE):
            self._figure.savefig(content, format=kind, **options)
        return content.getvalue()


def line_height(size: float) -> float:
    """Return the height of a line of text in millimetres."""
    return size * _MM_PER_POINT * LINE_HEIGHT
