"""Formulas as MathML, which every present browser draws and reads aloud: no script, no font, no network."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from docutils.nodes import SkipNode
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx

LOG = logging.getLogger(__name__)
UNDER = re.compile(
    r"<munderover>\s*(<(mi|mtext)>[^<]*</\2>)\s*(.*?)\s*(<mo [^>]*>[\^_~ˆˉ˜˙]</mo>)\s*</munderover>", re.DOTALL
)
BESIDE = r'<msub><mover accent="true">\1\4</mover>\3</msub>'
"""The index of a letter with an accent, which docutils sets under the letter, belongs beside it."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Make ``mathml`` known to Sphinx as a way to write formulas."""
    app.add_html_math_renderer("mathml", (_in_line, None), (_on_its_own, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _in_line(translator: Any, node: Element) -> None:
    translator.body.append(_converted(node, as_block=False))
    raise SkipNode


def _on_its_own(translator: Any, node: Element) -> None:
    translator.body.append(f'<div class="formula" tabindex="0">{_converted(node, as_block=True)}</div>\n')
    raise SkipNode


def _converted(node: Element, *, as_block: bool) -> str:
    formula = node.astext()
    try:
        return UNDER.sub(BESIDE, str(tex2mathml(formula, as_block=as_block)))
    except MathError as problem:
        LOG.warning("formula %r: %s", formula, problem, location=node)
        return f"<code>{escape(formula)}</code>"
