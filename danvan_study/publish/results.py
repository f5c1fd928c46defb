"""Published figures of one period, question by question, as the brief reads them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from danvan_study.codebook import QuestionKind
from danvan_study.publish import words
from danvan_study.publish.gate import base_name, require_published
from danvan_study.publish.rounding import decimals
from danvan_study.publish.sealed import Told
from danvan_study.tables import MIDDLE, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Codebook, Question
    from danvan_study.publish.gate import Published


class Domain(NamedTuple):
    """Whom a figure is about: everybody, an area, or the people with one value of a group variable."""

    area: str = ""
    group: str = ""
    value: str = ""


EVERYBODY = Domain()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Told):
    """One published figure."""

    reader = "danvan_study.publish.results.Results"

    answer: str
    """Choice name; empty for figures about all answers."""
    label: str
    estimate: float
    low: float
    high: float
    n: int
    flag: str
    reason: str

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to show."""
        return not math.isnan(self.estimate)

    @property
    def is_doubtful(self) -> bool:
        """Whether the number is flagged as of low precision."""
        return self.flag == "low_precision"

    @property
    def decimals(self) -> int:
        """Decimals that the base bears."""
        return decimals(self.n)

    def share(self, language: str) -> str:
        """Write the share alone."""
        return words.percent(self.estimate, language, self.decimals)

    def interval(self, language: str) -> str:
        """Write the interval alone, without brackets."""
        return words.span(self.low, self.high, language=language, decimals=self.decimals)

    def text(self, language: str) -> str:
        """Write share and interval, or the bound, or the mark of a hidden figure."""
        if self.is_shown:
            return f"{self.share(language)} ({self.interval(language)})"
        return words.bound(self.reason, language) or words.phrases(language)["suppressed_mark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All published figures of one question in one domain."""

    name: str
    """Question, with the turn of a repeat: ``age[2]``."""
    question: Question
    shares: tuple[Reading, ...]
    """In the order of the form."""
    nonanswers: tuple[Reading, ...]
    summary: dict[str, Reading]
    """``positive``, ``negative``, ``net``, ``mean``, ``average``, where they exist."""

    @property
    def positive(self) -> Reading | None:
        """The share of answers scored above 50."""
        return self.summary.get("positive")

    @property
    def n(self) -> int:
        """The base: people with a substantive answer."""
        return max([reading.n for reading in (*self.shares, *self.summary.values())], default=0)

    @property
    def is_shown(self) -> bool:
        """Whether any figure, or a bound for it, got through the gate."""
        return any(reading.flag != "suppressed" for reading in (*self.shares, *self.nonanswers, *self.summary.values()))

    @property
    def is_scale(self) -> bool:
        """Whether the answers are shares of 100 % on a scale."""
        return self.question.kind is QuestionKind.SELECT_ONE and "positive" in self.summary

    def share(self, answer: str) -> Reading | None:
        """Return the figure of one answer."""
        return next((reading for reading in self.shares if reading.answer == answer), None)

    def top(self) -> Reading | None:
        """Return the answer given most often, the first of the form among equals."""
        shown = [reading for reading in self.shares if reading.is_shown]
        return max(shown, key=lambda reading: reading.estimate, default=None)

    def matching(self, reading: Reading) -> Reading | None:
        """Return this domain's figure for what ``reading`` is about: the same answer, or the positive share."""
        return self.share(reading.answer) if reading.answer else self.positive

    def nonanswer(self) -> float:
        """Return the shown share of those who gave no answer, in points of everybody asked."""
        return sum(reading.estimate for reading in self.nonanswers if reading.is_shown)

    def positive_answers(self, language: str) -> list[str]:
        """Return the labels of the answers that count as positive."""
        return [label_of(self.question, name, language) for name, score in self._scores() if score > MIDDLE]

    def negative_answers(self, language: str) -> list[str]:
        """Return the labels of the answers that count as negative."""
        return [label_of(self.question, name, language) for name, score in self._scores() if score < MIDDLE]

    def _scores(self) -> list[tuple[str, float]]:
        choices = self.question.choices
        return [(choice.name, choice.score) for choice in choices if choice.score is not None and not choice.missing]


_READ = (
    PublishedRows.area,
    PublishedRows.group,
    PublishedRows.value,
    PublishedRows.question,
    PublishedRows.statistic,
    PublishedRows.answer,
    PublishedRows.estimate,
    PublishedRows.low,
    PublishedRows.high,
    PublishedRows.n,
    PublishedRows.flag,
    PublishedRows.reason,
)


class Results:
    """The published figures of one period."""

    def __init__(self, published: Published, *, period: str, codebook: Codebook, language: str) -> None:
        self.language = language
        self.simulated = require_published(published).simulated
        self._questions = {question.name: (place, question) for place, question in enumerate(codebook.questions)}
        self._columns, self._found = _indexed(published, period)

    def get(self, name: str, domain: Domain = EVERYBODY) -> Result | None:
        """Return what was published about a question in a domain, or None."""
        places = self._found.get((name, domain))
        if not places:
            return None
        question = self._questions[base_name(name)][1]
        kinds = self._columns[PublishedRows.statistic]
        readings = [(str(kinds[place]), self._reading(place, question)) for place in places]
        order = {choice.name: place for place, choice in enumerate(question.choices)}
        return Result(
            name=name,
            question=question,
            shares=_sorted([reading for kind, reading in readings if kind == "share"], order),
            nonanswers=_sorted([reading for kind, reading in readings if kind == "nonanswer"], order),
            summary={kind: reading for kind, reading in readings if kind not in {"share", "nonanswer"}},
        )

    def names(self) -> list[str]:
        """Return the questions asked of everybody, in the order of the form, turns of a repeat by number."""
        names = [name for name, domain in self._found if domain == EVERYBODY]
        return sorted(names, key=lambda name: (self._questions[base_name(name)][0], _turn(name)))

    def __iter__(self) -> Iterator[Result]:
        """Go through the results for everybody, in the order of the form."""
        return (result for name in self.names() if (result := self.get(name)))

    def values(self, group: str) -> set[str]:
        """Return the values of a group variable for which there is any row."""
        return {domain.value for _, domain in self._found if domain.group == group}

    def _reading(self, place: int, question: Question) -> Reading:
        row = {name: column[place] for name, column in self._columns.items()}
        answer = str(row[PublishedRows.answer])
        numbers = [float(row[name]) for name in (PublishedRows.estimate, PublishedRows.low, PublishedRows.high)]
        return Reading._read(  # noqa: SLF001 -- its one reader
            answer=answer,
            label=label_of(question, answer, self.language),
            estimate=numbers[0],
            low=numbers[1],
            high=numbers[2],
            n=int(row[PublishedRows.n]),
            flag=str(row[PublishedRows.flag]),
            reason=str(row[PublishedRows.reason]),
        )


@lru_cache(maxsize=32)
def _indexed(published: Published, period: str) -> tuple[dict[str, list[Any]], dict[tuple[str, Domain], list[int]]]:
    """Return the columns of a period, and where in them the rows of each question and domain stand.

    Read once for all documents: what is published never changes, and is equal to nothing but itself.
    """
    rows = published.rows
    rows = rows[rows[PublishedRows.period] == period]
    columns = {name: rows[name].to_list() for name in _READ}
    found: dict[tuple[str, Domain], list[int]] = {}
    domains = (columns[name] for name in (PublishedRows.area, PublishedRows.group, PublishedRows.value))
    for place, (name, *domain) in enumerate(zip(columns[PublishedRows.question], *domains, strict=True)):
        found.setdefault((name, Domain(*domain)), []).append(place)
    return columns, found


SUSPICIOUS = 95.0
"""A positive share from here on asks for a check of interviewers and method, and is no success."""


def is_too_good(result: Result) -> bool:
    """Whether the positive share of a scale is so high that the method must be looked at."""
    return result.is_scale and (reading := result.positive) is not None and reading.estimate >= SUSPICIOUS


def key_reading(result: Result) -> Reading | None:
    """Return the figure that stands for a question: the positive share, or the answer given most often."""
    return result.positive if result.is_scale else result.top()


def label_of(question: Question, answer: str, language: str) -> str:
    """Return the wording of an answer, of a kind of non-answer, or the answer itself."""
    if choice := question.choice(answer):
        return " ".join((choice.labels.get(language) or next(iter(choice.labels.values()), "") or answer).split())
    if answer in {"dont_know", "refused", "not_applicable"}:
        return words.phrases(language)[answer]
    return answer


def wording(result: Result, language: str) -> str:
    """Return the exact wording of a question, on one line, with the turn of a repeat."""
    text = " ".join(result.question.label(language).split())
    turn = _turn(result.name)
    return f"{text} [{turn}]" if turn else text


def _turn(name: str) -> int:
    inside = name.partition("[")[2].rstrip("]")
    return int(inside) if inside.isdigit() else 0


def _sorted(readings: list[Reading], order: dict[str, int]) -> tuple[Reading, ...]:
    return tuple(sorted(readings, key=lambda reading: (order.get(reading.answer, len(order)), reading.answer)))
