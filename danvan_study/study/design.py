"""Read the section ``[design]`` of ``study.toml``: which question plays which part in the sample design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.study.toml import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The question that must have been answered with yes before anything else counts."""

    question: str
    yes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Which question or field of a submission plays which part in the sample design."""

    respondent: str = "_uuid"
    area: str = ""
    """Question that names the area; empty: the study has no areas."""
    commune: str = ""
    """Question that names a commune, old or new, for respondents whose area is blank."""
    stratum: tuple[str, ...] = ()
    """Questions whose combined answers are the stratum; empty: the area."""
    cluster: str = ""
    """Question that names the primary sampling unit; empty: every respondent is one."""
    interviewer: str = ""
    mode: str = ""
    started: str = "start"
    ended: str = "end"
    version: str = "__version__"
    consent: tuple[Consent, ...] = ()
    clusters_between_waves: str = "fresh"
    """``fresh``: drawn anew for each wave; ``kept``: the same clusters return, and count as the same."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that say where and by whom somebody was interviewed: no opinions."""
        named = (self.area, self.commune, *self.stratum, self.cluster, self.interviewer, self.mode)
        return tuple(question for question in named if question)


def read_design(section: Section) -> Design:
    """Read the parts of the design and the questions of consent.

    Raises
    ------
    StudyError
        A key is unknown, or no question asks for consent.
    """
    consent = []
    for inner in section.sections("consent"):
        consent.append(Consent(question=inner.text("question"), yes=inner.texts("yes")))
        inner.close()
    if not consent:
        raise StudyError(
            section.where(),
            say("no consent question is named."),
            say('Add [[design.consent]] with question = "…" and yes = ["…"]. There is no way to work without one.'),
        )
    design = Design(
        respondent=section.text("respondent", "_uuid"),
        area=section.text("area", ""),
        commune=section.text("commune", ""),
        stratum=section.texts("stratum", []),
        cluster=section.text("cluster", ""),
        interviewer=section.text("interviewer", ""),
        mode=section.text("mode", ""),
        started=section.text("started", "start"),
        ended=section.text("ended", "end"),
        version=section.text("version", "__version__"),
        consent=tuple(consent),
        clusters_between_waves=section.choice("clusters_between_waves", ("fresh", "kept"), "fresh"),
    )
    section.close()
    return design
