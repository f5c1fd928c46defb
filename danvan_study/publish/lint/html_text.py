"""HTML as it is read: text by block, tables cell by cell, no scripts and no drawings."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.collected import Collected
from danvan_study.publish.lint.draft import Part

if TYPE_CHECKING:
    from danvan_study.publish.lint.draft import Draft
    from danvan_study.publish.lint.known import Known

_SILENT: Final = frozenset({"script", "style", "svg", "head", "template"})
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u"}
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS: Final = frozenset({"td", "th"})


def read_html(text: str, *, known: Known) -> Draft:
    """Read a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return reader.collected.draft(known)


class _Reader(HTMLParser):
    """Gathers letters until a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.collected = Collected()
        self._letters: list[str] = []
        self._silent: list[str] = []
        self._rows: list[list[str]] = []
        self._is_cell = self._is_heading = False
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.collected.language = dict(attrs).get("lang") or ""
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag == "br":
            self._letters.append("\n")
        elif tag == "img":
            self.collected.beside(dict(attrs).get("alt") or "", Part.ALT)
        elif tag not in _INLINE:
            self.end_block()
            self._is_heading = tag in _HEADINGS
            self._open_table(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif not self._silent and tag not in _INLINE:
            self._close_table(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._letters.append(data)

    def end_block(self) -> None:
        """Put down what was gathered: into the cell that is open, or as a paragraph."""
        if self._is_cell:
            self._letters.append("\n")
            return
        text = " ".join("".join(self._letters).split(" ")).strip()
        self._letters = []
        self.collected.paragraph(" ".join(text.split("\n")), is_heading=self._is_heading)
        self._is_heading = False

    def _open_table(self, tag: str) -> None:
        if tag == "table":
            self._tables += 1
        elif tag == "tr" and self._tables and not self._is_cell:
            self._rows.append([])
        elif tag in _CELLS and self._rows and not self._is_cell:
            self._letters, self._is_cell = [], True

    def _close_table(self, tag: str) -> None:
        if tag in _CELLS and self._is_cell:
            lines = [" ".join(line.split()) for line in "".join(self._letters).split("\n")]
            self._rows[-1].append("\n".join(line for line in lines if line))
            self._letters, self._is_cell = [], False
        elif tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._is_cell = False
                self.collected.table(self._rows)
                self._rows = []
        else:
            self.end_block()
