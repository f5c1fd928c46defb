"""CSV tables that people keep: UTF-8 with or without a mark, comma or semicolon, text as it stands."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def read_rows(content: bytes, where: Words, *, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Read CSV bytes into one dict per row; every value is text, NFC, without blanks around it.

    Parameters
    ----------
    content
        The file.
    where
        Its name, for messages.
    columns
        Columns that must be there.

    Raises
    ------
    StudyError
        Not UTF-8, a column is missing or stands twice, or a row has more cells than the head.
    """
    text = _decode(content, where)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in head and "," not in head else ",")
    lines = [[cell.strip() for cell in line] for line in reader]
    if not lines:
        raise StudyError(
            where, say("the file is empty."), say("Give it the columns {columns}.", columns=", ".join(columns))
        )
    names = lines[0]
    _check_head(names, columns, where)
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cells):
            continue
        if len(cells) > len(names):
            raise StudyError(
                say("{file}, row {row}", file=where, row=number),
                say("it has {cells} cells, the head has {head}.", cells=len(cells), head=len(names)),
                say("Quote cells that hold commas."),
            )
        rows.append(dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True)))
    return rows


def write_rows(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> bytes:
    """Write rows as UTF-8 CSV, comma, LF, columns in the order given."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def table_rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return a table of text row by row, as :func:`write_rows` takes it."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def _decode(content: bytes, where: Words) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StudyError(
            say("{file}, row {row}", file=where, row=line),
            say("this is not UTF-8 text."),
            say('Save it again as "CSV UTF-8".'),
        ) from error
    return unicodedata.normalize("NFC", text)


def _check_head(names: list[str], columns: Sequence[str], where: Words) -> None:
    for name in names:
        if names.count(name) > 1:
            raise StudyError(
                say("{file}, row 1", file=where),
                say('the column "{column}" stands twice.', column=name),
                say("Rename or delete one."),
            )
    missing = [column for column in columns if column not in names]
    if missing:
        raise StudyError(
            say("{file}, row 1", file=where),
            say("columns are missing: {columns}.", columns=", ".join(repr(name) for name in missing)),
            say("The columns are {columns}.", columns=", ".join(columns)),
        )
