"""Read CSV tables that people keep: UTF-8 with or without a mark, comma or semicolon, text as it stands."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_rows(content: bytes, where: str, *, columns: Sequence[str] = ()) -> list[dict[str, str]]:
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
        raise StudyError(where, "the file is empty.", f"Give it the columns {', '.join(columns)}.")
    names = lines[0]
    _check_head(names, columns, where)
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cells):
            continue
        if len(cells) > len(names):
            raise StudyError(
                f"{where}, row {number}",
                f"it has {len(cells)} cells, the head has {len(names)}.",
                "Quote cells that hold commas.",
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


def _decode(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StudyError(f"{where}, row {line}", "this is not UTF-8 text.", 'Save it again as "CSV UTF-8".') from error
    return unicodedata.normalize("NFC", text)


def _check_head(names: list[str], columns: Sequence[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"{where}, row 1", f'the column "{name}" stands twice.', "Rename or delete one.")
    missing = [column for column in columns if column not in names]
    if missing:
        raise StudyError(
            f"{where}, row 1",
            f"the column {', '.join(repr(name) for name in missing)} is missing.",
            f"The columns are {', '.join(columns)}.",
        )
