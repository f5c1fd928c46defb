"""One submission, read: its answers under the names of the form, its metadata, nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from danvan_study.codebook import USE_FIELD
from danvan_study.collect.answers import CHOSEN, NOT_CHOSEN, QuestionReader
from danvan_study.collect.keys import KeyReader, Sort
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook
    from danvan_study.collect.report import CollectReport
    from danvan_study.study import Study


RECEIVED = "_submission_time"
KEPT = ("_id", RECEIVED)
"""Fields of the server that are kept of each submission."""


@dataclass(slots=True, kw_only=True)
class Submission:
    """What is kept of one record."""

    position: int
    """Place in the raw files, from 1."""
    form_version: str
    questions: tuple[str, ...]
    """What was answered, with its turn in a repeat; in form order. People with the same way through the form share
    one tuple: a wave may have a million submissions."""
    answers: tuple[str, ...]
    """To each of these questions."""
    metadata: dict[str, str] = field(default_factory=dict)
    """Those of :data:`KEPT` and of the study's design that are filled."""
    use: str = ""
    """What the form says it is for; ``""`` for the wave itself."""

    def answer(self, question: str) -> str:
        """Return what was answered to a question, ``""`` where nothing."""
        return self.answers[self.questions.index(question)] if question in self.questions else ""

    @property
    def name(self) -> str:
        """How messages and the table of removed submissions call it."""
        return self.metadata.get("_id") or f"no. {self.position}"


class SubmissionReader:
    """Reads the submissions to one form version.

    Parameters
    ----------
    form_version
        Key of the codebook in the wave.
    report
        Where prohibited and unknown fields, unknown choices and contradictions are counted.
    """

    def __init__(self, form_version: str, codebook: Codebook, *, study: Study, report: CollectReport) -> None:
        self._form_version = form_version
        self._report = report
        self._keys = KeyReader(codebook, study)
        design = study.design
        self._metadata = frozenset((*KEPT, design.respondent, design.started, design.ended))
        self._ways: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._places: dict[str, tuple[int, list[int], str]] = {}
        self._order = {question.name: rank for rank, question in enumerate(codebook.questions)}
        self._readers = {
            question.name: QuestionReader(question, report.unknown_choices) for question in codebook.questions
        }

    def read(self, record: Mapping[str, object], position: int) -> Submission:
        """Read one record as it was decoded."""
        cells = _Cells()
        self._gather(record, "", cells)
        self._report.prohibited.update(cells.prohibited)
        self._report.unknown_keys.update(cells.unknown)
        answers = self._join_split(cells)
        way = tuple(sorted(answers, key=self._place))
        return Submission(
            position=position,
            form_version=self._form_version,
            questions=self._ways.setdefault(way, way),
            answers=tuple(answers[question] for question in way),
            metadata={name: text for name, text in cells.metadata.items() if name in self._metadata},
            use=str(find_field(record, USE_FIELD) or ""),
        )

    def check_spelling(self) -> None:
        """Refuse columns that mix choice names with labels in a way that can't be told apart."""
        for reader in self._readers.values():
            reader.check_spelling()

    def _gather(self, record: Mapping[str, object], turns: str, cells: _Cells) -> None:
        for written, value in record.items():
            if isinstance(value, list):
                self._gather_repeat(written, value, turns=turns, cells=cells)
                continue
            text = value if isinstance(value, str) else "" if value is None else str(value)
            text = nfc(text.strip())
            if not text:
                continue
            key = self._keys.read(written)
            if key.sort is Sort.ANSWER:
                question = key.name + (key.turns or turns)
                if key.choice:
                    cells.split[question][key.choice] = text
                elif cells.whole.setdefault(question, text) != text:
                    self._report.conflicts[key.name] += 1
            else:
                cells.put_aside(key.sort, key.name, text)

    def _gather_repeat(self, written: str, items: list[object], *, turns: str, cells: _Cells) -> None:
        key = self._keys.read(written)
        if key.sort is Sort.PROHIBITED and any(items):
            cells.put_aside(key.sort, key.name, "")
            return
        for turn, item in enumerate(items, 1):
            if isinstance(item, dict):
                self._gather(item, f"{turns}[{turn}]", cells)
            elif item and key.sort is Sort.UNKNOWN:
                cells.put_aside(key.sort, key.name, "")

    def _join_split(self, cells: _Cells) -> dict[str, str]:
        answers = {}
        for question in {**cells.whole, **cells.split}:
            reader = self._readers.get(question.partition("[")[0])
            whole = cells.whole.get(question, "")
            if reader is None:  # a field of the design that stands in no form
                answers[question] = whole
                continue
            split = cells.split.get(question, {})
            if whole and (not split or reader.understands(whole)):
                answers[question] = reader.read(whole)
                if split:
                    self._compare(answers[question], split, reader.question.name)
            elif joined := reader.join(split):
                answers[question] = joined
            elif whole:
                answers[question] = reader.read(whole)
        return answers

    def _compare(self, whole: str, split: Mapping[str, str], name: str) -> None:
        chosen = set(whole.split())
        if any(
            (cell in CHOSEN and choice not in chosen) or (cell in NOT_CHOSEN and choice in chosen)
            for choice, cell in split.items()
        ):
            self._report.conflicts[name] += 1

    def _place(self, question: str) -> tuple[int, list[int], str]:
        """Return where an answer stands: by the form, then by turn; worked out once for each question."""
        if question not in self._places:
            name, *turns = question.replace("]", "").split("[")
            self._places[question] = self._order.get(name, len(self._order)), [int(turn) for turn in turns], name
        return self._places[question]


def find_field(record: Mapping[str, object], field: str) -> object:
    """Return what a record holds in a field, whatever groups stand before its name; None where nothing."""
    return next((value for key, value in record.items() if _is_named(key, field)), None)


@lru_cache(maxsize=10_000)
def _is_named(key: str, field: str) -> bool:
    return key == field or key.endswith(f"/{field}")


@dataclass(slots=True)
class _Cells:
    """The filled cells of one record, sorted by what is done with them."""

    whole: dict[str, str] = field(default_factory=dict)
    split: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    metadata: dict[str, str] = field(default_factory=dict)
    prohibited: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def put_aside(self, sort: Sort, name: str, text: str) -> None:
        """Keep metadata; of prohibited and unknown fields keep the name alone."""
        if sort is Sort.METADATA:
            self.metadata.setdefault(name, text)
        elif sort is Sort.PROHIBITED:
            self.prohibited.add(name)
        else:
            self.unknown.add(name)
