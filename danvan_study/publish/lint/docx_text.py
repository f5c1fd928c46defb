"""DOCX as it is read: runs joined, insertions taken, deletions left out, boxes, heads, feet, notes and comments too.

Element names are those of WordprocessingML (ECMA-376, part 1, section 17).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from docx.oxml import parse_xml

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.publish.lint.collected import Collected
from danvan_study.publish.lint.draft import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.oxml.xmlchemy import BaseOxmlElement as Element

    from danvan_study.publish.lint.draft import Draft
    from danvan_study.publish.lint.known import Known

_BODY: Final = "word/document.xml"
_PROPERTIES: Final = "docProps/core.xml"
_PARTS: Final = {
    "word/header": Part.HEADER,
    "word/footer": Part.FOOTER,
    "word/footnotes": Part.NOTE,
    "word/endnotes": Part.NOTE,
    "word/comments": Part.COMMENT,
}
_GONE: Final = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "Fallback"})
"""Deleted text, what fields are made from, looks, and the second copy of a drawing for old readers."""
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What a damaged archive, broken XML (a SyntaxError), a locked file or too deep a nesting can give."""
_MOST_BYTES: Final = 64 * 2**20
_DEEPEST: Final = 200


def read_docx(content: bytes, *, source: str, known: Known) -> Draft:
    """Read a DOCX.

    Raises
    ------
    StudyError
        It is no DOCX, is damaged, or unpacks to more than 64 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            roots = _roots(archive)
        collected = Collected(language=_language(roots.pop(_PROPERTIES, None)))
        _blocks(_child(roots.pop(_BODY), "body"), collected)
        for name, root in sorted(roots.items()):
            _apart(root, _part(name), collected)
    except _UNREADABLE as error:
        raise _damaged(source) from error
    return collected.draft(known)


def _damaged(source: str) -> StudyError:
    return StudyError(source, say("this is not a readable DOCX."), say("Open it in Word and save it again as .docx."))


def _roots(archive: zipfile.ZipFile) -> dict[str, Element]:
    """Return the parsed parts that hold text, by name."""
    wanted = [one for one in archive.infolist() if one.filename in {_BODY, _PROPERTIES} or _is_part(one.filename)]
    if sum(info.file_size for info in wanted) > _MOST_BYTES:
        raise ValueError("it unpacks to too much")
    roots = {}
    for info in wanted:
        content = archive.read(info)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise ValueError("a document has no DTD")
        roots[info.filename] = parse_xml(content)
    return roots


def _language(properties: Element | None) -> str:
    """Return the language that the properties name; Word names none, the kit does."""
    found = _child_or_none(properties, "language") if properties is not None else None
    return (found.text or "") if found is not None else ""


def _is_part(name: str) -> bool:
    return name.endswith(".xml") and name.startswith(tuple(_PARTS))


def _part(name: str) -> Part:
    return next(part for start, part in _PARTS.items() if name.startswith(start))


def _apart(root: Element, part: Part, collected: Collected) -> None:
    """Take the paragraphs of a head, a foot, notes or comments, those in tables too."""
    for paragraph in _paragraphs(root):
        collected.beside(_text(paragraph), part)
        _drawings(paragraph, collected)


def _blocks(parent: Element, collected: Collected) -> None:
    """Take paragraphs and tables in order; boxes and descriptions of pictures go apart."""
    for child in parent:
        kind = _name(child)
        if kind == "p":
            collected.paragraph(_text(child), is_heading=_is_heading(child))
            _drawings(child, collected)
        elif kind == "tbl":
            rows = list(_rows(child))
            collected.table([[_cell(cell) for cell in _inside(row, "tc")] for row in rows])
            for row in rows:
                _drawings(row, collected)
        elif kind not in _GONE and kind != "sectPr":
            _blocks(child, collected)


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows that are not deleted."""
    for row in _inside(table, "tr"):
        properties = _child_or_none(row, "trPr")
        if properties is None or _child_or_none(properties, "del") is None:
            yield row


def _inside(parent: Element, wanted: str) -> Iterator[Element]:
    """Yield children of a kind, also behind controls, but not those of a table inside."""
    for child in parent:
        kind = _name(child)
        if kind == wanted:
            yield child
        elif kind in {"sdt", "sdtContent", "ins", "customXml", "smartTag"}:
            yield from _inside(child, wanted)


def _cell(cell: Element) -> str:
    return "\n".join(text for text in map(_text, _paragraphs(cell)) if text.strip())


def _paragraphs(parent: Element) -> Iterator[Element]:
    """Yield paragraphs at any depth, but not those of boxes."""
    for child in parent:
        if _name(child) == "p":
            yield child
        elif _name(child) not in _GONE:
            yield from _paragraphs(child)


def _text(paragraph: Element, depth: int = 0) -> str:
    """Return what a paragraph says."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    pieces = []
    for child in paragraph:
        kind = _name(child)
        if kind == "t":
            pieces.append(child.text or "")
        elif kind in _SIGNS:
            pieces.append(_SIGNS[kind])
        elif kind not in _GONE and kind != "txbxContent":
            pieces.append(_text(child, depth + 1))
    return "".join(pieces)


def _drawings(parent: Element, collected: Collected) -> None:
    """Take the boxes and the descriptions of pictures inside."""
    for child in parent:
        kind = _name(child)
        if kind == "txbxContent":
            for paragraph in _paragraphs(child):
                collected.beside(_text(paragraph), Part.BOX)
        elif kind == "docPr":
            collected.beside(child.get("descr") or "", Part.ALT)
        elif kind not in _GONE:
            _drawings(child, collected)


def _is_heading(paragraph: Element) -> bool:
    properties = _child_or_none(paragraph, "pPr")
    style = _child_or_none(properties, "pStyle") if properties is not None else None
    named = next(iter(style.attrib.values()), "") if style is not None else ""
    return named.replace(" ", "").lower().startswith(("heading", "title", "u1", "u2"))


def _name(element: Element) -> str:
    """Return an element's name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(parent: Element, name: str) -> Element:
    found = _child_or_none(parent, name)
    if found is None:
        raise ValueError(f"no {name}")
    return found


def _child_or_none(parent: Element, name: str) -> Element | None:
    return next((child for child in parent if _name(child) == name), None)
