"""The brief of a period: one set of facts, as HTML, as DOCX, with its charts and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.as_html import set_html
from danvan_study.publish.blocks import Picture
from danvan_study.publish.context import BriefContext
from danvan_study.publish.gate import require_published
from danvan_study.publish.outlook_gate import require_published_outlook
from danvan_study.publish.report import compose_report
from danvan_study.publish.trend_gate import require_published_trends
from danvan_study.tables import PublishedChanges

if TYPE_CHECKING:
    from danvan_study.publish.gate import Published
    from danvan_study.publish.outlook_gate import PublishedOutlook
    from danvan_study.publish.trend_gate import PublishedTrends


def write_brief(context: BriefContext) -> dict[str, bytes]:
    """Write the brief; the same context gives the same bytes.

    Returns
    -------
    dict
        File name to content: ``brief.html``, ``brief.docx``, ``charts/….png`` and ``.svg``, ``published.csv``.

    Raises
    ------
    TypeError
        ``context`` is not a :class:`BriefContext`, and so perhaps not published.
    """
    if type(context) is not BriefContext:
        raise TypeError(f"a brief is written from a BriefContext, not from {type(context).__name__}")
    document = compose_report(context)
    dated = context.study.wave(context.wave).end
    files = {"brief.html": set_html(document), "brief.docx": set_docx(document, dated=dated)}
    for block in document.blocks:
        if isinstance(block, Picture):
            files[f"charts/{block.name}.png"] = block.png
            files[f"charts/{block.name}.svg"] = block.svg
    if context.history:
        files["published_trends.csv"] = changes_csv(context.history.changes, context.language)
    if context.history and context.history.outlook:
        files |= outlook_csvs(context.history.outlook, context.language)
    files["published.csv"] = published_csv(context.published, context.language)
    return files


def changes_csv(changes: PublishedTrends, language: str) -> bytes:
    """Return the published changes as CSV, without those that are hidden; breaks in the wording stay, with the note."""
    rows = require_published_trends(changes).rows
    told = (rows[PublishedChanges.flag] != "suppressed") | (
        (rows[PublishedChanges.reason] == "not_comparable") & (rows[PublishedChanges.level] == "all")
    )
    rows = rows[told]
    rows["data"] = words.phrases(language)["simulated"] if changes.simulated else ""
    return rows.to_csv(index=False, lineterminator="\n").encode()


def outlook_csvs(outlook: PublishedOutlook, language: str) -> dict[str, bytes]:
    """Return lines, forecasts and signals as CSV, each row marked as model-based."""
    shown = require_published_outlook(outlook)
    mark = words.phrases(language)["simulated"] if shown.simulated else ""
    tables = {"lines": shown.rows, "forecasts": shown.forecasts, "signals": shown.signals}
    return {
        f"published_{name}.csv": rows.assign(source="model", data=mark)
        .to_csv(index=False, lineterminator="\n")
        .encode()
        for name, rows in tables.items()
    }


def published_csv(published: Published, language: str) -> bytes:
    """Return the published rows as CSV: UTF-8, decimal points, and a column that marks simulated data."""
    rows = require_published(published).rows
    rows["data"] = words.phrases(language)["simulated"] if published.simulated else ""
    return rows.to_csv(index=False, lineterminator="\n").encode()
