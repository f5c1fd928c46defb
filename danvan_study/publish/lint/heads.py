"""The form of an office's document: heads, number, recipients, end, and no mark of secrecy."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.draft import Part, Passage
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft

_PARTY: Final = "ĐẢNG CỘNG SẢN VIỆT NAM"
_STATE: Final = re.compile(r"CỘNG (?:HOÀ|HÒA) XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc")
_NUMBER: Final = re.compile(r"^Số\s*:?\s*[\d.…_\s]*[/-]\s*[\wĐ]*[A-ZĐ]")
_PARTY_NUMBER: Final = re.compile(r"^Số(?!\s*:)[\s\d.…_]*-\s?BC/[A-ZĐƯ]+")
_STATE_NUMBER: Final = re.compile(r"^Số:[\s\d.…_]*/BC-[A-ZĐƯ]+")
_RECIPIENTS: Final = re.compile(r"^Nơi nhận\s*:?\s*(?P<first>.*)$", re.IGNORECASE)
_ITEM: Final = re.compile(r"[^\W\d_]{2,}")
_SECRET: Final = re.compile(r"(?<!\w)(?<!BÍ )(?:TUYỆT MẬT|TỐI MẬT|MẬT|TOP SECRET|SECRET|CONFIDENTIAL)(?!\w)")
_LONGEST_MARK: Final = 6
_HEAD: Final = 25
_AFTER: Final = 3


class Head(StrEnum):
    """Whose heads a document carries."""

    PARTY = "party"
    STATE = "state"
    NONE = "none"


def head_of(draft: Draft) -> Head:
    """Return whose form a document is in: the first head decides."""
    for line in draft.lines[:_HEAD]:
        if _PARTY in line:
            return Head.PARTY
        if _STATE.search(line):
            return Head.STATE
    return Head.NONE


@rule(
    "number-line",
    cure=say("Party: “Số … -BC/…” (no colon); State: “Số: … /BC-…”. The number may be left blank."),
)
def number_follows_the_form(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Every number line follows the form: no colon and a hyphen for the Party, a colon and a slash for the State."""
    head = head_of(draft)
    if head is Head.NONE:
        return
    wanted = _PARTY_NUMBER if head is Head.PARTY else _STATE_NUMBER
    lines = [line for line in draft.lines if _NUMBER.match(line)]
    if not lines:
        yield _top(draft), say("there is no line “Số”.")
    for line in lines[:1]:
        if not wanted.match(line):
            yield _at(draft, line), say("“{line}” is not how the number is written.", line=line)


@rule("head-of-form", cure=say("A document has heads of one kind."))
def heads_are_not_mixed(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No national title in a Party document, no Party title in a State one."""
    head = head_of(draft)
    for line in draft.lines if head is not Head.NONE else ():
        if head is Head.PARTY and _STATE.search(line):
            yield _at(draft, line), say("the national title doesn't stand in a document of the Party.")
        if head is Head.STATE and _PARTY in line:
            yield _at(draft, line), say("the Party's title doesn't stand in a document of the State.")


@rule("recipients", cure=say("Name one recipient at least."))
def recipients_are_named(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """“Nơi nhận” names somebody."""
    if head_of(draft) is Head.NONE:
        return
    for place, line in enumerate(draft.lines):
        if found := _RECIPIENTS.match(line):
            following = draft.lines[place + 1 : place + 1 + _AFTER]
            if not _ITEM.search(found["first"]) and not any(_is_item(one) for one in following):
                yield _at(draft, line), say("“Nơi nhận” (recipients) is blank.")
            return
    yield _top(draft), say("there is no “Nơi nhận” (recipients).")


@rule("end-mark", cure=say("Documents of the Party end with “.”, those of the State with “./.”."))
def end_follows_the_form(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Party documents end with a stop, State documents with “./.”."""
    head = head_of(draft)
    marked = [line for line in draft.lines if line.endswith("./.")]
    if head is Head.PARTY and marked:
        yield _at(draft, marked[0]), say("“./.” ends documents of the State.")
    if head is Head.STATE and not marked:
        yield _top(draft), say("the end mark “./.” is missing.")


@rule(
    "secrecy-mark",
    cure=say("Take the mark out: this kit makes no classified documents; they have computers and rules of their own."),
)
def no_mark_of_secrecy(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No mark of secrecy: a secret document does not belong in this kit."""
    for passage in draft.everything:
        for line in passage.text.split("\n"):
            if len(line.split()) <= _LONGEST_MARK and (found := _SECRET.search(line)):
                yield passage, say("it has the mark “{mark}”.", mark=found[0])


def _is_item(line: str) -> bool:
    return line.lstrip().startswith(("-", "–", "+")) and _ITEM.search(line) is not None


def _at(draft: Draft, line: str) -> Passage:
    return next(passage for passage in draft.everything if line in map(str.strip, passage.text.split("\n")))


def _top(draft: Draft) -> Passage:
    return draft.passages[0] if draft.passages else Passage(written="", part=Part.BODY, place="1")
