"""Paragraphs and tables as a reader meets them, put together with captions above and notes beneath."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.draft import Draft, Grid, Part, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.lint.known import Known

_CAPTION: Final = re.compile(r"^\s*(?:Bảng|Biểu|Table)\s*\d", re.IGNORECASE)
_NEXT: Final = re.compile(r"^\s*(?:Bảng|Biểu|Hình|Table|Figure)\s*\d", re.IGNORECASE)
_ABOVE: Final = 2
_BENEATH: Final = 15
_CELLS: Final = 1_000_000
"""Places kept for the cells of a table, a thousand for each row."""
_AT_THE_END: Final = 10**15


@dataclass(slots=True)
class _Table:
    """A table among the paragraphs."""

    rows: list[list[str]]


@dataclass(slots=True)
class Collected:
    """What a reader has met so far, in order."""

    flow: list[Passage | _Table] = field(default_factory=list)
    apart: list[Passage] = field(default_factory=list)
    """Heads, feet, boxes, notes, comments, alternative texts."""
    language: str = ""
    """What the file says it is written in."""
    _paragraphs: int = 0

    def paragraph(self, text: str, *, is_heading: bool = False) -> None:
        """Add a paragraph of the body; empty ones are not counted, for nobody counts them."""
        if text.strip():
            self._paragraphs += 1
            self.flow.append(
                Passage(written=text, place=str(self._paragraphs), is_heading=is_heading, order=len(self.flow) * _CELLS)
            )

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Add a table: cells by row, lines of a cell parted by newlines."""
        self.flow.append(_Table(rows=[list(row) for row in rows if row]))

    def beside(self, text: str, part: Part) -> None:
        """Add what stands outside the flow."""
        if text.strip():
            self.apart.append(Passage(written=text, part=part, order=_AT_THE_END))

    def draft(self, known: Known) -> Draft:
        """Return the document: each table with its caption and its notes."""
        grids = [self._grid(place, number) for number, place in enumerate(self._tables(), 1)]
        passages = [one for one in self.flow if isinstance(one, Passage)]
        return Draft(passages=(*passages, *self.apart), grids=tuple(grids), declared=self.language, known=known)

    def _tables(self) -> list[int]:
        return [place for place, one in enumerate(self.flow) if isinstance(one, _Table) and one.rows]

    def _grid(self, place: int, number: int) -> Grid:
        table = self.flow[place]
        assert isinstance(table, _Table)
        rows = tuple(
            tuple(
                Passage(
                    written=text,
                    part=Part.CELL,
                    place=say("{table}, row {row}, cell {cell}", table=number, row=line, cell=column),
                    order=place * _CELLS + line * 1000 + column,
                )
                for column, text in enumerate(row, 1)
            )
            for line, row in enumerate(table.rows, 1)
        )
        return Grid(
            number=number, rows=rows, caption=self._caption(place), notes=self._notes(place), order=place * _CELLS
        )

    def _caption(self, place: int) -> str:
        """Return the paragraph above that calls itself a table's."""
        for one in reversed(self.flow[max(0, place - _ABOVE) : place]):
            if not isinstance(one, Passage):
                return ""
            if _CAPTION.match(one.text):
                return one.text
        return ""

    def _notes(self, place: int) -> str:
        """Return what stands beneath, up to the next heading, caption or table."""
        notes: list[str] = []
        for one in self.flow[place + 1 : place + 1 + _BENEATH]:
            if not isinstance(one, Passage) or one.is_heading or _NEXT.match(one.text):
                break
            notes.append(one.text)
        return "\n".join(notes)
