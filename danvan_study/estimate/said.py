"""What was said to a question in one wave: its statistics as numbers on the rows of those who were asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.tables import MIDDLE, Answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Codes, Floats

Statistic = tuple[str, str]
"""Statistic and answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Statistics of a question as numbers on the rows of those who were asked."""

    row: Codes
    statistics: tuple[Statistic, ...]
    amounts: Floats
    """Rows x statistics."""
    bases: Floats
    """Rows x bases, 0 or 1."""

    @classmethod
    def of(cls, question: Question, part: pd.DataFrame, missing: Mapping[str, str]) -> Said:
        """Read the answers to a question (contract Answers, and ``_row``: the place of each respondent)."""
        kind = part[Answers.missing].astype("str").to_numpy()
        score = part[Answers.score].to_numpy(dtype="float64")
        typed = np.full(len(part), np.nan)
        if question.kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL):
            answered = part[Answers.answer].astype("str").where(kind == "")
            typed = pd.to_numeric(answered, errors="coerce").to_numpy(dtype="float64")
        bases = np.column_stack(
            [kind == "", (kind == "") & np.isfinite(score), np.isfinite(typed), kind != "not_applicable"]
        )
        columns: dict[Statistic, np.ndarray] = {}
        if question.kind in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE):
            columns |= _shares(question, part[Answers.answer].astype("str").where(kind == "", ""), missing)
        if question.is_scored and bases[:, 1].any():
            columns |= _scores(np.where(bases[:, 1], score, MIDDLE), bases[:, 1])
        if bases[:, 2].any():
            columns["average", ""] = np.where(bases[:, 2], typed, 0.0)
        columns |= _nonanswers(question, kind, missing)
        values = np.column_stack(list(columns.values())).astype(np.float64) if columns else np.zeros((len(part), 0))
        return cls(
            row=part["_row"].to_numpy(dtype=np.int64),
            statistics=tuple(columns),
            amounts=values,
            bases=bases.astype(np.float64),
        )


def _shares(question: Question, given: pd.Series, missing: Mapping[str, str]) -> dict[Statistic, np.ndarray]:
    code, answers = pd.factorize(given)
    several = question.kind is QuestionKind.SELECT_MULTIPLE
    sets = [set(str(answer).split()) if several else {str(answer)} for answer in answers]
    offered = [choice.name for choice in question.choices if not (choice.missing or choice.name in missing)]
    further = sorted(set[str]().union(*sets) - set(offered) - {""})
    names = [*offered, *further]
    return {("share", name): np.array([name in chosen for chosen in sets], dtype=np.float64)[code] for name in names}


def _scores(score: np.ndarray, scored: np.ndarray) -> dict[Statistic, np.ndarray]:
    good, bad = (score > MIDDLE).astype(np.float64), (score < MIDDLE).astype(np.float64)
    return {
        ("positive", ""): good,
        ("negative", ""): bad,
        ("net", ""): good - bad,
        ("mean", ""): np.where(scored, score / 100, 0.0),
    }


def _nonanswers(question: Question, kind: np.ndarray, missing: Mapping[str, str]) -> dict[Statistic, np.ndarray]:
    offered = {choice.missing or missing.get(choice.name, "") for choice in question.choices}
    return {
        ("nonanswer", name): (kind == name).astype(np.float64)
        for name in ("dont_know", "refused")
        if name in offered or (kind == name).any()
    }
