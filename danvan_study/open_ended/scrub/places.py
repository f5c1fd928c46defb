"""Where one household is: parcels of land and addresses down to the house. A hamlet or a street alone names nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.open_ended.scrub.shadow import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.open_ended.scrub.shadow import Shadowed

_NUMBER: Final = r"\d{1,4}[a-z]?(?:\s?/\s?\d{1,4}[a-z]?)*"
_SHEET: Final = rf"to(?: ban do)?(?: so)?\s*:?\s*{_NUMBER}"
_PARCEL: Final = re.compile(
    rf"(?<!\w)(?:thua(?: dat)?(?: so)?\s*:?\s*{_NUMBER}(?:[\s,;va-]*{_SHEET})?"
    rf"|to ban do(?: so)?\s*:?\s*{_NUMBER}(?:[\s,;va-]*thua(?: dat)?(?: so)?\s*{_NUMBER})?"
    rf"|lo(?: dat)?(?: so)?\s*(?:[a-z]{{1,3}}\s?\d{{0,3}}-\d{{1,4}}|\d{{1,4}}))(?!\w)"
)
_ALLEY: Final = rf"(?:ngo|ngach|hem|kiet)\s*(?:so\s*)?{_NUMBER}"
_START: Final = (
    rf"(?:so nha\s*:?\s*{_NUMBER}|so\s*{_NUMBER}\s*,?\s*(?=ngo|ngach|hem|kiet|duong|pho\b)|{_ALLEY}"
    rf"|to\s*\d{{1,3}}\s*,?\s*(?=khu pho\s*\d)|khu pho\s*\d{{1,3}}\s*,?\s*to\s*\d{{1,3}}"
    r"|(?:p\.|phong)\s*\d{3,4}(?!\w)|(?<![\d/])\d{1,4}(?:/\d{1,4}){1,3}[a-z]?\s+(?=duong\s|pho\s))"
)
_STREET: Final = r"(?:duong|pho|chung cu|phuong|khu do thi)\s+"
_MORE: Final = rf"[\s,]*(?:{_ALLEY}|(?:to|khu pho|khu|xom|thon|ap)\s*(?:so\s*)?\d{{1,3}}(?!\d))"
_ADDRESS: Final = re.compile(rf"(?<!\w){_START}(?:{_MORE})*")
_STREET_AFTER: Final = re.compile(rf"[\s,]*(?:{_STREET})?")
_SLASHED: Final = re.compile(r"(?<![\w/.])\d{1,4}(?:/\d{1,4}){1,3}[a-z]?(?![\w/])\s+")
_NOT_A_HOUSE: Final = re.compile(r"(?:ngay|thang|mung|den|luc|nghi dinh|quyet dinh|so|ty le)\s*$")
_CAPITALS: Final = 4


def find_places(seen: Shadowed) -> Iterator[Span]:
    """Find parcels and addresses, each with the street and ward that follow it."""
    yield from (Span(*match.span(), "PARCEL") for match in _PARCEL.finditer(seen.shadow) if _is_parcel(seen, match))
    for match in _ADDRESS.finditer(seen.shadow):
        yield Span(match.start(), _through_streets(seen, match.end()), "ADDRESS")
    for match in _SLASHED.finditer(seen.shadow):
        end = _through_capitals(seen, match.end())
        if end > match.end() and not _NOT_A_HOUSE.search(seen.before(match.start(), 14)):
            yield Span(match.start(), _through_streets(seen, end), "ADDRESS")


def _is_parcel(seen: Shadowed, match: re.Match[str]) -> bool:
    """Tell a parcel from words that look alike without accents: ``lo`` (to worry), ``thua`` (to lose)."""
    found, first = match[0], seen.text[match.start() : match.end()].split()[0].lower()
    if found.startswith("lo"):
        return first.startswith("lô") or "-" in found
    return not found.startswith("thua") or first == "thửa" or " to " in found or "dat" in found or "so" in found


def _through_streets(seen: Shadowed, end: int) -> int:
    """Return where the address ends: behind the names of street, building and ward."""
    while True:
        match = _STREET_AFTER.match(seen.shadow, end)
        assert match is not None
        named = match[0].strip(" ,") != ""
        further = _through_capitals(seen, match.end())
        if further == match.end() and named and not (seen.has_case or seen.has_accents):
            further = _through_words(seen, match.end(), 2)
        if further == match.end() or not (named or match[0].strip(" ") == ""):
            return end
        end = further


def _through_capitals(seen: Shadowed, start: int) -> int:
    end = start
    following = [word for word in seen.words if word.start >= start][:_CAPITALS]
    for word in following:
        if not word.is_capital or seen.text[end : word.start].strip(" ") or not seen.has_case:
            break
        end = word.end
    return end


def _through_words(seen: Shadowed, start: int, count: int) -> int:
    following = [word for word in seen.words if word.start >= start][:count]
    return following[-1].end if following else start
