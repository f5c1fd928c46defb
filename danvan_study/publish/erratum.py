"""An erratum: every published figure that differs from the ones issued before, as it was and as it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import pandas as pd

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Facts, Heading, Paragraph, Row
from danvan_study.publish.content import document_of
from danvan_study.publish.gate import base_name
from danvan_study.publish.results import label_of
from danvan_study.publish.rounding import decimals
from danvan_study.tables import PublishedChanges, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from danvan_study.publish.blocks import Document
    from danvan_study.publish.context import BriefContext

OLD: Final = "_old"
NEW: Final = "_new"
_SIDES: Final = (OLD, NEW)
_PERIODS: Final = (PublishedChanges.period, PublishedChanges.against)
_FIGURE: Final = (PublishedRows.estimate, PublishedRows.low, PublishedRows.high, PublishedRows.n)
_CHANGE: Final = (PublishedChanges.change, PublishedChanges.low, PublishedChanges.high)
_WIDTHS: Final = (79.0, 43.0, 43.0)
_AVERAGE: Final = "average"
_HIDDEN: Final = "suppressed"
_SHARES: Final = ("share", "nonanswer", "positive", "negative")

Writer: TypeAlias = Callable[[Mapping[Hashable, object], str, str], str]
"""Writes what a row says on one side, in a language."""


def find_corrected(old: pd.DataFrame, new: pd.DataFrame, *, key: Sequence[str]) -> pd.DataFrame:
    """Return the rows of one published table that differ, each cell beside the key as it was and as it is.

    Parameters
    ----------
    old, new
        The same table as it was issued and as it is now.
    key
        What names a row.

    Returns
    -------
    pandas.DataFrame
        The key, then each other column twice, ``…_old`` and ``…_new``; rows that only one of them has hold nothing in
        the other. In the order of the new table, what is gone last.
    """
    names = [name for name in new.columns if name not in key]
    old = old.reindex(columns=new.columns)
    both = new.merge(old, on=list(key), how="outer", suffixes=(NEW, OLD), sort=False, indicator=True)
    same = both["_merge"] == "both"
    for name in names:
        before, after = both[name + OLD], both[name + NEW]
        same &= (before == after) | (before.isna() & after.isna())
    columns = [*key, *(name + mark for name in names for mark in (OLD, NEW))]
    order = both["_merge"].map({"both": 0, "left_only": 0, "right_only": 1}).astype("int64")
    return both[~same].assign(_order=order).sort_values("_order", kind="stable")[columns].reset_index(drop=True)


def compose_erratum(
    context: BriefContext, corrected: Mapping[str, pd.DataFrame], *, reason: str, issued_on: date, corrects: date
) -> Document:
    """Compose the page that stands beside the corrected documents.

    Parameters
    ----------
    context
        Of the corrected wave: ``context.erratum`` is the number.
    corrected
        Table to what :func:`find_corrected` found: ``published`` and ``published_trends`` are told row by row, the
        others are counted.
    reason
        In the office's words.
    issued_on, corrects
        The days of this erratum and of what it corrects.
    """
    texts, language = words.phrases(context.language), context.language
    figures, changes = (corrected.get(name, pd.DataFrame()) for name in ("published", "published_trends"))
    others = {name: len(rows) for name, rows in corrected.items() if name not in ("published", "published_trends")}
    counts = [texts["erratum_figures"].format(count=words.number(len(figures), language))]
    counts.append(texts["erratum_changes"].format(count=words.number(len(changes), language)))
    counts += [f"{name}: {words.number(count, language)}" for name, count in others.items() if count]
    title = texts["erratum_title"].format(number=context.erratum)
    blocks: list[Block] = [
        Heading(text=title),
        Facts(
            rows=(
                (texts["erratum_reason"], reason),
                (texts["erratum_issued"], words.day(issued_on, language)),
                (texts["erratum_corrects"], words.day(corrects, language)),
                (texts["erratum_count"], "; ".join(counts)),
            )
        ),
        Paragraph(text=texts["erratum_note"], style="note"),
    ]
    if any(_is_withheld(row) for rows in (figures, changes) for row in rows.to_dict("records")):
        blocks.append(Paragraph(text=texts["erratum_withheld_note"], style="note"))
    blocks += _tables(context, figures, caption="erratum_figures_caption", write=_figure)
    blocks += _tables(context, changes, caption="erratum_changes_caption", write=_change)
    return document_of(context, blocks, kind="report")


def _tables(context: BriefContext, rows: pd.DataFrame, *, caption: str, write: Writer) -> list[DataTable]:
    """Return the table of what differs, under the wording of each question; none where nothing does.

    What isn't printed anew of a question in a domain is one row.
    """
    if rows.empty:
        return []
    texts, names = words.phrases(context.language), _period_names(context)
    lines = []
    for question, part in rows.groupby(PublishedRows.question, sort=False):
        lines.append(Row(cells=(_wording(context, str(question)),), kind="section"))
        told: list[tuple[str, ...]] = []
        for row in part.to_dict("records"):
            periods = [names[str(row[name])] for name in _PERIODS if name in row]
            about = f"{' / '.join(periods)}, {_domain(context, row)}"
            if _is_withheld(row):
                told.append((about, texts["erratum_earlier"], texts["erratum_withheld"]))
            else:
                sides = (write(row, side, context.language) for side in _SIDES)
                told.append((f"{about}: {_what(context, row)}", *sides))
        lines += [Row(cells=cells) for cells in dict.fromkeys(told)]
    head = tuple(texts[f"erratum_{name}"] for name in ("about", "old", "new"))
    return [DataTable(caption=texts[caption], head=head, rows=tuple(lines), widths=_WIDTHS, small=True)]


def _figure(row: Mapping[Hashable, object], side: str, language: str) -> str:
    """Write a figure as it stood on one side: with interval and base, or why it is hidden."""
    texts = words.phrases(language)
    if not isinstance(row[PublishedRows.flag + side], str):
        return texts["erratum_nothing"]
    estimate, low, high, n = (float(str(row[name + side])) for name in _FIGURE)
    if math.isnan(estimate):
        return words.bound(str(row[PublishedRows.reason + side]), language) or texts["suppressed_mark"]
    statistic, places = row[PublishedRows.statistic], decimals(int(n))
    if statistic == _AVERAGE:
        said, places = words.plain_number(estimate, language), 2
    elif statistic in _SHARES:
        said = words.percent(estimate, language, places)
    else:
        said = words.number(estimate, language, places)
    reach = words.span(low, high, language=language, decimals=places)
    return f"{said} ({reach}); {words.base(int(n), language)}"


def _change(row: Mapping[Hashable, object], side: str, language: str) -> str:
    """Write a change as it stood on one side."""
    texts = words.phrases(language)
    if not isinstance(row[PublishedChanges.flag + side], str):
        return texts["erratum_nothing"]
    change, low, high = (float(str(row[name + side])) for name in _CHANGE)
    if math.isnan(change):
        return texts["suppressed_mark"]
    return f"{words.signed(change, language)} ({words.span(low, high, language=language)})"


def _is_withheld(row: Mapping[Hashable, object]) -> bool:
    """Say whether a figure or change stood in the earlier issue and is hidden in this one."""
    before, now = (row[PublishedRows.flag + side] for side in _SIDES)
    return isinstance(before, str) and before != _HIDDEN and now == _HIDDEN


def _period_names(context: BriefContext) -> dict[str, str]:
    """Return the name of every period that a published table may hold."""
    history = context.history
    if history is None:
        return {context.period.id: words.period_name(context.period, context.language)}
    waves = [history.calendar.wave(wave.id) for wave in history.calendar.waves]
    compared = [period for one in history.comparisons for period in (one.period, one.against)]
    known = [*waves, *compared, *history.calendar.periods(context.wave)]
    return {period.id: words.period_name(period, context.language) for period in known}


def _wording(context: BriefContext, name: str) -> str:
    question = context.codebook.question(base_name(name))
    return " ".join(question.label(context.language).split()) if question else name


def _domain(context: BriefContext, row: Mapping[Hashable, object]) -> str:
    texts, language = words.phrases(context.language), context.language
    if area := str(row[PublishedRows.area]):
        known = context.areas.by_key() if context.areas else {}
        return known[area].label(language) if area in known else area
    group, value = str(row.get(PublishedRows.group, "")), str(row.get(PublishedRows.value, ""))
    if not group:
        return texts["everybody"].lower()
    known_as = {one.name: one.question for one in context.study.groups}
    question = context.codebook.question(known_as.get(group, group))
    return label_of(question, value, language) if question else f"{group} {value}"


def _what(context: BriefContext, row: Mapping[Hashable, object]) -> str:
    texts, answer = words.phrases(context.language), str(row[PublishedRows.answer])
    question = context.codebook.question(base_name(str(row[PublishedRows.question])))
    if answer:
        return label_of(question, answer, context.language) if question else answer
    statistic = str(row[PublishedRows.statistic])
    return texts.get(f"{statistic}_row", statistic)
