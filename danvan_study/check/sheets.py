"""The monitoring page and its workbook: the same tables, once for a phone and once for a spreadsheet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined

Cell = str | int | float
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date: the same content gives the same bytes
LONGEST_NAME = 31
WIDEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of the page, and one sheet of the workbook."""

    name: str
    """Of the sheet; at most 31 characters."""
    title: str
    about: str
    """How to read it, in a sentence or two."""
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    share: int | None = None
    """Column that is drawn as a bar of 0 to 100 as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the page says."""

    title: str
    wave: str
    as_of: str
    """When the last submission came in."""
    is_simulated: bool
    facts: tuple[tuple[str, str], ...]
    """Large figures with their names."""
    sheets: tuple[Sheet, ...]


def set_page(page: Page) -> bytes:
    """Return the page as HTML: nothing fetched, nothing run, readable on a phone."""
    return _environment().get_template("monitor.html.j2").render(page=page).encode()


def set_workbook(page: Page) -> bytes:
    """Return the tables as .xlsx."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": f"{page.title}, {page.wave}", "created": CREATED})
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        for table in page.sheets:
            sheet = book.add_worksheet(table.name[:LONGEST_NAME])
            mark = "SỐ LIỆU MÔ PHỎNG. " if page.is_simulated else ""
            sheet.write(0, 0, f"{mark}{table.title}. {table.about}")
            sheet.write_row(2, 0, table.head, bold)
            for number, row in enumerate(table.rows, 3):
                sheet.write_row(number, 0, ["" if cell != cell else cell for cell in row], wrapped)  # noqa: PLR0124 -- NaN
            for column, name in enumerate(table.head):
                widest = max([len(name), *(len(str(row[column])) for row in table.rows)])
                sheet.set_column(column, column, min(WIDEST, widest + 2))
            sheet.freeze_panes(3, 0)
    return stream.getvalue()


def vietnamese(cell: Cell) -> str:
    """Return a cell as the page shows it: decimal comma, one digit."""
    if isinstance(cell, float):
        return "–" if cell != cell else f"{cell:.1f}".replace(".", ",")  # noqa: PLR0124 -- NaN alone is unequal to itself
    return str(cell)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("danvan_study.check", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["vietnamese"] = vietnamese
    return environment
