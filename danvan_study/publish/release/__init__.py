"""A public-use file: people alike by fives, answers that differ, and nothing that leads back."""

from danvan_study.publish.release.dataset import refuse_identifying, release_dataset
from danvan_study.publish.release.gather import Gathered, gather, who_agreed
from danvan_study.publish.release.papers import licence, page, utility_report
from danvan_study.publish.release.protect import Protected, protect
from danvan_study.publish.release.utility import compare

__all__ = [
    "Gathered",
    "Protected",
    "compare",
    "gather",
    "licence",
    "page",
    "protect",
    "refuse_identifying",
    "release_dataset",
    "utility_report",
    "who_agreed",
]
