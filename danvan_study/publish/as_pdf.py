"""A brief as PDF by typst: tagged, in its own font, the same bytes each time.

The template (``templates/brief.typ``) is fixed; the brief reaches it as data. No word of a brief is ever read as
markup or code, and nothing is fetched: no package, no font of the machine.
"""

from __future__ import annotations

import json
import pkgutil
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Final, cast

import fontpkg
import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

from danvan_study.publish import words
from danvan_study.publish.blocks import Heading, Headline, Picture

if TYPE_CHECKING:
    from datetime import date

    from danvan_study.publish.blocks import Block, Document

FAMILY: Final = "Be Vietnam Pro"
STANDARD: Final = "ua-1"
"""PDF/UA-1 (ISO 14289-1): a PDF that can be read by ear. Typst refuses to write one that isn't."""

PAGES: Final = {"summary": 2, "area": 1}
"""Of how many pages a kind of document consists at most."""

_SIZES: Final = {
    "report": (10.0,),
    "summary": (10.0, 9.5, 9.0, 8.5, 8.0),
    "area": (10.5, 10.0, 9.5, 9.0, 8.5, 8.0),
}
"""In points; of several the first is taken with which the document has no more than its pages."""

_UNREADABLE: Final = "\ufffd"


def set_pdf(document: Document, *, dated: date) -> bytes:
    """Set a brief as PDF; the same brief gives the same bytes, whenever it is set.

    A document of limited length (:data:`PAGES`) is set in smaller letters where it would not fit; where the smallest
    do not do either it becomes longer, and nothing is left out.

    Parameters
    ----------
    document
        The brief.
    dated
        The day that the file's properties name.
    """
    content = json.dumps(_readable(_content(document)), ensure_ascii=False)
    for size in _SIZES[document.kind]:
        inputs = {"document": content, "size": str(size), "dated": dated.isoformat()}
        compiler = typst.Compiler(_template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
        if document.kind not in PAGES or _pages(compiler) <= PAGES[document.kind]:
            break
    moment = datetime.combine(dated, time(), UTC)
    pdf = compiler.compile(_template(), pdf_standards=STANDARD, timestamp=moment)
    return cast("bytes", pdf)


def _pages(compiler: typst.Compiler) -> int:
    """Return how many pages the document has; what it is laid out for stays with the compiler."""
    return int(json.loads(compiler.query("<pages>", field="value", one=True)))


@cache
def _template() -> bytes:
    return pkgutil.get_data("danvan_study.publish", "templates/brief.typ") or b""


@cache
def _fonts() -> typst.Fonts:
    """Return the family and, for signs that it lacks, DejaVu Sans, which matplotlib ships; none of the machine's."""
    folders = [str(fontpkg.path(FAMILY, 400).parent), f"{mpl.get_data_path()}/fonts/ttf"]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _signs() -> frozenset[str]:
    """Return the signs that one of the two families can draw, and the line break."""
    files = [str(fontpkg.path(FAMILY, 400)), f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf"]
    return frozenset("\n").union(*(map(chr, FT2Font(file).get_charmap()) for file in files))


def _readable(given: object) -> object:
    """Return ``given`` with a mark in place of each sign that no font has: PDF/UA-1 would refuse the whole brief."""
    if isinstance(given, dict):
        return {key: _readable(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [_readable(value) for value in given]
    if isinstance(given, str) and not _signs().issuperset(given):
        return given.translate({ord(sign): _sign(sign) for sign in set(given)})
    return given


@cache
def _sign(sign: str) -> str:
    """Return what stands for a sign: itself, a blank for a tab, nothing for what is invisible, else the mark."""
    if sign in _signs():
        return sign
    if unicodedata.category(sign) in {"Cc", "Cf"}:
        return " " if sign == "\t" else ""
    return _UNREADABLE


def _content(document: Document) -> dict[str, object]:
    """Return the document as data for the template."""
    return {
        "kind": document.kind,
        "language": document.language,
        "contents": words.phrases(document.language)["contents"],
        "kicker": document.kicker,
        "title": document.title,
        "period": document.period,
        "disclaimer": document.disclaimer,
        "simulated": document.simulated,
        "simulated_note": document.simulated_note,
        "blocks": [_block(block, document.language) for block in document.blocks],
    }


def _block(block: Block, language: str) -> dict[str, object]:
    kind = {"type": type(block).__name__}
    match block:
        case Heading():
            return kind | {
                "text": block.line,
                "level": block.level,
                "on_new_page": block.is_annex or block.starts_page,
            }
        case Picture():
            svg, height = block.svg.decode(), block.height
            return kind | {
                "caption": block.caption,
                "alt": block.alt,
                "svg": svg,
                "height": height,
                "notes": block.notes,
            }
        case Headline():
            number = words.phrases(language)["question_number"]
            cards = [asdict(card) | {"number": number.format(number=card.mark)} for card in block.cards]
            return kind | {"cards": cards}
        case _:
            return kind | asdict(block)
