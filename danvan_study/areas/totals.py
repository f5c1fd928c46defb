"""Totals that an office has: a yearbook table as CSV, or a cube export of the statistics office.

Every sum that a table states ("Tổng số") is compared with its parts, then left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.text import fold, read_legacy, squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas.gazetteer import Unit
    from danvan_study.areas.names import NameMatcher

TOTAL: Final = "total"
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": {"1": "1", "nam": "1", "male": "1", "men": "1", "2": "2", "nu": "2", "female": "2", "women": "2"},
    "residence": {"urban": "urban", "thanh thi": "urban", "rural": "rural", "nong thon": "rural"},
}
"""Dimension to folded word to our value."""
_TOTALS: Final = ("tong so", "tong cong", "chung", "ca tinh", "toan tinh", "total")
_AGE: Final = re.compile(r"(\d{1,2})\s*(?:[-–_]|den)\s*(\d{1,2})|(\d{2})\s*(?:tuoi\s*)?(?:\+|tro len|and over)")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[., \u00a0]\d{3})+")
DIMENSIONS: Final = ("area", "residence", "sex", "age_group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Known numbers of people, one row per cell."""

    by: tuple[str, ...]
    """Among area, residence, sex and age_group."""
    cells: pd.DataFrame
    """Columns ``by`` and ``population``; no totals."""
    file: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """A number with what the labels around it say, and where it stands."""

    labels: Mapping[str, str]
    people: int
    where: Words
    above: str = ""
    """The unit that holds the area, as written in an outer column."""


def read_totals(
    cells: Sequence[Sequence[str]], *, file: str, areas: NameMatcher, within: Sequence[Unit] = ()
) -> Totals:
    """Read a table of people: the plain form, one column ``population``, or a cube with labels on two sides.

    Parameters
    ----------
    cells
        The sheet, row by row; merged cells hold their text once and are empty otherwise.
    file
        Its name, for messages.
    areas
        Finds the reporting area that a written name, code or key means.
    within
        If given, rows of other areas are an error.

    Raises
    ------
    StudyError
        A label or number can't be read, a cell stands twice, or a stated sum isn't the sum of its parts: then the
        message names both numbers.
    """
    flat = read_legacy([squeeze(str(cell)) for row in cells for cell in row], file)
    texts = iter(flat)
    rows = [[next(texts) for _ in row] for row in cells]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise StudyError(file, say("the table is empty."), say("Export it again."))
    head = [fold(name) for name in rows[0]]
    found = _read_plain(rows, head, file) if "population" in head else _read_cube(rows, file)
    known = {name for unit in within for name in (unit.key, unit.code, unit.choice)}
    named = [_with_areas(cell, areas, known) for cell in found]
    return _to_totals(named, file)


def read_whole(text: str, where: Words) -> int:
    """Read a number as tables write it: ``1.234``, ``1,234`` and ``1 234`` are 1234; an empty cell or a dash is 0.

    Raises
    ------
    StudyError
        It isn't a whole number.
    """
    if text in ("", "-", "–", ".."):
        return 0
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    if re.fullmatch(r"\d+(?:\.0+)?", text):
        return int(float(text))
    raise StudyError(where, say('"{text}" is not a whole number of people.', text=text), say("Write it as 1234."))


def _read_plain(rows: Sequence[Sequence[str]], head: Sequence[str], file: str) -> list[_Cell]:
    value = head.index("population")
    found = []
    for number, row in enumerate(rows[1:], 2):
        where = say("{file}, row {row}", file=file, row=number)
        labels: dict[str, str] = {}
        for name, text in zip(head, row, strict=False):
            if name in DIMENSIONS:
                labels[name] = text if name == "area" and not _is_total(text) else _value(name, text, where)
        found.append(_Cell(labels, read_whole(row[value], f"{where}, column population"), where))
    return found


def _read_cube(rows: Sequence[Sequence[str]], file: str) -> list[_Cell]:
    """Read labels from the columns at the left and the rows at the top; numbers fill the rest."""
    first_row, first_column = _corner(rows, file)
    width = max(map(len, rows))
    heads = [_fill(row, first_column, width) for row in rows[:first_row] if any(row[first_column:])]
    body = _fill_down([row[:first_column] for row in rows[first_row:]])
    places = [column for column in range(first_column) if any(_is_place(left[column]) for left in body)]
    found = []
    for number, (left, row) in enumerate(zip(body, rows[first_row:], strict=True), first_row + 1):
        *above, area = [left[column] for column in places] or [""]
        outer = next((text for text in reversed(above) if _is_place(text)), "")
        for column in range(first_column, width):
            where = say("{file}, row {row}, column {column}", file=file, row=number, column=column + 1)
            labels = _labels([*left, *(head[column] for head in heads)], where)
            if _is_place(area):
                labels["area"] = area
            people = read_whole(row[column] if column < len(row) else "", where)
            found.append(_Cell(labels, people, where, outer))
    return found


def _fill_down(lefts: Sequence[Sequence[str]]) -> list[list[str]]:
    """Repeat a merged label over the rows that it covers: until it or a label left of it changes."""
    filled: list[list[str]] = []
    for left in lefts:
        above = filled[-1] if filled else [""] * len(left)
        own = next((column for column, text in enumerate(left) if text), len(left))
        filled.append([above[column] if column < own else text for column, text in enumerate(left)])
    return filled


def _corner(rows: Sequence[Sequence[str]], file: str) -> tuple[int, int]:
    """Return the row and column of the first number that stands under and beside a label."""
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if number and column and (_THOUSANDS.fullmatch(text) or text.isdigit()) and row[0]:
                if not any(_AGE.search(fold(other)) for other in row):
                    return number, column
                break
    raise StudyError(
        file,
        say("there are no numbers under a head and beside a label."),
        say("Export the cube again, or write a CSV with a column population."),
    )


def _fill(row: Sequence[str], start: int, width: int) -> list[str]:
    """Repeat a merged label over the columns that it covers."""
    filled, last = [""] * start, ""
    for column in range(start, width):
        last = (row[column] if column < len(row) else "") or last
        filled.append(last)
    return filled


def _labels(texts: Sequence[str], where: Words) -> dict[str, str]:
    """Return residence, sex and age group as the labels tell them; what is not told is the total."""
    labels: dict[str, str] = {}
    for text in texts:
        for name in ("residence", "sex", "age_group"):
            if _knows(name, text):
                labels[name] = _value(name, text, where)
    return labels


def _is_place(text: str) -> bool:
    return (
        bool(text) and not _is_total(text) and not any(_knows(name, text) for name in ("residence", "sex", "age_group"))
    )


def _knows(name: str, text: str) -> bool:
    return _AGE.search(fold(text)) is not None if name == "age_group" else fold(text) in WORDS[name]


def _value(name: str, text: str, where: Words) -> str:
    if _is_total(text):
        return TOTAL
    if name == "age_group":
        found = _AGE.search(fold(text))
        if found:
            return f"{int(found[1])}-{int(found[2])}" if found[1] else f"{found[3]}+"
    elif fold(text) in WORDS[name]:
        return WORDS[name][fold(text)]
    raise StudyError(where, say('"{text}" is no {name}.', text=text, name=name), say("Mend the label."))


def _is_total(text: str) -> bool:
    return fold(text).strip("() ") in _TOTALS


def _with_areas(cell: _Cell, areas: NameMatcher, known: set[str]) -> _Cell:
    text = cell.labels.get("area", TOTAL)
    if text == TOTAL or _is_total(text):
        return replace(cell, labels={**cell.labels, "area": TOTAL})
    unit = areas.find(f"{text}, {cell.above}" if cell.above else text)
    if unit is None or (known and unit.key not in known):
        raise StudyError(
            cell.where,
            say('"{text}" names no area of the study, or more than one.', text=text),
            say("Write its code or full name."),
        )
    return replace(cell, labels={**cell.labels, "area": unit.key})


def _to_totals(found: Sequence[_Cell], file: str) -> Totals:
    by = tuple(name for name in DIMENSIONS if any(cell.labels.get(name, TOTAL) != TOTAL for cell in found))
    if not by:
        raise StudyError(
            file, say("no row or column names an area, a residence, a sex or an age group."), say("Check the labels.")
        )
    people: dict[tuple[str, ...], _Cell] = {}
    for cell in found:
        key = (cell.above, *(cell.labels.get(name, TOTAL) for name in by))
        if key in people and people[key].people != cell.people:
            raise StudyError(
                cell.where,
                say("{cell} is {one} and {other}.", cell=", ".join(key[1:]), one=people[key].people, other=cell.people),
                say("Keep one of the two."),
            )
        people[key] = cell
    _check_sums(people, by)
    parts = [(*key[1:], cell.people) for key, cell in people.items() if TOTAL not in key]
    if not parts:
        raise StudyError(file, say("there are only totals."), say("Give the parts."))
    return Totals(by=by, cells=pd.DataFrame(parts, columns=[*by, "population"]), file=file)


def _check_sums(people: Mapping[tuple[str, ...], _Cell], by: Sequence[str]) -> None:
    """Compare each total with its parts, one dimension at a time; a total above all provinces with all areas."""
    for place, (key, cell) in product(range(1, len(by) + 1), people.items()):
        if key[place] != TOTAL:
            continue
        parts = [
            other.people
            for one, other in people.items()
            if one[place] != TOTAL
            and one[1:place] == key[1:place]
            and one[place + 1 :] == key[place + 1 :]
            and key[0] in ("", one[0])
        ]
        if parts and sum(parts) != cell.people:
            raise StudyError(
                cell.where,
                say(
                    "the total of {by} is {total}, its parts add up to {sum}.",
                    by=by[place - 1],
                    total=cell.people,
                    sum=sum(parts),
                ),
                say("Ask who published the table which number is right."),
            )
