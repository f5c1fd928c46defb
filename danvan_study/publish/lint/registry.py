"""The registry of rules, and how a document is put through all of them. No rule can be switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from danvan_study.publish.lint.draft import Draft


class Place(Protocol):
    """Anything in a document that can be pointed at."""

    @property
    def where(self) -> str:
        """Where it stands, with its first words."""

    @property
    def order(self) -> int:
        """Its place in the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a document: where, what, and what to do."""

    rule: str
    where: str
    what: str
    cure: str
    english: str
    is_warning: bool = False
    """Worth a look; doesn't keep the document from being handed up."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.cure} ({self.english}) [{self.rule}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the registry."""

    name: str
    check: Callable[[Draft], Iterator[tuple[Place, str]]]
    """Yields where a document breaks the rule, and how, in Vietnamese."""
    cure: str
    """What to do, in Vietnamese."""
    is_warning: bool

    @property
    def about(self) -> str:
        """What the rule demands, in one English sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order in which they are checked."""


def rule(
    name: str, *, cure: str, is_warning: bool = False
) -> Callable[
    [Callable[[Draft], Iterator[tuple[Place, str]]]],
    Callable[[Draft], Iterator[tuple[Place, str]]],
]:
    """Enter a function into the registry under ``name``."""

    def enter(check: Callable[[Draft], Iterator[tuple[Place, str]]]) -> Callable[[Draft], Iterator[tuple[Place, str]]]:
        RULES[name] = Rule(name=name, check=check, cure=cure, is_warning=is_warning)
        return check

    return enter


def lint_draft(draft: Draft) -> list[Finding]:
    """Put a document through every rule; findings in the order of the document, each place once a rule."""
    found = [(place.order, each, place, what) for each in RULES.values() for place, what in each.check(draft)]
    findings = [
        Finding(
            rule=each.name,
            where=place.where,
            what=" ".join(what.split()),
            cure=each.cure,
            english=each.about,
            is_warning=each.is_warning,
        )
        for _, each, place, what in sorted(found, key=lambda one: one[0])
    ]
    return list(dict.fromkeys(findings))
