"""What is printed of a question in a domain, and whether it would be printed otherwise of other people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from danvan_study.publish.figure_set import COMPLEMENT, COUNTED, FigureSet, bound_of
from danvan_study.publish.rounding import decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.publish.figure_set import Label

    Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Which figures a question has, or one choice of a question with several."""

    answers: tuple[str, ...]
    sums: Mapping[str, Mapping[str, float]]
    """Statistic to the weight of each answer in it; empty without a scale."""
    sides: Mapping[str, str]
    adds_up: bool

    @property
    def labels(self) -> list[Label]:
        """The shares, then the sums."""
        return [*(("share", answer) for answer in self.answers if answer), *((name, "") for name in self.sums)]

    def pairs(self, label: Label) -> list[tuple[str, str]]:
        """Return the answers between which people may change so that a figure changes."""
        statistic, answer = label
        weights = {answer: 1.0} if statistic == "share" else self.sums[statistic]
        weight = {one: weights.get(one, 0.0) for one in self.answers}
        return [(gone, come) for gone in weight for come in weight if weight[gone] != weight[come]]


class Printed:
    """The figures of a set that is shown."""

    def __init__(self, sheet: Sheet, counts: Counts, *, smallest: int, is_benchmark: bool) -> None:
        self.n = sum(counts.values())
        self._sheet, self._counts, self._smallest = sheet, counts, smallest
        self._is_benchmark = is_benchmark
        self._closed: set[Label] = set()
        self._labels = sheet.labels
        self._values = [self._value(label, counts) for label in self._labels]
        self._tells: dict[tuple[str, str], bool] = {}
        self._settle()

    @property
    def few(self) -> list[Label]:
        """The figures behind which so few people stand, or all but so few, that their number isn't told."""
        people = [self.n * value / 100 for value in self._values]
        return [
            label
            for label, count in zip(self._labels, people, strict=True)
            if label[0] in COUNTED and 0.5 < min(count, self.n - count) < self._smallest - 0.5
        ]

    def tells(self, gone: str, come: str) -> bool:
        """Return whether any figure would be printed otherwise if somebody had given another answer."""
        pair = gone, come
        if pair not in self._tells:
            self._tells[pair] = any(self._changed(gone, come))
        return self._tells[pair]

    def changed(self, gone: str, come: str) -> list[Label]:
        """Return the figures that would be printed otherwise if somebody had given another answer."""
        return list(self._changed(gone, come))

    def close(self, labels: Sequence[Label]) -> list[Label]:
        """Hide figures, and return them with those that are hidden already: none of these may come back."""
        hidden = [self._labels[place] for place, reason in self._reasons.items() if reason == COMPLEMENT]
        self._closed |= {*labels, *hidden}
        self._settle()
        return sorted(self._closed)

    def _settle(self) -> None:
        figures = FigureSet(
            labels=self._labels,
            estimates=self._values,
            n=self.n,
            sides=dict(self._sheet.sides),
            adds_up=self._sheet.adds_up,
        )
        figures.settle(self._smallest, self._closed)
        self._reasons = figures.reasons
        self._tells.clear()

    def _changed(self, gone: str, come: str) -> Iterator[Label]:
        counts = dict(self._counts)
        counts[gone] = counts.get(gone, 0) - 1
        counts[come] = counts.get(come, 0) + 1
        for place, label in enumerate(self._labels):
            if label[1] not in ("", gone, come) or self._reasons.get(place) == COMPLEMENT:
                continue
            if self._now_told[place] != self._told(place, self._value(label, counts)):
                yield label

    @cached_property
    def _now_told(self) -> list[str | float]:
        return [self._told(place, value) for place, value in enumerate(self._values)]

    def _told(self, place: int, value: float) -> str | float:
        """Return what is printed; lines that add up to a figure tell it more finely than its own rounding does."""
        statistic, _ = self._labels[place]
        if statistic in COUNTED and (bound := bound_of(value, self.n, self._smallest)):
            return bound
        if self._is_benchmark and statistic == ("positive" if self._sheet.sums else "share"):
            return round(value, 6)
        return round(value, decimals(self.n))

    def _value(self, label: Label, counts: Counts) -> float:
        statistic, answer = label
        if statistic == "share":
            return 100 * counts.get(answer, 0) / self.n
        weights = self._sheet.sums[statistic]
        return 100 * sum(weights.get(one, 0.0) * count for one, count in counts.items()) / self.n
