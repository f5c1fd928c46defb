"""A question as numbers: which statistics it has, and what each respondent adds to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes, Floats

NUMERIC = (QuestionKind.INTEGER, QuestionKind.DECIMAL)
MIDDLE = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One statistic of a question."""

    statistic: str
    answer: str
    base: int
    """Number of its base."""
    low: float
    high: float
    """Range of the statistic, in parts of :attr:`scale`."""
    scale: float = 100.0
    is_share: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The statistics of one question over the rows of the pool."""

    measures: tuple[Measure, ...]
    values: Floats
    """Rows x measures; 0 outside the base."""
    bases: Floats
    """Rows x bases, 0 or 1."""

    @property
    def base(self) -> Codes:
        """The base of each measure."""
        return np.array([measure.base for measure in self.measures], dtype=np.int64)

    def parts(self, size: int) -> list[Measures]:
        """Return the same measures in portions, so that a question of a thousand choices needs no more memory."""
        return [
            Measures(
                measures=self.measures[start : start + size],
                values=self.values[:, start : start + size],
                bases=self.bases,
            )
            for start in range(0, len(self.measures), size)
        ]


@dataclass(slots=True)
class _Builder:
    n: int
    measures: list[Measure] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    bases: list[Floats] = field(default_factory=list)

    def base(self, rows: Codes) -> int:
        self.bases.append(self._column(rows, 1.0))
        return len(self.bases) - 1

    def add(self, measure: Measure, rows: Codes, values: Floats | float = 1.0) -> None:
        self.measures.append(measure)
        self.values.append(self._column(rows, values))

    def build(self) -> Measures:
        return Measures(
            measures=tuple(self.measures),
            values=np.column_stack(self.values) if self.values else np.zeros((self.n, 0)),
            bases=np.column_stack(self.bases) if self.bases else np.zeros((self.n, 0)),
        )

    def _column(self, rows: Codes, values: Floats | float) -> Floats:
        column = np.zeros(self.n)
        column[rows] = values
        return column


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """What was said to one question."""

    rows: Codes
    answer: pd.Series
    missing: pd.Series
    score: Floats


def measure_question(question: Question, responses: Responses, *, n: int, missing: Mapping[str, str]) -> Measures:
    """Turn the answers to a question into its statistics.

    Parameters
    ----------
    question
        The question in its latest version.
    responses
        One entry per respondent who was asked.
    n
        Rows of the pool.
    missing
        Choice name to meaning, for forms without our own column.
    """
    builder = _Builder(n)
    valid = (responses.missing == "").to_numpy()
    if question.kind in NUMERIC:
        _add_average(builder, responses, valid)
    elif valid.any():
        _add_shares(builder, question, responses, missing=missing)
    if question.is_scored:
        _add_scores(builder, responses)
    _add_nonanswers(builder, question, responses, missing=missing)
    return builder.build()


def _add_average(builder: _Builder, responses: Responses, valid: np.ndarray) -> None:
    numbers = pd.to_numeric(responses.answer.where(valid), errors="coerce").to_numpy(dtype="float64")
    known = np.isfinite(numbers)
    if known.any():
        base = builder.base(responses.rows[known])
        measure = Measure(
            statistic="average", answer="", base=base, low=-np.inf, high=np.inf, scale=1.0, is_share=False
        )
        builder.add(measure, responses.rows[known], numbers[known])


def _add_shares(builder: _Builder, question: Question, responses: Responses, *, missing: Mapping[str, str]) -> None:
    """Add the share of each choice on offer and of each further answer that was given."""
    valid = (responses.missing == "").to_numpy()
    rows, given = responses.rows[valid], responses.answer[valid]
    if question.kind is QuestionKind.SELECT_MULTIPLE:
        chosen = given.str.split()
        rows = rows[np.repeat(np.arange(len(given)), chosen.map(len).to_numpy())]
        given = chosen.explode()
    codes, observed = pd.factorize(given, sort=True)
    at = {str(name): np.unique(rows[codes == code]) for code, name in enumerate(observed)}
    offered = [choice.name for choice in question.choices if not (choice.missing or choice.name in missing)]
    base = builder.base(responses.rows[valid])
    for name in [*offered, *(name for name in at if name not in offered)]:
        measure = Measure(statistic="share", answer=name, base=base, low=0.0, high=1.0)
        builder.add(measure, at.get(name, np.array([], dtype=np.int64)))


def _add_scores(builder: _Builder, responses: Responses) -> None:
    scored = np.isfinite(responses.score) & (responses.missing == "").to_numpy()
    if not scored.any():
        return
    rows, score = responses.rows[scored], responses.score[scored]
    base = builder.base(rows)
    good, bad = (score > MIDDLE).astype(float), (score < MIDDLE).astype(float)
    builder.add(Measure(statistic="positive", answer="", base=base, low=0.0, high=1.0), rows, good)
    builder.add(Measure(statistic="negative", answer="", base=base, low=0.0, high=1.0), rows, bad)
    net = Measure(statistic="net", answer="", base=base, low=-1.0, high=1.0, is_share=False)
    builder.add(net, rows, good - bad)
    mean = Measure(statistic="mean", answer="", base=base, low=0.0, high=1.0, is_share=False)
    builder.add(mean, rows, score / 100)


def _add_nonanswers(builder: _Builder, question: Question, responses: Responses, *, missing: Mapping[str, str]) -> None:
    """Add don't know and refused among all asked, where the form offers them or somebody said so."""
    asked = (responses.missing != "not_applicable").to_numpy()
    if not asked.any():
        return
    offered = {choice.missing or missing.get(choice.name, "") for choice in question.choices}
    kinds = [kind for kind in ("dont_know", "refused") if kind in offered or (responses.missing == kind).any()]
    if not kinds:
        return
    base = builder.base(responses.rows[asked])
    for kind in kinds:
        measure = Measure(statistic="nonanswer", answer=kind, base=base, low=0.0, high=1.0)
        builder.add(measure, responses.rows[(responses.missing == kind).to_numpy()])
