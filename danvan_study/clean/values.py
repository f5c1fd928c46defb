"""Values compared and written by what they mean, not by how a spreadsheet left them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from danvan_study.codebook import Question

CHOSEN = frozenset({"1", "1.0", "true", "yes"})
NOT_CHOSEN = frozenset({"0", "0.0", "false", "no", ""})

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_VIETNAMESE_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBERS = (QuestionKind.INTEGER, QuestionKind.DECIMAL)


def same_value(written: str, stored: str, question: Question | None) -> bool:
    """Whether two spellings mean the same answer to ``question``.

    Numbers are compared as numbers (``4`` and ``4.0``; ``1,000`` and ``1000``), dates as dates, the choices of a
    select_multiple as a set, text letter by letter after NFC.
    """
    left, right = squeeze(written), squeeze(stored)
    if left == right:
        return True
    if not left or not right:
        return False
    kind = question.kind if question else QuestionKind.TEXT
    if kind is QuestionKind.SELECT_MULTIPLE:
        return set(left.split()) == set(right.split())
    if kind is QuestionKind.DATE:
        return read_day(left) is not None and read_day(left) == read_day(right)
    if kind is QuestionKind.TEXT:
        return False
    has_commas = kind in _NUMBERS
    return bool(_numbers(left, has_commas=has_commas) & _numbers(right, has_commas=has_commas))


def is_chosen(written: str) -> bool | None:
    """Read the cell of a split select_multiple; None where it says neither yes nor no."""
    word = squeeze(written).casefold()
    return True if word in CHOSEN else False if word in NOT_CHOSEN else None


def spell_value(written: str, question: Question | None) -> str | None:
    """Return the spelling in which an answer is stored; None if ``question`` can't have that answer."""
    value = squeeze(written)
    kind = question.kind if question else QuestionKind.TEXT
    if question and question.choices and kind is QuestionKind.SELECT_ONE:
        return _plain(value) if question.choice(_plain(value)) else value if question.choice(value) else None
    if question and question.choices and kind is QuestionKind.SELECT_MULTIPLE:
        return spell_choices(set(value.split()), question)
    if kind in _NUMBERS:
        return _plain(value) if _PLAIN.fullmatch(value) else None
    if kind is QuestionKind.DATE:
        day = read_day(value)
        return day.isoformat() if day else None
    return value


def spell_choices(names: set[str], question: Question) -> str | None:
    """Return choice names in form order; None if the form does not offer one of them."""
    offered = [choice.name for choice in question.choices if choice.name in names]
    return " ".join(offered) if names <= set(offered) else None


def read_day(text: str) -> date | None:
    """Read an ISO date or time, or a date as written in Vietnam (dd/mm/yyyy)."""
    day = _VIETNAMESE_DATE.fullmatch(text.strip())
    try:
        return date(int(day[3]), int(day[2]), int(day[1])) if day else datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return None


def _plain(value: str) -> str:
    return re.sub(r"\.0+", "", value) if re.fullmatch(r"[+-]?\d+\.0+", value) else value


def _numbers(text: str, *, has_commas: bool) -> set[Decimal]:
    """Return every number that ``text`` may mean; a comma may part thousands or decimals."""
    meanings = {Decimal(text)} if _PLAIN.fullmatch(text) else set()
    if has_commas and _THOUSANDS.fullmatch(text):
        meanings.add(Decimal(text.replace(",", "")))
    if has_commas and _DECIMAL_COMMA.fullmatch(text):
        meanings.add(Decimal(text.replace(",", ".")))
    return meanings
