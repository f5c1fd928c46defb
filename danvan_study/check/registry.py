"""The registry of checks, and how a wave is put through all of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import QuestionKind, Role
from danvan_study.tables import Findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from danvan_study.check.material import Material
    from danvan_study.codebook import Question

UNIT_SEPARATOR = "\x1f"
ID_LENGTH = 12
"""Hex digits of a finding's id: 48 bits, unique among millions."""


class Severity(StrEnum):
    """How urgent a finding is."""

    ERROR = "error"
    QUESTION = "question"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found; what it leaves blank doesn't apply."""

    message: str
    """For the supervisor, in Vietnamese; holds no answer."""
    respondent: str = ""
    question: str = ""
    value: str = ""
    rule: str = ""
    interviewer: str = ""
    beside: str = ""
    """What else makes it this finding and no other: the second interview of a pair, a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A belief about fieldwork, and the function that looks for what contradicts it."""

    name: str
    severity: Severity
    belief: str
    """In Vietnamese, for the office."""
    find: Callable[[Material], Iterable[Finding]]

    @property
    def about(self) -> str:
        """The rule, as the docstring of the function states it."""
        return " ".join((self.find.__doc__ or "").split())


CHECKS: dict[str, Check] = {}
"""Every check by name, in the order in which they run."""


def check(
    severity: Severity, belief: str
) -> Callable[[Callable[[Material], Iterable[Finding]]], Callable[[Material], Iterable[Finding]]]:
    """Enter a function, named as the belief that it tests, into the registry."""

    def enter(find: Callable[[Material], Iterable[Finding]]) -> Callable[[Material], Iterable[Finding]]:
        CHECKS[find.__name__] = Check(name=find.__name__, severity=severity, belief=belief, find=find)
        return find

    return enter


def check_wave(material: Material) -> pd.DataFrame:
    """Put a wave through every check.

    Returns
    -------
    pandas.DataFrame
        :class:`~danvan_study.tables.Findings`, in the order of the registry. None removes or changes anything.
    """
    interviewers = dict(zip(material.people.to_list(), material.interviewer.tolist(), strict=True))
    seen: Counter[str] = Counter()
    rows = []
    for each in CHECKS.values():
        for finding in each.find(material):
            subject = UNIT_SEPARATOR.join(
                (each.name, finding.respondent, finding.question, finding.interviewer, finding.beside)
            )
            seen[subject] += 1
            shown = not finding.question or may_show(material.question(finding.question))
            rows.append(
                {
                    Findings.finding: _identify(subject, seen[subject]),
                    Findings.check: each.name,
                    Findings.severity: each.severity.value,
                    Findings.respondent: finding.respondent,
                    Findings.question: finding.question,
                    Findings.value: finding.value if shown else "",
                    Findings.rule: finding.rule,
                    Findings.interviewer: finding.interviewer or interviewers.get(finding.respondent, ""),
                    Findings.message: finding.message,
                }
            )
    return Findings.conform(pd.DataFrame(rows, columns=list(Findings.columns()), dtype="str"))


def may_show(question: Question | None) -> bool:
    """Whether a finding may quote the answer: what the team filled in, and numbers; never an opinion.

    A question without a stated role may be one of opinion, hence it is not quoted.
    """
    if question is None:
        return False
    if question.role in (Role.DESIGN, Role.CONSENT):
        return True
    return question.role is Role.BACKGROUND and question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL)


def _identify(subject: str, turn: int) -> str:
    """Return a finding's id: the same in every run, as long as it is about the same."""
    return hashlib.sha256(f"{subject}{UNIT_SEPARATOR}{turn}".encode()).hexdigest()[:ID_LENGTH]
