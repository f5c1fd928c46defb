"""What the annex is made of: sheets of lines, composed here and set by :mod:`danvan_study.publish.as_xlsx`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from danvan_study.publish import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.context import BriefContext

Cell: TypeAlias = str | int | float | None
"""A text, a number, or nothing; in a column of numbers a text is a mark, such as that of a hidden figure."""

Row: TypeAlias = "Mapping[Any, Any]"
"""A row of a table, by column."""

Kind: TypeAlias = Literal["text", "name", "share", "change", "count", "ratio", "probability"]
"""How a column is written. ``name`` is a short text on one line; ``share`` and ``change`` have the line's decimals."""

Head: TypeAlias = tuple[str, float, Kind]
"""Of a column: the key of its heading among the fixed texts, its width in letters, its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet."""

    head: str
    width: float
    """In letters."""
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a sheet."""

    cells: tuple[Cell, ...]
    decimals: int = 1
    """Of its shares and changes."""
    is_head: bool = False
    """Whether it heads the lines beneath it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of the annex."""

    name: str
    """On the tab: 31 letters at most."""
    title: str
    about: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A whole annex, ready to be set."""

    language: str
    title: str
    period: str
    remarks: tuple[str, ...]
    """What stands beneath the title: what this is, and how its marks are read."""
    simulated: str
    sheets: tuple[Sheet, ...]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table: as its ``to_dict("records")``, which takes texts out of Arrow one by one."""
    names = table.columns.to_list()
    values = [table[name].to_list() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def columns(context: BriefContext, *given: Head) -> tuple[Column, ...]:
    """Return the columns of a sheet."""
    texts = words.phrases(context.language)
    return tuple(Column(head=texts[f"annex_{key}"], width=width, kind=kind) for key, width, kind in given)


def sheet(
    context: BriefContext, key: str, *, heads: Sequence[Column], lines: Sequence[Line], period: str = ""
) -> list[Sheet]:
    """Return the sheet ``key``, whose name, title and remark are fixed texts; none where it has no lines."""
    if not lines:
        return []
    texts = words.phrases(context.language)
    return [
        Sheet(
            name=texts[f"annex_{key}_name"],
            title=texts[f"annex_{key}_title"].format(period=period),
            about=texts[f"annex_{key}_about"],
            columns=tuple(heads),
            lines=tuple(lines),
        )
    ]
