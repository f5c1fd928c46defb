"""Tables of figures: whom they are about, how they were weighted, of when, and from where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.figures import find_figures, has_base
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Grid

_SHARE: Final = re.compile(r"^[<>]?\s?[+−-]?\d{1,3}(?:[.,]\d+)?\s?%(?:\s|$|\()")
_LONGEST: Final = 60
_LEAST: Final = 2
_BASE_HEAD: Final = re.compile(
    r"^(?:n|n \(.*\)|số (?:người|phiếu|ý kiến).*|respondents|answers|interviews)$", re.IGNORECASE
)
_WEIGHTED: Final = re.compile(r"trọng số|quyền số|weight", re.IGNORECASE)
_PERIOD: Final = re.compile(
    r"quý\s+(?:I{1,3}|IV)|(?:6|9)\s+tháng|năm\s+20\d\d|20\d\d|Q[1-4]\s+20\d\d|kỳ gộp|periods?", re.IGNORECASE
)
_SOURCE: Final = re.compile(r"(?<!\w)(?:nguồn|source)\s*:", re.IGNORECASE)


@rule("table-base", cure=say("Add a column n, or write n beneath the table."))
def table_has_its_base(draft: Draft) -> Iterator[tuple[Grid, Message]]:
    """Every table of figures says on how many people it stands."""
    for grid in _of_figures(draft):
        if not has_base_column([cell.text for cell in grid.head]) and not has_base(grid.text):
            yield grid, say("the table has no n (number of answers).")


@rule("table-weighted", cure=say("Write beneath the table whether shares are weighted."))
def table_says_whether_weighted(draft: Draft) -> Iterator[tuple[Grid, Message]]:
    """Every table of figures says whether they are weighted."""
    for grid in _of_figures(draft):
        if not _WEIGHTED.search(grid.around):
            yield grid, say("the table doesn't say whether shares are weighted.")


@rule("table-period", cure=say("Write the period into the table's title or beneath it."))
def table_names_its_period(draft: Draft) -> Iterator[tuple[Grid, Message]]:
    """Every table of figures names its period."""
    for grid in _of_figures(draft):
        if not names_period(grid.around):
            yield grid, say("the table doesn't name its period.")


@rule("table-source", cure=say("Write beneath the table: “Nguồn: …” (source)."))
def table_names_its_source(draft: Draft) -> Iterator[tuple[Grid, Message]]:
    """Every table of figures names its source."""
    for grid in _of_figures(draft):
        if not _SOURCE.search(grid.around):
            yield grid, say("the table doesn't name its source.")


def has_base_column(head: Sequence[str]) -> bool:
    """Whether a table has a column of bases."""
    return any(_BASE_HEAD.match(cell.strip()) for cell in head)


def names_period(text: str) -> bool:
    """Whether caption, head or notes of a table name a period."""
    return _PERIOD.search(text) is not None


def holds_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table (its head first) has a column of shares or averages: lists of tasks and boxes of terms do not."""
    width = max((len(row) for row in rows), default=0)
    columns = ([row[place].strip() for row in rows[1:] if place < len(row)] for place in range(1, width))
    return any(_is_of_figures(column) for column in columns)


def _of_figures(draft: Draft) -> Iterator[Grid]:
    return (grid for grid in draft.grids if holds_figures([[cell.text for cell in row] for row in grid.rows]))


def _is_of_figures(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are figures, each with a percent sign or an interval."""
    short = [cell for cell in cells if cell and len(cell) <= _LONGEST]
    figures = [cell for cell in short if _SHARE.match(cell) or find_figures(cell)]
    return len(figures) >= _LEAST and 2 * len(figures) >= len([cell for cell in cells if cell])
