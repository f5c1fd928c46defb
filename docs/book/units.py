"""A number stays on one line with its unit and the sign before it: "± 4,3" and "96,1 %" are never parted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils.nodes import FixedTextElement, Text, literal, math
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

VERBATIM = (FixedTextElement, literal, math)
BETWEEN = re.compile(r"(?<=\d)[ \n](?=(?:%|‰|[GMk]B|[km]?m|m?s|px)(?!\w))|(?<=[±<>≤≥])[ \n](?=\d)")


class KeepUnits(SphinxTransform):
    """Put no-break spaces there, but for what is quoted letter by letter."""

    default_priority = 900

    def apply(self) -> None:
        """Change the page's texts."""
        for text in list(self.document.findall(Text)):
            if not isinstance(text.parent, VERBATIM) and BETWEEN.search(text):
                text.parent.replace(text, Text(BETWEEN.sub("\N{NO-BREAK SPACE}", text)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx go over every page that it has read."""
    app.add_transform(KeepUnits)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
