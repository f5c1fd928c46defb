"""All outputs of a period: each document composed once and set in each format, its charts, its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish.annex import annex_xlsx
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.as_html import set_html
from danvan_study.publish.as_pdf import set_pdf
from danvan_study.publish.blocks import Picture
from danvan_study.publish.context import BriefContext
from danvan_study.publish.csv_tables import csv_tables
from danvan_study.publish.disclosure import require_disclosed
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from danvan_study.publish.blocks import Document

PARTS: Final = ("report", "summary", "areas", "annex", "tables")
"""Of the outputs of a period: three kinds of documents, the annex, and the published rows as CSV."""

FORMATS: Final = ("html", "docx", "pdf")
"""In which each document is set."""


def write_outputs(
    context: BriefContext, *, parts: Collection[str] = PARTS, formats: Collection[str] = FORMATS
) -> dict[str, bytes]:
    """Write the outputs of a period in the language of its context; the same context gives the same bytes.

    Parameters
    ----------
    parts, formats
        Which of :data:`PARTS` and :data:`FORMATS` to write.

    Returns
    -------
    dict
        File name to content: ``brief.…`` (the report), ``summary.…``, ``areas/CODE.…``, ``charts/….png`` and ``.svg``
        (those of the report), ``annex.xlsx``, ``published.csv`` and its like.

    Raises
    ------
    TypeError
        ``context`` is not a :class:`BriefContext`, and so perhaps not published.
    StudyError
        An item of the disclosure sheet is empty.
    """
    if type(context) is not BriefContext:
        raise TypeError(f"outputs are written from a BriefContext, not from {type(context).__name__}")
    require_disclosed(context.study, has_visits=context.fieldwork.has_visits, where=context.period.id)
    dated = context.study.wave(context.wave).end
    files: dict[str, bytes] = {}
    for name, document in _documents(context, parts).items():
        files |= {f"{name}.{form}": _set(document, form, dated=dated) for form in FORMATS if form in formats}
        if document.kind == "report":
            files |= _charts(document)
    if "annex" in parts:
        files["annex.xlsx"] = annex_xlsx(context)
    return files | (csv_tables(context) if "tables" in parts else {})


def _documents(context: BriefContext, parts: Collection[str]) -> dict[str, Document]:
    """Compose each document, by the name of its files."""
    documents = {}
    if "report" in parts:
        documents["brief"] = compose_report(context)
    if "summary" in parts:
        documents["summary"] = compose_summary(context)
    if "areas" in parts and context.areas:
        documents |= {f"areas/{area.code}": compose_area(context, area) for area in context.areas.reporting}
    return documents


def _set(document: Document, form: str, *, dated: date) -> bytes:
    if form == "html":
        return set_html(document)
    return set_docx(document, dated=dated) if form == "docx" else set_pdf(document, dated=dated)


def _charts(document: Document) -> dict[str, bytes]:
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    return {f"charts/{one.name}.png": one.png for one in pictures} | {
        f"charts/{one.name}.svg": one.svg for one in pictures
    }
