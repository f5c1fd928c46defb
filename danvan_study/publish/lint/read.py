"""Read a document as people left it: DOCX, HTML, Markdown or plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.publish.lint.docx_text import read_docx
from danvan_study.publish.lint.html_text import read_html
from danvan_study.publish.lint.known import NOTHING
from danvan_study.publish.lint.plain_text import read_plain

if TYPE_CHECKING:
    from danvan_study.publish.lint.draft import Draft
    from danvan_study.publish.lint.known import Known

ENDINGS: Final = (".docx", ".html", ".htm", ".md", ".txt")


def read_draft(content: bytes, *, source: str, known: Known = NOTHING) -> Draft:
    """Read a document.

    Parameters
    ----------
    content
        The file.
    source
        Its name; its ending says what it is.
    known
        What the study has published, for the rules that compare.

    Raises
    ------
    StudyError
        The ending is none of ``ENDINGS``, or the file is not what its ending says.
    """
    name = source.lower()
    if name.endswith(".docx"):
        return read_docx(content, source=source, known=known)
    if not name.endswith(ENDINGS):
        raise StudyError(
            source, say("this kind of file is not known."), say("Known endings: {known}.", known=", ".join(ENDINGS))
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(source, say("this is not UTF-8 text."), say("Save it as UTF-8.")) from error
    return read_plain(text, known=known) if name.endswith((".md", ".txt")) else read_html(text, known=known)
