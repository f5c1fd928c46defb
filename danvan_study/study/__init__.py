"""The study as one page: what ``study.toml`` says, as frozen objects."""

from danvan_study.study.disclosure import Disclosure
from danvan_study.study.model import (
    Allocation,
    Backcheck,
    Base,
    Consent,
    Design,
    Distance,
    Group,
    Kobo,
    Margin,
    Office,
    Publication,
    Sampling,
    Study,
    Wave,
    Weighting,
)
from danvan_study.study.periods import REPORTED, Against, Calendar, Comparison, Period, Span
from danvan_study.study.programme import Programme
from danvan_study.study.read import read_study
from danvan_study.study.reports import Conditions, Join, ListedIssues, Reports, Review, Splice

__all__ = [
    "REPORTED",
    "Against",
    "Allocation",
    "Backcheck",
    "Base",
    "Calendar",
    "Comparison",
    "Conditions",
    "Consent",
    "Design",
    "Disclosure",
    "Distance",
    "Group",
    "Join",
    "Kobo",
    "ListedIssues",
    "Margin",
    "Office",
    "Period",
    "Programme",
    "Publication",
    "Reports",
    "Review",
    "Sampling",
    "Span",
    "Splice",
    "Study",
    "Wave",
    "Weighting",
    "read_study",
]
