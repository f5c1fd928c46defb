"""The study as one page: what ``study.toml`` says, as frozen objects."""

from danvan_study.study.model import (
    Base,
    Consent,
    Design,
    Group,
    Kobo,
    Margin,
    Period,
    Publication,
    Study,
    Wave,
    Weighting,
)
from danvan_study.study.read import read_study

__all__ = [
    "Base",
    "Consent",
    "Design",
    "Group",
    "Kobo",
    "Margin",
    "Period",
    "Publication",
    "Study",
    "Wave",
    "Weighting",
    "read_study",
]
