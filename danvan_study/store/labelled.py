"""SPSS and Stata files with their labels, read and written; pyreadstat knows paths only, hence the temporary folder.

Equal content gives equal bytes: both formats hold the moment of writing in their head, and a fixed one is put there.
"""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyreadstat
from pandas.io.stata import StataMissingValue  # type: ignore[attr-defined]  # not in the stubs

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import decode_tcvn3, nfc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SPSS, STATA = ".sav", ".dta"
SPSS_MOMENT = slice(92, 109), b"01 Jan 2000:00:00"
"""Creation date and time in the file header (PSPP developer's guide, 1.1 File Header Record)."""
STATA_MOMENT = re.compile(rb"(<timestamp>\x11)[^<]{17}(?=</timestamp>)")
BYTES, TCVN3 = "ISO-8859-1", "tcvn3"
"""Every byte is a letter of its own number; and the fonts of the years before Unicode."""
NAMED_ENCODING = re.compile(r"\.(cp\d{3,4}|tcvn3)\.(?:sav|dta)$")
STATA_FORMAT = 14
"""Writes file format 118, which Stata reads from version 14 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """A file of SPSS or Stata as it stands; nothing is interpreted."""

    name: str
    cells: pd.DataFrame
    """Text in every cell: whole numbers without a point, ``""`` where the file has no value, ``.a`` for Stata's."""
    labels: Mapping[str, str]
    """Variable to label, ``""`` where it has none."""
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Variable to value, written as in the cells, to its label."""
    ranges: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    """Variable to the spans of values that the file calls missing; a single value is a span of its own."""

    def is_missing(self, variable: str, cell: str) -> bool:
        """Whether the file itself calls a value missing."""
        if cell.startswith("."):
            return True
        try:
            number = float(cell)
        except ValueError:
            return False
        return any(low <= number <= high for low, high in self.ranges.get(variable, ()))


def read_labelled(name: str, content: bytes, *, encoding: str = "") -> LabelledFile:
    """Read the bytes of a .sav or .dta file.

    Parameters
    ----------
    name
        File name, for its ending and for messages.
    encoding
        For files of old programs that do not name their own: ``cp1258``, ``tcvn3`` and the like. A name such as
        ``khao_sat.cp1258.sav`` says it too.

    Raises
    ------
    StudyError
        The file can't be read; or its text is not in the encoding that it claims.
    """
    named = NAMED_ENCODING.search(name.lower())
    encoding = encoding or (named[1] if named else "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(content)
        try:
            table, meta = _reader(name)(str(path), user_missing=True, encoding=BYTES if encoding else None)
        except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
            raise _unreadable(name, error) from error
    if meta.missing_user_values:
        table = _with_missing_letters(table, content, list(meta.missing_user_values))
    read = _decoder(name, encoding)
    names = [read(str(column)) for column in meta.column_names]
    rows = [[read(write_cell(value)) for value in row] for row in table.itertuples(index=False, name=None)]
    cells = pd.DataFrame(rows, columns=range(len(names)), dtype="str")
    cells.columns = pd.Index(names)
    mark = "." if name.lower().endswith(STATA) else ""  # Stata labels numbers and its letters for missing, no texts
    return LabelledFile(
        name=name,
        cells=cells,
        labels={read(key): read(label or "").strip() for key, label in meta.column_names_to_labels.items()},
        value_labels={
            read(key): {
                f"{mark if isinstance(value, str) else ''}{read(write_cell(value))}": read(str(label)).strip()
                for value, label in labels.items()
            }
            for key, labels in meta.variable_value_labels.items()
        },
        ranges={read(key): _spans(found) for key, found in meta.missing_ranges.items()},
    )


def write_sav(table: pd.DataFrame, **options: Any) -> bytes:
    """Return a .sav; ``options`` are those of :func:`pyreadstat.write_sav`."""
    moment, fixed = SPSS_MOMENT
    content = bytearray(_written(pyreadstat.write_sav, table, options))
    content[moment] = fixed
    return bytes(content)


def write_dta(table: pd.DataFrame, **options: Any) -> bytes:
    """Return a .dta; ``options`` are those of :func:`pyreadstat.write_dta`."""
    content = _written(pyreadstat.write_dta, table, options | {"version": STATA_FORMAT})
    return STATA_MOMENT.sub(rb"\g<1>01 Jan 2000 00:00", content, count=1)


def write_cell(value: object) -> str:
    """Write a cell as KoboToolbox would: whole numbers without a point, dates in ISO form."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() and value.tzinfo is None else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return nfc(str(value).strip())


def _reader(name: str) -> Any:
    ending = Path(name).suffix.lower()
    if ending not in (SPSS, STATA):
        raise StudyError(name, say("this is neither .sav nor .dta."), say("Save it from SPSS or Stata."))
    return pyreadstat.read_sav if ending == SPSS else pyreadstat.read_dta


def _unreadable(name: str, error: Exception) -> StudyError:
    if "byte sequence" in str(error) or isinstance(error, UnicodeDecodeError):
        return StudyError(
            name,
            say("its text is not in the encoding that the file names."),
            say("Find out with which program and code page it was written, and say so: --encoding cp1258 (or cp1252)."),
        )
    return StudyError(name, say("this file can't be read ({error}).", error=error), say("Export it again."))


def _with_missing_letters(table: pd.DataFrame, content: bytes, columns: list[str]) -> pd.DataFrame:
    """Take columns with Stata's ``.a`` to ``.z`` from pandas: pyreadstat reads a ``.`` beside them as a number."""
    ours = pd.read_stata(io.BytesIO(content), convert_categoricals=False, convert_missing=True, columns=columns)
    numbers = [column for column in columns if ours[column].map(_is_number_or_missing).all()]
    return table.assign(**{column: ours[column].map(_without_dot) for column in numbers})


def _is_number_or_missing(value: object) -> bool:
    return isinstance(value, (int, float, StataMissingValue)) or hasattr(value, "dtype")


def _without_dot(value: object) -> object:
    if isinstance(value, StataMissingValue):
        return "" if str(value) == "." else str(value)
    return float(value)  # type: ignore[arg-type]


def _decoder(name: str, encoding: str) -> Callable[[str], str]:
    """Return what makes text of the bytes: the reader's own iconv loses the last letter of each cp1258 text."""
    if not encoding:
        return nfc
    if encoding.lower() == TCVN3:
        return decode_tcvn3

    def decode(text: str) -> str:
        try:
            return nfc(text.encode("latin-1").decode(encoding))
        except (UnicodeDecodeError, LookupError) as error:
            raise StudyError(
                name,
                say("its text is not in {encoding} ({error}).", encoding=encoding, error=error),
                say("Name another --encoding."),
            ) from error

    return decode


def _spans(found: object) -> tuple[tuple[float, float], ...]:
    spans = [(one["lo"], one["hi"]) for one in found]  # type: ignore[attr-defined]
    return tuple((float(low), float(high)) for low, high in spans if not isinstance(low, str))


def _written(write: Any, table: pd.DataFrame, options: Mapping[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        write(table, str(path), **options)
        return path.read_bytes()
