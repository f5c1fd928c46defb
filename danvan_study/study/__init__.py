"""The study as one page: what ``study.toml`` says, as frozen objects."""

from danvan_study.study.model import (
    Allocation,
    Base,
    Consent,
    Design,
    Group,
    Kobo,
    Margin,
    Publication,
    Sampling,
    Study,
    Wave,
    Weighting,
)
from danvan_study.study.periods import Against, Calendar, Comparison, Period, Span
from danvan_study.study.read import read_study

__all__ = [
    "Against",
    "Allocation",
    "Base",
    "Calendar",
    "Comparison",
    "Consent",
    "Design",
    "Group",
    "Kobo",
    "Margin",
    "Period",
    "Publication",
    "Sampling",
    "Span",
    "Study",
    "Wave",
    "Weighting",
    "read_study",
]
