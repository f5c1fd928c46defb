"""The tables of units and people that come with the kit: official figures, each row with its source and date."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from danvan_study.areas import TABLES, Facts, read_facts
from danvan_study.store.rows import read_rows


@cache
def load_facts() -> Facts:
    """Read the tables; they are the same for every study and don't change while a program runs."""
    folder = files("danvan_study.store") / "facts"
    return read_facts(
        {
            name: read_rows((folder / f"{name}.csv").read_bytes(), f"{name}.csv", columns=columns)
            for name, columns in TABLES.items()
        }
    )
