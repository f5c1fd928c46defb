"""Plain text and Markdown: a line is a paragraph, lines of bars are tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.collected import Collected

if TYPE_CHECKING:
    from danvan_study.publish.lint.draft import Draft
    from danvan_study.publish.lint.known import Known

_RULE: Final = re.compile(r"^[\s|:-]+$")
_MARKS: Final = re.compile(r"^\s*(?:#{1,6}\s+|[*]\s+|>\s?)|[*_]{2}")


def read_plain(text: str, *, known: Known) -> Draft:
    """Read text whose tables, if any, are drawn with bars."""
    collected = Collected()
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            if not _RULE.match(line):
                rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            collected.table(rows)
            rows = []
        collected.paragraph(_MARKS.sub("", line), is_heading=line.startswith("#"))
    return collected.draft(known)
