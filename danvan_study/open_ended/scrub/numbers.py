"""Numbers that belong to one person: telephone, identity, insurance, file, account, plate, e-mail, birth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.open_ended.scrub.shadow import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.open_ended.scrub.shadow import Shadowed

_EMAIL: Final = re.compile(
    r"[a-z0-9][\w.+-]*\s*(?:@|\(\s*a\s*\)|\[at\]|\(at\)|\ba\s*cong\b)\s*"
    r"[a-z0-9-]+(?:\s*(?:\.|\bcham\b)\s*[a-z]{2,})+"
)
_DIGIT_WORDS: Final = re.compile(r"(?:\b(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)\b[\s.,-]*){7,}")
_RUN: Final = re.compile(
    r"(?<![\w/])\+?\(?(?:\d|o(?=\d))"
    r"(?:[\s.\-/()]{0,3}(?:\d|(?<=\d)[ol](?=[\d.])|(?<=\d)[ob](?![a-z0-9])))*"
)
"""Digits with whatever stands between them; o, l and b where somebody typed a letter for a digit."""
_PLATE: Final = re.compile(
    r"(?<![\w.,/])\d{2}\s?-?\s?(?:[a-hk-nps-vxyz]\d?|ld|nn|ng|qt|md\d?)\s?[-.]?\s?"
    r"(?:\d{3}[. ]?\d{2}|\d{4})(?![\d.,]\d|\d)"
)
_DOSSIER: Final = re.compile(r"(?<!\w)[a-z]?\d{2,3}(?:\.[a-z]?\d{2,3}){1,4}-\d{6}-\d{3,5}")
_CODE_AFTER_CUE: Final = re.compile(
    r"(?:ho so|bien nhan|phieu hen|bhyt|bhxh|bao hiem(?: y te| xa hoi)?|seri|serial|so do|ma so thue|ma ho so)"
    r"(?:\s+(?:so|ma|la|cua toi|cua em))*\s*:?\s*(?P<code>[a-z]{0,3}\s?\d(?:[a-z0-9./-]|\s(?=\d))*\d)"
)
_INSURANCE: Final = re.compile(r"(?<!\w)[a-z]{2}\s?\d(?:\s?\d){11,14}(?!\d)")
_SERIES: Final = re.compile(r"(?<!\w)(?:[A-ZĐ]{2}\s?\d{5,8}|[A-Z]\d{7,8})(?!\d)")
"""Books of land-use rights, passports: capitals and a number."""
_LETTERED: Final = re.compile(r"(?<!\w)[a-z]{1,3}\d{0,3}-\d{4,}(?:[-./]\d+)+")
_BIRTH: Final = re.compile(
    r"(?<!\w)(?:ngay sinh|sinh|sn)\s*:?\s*"
    r"(?P<day>(?:ngay\s*)?\d{1,2}\s*(?:[/.-]|thang)\s*\d{1,2}\s*(?:[/.-]|nam)\s*\d{2,4}|(?:nam\s*)?(?:19|20)\d{2})(?!\d)"
)
_DATE: Final = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d{2}(?:\s+(?:19|20)?\d{2})?")
_YEARS: Final = re.compile(r"(?:(?:19|20)\d{2}[\s./-]*)+")
_MONEY: Final = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_MONEY_UNIT: Final = re.compile(r"\s*(?:dong|vnd|d\b|usd|trieu|tr\b|ty\b|nghin|ngan|k\b|%|m2|ha\b|kg|con\b|nguoi)")

CUES: Final = {
    "ID": re.compile(r"cccd|cmnd|cmtnd|cmt\b|can cuoc|chung minh|dinh danh|ho chieu"),
    "ACCOUNT": re.compile(r"tai khoan|stk|\btk\b|so the|ngan hang|bank"),
    "CODE": re.compile(r"bhyt|bhxh|bao hiem|ho so|bien nhan|ma so|ma ho"),
    "PHONE": re.compile(r"sdt|dien thoai|\bdt\b|lien he|goi|zalo|so may|may ban|alo|phone|nhan tin|hotline"),
}
"""Words before a number that say what it is."""
_CUE_REACH: Final = 28
_HOTLINE: Final = re.compile(r"1[89]00")


def find_numbers(seen: Shadowed) -> Iterator[Span]:
    """Find the numbers of one person; prices, dates, years and numbers of decrees stay."""
    for pattern, kind in (
        (_EMAIL, "EMAIL"),
        (_DIGIT_WORDS, "PHONE"),
        (_DOSSIER, "CODE"),
        (_INSURANCE, "CODE"),
        (_LETTERED, "CODE"),
    ):
        yield from (_trimmed(seen, match, kind) for match in pattern.finditer(seen.shadow))
    yield from (Span(*match.span("day"), "BIRTH") for match in _BIRTH.finditer(seen.shadow))
    yield from (Span(*match.span(), "CODE") for match in _SERIES.finditer(seen.text))
    for match in _CODE_AFTER_CUE.finditer(seen.shadow):
        if sum(letter.isdigit() for letter in match["code"]) >= 5 and not _DATE.match(match["code"]):
            yield Span(*match.span("code"), "CODE")
    yield from (Span(*match.span(), "PLATE") for match in _PLATE.finditer(seen.shadow) if _is_plate(seen, match))
    for match in _RUN.finditer(seen.shadow):
        if kind := _kind_of_run(seen, match):
            yield _trimmed(seen, match, kind)


def _trimmed(seen: Shadowed, match: re.Match[str], kind: str) -> Span:
    start, end = match.span()
    stretch = seen.shadow[start:end]
    return Span(start, end - (len(stretch) - len(stretch.rstrip(" .,-/"))), kind)


def _is_plate(seen: Shadowed, match: re.Match[str]) -> bool:
    """Tell a plate from "25 m 2024": behind a blank the letter is a capital, or a vehicle is spoken of."""
    written = seen.text[match.start() : match.end()]
    if not re.match(r"\d{2}\s", written):
        return True
    return (
        any(letter.isupper() for letter in written)
        or re.search(r"bien|\bxe\b", seen.before(match.start(), 20)) is not None
    )


def _kind_of_run(seen: Shadowed, match: re.Match[str]) -> str:
    """Say whose number a run of digits is, "" for nobody's."""
    run = match[0].strip()
    digits = re.sub(r"\D", "", run.replace("o", "0").replace("l", "1").replace("b", "8"))
    before = seen.before(match.start(), _CUE_REACH)
    cue = next((kind for kind, words in CUES.items() if words.search(before)), "")
    if len(digits) < (7 if cue else 8) or _is_plain(run, digits, seen.shadow[match.end() :], cue=cue):
        return ""
    if cue in {"ID", "ACCOUNT", "CODE"}:
        return cue
    if len(digits) == 12 and digits[0] == "0":
        return "ID"
    if digits[0] == "0" or (digits.startswith("84") and len(digits) in {11, 12}):
        return "PHONE" if len(digits) != 9 else "ID"
    groups = re.findall(r"\d+", run)
    is_block = max(map(len, groups)) >= 6 or (len(digits) >= 9 and min(map(len, groups)) >= 3)
    return cue or ("ACCOUNT" if is_block else "")


def _is_plain(run: str, digits: str, after: str, *, cue: str) -> bool:
    """Whether the digits are a date, years, a price or a hotline."""
    if _DATE.fullmatch(run) or _YEARS.fullmatch(run) or (_HOTLINE.match(digits) and len(digits) <= 10):
        return True
    if digits[0] == "0" or cue in {"ID", "ACCOUNT", "CODE"}:
        return False
    is_round = digits.endswith("0000") and not cue
    return (
        is_round
        or _MONEY_UNIT.match(after) is not None
        or all(_MONEY.fullmatch(part.strip(".,")) for part in run.split())
    )
