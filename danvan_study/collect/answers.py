"""One spelling for every answer: choice names in form order, whole numbers without a point, composed letters."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from danvan_study.codebook import Question

CHOSEN = frozenset({"1", "1.0", "true", "True", "TRUE"})
NOT_CHOSEN = frozenset({"0", "0.0", "false", "False", "FALSE"})
_WHOLE = re.compile(r"([+-]?\d+)\.0+")


class QuestionReader:
    """Reads the answers to one question, each distinct value once.

    Parameters
    ----------
    question
        The question as the form asks it.
    unknown
        Where values outside the list of choices are counted.
    """

    def __init__(self, question: Question, unknown: Counter[str]) -> None:
        self.question = question
        self._unknown = unknown
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._order = {choice.name: rank for rank, choice in enumerate(question.choices)}
        self._by_label: dict[str, set[str]] = defaultdict(set)
        for choice in question.choices:
            for label in choice.labels.values():
                self._by_label[squeeze(label)].add(choice.name)
        self._read_as_name: set[str] = set()
        self._read_as_label: set[str] = set()

    def read(self, value: str) -> str:
        """Return the one spelling of ``value``; count what the form does not offer.

        Raises
        ------
        StudyError
            A label belongs to two choices.
        """
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = self._spell(value)
        for stranger in found[1]:
            self._unknown[f"{self.question.name}: {stranger}"] += 1
        return found[0]

    def join(self, split: Mapping[str, str]) -> str:
        """Return the chosen names of a split select_multiple, in form order."""
        return self._in_order([name for name, cell in split.items() if cell in CHOSEN])

    def understands(self, value: str) -> bool:
        """Whether every word of ``value`` is the name of a choice."""
        return all(name in self._order for name in value.split())

    def check_spelling(self) -> None:
        """Refuse a column in which a value was read as a name that elsewhere could only be a label.

        Raises
        ------
        StudyError
            The column holds labels, and one of them is also the name of another choice ("1" for none, "0" for …).
        """
        doubtful = sorted(name for name in self._read_as_name if self._by_label.get(name, {name}) != {name})
        if doubtful and self._read_as_label:
            raise self._ambiguous(doubtful[0], sorted({doubtful[0], *self._by_label[doubtful[0]]}))

    def _spell(self, value: str) -> tuple[str, tuple[str, ...]]:
        kind = self.question.kind
        if kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL):
            whole = _WHOLE.fullmatch(value)
            return (whole[1] if whole else value), ()
        if not self._order:  # free entry, or choices from a file
            return value, ()
        if kind is QuestionKind.SELECT_ONE:
            name = self._name(value)
            return (name, ()) if name else (value, (value,))
        if kind is QuestionKind.SELECT_MULTIPLE:
            return self._spell_several(value)
        return value, ()

    def _name(self, value: str) -> str:
        whole = _WHOLE.fullmatch(value)
        for name in (value, whole[1] if whole else value):
            if name in self._order:
                self._read_as_name.add(name)
                return name
        names = self._by_label.get(squeeze(value), set())
        if len(names) > 1:
            raise self._ambiguous(value, sorted(names))
        self._read_as_label |= names
        return next(iter(names), "")

    def _spell_several(self, value: str) -> tuple[str, tuple[str, ...]]:
        words = value.split()
        if not self.understands(value) and (names := self._segment(words)):
            self._read_as_label |= set(names)
            return self._in_order(names), ()
        return self._in_order(words), tuple(word for word in words if word not in self._order)

    def _segment(self, words: list[str]) -> list[str]:
        """Cut a run of labels, joined by blanks in a label export, into choices; empty if that can't be done."""
        cuts = _segmentations(words, {tuple(label.split()): names for label, names in self._by_label.items()})
        distinct = {tuple(sorted(cut)) for cut in cuts}
        if len(distinct) > 1:
            raise self._ambiguous(" ".join(words), sorted(" ".join(cut) for cut in distinct))
        return list(next(iter(distinct), ()))

    def _in_order(self, names: list[str]) -> str:
        last = len(self._order)
        return " ".join(sorted(dict.fromkeys(names), key=lambda name: self._order.get(name, last)))

    def _ambiguous(self, value: str, names: list[str]) -> StudyError:
        return StudyError(
            say("submissions, question {question}", question=self.question.name),
            say('"{value}" may mean the choices {choices}.', value=value, choices=" or ".join(names)),
            say("Export again with XML values and headers instead of labels."),
        )


def _segmentations(words: list[str], labels: Mapping[tuple[str, ...], set[str]]) -> list[frozenset[str]]:
    """Return every way to read ``words`` as labels one after another; a label of two choices counts twice."""
    ways: list[list[frozenset[str]]] = [[] for _ in range(len(words) + 1)]
    ways[0] = [frozenset()]
    for end in range(1, len(words) + 1):
        for label, names in labels.items():
            start = end - len(label)
            if label and start >= 0 and tuple(words[start:end]) == label:
                ways[end] += [way | {name} for way in ways[start] for name in names if name not in way]
        ways[end] = list(dict.fromkeys(ways[end]))
    return ways[-1]
