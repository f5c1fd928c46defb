"""How long each kind of file is kept, and by when a wish to withdraw is carried out.

Law 91/2025/QH15 on the protection of personal data and Decree 356/2025/NĐ-CP, in force since 1 January 2026. The kit is
stricter where that costs nothing: a server that somebody else runs makes no day longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.messages import Message
    from danvan_study.study import Wave

FOREVER = -1
LOCK_DAYS = 45
ANSWER_WORKING_DAYS, STOP_DAYS, ERASE_DAYS = 2, 15, 20
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file, where it lies, what it holds and until when it is kept."""

    name: str
    title: Message
    paths: tuple[str, ...]
    """Files and folders of a wave, ``{wave}`` for its id."""
    holds: str
    """In Vietnamese, for the data map."""
    days: int
    """After the last day of fieldwork, or of ``whole_years``; :data:`FOREVER`: it holds nobody's data."""
    who: str
    """Who may read it."""
    whole_years: bool = False
    """Counted from the end of the wave's year."""


KINDS = (
    FileKind(
        name="contact_sheet",
        title=say("contact sheet"),
        paths=("data/contacts/{wave}",),
        holds="cách liên lạc của người đồng ý cho gọi lại; mã hoá bằng khoá riêng",
        days=30,
        who="người giám sát",
    ),
    FileKind(
        name="withdrawal_link",
        title=say("withdrawal codes"),
        paths=("data/withdrawal/{wave}",),
        holds="mã trên mảnh giấy nối với số phiếu",
        days=LOCK_DAYS,
        who="người phụ trách dữ liệu",
    ),
    FileKind(
        name="fieldwork",
        title=say("monitoring of the fieldwork"),
        paths=("data/processed/{wave}-fieldwork", "data/backchecks/{wave}.csv", "data/backchecks/{wave}_goi_lai.xlsx"),
        holds="phát hiện, danh sách gọi lại: mã ngẫu nhiên, mã điều tra viên",
        days=LOCK_DAYS,
        who="người giám sát",
    ),
    FileKind(
        name="coding_sheets",
        title=say("sheets of names and codes"),
        paths=("data/coding_sheets/{wave}",),
        holds="câu trả lời bằng lời đã che tên, không có mã phiếu",
        days=LOCK_DAYS,
        who="người soát tên, người mã hoá",
    ),
    FileKind(
        name="enumerator_pages",
        title=say("enumerators' pages"),
        paths=("data/enumerators/{wave}",),
        holds="trang hướng dẫn và phân công: tài khoản điều tra viên, thôn, số thứ tự hộ",
        days=LOCK_DAYS,
        who="người giám sát",
    ),
    FileKind(
        name="paradata",
        title=say("visits"),
        paths=("data/visits/{wave}.csv", "data/processed/{wave}-dossier/07_theo_dieu_tra_vien.csv"),
        holds="lượt đến: ngày, mã kết quả, mã điều tra viên; không có câu trả lời",
        days=730,
        who="người giám sát",
    ),
    FileKind(
        name="responses",
        title=say("answers"),
        paths=(
            "data/raw/{wave}",
            "data/corrections/{wave}.csv",
            "data/processed/{wave}/respondents.parquet",
            "data/processed/{wave}/answers.parquet",
            "data/processed/{wave}/texts.parquet",
            "data/processed/{wave}/weights.parquet",
            "data/processed/{wave}/removed.csv",
            "data/exports/{wave}",
        ),
        holds="câu trả lời, mã ngẫu nhiên, thôn, ngày; bản gốc mã hoá",
        days=365,
        who="người phân tích",
        whole_years=True,
    ),
    FileKind(
        name="sample",
        title=say("the drawn sample"),
        paths=("data/sample/{wave}.csv", "data/sample/{wave}_draw.json"),
        holds="thôn đã rút, số hộ",
        days=FOREVER,
        who="mọi người trong nhóm",
    ),
    FileKind(
        name="results",
        title=say("results"),
        paths=("data/processed/{wave}", "data/release/{wave}"),
        holds="con số tổng hợp, bản tin; tệp công bố của người đã đồng ý, đã che",
        days=FOREVER,
        who="công khai sau khi duyệt",
    ),
)
"""What the responses wait for is the report of the year, then twelve months more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """By when a wish to withdraw is answered, and everything done."""

    answer_by: date
    stop_by: date
    erase_by: date


def due_day(kind: str, wave: Wave) -> date:
    """Return the last day on which a kind of file of a wave may still be there; ``date.max``: it may stay."""
    found = next(each for each in KINDS if each.name == kind)
    if found.days == FOREVER:
        return date.max
    start = date(wave.end.year, 12, 31) if found.whole_years else wave.end
    return start + timedelta(days=found.days)


def withdrawal_clock(received_on: date) -> Clock:
    """Return the days by which the law wants a withdrawal answered, the use stopped and the data erased.

    Answer within two working days (article 5.2 of the decree), stop within 15 days, erase within 20 (article 14 of the
    law, 5.4 of the decree). Public holidays are not known here and counted as working days, which is never late.
    """
    day, left = received_on, ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return Clock(
        answer_by=day,
        stop_by=received_on + timedelta(days=STOP_DAYS),
        erase_by=received_on + timedelta(days=ERASE_DAYS),
    )
