"""Read the section ``[office]`` of ``study.toml``: in whose name documents go out, and in which form they are set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import Message, say
from danvan_study.text import write_tones

if TYPE_CHECKING:
    from danvan_study.study.toml import Section

BY_HAND: Final[dict[str, Message]] = {
    "number": say("A document gets its number from the clerk, when it is signed."),
    "signature": say("A document is signed by hand."),
    "signed_by": say("A document is signed by hand; whoever signs writes the name."),
    "signer": say("A document is signed by hand; whoever signs writes the name."),
    "post": say("Whoever signs writes the post."),
    "date": say("A document is dated when it is signed."),
    "secrecy": say("Classified reports don't belong in this tool."),
    "urgency": say("The clerk stamps it."),
}
"""Keys that somebody might look for, and why there are none."""

_SECRECY: Final = re.compile(r"(?<!bí )(?<!cơ )\bmật\b", re.IGNORECASE)
_SYMBOL: Final = re.compile(r"[^\W\d_]+(-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """In whose name documents go out. Number, date, signature and secrecy mark are never set by a program."""

    form: str
    """Name of a file in ``publish/forms``."""
    superior: str
    """The body above; empty: none is named."""
    body: str
    """The body that issues the documents."""
    place: str
    symbol: str
    """Its short name in a document's number: ``BTGDVTU``."""
    recipients: tuple[str, ...]
    """The last one keeps the file: ``Lưu …``."""


def read_office(section: Section) -> Office | None:
    """Read form, heads and recipients; None where the study has no such section.

    The spelling of tones follows ``tone_style`` wherever the office is named: uỷ or ủy.

    Raises
    ------
    StudyError
        A key is unknown; or something stands there that only a person may set: a document number, a date, a name
        under the text, a secrecy mark.
    """
    if not section.keys():
        return None
    for key, reason in BY_HAND.items():
        if key in section:
            raise StudyError(section.where(key), reason, say("Delete the key: the place stays blank for it."))
    style = section.choice("tone_style", ("ủy", "uỷ"), "ủy")
    office = Office(
        form=section.text("form"),
        superior=write_tones(section.text("superior", ""), style),
        body=write_tones(section.text("body"), style),
        place=write_tones(section.text("place"), style),
        symbol=section.text("symbol"),
        recipients=tuple(write_tones(name, style) for name in section.texts("recipients")),
    )
    for name in ("superior", "body", "place", "symbol", "recipients"):
        if _SECRECY.search(str(getattr(office, name))):
            raise StudyError(
                section.where(name),
                say("this is a secrecy mark, and none is ever made here."),
                say("Delete it: classified reports don't belong in this tool."),
            )
    if not _SYMBOL.fullmatch(office.symbol):
        raise StudyError(
            section.where("symbol"),
            say('"{symbol}" is not the short name of a body alone.', symbol=office.symbol),
            say(
                'Write it without number and kind, such as "BTGDVTU": the form adds both, and leaves the number blank.'
            ),
        )
    if not office.recipients:
        raise StudyError(
            section.where("recipients"), say("there is none."), say('Name them: recipients = ["…", "Lưu …"].')
        )
    section.close()
    return office
