"""A brief as DOCX for editing: A4, Times New Roman 14, heading styles, real tables, described pictures."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx as word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from danvan_study.publish import words
from danvan_study.publish.blocks import Bullets, DataTable, Facts, Heading, Headline, Paragraph, Picture
from danvan_study.publish.docx_tables import Cell, table_xml

if TYPE_CHECKING:
    from datetime import date

    from docx.document import Document as Docx
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as DocxParagraph

    from danvan_study.publish.blocks import Block, Document

FONT: Final = "Times New Roman"
BODY: Final = 14
NOTE: Final = 11
WIDTH: Final = 165.0
"""Text width in millimetres: A4 less 30 mm at the left and 15 mm at the right."""

NAVY: Final = "163E68"
ALERT: Final = "8A1C1C"
_TALLEST: Final = 205.0
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


def set_docx(document: Document, *, dated: date) -> bytes:
    """Set a brief as DOCX; the same brief gives the same bytes, whenever it is set.

    Parameters
    ----------
    document
        The brief.
    dated
        The day that the file's properties name.
    """
    docx = word.Document()
    _set_page(docx)
    _set_styles(docx)
    _set_properties(docx, document, dated)
    _set_header(docx, document)
    _set_title(docx, document)
    for block in document.blocks:
        _set_block(docx, block, document)
    content = BytesIO()
    docx.save(content)
    return with_fixed_dates(content.getvalue())


def with_fixed_dates(archive: bytes) -> bytes:
    """Write the archive again with one date for all its members, in the order in which they stand."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return content.getvalue()


def _set_page(docx: Docx) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)


def _set_styles(docx: Docx) -> None:
    for name, look in _STYLES.items():
        _set_style(docx.styles[name], look)
    for border in docx.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a style looks; sizes and spaces in points."""

    size: float
    bold: bool = False
    color: str = "000000"
    before: float = 0
    after: float = 4
    keep: bool = False


_STYLES: Final = {
    "Normal": _Look(size=BODY, after=6),
    "Heading 1": _Look(size=15, bold=True, color=NAVY, before=18, after=6, keep=True),
    "Heading 2": _Look(size=BODY, bold=True, before=12, keep=True),
    "Title": _Look(size=20, bold=True, color=NAVY),
    "Caption": _Look(size=12, bold=True, before=8, keep=True),
    "List Bullet": _Look(size=BODY),
}


def _set_style(style: ParagraphStyle, look: _Look) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(look.before), Pt(look.after), 1.15
    spacing.keep_with_next = look.keep


def _set_properties(docx: Docx, document: Document, dated: date) -> None:
    properties = docx.core_properties
    properties.title = f"{document.title} – {document.period}"
    properties.subject = document.disclaimer
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.keywords = document.simulated
    properties.language = "vi-VN" if document.language == "vi" else "en-GB"
    properties.created = properties.modified = datetime.combine(dated, time(), UTC)
    properties.revision = 1
    for language in docx.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), properties.language)


def _set_header(docx: Docx, document: Document) -> None:
    section = docx.sections[0]
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.simulated:
        _run(head, document.simulated, size=12, bold=True, color=ALERT)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot._p.append(  # noqa: SLF001 -- python-docx has no call for fields
        parse_xml(
            f'<w:fldSimple {_NS} w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="{2 * NOTE}"/></w:rPr><w:t>1</w:t></w:r>'
            "</w:fldSimple>"
        )
    )


_NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _set_title(docx: Docx, document: Document) -> None:
    _text(docx, document.kicker, size=12, color="55616E")
    docx.add_paragraph(document.title, style="Title")
    _text(docx, document.period, size=15, bold=True)
    _text(docx, document.disclaimer.upper(), size=12, bold=True)
    if document.simulated:
        _text(docx, f"{document.simulated}. {document.simulated_note}", size=12, color=ALERT)


def _text(docx: Docx, text: str, *, size: float, bold: bool = False, color: str = "000000") -> DocxParagraph:
    paragraph = docx.add_paragraph()
    _run(paragraph, text, size=size, bold=bold, color=color)
    return paragraph


def _run(paragraph: DocxParagraph, text: str, *, size: float, bold: bool, color: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(color)


def _set_block(docx: Docx, block: Block, document: Document) -> None:
    match block:
        case Heading():
            docx.add_heading(block.text, level=block.level)
        case Paragraph():
            _paragraph(docx, block)
        case Bullets():
            _bullets(docx, block)
        case Headline():
            _headline(docx, block, document)
        case Picture():
            _picture(docx, block, document)
        case DataTable():
            _table(docx, block, document)
        case Facts():
            _facts(docx, block)


def _paragraph(docx: Docx, block: Paragraph) -> None:
    if block.style == "note":
        _text(docx, block.text, size=NOTE, color="3D4853")
    else:
        docx.add_paragraph(block.text).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _bullets(docx: Docx, block: Bullets) -> None:
    for item in block.items:
        docx.add_paragraph(item, style="List Bullet").alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _headline(docx: Docx, block: Headline, document: Document) -> None:
    texts = words.phrases(document.language)
    rows = []
    for card in block.cards:
        question = f"{texts['question_number'].format(number=card.mark)}. {card.wording}"
        below = " · ".join(filter(None, [f"({card.interval})" if card.interval else "", card.base, card.doubt]))
        figure = Cell(lines=((card.figure, 22, True), (below, 10, False)), color=NAVY)
        told = [(card.sentence, 13, False)] if card.sentence else []
        told += [(line, NOTE, False) for line in card.changes]
        rows.append((figure, Cell(lines=(*told, (question, NOTE, False)))))
    docx.element.body.insert_element_before(table_xml(rows, widths=(45, 120), first_is_head=True), "w:sectPr")
    _text(docx, "", size=4)


def _picture(docx: Docx, block: Picture, document: Document) -> None:
    docx.add_paragraph(_marked(block.caption, document), style="Caption")
    paragraph = docx.add_paragraph()
    width = WIDTH if block.height <= _TALLEST else WIDTH * _TALLEST / block.height
    inline = paragraph.add_run().add_picture(BytesIO(block.png), width=Mm(width))
    paragraph.paragraph_format.keep_with_next = bool(block.notes)
    described = inline._inline.docPr  # noqa: SLF001 -- python-docx has no call for alternative texts
    described.set("descr", block.alt)
    described.set("name", block.name)
    for note in block.notes:
        _text(docx, note, size=NOTE, color="3D4853")


def _table(docx: Docx, block: DataTable, document: Document) -> None:
    docx.add_paragraph(_marked(block.caption, document), style="Caption")
    size = NOTE if block.small else 12
    rows = [tuple(Cell(lines=((text, size, True),)) for text in block.head)]
    for row in block.rows:
        bold = row.kind == "section" or (row.kind == "total" and len(row.cells) > 2)
        rows.append(tuple(_data_cell(text, size, bold=bold) for text in row.cells))
    made = table_xml(rows, widths=block.widths, head_row=True)
    docx.element.body.insert_element_before(made, "w:sectPr")
    for note in block.notes:
        _text(docx, note, size=NOTE, color="3D4853").paragraph_format.space_after = Pt(2)
    if not block.notes:
        _text(docx, "", size=4)


def _data_cell(text: str, size: float, *, bold: bool) -> Cell:
    """Return a cell: the figure, and beneath it in smaller letters what belongs to it."""
    first, *below = text.split("\n")
    return Cell(lines=((first, size, bold), *[(line, size - 1.5, False) for line in below]))


def _facts(docx: Docx, block: Facts) -> None:
    rows = [(Cell(lines=((term, 12, True),)), Cell(lines=((text, 12, False),))) for term, text in block.rows]
    made = table_xml(rows, widths=(40, 125), first_is_head=True, shade="F4F6F9")
    docx.element.body.insert_element_before(made, "w:sectPr")
    _text(docx, "", size=4)


def _marked(caption: str, document: Document) -> str:
    return f"{caption} – {document.simulated}" if document.simulated else caption
