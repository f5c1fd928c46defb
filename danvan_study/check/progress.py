"""How far the fieldwork is, by area and by village, and how precise its figures will be at today's rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study import sampling
from danvan_study.check.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.check.material import Material

FLOOR = 50
"""Interviews of a district in a wave below which a supervisor is told."""
DEFF = 2.0
"""Design effect assumed before any is measured: ten interviews a village."""
UNKNOWN = "(trống)"


def margin_of_error(interviews: float) -> float:
    """Return half the width of the 95 % interval of a share of 50 %, in points."""
    return sampling.margin_of_error(interviews / DEFF)


def smallest_change(interviews: float) -> float:
    """Return the change between two waves of this size that is seen with 80 % power, in points."""
    return sampling.smallest_change(interviews / DEFF)


def progress_sheet(material: Material, sample: pd.DataFrame | None, names: Mapping[str, str]) -> Sheet:
    """Return interviews by area, against the villages and households drawn where the sample is known.

    Parameters
    ----------
    sample
        The sample file: ``cluster``, ``area`` (key) and ``selected`` households; None where there is none.
    names
        Key of an area, and its answer in the form, to its name.
    """
    area = pd.Series(material.grid.answers(material.study.design.area)).map(names).fillna(UNKNOWN)
    table = pd.DataFrame({"area": area, "cluster": material.cluster})
    done = table.groupby("area").agg(interviews=("cluster", "size"), villages=("cluster", "nunique"))
    drawn = pd.DataFrame(index=done.index, data={"villages": 0, "households": 0})
    if sample is not None:
        households = pd.to_numeric(sample["selected"], errors="coerce")
        by_name = sample.assign(area=sample["area"].map(names), households=households).groupby("area")
        drawn = by_name.agg(villages=("area", "size"), households=("households", "sum"))
    rows = []
    for name in dict.fromkeys([*(name for name in names.values() if name in {*done.index, *drawn.index}), *done.index]):
        count = int(done["interviews"].get(name, 0))
        there, planned = int(done["villages"].get(name, 0)), int(drawn["villages"].get(name, 0))
        expected = count * planned / there if there and planned else float(count)
        share = 100 * there / planned if planned else float("nan")
        rows.append(
            (name, there, planned, share, count, int(drawn["households"].get(name, 0)), margin_of_error(expected),
             smallest_change(expected), f"dưới {FLOOR}" if expected < FLOOR and name != UNKNOWN else "")
        )  # fmt: skip
    return Sheet(
        name="tien_do",
        title="Tiến độ và độ chính xác theo địa bàn",
        about=f"Sai số và thay đổi nhỏ nhất thấy được: điểm phần trăm, cho tỷ lệ 50 %, hệ số thiết kế {DEFF:g}, nếu "
        "các thôn còn lại đạt như đến nay.",
        head=(
            "địa bàn",
            "thôn đã đến",
            "thôn đã chọn",
            "% thôn",
            "phiếu",
            "hộ đã chọn",
            "sai số ±",
            "thay đổi",
            "lưu ý",
        ),
        rows=tuple(rows),
        share=3,
    )


def villages_sheet(material: Material, sample: pd.DataFrame | None, names: Mapping[str, str]) -> Sheet:
    """Return interviews by village, in the order of the sample; villages outside it stand below.

    Parameters
    ----------
    sample
        As for :func:`progress_sheet`; None where there is none.
    names
        Key of an area, and its answer in the form, to its name.
    """
    table = pd.DataFrame(
        {
            "village": material.cluster,
            "area": [names.get(area, UNKNOWN) for area in material.grid.answers(material.study.design.area).tolist()],
            "day": material.started.dt.date,
        }
    )
    done = table[table["village"] != ""].groupby("village").agg(
        area=("area", lambda area: area.mode()[0]), interviews=("area", "size"), last=("day", "max")
    )  # fmt: skip
    drawn: dict[str, tuple[str, int]] = {}
    if sample is not None:
        households = pd.to_numeric(sample["selected"], errors="coerce").fillna(0).astype("int64")
        areas = [names.get(area, UNKNOWN) for area in sample["area"].tolist()]
        drawn = dict(zip(sample["cluster"], zip(areas, households, strict=True), strict=True))
    rows = []
    for village in dict.fromkeys([*drawn, *done.index]):
        area, planned = drawn.get(village) or (str(done["area"][village]), 0)
        count = int(done["interviews"].get(village, 0))
        last = done["last"].get(village)
        note = "chưa đến" if not count else "ngoài mẫu" if drawn and village not in drawn else ""
        rows.append((area, str(village), count, planned, f"{last:%d/%m}" if count and last == last else "", note))  # noqa: PLR0124 -- NaT is unequal to itself
    return Sheet(
        name="thon",
        title="Tiến độ theo thôn",
        about="Số phiếu đã thu ở từng thôn đã chọn, theo thứ tự của mẫu. Số hộ đã chọn gồm cả hộ từ chối, vắng nhà.",
        head=("địa bàn", "thôn", "phiếu", "hộ đã chọn", "ngày cuối", "lưu ý"),
        rows=tuple(rows),
    )
