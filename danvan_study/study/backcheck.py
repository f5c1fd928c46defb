"""Read the section ``[backcheck]`` of ``study.toml``: who is called again, and what is asked a second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.study.toml import Section

LEAST = 10.0
"""Percent of those who agreed (ISO 20252, annex B)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backcheck:
    """Who is called again after the interview, and what is asked a second time."""

    agreed: str = ""
    """Question by which people agree to be called; empty: nobody is."""
    yes: tuple[str, ...] = ("1",)
    share: float = LEAST
    """Percent of those who agreed, of each interviewer."""
    factual: tuple[str, ...] = ()
    """Questions whose answer does not change."""
    administrative: Mapping[str, str] = field(default_factory=dict)
    """Questions on how the interview was held, to the answer that is right."""
    attitude: tuple[str, ...] = ()
    """Questions of opinion: people may have changed their mind."""


def read_backcheck(section: Section) -> Backcheck:
    """Read the question that asks for agreement, the share, and the questions by kind.

    Raises
    ------
    StudyError
        A key is unknown, the share lies below 10 %, or there is a share without a question that asks for agreement.
    """
    expected = section.section("administrative", required=False)
    backcheck = Backcheck(
        agreed=section.text("agreed", ""),
        yes=section.texts("yes", ["1"]),
        share=section.number("share", LEAST),
        factual=section.texts("factual", []),
        administrative={question: expected.text(question) for question in list(expected.keys())},
        attitude=section.texts("attitude", []),
    )
    if not LEAST <= backcheck.share <= 100:
        raise StudyError(
            section.where("share"),
            say("{share:g} % is not possible.", share=backcheck.share),
            say("Write {least:g} to 100: at least a tenth.", least=LEAST),
        )
    if not backcheck.agreed and (backcheck.factual or backcheck.administrative or backcheck.attitude):
        raise StudyError(
            section.where(),
            say("no question asks whether somebody may be called again."),
            say('Name it: agreed = "…". Nobody is called who has not agreed.'),
        )
    section.close()
    return backcheck
