"""A wave as it stands after the decisions taken so far: what new ones are measured against."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from danvan_study.clean.target import TargetFinder, form_versions, stored_values
from danvan_study.tables import Answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from danvan_study.codebook import Codebook, Question

SEPARATOR = "\x1f"
SEAL_LENGTH = 16


class Case:
    """The cells of a wave.

    What an answer was when a sheet was made is known by a seal: a hash over the whole submission and the cell, from
    which no single answer can be guessed.
    """

    def __init__(self, interviews: pd.DataFrame, answers: pd.DataFrame, *, codebooks: Mapping[str, Codebook]) -> None:
        self._versions = form_versions(interviews)
        self._finder = TargetFinder(codebooks, answers[Answers.question])
        self._stored = stored_values(answers, self._versions)
        whole: dict[str, list[str]] = {respondent: [] for respondent in self._versions}
        for (respondent, question), answer in sorted(self._stored.items()):
            whole[respondent] += [question, answer]
        self._whole = {respondent: _hash(respondent, *cells) for respondent, cells in whole.items()}

    def knows(self, respondent: str) -> bool:
        """Whether the wave has an interview with somebody."""
        return respondent in self._versions

    def value(self, respondent: str, question: str) -> str:
        """Return an answer as it stands, ``""`` where there is none."""
        return self._stored.get((respondent, question), "")

    def seal(self, respondent: str, question: str) -> str:
        """Return what changes when the submission does; tells nothing of any answer."""
        return _hash(self._whole[respondent], question)[:SEAL_LENGTH]

    def question(self, respondent: str, name: str) -> Question | None:
        """Return a question of the form that somebody was asked with."""
        target = self._finder.find(name, self._versions[respondent])
        return target.question if target else None


def _hash(*parts: str) -> str:
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()
