"""The long answers as codes, question by question: each row is touched once, and its texts never."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.coding import FEW, alphabetical_codes, close_up, join_codes, portions, raw_codes, same_texts
from danvan_study.estimate.measures import Responses
from danvan_study.tables import MISSING, Answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.estimate.design import Floats

UNSEEN = np.int64(-1)
"""As a float it is a NaN that no computation makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveAnswers:
    """The answers of one wave."""

    said: csr_array
    """Questions x respondents: answer, missing code and score as one number, beginning anew with each question."""
    places: Mapping[str, int]
    """Question to its row."""
    start: int
    """Row of the wave's first respondent in the pool."""
    sizes: tuple[int, ...]
    """Number of answers, of missing codes and of scores that the number is made of."""
    answers: pd.Index
    kinds: np.ndarray
    """Place in ``MISSING`` behind each missing code."""
    scores: Floats
    """Behind the number of a question and what was said to it; or behind the codes of scores, where there are any."""

    @classmethod
    def of(cls, answers: pd.DataFrame, respondents: pd.Series, *, start: int) -> WaveAnswers:
        """Prepare the answers of a wave whose ``respondents`` stand in the pool from row ``start``.

        Parameters
        ----------
        answers
            Contract :class:`~danvan_study.tables.Answers`; text columns may be categorical, which is fast.
        respondents
            Ids in the order of the pool. Answers of others are left out.
        """
        column = _columns(answers[Answers.respondent], respondents)
        if (column < 0).any():
            answers, column = answers[column >= 0], column[column >= 0]
        question, names = raw_codes(answers[Answers.question])
        answer, given = alphabetical_codes(answers[Answers.answer])
        missing, kinds = _missing_codes(answers[Answers.missing])
        score = answers[Answers.score].to_numpy(dtype="float64")
        codes, sizes = [question, answer, missing], [len(names), len(given), len(kinds)]
        numbered = _number(codes, sizes, score)
        if numbered is None:  # an answer to a question was scored in more than one way: scores become codes too
            kind, scores = pd.factorize(score, use_na_sentinel=False)
            codes, sizes = [*codes, kind], [*sizes, len(scores)]
            numbered = join_codes(codes[1:], sizes[1:]), scores
        shape = (len(names), len(respondents))
        return cls(
            said=csr_array((numbered[0], (question, column)), shape=shape),
            places={str(name): number for number, name in enumerate(names)},
            start=start,
            sizes=tuple(sizes[1:]),
            answers=given,
            kinds=kinds,
            scores=numbered[1],
        )

    def to(self, question: str) -> Responses:
        """Return what was said to a question, in the order of the rows."""
        place = self.places.get(question)
        span = slice(0, 0) if place is None else slice(self.said.indptr[place], self.said.indptr[place + 1])
        used, _, level = close_up(self.said.data[span], math.prod(self.sizes))
        answer, missing, *score = np.unravel_index(used, self.sizes)
        scored = score[0] if score else (place or 0) * math.prod(self.sizes) + used
        return Responses(
            row=self.said.indices[span] + self.start if self.start else self.said.indices[span],
            level=level,
            answers=tuple(str(name) for name in self.answers[answer]),
            missing=self.kinds[missing],
            scores=self.scores[scored],
        )


def _number(codes: Sequence[np.ndarray], sizes: Sequence[int], score: Floats) -> tuple[np.ndarray, Floats] | None:
    """Return one number for what is said to a question, and the score behind each question and number.

    None where an answer has two scores, or where there are far more numbers than rows.
    """
    width = math.prod(sizes[1:])
    if sizes[0] * width > len(score) + FEW:
        return None
    number = np.empty(len(score), dtype=np.min_scalar_type(-width))
    bits, known = score.view(np.int64), np.full(sizes[0] * width, UNSEEN)
    for part in portions(len(score)):
        said = join_codes([column[part] for column in codes[1:]], sizes[1:])
        number[part] = said
        said += codes[0][part].astype(np.int64) * width
        new = known[said] != bits[part]
        if new.any():
            known[said[new]] = np.where(known[said[new]] == UNSEEN, bits[part][new], known[said[new]])
            if (known[said] != bits[part]).any():
                return None
    return number, known.view(np.float64)


def _columns(ids: pd.Series, respondents: pd.Series) -> np.ndarray:
    """Return the place among ``respondents`` of each id, -1 for people who were not kept."""
    code, names = raw_codes(ids)
    own, kept = raw_codes(respondents)
    row = np.full(len(kept) + 1, -1, dtype=np.int32)
    row[own] = np.arange(len(own))
    place = row[:-1] if same_texts(names, kept) else row[kept.get_indexer(names)]  # the last one is nobody's
    in_order = len(place) == len(own) and bool((place == np.arange(len(place))).all())
    return code if in_order else place[code]


def _missing_codes(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return missing codes in the order of ``MISSING``, and the place in ``MISSING`` behind each."""
    code, names = raw_codes(texts)
    kinds = np.array([MISSING.index(str(name)) for name in names], dtype=np.int8)
    if (kinds[1:] > kinds[:-1]).all():
        return code, kinds
    return kinds[code], np.arange(len(MISSING), dtype=np.int8)


def join_responses(parts: Sequence[Responses]) -> Responses:
    """Stack the answers of several waves to the same question."""
    if len(parts) == 1:
        return parts[0]
    meanings = [
        list(zip(part.answers, part.missing.tolist(), part.scores.view(np.int64).tolist(), strict=True))
        for part in parts
    ]
    together = sorted(set[tuple[str, int, int]]().union(*meanings))
    place = {meaning: number for number, meaning in enumerate(together)}
    levels = [
        np.array([place[meaning] for meaning in own], dtype=np.int64)[part.level] if own else part.level
        for own, part in zip(meanings, parts, strict=True)
    ]
    return Responses(
        row=np.concatenate([part.row for part in parts]),
        level=np.concatenate(levels),
        answers=tuple(answer for answer, _, _ in together),
        missing=np.array([missing for _, missing, _ in together], dtype=np.int8),
        scores=np.array([score for _, _, score in together], dtype=np.int64).view(np.float64),
    )


def keep_responses(responses: Responses, keep: np.ndarray) -> Responses:
    """Return the responses that are to be kept."""
    if keep.all():
        return responses
    used, _, level = close_up(responses.level[keep], len(responses.answers))
    return Responses(
        row=responses.row[keep],
        level=level,
        answers=tuple(responses.answers[number] for number in used),
        missing=responses.missing[used],
        scores=responses.scores[used],
    )
