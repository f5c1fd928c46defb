"""What a brief is made of. It is composed once, as blocks; HTML and DOCX only set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from danvan_study.publish.charts.ink import Drawn, Plan
    from danvan_study.study import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 (part), 2 (topic) or 3."""

    text: str
    level: int = 1
    label: str = ""
    """``I``, ``1``, ``a`` or ``Phụ lục 1``: how a form joins it to the text is the form's affair."""
    is_annex: bool = False
    """Whether it opens an annex: on a new page, behind the end of the document's own text."""
    starts_page: bool = False

    @property
    def line(self) -> str:
        """Label and text, as they are joined where no form says otherwise."""
        return f"{self.label}. {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str
    style: str = "body"
    """``note`` is smaller and quieter; ``lead`` belongs to what stands below it; ``author`` is a gap for whoever writes
    the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One headline figure."""

    mark: str
    """``1``, ``2`` …: by which tables name its question."""
    figure: str
    interval: str
    base: str
    wording: str
    sentence: str
    doubt: str = ""
    changes: tuple[str, ...] = ()
    """How it differs from earlier periods, a line for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The figures that open the brief."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: its first cell is its head. A ``section`` row has one cell across the table."""

    cells: tuple[str, ...]
    kind: str = "body"
    """``body``, ``section`` or ``total``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """A table with a caption, a head row that repeats on each page, and notes beneath."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    """Of the columns, in millimetres; together 165."""
    notes: tuple[str, ...] = ()
    small: bool = False
    holds_words: bool = False
    """Whether its cells are words, which stand flush left, and no figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with its caption, its description for those who do not see it, and notes beneath."""

    name: str
    caption: str
    alt: str
    chart: Plan | Drawn
    """Laid out, or drawn already."""
    height: float
    """In millimetres; the width is 165."""
    notes: tuple[str, ...] = ()

    @property
    def png(self) -> bytes:
        """The chart as PNG."""
        return self.chart.png

    @property
    def svg(self) -> bytes:
        """The chart as SVG."""
        return self.chart.svg


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A box of terms and what is to be said about them."""

    rows: tuple[tuple[str, str], ...]


Kind: TypeAlias = Literal["report", "summary", "area"]
"""What a document is for: the report of a period, its summary on two pages, an area's page for a briefing."""

Block: TypeAlias = Heading | Paragraph | Bullets | Headline | DataTable | Picture | Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole brief, ready to be set."""

    language: str
    kicker: str
    title: str
    period: str
    disclaimer: str
    simulated: str
    """The mark of simulated data; empty for a real wave."""
    simulated_note: str
    blocks: tuple[Block, ...]
    kind: Kind = "report"
    subject: str = ""
    """What an office's document is about, beneath the name of its kind; lines parted by a line break."""
    office: Office | None = None
    """In whose name it goes out; a form needs one."""
