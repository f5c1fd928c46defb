"""The form of an office's document: heads, number, recipients, end, and no mark of secrecy."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.draft import Part, Passage
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    cure="Cơ quan đảng: “Số      -BC/…” (không hai chấm); nhà nước: “Số:      /BC-…”. Chỗ số để trống cũng được.",
)
def number_follows_the_form(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Every number line follows the form: no colon and a hyphen for the Party, a colon and a slash for the State."""
    head = head_of(draft)
    if head is Head.NONE:
        return
    wanted = _PARTY_NUMBER if head is Head.PARTY else _STATE_NUMBER
    lines = [line for line in draft.lines if _NUMBER.match(line)]
    if not lines:
        yield _top(draft), "không có dòng “Số”."
    for line in lines[:1]:
        if not wanted.match(line):
            yield _at(draft, line), f"“{line}” không đúng mẫu dòng số."


@rule("head-of-form", cure="Mỗi văn bản chỉ mang một loại tiêu đề.")
def heads_are_not_mixed(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """No national title in a Party document, no Party title in a State one."""
    head = head_of(draft)
    for line in draft.lines if head is not Head.NONE else ():
        if head is Head.PARTY and _STATE.search(line):
            yield _at(draft, line), "Quốc hiệu không dùng trong văn bản của Đảng."
        if head is Head.STATE and _PARTY in line:
            yield _at(draft, line), "tiêu đề Đảng không dùng trong văn bản của cơ quan nhà nước."


@rule("recipients", cure="Ghi ít nhất một nơi nhận.")
def recipients_are_named(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """“Nơi nhận” names somebody."""
    if head_of(draft) is Head.NONE:
        return
    for place, line in enumerate(draft.lines):
        if found := _RECIPIENTS.match(line):
            following = draft.lines[place + 1 : place + 1 + _AFTER]
            if not _ITEM.search(found["first"]) and not any(_is_item(one) for one in following):
                yield _at(draft, line), "“Nơi nhận” để trống."
            return
    yield _top(draft), "không có “Nơi nhận”."


@rule("end-mark", cure="Văn bản của Đảng kết thúc bằng “.”, của cơ quan nhà nước bằng “./.”.")
def end_follows_the_form(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Party documents end with a stop, State documents with “./.”."""
    head = head_of(draft)
    marked = [line for line in draft.lines if line.endswith("./.")]
    if head is Head.PARTY and marked:
        yield _at(draft, marked[0]), "“./.” là dấu hết của văn bản nhà nước."
    if head is Head.STATE and not marked:
        yield _top(draft), "không có dấu hết “./.”."


@rule(
    "secrecy-mark",
    cure="Bỏ dấu mật: bộ công cụ này không làm văn bản mật; văn bản mật soạn ở máy và theo quy trình riêng.",
)
def no_mark_of_secrecy(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """No mark of secrecy: a secret document does not belong in this kit."""
    for passage in draft.everything:
        for line in passage.text.split("\n"):
            if len(line.split()) <= _LONGEST_MARK and (found := _SECRET.search(line)):
                yield passage, f"có dấu “{found[0]}”."


def _is_item(line: str) -> bool:
    return line.lstrip().startswith(("-", "–", "+")) and _ITEM.search(line) is not None


def _at(draft: Draft, line: str) -> Passage:
    return next(passage for passage in draft.everything if line in map(str.strip, passage.text.split("\n")))


def _top(draft: Draft) -> Passage:
    return draft.passages[0] if draft.passages else Passage(written="", part=Part.BODY, place="1")
