"""What changed between periods, and what the model says beside the figures: each line of the latter says so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.annex.figures import AREA, WHAT, About, told_periods
from danvan_study.publish.annex.sheets import Line, columns, rows_of, sheet
from danvan_study.publish.csv_tables import told_changes
from danvan_study.publish.outlook_gate import require_published_outlook
from danvan_study.tables import Forecasts, PublishedChanges, Signals, Smoothed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from danvan_study.publish.annex.sheets import Cell, Head, Row, Sheet
    from danvan_study.publish.context import BriefContext

_SOURCE: Final[Head] = ("source", 12, "text")
_VERDICT: Final[Head] = ("verdict", 15, "text")

_CHANGES: Final[dict[str, Head]] = {
    PublishedChanges.estimate: ("estimate", 9, "share"),
    PublishedChanges.earlier: ("earlier", 9, "share"),
    PublishedChanges.change: ("change", 9, "change"),
    PublishedChanges.low: ("low", 9, "change"),
    PublishedChanges.high: ("high", 9, "change"),
    PublishedChanges.confidence: ("confidence", 9, "share"),
    PublishedChanges.p: ("p", 9, "probability"),
    PublishedChanges.p_adjusted: ("p_adjusted", 9, "probability"),
    PublishedChanges.mdc: ("mdc", 9, "share"),
    PublishedChanges.n: ("n", 8, "count"),
    PublishedChanges.n_earlier: ("n_earlier", 8, "count"),
}
_LINES: Final[dict[str, Head]] = {
    Smoothed.direct: ("direct", 10, "share"),
    Smoothed.estimate: ("modelled", 10, "share"),
    Smoothed.low: ("low90", 10, "share"),
    Smoothed.high: ("high90", 10, "share"),
}
_FORECASTS: Final[dict[str, Head]] = {
    Forecasts.unchanged: ("unchanged", 10, "share"),
    Forecasts.estimate: ("forecast", 10, "share"),
    Forecasts.low: ("low90", 10, "share"),
    Forecasts.high: ("high90", 10, "share"),
    Forecasts.outcome: ("outcome", 10, "share"),
    Forecasts.crps: ("crps", 10, "ratio"),
    Forecasts.crps_unchanged: ("crps_unchanged", 10, "ratio"),
}
_SIGNALS: Final[dict[str, Head]] = {
    Signals.direct: ("direct", 10, "share"),
    Signals.expected: ("expected", 10, "share"),
    Signals.low: ("low90", 10, "share"),
    Signals.high: ("high90", 10, "share"),
    Signals.p: ("p", 9, "probability"),
    Signals.threshold: ("threshold", 9, "probability"),
}


def change_sheet(context: BriefContext) -> list[Sheet]:
    """Return the changes of the periods that the annex tells against earlier ones: of everybody, then of each area."""
    if context.history is None:
        return []
    texts, told = words.phrases(context.language), {one.id for one in told_periods(context)}
    comparisons = [one for one in context.history.comparisons if one.period.id in told]
    periods = {period.id: period for one in comparisons for period in (one.period, one.against)}
    names = {name: words.period_name(period, context.language) for name, period in periods.items()}
    order = {(one.period.id, one.against.id): place for place, one in enumerate(comparisons)}
    rows = [row for row in rows_of(told_changes(context.history.changes)) if _pair(row) in order]

    def conclusion(row: Row) -> tuple[Cell, ...]:
        is_broken = row[PublishedChanges.reason] == "not_comparable"
        verdict = "broken" if is_broken else row[PublishedChanges.verdict]
        is_doubtful = row[PublishedChanges.flag] == "low_precision"
        return (texts[f"verdict_{verdict}"], texts["low_precision"] if is_doubtful else "")

    lines = _lines(
        context,
        [((order[_pair(row)],), row) for row in rows],
        front=lambda row: tuple(names[name] for name in _pair(row)),
        numbers=list(_CHANGES),
        end=conclusion,
    )
    front: tuple[Head, ...] = (("period", 15, "text"), ("against", 15, "text"), AREA)
    heads = columns(context, *front, *WHAT, *_CHANGES.values(), _VERDICT, ("remark", 13, "text"))
    return sheet(context, "changes", heads=heads, lines=lines)


def model_sheets(context: BriefContext) -> list[Sheet]:
    """Return the model's lines, its forecasts with what came of them, and the watched figures: all are of waves."""
    if context.history is None or context.history.outlook is None or context.period.is_pooled:
        return []
    outlook = require_published_outlook(context.history.outlook)
    waves = [wave.id for wave in context.history.calendar.waves]
    return [
        *_modelled(context, "lines", outlook.rows, numbers=_LINES, waves=waves),
        *_modelled(context, "forecasts", outlook.forecasts, numbers=_FORECASTS, waves=waves),
        *_modelled(context, "signals", outlook.signals, numbers=_SIGNALS, waves=waves),
    ]


def _modelled(
    context: BriefContext, key: str, rows: pd.DataFrame, *, numbers: Mapping[str, Head], waves: Sequence[str]
) -> list[Sheet]:
    """Return a sheet of the model's, wave by wave."""
    texts, order = words.phrases(context.language), {wave: place for place, wave in enumerate(waves)}
    front: tuple[Head, ...] = (("period", 13, "text"),)
    if key == "forecasts":
        front = (("origin", 13, "text"), *front)
    periods = [name for name, *_ in front]

    def called(row: Row) -> tuple[Cell, ...]:
        said = (texts[f"verdict_{row[Signals.signal]}"] if row[Signals.signal] else "",) if key == "signals" else ()
        return (*said, texts["annex_by_model"])

    lines = _lines(
        context,
        [(tuple(order.get(row[name], len(order)) for name in periods), row) for row in rows_of(rows)],
        front=lambda row: tuple(words.wave_name(row[name], context.language) for name in periods),
        numbers=list(numbers),
        end=called,
    )
    end = (*([_VERDICT] if key == "signals" else []), _SOURCE)
    heads = columns(context, *front, AREA, *WHAT, *numbers.values(), *end)
    return sheet(context, key, heads=heads, lines=lines)


def _pair(row: Row) -> tuple[str, str]:
    return row[PublishedChanges.period], row[PublishedChanges.against]


def _lines(
    context: BriefContext,
    rows: Sequence[tuple[tuple[int, ...], Row]],
    *,
    front: Callable[[Row], tuple[Cell, ...]],
    numbers: Sequence[str],
    end: Callable[[Row], tuple[Cell, ...]],
) -> list[Line]:
    """Return a line for each row, in the order of ``rows``' first parts, then of areas and of the form."""
    about, areas = About(context), context.areas.reporting if context.areas else ()
    names = {"": words.phrases(context.language)["all_areas"]} | {
        area.key: area.label(context.language) for area in areas
    }
    order = {key: place for place, key in enumerate(names)}
    found = []
    for first, row in rows:
        area = row[PublishedChanges.area]
        if area not in order or about.is_hidden(row):
            continue
        figures = [row[name] for name in numbers]
        cells = (*front(row), names[area], *about.cells(row), *figures, *end(row))
        whole = all(math.isnan(figure) or figure == round(figure) for figure in figures[:3])
        found.append(((*first, order[area], *about.place(row)), Line(cells=cells, decimals=0 if whole else 1)))
    return [line for _, line in sorted(found, key=lambda one: one[0])]
