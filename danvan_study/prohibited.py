"""What no form asks and what never gets past collect: fields by which a person could be found, and religion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.text import fold

if TYPE_CHECKING:
    from danvan_study.codebook import Question

TYPES = frozenset(
    {
        *("geopoint", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "gps", "location", "osm"),
        *("audio", "background-audio", "image", "photo", "picture", "video", "barcode", "file"),
        *("audit", "deviceid", "imei", "phonenumber", "simserial", "subscriberid", "username", "email"),
    }
)
"""Words of an XLSForm type that say: a place, a recording, a device or an account."""
TYPES_OF_TWO_WORDS = ("device id", "phone number", "sim id", "subscriber id")

FIELDS = frozenset({"deviceid", "phonenumber", "simserial", "subscriberid", "username", "email", "audit", "meta/audit"})
FIELD_STARTS = ("_geolocation", "_attachments")
"""Fields that KoboToolbox and the app add by themselves."""

CONTACT_WORDS = tuple(
    tuple(words.split())
    for words in (
        "phone", "telephone", "phonenumber", "tel", "mobile number", "sdt", "so dt", "dien thoai", "dienthoai",
        "address", "addr", "dia chi", "diachi", "email", "e mail", "thu dien tu",
        "full name", "fullname", "ho ten", "hoten", "ho va ten", "ten day du", "respondent name",
        "id number", "id card", "national id", "passport", "ho chieu", "cccd", "cmnd", "can cuoc", "chung minh",
    )
)  # fmt: skip
"""Words in the name of a question that takes a free entry."""

RELIGION_WORDS = tuple(tuple(words.split()) for words in ("religion", "religious", "ton giao", "tongiao"))
"""Words in the name of any question: the kit holds no item on religion."""

BELIEF_WORDS = tuple(
    tuple(words.split())
    for words in ("belief", "beliefs", "tin nguong", "theo dao", "giao xu", "chuc sac", "church", "pagoda", "believers")
)
"""Words in the wording of a question or choice, beside those of religion."""

BIRTH_WORDS = tuple(
    tuple(words.split())
    for words in (
        "dob", "birth", "birthday", "birthdate", "date of birth", "year of birth", "born", "how old", "your age", "age",
        "ngay sinh", "nam sinh", "sinh ngay", "sinh nam", "bao nhieu tuoi", "may tuoi", "tuoi cua ong ba", "tuoi",
    )
)  # fmt: skip
"""Words by which a free entry asks for an exact age; single words count in the name of the question only."""

_SELECTS = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^0-9a-z]+")


def is_prohibited_question(question: Question) -> bool:
    """Whether the answers to a question of a form must not be kept.

    A select question may ask *about* telephones; a free entry with that word in its name would take the number.
    """
    if question.role is Role.IDENTIFIER or is_prohibited_type(question):
        return True
    words = _words(question.path.rpartition("/")[2])
    if any(_holds(words, run) for run in RELIGION_WORDS):
        return True
    return question.kind not in _SELECTS and any(_holds(words, run) for run in CONTACT_WORDS)


def is_prohibited_type(question: Question) -> bool:
    """Whether the type of a question records a place, a sound, an image, a device or an account."""
    written = question.type_as_written.lower().replace("uri:", "")
    return question.kind not in _SELECTS and (
        bool(TYPES & set(written.split())) or any(words in written for words in TYPES_OF_TWO_WORDS)
    )


def asks_for_contact(name: str, *wordings: str) -> bool:
    """Whether a free entry asks for a name, telephone, address, e-mail or identity number."""
    return any(_holds(_words(text), run) for text in (name, *wordings) for run in CONTACT_WORDS)


def asks_for_birth(name: str, *wordings: str) -> bool:
    """Whether a free entry asks for an exact age or a day of birth."""
    if any(_holds(_words(name), run) for run in BIRTH_WORDS):
        return True
    phrases = [run for run in BIRTH_WORDS if len(run) > 1]
    return any(_holds(_words(text), run) for text in wordings for run in phrases)


def asks_for_religion(name: str, *wordings: str) -> bool:
    """Whether a name or a wording speaks of religion or belief."""
    return any(_holds(_words(text), run) for text in (name, *wordings) for run in RELIGION_WORDS + BELIEF_WORDS)


def is_prohibited_field(key: str) -> bool:
    """Whether a field that stands in no form must not be kept: ``deviceid``, ``_geolocation``, and the like."""
    if key in FIELDS or key.startswith(FIELD_STARTS):
        return True
    words = _words(key)
    return any(_holds(words, run) for run in CONTACT_WORDS + RELIGION_WORDS)


def _words(name: str) -> list[str]:
    return _NO_WORD.sub(" ", fold(_HUMP.sub(" ", name))).split()


def _holds(words: list[str], run: tuple[str, ...]) -> bool:
    return any(tuple(words[start : start + len(run)]) == run for start in range(len(words)))
