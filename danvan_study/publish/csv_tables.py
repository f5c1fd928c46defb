"""The published rows as CSV: UTF-8, decimal points, and a column that marks simulated data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.gate import require_published
from danvan_study.publish.outlook_gate import require_published_outlook
from danvan_study.publish.trend_gate import require_published_trends
from danvan_study.tables import PublishedChanges

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.gate import Published
    from danvan_study.publish.outlook_gate import PublishedOutlook
    from danvan_study.publish.trend_gate import PublishedTrends


def csv_tables(context: BriefContext) -> dict[str, bytes]:
    """Return every published row of a period, by file name."""
    files = {"published.csv": figures_csv(context.published, context.language)}
    if context.history:
        files["published_trends.csv"] = changes_csv(context.history.changes, context.language)
    if context.history and context.history.outlook:
        files |= outlook_csvs(context.history.outlook, context.language)
    return files


def figures_csv(published: Published, language: str) -> bytes:
    """Return the published figures."""
    rows = require_published(published).rows
    return _csv(rows.assign(data=_mark(published.simulated, language)))


def changes_csv(changes: PublishedTrends, language: str) -> bytes:
    """Return the published changes that are told."""
    return _csv(told_changes(changes).assign(data=_mark(changes.simulated, language)))


def told_changes(changes: PublishedTrends) -> pd.DataFrame:
    """Return the published changes without those that are hidden; breaks in the wording stay, with the note."""
    rows = require_published_trends(changes).rows
    told = (rows[PublishedChanges.flag] != "suppressed") | (
        (rows[PublishedChanges.reason] == "not_comparable") & (rows[PublishedChanges.level] == "all")
    )
    return rows[told]


def outlook_csvs(outlook: PublishedOutlook, language: str) -> dict[str, bytes]:
    """Return lines, forecasts and signals, each row marked as model-based."""
    shown = require_published_outlook(outlook)
    tables = {"lines": shown.rows, "forecasts": shown.forecasts, "signals": shown.signals}
    mark = _mark(shown.simulated, language)
    return {f"published_{name}.csv": _csv(rows.assign(source="model", data=mark)) for name, rows in tables.items()}


def _mark(simulated: bool, language: str) -> str:  # noqa: FBT001 -- what it marks
    return words.phrases(language)["simulated"] if simulated else ""


def _csv(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False, lineterminator="\n").encode()
