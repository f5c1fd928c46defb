"""Back-checks: who is called again, and how often the second answers differ from the first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from scipy import stats

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.sampling import stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from danvan_study.study import Backcheck

DRAWN_COLUMNS = ("respondent", "interviewer", "cluster")
RESPONDENT, RESULT = "respondent", "result"
REACHED = "1.1"
FACTUAL, ADMINISTRATIVE, ATTITUDE = "factual", "administrative", "attitude"
ROUNDING = 1e-9
EVERYBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """How often second answers differ, with Wilson's 95 % interval; in percent."""

    kind: str
    """``factual``: should be the same for good; ``administrative``: was the interview held as it should have been;
    ``attitude``: opinions change, a difference is no error."""
    question: str
    """Empty: people with one difference or more of this kind."""
    interviewer: str
    """Code; empty: all."""
    compared: int
    different: int

    @property
    def rate(self) -> float:
        """Percent that differ; NaN where nothing was compared."""
        return 100 * self.different / self.compared if self.compared else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 1927, *JASA* 22: keeps its coverage for few people and near 0 (Brown, Cai and DasGupta 2001)."""
        if not self.compared:
            return float("nan"), float("nan")
        found = stats.binomtest(self.different, self.compared).proportion_ci(method="wilson")
        return 100 * float(found.low), 100 * float(found.high)


def draw_backchecks(
    agreed: Mapping[str, str], *, drawn: Collection[str], share: float, seed: int, wave: str
) -> list[str]:
    """Draw who is called again: of each interviewer's people at least ``share`` percent, and one at least.

    Everybody has a permanent random number (Ohlsson 1995, *Coordination of Samples Using Permanent Random Numbers*),
    so the draw can be repeated as interviews come in: whoever was drawn stays drawn, and only the shortfall is added.

    Parameters
    ----------
    agreed
        Respondents who agreed to be called again, to their interviewer.
    drawn
        Those drawn before.

    Returns
    -------
    list of str
        Respondents to add, by interviewer.
    """
    by_interviewer: dict[str, list[str]] = defaultdict(list)
    for respondent, interviewer in sorted(agreed.items()):
        by_interviewer[interviewer].append(respondent)
    added: list[str] = []
    for _, theirs in sorted(by_interviewer.items()):
        wanted = max(1, ceil(share / 100 * len(theirs) - ROUNDING))
        left = [each for each in theirs if each not in drawn]
        short = max(0, wanted - (len(theirs) - len(left)))
        added += sorted(left, key=lambda each: float(stream(seed, "backcheck", wave, each).random()))[:short]
    return added


def compare_answers(
    rows: Sequence[Mapping[str, str]],
    first: Mapping[tuple[str, str], str],
    *,
    drawn: Mapping[str, str],
    backcheck: Backcheck,
    file: str,
) -> list[ErrorRate]:
    """Compare the second answers with the first.

    Nearly the same share of each interviewer's people is drawn, so plain rates speak for all who agreed and were
    reached; whoever declined to be called is not represented.

    Parameters
    ----------
    rows
        A person each: ``respondent``, ``result`` (AAPOR code; 1.1 where they were reached) and the questions' answers.
        A blank answer is not compared.
    first
        Answer of the interview by respondent and question.
    drawn
        Respondent to interviewer.

    Returns
    -------
    list of ErrorRate
        By kind: everybody, each question, each interviewer in the order of their codes. Interviewers are not compared
        on attitudes.

    Raises
    ------
    StudyError
        Somebody was not drawn, or stands twice.
    """
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        if row[RESPONDENT] not in drawn or row[RESPONDENT] in seen:
            raise StudyError(
                say("{file}, row {row}", file=file, row=number),
                (
                    say('"{name}" stands twice.', name=row[RESPONDENT])
                    if row[RESPONDENT] in seen
                    else say('"{name}" was not drawn.', name=row[RESPONDENT])
                ),
                say("Keep to the list that was drawn."),
            )
        seen.add(row[RESPONDENT])
    reached = [row for row in rows if row[RESULT] == REACHED]
    rates: list[ErrorRate] = []
    for kind, expected in _expected(backcheck).items():
        differs = {
            row[RESPONDENT]: {
                question: given != (wanted or first[row[RESPONDENT], question])
                for question, wanted in expected.items()
                if (given := row.get(question, "")) and (wanted or (row[RESPONDENT], question) in first)
            }
            for row in reached
        }
        rates.append(_rate(kind, (any(each.values()) for each in differs.values() if each)))
        rates += [
            _rate(kind, (each[question] for each in differs.values() if question in each), question=question)
            for question in expected
        ]
        for code in sorted(set(drawn.values())) if kind != ATTITUDE else ():
            theirs = (any(each.values()) for who, each in differs.items() if each and drawn[who] == code)
            rates.append(_rate(kind, theirs, interviewer=code))
    return rates


def _expected(backcheck: Backcheck) -> dict[str, dict[str, str]]:
    """Return the questions of each kind, and the answer that everybody should give; blank: that of the interview."""
    return {
        FACTUAL: dict.fromkeys(backcheck.factual, ""),
        ADMINISTRATIVE: dict(backcheck.administrative),
        ATTITUDE: dict.fromkeys(backcheck.attitude, ""),
    }


def _rate(kind: str, differs: Iterable[bool], *, question: str = "", interviewer: str = EVERYBODY) -> ErrorRate:
    found = list(differs)
    return ErrorRate(kind=kind, question=question, interviewer=interviewer, compared=len(found), different=sum(found))
