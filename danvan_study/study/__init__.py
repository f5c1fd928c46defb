"""The study as one page: what ``study.toml`` says, as frozen objects."""

from danvan_study.study.backcheck import Backcheck
from danvan_study.study.design import Consent, Design
from danvan_study.study.disclosure import Disclosure
from danvan_study.study.groups import Group
from danvan_study.study.kobo import Kobo
from danvan_study.study.model import Study
from danvan_study.study.office import Office
from danvan_study.study.periods import REPORTED, Against, Calendar, Comparison, Period, Span
from danvan_study.study.programme import Programme
from danvan_study.study.publication import Publication
from danvan_study.study.read import read_study
from danvan_study.study.reports import Conditions, Join, ListedIssues, Reports, Review, Splice
from danvan_study.study.sampling import Allocation, Sampling
from danvan_study.study.waves import Wave
from danvan_study.study.weighting import Base, Distance, Margin, Weighting

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
