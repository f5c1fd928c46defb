"""The themes that are told: codes that few people name stand together as "other"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.told import ACT, ISSUE, POLARITY, told_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.open_ended.audit import Floats
    from danvan_study.open_ended.coded import CodedTexts
    from danvan_study.open_ended.issues import IssueCodebook

FEWEST_MENTIONS: Final = 10
"""Answers that must name a theme for it to be told by itself (domain.md 5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One thing that is told."""

    facet: str
    """``issue``, ``act`` or ``polarity``."""
    name: str
    of: tuple[str, ...]
    """The labels that it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """What is told, and which codes went into "other"."""

    told: tuple[Theme, ...]
    merged: tuple[str, ...]


def find_themes(waves: Sequence[CodedTexts], book: IssueCodebook) -> Themes:
    """Put the codes with fewer than :data:`FEWEST_MENTIONS` answers into "other"; leave that out if it has no more.

    Mentions are those of all answers: what the machine reads, put right by the audit. "Nothing" is no issue: with so
    few answers it isn't told at all.
    """
    count = mentions(waves)
    rare = {name for name in book.names if count[told_name(ISSUE, name)] < FEWEST_MENTIONS} - {book.other}
    small = rare - {book.nothing}
    other = tuple(told_name(ISSUE, name) for name in book.names if name in small | {book.other})
    told = [
        Theme(facet=ISSUE, name=name, of=other if name == book.other else (told_name(ISSUE, name),))
        for name in book.names
        if name not in rare and (name != book.other or sum(count[label] for label in other) >= FEWEST_MENTIONS)
    ]
    told += [Theme(facet=ACT, name=str(act), of=(told_name(ACT, str(act)),)) for act in Act]
    told += [Theme(facet=POLARITY, name=str(one), of=(told_name(POLARITY, str(one)),)) for one in Polarity]
    return Themes(told=tuple(told), merged=tuple(name for name in book.names if name in small))


def each_code(book: IssueCodebook) -> tuple[Theme, ...]:
    """Return every code as a theme by itself."""
    return tuple(Theme(facet=ISSUE, name=name, of=(told_name(ISSUE, name),)) for name in book.names)


def mentions(waves: Sequence[CodedTexts]) -> Mapping[str, float]:
    """Return how many of all answers have each label, by the difference estimator without weights."""
    total = np.zeros(len(waves[0].labels))
    for wave in waves:
        chosen = wave.audit.chosen
        error = (wave.coded[chosen] - wave.chances[chosen]) / wave.audit.chance[chosen, None]
        total += wave.chances.sum(axis=0) + error.sum(axis=0)
    return dict(zip(waves[0].labels, total.tolist(), strict=True))


def themed(wave: CodedTexts, themes: Sequence[Theme]) -> tuple[Floats, Floats]:
    """Return what people said and what the machine says, texts x themes.

    A theme of several codes is there where any of them is; the machine takes them as independent.
    """
    at = {label: place for place, label in enumerate(wave.labels)}
    columns = [[at[label] for label in theme.of] for theme in themes]
    coded = np.column_stack([wave.coded[:, places].max(axis=1) for places in columns])
    chances = np.column_stack([1 - np.prod(1 - wave.chances[:, places], axis=1) for places in columns])
    return coded, chances
