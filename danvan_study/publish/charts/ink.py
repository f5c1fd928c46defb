"""From the marks of a sheet to PNG and SVG, by matplotlib: the same marks, the same bytes, in any process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import fontpkg
import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as MplPath
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

FAMILY: Final = "Be Vietnam Pro"
WIDTH: Final = 165.0
"""The text width of an A4 page with margins of 30 and 15 mm."""

RULE: Final = "#d5dae0"
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

Place: TypeAlias = tuple[float, float]
Mark: TypeAlias = tuple[str, tuple[Any, ...], tuple[tuple[str, Any], ...]]
"""A method of :class:`_Paper`, what it is given by place, and by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawn chart."""

    png: bytes
    """200 dots per inch."""
    svg: bytes
    """With selectable text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A chart as plain data: it holds the marks and no figures, and can be drawn by any process."""

    height: float
    """In millimetres; the width is 165."""
    watermark: str
    marks: tuple[Mark, ...]

    @property
    def png(self) -> bytes:
        """The chart as PNG."""
        return draw(self).png

    @property
    def svg(self) -> bytes:
        """The chart as SVG."""
        return draw(self).svg


@lru_cache(maxsize=64)
def draw(plan: Plan) -> Drawn:
    """Draw a chart."""
    paper = _Paper(plan.height, plan.watermark)
    for method, given, named in plan.marks:
        getattr(paper, method)(*given, **dict(named))
    return Drawn(
        png=paper.as_file("png", dpi=200, metadata={"Software": None}),
        svg=paper.as_file("svg", metadata={"Date": None, "Creator": None}),
    )


@cache
def font(*, bold: bool, size: float) -> FontProperties:
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
    width, _, _ = TextToPath().get_text_width_height_descent(text, font(bold=bold, size=size), ismath=False)
    return float(width) * _MM_PER_POINT * _HINTING


class _Words(Text):
    """Text whose layout is found once in a process: it hangs on the words and their look, on no place and no chart."""

    _layouts: ClassVar[dict[tuple[object, ...], Any]] = {}

    def _get_layout(self, renderer: RendererBase) -> Any:
        look = self.get_text(), self.get_fontsize(), self.get_fontweight(), self.get_rotation()
        stand = self.get_horizontalalignment(), self.get_verticalalignment()
        key = type(renderer), renderer.points_to_pixels(1), *look, *stand
        if key not in self._layouts:
            self._layouts[key] = super()._get_layout(renderer)  # type: ignore[misc]  # not in the stubs
        return self._layouts[key]


class _Paper:
    """A figure of fixed width whose marks are placed in millimetres, y growing downwards."""

    def __init__(self, height: float, watermark: str) -> None:
        self._height = height
        with mpl.rc_context(_STYLE):
            self._figure = Figure(figsize=(WIDTH / _MM_PER_INCH, height / _MM_PER_INCH), facecolor="white")
            self._axes: Axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        if watermark:
            self._mark(watermark)

    def _mark(self, watermark: str) -> None:
        count = max(1, round(self._height / _WATERMARK_EVERY))
        size = 30 if text_width(watermark, 30, bold=True) < WIDTH else 18
        for turn in range(count):
            self._axes.add_artist(
                _Words(
                    WIDTH / 2,
                    self._height * (turn + 0.5) / count,
                    watermark,
                    rotation=min(18, self._height / 4),
                    ha="center",
                    va="center",
                    color="#8a1c1c",
                    alpha=0.10,
                    zorder=5,
                    fontproperties=font(bold=True, size=size),
                    clip_on=False,
                )
            )

    def text(self, place: Place, text: str, *, size: float, bold: bool, **look: Any) -> None:
        """Write one line."""
        props = font(bold=bold, size=size)
        words = _Words(*place, text, fontproperties=props, parse_math=False, zorder=4, clip_on=False, **look)
        self._axes.add_artist(words)

    def bar(self, place: Place, size: Place, *, color: str, hatch: str) -> None:
        """Draw a filled rectangle."""
        edge = "#98a2ad" if hatch else "white"
        box = Rectangle(place, *size, facecolor=color, edgecolor=edge, linewidth=0.7, hatch=hatch or None, zorder=2)
        self._axes.add_artist(box)

    def shape(self, rings: Sequence[Sequence[Place]], *, color: str, hatch: str) -> None:
        """Draw an area of one or more rings."""
        path = MplPath.make_compound_path(*(MplPath(ring, closed=True) for ring in rings))
        edge = "#98a2ad" if hatch else "white"
        patch = PathPatch(path, facecolor=color, edgecolor=edge, linewidth=0.7, hatch=hatch or None, zorder=2)
        self._axes.add_artist(patch)

    def line(self, start: Place, end: Place, *, color: str, width: float, dashed: bool) -> None:
        """Draw a line."""
        line = Line2D(
            [start[0], end[0]],
            [start[1], end[1]],
            color=color,
            linewidth=width,
            linestyle=(0, (3, 2)) if dashed else "-",
            solid_capstyle="butt",
            zorder=3 if color != RULE else 1,
        )
        self._axes.add_artist(line)

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], *, color: str) -> None:
        """Fill what lies between two lines."""
        self._axes.fill_between(xs, low, high, color=color, linewidth=0, zorder=1.5)

    def dot(self, place: Place, *, color: str, hollow: bool) -> None:
        """Draw the dot of an estimate."""
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

    def curve(self, xs: Sequence[float], ys: Sequence[float], *, color: str, width: float) -> None:
        """Draw one line through many places."""
        self._axes.plot(xs, ys, color=color, linewidth=width, solid_capstyle="butt", zorder=3)

    def dots(self, xs: Sequence[float], ys: Sequence[float], *, color: str) -> None:
        """Draw many small dots."""
        self._axes.plot(xs, ys, color=color, linestyle="", marker="o", markersize=2.6, markeredgewidth=0, zorder=4)

    def as_file(self, kind: str, **options: Any) -> bytes:
        """Return the figure as a file of this kind."""
        content = BytesIO()
        with mpl.rc_context(_STYLE):
            self._figure.savefig(content, format=kind, **options)
        return content.getvalue()
