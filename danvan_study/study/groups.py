"""Read the blocks ``[[group]]`` of ``study.toml``: by what results are broken down and weighted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.study.toml import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A variable by which results are broken down and weighted."""

    name: str
    question: str
    breaks: tuple[float, ...] = ()
    """For a number: lower bounds of the second and later bands."""
    other: tuple[str, ...] = ()
    """Choices without a population figure ("Khác"): shown apart never, weighted by allocation."""


def read_group(section: Section) -> Group:
    """Read one group.

    Raises
    ------
    StudyError
        A key is unknown, or the bounds of its bands do not rise.
    """
    name = section.text("name")
    group = Group(
        name=name,
        question=section.text("question", name),
        breaks=section.numbers("breaks", []),
        other=section.texts("other", []),
    )
    if any(low >= high for low, high in pairwise(group.breaks)):
        raise StudyError(
            section.where("breaks"), say("the bounds do not rise."), say("Write them from small to large.")
        )
    section.close()
    return group
