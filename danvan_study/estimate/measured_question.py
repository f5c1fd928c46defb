"""A question as numbers: which statistics it has, and what each respondent adds to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.tables import MIDDLE, MISSING, SHARE_ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes, Floats
    from danvan_study.estimate.measures import Responses

NUMERIC = (QuestionKind.INTEGER, QuestionKind.DECIMAL)


@dataclass(slots=True)
class _Builder:
    """Collects entries, and measures and bases over their levels."""

    n: int
    rows: list[Codes] = field(default_factory=list)
    levels: list[np.ndarray] = field(default_factory=list)
    amounts: list[Floats | None] = field(default_factory=list)
    count: int = 0
    measures: list[Measure] = field(default_factory=list)
    values: list[tuple[Mapping[int, float], Mapping[int, float]]] = field(default_factory=list)
    bases: list[tuple[int, ...]] = field(default_factory=list)

    def enter(self, row: Codes, level: np.ndarray, *, levels: int, amount: Floats | None = None) -> int:
        """Add entries with levels of their own; return the first of these."""
        self.rows.append(row)
        self.levels.append(level + self.count if self.count else level)
        self.amounts.append(amount)
        self.count += levels
        return self.count - levels

    def base(self, levels: tuple[int, ...]) -> int:
        self.bases.append(levels)
        return len(self.bases) - 1

    def add(self, measure: Measure, values: Mapping[int, float], squares: Mapping[int, float] | None = None) -> None:
        self.measures.append(measure)
        self.values.append((values, squares or {level: value**2 for level, value in values.items()}))

    def build(self) -> Measures:
        values, squares = (np.zeros((self.count, len(self.measures))) for _ in range(2))
        for number, parts in enumerate(self.values):
            for matrix, part in zip((values, squares), parts, strict=True):
                matrix[list(part), number] = list(part.values())
        bases = np.zeros((self.count, len(self.bases)))
        for number, levels in enumerate(self.bases):
            bases[list(levels), number] = 1.0
        return Measures(
            measures=tuple(self.measures), entries=self._entries(), values=values, squares=squares, bases=bases
        )

    def _entries(self) -> Entries:
        if len(self.rows) == 1:
            row, level, amount = self.rows[0], self.levels[0], self.amounts[0]
        else:
            row, level = np.concatenate(self.rows), np.concatenate(self.levels)
            counts = zip(self.amounts, self.rows, strict=True)
            amount = np.concatenate([np.ones(len(rows)) if part is None else part for part, rows in counts])
        complete = len(self.rows) == 1 and len(row) == self.n
        return Entries(row=None if complete else row, level=level, levels=self.count, amount=amount)


def measure_question(
    question: Question, responses: Responses, *, n: int, missing: Mapping[str, str], both_bases: bool = False
) -> Measures:
    """Turn the answers to a question into its statistics.

    Parameters
    ----------
    question
        The question in its latest version.
    responses
        What was said to it.
    n
        Rows of the pool.
    missing
        Choice name to meaning, for forms without our own column.
    both_bases
        Whether each answer's share among all asked is wanted beside that among valid answers.
    """
    builder = _Builder(n)
    if question.kind in NUMERIC:
        status = _enter_numbers(builder, responses)
    elif question.kind is QuestionKind.SELECT_MULTIPLE:
        status = _enter_several(builder, question, responses, missing=missing)
    else:
        status = _enter_one(builder, question, responses, missing=missing)
    base = _add_nonanswers(builder, question, status, missing=missing)
    if both_bases and base is not None:
        _add_shares_of_asked(builder, base)
    return builder.build()


Status = dict[str, tuple[int, ...]]
"""Missing code ("" for an answer) to the levels of those who gave it; only codes that somebody gave."""


def _enter_numbers(builder: _Builder, responses: Responses) -> Status:
    """Enter each number three times: as one person, as itself, as its square."""
    typed = pd.to_numeric(pd.Series(responses.answers, dtype="str"), errors="coerce").to_numpy(dtype="float64")
    number = np.where(responses.missing == 0, typed, np.nan)[responses.level]
    known = np.isfinite(number)
    if known.any():
        row, y = responses.row[known], number[known]
        levels = np.repeat(np.arange(3), len(row))
        amount = np.concatenate([np.ones(len(y)), y, y**2])
        first = builder.enter(np.tile(row, 3), levels, levels=3, amount=amount)
        measure = Measure(
            statistic="average",
            answer="",
            base=builder.base((first,)),
            low=-np.inf,
            high=np.inf,
            scale=1.0,
            is_share=False,
        )
        builder.add(measure, {first + 1: 1.0}, {first + 2: 1.0})
    return _enter_status(builder, responses)


def _enter_several(
    builder: _Builder, question: Question, responses: Responses, *, missing: Mapping[str, str]
) -> Status:
    """Enter each chosen answer, and each person once more with what kind of answer they gave."""
    valid = (responses.missing == 0)[responses.level]
    row, given = responses.row[valid], responses.level[valid]
    chosen = [list(dict.fromkeys(answer.split())) for answer in responses.answers]
    used = np.flatnonzero(np.bincount(given, minlength=len(chosen)))
    names = sorted({name for combination in used for name in chosen[combination]})
    code = {name: number for number, name in enumerate(names)}
    lengths = np.array([len(combination) for combination in chosen], dtype=np.int64)
    flat = np.array([code.get(name, -1) for combination in chosen for name in combination], dtype=np.int64)
    starts = lengths.cumsum() - lengths
    many = lengths[given]
    within = np.arange(int(many.sum())) - np.repeat(many.cumsum() - many, many)
    first = builder.enter(np.repeat(row, many), flat[np.repeat(starts[given], many) + within], levels=len(names))
    status = _enter_status(builder, responses)
    if "" in status:
        at = {name: (first + number,) for name, number in code.items()}
        _add_shares(builder, question, at, base=builder.base(status[""]), missing=missing)
    return status


def _enter_status(builder: _Builder, responses: Responses) -> Status:
    first = builder.enter(responses.row, responses.missing.astype(np.int64)[responses.level], levels=len(MISSING))
    return {kind: (first + number,) for number, kind in enumerate(MISSING) if number in responses.missing}


def _enter_one(builder: _Builder, question: Question, responses: Responses, *, missing: Mapping[str, str]) -> Status:
    """Enter each person on the level of what they said."""
    builder.enter(responses.row, responses.level, levels=len(responses.answers))
    status: Status = {}
    for number, name in enumerate(MISSING):
        if number in responses.missing:
            status[name] = tuple(np.flatnonzero(responses.missing == number).tolist())
    if "" in status:
        at: dict[str, tuple[int, ...]] = {}
        for level in status[""]:
            name = responses.answers[level]
            at[name] = (*at.get(name, ()), level)
        _add_shares(builder, question, dict(sorted(at.items())), base=builder.base(status[""]), missing=missing)
    if question.is_scored:
        score = responses.scores
        _add_scores(builder, {level: score[level] for level in status.get("", ()) if np.isfinite(score[level])})
    return status


def _add_shares(
    builder: _Builder,
    question: Question,
    at: Mapping[str, tuple[int, ...]],
    *,
    base: int,
    missing: Mapping[str, str],
) -> None:
    """Add the share of each choice on offer and of each further answer that was given."""
    offered = [choice.name for choice in question.choices if not (choice.missing or choice.name in missing)]
    for name in [*offered, *(name for name in at if name not in offered)]:
        measure = Measure(statistic="share", answer=name, base=base, low=0.0, high=1.0)
        builder.add(measure, dict.fromkeys(at.get(name, ()), 1.0))


def _add_scores(builder: _Builder, score: Mapping[int, float]) -> None:
    if not score:
        return
    base = builder.base(tuple(score))
    good = {level: 1.0 for level, points in score.items() if points > MIDDLE}
    bad = {level: 1.0 for level, points in score.items() if points < MIDDLE}
    builder.add(Measure(statistic="positive", answer="", base=base, low=0.0, high=1.0), good)
    builder.add(Measure(statistic="negative", answer="", base=base, low=0.0, high=1.0), bad)
    net = Measure(statistic="net", answer="", base=base, low=-1.0, high=1.0, is_share=False)
    builder.add(net, good | dict.fromkeys(bad, -1.0))
    mean = Measure(statistic="mean", answer="", base=base, low=0.0, high=1.0, is_share=False)
    builder.add(mean, {level: points / 100 for level, points in score.items()})


def _add_nonanswers(builder: _Builder, question: Question, status: Status, *, missing: Mapping[str, str]) -> int | None:
    """Add don't know and refused among all asked, where the form offers them or somebody said so; return the base."""
    asked = tuple(level for kind, levels in status.items() if kind != "not_applicable" for level in levels)
    offered = {choice.missing or missing.get(choice.name, "") for choice in question.choices}
    kinds = [kind for kind in ("dont_know", "refused") if kind in offered or kind in status]
    if not (asked and kinds):
        return None
    base = builder.base(asked)
    for kind in kinds:
        measure = Measure(statistic="nonanswer", answer=kind, base=base, low=0.0, high=1.0)
        builder.add(measure, dict.fromkeys(status.get(kind, ()), 1.0))
    return base


def _add_shares_of_asked(builder: _Builder, base: int) -> None:
    """Add every share once more, among all asked."""
    for measure, (values, squares) in list(zip(builder.measures, builder.values, strict=True)):
        if measure.statistic == "share":
            builder.add(replace(measure, statistic=SHARE_ASKED, base=base), values, squares)
