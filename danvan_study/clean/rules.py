"""Corrections of all submissions that fulfil a condition, those that arrive later included.

A rule is a line of the corrections file like any other, but that its respondent reads ``where CONDITION``, an
expression as forms write them: ``where ${hh_adults} > 20``. An old value, if there is one, narrows it further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.expression import ExpressionError, parse
from danvan_study.messages import Words, joined, say
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook
    from danvan_study.expression import Expression

WHERE = "where "
ACTIONS = ("change", "blank", "remove")


def is_rule(respondent: str) -> bool:
    """Whether a line means everybody who fulfils a condition."""
    return respondent.startswith(WHERE)


def read_rules(
    lines: Mapping[int, Mapping[str, str]], *, codebooks: Mapping[str, Codebook], file: str
) -> dict[int, Expression]:
    """Return the conditions of the rules among some lines, by row.

    Raises
    ------
    StudyError
        A condition can't be read or looks at a question that no form of the wave has, or the rule does nothing.
    """
    return {
        row: _read_rule(line, codebooks, where=say("{file}, row {row}", file=file, row=row))
        for row, line in lines.items()
        if is_rule(line[Corrections.respondent])
    }


def _read_rule(line: Mapping[str, str], codebooks: Mapping[str, Codebook], *, where: Words) -> Expression:
    try:
        condition = parse(line[Corrections.respondent].removeprefix(WHERE))
    except ExpressionError as error:
        raise StudyError(
            say("{where}, column {column}", where=where, column=Corrections.respondent),
            joined((error.message, "."), ""),
            say("Write it as a form does: where ${age} > 100"),
        ) from None
    known = {question.name for codebook in codebooks.values() for question in codebook.questions}
    strange = sorted(condition.names - known)
    if strange or not condition.names:
        what = (
            say('no form of this wave has the question "{question}".', question=strange[0])
            if strange
            else say("it looks at no question.")
        )
        raise StudyError(
            say("{where}, column {column}", where=where, column=Corrections.respondent),
            what,
            say("Mend the condition."),
        )
    question = line[Corrections.question].rpartition("[")[0] or line[Corrections.question]
    action = line[Corrections.action]
    if action != "remove" and not known & set(question.split("/")):
        what = say('no form of this wave has the question "{question}".', question=question)
        raise StudyError(
            say("{where}, column {column}", where=where, column=Corrections.question), what, say("Mend the name.")
        )
    if action not in ACTIONS:
        what = say('"{action}" is nothing that a rule can do.', action=action)
        raise StudyError(
            say("{where}, column {column}", where=where, column=Corrections.action),
            what,
            say("Write {wanted}.", wanted=", ".join(ACTIONS)),
        )
    return condition
