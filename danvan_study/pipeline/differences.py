"""Where two files that should be the same differ first, in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import openpyxl
import pandas as pd

from danvan_study.messages import Words, joined, say
from danvan_study.store.labelled import read_labelled
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES: Final = (".parquet", ".csv", ".sav", ".dta")
TEXTS: Final = (".html", ".svg", ".xml", ".txt", ".json", ".ipynb")
SAME_CELLS: Final = say("the same data, other bytes")
CELL: Final = 60
"""Letters of a cell that are told."""


def find_difference(file: str, mine: bytes, made: bytes, *, tell: bool) -> Words:
    """Say where two versions of a file differ first; empty where they are the same bytes.

    Of tables the first row and column are named, of workbooks the sheet too, of texts the line, of DOCX the part.

    Parameters
    ----------
    file
        Its name; the ending decides how it is read.
    tell
        Whether values may be told; of rows of people only the place is.
    """
    if mine == made:
        return ""
    sizes = say("{here} bytes here, {again} when made again", here=len(mine), again=len(made))
    try:
        return _inside(file, mine, made, tell=tell) or sizes
    except Exception:  # noqa: BLE001 -- each library fails in its own way over half a file
        return say("it can't be read; {sizes}", sizes=sizes)


def _inside(file: str, mine: bytes, made: bytes, *, tell: bool) -> Words:
    """Say where in them two files differ; empty where nobody can look inside."""
    ending = PurePosixPath(file).suffix
    if ending in TABLES:
        one, other = (_table(file, content) for content in (mine, made))
        return first_difference(one, other, tell=tell) or SAME_CELLS
    if ending == ".xlsx":
        return _of_sheets(mine, made, tell=tell)
    if ending == ".docx":
        return _of_parts(mine, made)
    return _of_lines(mine, made) if ending in TEXTS else ""


def first_difference(mine: pd.DataFrame, made: pd.DataFrame, *, tell: bool) -> Words:
    """Say in words where two tables differ first; empty where they don't.

    Parameters
    ----------
    tell
        Whether values may be told; of people's rows only the place is.
    """
    if list(mine.columns) != list(made.columns):
        names = ", ".join(sorted(map(str, set(mine.columns) ^ set(made.columns))))
        return say("other columns: {names}", names=names or say("their order"))
    rows = min(len(mine), len(made))
    one, other = (each.head(rows).reset_index(drop=True) for each in (mine, made))
    unequal = (one != other) & ~(one.isna() & other.isna())
    if unequal.to_numpy().any():
        row = int(unequal.any(axis=1).to_numpy().argmax())
        column = unequal.columns[int(unequal.iloc[row].to_numpy().argmax())]
        place = say("row {row}, column {column}", row=row + 1, column=column)
        if not tell:
            return place
        here, again = (str(table[column].iloc[row])[:CELL] for table in (one, other))
        both = say("{here} here, {again} when made again", here=here, again=again)
        return joined((place, ": ", both, _key(one, row)), "")
    if len(mine) != len(made):
        return say("{here} rows here, {again} when made again", here=len(mine), again=len(made))
    return ""


def _key(table: pd.DataFrame, row: int) -> str:
    """Return the cells that say what a row is about."""
    names = (PublishedRows.period, PublishedRows.area, PublishedRows.question, PublishedRows.statistic)
    cells = [str(table[name].iloc[row]) for name in names if name in table.columns]
    return f" ({', '.join(cell for cell in cells if cell)})" if cells else ""


def _table(file: str, content: bytes) -> pd.DataFrame:
    if file.endswith(".parquet"):
        return pd.read_parquet(io.BytesIO(content))
    if file.endswith(".csv"):
        return pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    return read_labelled(file, content).cells


def _of_sheets(mine: bytes, made: bytes, *, tell: bool) -> Words:
    one, other = (dict(_sheets(content)) for content in (mine, made))
    for name, cells in one.items():
        if name not in other:
            return say('the sheet "{name}" is only here', name=name)
        if found := first_difference(cells, other[name], tell=tell):
            return say('sheet "{name}": {found}', name=name, found=found)
    added = [name for name in other if name not in one]
    return say('the sheet "{name}" is only there when made again', name=added[0]) if added else SAME_CELLS


def _sheets(content: bytes) -> Iterator[tuple[str, pd.DataFrame]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets:
        yield sheet.title, pd.DataFrame(list(sheet.iter_rows(values_only=True)))


def _of_parts(mine: bytes, made: bytes) -> Words:
    one, other = (zipfile.ZipFile(io.BytesIO(content)) for content in (mine, made))
    names = one.namelist()
    if names != other.namelist():
        parts = ", ".join(sorted(set(names) ^ set(other.namelist())))
        return say("other parts: {names}", names=parts or say("their order"))
    for name in names:
        if one.read(name) != other.read(name):
            return say("part {name}, {found}", name=name, found=_of_lines(one.read(name), other.read(name)))
    return SAME_CELLS


def _of_lines(mine: bytes, made: bytes) -> Words:
    """Name the first line that differs; what stands in it may be about people, and isn't told."""
    one, other = (content.splitlines() for content in (mine, made))
    same = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    line = min(len(one), len(other)) if same is None else same
    place = say("line {line}", line=line + 1)
    if len(one) == len(other):
        return place
    return say("{place} ({here} and {again} lines)", place=place, here=len(one), again=len(other))
