"""A brief as one HTML file: fonts, charts and style inside, nothing fetched, nothing run."""

from __future__ import annotations

import base64
import pkgutil
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from danvan_study.publish import words
from danvan_study.publish.page_fit import PAGES, Page, Sizes, fit

if TYPE_CHECKING:
    from danvan_study.publish.blocks import Document, Picture

_FACES: Final = (("Regular", 400, "normal"), ("Bold", 700, "normal"), ("Italic", 400, "italic"))

_PRINTED: Final = 14.0
"""Letters of running text on paper, in pixels, at most."""
_SIZES: Final = Sizes(title=16.0, heading=11.5, body=10.5, table=9.0, small=9.0, note=8.5, caption=10.0)
"""In points, as ``brief.css`` sets them at that size."""
_PAGE: Final = Page(width=170.0, height=257.0, widen=1.16, line=1.46, pad=2.5, inset=4.0, after=5.0, around=20.0)


def set_html(document: Document) -> bytes:
    """Set a document as one self-contained HTML page (UTF-8); one of limited length is printed on as many pages."""
    page = _environment().get_template("brief.html.j2")
    text = page.render(
        document=document,
        texts=words.phrases(document.language),
        fonts=_fonts(),
        parts=[(type(block).__name__, block) for block in document.blocks],
        print_size=_print_size(document),
    )
    return text.encode()


def _print_size(document: Document) -> float:
    """Return at how many pixels a document of limited length is printed, so that it fits its pages; 0: any length."""
    return round(_PRINTED * fit(document, _PAGE, _SIZES), 1) if document.kind in PAGES else 0.0


@cache
def _environment() -> Environment:
    loader = PackageLoader("danvan_study.publish", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["drawing"] = drawing
    return environment


@cache
def _fonts() -> Markup:
    """Return the font faces, each with its file inside."""
    return Markup("\n").join(_face(name, weight, style) for name, weight, style in _FACES)


def _face(name: str, weight: int, style: str) -> Markup:
    content = pkgutil.get_data("fontpkg_be_vietnam_pro", f"files/BeVietnamPro-{name}.ttf") or b""
    coded = base64.b64encode(content).decode()
    return Markup(  # noqa: S704 -- our own text around base64
        f'@font-face{{font-family:"Be Vietnam Pro";font-weight:{weight};font-style:{style};'
        f'src:url("data:font/ttf;base64,{coded}") format("truetype")}}'
    )


def drawing(picture: Picture) -> Markup:
    """Return a chart as inline SVG: described by its text alternative, without prolog, metadata and unused ids."""
    svg = picture.svg.decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    label = Markup.escape(picture.alt)
    return Markup(svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1))  # noqa: S704 -- matplotlib escapes
