"""Read the section ``[programme]`` of ``study.toml``: by what the survey's own work is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.study.toml import Section

DAYS_TO_BRIEF = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What the programme's own panel measures itself by."""

    others: str = ""
    """Question on whether somebody else could hear the interview; empty: the form does not ask."""
    alone: tuple[str, ...] = ()
    """Its answers that say: nobody."""
    days_to_brief: int = DAYS_TO_BRIEF
    """Working days from the last interview to the locked wave, at most."""


def read_programme(section: Section) -> Programme:
    """Read the question on who could hear, and the days until the brief.

    Raises
    ------
    StudyError
        A key is unknown, the answers that mean "nobody" are missing, or more days are wanted than ten.
    """
    programme = Programme(
        others=section.text("others", ""),
        alone=section.texts("alone", []),
        days_to_brief=section.whole("days_to_brief", DAYS_TO_BRIEF),
    )
    if programme.others and not programme.alone:
        raise StudyError(
            section.where("alone"), say("no answer says that nobody else could hear."), say('Name it: alone = ["0"].')
        )
    if not 1 <= programme.days_to_brief <= DAYS_TO_BRIEF:
        raise StudyError(
            section.where("days_to_brief"),
            say("{days_to_brief} working days can't be the aim.", days_to_brief=programme.days_to_brief),
            say("Write 1 to {most}.", most=DAYS_TO_BRIEF),
        )
    section.close()
    return programme
