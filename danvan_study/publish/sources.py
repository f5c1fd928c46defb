"""What stands beneath every table of figures: weighted or not, of when, from whom, and on how many it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import DataTable
from danvan_study.publish.lint.figures import has_base
from danvan_study.publish.lint.table_rules import has_base_column, holds_figures, names_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from danvan_study.publish.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the figures of a document are from."""

    language: str
    period: str
    study: str
    base: str
    """What is said beneath a table that has no base of its own."""


def with_sources(blocks: Iterable[Block], origin: Origin) -> Iterator[Block]:
    """Add the line to every table of figures, so that it can be copied out of its document and still be understood.

    A table that names its own period or base keeps it: areas are told over the rolling year.
    """
    for block in blocks:
        if isinstance(block, DataTable) and holds_figures([block.head, *[row.cells for row in block.rows]]):
            yield replace(block, notes=(*block.notes, _line(block, origin)))
        else:
            yield block


def _line(table: DataTable, origin: Origin) -> str:
    texts = words.phrases(origin.language)
    around = "\n".join([table.caption, *table.head, *table.notes])
    everything = "\n".join([around, *[cell for row in table.rows for cell in row.cells]])
    said = [texts["table_weighted"]]
    if not has_base_column(table.head) and not has_base(everything):
        said.append(origin.base)
    if not names_period(around):
        said.append(texts["table_period"].format(period=words.capital(origin.period)))
    return " ".join([*said, texts["table_source"].format(study=origin.study)])
