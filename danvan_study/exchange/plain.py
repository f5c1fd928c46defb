"""A dataset as CSV, for Excel or for programs, and as Parquet with its labels inside."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.exchange.dataset import Dataset, Variable

MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First letters that a spreadsheet takes for a formula (OWASP, CSV Injection)."""


def as_csv(dataset: Dataset, *, separator: str = ",", wordings: str = "") -> bytes:
    """Return a CSV that Excel opens by a double click.

    Parameters
    ----------
    separator
        ``,``; or ``;`` for an Excel that is set to Vietnamese.
    wordings
        Language in which the wording of an answer stands in the place of its code; empty: codes. A text that a
        spreadsheet would take for a formula gets an apostrophe in front.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow([variable.name for variable in dataset.variables])
    columns = [_texts(variable, dataset, wordings) for variable in dataset.variables]
    writer.writerows(zip(*columns, strict=True))
    return (MARK + stream.getvalue()).encode()


def as_parquet(dataset: Dataset) -> bytes:
    """Return a Parquet file; codes are whole numbers, labels in every language stand in the columns' metadata."""
    fields, arrays = [], []
    for variable in dataset.variables:
        cells = dataset.table[variable.name]
        is_whole = not variable.decimals
        kind = pa.int32() if is_whole else pa.float64()
        arrays.append(pa.array([None if pd.isna(cell) else int(cell) if is_whole else cell for cell in cells], kind))
        fields.append(pa.field(variable.name, kind, metadata={"danvan": _json(_described(variable))}))
    about = _json({"wave": dataset.name, "title": dataset.titles, "simulated": dataset.simulated})
    table = pa.table(arrays, schema=pa.schema(fields, metadata={"danvan": about}))
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def no_formula(text: str) -> str:
    """Return ``text`` such that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def number(cell: float, decimals: int) -> str:
    """Write a number with as many decimals as it needs, at most ``decimals``."""
    written = f"{cell:.{decimals}f}"
    return written.rstrip("0").rstrip(".") if decimals else written


def _texts(variable: Variable, dataset: Dataset, language: str) -> list[str]:
    labels = {value.code: no_formula(value.label(language)) for value in variable.codes} if language else {}
    return [
        "" if pd.isna(cell) else labels.get(int(cell)) or number(cell, variable.decimals)
        for cell in dataset.table[variable.name]
    ]


def _described(variable: Variable) -> Mapping[str, object]:
    return {
        "labels": variable.labels,
        "measure": variable.measure,
        "part": variable.part,
        "source": variable.source,
        "values": [
            {"code": value.code, "labels": value.labels, "answer": value.answer, "missing": value.missing}
            for value in variable.codes
        ],
    }


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
