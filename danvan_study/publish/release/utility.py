"""What a release costs: weighted shares, means and intervals of the whole wave beside those of the file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.exchange import Part
from danvan_study.exchange.columns import code_choices, code_question
from danvan_study.publish.release.ladder import JOINED
from danvan_study.tables import MILLION, Answers, Respondents, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from danvan_study.codebook import Codebook
    from danvan_study.exchange import Dataset, WaveTables
    from danvan_study.publish.release.microdata import Codes, Floats

NORMAL = 1.959964
MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share in points, or a mean score, and half the width of its 95 % interval."""

    estimate: float
    half_width: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One figure in the whole wave, before, and in the file, after."""

    variable: str
    answer: str
    """Code, or ``mean``."""
    before: Figure
    after: Figure

    @property
    def moved(self) -> float:
        """How far it moved, in points."""
        return self.after.estimate - self.before.estimate


def compare(tables: WaveTables, released: Dataset) -> list[Compared]:
    """Return every share of valid answers, and every mean score, before and after; for everybody together.

    Both are measured in the same way, by linearised ratios over clusters drawn with replacement (Lohr 2022, *Sampling:
    Design and Analysis*, section 9.1), so that what differs is the file and not the method.
    """
    codebook = list(tables.codebooks.values())[-1]
    respondents = tables.respondents
    people = pd.Index(respondents[Respondents.respondent])
    weight = tables.weights.set_index(Weights.respondent)[Weights.weight].reindex(people).to_numpy() / MILLION
    whole = _Sample(
        weight=weight,
        cluster=_numbers(respondents[Respondents.stratum] + "/" + respondents[Respondents.cluster]),
    )
    file = _Sample(weight=released.table["trong_so"].to_numpy(), cluster=_numbers(released.table["cum"]))
    columns = _columns(tables, codebook, people) | _keys(respondents, released)
    found = []
    for variable in released.variables:
        if variable.source not in columns:
            continue
        scores = _scores(codebook, variable.source)
        cells = {value.code: value.missing for value in variable.codes}
        valid = [code for code, missing in cells.items() if not missing]
        pair = columns[variable.source].to_numpy(), released.table[variable.name].to_numpy()
        for code in valid:
            before, after = (
                sample.share(answers, valid, to=code) for sample, answers in zip((whole, file), pair, strict=True)
            )
            found.append(Compared(variable=variable.name, answer=str(code), before=before, after=after))
        if scores:
            before, after = (sample.mean(answers, scores) for sample, answers in zip((whole, file), pair, strict=True))
            found.append(Compared(variable=variable.name, answer=MEAN, before=before, after=after))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    weight: Floats
    cluster: Codes

    def share(self, answers: Floats, valid: list[int], *, to: int) -> Figure:
        return self._ratio(100.0 * (answers == to), np.isin(answers, valid))

    def mean(self, answers: Floats, scores: Mapping[int, float]) -> Figure:
        given = pd.Series(answers).map(scores).to_numpy("float64")
        return self._ratio(np.nan_to_num(given), ~np.isnan(given))

    def _ratio(self, values: Floats, base: np.ndarray) -> Figure:
        people = self.weight * base
        if not people.sum():
            return Figure(estimate=math.nan, half_width=math.nan, n=0)
        estimate = float((people * values).sum() / people.sum())
        deviations = np.bincount(self.cluster, weights=people * (values - estimate)) / people.sum()
        count = len(deviations)
        variance = count / max(count - 1, 1) * float(((deviations - deviations.mean()) ** 2).sum())
        return Figure(estimate=estimate, half_width=NORMAL * math.sqrt(variance), n=int(base.sum()))


def _columns(tables: WaveTables, codebook: Codebook, people: pd.Index[str]) -> dict[str, pd.Series]:
    found: dict[str, pd.Series] = {}
    for name, given in tables.answers.groupby(Answers.question, sort=False, observed=True):
        if question := codebook.question(str(name)):
            found |= {variable.source: cells for variable, cells in code_question(question, given, people)}
    return found


def _keys(respondents: pd.DataFrame, released: Dataset) -> dict[str, pd.Series]:
    """Return what everybody is, in the words of the file: joined values have its codes."""
    found = {}
    for variable in released.variables:
        column = Respondents.area if variable.part is Part.AREA else variable.source
        if column in respondents:
            codes = {part: value.code for value in variable.codes for part in value.answer.split(JOINED)}
            found[variable.source] = respondents[column].map(codes).astype("float64")
    return found


def _scores(codebook: Codebook, source: str) -> dict[int, float]:
    question = codebook.question(source)
    if question is None or not question.is_scored:
        return {}
    by_name = {choice.name: choice.score for choice in question.choices}
    return {
        value.code: score for value in code_choices(question.choices) if (score := by_name[value.answer]) is not None
    }


def _numbers(units: pd.Series) -> Codes:
    return pd.factorize(units)[0].astype(np.int64)


def summarise(compared: list[Compared]) -> Iterator[tuple[str, str, float]]:
    """Yield what the report says first: wording in Vietnamese and English, and the figure."""
    moved = np.array([abs(one.moved) for one in compared if one.before.n and one.after.n])
    wider = np.array(
        [
            one.after.half_width / one.before.half_width
            for one in compared
            if one.before.n and one.after.n and one.before.half_width > 0
        ]
    )
    outside = [abs(one.moved) > one.before.half_width for one in compared if one.before.n and one.after.n]
    yield "số con số đem so", "figures compared", float(len(moved))
    yield "xê dịch trung bình, điểm", "mean move, points", float(moved.mean())
    yield "xê dịch lớn nhất, điểm", "largest move, points", float(moved.max())
    yield "số con số ra ngoài khoảng 95 % ban đầu", "figures outside the former 95 % interval", float(sum(outside))
    yield "khoảng 95 % rộng ra, lần (trung vị)", "intervals wider by a factor of (median)", float(np.median(wider))
