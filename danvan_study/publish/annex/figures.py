"""Every published figure of the period: of all areas together, by area, by group, by how people were asked; ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.annex.sheets import Line, columns, rows_of, sheet
from danvan_study.publish.breakdowns import group_title, members_of
from danvan_study.publish.condition_gate import require_published_conditions
from danvan_study.publish.content import design_questions
from danvan_study.publish.gate import base_name
from danvan_study.publish.results import EVERYBODY, Domain, Results, label_of
from danvan_study.publish.rounding import decimals
from danvan_study.study import Group
from danvan_study.tables import STATISTICS, ConditionTests, PublishedRows, Ranks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.annex.sheets import Cell, Head, Row, Sheet
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.gate import Published
    from danvan_study.study import Period

WHAT: Final[tuple[Head, ...]] = (
    ("code", 18, "name"),
    ("question", 56, "text"),
    ("statistic", 20, "text"),
    ("answer", 26, "text"),
)
"""Columns that say what a figure is about."""

_FIGURE: Final[tuple[Head, ...]] = (
    ("estimate", 9, "share"),
    ("low", 9, "share"),
    ("high", 9, "share"),
    ("n", 8, "count"),
    ("n_effective", 9, "count"),
    ("deff", 8, "ratio"),
    ("remark", 16, "text"),
)
AREA: Final[Head] = ("area", 20, "text")
_GROUP: Final[tuple[Head, ...]] = (("group", 22, "text"), ("value", 20, "text"))


def figure_sheets(context: BriefContext) -> list[Sheet]:
    """Return a sheet each for everybody, areas and groups, over the period and then, for a wave, the rolling year."""
    found = []
    for period, longer in zip(told_periods(context), ("", "rolling_"), strict=False):
        name, rows = words.period_name(period, context.language), _of(context.published.rows, period)
        for key, before, domains in (
            ("all", (), {EVERYBODY: ()}),
            ("areas", (AREA,), _areas(context)),
            ("groups", _GROUP, _groups(context, context.study.groups, of=_results(context, period))),
        ):
            lines = [line for _, line in figure_lines(context, rows, domains)]
            heads = columns(context, *before, *WHAT, *_FIGURE)
            found += sheet(context, f"{longer}{key}", heads=heads, lines=lines, period=name)
    return found


def told_periods(context: BriefContext) -> tuple[Period, ...]:
    """Return the periods that the annex tells: the brief's own and, beside a wave, the rolling year of its areas."""
    if context.rolling is None or context.period.is_pooled:
        return (context.period,)
    return context.period, context.rolling


def condition_sheet(context: BriefContext) -> list[Sheet]:
    """Return the figures split by how people were asked; the line of the positive share has the test of the split."""
    if context.conditions is None:
        return []
    conditions, period = require_published_conditions(context.conditions), context.rolling or context.period
    rows = _of(conditions.figures.rows, period)
    asked = dict.fromkeys(row[PublishedRows.group] for row in rows if row[PublishedRows.group])
    groups = [Group(name=name, question=name) for name in asked]
    domains = _groups(context, groups, of=_results(context, period, conditions.figures))
    tests = {
        (row[ConditionTests.question], row[ConditionTests.condition]): row for row in conditions.rows.to_dict("records")
    }
    lines = []
    for row, line in figure_lines(context, rows, domains):
        is_tested = row[PublishedRows.statistic] == "positive"
        test = tests.get((row[PublishedRows.question], row[PublishedRows.group])) if is_tested else None
        found = (test[ConditionTests.p], test[ConditionTests.p_adjusted]) if test else (None, None)
        lines.append(Line(cells=(*line.cells, *found), decimals=line.decimals))
    tested: tuple[Head, ...] = (("p", 9, "probability"), ("p_adjusted", 9, "probability"))
    heads, name = columns(context, *_GROUP, *WHAT, *_FIGURE, *tested), words.period_name(period, context.language)
    return sheet(context, "conditions", heads=heads, lines=lines, period=name)


def rank_sheet(context: BriefContext) -> list[Sheet]:
    """Return the issues with the places that the sample does not rule out."""
    if context.ranks is None:
        return []
    rows = _of(context.ranks.rows.sort_values([Ranks.question, Ranks.rank], kind="stable"), context.period)
    results, lines = _results(context, context.period), []
    for row in rows:
        result = results.get(row[Ranks.question])
        reading = result.share(row[Ranks.answer]) if result else None
        if reading is None:
            continue
        figure = (reading.estimate, reading.low, reading.high, reading.n)
        places = tuple(int(row[name]) for name in (Ranks.rank, Ranks.rank_low, Ranks.rank_high, Ranks.ranked))
        lines.append(Line(cells=(row[Ranks.question], reading.label, *figure, *places), decimals=reading.decimals))
    ranked: tuple[Head, ...] = (
        ("rank", 9, "count"),
        ("rank_low", 12, "count"),
        ("rank_high", 12, "count"),
        ("ranked", 12, "count"),
    )
    heads = columns(context, ("code", 18, "name"), ("answer", 40, "text"), *_FIGURE[:4], *ranked)
    return sheet(context, "ranks", heads=heads, lines=lines)


def figure_lines(
    context: BriefContext, rows: Sequence[Row], domains: Mapping[Domain, tuple[str, ...]]
) -> list[tuple[Row, Line]]:
    """Return a line for each published row of the domains, beside the row: in the order of the form, then of these.

    Parameters
    ----------
    rows
        Of one period, by the columns of :class:`~danvan_study.tables.PublishedRows`.
    domains
        Those to tell, each with the cells that name it.
    """
    about, order = About(context), {domain: place for place, domain in enumerate(domains)}
    found = []
    for row in rows:
        domain = Domain(row[PublishedRows.area], row[PublishedRows.group], row[PublishedRows.value])
        if domain not in order or about.is_hidden(row):
            continue
        is_average = row[PublishedRows.statistic] == "average"
        cells = (*domains[domain], *about.cells(row), *_figure(row, context.language))
        line = Line(cells=cells, decimals=2 if is_average else decimals(row[PublishedRows.n]))
        found.append(((*about.place(row), order[domain]), row, line))
    return [(row, line) for _, row, line in sorted(found, key=lambda one: one[0])]


def _figure(row: Row, language: str) -> tuple[Cell, ...]:
    texts, flag = words.phrases(language), row[PublishedRows.flag]
    base = (row[PublishedRows.n], row[PublishedRows.n_effective], row[PublishedRows.deff])
    if bound := words.bound(row[PublishedRows.reason], language):
        return (bound, None, None, *base, texts["annex_bound"])
    if flag == "suppressed":
        return (texts["suppressed_mark"], *[None] * 5, texts["annex_hidden"])
    numbers = (row[PublishedRows.estimate], row[PublishedRows.low], row[PublishedRows.high])
    return (*numbers, *base, texts["low_precision"] if flag == "low_precision" else "")


class About:
    """What rows are about: the words for it, and its place in the form."""

    def __init__(self, context: BriefContext) -> None:
        self._hidden = design_questions(context.study)
        self._language = context.language
        self._questions = {one.name: (place, one) for place, one in enumerate(context.codebook.questions)}
        self._answers = {
            one.name: {choice.name: place for place, choice in enumerate(one.choices)}
            for one in context.codebook.questions
        }

    def is_hidden(self, row: Row) -> bool:
        """Whether the form no longer asks it, or it tells of place, interviewer or consent: design, never results."""
        name = base_name(row[PublishedRows.question])
        return name in self._hidden or name not in self._questions

    def cells(self, row: Row) -> tuple[str, str, str, str]:
        """Return code, wording, statistic and answer."""
        name, answer = str(row[PublishedRows.question]), str(row[PublishedRows.answer])
        _, question = self._questions[base_name(name)]
        wording = " ".join([*question.label(self._language).split(), name.removeprefix(question.name)]).rstrip()
        statistic = words.phrases(self._language)[f"annex_statistic_{row[PublishedRows.statistic]}"]
        return name, wording, statistic, label_of(question, answer, self._language) if answer else ""

    def place(self, row: Row) -> tuple[int, str, int, int, str]:
        """Return what sorts rows into the order of the form."""
        name, answer = str(row[PublishedRows.question]), str(row[PublishedRows.answer])
        answers = self._answers[base_name(name)]
        statistic = STATISTICS.index(row[PublishedRows.statistic])
        return self._questions[base_name(name)][0], name, statistic, answers.get(answer, len(answers)), answer


def _areas(context: BriefContext) -> dict[Domain, tuple[str, ...]]:
    areas = context.areas.reporting if context.areas else ()
    return {Domain(area=area.key): (area.label(context.language),) for area in areas}


def _groups(context: BriefContext, groups: Sequence[Group], *, of: Results) -> dict[Domain, tuple[str, ...]]:
    return {
        domain: (group_title(context, group), label)
        for group in groups
        for label, domain in members_of(context, of, group)
    }


def _results(context: BriefContext, period: Period, figures: Published | None = None) -> Results:
    return Results(figures or context.published, period=period.id, codebook=context.codebook, language=context.language)


def _of(rows: pd.DataFrame, period: Period) -> list[Row]:
    return rows_of(rows[rows[PublishedRows.period] == period.id])
