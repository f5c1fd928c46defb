"""What a form asks: questions, their choices and scores. Read from the XLSForm by :mod:`danvan_study.form`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


DEVICE = ("start", "end", "today", "get today")
"""Types that the device fills in and that name nobody."""


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
    columns: Mapping[str, str] = field(default_factory=dict)
    """Further columns of the choices sheet, which a choice filter looks at."""
    row: int = 0
    """Row on the choices sheet, for messages."""

    def label(self, language: str) -> str:
        """Return the wording in ``language``, else in any language, else the name."""
        return _label(self.labels, language) or self.name


class FormUse(StrEnum):
    """What a form is in the field for; pilot and training interviews never enter a wave."""

    WAVE = "wave"
    PILOT = "pilot"
    TRAINING = "training"


USE_FIELD = "interview_use"
"""The hidden question by which a pilot or training form marks its submissions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    """What our own columns say of a question for those who look after the questionnaire."""

    purpose: str = ""
    """Why it is asked."""
    valid_from: str = ""
    """Day (ISO) from which it stands with these words."""
    replaces: str = ""
    """The form version and question whose place it takes: ``v1 dem_informed``."""
    index: str = ""
    """Index that its score enters; blank: shown apart."""
    scale: str = ""
    """``nominal`` where the choices lie on no scale."""
    filled_by: str = ""
    """``self`` (the respondent alone), ``interviewer``, or blank: asked aloud."""
    consent: str = ""
    """Of a note: the block of the consent script that it holds; of a question: what it asks leave for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group or repeat of the form."""

    name: str
    path: str
    labels: Mapping[str, str]
    relevant: str = ""
    is_repeat: bool = False
    row: int = 0

    def label(self, language: str) -> str:
        """Return the heading in ``language``, else in any language, else nothing."""
        return _label(self.labels, language)


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
    hints: Mapping[str, str] = field(default_factory=dict)
    required: str = ""
    """Blank, or an expression: true where an answer is needed."""
    constraint: str = ""
    constraint_messages: Mapping[str, str] = field(default_factory=dict)
    calculation: str = ""
    default: str = ""
    itemset: str = ""
    """The list of choices, or the file that holds them."""
    choice_filter: str = ""
    card: ItemCard = ItemCard()

    @property
    def is_asked(self) -> bool:
        """Whether somebody answers it: no note, no calculation, nothing that the device fills in."""
        return self.kind not in (QuestionKind.OTHER, QuestionKind.CALCULATE) and self.type_as_written not in DEVICE

    def hint(self, language: str) -> str:
        """Return the hint in ``language``, else in any language, else nothing."""
        return _label(self.hints, language)

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

    def offered(self, language: str) -> list[list[object]]:
        """Return name, wording, score and missing code of each answer."""
        return [[c.name, _squeeze(_label(c.labels, language)), c.score, c.missing] for c in self.choices]

    def fingerprint(self, language: str) -> str:
        """Return a SHA-256 over wording, choices and scores: equal fingerprints may be joined in a trend."""
        content = [self.kind, _squeeze(_label(self.labels, language)), self.offered(language)]
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
    sections: tuple[Section, ...] = ()
    """Groups and repeats in form order."""
    title: str = ""
    use: FormUse = FormUse.WAVE

    def question(self, name: str) -> Question | None:
        """Return the question called ``name``, or None."""
        return next((question for question in self.questions if question.name == name), None)

    def relevance(self, question: Question) -> tuple[str, ...]:
        """Return the conditions, outermost group first, which all must hold for ``question`` to be asked."""
        around = [section.relevant for section in self.sections if question.path.startswith(f"{section.path}/")]
        return tuple(condition for condition in (*around, question.relevant) if condition)

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
