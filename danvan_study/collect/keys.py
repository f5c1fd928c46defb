"""What a key of a submission means: exports prefix groups, drop prefixes, split choices, or write labels."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.prohibited import is_prohibited_field, is_prohibited_question
from danvan_study.study import Base
from danvan_study.text import nfc, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Codebook, Question
    from danvan_study.study import Study

CHOICE_SEPARATORS = ("/", ".")
METADATA_TYPES = ("start", "start time", "get start time", "end", "end time", "get end time")
METADATA_FIELDS = ("start", "end", "today", "instanceID", "rootUuid", "formhub/uuid")
_TURN = re.compile(r"\[(\d+)\]")


class Sort(Enum):
    """What the kit does with a key."""

    ANSWER = "answer"
    METADATA = "metadata"
    PROHIBITED = "prohibited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a submission, understood."""

    sort: Sort
    name: str
    """Name of the question, or the key itself."""
    choice: str = ""
    """The choice, where the key is one column of a split select_multiple."""
    turns: str = ""
    """Turns of repeats written into the key, ``[2]`` in ``children[2]/age``."""


class KeyReader:
    """Understands the keys of submissions to one form, each key once."""

    def __init__(self, codebook: Codebook, study: Study) -> None:
        self.codebook = codebook
        self._known: dict[str, Key] = {}
        self._withheld = set(study.withhold)
        self._design = answered_design_fields(study)
        self._identity = {study.design.respondent, study.design.started, study.design.ended, study.design.version}
        self._by_name = _index_names(codebook)
        self._by_label = _index_labels(codebook)
        for name in sorted(self._design | self._identity):
            self._refuse_prohibited(name)

    def read(self, written: str) -> Key:
        """Say what a key means.

        Raises
        ------
        StudyError
            It could mean two questions of the form.
        """
        key = self._known.get(written)
        if key is None:
            key = self._known[written] = self._understand(written)
        return key

    def _understand(self, written: str) -> Key:
        bare = _TURN.sub("", nfc(written))
        turns = "".join(f"[{turn}]" for turn in _TURN.findall(written))
        found = self._find(bare)
        if found is None:
            return Key(sort=self._sort_field(bare), name=bare)
        question, choice = found
        return Key(sort=self._sort_question(question), name=question.name, choice=choice, turns=turns)

    def _find(self, bare: str) -> tuple[Question, str] | None:
        if bare in self._by_name:
            return self._only(bare, self._by_name[bare])
        # A field of the server or of the design is never searched for among labels and moved groups.
        if bare.startswith("_") or bare in self._design:
            return None
        for tail in _tails(squeeze(bare)):
            if tail in self._by_label:
                return self._only(bare, self._by_label[tail])
        moved = bare.rpartition("/")[2]
        return self._only(bare, self._by_name[moved]) if moved in self._by_name else None

    def _only(self, written: str, found: list[tuple[Question, str]]) -> tuple[Question, str]:
        if len(found) > 1:
            paths = " or ".join(question.path for question, _ in found[:3])
            raise StudyError(
                say("submissions to {form}", form=self.codebook.source),
                say('the column "{column}" may mean {paths}.', column=written, paths=paths),
                say("Export again with XML values and headers, groups included."),
            )
        return found[0]

    def _sort_question(self, question: Question) -> Sort:
        if {question.name, question.path} & self._withheld or is_prohibited_question(question):
            return Sort.PROHIBITED
        if question.type_as_written.lower() in METADATA_TYPES or question.name in self._identity:
            return Sort.METADATA
        return Sort.ANSWER

    def _sort_field(self, name: str) -> Sort:
        if name in self._withheld or is_prohibited_field(name):
            return Sort.PROHIBITED
        if name in self._design:
            return Sort.ANSWER
        is_metadata = name.startswith(("_", "meta/")) or name in METADATA_FIELDS or name in self._identity
        return Sort.METADATA if is_metadata else Sort.UNKNOWN

    def _refuse_prohibited(self, name: str) -> None:
        if self.read(name).sort is Sort.PROHIBITED:
            raise StudyError(
                "study.toml, [design]",
                say('"{name}" is a field that could lead to a person, so it never gets past collect.', name=name),
                say("Name another field; one with codes instead of names or numbers."),
            )


def answered_design_fields(study: Study) -> frozenset[str]:
    """Return the fields that the study needs as answers, in the form or not."""
    design = study.design
    names = {*design.questions, study.weighting.adults}
    names |= {consent.question for consent in design.consent} | {group.question for group in study.groups}
    if study.weighting.base is Base.COLUMN:
        names.add(study.weighting.column)
    return frozenset(names - {""})


def _index_names(codebook: Codebook) -> dict[str, list[tuple[Question, str]]]:
    exact: dict[str, list[tuple[Question, str]]] = defaultdict(list)
    split: dict[str, list[tuple[Question, str]]] = defaultdict(list)
    for question in codebook.questions:
        for tail in _tails(question.path):
            exact[tail].append((question, ""))
            if question.kind is QuestionKind.SELECT_MULTIPLE:
                for choice in question.choices:
                    for separator in CHOICE_SEPARATORS:
                        split[f"{tail}{separator}{choice.name}"].append((question, choice.name))
    # A whole path says which question is meant, even where its tail is shared.
    whole = {question.path: [(question, "")] for question in codebook.questions}
    return split | exact | whole


def _index_labels(codebook: Codebook) -> dict[str, list[tuple[Question, str]]]:
    index: dict[str, dict[tuple[str, str], tuple[Question, str]]] = defaultdict(dict)
    for question in codebook.questions:
        for language, label in question.labels.items():
            index[squeeze(label)][question.path, ""] = (question, "")
            if question.kind is QuestionKind.SELECT_MULTIPLE:
                for choice in question.choices:
                    column = squeeze(f"{label}/{choice.labels.get(language, choice.name)}")
                    index[column][question.path, choice.name] = (question, choice.name)
    index.pop("", None)
    return {label: list(found.values()) for label, found in index.items()}


def _tails(path: str) -> Iterator[str]:
    yield path
    start = path.find("/")
    while start >= 0:
        yield path[start + 1 :]
        start = path.find("/", start + 1)
