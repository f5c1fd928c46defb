"""What opens and closes a DOCX: heads with a blank number, or a plain title; recipients, and blanks to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from danvan_study.publish.docx_page import ALERT, NS, QUIET, add_paragraph, write
from danvan_study.publish.forms import Line
from danvan_study.publish.letters import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from docx.document import Document as Docx
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as DocxParagraph

    from danvan_study.publish.blocks import Document, Heading
    from danvan_study.publish.forms import Form, Head
    from danvan_study.study import Office

_Item: TypeAlias = tuple[str, Line] | float
"""A line of text and how it looks, or the length of a drawn line in millimetres."""

_SHORT: Final = 1 / 3
"""Length of the line below an issuing body, of its name's."""
_BLANK: Final = 4
"""Blanks of this many spaces and more may be shortened."""
_STUDY: Final = Line(size=13, italic=True, after=6)


def set_title(docx: Docx, document: Document, *, form: Form, dated: date) -> None:
    """Set what opens the document: an office's report has heads, an enclosed page says what it is enclosed with."""
    if form.head is None or document.office is None:
        _plain_title(docx, document, form)
    elif document.kind == "report":
        _set_heads(docx, document.office, form.head, dated=dated)
        _centred(docx.add_paragraph(), form.head.kind.text, form.head.kind)
        for line in document.subject.split("\n"):
            _centred(docx.add_paragraph(), line, form.head.subject)
        _under_subject(docx, form.head, document.subject)
        _centred(docx.add_paragraph(), f"({document.title}. {document.disclaimer})", _STUDY)
    else:
        size = form.body.size
        _centred(docx.add_paragraph(), document.kicker.upper(), Line(size=size + 2, bold=True))
        _centred(docx.add_paragraph(), f"{document.title}. {document.period}", Line(size=size, bold=True))
        set_enclosure(docx, document.office, form, dated=dated)
        _centred(docx.add_paragraph(), document.disclaimer, Line(size=size - 2, italic=True, after=2))
    if document.simulated:
        said = f"{document.simulated}. {document.simulated_note}"
        size = 12 if document.kind == "report" else form.body.size - 2
        write(docx.add_paragraph(), said, Line(size=size, color=ALERT, after=4))


def set_annex_title(docx: Docx, heading: Heading, *, document: Document, form: Form, dated: date) -> None:
    """Set what opens an annex, on a page of its own."""
    paragraph = add_paragraph(docx, style="Heading1")
    paragraph.paragraph_format.page_break_before = True
    if form.enclosure is None or document.office is None:
        paragraph.add_run(heading.line)
        return
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(paragraph, heading.label, form.enclosure.label).add_run().add_break()
    write(paragraph, heading.text, form.headings[0])
    set_enclosure(docx, document.office, form, dated=dated)


def set_enclosure(docx: Docx, office: Office, form: Form, *, dated: date) -> None:
    """Say with which document a page is enclosed; its number and day stay blank."""
    if form.enclosure is not None:
        line = form.enclosure.text
        said = line.filled(symbol=office.symbol, body=office.body, year=str(dated.year))
        _centred(docx.add_paragraph(), said, line)


def set_end(docx: Docx, document: Document, form: Form) -> None:
    """Close the text with the form's mark, then set recipients and blanks for whoever signs."""
    if form.end is None or document.office is None:
        return
    end, last = form.end, docx.paragraphs[-1]
    text = last.runs[-1] if last.runs else last.add_run()
    text.text = text.text.rstrip(" .") + end.mark
    last.paragraph_format.keep_with_next = True  # nobody signs a page that holds nothing but the signature
    widths = form.text_width * 0.48, form.text_width * 0.52
    left, right = _two_cells(docx, widths)
    write(left.paragraphs[0], end.recipients.text, end.recipients)
    for place, name in enumerate(document.office.recipients, 1):
        stop = "." if place == len(document.office.recipients) else ";"
        write(left.add_paragraph(), f"- {name.rstrip(' .;')}{stop}", end.recipient)
    blank = Line(size=end.name.size)
    signing = [(end.authority.text, end.authority), (end.post.text, end.post)]
    _fill(right, [*signing, *[("", blank)] * end.blank_lines, (end.name.text, end.name)], room=widths[1])


def _plain_title(docx: Docx, document: Document, form: Form) -> None:
    if document.kind == "report":
        write(docx.add_paragraph(), document.kicker, Line(size=12, color=QUIET, after=6))
        add_paragraph(docx, document.title, style="Title")
        write(docx.add_paragraph(), document.period, Line(size=15, bold=True, after=6))
        write(docx.add_paragraph(), document.disclaimer.upper(), Line(size=12, bold=True, after=6))
        return
    size = form.body.size
    write(docx.add_paragraph(), document.kicker, Line(size=size + 4, bold=True, color=form.accent))
    write(docx.add_paragraph(), f"{document.title}. {document.period}", Line(size=size, bold=True))
    write(docx.add_paragraph(), document.disclaimer, Line(size=size - 2, italic=True, after=2))


def _set_heads(docx: Docx, office: Office, head: Head, *, dated: date) -> None:
    left, right = _two_cells(docx, head.columns)
    short = _SHORT * text_width(head.body.set(office.body), head.body.size, bold=head.body.bold)
    lines: list[_Item] = [(office.superior, head.superior)] if office.superior else []
    lines += [(office.body, head.body), ("*", Line(size=head.body.size)) if head.under_body == "*" else short]
    lines.append((head.number.filled(symbol=office.symbol), head.number))
    _fill(left, lines, room=head.columns[0])
    lines = []
    for line in head.right:
        lines.append((line.text, line))
        if line.line_below:
            lines.append(text_width(line.set(line.text), line.size, bold=line.bold))
    day = head.date.filled(place=office.place, year=str(dated.year))
    lines.append((_shortened(day, head.date, room=head.columns[1]), head.date))
    _fill(right, lines, room=head.columns[1])


def _shortened(text: str, line: Line, *, room: float) -> str:
    """Shorten the blanks that are left for a hand to fill, where a long name would break the line."""
    blank = " " * _BLANK
    while text_width(text, line.size, bold=line.bold) > room and blank in text:
        text = text.replace(blank, blank[1:])
    return text


def _under_subject(docx: Docx, head: Head, subject: str) -> None:
    if head.under_subject == "line":
        longest = max(text_width(line, head.subject.size, bold=True) for line in subject.split("\n"))
        _ruled(docx.add_paragraph(), sum(head.columns), _SHORT * longest)
    elif head.under_subject:
        _centred(docx.add_paragraph(), head.under_subject, Line(size=head.subject.size, after=6))


def _two_cells(docx: Docx, widths: Sequence[float]) -> tuple[_Cell, _Cell]:
    """Add a table of one row, without borders and without room inside its cells."""
    table = docx.add_table(rows=1, cols=2)
    table.autofit = False
    table._tblPr.append(  # noqa: SLF001 -- python-docx has no call for the room inside cells
        parse_xml(f'<w:tblCellMar {NS}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>')
    )
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {NS}/>"))  # noqa: SLF001 -- python-docx has no call for it
    left, right = row.cells
    for column, cell, width in zip(table.columns, (left, right), widths, strict=True):
        column.width = cell.width = Mm(width)
    return left, right


def _fill(cell: _Cell, items: Sequence[_Item], *, room: float) -> None:
    for place, item in enumerate(items):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        if isinstance(item, float):
            _ruled(paragraph, room, item)
        else:
            _centred(paragraph, *item)


def _centred(paragraph: DocxParagraph, text: str, line: Line) -> DocxParagraph:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = 1.0
    return write(paragraph, text, line)


def _ruled(paragraph: DocxParagraph, room: float, width: float) -> None:
    """Draw a line ``width`` millimetres long in the middle of ``room``: a thin paragraph with a border."""
    spaces = paragraph.paragraph_format
    spaces.left_indent = spaces.right_indent = Mm(max(0.0, (room - width) / 2))
    spaces.space_before, spaces.space_after = Pt(0), Pt(4)
    spaces.line_spacing = Pt(3)
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 -- python-docx has no call for borders
        parse_xml(f'<w:pBdr {NS}><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'),
        *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"),
    )
