"""One HTML file that opens from disk without a network and works through a form as a tablet does."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from danvan_study.form.codebook import read_codebook
from danvan_study.form.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = "/*FORM*/"
_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def preview_page(content: bytes, *, source: str, media: Mapping[str, bytes]) -> bytes:
    """Return the page.

    Parameters
    ----------
    content
        The workbook (.xlsx).
    source
        Its file name, for messages.
    media
        The files from which questions take their choices, by file name.

    Raises
    ------
    StudyError
        pyxform refuses the form.
    """
    workbook = read_workbook(content, source=source)
    codebook = read_codebook(workbook, content)
    form = {
        "title": codebook.title,
        "version": codebook.version,
        "xform": workbook.xform,
        "media": {name: text.decode("utf-8-sig") for name, text in sorted(media.items())},
    }
    page = files("danvan_study.form.preview").joinpath("page.html").read_text(encoding="utf-8")
    # Inside a script nothing may look like the end of one.
    return page.replace(PLACE, json.dumps(form, ensure_ascii=False).translate(_SAFE), 1).encode()


def media_names(content: bytes, *, source: str) -> list[str]:
    """Return the files from which the questions of a form take their choices."""
    workbook = read_workbook(content, source=source)
    questions = read_codebook(workbook, content).questions
    return sorted({each.itemset for each in questions if each.itemset.endswith((".csv", ".xml", ".geojson"))})
