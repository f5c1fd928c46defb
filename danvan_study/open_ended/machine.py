"""What a machine learns from the answers that people have coded: a probability for each code, never a figure.

Its guesses sort the work (the least sure go to people) and make the audited shares more precise
(:mod:`danvan_study.open_ended.audit`). They are not published by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from danvan_study.open_ended.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.open_ended.vectors import Encoder

Floats = npt.NDArray[np.float64]

STRENGTH: Final = 1.0
"""Inverse strength of the penalty (C)."""
FOLDS: Final = 5
CROSS_FOLDS: Final = 3
FEWEST: Final = 10
"""Coded texts with a code, and without it, from which on its probabilities are calibrated out of fold."""


class Machine:
    """One-vs-rest logistic regression, calibrated.

    Parameters
    ----------
    vectors
        How texts become numbers.
    names
        The codes.
    """

    def __init__(self, vectors: Vectors, names: Sequence[str]) -> None:
        self._vectors = vectors
        self.names = tuple(names)
        self._models: list[_OneCode] = []

    @classmethod
    def learn(
        cls,
        texts: Sequence[str],
        coded: Sequence[tuple[str, set[str]]],
        *,
        book: IssueCodebook,
        names: Sequence[str] = (),
        encoder: Encoder | None = None,
    ) -> Machine:
        """Learn from ``coded`` (text and its codes); ``texts`` are all texts, for their words.

        ``names`` are the codes to learn, by default those of ``book``; acts and polarities are learnt the same way.
        """
        machine = cls(Vectors(texts, book, encoder), names or book.names)
        features = machine._vectors.of([text for text, _ in coded])
        for name in machine.names:
            machine._models.append(_OneCode(features, np.array([name in codes for _, codes in coded])))
        return machine

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return the probability of each code for each text (texts x codes)."""
        features = self._vectors.of(texts)
        return np.column_stack([model.probability(features) for model in self._models])

    def guess(self, texts: Sequence[str]) -> list[set[str]]:
        """Return the codes that are more likely than not; where none is, the likeliest."""
        chances = self.probabilities(texts)
        return [
            {name for name, chance in zip(self.names, row, strict=True) if chance >= 0.5}
            or {self.names[int(row.argmax())]}
            for row in chances
        ]


def cross_fit(features: csr_array, coded: Floats, *, taught: int) -> Floats:
    """Return the probability of each code for each text, from machines that never saw what people said of it.

    The texts of this wave that people coded are divided into folds; the machine of a fold learns from the others and
    from earlier waves, and texts that nobody coded get the mean of all machines (Zrnic and Candès 2024, *PNAS* 121,
    e2322083121). Not calibrated: the audit takes care of that.

    Parameters
    ----------
    features
        Texts x features: those of the wave, then ``taught`` coded ones of earlier waves.
    coded
        What people said (texts x codes, 0 or 1), NaN in rows that nobody coded.
    taught
        Rows of earlier waves, at the end.
    """
    count = len(coded) - taught
    known = ~np.isnan(coded[:, 0])
    fold = np.full(len(coded), -1)
    fold[np.flatnonzero(known[:count])] = np.arange(known[:count].sum()) % CROSS_FOLDS
    seen, unseen = np.zeros((count, coded.shape[1])), np.zeros((count, coded.shape[1]))
    for number in range(CROSS_FOLDS):
        teach = known & (fold != number)
        if not teach.any():
            continue
        learnt, here = features[teach], fold[:count] == number
        for code in range(coded.shape[1]):
            chance = _OneCode(learnt, coded[teach, code] > 0, is_calibrated=False).probability(features[:count])
            unseen[:, code] += chance / CROSS_FOLDS
            seen[here, code] = chance[here]
    return np.where(known[:count, None], seen, unseen)


class _OneCode:
    """The model of one code."""

    def __init__(self, features: csr_array, has_code: npt.NDArray[np.bool_], *, is_calibrated: bool = True) -> None:
        self._scale, self._shift = 1.0, 0.0
        # A code that nobody or everybody has: Krichevsky and Trofimov's estimate of its share.
        self._constant = (has_code.sum() + 0.5) / (len(has_code) + 1)
        self._model = _fitted(features, has_code) if has_code.any() and not has_code.all() else None
        if is_calibrated and self._model is not None and min(has_code.sum(), (~has_code).sum()) >= FEWEST:
            self._calibrate(features, has_code)

    def probability(self, features: csr_array) -> Floats:
        if self._model is None:
            return np.full(features.shape[0], self._constant)
        score = self._scale * self._model.decision_function(features) + self._shift
        return np.asarray(1 / (1 + np.exp(-score)), dtype=np.float64)

    def _calibrate(self, features: csr_array, has_code: npt.NDArray[np.bool_]) -> None:
        """Fit slope and intercept of the logits on scores out of fold (Platt 1999)."""
        scores = np.zeros(len(has_code))
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(features, has_code):
            scores[test] = _fitted(features[train], has_code[train]).decision_function(features[test])
        platt = LogisticRegression(C=1e3).fit(scores[:, None], has_code)
        self._scale, self._shift = float(max(platt.coef_[0, 0], 0.0)), float(platt.intercept_[0])


def _fitted(features: csr_array, has_code: npt.NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, solver="liblinear", intercept_scaling=10.0, random_state=1).fit(
        features, has_code
    )
