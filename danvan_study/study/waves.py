"""Read the blocks ``[[wave]]`` of ``study.toml``: the rounds of fieldwork, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.weighting import Base

if TYPE_CHECKING:
    from datetime import date

    from danvan_study.study.toml import Section

OF_A_WAVE = (Base.COLUMN, Base.EQUAL)
"""Base weights that a wave may have of its own."""
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
"""No folder on Windows has such a name (Microsoft, Naming Files, Paths, and Namespaces)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One round of fieldwork."""

    id: str
    forms: tuple[str, ...]
    """Form versions in the field; a submission names the one it was filled in with."""
    start: date
    end: date
    corrections: str = ""
    """Corrections file; empty: ``data/corrections/<id>.csv`` where it exists."""
    base: Base | None = None
    """Of a wave from a past file: its base weight, ``column`` or ``equal``; None: as ``[weighting]`` says."""
    column: str = ""
    """Question with the base weight (``column``)."""


def read_waves(top: Section) -> tuple[Wave, ...]:
    """Read all waves.

    Raises
    ------
    StudyError
        There is none, a key is unknown or missing, an id can't be one, or waves overlap.
    """
    waves: list[Wave] = []
    for section in top.sections("wave"):
        wave = Wave(
            id=section.text("id"),
            forms=section.texts("forms"),
            start=section.day("start"),
            end=section.day("end"),
            corrections=section.text("corrections", ""),
            base=Base(section.choice("base", OF_A_WAVE, Base.EQUAL)) if "base" in section else None,
            column=section.text("column", ""),
        )
        section.close()
        _check_wave(wave, waves, section)
        waves.append(wave)
    if not waves:
        raise StudyError(top.where(), say("the study has no wave."), say("Add a [[wave]] block."))
    return tuple(waves)


def _check_wave(wave: Wave, earlier: list[Wave], section: Section) -> None:
    if not wave.id or wave.id.lower() in DEVICES or not all(letter.isalnum() or letter in "_-" for letter in wave.id):
        raise StudyError(
            section.where("id"), say('"{wave}" is not a wave id.', wave=wave.id), say("Use letters, digits, _ and -.")
        )
    if (wave.base is Base.COLUMN) != bool(wave.column):
        raise StudyError(
            section.where("column"),
            say("a base weight and its column go together."),
            say('Write base = "column" and column = "…", or neither.'),
        )
    if wave.end < wave.start:
        raise StudyError(
            section.where("end"),
            say("{end} lies before {start}.", end=wave.end, start=wave.start),
            say("Swap the two dates."),
        )
    if not wave.forms:
        raise StudyError(
            section.where("forms"), say("no form is named."), say('Write forms = ["survey_forms/….xlsx"].')
        )
    if any(other.id == wave.id for other in earlier):
        raise StudyError(
            section.where("id"), say('"{wave}" is used twice.', wave=wave.id), say("Give each wave its own id.")
        )
    if earlier and wave.start <= earlier[-1].end:
        raise StudyError(
            section.where("start"),
            say(
                "wave {wave} starts on {start}, before wave {earlier} ends on {end}.",
                wave=wave.id,
                start=wave.start,
                earlier=earlier[-1].id,
                end=earlier[-1].end,
            ),
            say("Waves stand in order of time and do not overlap."),
        )
