"""The page of a DOCX: margins, styles, page numbers, the mark of simulated data, the file's properties."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

import docx as word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from danvan_study.publish.forms import Line

if TYPE_CHECKING:
    from datetime import date

    from docx.document import Document as Docx
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as DocxParagraph

    from danvan_study.publish.blocks import Document
    from danvan_study.publish.forms import Form

ALERT: Final = "8A1C1C"
QUIET: Final = "3D4853"
MARK: Final = Line(size=12, bold=True, color=ALERT)
NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_EDGE: Final = 10.0
"""From the edge of the paper to header and footer, in millimetres."""
_SPACING: Final = 1.15
"""Of the lines, where the form leaves their pitch open."""


def new_docx(document: Document, form: Form, *, dated: date) -> Docx:
    """Return an empty DOCX with the page, styles, header and properties that the document needs."""
    docx = word.Document()
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(form.margins.top), Mm(form.margins.bottom)
    section.left_margin, section.right_margin = Mm(form.margins.left), Mm(form.margins.right)
    section.header_distance = section.footer_distance = Mm(_EDGE)
    _set_styles(docx, form)
    _set_properties(docx, document, dated)
    if form.page_number == "top":
        _number_at_top(docx, document, form)
    else:
        _number_at_foot(section, document, form)
    return docx


def add_paragraph(docx: Docx, text: str = "", *, style: str) -> DocxParagraph:
    """Add a paragraph whose style is named by its id: to find it by its name, python-docx reads all styles, twice."""
    paragraph = docx.add_paragraph(text)
    paragraph._p.style = style  # noqa: SLF001 -- python-docx has no call for ids
    return paragraph


def write(paragraph: DocxParagraph, text: str, line: Line) -> DocxParagraph:
    """Write text into a paragraph as a line of a form looks, with that line's spaces around it."""
    run = paragraph.add_run(line.set(text))
    run.font.size, run.font.bold, run.font.italic = Pt(line.size), line.bold, line.italic
    run.font.underline = line.underline or None
    run.font.color.rgb = RGBColor.from_string(line.color)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(line.before), Pt(line.after)
    return paragraph


def _set_styles(docx: Docx, form: Form) -> None:
    body = form.body
    looks = {
        "Normal": Line(size=body.size, after=body.after),
        "Body Text": Line(size=body.size, after=body.after),
        "List Bullet": Line(size=body.size, after=4),
        "Title": Line(size=20, bold=True, color=form.accent, after=4),
        "Caption": Line(size=min(12, body.size), bold=True, before=8, after=4),
        **{f"Heading {level}": line for level, line in enumerate(form.headings, 1)},
    }
    for name, look in looks.items():
        style = docx.styles[name]
        _set_style(style, look, form.font)
        style.paragraph_format.keep_with_next = name.startswith(("Heading", "Caption"))
    running = docx.styles["Body Text"].paragraph_format
    running.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    running.first_line_indent, running.widow_control = Mm(body.first_line), True
    if body.line:
        running.line_spacing_rule, running.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(body.line)
    for border in docx.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _set_style(style: ParagraphStyle, look: Line, font: str) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(look.size), look.bold, look.italic
    style.font.color.rgb = RGBColor.from_string(look.color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(look.before), Pt(look.after), _SPACING


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


def _number_at_top(docx: Docx, document: Document, form: Form) -> None:
    """Put the number into the middle of the top margin from page 2 on; the mark stands beside it, and on page 1."""
    section = docx.sections[0]
    section.different_first_page_header_footer = True
    first = section.first_page_header.paragraphs[0]
    head = section.header.paragraphs[0]
    for paragraph in (first, head):
        paragraph.style = None
        stops = paragraph.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(form.text_width / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Mm(form.text_width), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run("\t")
    _add_page_number(head, form.page_number_size)
    for paragraph in (first, head):
        if document.simulated:
            write(paragraph, f"\t{document.simulated}", MARK)


def _number_at_foot(section: Section, document: Document, form: Form) -> None:
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.alignment = foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.simulated:
        write(head, document.simulated, MARK)
    _add_page_number(foot, form.page_number_size)


def _add_page_number(paragraph: DocxParagraph, size: float) -> None:
    number = f'<w:r><w:rPr><w:sz w:val="{round(2 * size)}"/></w:rPr><w:t>2</w:t></w:r>'
    field = parse_xml(f'<w:fldSimple {NS} w:instr=" PAGE ">{number}</w:fldSimple>')
    paragraph._p.append(field)  # noqa: SLF001 -- python-docx has no call for fields
