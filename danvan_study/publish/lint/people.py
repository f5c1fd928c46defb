"""Nobody can be found in a brief: no name, telephone, number of an identity card, e-mail; and nobody is quoted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.open_ended.scrub import called_names
from danvan_study.publish.lint.draft import quoted
from danvan_study.publish.lint.lexicon import SAID
from danvan_study.publish.lint.registry import rule
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage

_GAP: Final = r"[ .\-\u2011]?"
_PHONE: Final = re.compile(rf"(?<![\w.,])(?:\+\s?84{_GAP}|0)(?:\d{_GAP}){{8,10}}\d?(?![\w])")
_IDENTITY: Final = re.compile(
    r"(?<![\w.,])(?:0\d{11}|0\d{2}(?: \d{3}){3}|\d{9}|\d{3} \d{3} \d{3}|[1-9]\d{11})(?![\w]|[.,]\d)"
)
_MAIL: Final = re.compile(r"(?<!\w)[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE_DIGITS: Final = (10, 12)
_LEAST_QUOTED: Final = 5


@rule("person-name", cure=say("Take the name out: a report speaks of many people, not of one."))
def nobody_is_named(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No person is named behind a title or a word of kinship."""
    for passage in draft.everything:
        for name in called_names(passage.text, draft.known.places):
            if name not in draft.known.contact:
                yield passage, say("“{name}” is a person's name.", name=name)


@rule("phone", cure=say("Take the telephone number out; the contact stands in study.toml, [study] contact."))
def no_telephone_number(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No telephone number stands in it but that of the study's own contact."""
    for passage in draft.everything:
        for found in _PHONE.finditer(passage.text):
            digits = re.sub(r"\D", "", found[0])
            is_phone = _PHONE_DIGITS[0] <= len(digits) <= _PHONE_DIGITS[1] and not _IDENTITY.fullmatch(found[0].strip())
            if is_phone and not _is_contact(draft, digits):
                yield passage, say("{number} is a telephone number.", number=found[0].strip())


@rule("identity-number", cure=say("Take the number out."))
def no_identity_number(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No number of an identity card (12 or 9 digits) stands in it."""
    for passage in draft.everything:
        for found in _IDENTITY.finditer(passage.text):
            if not _is_contact(draft, re.sub(r"\D", "", found[0])):
                yield passage, say("{number} looks like the number of an identity card.", number=found[0])


@rule("e-mail", cure=say("Take the address out; the contact stands in study.toml, [study] contact."))
def no_address_of_mail(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No e-mail address stands in it but that of the study's own contact."""
    for passage in draft.everything:
        for found in _MAIL.finditer(passage.text):
            if found[0].lower() not in draft.known.contact.lower():
                yield passage, say("{address} is an e-mail address.", address=found[0])


@rule("quotation", cure=say("Quote nobody's words: the speaker might be recognised. Tell topics and shares alone."))
def nobody_is_quoted(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No words of a respondent are quoted."""
    labels = draft.known.labels
    for passage in draft.everything:
        for found in quoted(passage.text):
            inside = found[0][1:-1].strip()
            is_long = len(inside.split()) >= _LEAST_QUOTED
            if is_long and SAID.search(passage.text[: found.start()]) and fold(inside) not in labels:
                yield passage, say("“{words}” are somebody's own words.", words=inside)


def _is_contact(draft: Draft, digits: str) -> bool:
    return digits in re.sub(r"\D", "", draft.known.contact)
