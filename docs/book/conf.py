"""How Sphinx sets the handbook. ``python -m docs.build`` says the language, the first page and which pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fontpkg
from docutils import nodes
from matplotlib import get_data_path
from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BOOK = Path(__file__).parent
sys.path.insert(0, str(BOOK.parents[1]))  # for docs.book.*

project = "danvan_study"
extensions = ["myst_parser", *(f"docs.book.{name}" for name in ("columns", "mathml", "search", "twins", "units"))]
locale_dirs = [str(BOOK / "locale")]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "tasklist"]
myst_heading_anchors = 3
nitpicky = True
highlight_language = "none"

html_theme = "furo"
html_css_files = ["book.css"]
LETTERS = [str(fontpkg.path("Be Vietnam Pro", weight)) for weight in (400, 600, 700)]
FORMULAS = f"{get_data_path()}/fonts/ttf/STIXGeneral.ttf"  # for machines without a font for mathematics
html_static_path = [str(BOOK / "static"), *LETTERS, FORMULAS]
templates_path = [str(BOOK / "templates")]
html_math_renderer = "mathml"
html_search_scorer = str(BOOK / "scorer.js")
html_copy_source = False
html_use_index = False
html_show_copyright = False
html_show_search_summary = False  # summaries are fetched page by page, which a browser refuses for files on disk

FONT = '"Be Vietnam Pro", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
html_theme_options: dict[str, Any] = {
    "light_css_variables": {"font-stack": FONT, "color-brand-primary": "#0b4f8a", "color-brand-content": "#0b4f8a"},
    "dark_css_variables": {"color-brand-primary": "#8ec1ee", "color-brand-content": "#8ec1ee"},
    "top_of_page_buttons": [],
}


def setup(app: Sphinx) -> None:
    """Let blocks of CSV be blocks of a kind that is known; nothing in them wants a colour."""
    app.add_lexer("csv", TextLexer)
    app.connect("doctree-read", _draw_boxes)


def _draw_boxes(_app: Sphinx, doctree: nodes.document) -> None:
    """Print the box of a list to tick as a sign: a page to read has no switch, and a reader aloud would stop at one."""
    for box in list(doctree.findall(nodes.raw)):
        if "task-list-item-checkbox" in box.astext():
            box.parent.replace(box, nodes.Text("☐ "))
