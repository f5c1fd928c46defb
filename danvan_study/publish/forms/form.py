"""What a document form fixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAGE_WIDTH: Final = 210.0
"""Of A4, in millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a line of text looks; sizes and spaces in points."""

    size: float
    text: str = ""
    """What stands there, where the form says so; names in braces are filled in."""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    caps: bool = False
    color: str = "000000"
    before: float = 0
    after: float = 0
    line_below: bool = False
    """Whether a line as long as the text is drawn below it."""

    def filled(self, **names: str) -> str:
        """Return the form's own text with the names filled in."""
        return self.set(self.text.format(**names))

    def set(self, text: str) -> str:
        """Return ``text`` in capitals where the line asks for them."""
        return text.upper() if self.caps else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """In millimetres."""

    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Running text."""

    size: float
    line: float
    """Pitch of the lines in points, exact; 0: a little more than single."""
    first_line: float
    """Indent of a paragraph's first line, in millimetres."""
    after: float
    bullet: str
    """What opens an item of a list; empty: the word processor's own sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What opens a document of an office. Its number and its day stay blank."""

    columns: tuple[float, ...]
    """Width of the left and the right head, in millimetres."""
    right: tuple[Line, ...]
    superior: Line
    body: Line
    under_body: str
    """``*``, or ``line``: a short one in the middle."""
    number: Line
    date: Line
    kind: Line
    subject: Line
    under_subject: str
    """A text, or ``line``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What closes it: blanks for whoever signs, and the recipients."""

    mark: str
    authority: Line
    post: Line
    blank_lines: int
    name: Line
    recipients: Line
    recipient: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """What stands above an annex or an enclosed page: its name, and the document that it belongs to."""

    label: Line
    text: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form. One without head, end and enclosure belongs to no office."""

    title: str
    font: str
    margins: Margins
    page_number: str
    """``top``: in the top margin from page 2 on; ``bottom``: at the foot of every page."""
    page_number_size: float
    accent: str
    """Colour of what stands out."""
    body: Body
    headings: tuple[Line, ...]
    """By level; ``text`` joins ``{label}`` and ``{text}``."""
    head: Head | None = None
    end: End | None = None
    enclosure: Enclosure | None = None

    @property
    def text_width(self) -> float:
        """The width of the text, in millimetres."""
        return PAGE_WIDTH - self.margins.left - self.margins.right
