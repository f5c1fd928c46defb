"""The files that a new study starts with, as they come with the kit."""

from __future__ import annotations

from importlib.resources import files

from danvan_study.store.rows import read_rows


def read_seed(name: str) -> str:
    """Return the text of one of them; ``$word`` stands for what each study has of its own."""
    return (files("danvan_study.store") / "seeds" / name).read_text(encoding="utf-8")


def read_seed_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one that is a table."""
    return read_rows(read_seed(name).encode(), name)
