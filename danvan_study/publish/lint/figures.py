"""Figures as people write them: a share or a change, its interval, its base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGN: Final = r"[+\-−–]?"
NUMBER: Final = rf"{_SIGN}\d{{1,3}}(?:[.,]\d+)?"
_POINTS: Final = r"điểm\s?(?:%|phần trăm)|percentage points?"
_UNIT: Final = rf"(?P<unit>{_POINTS}|%|phần trăm|điểm|points?)?"
_JOINT: Final = r"\s?(?:%|điểm\s?%)?\s?(?:[–—-]|đến|tới|to)\s?"
_AFTER: Final = r"\s?(?:%|điểm\s?%|percentage points?)?"
_INTERVAL: Final = r"(?:khoảng tin cậy|khoảng ước lượng|KTC|confidence interval|interval|CI)"
_LEVEL: Final = r"(?:\s?9\d(?:[.,]\d)?\s?%)?"


def _bounds(name: str) -> str:
    return rf"(?:từ\s|from\s)?(?P<low_{name}>{NUMBER}){_JOINT}(?P<high_{name}>{NUMBER}){_AFTER}"


_WITH_INTERVAL: Final = re.compile(
    rf"(?<![\w.,/])(?P<value>{NUMBER})\s?{_UNIT}[,;:]?\s*"
    rf"(?:\(\s*(?:[^()\d+−–-]{{0,40}}{_LEVEL}[\s:,]*)?{_bounds('inside')}[^()]{{0,40}}\)"
    rf"|[^()\d.;]{{0,20}}{_INTERVAL}{_LEVEL}[^()\d.;]{{0,12}}{_bounds('named')})"
    rf"(?:\s?(?P<after>{_POINTS}))?",
    re.IGNORECASE,
)
_LONE: Final = re.compile(rf"(?<![\w.,/])(?P<value>{NUMBER})\s?(?P<unit>{_POINTS}|%)", re.IGNORECASE)
_NAMED_BASE: Final = re.compile(r"(?<!\w)n\s?=\s?(\d{1,3}(?:[.,]\d{3})*|\d+)(?![\d])")
_BASE: Final = re.compile(
    r"(?<!\w)n\s?(?:=|từ|from)\s?\d"
    r"|\d\s?(?:người|phiếu|câu trả lời|hộ|lượt|respondents|people|persons|interviews|answers|households)(?!\w)",
    re.IGNORECASE,
)


class Figure(NamedTuple):
    """A figure with its interval, and where it stands."""

    value: float
    low: float
    high: float
    in_points: bool
    """Whether it is said to be a difference: by its sign or by its unit."""
    has_unit: bool
    """Whether it says "điểm %"."""
    start: int
    end: int
    text: str

    @property
    def key(self) -> tuple[float, float, float]:
        """The three numbers, by which it is found among the published."""
        return self.value, self.low, self.high


class Lone(NamedTuple):
    """A figure with a percent sign."""

    value: float
    in_points: bool
    start: int
    text: str


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text that carry their interval."""
    found = []
    for match in _WITH_INTERVAL.finditer(text):
        value = to_number(match["value"])
        low, high = (to_number(match[f"{end}_inside"] or match[f"{end}_named"]) for end in ("low", "high"))
        has_unit = any("điểm" in said or "point" in said for said in (_said(match, "unit"), _said(match, "after")))
        is_signed = match["value"][0] in "+-−–" or low < 0
        found.append(
            Figure(
                value=value,
                low=low,
                high=high,
                in_points=is_signed or has_unit,
                has_unit=has_unit,
                start=match.start(),
                end=match.end(),
                text=match[0],
            )
        )
    return found


def find_lone(text: str) -> list[Lone]:
    """Return every number that has a percent sign or is said in points."""
    return [
        Lone(
            value=to_number(match["value"]),
            in_points=match["unit"] != "%",
            start=match.start(),
            text=match[0],
        )
        for match in _LONE.finditer(text)
    ]


def nearest(figures: Iterable[Figure], position: int) -> Figure | None:
    """Return the first figure behind ``position``, or else the last before it."""
    before = None
    for figure in figures:
        if figure.start >= position:
            return figure
        before = figure
    return before


def find_bases(text: str) -> list[tuple[int, str]]:
    """Return the bases that a text names ("n = 1.180"), each as a number and as it is written."""
    return [(int(re.sub(r"\D", "", found[1])), found[0]) for found in _NAMED_BASE.finditer(text)]


def has_base(text: str) -> bool:
    """Whether a text says how many people a figure stands on."""
    return _BASE.search(text) is not None


def to_number(text: str) -> float:
    """Read a number with either decimal sign and any minus."""
    return float(text.replace("−", "-").replace("–", "-").replace(",", "."))


def _said(match: re.Match[str], name: str) -> str:
    return (match[name] or "").lower()
