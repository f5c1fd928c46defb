"""Give every answer its score and its missing code, from the form version in which it was given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.categories import kind_of
from danvan_study.codebook import QuestionKind
from danvan_study.coding import raw_codes
from danvan_study.tables import MISSING, Answers, Interviews

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from danvan_study.codebook import Codebook

_TURNS = re.compile(r"(?:\[\d+\])+$")
_CODES = sorted(MISSING)


def score_answers(
    answers: pd.DataFrame, *, interviews: pd.DataFrame, codebooks: Mapping[str, Codebook]
) -> pd.DataFrame:
    """Return ``answers`` with ``missing`` and ``score`` set from the choices of each respondent's form version.

    A select_multiple has no score; it is missing only where a missing code is all that was chosen. An answer that
    the form does not offer keeps neither score nor code.
    """
    offered = _offered(codebooks)
    axes = [{name: place for place, name in enumerate(sorted({key[axis] for key in offered}))} for axis in range(3)]
    # The last place of each axis is for what no form has.
    shape = tuple(len(axis) + 1 for axis in axes)
    missing, score = np.full(shape, _CODES.index(""), dtype=np.int8), np.full(shape, np.nan)
    for key, (code, points) in offered.items():
        at = tuple(axis[name] for axis, name in zip(axes, key, strict=True))
        missing[at], score[at] = _CODES.index(code), points
    versions = dict(
        zip(interviews[Interviews.respondent].tolist(), interviews[Interviews.form_version].tolist(), strict=True)
    )
    said = (
        _place(answers[Answers.respondent], axes[0], lambda respondent: versions.get(respondent, "")),
        _place(answers[Answers.question], axes[1], lambda question: _TURNS.sub("", question)),
        _place(answers[Answers.answer], axes[2], str),
    )
    codes = pd.Categorical.from_codes(missing[said], dtype=kind_of(_CODES))
    return Answers.conform(answers.assign(**{Answers.missing: codes, Answers.score: score[said]}))


def _place(texts: pd.Series, axis: Mapping[str, int], read: Callable[[str], str]) -> np.ndarray:
    """Return the place on an axis of each row's text as it is read; each text is read once."""
    code, names = raw_codes(texts)
    places: np.ndarray = np.array([axis.get(read(name), len(axis)) for name in names], dtype=np.int32)[code]
    return places


def _offered(codebooks: Mapping[str, Codebook]) -> dict[tuple[str, str, str], tuple[str, float]]:
    """Return form version, question and choice to missing code and score."""
    offered: dict[tuple[str, str, str], tuple[str, float]] = {}
    for version, codebook in codebooks.items():
        for question in codebook.questions:
            for choice in question.choices:
                score = choice.score if question.kind is QuestionKind.SELECT_ONE else None
                # A form may repeat a choice name in a list (allow_choice_duplicates): the first counts.
                key = version, question.name, choice.name
                offered.setdefault(key, (choice.missing, np.nan if score is None else score))
    return offered
