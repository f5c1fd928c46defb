"""What a study wants told beside its figures: issues, conditions of the interview, splices, reviews of long spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from danvan_study.study.toml import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIssues:
    """The question whose answers are a list of issues, to be ranked."""

    question: str = ""
    """Empty: the study has none."""
    apart: tuple[str, ...] = ()
    """Answers that are no issue ("other", "nothing"): they have a share and no rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Questions whose answers may hang on how people were asked."""

    questions: tuple[str, ...] = ()
    """Split beside their figure, and by interviewer as a share of the variance."""
    by: tuple[str, ...] = ()
    """Questions by whose answers they are split: whom people take for the sponsor, who could hear."""


class Join(StrEnum):
    """Why figures of two wordings may stand on one line."""

    EQUIVALENT = "equivalent"
    """People who know both wordings hold that they ask the same."""
    BRIDGED = "bridged"
    """Both were asked side by side, and the difference was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """A recorded decision to draw one line over a break of wording; figures and tests stay apart."""

    question: str
    wave: str
    """The first with the new wording."""
    method: Join
    reason: str
    decided_by: str
    decided_on: date
    shift: float = 0.0
    """Of a bridged question: the new wording's figure less the old one's, in points."""
    shift_se: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A comparison of two long spans; with ``pilot``, of those areas against all others."""

    id: str
    title: str
    before: tuple[str, ...]
    """Waves."""
    after: tuple[str, ...]
    pilot: tuple[str, ...] = ()
    """Keys of areas (``vintage:code``)."""
    drawn_by_lot: str = ""
    """Where it is recorded that lots decided which areas took part; empty: they didn't, and nothing is called an
    effect."""

    @property
    def waves(self) -> tuple[str, ...]:
        """All waves, the span before first."""
        return (*self.before, *self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """All of these."""

    issues: ListedIssues = field(default_factory=ListedIssues)
    conditions: Conditions = field(default_factory=Conditions)
    splices: tuple[Splice, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Return where questions are named, and which: the forms must ask them."""
        named = [("[issues] question", self.issues.question)] if self.issues.question else []
        named += [("[conditions] questions", name) for name in self.conditions.questions]
        named += [("[conditions] by", name) for name in self.conditions.by]
        return named + [("[[splice]] question", splice.question) for splice in self.splices]


def read_reports(top: Section) -> Reports:
    """Read ``[issues]``, ``[conditions]``, ``[[splice]]`` and ``[[review]]``.

    Raises
    ------
    StudyError
        A key is unknown or missing, or a decision is not recorded in full.
    """
    waves = [section.text("id") for section in top.sections("wave")]
    issues = top.section("issues", required=False)
    conditions = top.section("conditions", required=False)
    reports = Reports(
        issues=ListedIssues(question=issues.text("question", ""), apart=issues.texts("apart", [])),
        conditions=Conditions(questions=conditions.texts("questions", []), by=conditions.texts("by", [])),
        splices=_read_splices(top.sections("splice"), waves),
        reviews=_read_reviews(top.sections("review"), waves),
    )
    issues.close()
    conditions.close()
    return reports


def _read_splices(sections: Sequence[Section], waves: Sequence[str]) -> tuple[Splice, ...]:
    """Refuse decisions that are not recorded in full, and shifts that nobody measured."""
    found: dict[tuple[str, str], Splice] = {}
    for section in sections:
        splice = Splice(
            question=section.text("question"),
            wave=section.choice("wave", tuple(waves)),
            method=Join(section.choice("method", tuple(Join))),
            reason=_recorded(section, "reason"),
            decided_by=_recorded(section, "decided_by"),
            decided_on=section.day("decided_on"),
            shift=section.number("shift", 0.0),
            shift_se=section.number("shift_se", 0.0),
        )
        section.close()
        is_measured = "shift" in section and splice.shift_se > 0
        if splice.method is Join.BRIDGED and not is_measured:
            raise StudyError(
                section.where("shift"),
                say("a bridge needs the measured shift and its standard error."),
                say("Write shift = … and shift_se = … (points) from the interviews that were asked both wordings."),
            )
        if splice.method is Join.EQUIVALENT and ("shift" in section or "shift_se" in section):
            raise StudyError(
                section.where("shift"),
                say("wordings that ask the same need no shift."),
                say('Write method = "bridged".'),
            )
        if (splice.question, splice.wave) in found:
            raise StudyError(section.where("question"), say("this break is spliced twice."), say("Keep one decision."))
        found[splice.question, splice.wave] = splice
    return tuple(found.values())


def _read_reviews(sections: Sequence[Section], waves: Sequence[str]) -> tuple[Review, ...]:
    found: dict[str, Review] = {}
    for section in sections:
        review = Review(
            id=section.text("id"),
            title=_recorded(section, "title"),
            before=_span(section, "before", waves),
            after=_span(section, "after", waves),
            pilot=section.texts("pilot", []),
            drawn_by_lot=section.text("drawn_by_lot", ""),
        )
        section.close()
        if not review.id or not all(letter.isalnum() or letter in "_-" for letter in review.id):
            raise StudyError(
                section.where("id"),
                say('"{review}" is not an id.', review=review.id),
                say("Use letters, digits, _ and -."),
            )
        if waves.index(review.after[0]) <= waves.index(review.before[-1]):
            raise StudyError(
                section.where("after"),
                say("{after} does not come after {before}.", after=review.after[0], before=review.before[-1]),
                say("The second span begins when the first has ended."),
            )
        if review.id in found:
            raise StudyError(
                section.where("id"),
                say('"{review}" is used twice.', review=review.id),
                say("Give each review its own id."),
            )
        found[review.id] = review
    return tuple(found.values())


def _recorded(section: Section, key: str) -> str:
    text = section.text(key)
    if not text:
        raise StudyError(
            section.where(key), say("nothing is written here."), say("A decision without it doesn't count.")
        )
    return text


def _span(section: Section, key: str, waves: Sequence[str]) -> tuple[str, ...]:
    """Return the waves of a span in order of time."""
    named = section.texts(key)
    for wave in named:
        if wave not in waves:
            raise StudyError(
                section.where(key),
                say('there is no wave "{wave}".', wave=wave),
                say("Waves: {known}.", known=", ".join(waves)),
            )
    if not named:
        raise StudyError(section.where(key), say("the span has no wave."), say('Write {key} = ["…"].', key=key))
    return tuple(wave for wave in waves if wave in named)
