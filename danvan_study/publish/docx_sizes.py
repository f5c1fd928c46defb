"""Sizes of the letters of a DOCX: those of its form, or as small as a document needs that must fit its pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.publish.page_fit import PAGES, Page, Sizes, fit

if TYPE_CHECKING:
    from danvan_study.publish.blocks import Document
    from danvan_study.publish.forms import Form

REPORT: Final = Sizes(title=20.0, heading=14.0, body=14.0, table=12.0, small=10.5, note=10.5, caption=12.0)
"""Of tables and notes; headings and running text are the form's."""
ANNEX: Final = replace(REPORT, table=11.0, small=9.5, note=9.5)
"""Of the tables in its annexes."""
PAGED: Final = Sizes(title=14.0, heading=12.5, body=12.0, table=11.5, small=11.0, note=10.0, caption=11.0)
"""Of a document that must fit its pages, at most."""
_PAPER: Final = 297.0


def sizes_for(document: Document, form: Form) -> Sizes:
    """Return the sizes for a document; of those that must fit their pages the largest with which they do."""
    if document.kind not in PAGES:
        return REPORT
    page = Page(
        width=form.text_width,
        height=_PAPER - form.margins.top - form.margins.bottom,
        widen=1.0,
        line=1.25,
        pad=1.0,
        inset=2.2,
        after=4.0,
        around=14.0,
    )
    return PAGED.by(fit(document, page, PAGED))


def in_sizes(form: Form, sizes: Sizes) -> Form:
    """Return the form for pages of limited length: its margins, font and colours in these sizes, without indents."""
    heading = replace(form.headings[0], size=sizes.heading, before=8, after=4)
    body = replace(form.body, size=sizes.body, line=0.0, first_line=0.0, after=4)
    enclosure = form.enclosure and replace(
        form.enclosure,
        label=replace(form.enclosure.label, size=sizes.title),
        text=replace(form.enclosure.text, size=sizes.body),
    )
    return replace(form, headings=(heading,), body=body, enclosure=enclosure)
