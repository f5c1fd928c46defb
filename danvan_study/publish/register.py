"""The register of releases: what was published so far, and what must be hidden beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.codebook import QuestionKind
from danvan_study.publish.figure_set import MIDDLE, side_of
from danvan_study.publish.lookalikes import Lookalikes
from danvan_study.publish.printed import Sheet
from danvan_study.publish.releases import AREAS, WHOLE, Release, Spans
from danvan_study.publish.secondary import EVERYBODY, Grid, Size
from danvan_study.study import Period
from danvan_study.tables import ClosedFigures, SetSizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from danvan_study.codebook import Codebook, Question
    from danvan_study.publish.lookalikes import Part
    from danvan_study.publish.secondary import Span
    from danvan_study.study import Publication

    Breakdown = tuple[str, str]
    Sizes = dict[Breakdown, dict[str, Size]]
    Figure = tuple[Part, Span, str, str]

_SET: Final = [SetSizes.level, SetSizes.area, SetSizes.group, SetSizes.value, SetSizes.question]


class ReleaseRegister:
    """Takes the waves in order of time, each with all that was published of it.

    Parameters
    ----------
    rules
        Thresholds of the study.
    keeps_clusters
        Whether every wave goes to the same clusters.
    """

    def __init__(self, rules: Publication, *, keeps_clusters: bool = False) -> None:
        self._rules, self._keeps_clusters = rules, keeps_clusters
        self._waves: list[str] = []
        self._questions: dict[str, _QuestionRegister] = {}

    def add(
        self,
        sets: pd.DataFrame,
        release: Release,
        *,
        imprecise: pd.DataFrame | None = None,
        codebook: Codebook | None = None,
    ) -> pd.DataFrame:
        """Publish a wave with the periods that end with it, and return what to hide beside sets of too few people.

        A set of enough people counts as published, unless it is named as too imprecise.

        Parameters
        ----------
        sets
            The sets of the wave alone (:class:`~danvan_study.tables.SetSizes`).
        release
            Its periods. All their other waves were added before.
        imprecise
            Sets of the wave that aren't shown for the width of their interval: at least level, area, group, value and
            question.
        codebook
            The form. Of questions that it has, answers of a few people are protected too.

        Returns
        -------
        pandas.DataFrame
            Contract :class:`~danvan_study.tables.ClosedFigures`.
        """
        self._waves.append(release.periods[0].id)
        spans = Spans(release, self._waves)
        sizes = _by_question(sets, imprecise)
        closed = set()
        for name in sorted(sizes.keys() | self._questions.keys()):
            for place, span, *figure in self._register(name, codebook).release(sizes.get(name, {}), spans):
                closed |= {(*domain, name, *figure) for domain in spans.domains(place, span)}
        rows = pd.DataFrame(sorted(closed), columns=list(ClosedFigures.columns()), dtype="str")
        return ClosedFigures.conform(rows)

    def _register(self, name: str, codebook: Codebook | None) -> _QuestionRegister:
        if name not in self._questions:
            grid = partial(
                Grid,
                smallest_n=self._rules.smallest_n,
                smallest_clusters=self._rules.smallest_clusters,
                keeps_clusters=self._keeps_clusters,
            )
            answers = partial(Lookalikes, smallest=self._rules.smallest_count)
            question = codebook.question(name.split("[", 1)[0]) if codebook else None
            self._questions[name] = _QuestionRegister(grid, answers, question, waves=len(self._waves) - 1)
        return self._questions[name]


class _QuestionRegister:
    """One question: its sets in each breakdown, and its answers."""

    def __init__(
        self, grid: Callable[..., Grid], answers: Callable[..., Lookalikes], question: Question | None, *, waves: int
    ) -> None:
        self._grid, self._earlier = grid, waves
        self._grids: dict[Breakdown, Grid] = {WHOLE: grid(waves=waves)}
        sheets = _sheets(question) if question else {}
        self._answers = {choice: answers(sheet, waves=waves) for choice, sheet in sheets.items()}

    def release(self, sizes: Sizes, spans: Spans) -> Iterator[Figure]:
        """Publish the question, and walk over the sets, and then the figures, to hide."""
        everybody = sizes.get(WHOLE, {EVERYBODY: Size()})
        for breakdown in sorted(sizes.keys() - self._grids.keys()):
            self._grids[breakdown] = self._grid(waves=self._earlier)
        self._earlier += 1
        closed: list[Span] = []
        hidden: set[tuple[Part, Span]] = set()
        for breakdown, grid in self._grids.items():
            parts = everybody | sizes.get(breakdown, {})
            sides = spans.sides if breakdown == AREAS else {}
            for part, span in grid.release(parts, spans.of(breakdown), closed=closed, sides=sides):
                hidden.add(((*breakdown, part), span))
                closed += [span] if part == EVERYBODY else []
        for place, span in sorted(hidden):
            yield place, span, "", ""
        yield from self._release_answers({WHOLE: everybody} | sizes, spans)

    def _release_answers(self, sizes: Sizes, spans: Spans) -> Iterator[Figure]:
        counts = {(*key, part): size.answers for key, parts in sizes.items() for part, size in parts.items()}
        shown = {
            (*breakdown, part): [span for span in spans.of(breakdown) if grid.shows(part, span)]
            for breakdown, grid in self._grids.items()
            for part in grid.parts
            if (part == EVERYBODY) == (breakdown == WHOLE)
        }
        areas = self._grids.get(AREAS)
        sides = {
            span: [[(*AREAS, part) for part in side] for side in both]
            for span, both in spans.sides.items()
            if areas and any(areas.shows(part, span) for side in both for part in side)
        }
        for choice, answers in self._answers.items():
            told = {part: _of_choice(there, choice) for part, there in counts.items()} if choice else counts
            for part, span, label in answers.release(told, shown, sides):
                yield part, span, *label


def close_alone(sets: pd.DataFrame, rules: Publication) -> pd.DataFrame:
    """Return what to hide in each period as if nothing else were published.

    Parameters
    ----------
    sets
        One row per set with its period, ``n`` and ``clusters``.
    """
    parts = [
        ReleaseRegister(rules).add(rows.assign(**{SetSizes.answer: ""}), _alone(str(period)))
        for period, rows in sets.groupby(ClosedFigures.period, sort=True)
    ]
    return pd.concat([ClosedFigures.empty(), *parts], ignore_index=True)


def _alone(period: str) -> Release:
    return Release(periods=(Period(id=period, waves=(period,)),))


def _by_question(sets: pd.DataFrame, imprecise: pd.DataFrame | None) -> dict[str, Sizes]:
    wide = set() if imprecise is None else set(imprecise[_SET].itertuples(index=False, name=None))
    answers: dict[tuple[str, ...], dict[str, int]] = {}
    clusters: dict[tuple[str, ...], int] = {}
    columns = [sets[name].to_list() for name in (SetSizes.answer, SetSizes.n, SetSizes.clusters, *_SET)]
    for answer, n, known, *rest in zip(*columns, strict=True):
        key = tuple(rest)
        answers.setdefault(key, {})[answer] = n
        clusters.setdefault(key, known)
    sizes: dict[str, Sizes] = {}
    for key, counts in answers.items():
        level, area, group, value, question = key
        size = Size(sum(counts.values()), clusters[key], is_imprecise=key in wide, answers=counts)
        sizes.setdefault(question, {}).setdefault((level, group), {})[area + value] = size
    return sizes


def _sheets(question: Question) -> dict[str, Sheet]:
    """Return what is printed of a question; of one with several answers by choice, for each is a question by itself."""
    choices = [choice for choice in question.choices if not choice.missing]
    if question.kind is QuestionKind.SELECT_MULTIPLE:
        return {
            one.name: Sheet(answers=(one.name, ""), sums={}, sides={one.name: side_of(one.score)}, adds_up=False)
            for one in choices
        }
    if question.kind is not QuestionKind.SELECT_ONE:
        return {}
    scores = {choice.name: choice.score for choice in choices if choice.score is not None}
    high = {name: float(score > MIDDLE) for name, score in scores.items()}
    low = {name: float(score < MIDDLE) for name, score in scores.items()}
    net = {name: high[name] - low[name] for name in scores}
    mean = {name: score / 100 for name, score in scores.items()}
    return {
        "": Sheet(
            answers=tuple(choice.name for choice in choices),
            sums={"positive": high, "negative": low, "net": net, "mean": mean} if scores else {},
            sides={choice.name: side_of(choice.score) for choice in choices},
            adds_up=True,
        )
    }


def _of_choice(answers: Mapping[str, int], choice: str) -> dict[str, int]:
    """Count who made a choice, and under a blank who didn't."""
    made = sum(people for answer, people in answers.items() if choice in answer.split())
    return {choice: made, "": sum(answers.values()) - made}
