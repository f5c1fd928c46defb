"""Where and how fast, for studies that record it: positions and the app's log of events.

This kit's own forms record neither, and collect keeps neither. A study that has them hands them over beside its
answers; they are looked at here and go no further: a finding tells metres and seconds, never a position.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.check.fences import far_out
from danvan_study.check.registry import Finding, Severity, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Floats, Material

EARTH = 6_371_009.0
"""Mean radius in metres (IUGG)."""
UNACCEPTABLE = 100.0
"""Metres of inaccuracy beyond which ODK Collect itself, unless told otherwise, takes no point."""
VILLAGE_REACH = 1_000.0
"""Metres from the middle of a village's interviews that are always allowed."""
FEWEST_THERE = 5
"""Positions that a village must have to have a middle; interviews at one spot that are worth a question."""
SPOT = 10.0
"""Metres; neighbours' yards are farther apart, the rooms of one office are not."""
FASTEST = 100.0
"""Kilometres an hour that nobody rides between two villages."""
SHORT_WAY = 2_000.0
"""Metres below which inaccuracy alone may look like speed."""
HASTE = 0.4
"""Of the wave's median time: the same share as for the whole length of an interview."""
MOSTLY = 0.5
FEWEST_QUESTIONS = 8


@check(Severity.NOTE, "Nơi phỏng vấn được ghi, và ghi đủ chính xác.")
def position_is_recorded_and_exact(material: Material) -> Iterator[Finding]:
    """Report an interview without a position in a wave that records them, or one inexact by more than 100 m."""
    places = _places(material)
    if not np.isfinite(places[:, 0]).any():
        return
    for row in np.flatnonzero(~(places[:, 2] <= UNACCEPTABLE)):
        is_known = bool(np.isfinite(places[row, 0]))
        yield Finding(
            respondent=material.who(row),
            value=f"{places[row, 2]:.0f} m" if np.isfinite(places[row, 2]) else "",
            rule=f"≤ {UNACCEPTABLE:.0f} m",
            message="Vị trí ghi kém chính xác." if is_known else "Không ghi vị trí phỏng vấn.",
        )


@check(Severity.QUESTION, "Phỏng vấn diễn ra ở thôn đã chọn.")
def interview_lies_in_its_village(material: Material) -> Iterator[Finding]:
    """Report more than 1 km from the median position of the village's interviews, if far out in the wave (3 IQR)."""
    places = _places(material)
    distance = np.full(len(places), np.nan)
    for village in np.unique(material.cluster[material.cluster != ""]):
        there = np.flatnonzero((material.cluster == village) & np.isfinite(places[:, 0]))
        if len(there) >= FEWEST_THERE:
            distance[there] = _metres(places[there], np.median(places[there], axis=0))
    bound = max(VILLAGE_REACH, far_out(distance)[1])
    for row in np.flatnonzero(distance > bound):
        yield Finding(
            respondent=material.who(row),
            value=f"{distance[row]:.0f} m",
            rule=f"≤ {bound:.0f} m",
            message="Nơi phỏng vấn xa các phỏng vấn khác của thôn.",
        )


@check(Severity.QUESTION, "Mỗi phỏng vấn diễn ra ở một nhà.")
def interviews_are_not_all_at_one_spot(material: Material) -> Iterator[Finding]:
    """Report at least 5 interviews of one interviewer within 10 m of one point."""
    places = _places(material)
    for interviewer in np.unique(material.interviewer[material.interviewer != ""]):
        theirs = np.flatnonzero((material.interviewer == interviewer) & np.isfinite(places[:, 0]))
        if len(theirs) < FEWEST_THERE:
            continue
        near = np.array([(_metres(places[theirs], places[row]) <= SPOT).sum() for row in theirs])
        if near.max() >= FEWEST_THERE:
            yield Finding(
                interviewer=str(interviewer),
                value=f"{near.max()} phiếu",
                rule=f"< {FEWEST_THERE} phiếu trong vòng {SPOT:.0f} m",
                message="Nhiều phỏng vấn ở cùng một điểm: có phải nhiều hộ?",
            )


@check(Severity.QUESTION, "Điều tra viên đi từ nhà này sang nhà khác với tốc độ có thật.")
def interviewer_travels_at_a_possible_speed(material: Material) -> Iterator[Finding]:
    """Report more than 2 km from one interview to the next at more than 100 km/h."""
    places = _places(material)
    known = np.isfinite(places[:, 0]) & material.started.notna().to_numpy() & material.ended.notna().to_numpy()
    for interviewer in np.unique(material.interviewer[known & (material.interviewer != "")]):
        theirs = np.flatnonzero(known & (material.interviewer == interviewer))
        theirs = theirs[np.argsort(material.started.to_numpy()[theirs], kind="stable")]
        for before, row in pairwise(theirs):
            way = float(_metres(places[[row]], places[before])[0])
            hours = (material.started.iloc[row] - material.ended.iloc[before]).total_seconds() / 3600
            if way > SHORT_WAY and way / 1000 > FASTEST * max(hours, 0.0):
                yield Finding(
                    respondent=material.who(row),
                    interviewer=str(interviewer),
                    value=f"{way / 1000:.1f} km, {60 * hours:.0f} phút",
                    rule=f"≤ {FASTEST:.0f} km/h",
                    message="Quãng đường từ phỏng vấn trước quá dài so với thời gian.",
                )


@check(Severity.QUESTION, "Câu hỏi nào cũng được đọc hết.")
def questions_are_given_time(material: Material) -> Iterator[Finding]:
    """Report an interview most of whose questions (8 at least) took under 0.4 of the wave's median time for them."""
    times = material.traces.times
    times = times[times["respondent"].isin(material.people)]
    usual = times.groupby("question")["seconds"].transform("median")
    hasty = (times["seconds"] < HASTE * usual).groupby(times["respondent"]).agg(["mean", "size"])
    for respondent, share, questions in hasty.itertuples(name=None):
        if questions >= FEWEST_QUESTIONS and share >= MOSTLY:
            yield Finding(
                respondent=str(respondent),
                value=f"{100 * share:.0f} %",
                rule=f"< {100 * MOSTLY:.0f} % số câu dưới {HASTE:g} thời gian thường gặp",
                message="Phần lớn câu hỏi chỉ hiện trên màn hình rất ngắn.",
            )


@check(Severity.QUESTION, "Thời gian làm việc thật trên phiếu không quá ngắn.")
def screen_time_is_plausible(material: Material) -> Iterator[Finding]:
    """Report a sum of times on the screen below 0.4 of the wave's median: start and end alone can't tell a pause."""
    times = material.traces.times
    total = times[times["respondent"].isin(material.people)].groupby("respondent")["seconds"].sum() / 60
    bound = HASTE * float(total.median()) if len(total) else 0.0
    for respondent, minutes in total[total < bound].items():
        yield Finding(
            respondent=str(respondent),
            value=f"{minutes:.1f}",
            rule=f"≥ {bound:.1f} phút trên màn hình",
            message="Tổng thời gian các câu hiện trên màn hình quá ngắn.",
        )


def _places(material: Material) -> Floats:
    """Return latitude, longitude and accuracy of every interview, NaN where they aren't known."""
    positions = material.traces.positions.drop_duplicates("respondent", keep="last").set_index("respondent")
    wanted = positions.reindex(material.people)[["latitude", "longitude", "accuracy"]]
    places: Floats = wanted.to_numpy(dtype="float64")
    return places


def _metres(places: Floats, point: Floats) -> Floats:
    """Return great-circle distances by the haversine formula (Sinnott 1984, Sky and Telescope 68, 159)."""
    latitude, longitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    other_latitude, other_longitude = np.radians(point[0]), np.radians(point[1])
    half = np.sin((latitude - other_latitude) / 2) ** 2
    half += np.cos(latitude) * np.cos(other_latitude) * np.sin((longitude - other_longitude) / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(half)))
