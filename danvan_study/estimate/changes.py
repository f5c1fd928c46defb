"""Differences between periods with their design-based errors: both periods as one stacked design."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.estimate.design import Design
from danvan_study.estimate.sums import BASE_OF
from danvan_study.tables import Changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Question
    from danvan_study.estimate.design import Floats
    from danvan_study.estimate.said import Statistic
    from danvan_study.estimate.sums import QuestionSums, WaveSums
    from danvan_study.study import Comparison, Period, Study

DECIMALS = 9
ROUNDING = 1e-13
NUMBERS = (Changes.estimate, Changes.earlier, Changes.change, Changes.se, Changes.simple_se, Changes.null_se)
COUNTS = (Changes.n, Changes.n_earlier, Changes.df)


def estimate_changes(
    comparisons: Sequence[Comparison], sums: Mapping[str, WaveSums], *, study: Study, names: Sequence[str] = ()
) -> pd.DataFrame:
    """Estimate how every question changed between the two periods of each comparison, for all and for each area.

    Both periods are stacked as one design. Clusters drawn afresh are strata of their own in each wave; clusters that
    are kept, and respondents who belong to both periods, enter both figures, so that what they share is taken out of
    the error (Kish 1965, *Survey Sampling*, 12.4; the same as R's ``svycontrast`` on stacked waves). Question by
    question only what was asked in the same words in all waves of both periods is compared; anything else is a row
    that says why not.

    Parameters
    ----------
    comparisons
        Pairs of periods.
    sums
        By wave; every wave of ``comparisons``.
    names
        Questions; empty: all.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.Changes`, in points as the estimates are.
    """
    parts: list[Rows] = []
    for comparison in comparisons:
        waves = [sums[wave] for wave in comparison.waves]
        stack = Stack.of(comparison, waves, kept=study.design.clusters_between_waves == "kept")
        latest = sums[comparison.period.waves[-1]]
        wanted = [question for question in latest.order if not names or question.name in names]
        parts += [_compare(question, stack) for question in wanted]
    return Changes.conform(_table(parts)) if parts else Changes.empty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The waves of two periods as one design."""

    comparison: Comparison
    waves: Sequence[WaveSums]
    areas: tuple[str, ...]
    design: Design
    """A row for each cluster of each wave."""

    @classmethod
    def of(cls, comparison: Comparison, waves: Sequence[WaveSums], *, kept: bool) -> Stack:
        """Stack waves; ``kept`` clusters are the same in each."""
        strata = [("" if kept else f"{wave.wave}\t") + name for wave in waves for name in wave.strata]
        clusters = [name for wave in waves for name in wave.clusters]
        areas = ("", *sorted({area for wave in waves for area in wave.areas} - {""}))
        return cls(comparison=comparison, waves=waves, areas=areas, design=Design.of(strata, clusters))

    def parts(self, name: str) -> list[QuestionSums]:
        """Return the sums of a question, wave by wave."""
        return [wave.questions[name] for wave in self.waves]

    def why_not(self, name: str) -> str:
        """Say why a question can't be compared; empty where it can."""
        absent = [wave.wave for wave in self.waves if name not in wave.questions]
        if absent:
            return f"not asked in {', '.join(absent)}"
        last = self.waves[-1].questions[name].fingerprint
        changed = [wave.wave for wave in self.waves if wave.questions[name].fingerprint != last]
        return f"worded, answered or scored differently in {', '.join(changed)}" if changed else ""

    @property
    def shared(self) -> np.ndarray:
        """Of each wave, whether it belongs to both periods."""
        both = {*self.comparison.period.waves} & {*self.comparison.against.waves}
        return np.array([wave.wave in both for wave in self.waves])

    def aligned(self, name: str, field: str, statistics: Sequence[Statistic] | None = None) -> list[Floats]:
        """Return one array of the sums of each wave, with the areas (and statistics) of the whole stack."""
        aligned = []
        for wave, part in zip(self.waves, self.parts(name), strict=True):
            given = getattr(part, field).astype(np.float64)
            at = [self.areas.index(area) for area in wave.areas]
            width = len(statistics) if statistics else given.shape[-1]
            columns = [statistics.index(one) for one in part.statistics] if statistics else range(width)
            lead = given.shape[:-2]
            array = np.zeros((*lead, len(self.areas), width))
            array[..., np.array(at)[:, None], np.array(columns, dtype=np.int64)[None, :]] = given
            aligned.append(array)
        return aligned


def _compare(question: Question, stack: Stack) -> Rows:
    if note := stack.why_not(question.name):
        return _not_comparable(question, stack, note)
    parts = stack.parts(question.name)
    statistics = list(dict.fromkeys(one for part in reversed(parts) for one in part.statistics))
    sides = [
        Side.of(question.name, stack, period=period, statistics=statistics)
        for period in (stack.comparison.period, stack.comparison.against)
    ]
    deviations = sides[0].deviations - sides[1].deviations
    present = np.concatenate(stack.aligned(question.name, "present"))
    base = [BASE_OF[statistic] for statistic, _ in statistics]
    df = degrees_of_freedom(present * (sides[0].takes_part | sides[1].takes_part)[:, None, None], stack.design)[:, base]
    variance = stack.design.variance(stack.design.totals(deviations))
    simple = _simple_variance(sides, stack, question.name, statistics=statistics)
    figures = {
        Changes.estimate: sides[0].ratio,
        Changes.earlier: sides[1].ratio,
        Changes.change: sides[0].ratio - sides[1].ratio,
        Changes.se: np.sqrt(np.where(df > 0, variance, np.nan)),
        Changes.simple_se: np.sqrt(simple),
        Changes.null_se: np.sqrt(_null_variance(sides, stack, question.name, base=base)),
        Changes.n: sides[0].n,
        Changes.n_earlier: sides[1].n,
        Changes.df: df,
    }
    return _rows(question, stack, statistics=statistics, figures=figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two periods."""

    ratio: Floats
    """Areas x statistics."""
    second: Floats
    """Mean of squares."""
    n: Floats
    deviations: Floats
    """Rows of the stack x areas x statistics: each cluster's part in the deviation of the ratio."""
    takes_part: np.ndarray
    """Whether a row of the stack belongs to a wave of the period."""

    @classmethod
    def of(cls, name: str, stack: Stack, *, period: Period, statistics: Sequence[Statistic]) -> Side:
        """Sum a question over the waves of one period."""
        inside = np.array([wave.wave in period.waves for wave in stack.waves])
        base = [BASE_OF[statistic] for statistic, _ in statistics]
        people = _over(inside, stack.aligned(name, "people"))[:, base]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = _over(inside, stack.aligned(name, "values", statistics)) / people
            second = _over(inside, stack.aligned(name, "squares", statistics)) / people
        clusters = stack.aligned(name, "cluster_values", statistics), stack.aligned(name, "cluster_people")
        centre, whole = np.nan_to_num(ratio), np.where(people > 0, people, 1.0)
        deviations = [
            (values - centre * below[..., base]) / whole * belongs
            for belongs, values, below in zip(inside, *clusters, strict=True)
        ]
        return cls(
            ratio=ratio,
            second=second,
            n=_over(inside, stack.aligned(name, "n"))[:, base],
            deviations=np.concatenate(deviations),
            takes_part=np.repeat(inside, [len(wave.clusters) for wave in stack.waves]),
        )


def _over(inside: np.ndarray, arrays: Sequence[Floats]) -> Floats:
    total: Floats = np.sum([array for belongs, array in zip(inside, arrays, strict=True) if belongs], axis=0)
    return total


def degrees_of_freedom(present: Floats, design: Design) -> np.ndarray:
    """Return clusters with members less strata with members: areas x bases."""
    clusters = design.totals(present) > 0
    strata = np.zeros((design.strata, *clusters.shape[1:]), dtype=bool)
    np.logical_or.at(strata, design.stratum, clusters)
    freedom: np.ndarray = clusters.sum(axis=0) - strata.sum(axis=0)
    return freedom


def _simple_variance(sides: Sequence[Side], stack: Stack, name: str, *, statistics: Sequence[Statistic]) -> Floats:
    """Return the variance that the change would have between simple random samples of the same people."""
    later, earlier = sides
    shared = stack.shared
    with np.errstate(divide="ignore", invalid="ignore"):
        variance: Floats = _spread(later.ratio, later.second, later.n) / later.n
        variance = variance + _spread(earlier.ratio, earlier.second, earlier.n) / earlier.n
        if shared.any():
            base = [BASE_OF[statistic] for statistic, _ in statistics]
            people = _over(shared, stack.aligned(name, "people"))[:, base]
            n = _over(shared, stack.aligned(name, "n"))[:, base]
            ratio = _over(shared, stack.aligned(name, "values", statistics)) / people
            second = _over(shared, stack.aligned(name, "squares", statistics)) / people
            both = 2 * n / (later.n * earlier.n) * _spread(ratio, second, n)
            variance = variance - np.where(n > 1, both, 0.0)
    return np.maximum(variance, 0.0)


def _null_variance(sides: Sequence[Side], stack: Stack, name: str, *, base: Sequence[int]) -> Floats:
    """Return the same variance under the hypothesis that nothing changed, from both periods' answers together."""
    later, earlier = sides
    n = later.n + earlier.n
    shared = _over(stack.shared, stack.aligned(name, "n"))[:, base] if stack.shared.any() else np.zeros_like(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (later.n * later.ratio + earlier.n * earlier.ratio) / n
        second = (later.n * later.second + earlier.n * earlier.second) / n
        per_person = 1 / later.n + 1 / earlier.n - 2 * shared / (later.n * earlier.n)
        variance: Floats = _spread(ratio, second, n) * np.maximum(per_person, 0.0)
    return variance


def _spread(ratio: Floats, second: Floats, n: Floats) -> Floats:
    """Return the variance of a person's value; what subtraction leaves of equal numbers is none."""
    squared = np.maximum(second - ratio**2, 0.0)
    spread: Floats = np.where(squared > ROUNDING * second, squared, 0.0) * n / (n - 1)
    return spread


Rows = dict[str, np.ndarray]
"""Columns of some rows; a table is made of them once, at the end."""


def _rows(
    question: Question, stack: Stack, *, statistics: Sequence[Statistic], figures: Mapping[str, np.ndarray]
) -> Rows:
    """Return the figures as rows, area after area, where both periods have respondents."""
    scale = np.array([1.0 if statistic == "average" else 100.0 for statistic, _ in statistics])
    rows = _keys(question, stack, statistics)
    for name, values in figures.items():
        if name in COUNTS:
            rows[name] = np.rint(values).astype(np.int64).ravel()
        else:
            rows[name] = (values * scale).ravel().round(DECIMALS) + 0.0
    there = (rows[Changes.n] > 0) & (rows[Changes.n_earlier] > 0)
    return _judged({name: column[there] for name, column in rows.items()}, comparable=True, note="")


def _not_comparable(question: Question, stack: Stack, note: str) -> Rows:
    rows = _keys(question, stack, stack.waves[-1].questions[question.name].statistics)
    length = len(rows[Changes.area])
    rows |= {name: np.full(length, np.nan) for name in NUMBERS}
    rows |= {name: np.zeros(length, dtype=np.int64) for name in COUNTS}
    return _judged(rows, comparable=False, note=note)


def _judged(rows: Rows, *, comparable: bool, note: str) -> Rows:
    length = len(rows[Changes.area])
    return rows | {Changes.comparable: np.full(length, comparable), Changes.note: np.full(length, note, dtype=object)}


def _keys(question: Question, stack: Stack, statistics: Sequence[Statistic]) -> Rows:
    pairs = list(product(stack.areas, statistics))
    texts = {
        Changes.period: [stack.comparison.period.id] * len(pairs),
        Changes.against: [stack.comparison.against.id] * len(pairs),
        Changes.level: ["area" if area else "all" for area, _ in pairs],
        Changes.area: [area for area, _ in pairs],
        Changes.question: [question.name] * len(pairs),
        Changes.statistic: [statistic for _, (statistic, _) in pairs],
        Changes.answer: [answer for _, (_, answer) in pairs],
    }
    return {name: np.array(values, dtype=object) for name, values in texts.items()}


def _table(parts: Sequence[Rows]) -> pd.DataFrame:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    texts = {name: "str" for name, column in columns.items() if column.dtype == object}
    return pd.DataFrame(columns).astype(texts)
