"""Published changes as the brief reads them, and the words for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.rounding import decimals
from danvan_study.publish.sealed import Told
from danvan_study.publish.trend_gate import require_published_trends
from danvan_study.tables import PublishedChanges

if TYPE_CHECKING:
    from danvan_study.publish.results import Reading
    from danvan_study.publish.trend_gate import PublishedTrends
    from danvan_study.study import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Told):
    """How one published figure differs from an earlier one, in points."""

    reader = "danvan_study.publish.movements.Movements"

    change: float
    low: float
    high: float
    smallest: float
    """The smallest change that would have been seen in 80 of 100 cases."""
    n: int
    """The smaller of the two bases."""
    verdict: str
    """``up``, ``down``, ``unclear``; empty where nothing is shown."""
    is_doubtful: bool
    is_broken: bool
    """Whether the two figures answer different questions."""

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to show."""
        return not math.isnan(self.change)

    def figure(self, language: str) -> str:
        """Write the change with its interval: ``+2,6 (−2,2 đến 7,5)``."""
        places = decimals(self.n)
        sign = "+" if round(self.change, places) > 0 else ""
        reach = words.span(self.low, self.high, language=language, decimals=places)
        return f"{sign}{words.number(self.change, language, places)} ({reach})"

    def word(self, language: str) -> str:
        """Return the word that the change allows."""
        texts = words.phrases(language)
        if self.is_shown:
            return texts[f"verdict_{self.verdict}"]
        return texts["verdict_broken"] if self.is_broken else texts["suppressed_mark"]


@lru_cache(maxsize=1)
def movements_of(changes: PublishedTrends) -> Movements:
    """Return the changes of a wave by what they are about, indexed once however often a brief asks."""
    return Movements(changes)


class Movements:
    """Every published change, by what it is about."""

    def __init__(self, changes: PublishedTrends) -> None:
        rows = require_published_trends(changes).rows
        keys = zip(*(rows[name].to_list() for name in _KEY), strict=True)
        self._place = {key: place for place, key in enumerate(keys)}
        self._columns = {name: rows[name].to_numpy() for name in (*_NUMBERS, *_TEXTS)}

    def get(self, comparison: Comparison, question: str, reading: Reading, *, area: str = "") -> Movement | None:
        """Return the change of a figure: of one answer's share, or of the positive share."""
        statistic = "share" if reading.answer else "positive"
        key = (comparison.period.id, comparison.against.id, area, question, statistic, reading.answer)
        place = self._place.get(key)
        if place is None:
            return None
        number = {name: float(self._columns[name][place]) for name in _NUMBERS}
        text = {name: str(self._columns[name][place]) for name in _TEXTS}
        return Movement._read(  # noqa: SLF001 -- its one reader
            change=number[PublishedChanges.change],
            low=number[PublishedChanges.low],
            high=number[PublishedChanges.high],
            smallest=number[PublishedChanges.mdc],
            n=int(min(number[PublishedChanges.n], number[PublishedChanges.n_earlier])),
            verdict=text[PublishedChanges.verdict],
            is_doubtful=text[PublishedChanges.flag] == "low_precision",
            is_broken=text[PublishedChanges.reason] == "not_comparable",
        )


def movement_cell(movement: Movement | None, language: str) -> str:
    """Write a change for a table: its word, the change beneath, and whether it is of low precision."""
    if movement is None:
        return words.phrases(language)["verdict_broken"]
    if not movement.is_shown:
        return movement.word(language)
    lines = [movement.word(language), movement.figure(language)]
    return "\n".join([*lines, words.phrases(language)["low_precision"]] if movement.is_doubtful else lines)


_KEY = (
    PublishedChanges.period,
    PublishedChanges.against,
    PublishedChanges.area,
    PublishedChanges.question,
    PublishedChanges.statistic,
    PublishedChanges.answer,
)
_NUMBERS = (
    PublishedChanges.change,
    PublishedChanges.low,
    PublishedChanges.high,
    PublishedChanges.mdc,
    PublishedChanges.n,
    PublishedChanges.n_earlier,
)
_TEXTS = (PublishedChanges.verdict, PublishedChanges.flag, PublishedChanges.reason)
