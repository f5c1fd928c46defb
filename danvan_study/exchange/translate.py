"""The rows of a past file as submissions to its form, by the reviewed table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.exchange.matches import BASE_WEIGHT, NOTHING, Decision, Match, Matches
from danvan_study.exchange.past_form import choice_name, own_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.study import Design


def translate(
    records: Sequence[Mapping[str, object]], matches: Matches, *, design: Design, wave: str
) -> list[dict[str, str]]:
    """Return the submissions.

    People get new numbers by their place in the file: a number of the old file might be known elsewhere.
    """
    names = own_names(matches, wave)
    taken = [match for match in matches.items if match.decision is not Decision.DROP]
    return [
        {design.respondent: f"{wave}-{number:06}", design.version: wave}
        | {key: cell for match in taken for key, cell in _answer(match, record, names)}
        for number, record in enumerate(records, 1)
    ]


def _answer(match: Match, record: Mapping[str, object], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    line = match.line
    if match.decision is Decision.DECLARED:
        yield line.question, line.answer
        return
    cell = str(record.get(line.variable, ""))
    if not cell:
        return
    if match.decision is Decision.APART:
        yield names[line.variable], choice_name(cell) if match.meanings else cell
    elif match.question == BASE_WEIGHT or not match.meanings:
        yield line.question, cell
    elif cell in match.meanings and match.meanings[cell].answer != NOTHING:
        yield line.question, match.meanings[cell].answer
