"""Findings laid before a supervisor, and what was decided, read back as lines of the corrections file.

The sheet shows a random id and the check; of the answers only what the checks themselves may show. An answer of opinion
can be emptied, never replaced: nobody but the respondent knows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.clean.rules import WHERE
from danvan_study.clean.values import read_day, spell_value
from danvan_study.codebook import Role
from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.tables import Corrections, Findings
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from danvan_study.clean.case import Case

ACTIONS = {"sửa": "change", "để trống": "blank", "bỏ phiếu": "remove", "giữ nguyên": "none"}
"""What a supervisor may decide, and the action that it is."""
REPLACEABLE = (Role.DESIGN, Role.CONSENT, Role.BACKGROUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionColumns:
    """The head of the sheet: what the kit fills in, and what the supervisor does."""

    finding: str = "mã phát hiện"
    respondent: str = "mã phiếu"
    interviewer: str = "điều tra viên"
    check: str = "kiểm tra"
    question: str = "câu"
    message: str = "điều cần hỏi"
    value: str = "số đo"
    rule: str = "quy tắc"
    seal: str = "dấu"
    action: str = "quyết định"
    new_value: str = "giá trị mới"
    reason: str = "lý do"
    decided_by: str = "người quyết định"
    decided_at: str = "ngày"

    @property
    def head(self) -> tuple[str, ...]:
        """All columns: what is asked, what is decided, and what only the kit reads."""
        told = (self.message, self.respondent, self.interviewer, self.question, self.value, self.rule)
        return (*told, *self.decided, self.check, self.finding, self.seal)

    @property
    def decided(self) -> tuple[str, ...]:
        """The columns that come empty."""
        return self.action, self.new_value, self.reason, self.decided_by, self.decided_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleColumns:
    """The head of the sheet of rules, all of it for the supervisor."""

    condition: str = "điều kiện"
    question: str = "câu"
    old_value: str = "giá trị cũ"
    action: str = "quyết định"
    new_value: str = "giá trị mới"
    reason: str = "lý do"
    decided_by: str = "người quyết định"
    decided_at: str = "ngày"

    @property
    def decided(self) -> tuple[str, ...]:
        """All columns, in order."""
        told = (self.condition, self.question, self.old_value, self.action, self.new_value)
        return (*told, self.reason, self.decided_by, self.decided_at)


COLUMNS, RULE_COLUMNS = DecisionColumns(), RuleColumns()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a sheet."""

    sheet: Words
    """Workbook and sheet, for messages."""
    number: int
    cells: Mapping[str, str]
    """By the head above them."""

    def at(self, column: str) -> Words:
        """Say where a cell stands."""
        return say("{file}, row {row}, column {column}", file=self.sheet, row=self.number, column=column)

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def lay_before(findings: pd.DataFrame, case: Case, decided: pd.DataFrame) -> list[dict[str, str]]:
    """Return a row for every finding about a submission that nobody has decided on yet.

    Parameters
    ----------
    decided
        :class:`~danvan_study.tables.Corrections` so far.
    """
    cells = (Corrections.respondent, Corrections.question, Corrections.check)
    done = set(decided[list(cells)].itertuples(index=False, name=None))
    rows = []
    for finding in findings.to_dict("records"):
        about = (finding[Findings.respondent], finding[Findings.question], finding[Findings.check])
        if not case.knows(about[0]) or about in done:
            continue
        told = {
            COLUMNS.finding: finding[Findings.finding],
            COLUMNS.respondent: about[0],
            COLUMNS.interviewer: finding[Findings.interviewer],
            COLUMNS.check: about[2],
            COLUMNS.question: about[1],
            COLUMNS.message: finding[Findings.message],
            COLUMNS.value: finding[Findings.value],
            COLUMNS.rule: finding[Findings.rule],
            COLUMNS.seal: case.seal(about[0], about[1]),
        }
        rows.append(told | dict.fromkeys(COLUMNS.decided, ""))
    return rows


def read_decisions(rows: Iterable[Row], case: Case, decided: Sequence[Mapping[str, str]]) -> dict[int, dict[str, str]]:
    """Return the decided rows of a sheet as new lines of the corrections file, by their row in the sheet.

    Decisions that stand in the file already are passed over.

    Raises
    ------
    StudyError
        Two rows contradict each other, a respondent is unknown, an answer is no longer what it was when the sheet was
        made, or a cell holds what it cannot; names file, sheet, row and column.
    """
    known = [_content(line) for line in decided]
    lines: dict[int, dict[str, str]] = {}
    said: dict[tuple[str, str], tuple[Row, dict[str, str]]] = {}
    for row in rows:
        if not row[COLUMNS.action]:
            continue
        line = _line(row) | {Corrections.respondent: row[COLUMNS.respondent], Corrections.check: row[COLUMNS.check]}
        if line[Corrections.action] != "remove":
            line[Corrections.question] = row[COLUMNS.question]
        if _content(line) in known:
            continue
        _check_seal(row, case)
        _fill_old(row, line, case)
        if line[Corrections.action] != "none":
            before, other = said.setdefault((line[Corrections.respondent], line[Corrections.question]), (row, line))
            if _content(other)[1:] != _content(line)[1:]:
                what = say("row {number} decides otherwise on the same answer.", number=before.number)
                raise StudyError(row.at(COLUMNS.action), what, say("Decide for one of the two."))
        lines[row.number] = line
    return lines


def read_rule_rows(rows: Iterable[Row], decided: Sequence[Mapping[str, str]]) -> dict[int, dict[str, str]]:
    """Return the rules of a sheet as new lines, by their row; what they mean is checked where they are applied."""
    known = [_content(line) for line in decided]
    lines = {}
    for row in rows:
        if not row[RULE_COLUMNS.condition]:
            continue
        line = _line(row) | {
            Corrections.respondent: WHERE + row[RULE_COLUMNS.condition].removeprefix(WHERE),
            Corrections.question: row[RULE_COLUMNS.question],
            Corrections.old_value: row[RULE_COLUMNS.old_value],
            Corrections.check: "",
        }
        if _content(line) not in known:
            lines[row.number] = line
    return lines


def _line(row: Row) -> dict[str, str]:
    """Read the columns that the supervisor fills in, which both sheets have."""
    action = ACTIONS.get(squeeze(row[COLUMNS.action]).casefold())
    if action is None:
        what = say('"{action}" is no decision.', action=row[COLUMNS.action])
        raise StudyError(row.at(COLUMNS.action), what, say("Write {wanted}.", wanted=", ".join(ACTIONS)))
    for column in (COLUMNS.reason, COLUMNS.decided_by, COLUMNS.decided_at):
        if not row[column]:
            raise StudyError(row.at(column), say("it is empty."), say("Say who decided, when and why."))
    day = read_day(row[COLUMNS.decided_at])
    if day is None:
        what = say('"{text}" is no date.', text=row[COLUMNS.decided_at])
        raise StudyError(row.at(COLUMNS.decided_at), what, say("Write dd/mm/yyyy."))
    has_new = action == "change"
    if bool(row[COLUMNS.new_value]) is not has_new:
        what = (
            say("a new value is missing.")
            if has_new
            else say('"{action}" goes with no new value.', action=row[COLUMNS.action])
        )
        raise StudyError(row.at(COLUMNS.new_value), what, say("Mend one of the two columns."))
    return dict.fromkeys(Corrections.columns(), "") | {
        Corrections.action: action,
        Corrections.new_value: row[COLUMNS.new_value],
        Corrections.reason: row[COLUMNS.reason],
        Corrections.decided_by: row[COLUMNS.decided_by],
        Corrections.decided_at: day.isoformat(),
    }


def _check_seal(row: Row, case: Case) -> None:
    respondent = row[COLUMNS.respondent]
    if not case.knows(respondent):
        raise StudyError(
            row.at(COLUMNS.respondent),
            say('no interview of this wave has the id "{respondent}".', respondent=respondent),
            say("Mend the id; or it was withdrawn or removed meanwhile: delete the row."),
        )
    if row[COLUMNS.seal] != case.seal(respondent, row[COLUMNS.question]):
        raise StudyError(
            row.at(COLUMNS.seal),
            say("the interview has changed since this sheet was made, or the row was made by hand."),
            say("Make the sheet again (danvan corrections) and decide there."),
        )


def _fill_old(row: Row, line: dict[str, str], case: Case) -> None:
    """Fill in the value that a decision changes, and refuse a new one that the question can't have."""
    respondent, name, action = (
        line[each] for each in (Corrections.respondent, Corrections.question, Corrections.action)
    )
    if action in ("remove", "none"):
        return
    question = case.question(respondent, name) if name else None
    if question is None:
        what = (
            say("this finding is about the whole interview.")
            if not name
            else say('the form has no question "{question}".', question=name)
        )
        raise StudyError(row.at(COLUMNS.question), what, say('Write "bỏ phiếu" or "giữ nguyên".'))
    line[Corrections.old_value] = case.value(respondent, name)
    if line[Corrections.action] == "blank":
        return
    if question.role not in REPLACEABLE:
        what = say('"{name}" is not of the kind that anybody but the respondent can answer.', name=name)
        raise StudyError(row.at(COLUMNS.new_value), what, say('Write "để trống", or ask the respondent again.'))
    new = spell_value(line[Corrections.new_value], question)
    if new is None:
        what = say(
            '"{value}" is no answer to {question} ({kind}).',
            value=line[Corrections.new_value],
            question=name,
            kind=question.type_as_written,
        )
        raise StudyError(row.at(COLUMNS.new_value), what, say("Write one that it takes."))
    line[Corrections.new_value] = new


def _content(line: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a line decides, whoever wrote it when; the check first."""
    names = (Corrections.check, Corrections.respondent, Corrections.question, Corrections.action, Corrections.new_value)
    return tuple(line[name] for name in names)
