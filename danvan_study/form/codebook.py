"""Walk a form once and write down its codebook."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from danvan_study.codebook import Codebook, Question, QuestionKind, Section, Topic
from danvan_study.errors import StudyError
from danvan_study.form.columns import default_language, read_card, read_choice, read_labels, read_role, read_use
from danvan_study.form.workbook import FormWorkbook, read_workbook
from danvan_study.messages import say
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from danvan_study.codebook import Choice

SECTIONS = ("group", "repeat", "loop")
KINDS = {
    "select one": QuestionKind.SELECT_ONE,
    "select one external": QuestionKind.SELECT_ONE,
    "select all that apply": QuestionKind.SELECT_MULTIPLE,
    "integer": QuestionKind.INTEGER,
    "int": QuestionKind.INTEGER,
    "add integer prompt": QuestionKind.INTEGER,
    "q int": QuestionKind.INTEGER,
    "decimal": QuestionKind.DECIMAL,
    "add decimal prompt": QuestionKind.DECIMAL,
    "q decimal": QuestionKind.DECIMAL,
    "range": QuestionKind.DECIMAL,
    "text": QuestionKind.TEXT,
    "string": QuestionKind.TEXT,
    "add text prompt": QuestionKind.TEXT,
    "q string": QuestionKind.TEXT,
    "date": QuestionKind.DATE,
    "add date prompt": QuestionKind.DATE,
    "q date": QuestionKind.DATE,
    "today": QuestionKind.DATE,
    "get today": QuestionKind.DATE,
    "calculate": QuestionKind.CALCULATE,
    "add calculate prompt": QuestionKind.CALCULATE,
    "q calculate": QuestionKind.CALCULATE,
}
"""pyxform's name of a type to ours; the rest is ``OTHER``."""

_NO_MISSING_CODES: Mapping[str, str] = {}


def read_form(content: bytes, *, source: str, missing: Mapping[str, str] = _NO_MISSING_CODES) -> Codebook:
    """Read the bytes of an XLSForm as a codebook.

    Parameters
    ----------
    content
        The workbook (.xlsx).
    source
        Its file name, for messages.
    missing
        Choice name to ``dont_know``, ``refused`` or ``not_applicable``, for forms without our ``missing`` column.

    Raises
    ------
    StudyError
        pyxform refuses the form, or one of our own columns holds something unknown; the message names the cell.
    """
    return _read_once(content, source, tuple(missing.items()))


@lru_cache(maxsize=32)
def _read_once(content: bytes, source: str, missing: tuple[tuple[str, str], ...]) -> Codebook:
    """Read a form; waves that share one share its codebook, which nobody can change."""
    return read_codebook(read_workbook(content, source=source), content, missing=dict(missing))


def read_codebook(form: FormWorkbook, content: bytes, *, missing: Mapping[str, str] = _NO_MISSING_CODES) -> Codebook:
    """Read a workbook that pyxform has accepted as a codebook; ``content`` are its bytes.

    Raises
    ------
    StudyError
        One of our own columns holds something unknown; the message names the cell.
    """
    walk = _Walk(form=form, default=default_language(form.tree), missing=missing)
    walk.enter(form.tree["children"], path=(), topic="", repeat="")
    questions = _unique_names(walk.questions)
    return Codebook(
        source=form.source,
        sha256=hashlib.sha256(content).hexdigest(),
        form_id=str(form.tree.get("id_string") or ""),
        version=nfc(str(form.tree.get("version") or "")),
        languages=_languages(walk),
        questions=tuple(questions),
        topics=_topics(questions, walk),
        sections=tuple(walk.visited),
        title=nfc(str(form.tree.get("title") or "")),
        use=read_use(form),
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One traversal of the form: what has been met so far."""

    form: FormWorkbook
    default: str
    missing: Mapping[str, str]
    questions: list[Question] = field(default_factory=list)
    sections: dict[str, Mapping[str, str]] = field(default_factory=dict)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    visited: list[Section] = field(default_factory=list)

    def enter(self, children: Iterable[Mapping[str, Any]], *, path: tuple[str, ...], topic: str, repeat: str) -> None:
        """Visit the elements of a section in order; ``path`` names the sections around them."""
        for element in children:
            name = nfc(str(element["name"]))
            kind = str(element["type"])
            if kind not in SECTIONS:
                self.questions.append(self._question(element, path=(*path, name), topic=topic, repeat=repeat))
            elif (path, name) != ((), "meta"):  # pyxform's own group, not the form's
                self.visited.append(self._section(element, path=(*path, name)))
                self.sections.setdefault(name, self.visited[-1].labels)
                inside = name if kind == "repeat" else repeat
                self.enter(element.get("children", ()), path=(*path, name), topic=topic or name, repeat=inside)

    def _section(self, element: Mapping[str, Any], *, path: tuple[str, ...]) -> Section:
        return Section(
            name=path[-1],
            path="/".join(path),
            labels=read_labels(element.get("label"), self.default),
            relevant=_bound(element, "relevant"),
            is_repeat=str(element["type"]) == "repeat",
            row=self._row(path[-1])[0],
        )

    def _question(self, element: Mapping[str, Any], *, path: tuple[str, ...], topic: str, repeat: str) -> Question:
        kind = str(element["type"])
        row, written = self._row(path[-1])
        return Question(
            name=path[-1],
            path="/".join(path),
            kind=KINDS.get(kind, QuestionKind.OTHER),
            type_as_written=written or kind,
            labels=read_labels(element.get("label"), self.default),
            choices=self._choices(element),
            topic=nfc(str(element.get("topic") or "").strip()) or topic,
            role=read_role(element, self.form, row),
            relevant=_bound(element, "relevant"),
            repeat=repeat,
            row=row,
            hints=read_labels(element.get("hint"), self.default),
            required=_bound(element, "required"),
            constraint=_bound(element, "constraint"),
            constraint_messages=read_labels(element.get("bind", {}).get("jr:constraintMsg"), self.default),
            calculation=_bound(element, "calculate"),
            default=nfc(str(element.get("default") or "").strip()),
            itemset=nfc(str(element.get("itemset") or "")),
            choice_filter=nfc(str(element.get("choice_filter") or "")),
            card=read_card(element, self.form, row),
        )

    def _row(self, name: str) -> tuple[int, str]:
        rows = self.form.survey_rows.get(name, [])
        self.met[name] += 1
        return rows[self.met[name] - 1] if self.met[name] <= len(rows) else (0, "")

    def _choices(self, element: Mapping[str, Any]) -> tuple[Choice, ...]:
        # A shuffled list stands on its question by name only, and a file is no list of the form.
        list_name = str(element.get("itemset") or element.get("list_name", ""))
        if list_name not in self.lists:
            written = element.get("choices") or self.form.tree.get("choices", {}).get(list_name, ())
            self.lists[list_name] = tuple(
                read_choice(choice, self.form, list_name=list_name, default=self.default, missing=self.missing)
                for choice in written
            )
        return self.lists[list_name]


def _bound(element: Mapping[str, Any], name: str) -> str:
    return nfc(str(element.get("bind", {}).get(name, "")).strip())


def _unique_names(questions: list[Question]) -> list[Question]:
    count = Counter(question.name for question in questions)
    return [question if count[question.name] == 1 else replace(question, name=question.path) for question in questions]


def _languages(walk: _Walk) -> tuple[str, ...]:
    labels = [question.labels for question in walk.questions]
    labels += [choice.labels for question in walk.questions for choice in question.choices]
    met = list(dict.fromkeys(code for each in labels for code in each))
    return tuple(sorted(met, key=lambda code: code != walk.default)) or (walk.default,)


def _topics(questions: list[Question], walk: _Walk) -> tuple[Topic, ...]:
    named = {row.get("name", ""): _topic_labels(row, walk.default) for row in walk.form.topics}
    topics: dict[str, Topic] = {}
    for question in questions:
        name = question.topic
        if not name or name in topics:
            continue
        if named and name not in named and name not in walk.sections:
            raise StudyError(
                walk.form.where("survey", question.row, "topic"),
                say('"{name}" is neither on the sheet "topics" nor a group.', name=name),
                say("Known topics: {known}.", known=", ".join(named)),
            )
        topics[name] = Topic(name=name, labels=named.get(name) or walk.sections.get(name, {}))
    return tuple(topics.values())


def _topic_labels(row: Mapping[str, str], default: str) -> dict[str, str]:
    labels: dict[str, object] = {}
    for column, text in row.items():
        head, _, language = column.partition("::")
        if head.strip() == "label":
            labels[language.strip() or "default"] = text
    return read_labels(labels, default)
