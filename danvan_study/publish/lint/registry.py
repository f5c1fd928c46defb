"""The registry of rules, and how a document is put through all of them. No rule can be switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from danvan_study.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from danvan_study.publish.lint.draft import Draft


class Place(Protocol):
    """Anything in a document that can be pointed at."""

    @property
    def where(self) -> Message:
        """Where it stands, with its first words."""

    @property
    def order(self) -> int:
        """Its place in the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a document: where, what, and what to do."""

    rule: str
    where: Message
    what: Message
    cure: Message
    is_warning: bool = False
    """Worth a look; doesn't keep the document from being handed up."""

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """All of it, and the rule's name."""
        return say("{where}: {what} {cure} [{rule}]", where=self.where, what=self.what, cure=self.cure, rule=self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the registry."""

    name: str
    check: Callable[[Draft], Iterator[tuple[Place, Message]]]
    """Yields where a document breaks the rule, and how."""
    cure: Message
    """What to do."""
    is_warning: bool

    @property
    def about(self) -> str:
        """What the rule demands, in one English sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order in which they are checked."""


def rule(
    name: str, *, cure: Message, is_warning: bool = False
) -> Callable[
    [Callable[[Draft], Iterator[tuple[Place, Message]]]],
    Callable[[Draft], Iterator[tuple[Place, Message]]],
]:
    """Enter a function into the registry under ``name``."""

    def enter(
        check: Callable[[Draft], Iterator[tuple[Place, Message]]],
    ) -> Callable[[Draft], Iterator[tuple[Place, Message]]]:
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
            what=_in_one_line(what),
            cure=each.cure,
            is_warning=each.is_warning,
        )
        for _, each, place, what in sorted(found, key=lambda one: one[0])
    ]
    return list({str(each): each for each in findings}.values())


def _in_one_line(what: Message) -> Message:
    """Quote what goes over several lines in one."""
    return Message(what.template, {name: _joined(value) for name, value in what.values.items()})


def _joined(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value
