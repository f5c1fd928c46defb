"""Read the cleaning log of another tool as corrections of this kit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.clean.target import Target, TargetFinder, form_versions, stored_values
from danvan_study.clean.values import read_day
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import Answers, Corrections
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Codebook

FIRST_ROW = 2
FILLED_MARK = "[giá trị cũ lấy từ số liệu gốc]"
"""Stands behind the reason where the log left the old value blank and it was filled from the raw answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFormat:
    """How another tool names its columns and actions."""

    respondent: str
    question: str
    old_value: str
    new_value: str
    action: str
    actions: Mapping[str, str]
    """Their action to ours: change, blank, remove or none."""
    reason: tuple[str, ...]
    """Columns that say why; what they hold is joined."""
    check: str
    decided_at: str
    decided_by: str = ""
    """Column; empty where the log does not say."""
    decider: str = ""
    """Who decided, where the log does not say."""
    file: str = "cleaning log"
    """Name of the log, for messages."""


IMPACT_LOG = LogFormat(
    respondent="_uuid",
    question="question",
    old_value="old_value",
    new_value="new_value",
    action="change_type",
    actions={
        "change_response": "change",
        "blank_response": "blank",
        "remove_survey": "remove",
        "no_action": "none",
    },
    reason=("reason", "comment", "field_response"),
    check="issue",
    decided_at="reported_date",
)
"""Cleaning logs as the tools of IMPACT Initiatives write them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLog:
    """A log, as corrections."""

    corrections: pd.DataFrame
    """:class:`~danvan_study.tables.Corrections`."""
    lines: int
    repeated: int
    """Lines left out because an earlier line says the same."""
    filled: int
    """Lines whose old value was blank and came from the raw answers."""
    undated: int
    actions: Mapping[str, int] = field(default_factory=dict)
    """Our action to lines kept."""


def import_log(
    log: Sequence[Mapping[str, str]],
    *,
    log_format: LogFormat = IMPACT_LOG,
    interviews: pd.DataFrame,
    answers: pd.DataFrame,
    codebooks: Mapping[str, Codebook],
) -> ImportedLog:
    """Read a cleaning log as corrections; lines that repeat an earlier one are counted and left out.

    Parameters
    ----------
    log
        Its rows, column to text.
    log_format
        What its columns and actions mean.
    interviews, answers
        The collected wave: where the log leaves an old value blank, the raw answer is filled in and marked.

    Raises
    ------
    StudyError
        An action is unknown, a date can't be read, or a column is missing.
    """
    reader = _LogReader(log_format)
    filler = _Filler(interviews, answers, codebooks)
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    filled = repeated = 0
    for number, line in enumerate(log, FIRST_ROW):
        row = reader.read(number, line)
        identity = tuple(
            row[column]
            for column in (Corrections.respondent, Corrections.question, Corrections.action, Corrections.new_value)
        )
        is_repeat = row[Corrections.action] != "none" and identity in rows
        if is_repeat:
            repeated += 1
            continue
        filled += filler.fill(row)
        rows[identity if row[Corrections.action] != "none" else (*identity, str(number))] = row
    table = pd.DataFrame(list(rows.values()), columns=list(Corrections.columns()), dtype="str")
    return ImportedLog(
        corrections=Corrections.conform(table),
        lines=len(log),
        repeated=repeated,
        filled=filled,
        undated=int((table[Corrections.decided_at] == "").sum()),
        actions={str(action): int(n) for action, n in table[Corrections.action].value_counts().sort_index().items()},
    )


class _LogReader:
    """Reads one line after another."""

    def __init__(self, log_format: LogFormat) -> None:
        self._format = log_format

    def read(self, number: int, line: Mapping[str, str]) -> dict[str, str]:
        """Return the line under our column names."""
        form = self._format
        action = form.actions.get(self._cell(number, line, form.action))
        if action is None:
            raise StudyError(
                say("{file}, row {row}, column {column}", file=self._format.file, row=number, column=form.action),
                say('the action "{action}" is not known.', action=line[form.action]),
                say("Known: {known}.", known=", ".join(form.actions)),
            )
        reasons = dict.fromkeys(self._cell(number, line, column) for column in form.reason)
        return {
            Corrections.respondent: self._cell(number, line, form.respondent),
            Corrections.question: self._cell(number, line, form.question),
            Corrections.old_value: self._cell(number, line, form.old_value),
            Corrections.new_value: self._cell(number, line, form.new_value) if action == "change" else "",
            Corrections.action: action,
            Corrections.reason: "; ".join(filter(None, reasons)),
            Corrections.check: self._cell(number, line, form.check),
            Corrections.decided_by: self._cell(number, line, form.decided_by) or form.decider,
            Corrections.decided_at: self._day(number, line),
            Corrections.previous_hash: "",
        }

    def _cell(self, number: int, line: Mapping[str, str], column: str) -> str:
        if not column:
            return ""
        if column not in line:
            where = say("{file}, row {row}", file=self._format.file, row=number)
            raise StudyError(where, say('the column "{column}" is missing.', column=column), say("Add it to the log."))
        return squeeze(line[column])

    def _day(self, number: int, line: Mapping[str, str]) -> str:
        written = self._cell(number, line, self._format.decided_at)
        day = read_day(written) if written else None
        if written and day is None:
            raise StudyError(
                say(
                    "{file}, row {row}, column {column}",
                    file=self._format.file,
                    row=number,
                    column=self._format.decided_at,
                ),
                say('"{text}" is not a date.', text=written),
                say("Write dd/mm/yyyy or yyyy-mm-dd."),
            )
        return day.isoformat() if day else ""


class _Filler:
    """Fills blank old values from the raw answers."""

    def __init__(self, interviews: pd.DataFrame, answers: pd.DataFrame, codebooks: Mapping[str, Codebook]) -> None:
        self._versions = form_versions(interviews)
        self._finder = TargetFinder(codebooks, answers[Answers.question])
        self._stored = stored_values(answers, self._versions)

    def fill(self, row: dict[str, str]) -> bool:
        """Fill and mark the old value of a change; leave the line alone where raw has none either."""
        respondent = row[Corrections.respondent]
        if row[Corrections.action] not in ("change", "blank") or row[Corrections.old_value]:
            return False
        version = self._versions.get(respondent)
        target = self._finder.find(row[Corrections.question], version) if version is not None else None
        old = self._raw_value(respondent, target) if target else ""
        if not old:
            return False
        row[Corrections.old_value] = old
        row[Corrections.reason] = f"{row[Corrections.reason]} {FILLED_MARK}".strip()
        return True

    def _raw_value(self, respondent: str, target: Target) -> str:
        stored = self._stored.get((respondent, target.name), "")
        if not target.choice or not stored:
            return stored
        return "1" if target.choice in stored.split() else "0"
