"""Numbers: the language's signs, points for differences, no more decimals than the sample knows, none unpublished."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.draft import Part
from danvan_study.publish.lint.figures import find_bases, find_figures, find_lone, to_number
from danvan_study.publish.lint.lexicon import NOT_OPINION
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage

_NOT_A_FIGURE: Final = re.compile(
    r"(?:phiên bản|danvan_study|version|mục|điều|khoản|bảng|hình|chương|section|table|figure|ngày|nghị định|luật)\s*$",
    re.IGNORECASE,
)
_POINT: Final = re.compile(r"(?<![\w.,/-])\d{1,3}\.\d{1,2}(?![\w/]|[.,]\d)")
_COMMA: Final = re.compile(r"(?<![\w.,/-])\d{1,3},\d{1,2}(?![\w/]|[.,]\d)(?=\s?(?:%|percent|points?|[–-]\s?\d|\)))")
_NUMBERED: Final = re.compile(r"^\s*\d+\.\d+\.?\s+\D")
_THOUSANDS: Final = {
    "vi": re.compile(
        r"(?<![\w.,/])[1-9]\d{0,2}(?:,\d{3})+(?![\w,]|\.\d)|(?<=n = )\d{4,}(?![\w.,])"
        r"|(?<!\w)(?<![.,/])\d{4,}(?= (?:người|phiếu|hộ)(?!\w))"
    ),
    "en": re.compile(
        r"(?<![\w.,/])\d{1,3}(?:\.\d{3})+(?=\s(?:people|respondents|interviews|persons|households))"
        r"|(?<=n = )\d{1,3}\.\d{3}(?![\w,])"
    ),
}
_TOO_FINE: Final = re.compile(r"(?<![\w.,/])[+−-]?\d{1,3}[.,]\d{2,}\s?(?:%|điểm %|percentage points?)")
_DIFFERENCE: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:tăng|giảm|cao hơn|thấp hơn|kém|chênh lệch|chênh|nhiều hơn|ít hơn)"
        r"(?P<between>(?:\s(?!từ\b)[^\s\d%.;:]+){0,5}?)\s"
        r"(?P<number>[+−-]?\d{1,3}(?:,\d+)?)\s?%",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!\w)(?:(?:rose|fell|increased|decreased|declined|up|down)\s(?:by\s)?\d{1,3}(?:\.\d+)?\s?%"
        r"|\d{1,3}(?:\.\d+)?\s?%\s(?:higher|lower|more|less)(?! than \d))",
        re.IGNORECASE,
    ),
}
_CONFIDENCE: Final = re.compile(r"(?:tin cậy|khoảng|dải|confidence|interval|band|ngưỡng)[^.;]{0,12}$", re.IGNORECASE)
_LARGE: Final = 30.0
_LEVELS: Final = frozenset({0.0, 90.0, 95.0, 100.0})
"""Levels of confidence, and the ends of a scale."""


@rule("unpublished-figure", cure=say("Mend it by the wave's published table, or take the figure out."))
def figure_is_published(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """With the wave at hand: every share, change and interval is one that the study published."""
    known = draft.known
    for passage in draft.everything if known.has_figures else ():
        figures = find_figures(passage.text)
        for figure in figures:
            turned = (-figure.value, -figure.high, -figure.low)
            if figure.key not in known.figures and turned not in known.figures:
                yield passage, say("{figure}: this figure is not in the published table.", figure=figure.text.strip())
        inside = [(figure.start, figure.end) for figure in figures]
        for lone in find_lone(passage.text):
            covered = any(start <= lone.start < end for start, end in inside)
            if covered or abs(lone.value) in _LEVELS or _CONFIDENCE.search(passage.text[: lone.start]):
                continue
            if not {lone.value, -lone.value} & known.numbers:
                yield passage, say("{figure}: this figure is not in the published table.", figure=lone.text)
        for n, written in find_bases(passage.text):
            if n not in known.bases:
                yield passage, say("{base}: this number of answers is not in the published table.", base=written)


@rule("decimal-sign", cure=say("Vietnamese has a decimal comma: 61,2 %; English a point: 61.2%."))
def decimals_follow_the_language(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Decimals follow the language: a comma in Vietnamese, a point in English."""
    pattern = _POINT if draft.language == "vi" else _COMMA
    for passage in draft.everything:
        if passage.part is Part.COMMENT:
            continue
        for found in pattern.finditer(passage.text):
            before = passage.text[: found.start()]
            heading = not before.strip() and _NUMBERED.match(passage.text)
            if not heading and not _NOT_A_FIGURE.search(before):
                yield passage, say("{number} has the wrong decimal sign.", number=found[0])


@rule("thousands-sign", cure=say("In Vietnamese 1.180, in English 1,180."))
def thousands_follow_the_language(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Thousands follow the language: a point in Vietnamese, a comma in English."""
    for passage in draft.everything:
        for found in _THOUSANDS[draft.language].finditer(passage.text):
            yield passage, say("{number} has the wrong sign of thousands.", number=found[0])


@rule(
    "percentage-points",
    cure=say("The difference of two shares is in percentage points: from 55 % to 61 % are 6 points."),
)
def differences_are_in_points(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Differences of shares are said in percentage points, not in percent."""
    for statement in draft.statements:
        for found in _DIFFERENCE[draft.language].finditer(statement.text):
            is_of_people = not NOT_OPINION[draft.language].search(statement.text[: found.start()])
            if is_of_people and not _is_a_bound(found):
                yield (
                    statement.passage,
                    say("“{words}” is a difference, to be written in percentage points.", words=found[0].strip()),
                )


def _is_a_bound(found: re.Match[str]) -> bool:
    """Whether "cao hơn 60 %" means a share above it: nobody speaks so of a difference."""
    if "number" not in found.groupdict() or found["between"]:
        return False
    return found[0].lower().endswith("%") and "hơn" in found[0] and to_number(found["number"]) >= _LARGE


@rule("one-decimal", cure=say("Shares and differences have one decimal at most."))
def shares_have_one_decimal(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Shares, differences and their intervals have one decimal at most."""
    for passage in draft.everything:
        fine = [found[0] for found in _TOO_FINE.finditer(passage.text)]
        if not fine and "%" in passage.text:
            fine = [
                one.text for one in find_figures(passage.text) if "%" in one.text and re.search(r"[.,]\d\d", one.text)
            ]
        for text in fine:
            yield passage, say("{number} has too many decimals.", number=text.strip())


@rule("nfc", cure=say("Turn the text into composed Unicode (TCVN 6909:2001), with Unikey for one."))
def letters_are_composed(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Letters are composed (Unicode NFC), or searching and sorting fail."""
    for passage in draft.everything:
        word = next((one for one in passage.written.split() if not unicodedata.is_normalized("NFC", one)), "")
        if word:
            yield passage, say("“{word}” is written in decomposed letters.", word=unicodedata.normalize("NFC", word))
