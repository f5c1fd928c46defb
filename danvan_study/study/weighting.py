"""Read the section ``[weighting]`` of ``study.toml``: how the weights are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from danvan_study.study.design import Design
    from danvan_study.study.groups import Group
    from danvan_study.study.toml import Section


class Base(StrEnum):
    """Where a respondent's base weight comes from."""

    SELECTION = "selection"
    """1 / (P(cluster) x P(household)) x adults in the household, from the sample file of the wave."""
    FRAME = "frame"
    """Frame count of the area / interviews in the area."""
    COLUMN = "column"
    """A number that stands in the data."""
    EQUAL = "equal"
    """1 for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Known population counts to which the weights are raked."""

    by: tuple[str, ...]
    """``area`` and names of groups."""
    file: str


class Distance(StrEnum):
    """How far a weight has moved from where it began (Deville and Särndal 1992, JASA 87, 376-382)."""

    RAKING = "raking"
    """Multiplicative: weights stay positive."""
    LINEAR = "linear"
    """Chi-squared: the generalised regression estimator. Weights can turn negative unless bounded."""
    LOGIT = "logit"
    """Between two bounds, which must be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How the weights are made."""

    base: Base = Base.EQUAL
    file: str = ""
    """Sample file (``selection``; may hold ``{wave}``) or frame (``frame``)."""
    column: str = ""
    """Field with the base weight (``column``); column of the frame with the count (``frame``)."""
    area_column: str = ""
    """Column of the frame that names the area (``frame``)."""
    adults: str = ""
    """Question with the number of adults in the household (``selection``)."""
    adults_cap: int = 4
    trim: tuple[float, float] | None = None
    """Lower and upper bound of a weight, as multiples of the median weight of its area."""
    distance: Distance = Distance.RAKING
    """What is kept small when the weights are brought to the margins."""
    factors: tuple[float, float] | None = None
    """Bounds of what a weight is multiplied with, beside the average: ``logit`` needs them, raking has none."""
    margins: tuple[Margin, ...] = ()
    candidates: tuple[Margin, ...] = ()
    """Margins that the sample is compared with, and not raked to."""
    smallest_cell: int = 5
    """Respondents that a margin cell needs; one with fewer is merged with its neighbour."""


def read_weighting(section: Section, design: Design, groups: tuple[Group, ...]) -> Weighting:
    """Read the base weight, the margins and the bounds.

    Raises
    ------
    StudyError
        A key is unknown or missing, a margin is by something that the study does not have, or bounds do not fit.
    """
    known = {group.name for group in groups} | ({"area"} if design.area else set())
    margins, candidates = (_read_margins(section.sections(key), known) for key in ("margin", "candidate"))
    base = Base(section.choice("base", tuple(Base), Base.EQUAL))
    needs = {
        Base.SELECTION: ("file", "adults"),
        Base.FRAME: ("file", "column", "area_column"),
        Base.COLUMN: ("column",),
    }
    for key in needs.get(base, ()):
        section.text(key)
    weighting = Weighting(
        base=base,
        file=section.text("file", ""),
        column=section.text("column", ""),
        area_column=section.text("area_column", ""),
        adults=section.text("adults", ""),
        adults_cap=section.whole("adults_cap", 4),
        trim=_read_bounds(section, "trim"),
        distance=Distance(section.choice("distance", tuple(Distance), Distance.RAKING)),
        factors=_read_bounds(section, "factors"),
        margins=margins,
        candidates=candidates,
        smallest_cell=section.whole("smallest_cell", 5),
    )
    section.close()
    if weighting.distance is Distance.LOGIT and weighting.factors is None:
        raise StudyError(
            section.where("factors"), say("the logit distance has no bounds."), say("Add factors = [0.3, 3].")
        )
    if weighting.distance is Distance.RAKING and weighting.factors:
        cure = say(
            'Write distance = "logit", which is raking between bounds, or take factors out; trim stands beside both.'
        )
        raise StudyError(section.where("factors"), say("raking takes no bounds."), cure)
    return weighting


def _read_margins(sections: Sequence[Section], known: Collection[str]) -> tuple[Margin, ...]:
    margins: list[Margin] = []
    for inner in sections:
        margin = Margin(by=inner.texts("by"), file=inner.text("file"))
        for name in margin.by:
            if name not in known:
                raise StudyError(
                    inner.where("by"),
                    say('"{name}" is neither "area" nor a group.', name=name),
                    say("Known: {known}.", known=", ".join(sorted(known))),
                )
        if margin.by in [earlier.by for earlier in margins]:
            raise StudyError(inner.where("by"), say("this margin stands twice."), say("Keep one of the two."))
        inner.close()
        margins.append(margin)
    return tuple(margins)


def _read_bounds(section: Section, key: str) -> tuple[float, float] | None:
    if key not in section:
        section.numbers(key, [])
        return None
    bounds = section.numbers(key)
    if len(bounds) != 2 or not 0 <= bounds[0] < 1 < bounds[1]:
        raise StudyError(
            section.where(key),
            say("{bounds} does not stand around 1.", bounds=list(bounds)),
            say("Write two multiples, such as [0.2, 5]."),
        )
    return bounds[0], bounds[1]
