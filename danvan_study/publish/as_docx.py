"""A document as DOCX for editing, in an office's form or in none: heading styles, real tables, described pictures."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from danvan_study.publish import words
from danvan_study.publish.blocks import Bullets, DataTable, Facts, Heading, Headline, Paragraph, Picture
from danvan_study.publish.docx_head import set_annex_title, set_end, set_title
from danvan_study.publish.docx_page import QUIET, add_paragraph, new_docx, write
from danvan_study.publish.docx_sizes import ANNEX, in_sizes, sizes_for
from danvan_study.publish.docx_tables import Cell, data_rows, table_xml
from danvan_study.publish.forms import NEUTRAL, Form, Line, read_form
from danvan_study.publish.page_fit import FACTS, PAGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from docx.document import Document as Docx
    from docx.oxml.xmlchemy import BaseOxmlElement

    from danvan_study.publish.blocks import Block, Document
    from danvan_study.publish.page_fit import Sizes

COMPOSED: Final = 165.0
"""Width in millimetres that blocks are composed for; in a form of another width they grow or shrink with it."""
_TALLEST: Final = 205.0
_ZIP_TIME: Final = bytes((0, 0, 0b00100001, 0))
"""1 January 1980, 0:00: the first moment that an archive can name."""


def set_docx(document: Document, *, dated: date, form: Form | None = None) -> bytes:
    """Set a document as DOCX; the same document gives the same bytes, whenever it is set.

    Parameters
    ----------
    document
        What to set.
    dated
        The day that the file's properties name; the document's own day stays blank.
    form
        The office's form; None: a look of no office.

    Raises
    ------
    ValueError
        The form has heads and the document no office to name in them.
    """
    form = form or read_form(NEUTRAL)
    if form.head is not None and document.office is None:
        raise ValueError(f'the form "{form.title}" needs an office')
    sizes = sizes_for(document, form)
    form = in_sizes(form, sizes) if document.kind in PAGES else form
    docx = new_docx(document, form, dated=dated)
    set_title(docx, document, form=form, dated=dated)
    setter = _Setter(docx=docx, document=document, form=form, sizes=sizes)
    annexes = [place for place, block in enumerate(document.blocks) if isinstance(block, Heading) and block.is_annex]
    end = annexes[0] if annexes else len(document.blocks)
    setter.set_blocks(document.blocks[:end])
    if document.kind == "report":
        set_end(docx, document, form)
        setter = replace(setter, sizes=ANNEX)
    for block in document.blocks[end:]:
        if isinstance(block, Heading) and block.is_annex:
            set_annex_title(docx, block, document=document, form=form, dated=dated)
        else:
            setter.set_blocks([block])
    content = BytesIO()
    docx.save(content)
    return with_fixed_dates(content.getvalue())


def with_fixed_dates(archive: bytes) -> bytes:
    """Give all members of an archive one date; packed as they are, they needn't be packed again.

    Every member has a head of its own and a line in the directory at the end, with time and day in 4 bytes (APPNOTE.TXT
    of PKWARE, 4.3.7 and 4.3.12).
    """
    dated = bytearray(archive)
    with zipfile.ZipFile(BytesIO(archive)) as members:
        line = members.start_dir
        for member in members.infolist():
            for time in (member.header_offset + 10, line + 12):
                dated[time : time + len(_ZIP_TIME)] = _ZIP_TIME
            line += 46 + sum(unpack_from("<3H", dated, line + 28))  # name, extra field and comment
    return bytes(dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setter:
    """Sets blocks one after the other."""

    docx: Docx
    document: Document
    form: Form
    sizes: Sizes

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._set(block)

    def _set(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._paragraph(block)
            case Bullets():
                self._bullets(block)
            case Headline():
                self._headline(block)
            case Picture():
                self._picture(block)
            case DataTable():
                self._table(block)
            case Facts():
                self._facts(block)

    def _heading(self, block: Heading) -> None:
        line = self.form.headings[min(block.level, len(self.form.headings)) - 1]
        text = line.filled(label=block.label, text=block.text) if block.label else line.set(block.text)
        heading = add_paragraph(self.docx, text, style=f"Heading{block.level}")
        heading.paragraph_format.page_break_before = block.starts_page

    def _paragraph(self, block: Paragraph) -> None:
        if block.style == "note":
            self._note(block.text)
        else:
            paragraph = add_paragraph(self.docx, style="BodyText")
            paragraph.add_run(block.text).italic = block.style == "author" or None
            paragraph.paragraph_format.keep_with_next = block.style == "lead"

    def _note(self, text: str, *, before: float = 0, after: float = 4) -> None:
        line = Line(size=self.sizes.note, color=QUIET, before=before, after=after)
        write(self.docx.add_paragraph(), text, line).paragraph_format.line_spacing = 1.0

    def _bullets(self, block: Bullets) -> None:
        bullet = self.form.body.bullet
        for item in block.items:
            paragraph = add_paragraph(self.docx, f"{bullet}{item}", style="BodyText" if bullet else "ListBullet")
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY

    def _headline(self, block: Headline) -> None:
        texts, size = words.phrases(self.document.language), self.sizes.note
        rows = []
        for card in block.cards:
            question = f"{texts['question_number'].format(number=card.mark)}. {card.wording}"
            below = " · ".join(filter(None, [f"({card.interval})" if card.interval else "", card.base, card.doubt]))
            figure = Cell(lines=((card.figure, 22, True), (below, 10, False)), color=self.form.accent)
            told: list[tuple[str, float, bool]] = [(card.sentence, 13, False)] if card.sentence else []
            told += [(line, size, False) for line in card.changes]
            rows.append((figure, Cell(lines=(*told, (question, size, False)))))
        self._add(table_xml(rows, widths=self._widths((45, 120))))

    def _picture(self, block: Picture) -> None:
        add_paragraph(self.docx, self._marked(block.caption), style="Caption")
        paragraph = self.docx.add_paragraph()
        width = self.form.text_width * min(1.0, _TALLEST / block.height)
        inline = paragraph.add_run().add_picture(BytesIO(block.png), width=Mm(width))
        paragraph.paragraph_format.keep_with_next = bool(block.notes)
        described = inline._inline.docPr  # noqa: SLF001 -- python-docx has no call for alternative texts
        described.set("descr", block.alt)
        described.set("name", block.name)
        for note in block.notes:
            self._note(note)

    def _table(self, block: DataTable) -> None:
        add_paragraph(self.docx, self._marked(block.caption), style="Caption")
        rows = data_rows(block, self.sizes.small if block.small else self.sizes.table)
        table = table_xml(rows, widths=self._widths(block.widths), head_row=True, flush_left=block.holds_words)
        self._add(table, closed=not block.notes)
        for place, note in enumerate(block.notes):
            self._note(note, before=0 if place else 3, after=2)

    def _facts(self, block: Facts) -> None:
        size = self.sizes.table
        rows = [(Cell(lines=((term, size, True),)), Cell(lines=((text, size, False),))) for term, text in block.rows]
        widths = self._widths(FACTS)
        self._add(table_xml(rows, widths=widths, shade="F4F6F9"))

    def _widths(self, widths: Sequence[float]) -> list[float]:
        return [width * self.form.text_width / COMPOSED for width in widths]

    def _add(self, table: BaseOxmlElement, *, closed: bool = True) -> None:
        """Add a table; ``closed``: with a little room behind it."""
        self.docx.element.body.insert_element_before(table, "w:sectPr")
        if closed:
            write(self.docx.add_paragraph(), "", Line(size=4, after=4))

    def _marked(self, caption: str) -> str:
        return f"{caption} – {self.document.simulated}" if self.document.simulated else caption
