"""DOCX files as people leave them behind, for the rules of a brief."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = nsdecls("w")
AS_DRAWN = (
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    "<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
)


def saved(document) -> bytes:
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def with_runs(*runs: str) -> bytes:
    """A paragraph in pieces, as Word leaves it after some editing."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for run in runs:
        paragraph.add_run(run).bold = len(run) % 2 == 0
    return saved(document)


def with_body(*paragraphs: str) -> bytes:
    """Paragraphs given as the XML inside them."""
    document = docx.Document()
    for inside in paragraphs:
        document.element.body.insert_element_before(parse_xml(f"<w:p {W}>{inside}</w:p>"), "w:sectPr")
    return saved(document)


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def inserted(text: str) -> str:
    return f"<w:ins w:id='1' w:author='a' w:date='2026-09-01T00:00:00Z'>{run(text)}</w:ins>"


def deleted(text: str) -> str:
    return f"<w:del w:id='2' w:author='a'><w:r><w:delText xml:space='preserve'>{text}</w:delText></w:r></w:del>"


def box(text: str) -> str:
    inside = f"<w:pict><w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent></w:pict>"
    return f"<w:r>{AS_DRAWN.format(box=inside)}</w:r>"


def link(text: str) -> str:
    return f"<w:hyperlink w:anchor='x'>{run(text)}</w:hyperlink>"


def field(text: str) -> str:
    return (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> REF 0912345678 </w:instrText></w:r>"
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run(text)}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def with_table(rows: list[list[str]], *, above: str = "", beneath: str = "", deleted_row: int = -1) -> bytes:
    document = docx.Document()
    document.add_paragraph(above)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for place, row in enumerate(rows):
        cells = table.add_row()
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
        if place == deleted_row:
            cells._tr.get_or_add_trPr().append(parse_xml(f"<w:del {W} w:id='3' w:author='a'/>"))
    document.add_paragraph(beneath)
    return saved(document)


def with_head_and_foot(head: str, foot: str) -> bytes:
    document = docx.Document()
    document.add_paragraph("Báo cáo kết quả khảo sát.")
    document.sections[0].header.paragraphs[0].text = head
    document.sections[0].footer.paragraphs[0].text = foot
    return saved(document)
