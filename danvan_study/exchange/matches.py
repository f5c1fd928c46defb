"""The reviewed table that says which variable of a past study is which question of today: a person decides each line.

A line without a value is about a variable; lines with a value are about what its values mean.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BASE_WEIGHT = "base_weight"
"""Question under which the weights of a past file are kept."""
NOTHING = "-"
"""Answer of a value that is none, where today's form has no choice for it: the question stays blank."""


class Decision(StrEnum):
    """What becomes of a variable."""

    SAME = "same"
    """Asked with today's words and answers: it joins the trend."""
    REWORDED = "reworded"
    """The same question in other words: same name, other wording; the trend breaks there, and may be spliced."""
    APART = "apart"
    """Nothing of today is like it: kept under a name of its own."""
    DROP = "drop"
    """Not taken in."""
    DECLARED = "declared"
    """No variable: an answer that holds for everybody, with the reason in the note, such as how consent was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table."""

    variable: str
    label: str = ""
    value: str = ""
    value_label: str = ""
    n: str = ""
    missing: str = ""
    """``x``: the file calls this value missing."""
    question: str = ""
    """``name``, or ``name/choice`` where each choice has a variable of its own."""
    answer: str = ""
    """Of a value: the choice, or ``-`` for none; of a question apart: blank, dont_know, refused, not_applicable."""
    proposed: str = ""
    """What the proposal rests on."""
    decision: str = ""
    decided_by: str = ""
    note: str = ""
    row: int = 0
    """In the file, for messages."""

    def as_row(self) -> dict[str, str]:
        """Return the line as it stands in the file."""
        return {name: str(content) for name, content in asdict(self).items() if name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(Line) if field.name != "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A variable, or a declaration, with the meaning of its values."""

    line: Line
    decision: Decision
    meanings: Mapping[str, Line]
    """Value to its line."""

    @property
    def question(self) -> str:
        """Name of the question of today."""
        return self.line.question.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The whole table, reviewed."""

    file: str
    items: tuple[Match, ...]

    def where(self, line: Line) -> Words:
        """Name a line, as messages do."""
        return f"{self.file}, row {line.row}" + (f", {line.variable}" if line.variable else "")

    def of(self, question: str) -> list[Match]:
        """Return the matches that lead to a question."""
        return [match for match in self.items if match.question == question and match.decision is not Decision.DROP]


def read_matches(rows: Sequence[Mapping[str, str]], file: str) -> Matches:
    """Read the table.

    Raises
    ------
    StudyError
        A line is not reviewed, a decision is none of the words, or a variable stands twice.
    """
    lines = [Line(**{name: row[name] for name in COLUMNS}, row=number) for number, row in enumerate(rows, 2)]
    if open_lines := [line for line in lines if not line.decided_by]:
        raise StudyError(
            say("{file}, row {row}", file=file, row=open_lines[0].row),
            say("{count} lines are not reviewed yet.", count=len(open_lines)),
            say("Check each line, mend what is proposed, and write your code into decided_by."),
        )
    values: dict[str, dict[str, Line]] = {}
    for line in lines:
        if line.value:
            values.setdefault(line.variable, {})[line.value] = line
    heads = [line for line in lines if not line.value]
    items: list[Match] = []
    for line in heads:
        where = say("{file}, row {row}, decision", file=file, row=line.row)
        if line.decision not in set(Decision):
            raise StudyError(
                where,
                say('"{decision}" is not a decision.', decision=line.decision),
                say("Write one of {known}.", known=", ".join(Decision)),
            )
        if line.variable and line.variable in [item.line.variable for item in items]:
            raise StudyError(
                where,
                say('the variable "{variable}" stands twice.', variable=line.variable),
                say("Keep one of the two lines."),
            )
        meanings = values.get(line.variable, {}) if line.variable else {}
        items.append(Match(line=line, decision=Decision(line.decision), meanings=meanings))
    return Matches(file=file, items=tuple(items))
