"""All outputs of a period: each document composed once and set in each format, its charts, its tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish.annex import compose_annex
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.as_html import set_html
from danvan_study.publish.as_pdf import set_pdf
from danvan_study.publish.as_xlsx import set_xlsx
from danvan_study.publish.at_once import AtOnce
from danvan_study.publish.blocks import Picture
from danvan_study.publish.charts.ink import Drawn
from danvan_study.publish.context import BriefContext
from danvan_study.publish.csv_tables import csv_tables
from danvan_study.publish.disclosure import require_disclosed
from danvan_study.publish.forms import form_of
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Executor, Future
    from datetime import date

    from danvan_study.publish.annex.sheets import Annex
    from danvan_study.publish.blocks import Block, Document

PARTS: Final = ("report", "summary", "areas", "annex", "tables")
"""Of the outputs of a period: three kinds of documents, the annex, and the published rows as CSV."""

FORMATS: Final = ("html", "docx", "pdf")
"""In which each document is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Outputs that are being set, perhaps by other processes."""

    ready: dict[str, bytes]
    jobs: tuple[Future[dict[str, bytes]], ...]

    def files(self) -> dict[str, bytes]:
        """Wait for the last one; return file name to content."""
        files = dict(self.ready)
        for job in self.jobs:
            files |= job.result()
        return files


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
    return start_outputs(context, AtOnce(), parts=parts, formats=formats).files()


def start_outputs(
    context: BriefContext,
    executor: Executor,
    *,
    parts: Collection[str] = PARTS,
    formats: Collection[str] = FORMATS,
) -> Setting:
    """Compose the outputs of a period here, and have them drawn and set by an executor; else as :func:`write_outputs`.

    What the executor is given are blocks: texts and the marks of charts. Published figures never leave the process that
    took them through the gate, and can't: sealed types refuse to be pickled. The bytes hang on no number of processes.
    """
    if type(context) is not BriefContext:
        raise TypeError(f"outputs are written from a BriefContext, not from {type(context).__name__}")
    require_disclosed(context)
    dated = context.study.wave(context.wave).end
    wanted = [form for form in FORMATS if form in formats]
    jobs = [
        executor.submit(set_document, name, document, formats=wanted, dated=dated)
        for name, document in _documents(context, parts).items()
    ]
    if "annex" in parts:
        jobs.append(executor.submit(_set_annex, compose_annex(context), dated=dated))
    return Setting(ready=csv_tables(context) if "tables" in parts else {}, jobs=tuple(jobs))


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


def set_document(name: str, document: Document, *, formats: Collection[str], dated: date) -> dict[str, bytes]:
    """Draw the charts of a document once and set it in each format; those of a report are files of their own as well.

    Parameters
    ----------
    name
        Of its files, without ending.
    """
    document = replace(document, blocks=tuple(_drawn(block) for block in document.blocks))
    files = {f"{name}.{form}": _set(document, form, dated=dated) for form in formats}
    if document.kind == "report":
        pictures = [block for block in document.blocks if isinstance(block, Picture)]
        files |= {f"charts/{one.name}.png": one.png for one in pictures}
        files |= {f"charts/{one.name}.svg": one.svg for one in pictures}
    return files


def _drawn(block: Block) -> Block:
    if not isinstance(block, Picture):
        return block
    return replace(block, chart=Drawn(png=block.png, svg=block.svg))


def _set(document: Document, form: str, *, dated: date) -> bytes:
    match form:
        case "html":
            return set_html(document)
        case "pdf":
            return set_pdf(document, dated=dated)
        case _:
            return set_docx(document, dated=dated, form=form_of(document.office, document.language))


def _set_annex(annex: Annex, *, dated: date) -> dict[str, bytes]:
    return {"annex.xlsx": set_xlsx(annex, dated=dated)}
