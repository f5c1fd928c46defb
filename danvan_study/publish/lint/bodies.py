"""Offices of the district level: they ended on 1 July 2025, and nothing can be asked of them any more."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage, Statement

END_OF_DISTRICTS: Final = date(2025, 7, 1)
_BODY: Final = (
    r"(?:UBND|HĐND|MTTQ|(?:Uỷ|Ủy) ban nhân dân|Hội đồng nhân dân|(?:Uỷ|Ủy) ban Mặt trận Tổ quốc|Mặt trận(?: Tổ quốc)?"
    r"|Công an|T(?:oà|òa) án(?: nhân dân)?|Viện kiểm sát(?: nhân dân)?|Ban Dân vận|Phòng [^\W\d_]+(?: [^\W\d_]+){0,5}?"
    r"|Chủ tịch|Phó Chủ tịch|Bí thư|lãnh đạo|cán bộ|chính quyền|cơ quan|Ban Chỉ huy quân sự|Bảo hiểm xã hội)"
)
_DISTRICT: Final = r"(?:huyện|thị xã|quận|cấp huyện)"
_CENTRAL: Final = "Hà Nội|Huế|Hải Phòng|Đà Nẵng|Cần Thơ|Hồ Chí Minh|HCM|Đồng Nai|trực thuộc"
_CITY: Final = rf"(?:thành phố|TP\.?) (?!{_CENTRAL})[^\W\d_]+(?: [^\W\d_]+)?"
_LIVING: Final = re.compile(
    rf"(?<!\w)(?:{_BODY} (?:{_DISTRICT}(?!\w)|{_CITY})|(?:Huyện|Thị|Quận) (?:uỷ|ủy)(?!\w))", re.IGNORECASE
)
_FORMER: Final = re.compile(
    r"\(cũ\)|(?<!\w)cũ(?!\w)|trước đây|trước (?:khi|ngày|tháng|năm|sắp xếp)|đã kết thúc|không còn"
    r"|năm 20(?:[01]\d|2[0-4])|quý I{1,2}/2025|quý (?:I{1,3}|IV)/20(?:[01]\d|2[0-4])",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(20\d\d)", re.IGNORECASE)
_QUARTER: Final = re.compile(r"quý\s+(I{1,3}|IV)/(20\d\d)", re.IGNORECASE)
_HEAD: Final = 40
_MONTHS: Final = {"I": 3, "II": 6, "III": 9, "IV": 12}


@rule(
    "district-body",
    cure=say("Name a body that is at work (commune, ward, province), or add “(cũ)” if it is of before 1 July 2025."),
)
def districts_have_no_offices(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """After 1 July 2025 no office of a district is spoken of as if it were still there."""
    if dated(draft) < END_OF_DISTRICTS:
        return
    for statement in draft.statements:
        for found in _LIVING.finditer(statement.text):
            if not _is_former(statement):
                yield statement.passage, say("“{word}” has been no more since 1 July 2025.", word=found[0])


def dated(draft: Draft) -> date:
    """Return a document's day: by its first lines, by its wave, or else the day on which districts ended."""
    for line in draft.lines[:_HEAD]:
        if found := _DAY.search(line):
            day, month, year = map(int, found.groups())
            if 1 <= month <= 12 and 1 <= day <= 28:
                return date(year, month, day)
        if found := _QUARTER.search(line):
            return date(int(found[2]), _MONTHS[found[1].upper()], 28)
    return draft.known.dated or END_OF_DISTRICTS


def _is_former(statement: Statement) -> bool:
    return _FORMER.search(statement.whole) is not None
