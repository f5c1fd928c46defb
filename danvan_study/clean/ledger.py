"""The cells that corrections touch, as they stand after each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.categories import widened
from danvan_study.clean.values import is_chosen, same_value, spell_choices, spell_value
from danvan_study.errors import StudyError
from danvan_study.expression import Scope
from danvan_study.messages import Words, say
from danvan_study.tables import Answers, Corrections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.clean.target import Cell, Target, TargetFinder
    from danvan_study.expression import Expression


@dataclass(slots=True, kw_only=True)
class CleanReport:
    """How many lines of the corrections file did what."""

    changed: int = 0
    blanked: int = 0
    removed: int = 0
    none: int = 0
    repeated: int = 0
    """Lines that say again what an earlier line said."""
    on_removed: int = 0
    """Lines on respondents whom another line of the file removes; nothing is left to change."""
    by_rule: int = 0
    """Of the changed, blanked and removed: those by a rule."""


@dataclass(slots=True)
class _Said:
    """What earlier lines said about one cell."""

    row: int
    old: str
    lines: set[tuple[str, ...]] = field(default_factory=set)


class Ledger:
    """The cells that corrections touch, as they stand after each line."""

    def __init__(
        self, versions: Mapping[str, str], stored: Mapping[Cell, str], *, finder: TargetFinder, file: str
    ) -> None:
        self._file = file
        self._versions = versions
        self._finder = finder
        self._stored = stored
        self._touched: dict[Cell, str] = {}
        self._said: dict[tuple[str, str, str], _Said] = {}
        self.changes: list[tuple[str, str, str, str, int]] = []
        self.report = CleanReport()

    def read_removals(self, lines: Mapping[int, dict[str, str]]) -> dict[str, str]:
        """Return respondent to reason for every line that removes an interview."""
        reasons: dict[str, str] = {}
        for row, line in lines.items():
            respondent = line[Corrections.respondent]
            if respondent not in self._versions:
                raise self._error(
                    row,
                    say('no interview has the respondent "{respondent}".', respondent=respondent),
                    say("Mend the respondent's id."),
                )
            if line[Corrections.action] == "remove":
                self.report.repeated += respondent in reasons
                self.report.removed += respondent not in reasons
                reasons.setdefault(respondent, line[Corrections.reason] or line[Corrections.check] or "remove")
        return reasons

    def apply(self, row: int, line: dict[str, str], *, removed: set[str]) -> None:
        """Apply one line that changes or blanks a cell, or note one that does nothing."""
        action = line[Corrections.action]
        if action == "none":
            if line[Corrections.new_value]:
                raise self._error(
                    row, say('"none" goes with no new value.'), say('Write "change", or empty the new value.')
                )
            self.report.none += 1
        elif line[Corrections.respondent] in removed:
            self.report.on_removed += action != "remove"
        else:
            self._change(row, line)

    def apply_rule(self, row: int, line: dict[str, str], *, condition: Expression, reasons: dict[str, str]) -> None:
        """Apply a line to everybody whose answers, as they stand now, fulfil its condition; note who is removed."""
        for respondent in self._versions:
            if respondent in reasons or not self._fits(respondent, condition):
                continue
            if line[Corrections.action] == "remove":
                reasons[respondent] = line[Corrections.reason] or line[Corrections.respondent]
                self.report.removed += 1
                self.report.by_rule += 1
            else:
                self.report.by_rule += self._change_by_rule(row, line | {Corrections.respondent: respondent})

    def corrected(self, answers: pd.DataFrame, removed: set[str]) -> pd.DataFrame:
        """Return the answers with every touched cell as it stands now, without removed respondents."""
        kept = answers[~answers[Answers.respondent].isin(list(removed))] if removed else answers
        if not self._touched:
            return Answers.conform(kept)
        updated = kept.assign(**{Answers.answer: widened(kept[Answers.answer], self._touched.values())})
        theirs = kept[kept[Answers.respondent].isin([respondent for respondent, _ in self._touched])]
        cells = list(zip(theirs[Answers.respondent].tolist(), theirs[Answers.question].tolist(), strict=True))
        touched = {
            place: self._touched[cell] for place, cell in zip(theirs.index, cells, strict=True) if cell in self._touched
        }
        updated.loc[list(touched), Answers.answer] = list(touched.values())
        known = set(cells)
        added = [(*cell, value) for cell, value in self._touched.items() if value and cell not in known]
        return Answers.conform(_add_answers(updated[updated[Answers.answer] != ""], added))

    def _change(self, row: int, line: dict[str, str]) -> None:
        respondent = line[Corrections.respondent]
        target = self._find(row, line)
        cell = (respondent, target.name)
        current = self._current(cell)
        said = self._said.setdefault((*cell, target.choice), _Said(row=row, old=_view(current, target)))
        content = tuple(line[column] for column in (Corrections.action, Corrections.old_value, Corrections.new_value))
        if content in said.lines:
            self.report.repeated += 1
            return
        self._check_old(row, line, current=current, target=target, said=said)
        new = self._new_value(row, line, current=current, target=target)
        said.lines.add(content)
        said.row = row
        self._set(row, cell, new, action=line[Corrections.action])

    def _change_by_rule(self, row: int, line: dict[str, str]) -> bool:
        """Change the cell that a rule means, unless it holds what the rule wants; return whether it was changed."""
        target = self._finder.find(line[Corrections.question], self._versions[line[Corrections.respondent]])
        if target is None or not self._finder.is_answered(target):
            return False
        cell = (line[Corrections.respondent], target.name)
        current = self._current(cell)
        if line[Corrections.old_value] and not _agree(line[Corrections.old_value], _view(current, target), target):
            return False
        new = self._new_value(row, line, current=current, target=target)
        if new == current:
            return False
        said = self._said.setdefault((*cell, target.choice), _Said(row=row, old=_view(current, target)))
        if said.row != row:
            raise self._error(
                row,
                say(
                    "the rule changes {target} of {cell}, which row {row} changed already.",
                    target=target.name,
                    cell=cell[0],
                    row=said.row,
                ),
                say("The two rows contradict each other: decide for one, or narrow the condition."),
            )
        said.lines.add((line[Corrections.action], line[Corrections.old_value], line[Corrections.new_value]))
        self._set(row, cell, new, action=line[Corrections.action])
        return True

    def _set(self, row: int, cell: Cell, new: str, *, action: str) -> None:
        self.changes.append((*cell, self._current(cell), new, row))
        self._touched[cell] = new
        if action == "blank":
            self.report.blanked += 1
        else:
            self.report.changed += 1

    def _current(self, cell: Cell) -> str:
        return self._touched.get(cell, self._stored.get(cell, ""))

    def _fits(self, respondent: str, condition: Expression) -> bool:
        answers = {name: self._current((respondent, name)) for name in condition.names}
        return condition.holds(Scope(answers=answers)) is True

    def _find(self, row: int, line: dict[str, str]) -> Target:
        written = line[Corrections.question]
        target = self._finder.find(written, self._versions[line[Corrections.respondent]])
        if target is None:
            raise self._error(
                row,
                say('the form has no question "{question}".', question=written),
                say("Write its name, or name/choice."),
            )
        if not self._finder.is_answered(target):
            raise self._error(
                row,
                say('no interview of this wave holds an answer to "{written}".', written=written),
                say("Withheld fields are not corrected."),
            )
        return target

    def _check_old(self, row: int, line: dict[str, str], *, current: str, target: Target, said: _Said) -> None:
        old, stands = line[Corrections.old_value], _view(current, target)
        if _agree(old, stands, target):
            return
        what = say(
            '{target} of {respondent} is "{stands}", not "{old}".',
            target=target.name,
            respondent=line[Corrections.respondent],
            stands=stands,
            old=old,
        )
        if said.lines and _agree(old, said.old, target):
            raise self._error(
                row,
                say("{what} Row {row} changed it already.", what=what, row=said.row),
                say("The two rows contradict each other: decide for one."),
            )
        raise self._error(row, what, say('Write the value as it stands: "{stands}".', stands=stands))

    def _new_value(self, row: int, line: dict[str, str], *, current: str, target: Target) -> str:
        written = line[Corrections.new_value]
        if line[Corrections.action] == "blank":
            if written:
                raise self._error(
                    row, say('"blank" goes with no new value.'), say('Write "change", or empty the new value.')
                )
            return _toggle(current, target, chosen=False) if target.choice else ""
        if target.choice:
            chosen = is_chosen(written) if written else None
            if chosen is None:
                raise self._error(
                    row,
                    say('"{written}" is neither 1 nor 0.', written=written),
                    say("Write 1 for chosen, 0 for not chosen."),
                )
            return _toggle(current, target, chosen=chosen)
        if not written:
            raise self._error(
                row, say('"change" needs a new value.'), say('Write one, or "blank" to empty the answer.')
            )
        new = spell_value(written, target.question)
        if new is None:
            kind = target.question.type_as_written if target.question else "text"
            raise self._error(
                row,
                say('"{value}" is no answer to {question} ({kind}).', value=written, question=target.name, kind=kind),
                say("Write one that it takes."),
            )
        return new

    def _error(self, row: int, what: Words, cure: Words) -> StudyError:
        return StudyError(say("{file}, row {row}", file=self._file, row=row), what, cure)


def _view(current: str, target: Target) -> str:
    """Return the cell, or for one choice of a select_multiple ``1``, ``0``, or blank where nothing was answered."""
    if not target.choice:
        return current
    return "" if not current else "1" if target.choice in current.split() else "0"


def _agree(old: str, stands: str, target: Target) -> bool:
    if target.choice:
        return is_chosen(old) is is_chosen(stands)
    return same_value(old, stands, target.question)


def _toggle(current: str, target: Target, *, chosen: bool) -> str:
    assert target.question is not None
    names = set(current.split())
    wanted = names | {target.choice} if chosen else names - {target.choice}
    spelled = spell_choices(wanted, target.question)
    # A choice that the form does not offer was kept by collect; it stays, behind the others.
    return spelled if spelled is not None else " ".join(sorted(wanted))


def _add_answers(answers: pd.DataFrame, added: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Put new answers behind the other answers of their respondent."""
    if not added:
        return answers
    names = [Answers.respondent, Answers.question, Answers.answer]
    rows = pd.DataFrame(added, columns=names, dtype="str")
    rows[Answers.missing], rows[Answers.score] = "", float("nan")
    wide = answers.assign(**{name: widened(answers[name], rows[name]) for name in names})
    together = pd.concat([wide, rows.astype(wide.dtypes)], ignore_index=True)
    ranks = pd.factorize(together[Answers.respondent])[0]
    return together.iloc[ranks.argsort(kind="stable")]
