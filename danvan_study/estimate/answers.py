"""The long answers as codes: found by question, each row touched once, when its question's turn comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.coding import distinct, narrow, raw_codes
from danvan_study.estimate.measures import Responses
from danvan_study.tables import MISSING, Answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.estimate.design import Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveAnswers:
    """The answers of one wave."""

    table: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Answers`; text columns may be categorical, which is fast."""
    respondent: np.ndarray
    """Code of the respondent of each answer."""
    row: Codes
    """Row of each respondent in the pool; -1 for people who were not kept."""
    order: Codes | None
    """The answers question after question; None: as they stand."""
    spans: Mapping[str, slice]
    """Question to its stretch of the order."""
    answer: np.ndarray
    answers: pd.Index
    """The answer behind each code."""
    missing: np.ndarray
    """Code of what is missing, place in ``MISSING`` behind each code."""
    kinds: np.ndarray

    @classmethod
    def of(cls, answers: pd.DataFrame, respondents: pd.Series, *, start: int) -> WaveAnswers:
        """Prepare the answers of a wave whose ``respondents`` stand in the pool from row ``start``."""
        respondent, ids = raw_codes(answers[Answers.respondent])
        question, names = raw_codes(answers[Answers.question])
        missing, kinds = raw_codes(answers[Answers.missing])
        answer, given = raw_codes(answers[Answers.answer])
        order = None if (question[1:] >= question[:-1]).all() else np.argsort(narrow(question), kind="stable")
        ends = np.bincount(question, minlength=len(names)).cumsum()
        begins = np.concatenate([[0], ends[:-1]])
        return cls(
            table=answers,
            respondent=respondent,
            row=_rows(ids, respondents, start),
            order=order,
            spans={str(name): slice(begin, end) for name, begin, end in zip(names, begins, ends, strict=True)},
            answer=answer,
            answers=given,
            missing=missing,
            kinds=np.array([MISSING.index(str(kind)) for kind in kinds], dtype=np.int8),
        )

    def to(self, question: str) -> Responses:
        """Return what was said to a question, in the order of the rows."""
        span = self.spans.get(question, slice(0, 0))
        at: Codes | slice = span if self.order is None else self.order[span]
        row = self.row[self.respondent[at]]
        if (row < 0).any() or not (row[1:] > row[:-1]).all():
            place = np.arange(span.start, span.stop) if isinstance(at, slice) else at
            kept = np.argsort(row, kind="stable")[int((row < 0).sum()) :]
            at, row = place[kept], row[kept]
        used, _, answer = distinct(self.answer[at], len(self.answers))
        names = self.answers[used].astype(object)
        sorted_names = np.argsort(names, kind="stable")
        place_of = np.empty(len(used), dtype=np.int64)
        place_of[sorted_names] = np.arange(len(used))
        return Responses(
            row=row,
            answer=place_of[answer],
            answers=tuple(str(name) for name in names[sorted_names]),
            missing=self.kinds[self.missing[at]],
            score=self.table[Answers.score].to_numpy(dtype="float64")[at],
        )


def join_responses(parts: Sequence[Responses]) -> Responses:
    """Stack the answers of several waves to the same question."""
    if len(parts) == 1:
        return parts[0]
    names = tuple(sorted(set[str]().union(*(part.answers for part in parts))))
    code = {name: number for number, name in enumerate(names)}
    recoded = [
        np.array([code[name] for name in part.answers], dtype=np.int64)[part.answer]
        if len(part.answer)
        else part.answer
        for part in parts
    ]
    return Responses(
        row=np.concatenate([part.row for part in parts]),
        answer=np.concatenate(recoded),
        answers=names,
        missing=np.concatenate([part.missing for part in parts]),
        score=np.concatenate([part.score for part in parts]),
    )


def keep_responses(responses: Responses, keep: np.ndarray) -> Responses:
    """Return the responses that are to be kept."""
    if keep.all():
        return responses
    return Responses(
        row=responses.row[keep],
        answer=responses.answer[keep],
        answers=responses.answers,
        missing=responses.missing[keep],
        score=responses.score[keep],
    )


def _rows(ids: pd.Index, respondents: pd.Series, start: int) -> Codes:
    """Return the row of each id; ids that both sides code alike are not read at all."""
    if isinstance(respondents.dtype, pd.CategoricalDtype) and respondents.cat.categories.equals(ids):
        row = np.full(len(ids), -1, dtype=np.int64)
        row[respondents.cat.codes.to_numpy()] = np.arange(start, start + len(respondents))
        return row
    at = pd.Index(respondents).get_indexer(ids)
    return np.where(at < 0, -1, at + start).astype(np.int64)
