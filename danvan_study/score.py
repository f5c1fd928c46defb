"""Give every answer its score and its missing code, from the form version in which it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.tables import Answers, Interviews

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook

_TURNS = r"(?:\[\d+\])+$"


def score_answers(
    answers: pd.DataFrame, *, interviews: pd.DataFrame, codebooks: Mapping[str, Codebook]
) -> pd.DataFrame:
    """Return ``answers`` with ``missing`` and ``score`` set from the choices of each respondent's form version.

    A select_multiple has no score; it is missing only where a missing code is all that was chosen. An answer that
    the form does not offer keeps neither score nor code.
    """
    values = _choice_values(codebooks)
    versions = interviews.set_index(Interviews.respondent)[Interviews.form_version]
    keyed = pd.DataFrame(
        {
            "version": answers[Answers.respondent].map(versions),
            "question": answers[Answers.question].str.replace(_TURNS, "", regex=True),
            "choice": answers[Answers.answer],
        }
    )
    found = keyed.merge(values, on=["version", "question", "choice"], how="left", validate="many_to_one")
    scored = answers.assign(
        **{
            Answers.missing: found["missing"].fillna("").astype("str").to_numpy(),
            Answers.score: found["score"].astype("float64").to_numpy(),
        }
    )
    scored[Answers.missing] = scored[Answers.missing].astype("str")
    return Answers.conform(scored)


def _choice_values(codebooks: Mapping[str, Codebook]) -> pd.DataFrame:
    """Return one row per form version, question and choice."""
    rows = [
        (
            version,
            question.name,
            choice.name,
            choice.missing,
            float("nan") if choice.score is None or question.kind is not QuestionKind.SELECT_ONE else choice.score,
        )
        for version, codebook in codebooks.items()
        for question in codebook.questions
        for choice in question.choices
    ]
    table = pd.DataFrame(rows, columns=["version", "question", "choice", "missing", "score"])
    texts = dict.fromkeys(("version", "question", "choice", "missing"), "str")
    # A form may repeat a choice name in a list (allow_choice_duplicates): the first counts.
    return table.astype({**texts, "score": "float64"}).drop_duplicates(["version", "question", "choice"])
