"""The themes that are told: what few people say stands together, so that no share tells of one to nine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.told import ACT, FIT, ISSUE, NO_CODE, POLARITY, REST, told_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from danvan_study.open_ended.audit import Floats
    from danvan_study.open_ended.coded import CodedTexts
    from danvan_study.open_ended.issues import IssueCodebook

FEWEST_MENTIONS: Final = 10
"""Answers that must name a theme for it to be told by itself (domain.md 5.4)."""
SOME: Final = 0.5
"""Mentions below which nobody is taken to have said a thing: the machine is never wholly sure that nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One thing that is told."""

    facet: str
    """``issue``, ``fit``, ``act`` or ``polarity``."""
    name: str
    of: tuple[str, ...]
    """The labels that it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """What is told, and what stands together."""

    told: tuple[Theme, ...]
    merged: tuple[str, ...]
    """Codes that went into "other"."""
    rest: tuple[str, ...] = ()
    """Acts and polarities that went into the rest, as labels."""
    untold_fit: str = ""
    """Why the share that no code fits is not told: ``few`` people, or ``beside`` "other" it would tell of few."""


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
    untold_fit = _why_fit_is_untold(count, book, small)
    if not untold_fit:
        told.append(Theme(facet=FIT, name=NO_CODE, of=(told_name(ISSUE, book.other),)))
    told += [*_one_of(ACT, map(str, Act), count), *_one_of(POLARITY, map(str, Polarity), count)]
    return Themes(
        told=tuple(told),
        merged=tuple(name for name in book.names if name in small),
        rest=tuple(label for theme in told if theme.name == REST for label in theme.of),
        untold_fit=untold_fit,
    )


def _why_fit_is_untold(count: Mapping[str, float], book: IssueCodebook, small: Collection[str]) -> str:
    """Say why the share that no code fits stays untold: "other" less that share is what the merged codes share."""
    if count[told_name(ISSUE, book.other)] < FEWEST_MENTIONS:
        return "few"
    between = sum(max(count[told_name(ISSUE, name)], 0.0) for name in small)
    return "beside" if SOME <= between < FEWEST_MENTIONS else ""


def _one_of(facet: str, names: Iterable[str], count: Mapping[str, float]) -> list[Theme]:
    """Return the answers of which each text has one, those that few people gave together as the rest.

    100 % less what is told is the rest: where that is few people too, the smallest other answer joins it. What nobody
    said is left out; where nothing but the rest would be left, nothing is told.
    """
    size = {name: count[told_name(facet, name)] for name in names}
    said = [name for name in size if size[name] >= SOME]
    few = {name for name in said if size[name] < FEWEST_MENTIONS}
    if few and sum(size[name] for name in few) < FEWEST_MENTIONS:
        few |= set(sorted(set(said) - few, key=lambda name: (size[name], name))[:1])
    told = [Theme(facet=facet, name=name, of=(told_name(facet, name),)) for name in said if name not in few]
    if told and few:
        told.append(Theme(facet=facet, name=REST, of=tuple(told_name(facet, name) for name in said if name in few)))
    return told


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
