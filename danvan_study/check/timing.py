"""When the interview took place, how long it took, and whether one person can have been there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.check.fences import far_out
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Material

SHORT, LONG = 0.4, 3.0
"""Of the wave's own median length."""
SHORTEST = 3.0
"""Minutes in which no form of ours can be read aloud."""
DAY = (6, 21)
"""Hours between which people are visited."""
CLOCK_SLACK = pd.Timedelta(minutes=5)
LATE_HOURS = 72.0
USUAL = 0.1
BUSY = 2.0
"""Of the wave's own median number a day."""
ENOUGH_DAYS = 8


@check(Severity.ERROR, "Phỏng vấn kết thúc sau khi bắt đầu.")
def interview_ended_after_it_began(material: Material) -> Iterator[Finding]:
    """Report an end at or before the start."""
    for row in np.flatnonzero(material.minutes <= 0):
        yield Finding(
            respondent=material.who(row),
            value=f"{material.minutes[row]:.1f}",
            rule="> 0 phút",
            message="Giờ kết thúc không sau giờ bắt đầu: xem đồng hồ máy.",
        )


@check(Severity.QUESTION, "Đồng hồ máy tính bảng chạy đúng.")
def device_clock_is_right(material: Material) -> Iterator[Finding]:
    """Report a start more than five minutes after the server received the submission."""
    ahead = material.started_utc - material.received
    for row in np.flatnonzero((ahead > CLOCK_SLACK).to_numpy()):
        yield Finding(
            respondent=material.who(row),
            value=f"{ahead.iloc[row].total_seconds() / 3600:.1f}",
            rule="≤ 5 phút",
            message="Máy ghi giờ bắt đầu muộn hơn giờ máy chủ nhận phiếu: chỉnh đồng hồ máy.",
        )


@check(Severity.NOTE, "Phiếu được gửi trong vài ngày.")
def submission_is_sent_in_time(material: Material) -> Iterator[Finding]:
    """Report hours from start to arrival above 72 and far outside the wave's own (third quartile + 3 IQR)."""
    hours = np.asarray((material.received - material.started_utc).dt.total_seconds() / 3600, dtype="float64")
    bound = max(LATE_HOURS, far_out(hours)[1])
    for row in np.flatnonzero(hours > bound):
        yield Finding(
            respondent=material.who(row),
            value=f"{hours[row]:.0f}",
            rule=f"≤ {bound:.0f} giờ",
            message="Phiếu gửi muộn: nhắc gửi mỗi ngày.",
        )


@check(Severity.QUESTION, "Phỏng vấn có độ dài hợp lý.")
def interview_takes_a_plausible_time(material: Material) -> Iterator[Finding]:
    """Report a length below 0.4 of the wave's median or below 3 minutes, or above 3 times the median."""
    known = material.minutes[np.isfinite(material.minutes) & (material.minutes > 0)]
    if not len(known):
        return
    low, high = max(SHORTEST, SHORT * float(np.median(known))), LONG * float(np.median(known))
    for row in np.flatnonzero((material.minutes > 0) & ((material.minutes < low) | (material.minutes > high))):
        short = material.minutes[row] < low
        yield Finding(
            respondent=material.who(row),
            value=f"{material.minutes[row]:.1f}",
            rule=f"{low:.1f} đến {high:.1f} phút",
            message="Phỏng vấn quá ngắn." if short else "Phỏng vấn quá dài: có thể máy để mở.",
        )


@check(Severity.QUESTION, "Phỏng vấn diễn ra ban ngày.")
def interview_takes_place_by_day(material: Material) -> Iterator[Finding]:
    """Report a start before 6 or from 21 o'clock on, local time."""
    hour = material.started.dt.hour
    for row in np.flatnonzero(((hour < DAY[0]) | (hour >= DAY[1])).to_numpy()):
        yield Finding(
            respondent=material.who(row),
            value=f"{material.started.iloc[row]:%H:%M}",
            rule=f"{DAY[0]}–{DAY[1]} giờ",
            message="Phỏng vấn ngoài giờ.",
        )


@check(Severity.QUESTION, "Phỏng vấn nằm trong thời gian của đợt.")
def interview_lies_in_the_wave(material: Material) -> Iterator[Finding]:
    """Report a start before the first or after the last day of the wave in study.toml."""
    day = material.started.dt.date
    wave = material.wave
    outside = [bool(pd.notna(each)) and not wave.start <= each <= wave.end for each in day]
    for row in np.flatnonzero(outside):
        yield Finding(
            respondent=material.who(row),
            value=str(day.iloc[row]),
            rule=f"{wave.start} đến {wave.end}",
            message="Ngày phỏng vấn nằm ngoài đợt khảo sát.",
        )


@check(Severity.QUESTION, "Ngày mà người dân kể không phải là ngày phỏng vấn do máy điền sẵn.")
def date_is_not_that_of_the_interview(material: Material) -> Iterator[Finding]:
    """Report a date given as the day of the interview, which the tablet offers first, or a later one.

    Left alone are dates that are of the interview in a tenth of the interviews or more: that is then what is asked.
    """
    for name in material.items(QuestionKind.DATE):
        told = pd.to_datetime(pd.Series(material.grid.answers(name)), errors="coerce", format="ISO8601").dt.normalize()
        told = told.where(~material.grid.is_missing[:, material.grid.questions.index(name)])
        same = (told >= material.started.dt.normalize()).to_numpy()
        if same.sum() >= USUAL * told.notna().sum():
            continue
        for row in np.flatnonzero(same):
            yield Finding(
                respondent=material.who(row),
                question=name,
                rule="trước ngày phỏng vấn",
                message=f"Câu {name} ghi ngày phỏng vấn hay ngày sau đó: có phải máy điền sẵn?",
            )


@check(Severity.QUESTION, "Một điều tra viên chỉ phỏng vấn một người một lúc.")
def interviewer_is_in_one_place(material: Material) -> Iterator[Finding]:
    """Report an interview that begins while another one of the same interviewer runs, unless that was left open."""
    visits = _visits(material)
    known = material.minutes[np.isfinite(material.minutes)]
    longest = LONG * float(np.median(known)) if len(known) else np.nan
    visits = visits[(visits["minutes"] > 0) & (visits["minutes"] <= longest)]
    for interviewer, theirs in visits.sort_values(["interviewer", "started"], kind="stable").groupby("interviewer"):
        running = theirs["ended"].cummax().shift()
        for row, start, until in zip(theirs["row"], theirs["started"], running, strict=True):
            if pd.notna(until) and start < until:
                yield Finding(
                    respondent=material.who(row),
                    interviewer=str(interviewer),
                    value=f"{(until - start).total_seconds() / 60:.1f}",
                    rule="0 phút trùng",
                    message="Bắt đầu khi một phỏng vấn khác của cùng điều tra viên chưa xong.",
                )


@check(Severity.QUESTION, "Một ngày làm việc có số phỏng vấn hợp lý.")
def day_holds_a_plausible_number(material: Material) -> Iterator[Finding]:
    """Report a day of an interviewer above twice the wave's median and far outside it (third quartile + 3 IQR)."""
    visits = _visits(material)
    counts = visits.groupby(["interviewer", visits["started"].dt.date]).size()
    if len(counts) < ENOUGH_DAYS:
        return
    bound = max(BUSY * float(counts.median()), far_out(np.asarray(counts, dtype="float64"))[1])
    for interviewer, day, count in counts[counts > bound].reset_index().itertuples(index=False, name=None):
        yield Finding(
            interviewer=str(interviewer),
            value=str(count),
            rule=f"≤ {bound:.0f} một ngày",
            message=f"Ngày {day:%d/%m} có {count} phỏng vấn.",
            beside=str(day),
        )


def _visits(material: Material) -> pd.DataFrame:
    """Return the interviews whose interviewer and start are known."""
    table = pd.DataFrame(
        {
            "row": np.arange(len(material.people)),
            "interviewer": material.interviewer,
            "started": material.started,
            "ended": material.ended,
            "minutes": material.minutes,
        }
    )
    return table[(table["interviewer"] != "") & table["started"].notna()]
