"""Apply decided corrections, line by line; a line that does not fit the data stops the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.clean.ledger import CleanReport, Ledger
from danvan_study.clean.rules import read_rules
from danvan_study.clean.target import TargetFinder, form_versions, stored_values
from danvan_study.tables import Answers, Corrections, Interviews, Removed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook

FIRST_ROW = 2
CHANGES = (Corrections.respondent, Corrections.question, Corrections.old_value, Corrections.new_value, "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Interviews and answers after the corrections, and what was done."""

    interviews: pd.DataFrame
    answers: pd.DataFrame
    removed: pd.DataFrame
    changes: pd.DataFrame
    """One row per changed cell: respondent, question, old_value, new_value as stored, row of the file."""
    report: CleanReport


def apply_corrections(
    interviews: pd.DataFrame,
    answers: pd.DataFrame,
    corrections: pd.DataFrame,
    *,
    codebooks: Mapping[str, Codebook],
    file: str,
) -> Cleaned:
    """Apply the lines of a corrections file in their order; a rule among them to every submission that it fits.

    Parameters
    ----------
    corrections
        :class:`~danvan_study.tables.Corrections`; its index counts the lines below the head from 0.
    file
        Its name, for messages; the first line below the head is row 2.

    Raises
    ------
    StudyError
        A respondent or question is unknown, an old value does not match, two lines contradict each other, or a new
        value is none the question can have, or a rule can't be read; the message names the row.
    """
    lines = _number_lines(corrections)
    rules = read_rules(lines, codebooks=codebooks, file=file)
    acts = corrections[Corrections.action].isin(["change", "blank"])
    touched = interviews[Interviews.respondent] if rules else corrections.loc[acts, Corrections.respondent]
    ledger = Ledger(
        form_versions(interviews),
        stored_values(answers, touched),
        finder=TargetFinder(codebooks, answers[Answers.question]),
        file=file,
    )
    reasons = ledger.read_removals({row: line for row, line in lines.items() if row not in rules})
    for row, line in lines.items():
        if row in rules:
            ledger.apply_rule(row, line, condition=rules[row], reasons=reasons)
        else:
            ledger.apply(row, line, removed=set(reasons))
    stays = ~interviews[Interviews.respondent].isin(list(reasons))
    return Cleaned(
        interviews=Interviews.conform(interviews[stays]),
        answers=ledger.corrected(answers, set(reasons)),
        removed=_tabulate_removed(reasons),
        changes=pd.DataFrame(ledger.changes, columns=list(CHANGES)),
        report=ledger.report,
    )


def pass_over_removed(corrections: pd.DataFrame, *, removed: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """Return the lines on people who are still there; collect removed the others, or they withdrew.

    A corrections file is append-only, so a line may outlive the interview that it corrects. Somebody whose
    submission came twice is still there by the other one. The lines keep their index, and with it their row in
    messages.
    """
    gone = set(removed[Removed.submission]) - set(interviews[Interviews.respondent])
    return corrections[~corrections[Corrections.respondent].isin(gone)]


def _number_lines(corrections: pd.DataFrame) -> dict[int, dict[str, str]]:
    names = [str(name) for name in corrections.columns]
    rows = (int(place) + FIRST_ROW for place in corrections.index.to_list())
    cells = zip(*(corrections[name].tolist() for name in names), strict=True)
    return {row: dict(zip(names, line, strict=True)) for row, line in zip(rows, cells, strict=True)}


def _tabulate_removed(reasons: Mapping[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            Removed.submission: pd.Series(list(reasons), dtype="str"),
            Removed.stage: pd.Series(["clean"] * len(reasons), dtype="str"),
            Removed.reason: pd.Series(list(reasons.values()), dtype="str"),
        }
    )
    return Removed.conform(table)
