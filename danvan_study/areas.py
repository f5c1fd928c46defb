"""The places that a study reports on. A code means nothing without its vintage: codes are reused after a reform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


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

    def by_answer(self) -> dict[str, Area]:
        """Map the choice name that forms use to the reporting area."""
        return {area.answer: area for area in self.reporting}

    def by_key(self) -> dict[str, Area]:
        """Map ``vintage:code`` to the reporting area."""
        return {area.key: area for area in self.reporting}
