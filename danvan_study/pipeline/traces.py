"""Positions and event logs of devices, for studies that record them: sealed, for the checks alone, gone at the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.check.material import POSITION_COLUMNS, TIME_COLUMNS, Traces
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store import Folder, read_outside, read_rows, read_sealed, write_rows, write_sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

EVENT_COLUMNS = ("respondent", "event", "node", "start", "end")
"""Of ODK's audit.csv, with the submission's id in front; moments in milliseconds."""
POSITIONS, EVENTS = "positions.csv", "events.csv"
KINDS = {POSITIONS: POSITION_COLUMNS, EVENTS: EVENT_COLUMNS}


def keep_traces(root: Path, folder_name: str, paths: Sequence[Path]) -> list[str]:
    """Seal tables of positions or events beside the findings of a wave; an earlier table of the same kind is replaced.

    Parameters
    ----------
    folder_name
        Folder of the findings, inside the study.

    Raises
    ------
    StudyError
        A file is neither kind, or holds what is no number; or the study has no key.
    """
    folder = Folder(root)
    names = []
    for path in paths:
        content = read_outside(path)
        rows = read_rows(content, path.name)
        kind = next((kind for kind, columns in KINDS.items() if rows and set(columns) <= set(rows[0])), "")
        if not kind:
            wanted = " or ".join(", ".join(columns) for columns in KINDS.values())
            raise StudyError(
                path.name,
                say("this is no table of positions or events."),
                say("Its columns are {columns}.", columns=wanted),
            )
        _table(rows, kind, path.name)
        write_sealed(folder, f"{_place(folder_name)}/{kind}", content)
        names.append(f"{_place(folder_name)}/{kind}.age")
    return names


def read_traces(folder: Folder, folder_name: str) -> Traces:
    """Return what is kept beside the findings of a wave; empty tables where nothing is."""
    kept = read_sealed(folder, _place(folder_name))
    tables = {kind: _table(read_rows(content, kind), kind, kind) for kind, content in kept.items() if kind in KINDS}
    return Traces(
        positions=tables.get(POSITIONS, pd.DataFrame(columns=POSITION_COLUMNS)),
        times=tables.get(EVENTS, pd.DataFrame(columns=TIME_COLUMNS)),
    )


def forget_traces(folder: Folder, folder_name: str, respondents: Collection[str]) -> None:
    """Take people's rows out of what is kept."""
    for kind, content in read_sealed(folder, _place(folder_name)).items():
        rows = read_rows(content, kind)
        left = [row for row in rows if row["respondent"] not in respondents]
        if len(left) < len(rows):
            write_sealed(folder, f"{_place(folder_name)}/{kind}", write_rows(left, list(rows[0])))


def _place(folder_name: str) -> str:
    return f"{folder_name}/traces"


def _table(rows: list[dict[str, str]], kind: str, file: str) -> pd.DataFrame:
    columns = KINDS[kind]
    table = pd.DataFrame(rows, columns=list(columns), dtype="str")
    return _positions(table, file) if kind == POSITIONS else _times(table, file)


def _positions(table: pd.DataFrame, file: str) -> pd.DataFrame:
    numbers = {name: _numbers(table[name], file) for name in POSITION_COLUMNS[1:]}
    return table[["respondent"]].assign(**numbers)


def _times(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """Add up how long each question stood on the screen."""
    table = table[table["event"] == "question"]
    seconds = (_numbers(table["end"], file) - _numbers(table["start"], file)) / 1000
    question = table["node"].str.rpartition("/")[2].str.replace(r"\[\d+\]", "", regex=True)
    shown = table[["respondent"]].assign(question=question, seconds=np.where(seconds > 0, seconds, 0.0))
    return shown.groupby(["respondent", "question"])[["seconds"]].sum().reset_index()


def _numbers(column: pd.Series, file: str) -> pd.Series:
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce")
    wrong = numbers.isna() & (column != "")
    if wrong.any():
        row = int(column.index[wrong][0]) + 2
        raise StudyError(
            say("{file}, row {row}, column {column}", file=file, row=row, column=column.name),
            say("this is no number."),
            say("Write it with a dot."),
        )
    return numbers
