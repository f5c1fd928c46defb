"""What a form asks: questions, their choices and scores. Read from the XLSForm by :mod:`danvan_study.form`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class QuestionKind(StrEnum):
    """The question types that the kit tells apart; everything else in an XLSForm is ``OTHER``."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    CALCULATE = "calculate"
    OTHER = "other"


class Role(StrEnum):
    """What a question is for, from the form's own ``role`` column; blank in a foreign form."""

    OPINION = "opinion"
    BACKGROUND = "background"
    CONSENT = "consent"
    DESIGN = "design"
    FILTER = "filter"
    QUALITY = "quality"
    IDENTIFIER = "identifier"  # never gets past collect
    UNSTATED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that a select question offers."""

    name: str
    labels: Mapping[str, str]
    """Language code to label, NFC."""
    score: float | None = None
    """0 (worst) to 100 (best); None where the choice is not on a scale."""
    missing: str = ""
    """``dont_know``, ``refused``, ``not_applicable``, or empty for a substantive answer."""
    row: int = 0
    """Row on the choices sheet, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a form."""

    name: str
    path: str
    """``group/subgroup/name`` as KoboToolbox prefixes it."""
    kind: QuestionKind
    type_as_written: str
    labels: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    topic: str = ""
    """Name of the topic: our own ``topic`` column, else the outermost group."""
    role: Role = Role.UNSTATED
    relevant: str = ""
    repeat: str = ""
    """Name of the repeat it stands in, or empty."""
    row: int = 0
    """Row on the survey sheet, for messages."""

    def label(self, language: str) -> str:
        """Return the wording in ``language``, else in any language, else the name."""
        return _label(self.labels, language) or self.name

    def choice(self, name: str) -> Choice | None:
        """Return the choice called ``name``, or None."""
        return next((choice for choice in self.choices if choice.name == name), None)

    @property
    def is_scored(self) -> bool:
        """Whether any choice carries a score."""
        return any(choice.score is not None for choice in self.choices)

    def fingerprint(self, language: str) -> str:
        """Return a SHA-256 over wording, choices and scores: equal fingerprints may be joined in a trend."""
        choices = [[c.name, _squeeze(_label(c.labels, language)), c.score, c.missing] for c in self.choices]
        content = [self.kind, _squeeze(_label(self.labels, language)), choices]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A group of questions under one heading of the brief."""

    name: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Return the heading in ``language``, else in any language, else the name."""
        return _label(self.labels, language) or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """One version of a form, as a codebook."""

    source: str
    """File name of the form, for messages."""
    sha256: str
    form_id: str
    version: str
    languages: tuple[str, ...]
    """Language codes, the form's default first."""
    questions: tuple[Question, ...]
    topics: tuple[Topic, ...]

    def question(self, name: str) -> Question | None:
        """Return the question called ``name``, or None."""
        return next((question for question in self.questions if question.name == name), None)

    def with_roles(self, roles: Mapping[str, Role]) -> Codebook:
        """Return this codebook with ``roles`` (question to role) for the questions that state none themselves."""
        questions = (
            replace(question, role=roles.get(question.name, Role.UNSTATED)) if not question.role else question
            for question in self.questions
        )
        return replace(self, questions=tuple(questions))

    def topic(self, name: str) -> Topic:
        """Return the topic called ``name``.

        Raises
        ------
        KeyError
            No question stands under that topic.
        """
        for topic in self.topics:
            if topic.name == name:
                return topic
        raise KeyError(name)


def _label(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or next((label for label in labels.values() if label), "")


def _squeeze(text: str) -> str:
    return " ".join(text.split())
