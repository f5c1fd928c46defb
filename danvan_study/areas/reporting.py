"""The places that a study reports on. A code means nothing without its vintage: codes are reused after a reform."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas.placement import Place
    from danvan_study.areas.shapes import Ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One administrative unit of one vintage."""

    vintage: str
    code: str
    level: str
    name: str
    name_en: str = ""
    parent: str = ""
    """Key of the unit above, or empty."""
    answer: str = ""
    """Choice name by which forms mean this area; the code where the table leaves it out."""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    row: int = 0
    """Row in the areas table, for messages."""

    @property
    def key(self) -> str:
        """``vintage:code``, the only identity of an area."""
        return f"{self.vintage}:{self.code}"

    def label(self, language: str) -> str:
        """Return the name in ``language``; Vietnamese unless English is asked for and known."""
        return self.name_en if language == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """The reporting areas of a study: one level of one vintage, in the fixed order of the table."""

    vintage: str
    level: str
    reporting: tuple[Area, ...]
    others: tuple[Area, ...] = ()
    """Units of other levels and vintages in the same table."""
    tiles: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Key to row and column of the area's tile on a map of its province."""
    shapes: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)
    """Key to borders, where the user gave them."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Choice of another unit, such as a commune, to the reporting areas in which its people live."""

    def by_answer(self) -> dict[str, Area]:
        """Map the choice name that forms use to the reporting area."""
        return {area.answer: area for area in self.reporting}

    def by_key(self) -> dict[str, Area]:
        """Map ``vintage:code`` to the reporting area."""
        return {area.key: area for area in self.reporting}


COLUMNS = (
    "vintage",
    "code",
    "level",
    "name",
    "name_en",
    "parent",
    "answer",
    "valid_from",
    "valid_to",
    "source",
    "as_of",
)


def read_areas(rows: Sequence[Mapping[str, str]], *, file: str, vintage: str, level: str) -> Areas:
    """Build the areas from the rows of the areas table.

    Parameters
    ----------
    rows
        One dict per row with the columns :data:`COLUMNS`.
    file
        Its name, for messages.
    vintage, level
        The reporting base: which units the study reports on.

    Raises
    ------
    StudyError
        A key or an answer repeats, a name, source or date is missing, or no unit has that vintage and level.
    """
    if not rows:
        raise StudyError(
            file,
            say("no area stands in this table so far."),
            say("Write a row for the province and one for each district, then: danvan areas lists"),
        )
    areas = tuple(_read_area(row, f"{file}, row {number}", number) for number, row in enumerate(rows, 2))
    reporting = tuple(area for area in areas if area.vintage == vintage and area.level == level)
    if not reporting:
        raise StudyError(
            file,
            say('no area has the vintage "{vintage}" and the level "{level}".', vintage=vintage, level=level),
            say("Mend [areas] in study.toml."),
        )
    _refuse_repeats([(area.key, area.row) for area in areas], say("the key"), file)
    _refuse_repeats([(area.answer, area.row) for area in reporting], say("the answer"), file)
    return Areas(
        vintage=vintage, level=level, reporting=reporting, others=tuple(area for area in areas if area not in reporting)
    )


def _read_area(row: Mapping[str, str], where: Words, number: int) -> Area:
    for column in ("vintage", "code", "level", "name", "source"):
        if not row[column]:
            raise StudyError(where, say('"{column}" is empty.', column=column), say("Fill it in."))
    return Area(
        vintage=row["vintage"],
        code=row["code"],
        level=row["level"],
        name=row["name"],
        name_en=row["name_en"],
        parent=row["parent"],
        answer=row["answer"] or row["code"],
        valid_from=_read_date(row["valid_from"], where, "valid_from"),
        valid_to=_read_date(row["valid_to"], where, "valid_to"),
        source=row["source"],
        row=number,
    )


def _read_date(text: str, where: Words, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StudyError(
            where, say('{column} "{text}" is not a date.', column=column, text=text), say("Write it as 2025-07-01.")
        ) from error


def _refuse_repeats(values: Sequence[tuple[str, int]], what: Words, file: str) -> None:
    seen: dict[str, int] = {}
    for value, row in values:
        if value in seen:
            raise StudyError(
                say("{file}, row {row}", file=file, row=row),
                say('{what} "{value}" stands in row {seen} too.', what=what, value=value, seen=seen[value]),
                say("Keep one of the two."),
            )
        seen[value] = row
