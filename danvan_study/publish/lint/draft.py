"""A brief as text: what its paragraphs, tables, heads and feet say, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from danvan_study.messages import joined, say
from danvan_study.publish.lint.known import NOTHING, Known
from danvan_study.publish.lint.lexicon import QUANTIFIERS
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message, Words

_FIRST_WORDS: Final = 8
_VIETNAMESE: Final = re.compile(r"[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE)
_QUOTED: Final = re.compile(r"“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\s\u00a0]+(?=[“\"(\[]?[^\W\da-zà-ỹ_])|(?<=[^\W\d_][.!?])\s+(?=\d)|\n+")
_SHARE_OF_LETTERS: Final = 0.05


class Part(StrEnum):
    """Where in a document a passage stands."""

    BODY = "body"
    CELL = "cell"
    HEADER = "header"
    FOOTER = "footer"
    BOX = "box"
    NOTE = "note"
    COMMENT = "comment"
    ALT = "alt"


_CALLED: Final = {
    Part.BODY: say("paragraph"),
    Part.CELL: say("table"),
    Part.HEADER: say("header of the page"),
    Part.FOOTER: say("footer of the page"),
    Part.BOX: say("text box"),
    Part.NOTE: say("footnote"),
    Part.COMMENT: say("comment"),
    Part.ALT: say("alternative text"),
}


_NOT_TOLD: Final = {Part.ALT, Part.COMMENT, Part.HEADER, Part.FOOTER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, or a cell of a table."""

    written: str
    """As it stands in the file: perhaps not in NFC."""
    part: Part = Part.BODY
    place: Words = ""
    """Number of the paragraph; of table, row and cell."""
    is_heading: bool = False
    order: int = 0
    """Place among all paragraphs and tables of the document."""

    @property
    def text(self) -> str:
        """The passage in NFC, with plain blanks."""
        return nfc(self.written).replace("\u00a0", " ").replace("\u202f", " ")

    @property
    def where(self) -> Message:
        """Place and first words."""
        first = " ".join(self.text.split()[:_FIRST_WORDS])
        more = "…" if len(self.text.split()) > _FIRST_WORDS else ""
        place = [self.place] if self.place else []
        return joined([_CALLED[self.part], *place, f"“{first}{more}”"], " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with what is written above and beneath it."""

    number: int
    rows: tuple[tuple[Passage, ...], ...]
    caption: str = ""
    notes: str = ""
    order: int = 0
    """Place among all paragraphs and tables of the document."""

    @property
    def head(self) -> tuple[Passage, ...]:
        """The first row."""
        return self.rows[0] if self.rows else ()

    @property
    def text(self) -> str:
        """All that belongs to the table."""
        return "\n".join([self.caption, *[passage.text for row in self.rows for passage in row], self.notes])

    @property
    def around(self) -> str:
        """What is said of all cells: caption, heads and notes."""
        return "\n".join([self.caption, *[passage.text for passage in self.head], self.notes])

    @property
    def where(self) -> Message:
        """Its number and the first words of its caption, or of its first cell."""
        named = self.caption or next((cell.text for cell in self.head if cell.text), "")
        return Passage(written=named, part=Part.CELL, place=str(self.number)).where

    def row_text(self, row: tuple[Passage, ...]) -> str:
        """Return a row as one line, with the base that a column named ``n`` gives."""
        said = [passage.text for passage in row]
        heads = [passage.text.strip().lower() for passage in self.head]
        bases = [f"n = {cell}" for head, cell in zip(heads, said, strict=False) if head in {"n", "n (phiếu)"} and cell]
        return " | ".join([*said, *bases])


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said in one breath: a sentence, or a cell with its row and the words around its table."""

    passage: Passage
    text: str
    """Without what is quoted."""
    row: str = ""
    around: str = ""

    @property
    def sentences(self) -> list[str]:
        """The sentences of a cell; a sentence alone is one."""
        return sentences(self.text)

    @property
    def whole(self) -> str:
        """The sentence, or the cell and its row."""
        return f"{self.text} | {self.row}" if self.row else self.text


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A document under the rules."""

    passages: tuple[Passage, ...]
    """Outside tables, in the order of the document; then heads, feet, boxes, notes, comments, alternative texts."""
    grids: tuple[Grid, ...] = ()
    declared: str = ""
    """The language that the file says it is in; empty where it says none."""
    known: Known = field(default=NOTHING)

    @cached_property
    def everything(self) -> tuple[Passage, ...]:
        """All passages in the order of the document, those in tables too."""
        cells = [cell for grid in self.grids for row in grid.rows for cell in row]
        return tuple(sorted((*self.passages, *cells), key=lambda passage: passage.order))

    @cached_property
    def text(self) -> str:
        """All that is said, line by line."""
        return "\n".join(passage.text for passage in self.everything)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Every line, without blanks around it."""
        return tuple(line for line in map(str.strip, self.text.split("\n")) if line)

    @cached_property
    def language(self) -> str:
        """The language that it is written in: what the file says, or else that of the letters."""
        if (said := self.declared[:2].lower()) in QUANTIFIERS:
            return said
        letters = sum(letter.isalpha() for letter in self.text)
        return "en" if letters and len(_VIETNAMESE.findall(self.text)) < _SHARE_OF_LETTERS * letters else "vi"

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, in order."""
        return tuple(self._statements())

    @property
    def told(self) -> Iterator[Statement]:
        """Those of running text and tables: no headings, no alternative texts, comments, heads or feet of pages."""
        return (one for one in self.statements if one.passage.part not in _NOT_TOLD and not one.passage.is_heading)

    def _statements(self) -> Iterator[Statement]:
        for passage in self.passages:
            for sentence in sentences(unquoted(passage.text)):
                yield Statement(passage=passage, text=sentence)
        for grid in self.grids:
            around = grid.around
            for row in grid.rows:
                line = unquoted(grid.row_text(row))
                for cell in row:
                    yield Statement(passage=cell, text=unquoted(cell.text), row=line, around=around)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a stop inside a number ends none."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def unquoted(text: str) -> str:
    """Return a text of the same length in which what is quoted says nothing: wordings of questions and answers."""
    return _QUOTED.sub(lambda found: "“" + "·" * (len(found[0]) - 2) + "”", text)


def quoted(text: str) -> list[re.Match[str]]:
    """Return what is quoted in a text."""
    return list(_QUOTED.finditer(text))
