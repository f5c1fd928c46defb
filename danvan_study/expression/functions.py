"""Values of expressions and the functions that forms call: the part of XPath 1.0 and ODK that the kit knows."""

from __future__ import annotations

import re
from math import copysign, isnan
from typing import TYPE_CHECKING, Final

from danvan_study.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Known = str | float | bool
"""The value of an answer or an expression that is known."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class ExpressionError(ValueError):
    """The text is no expression that the kit understands."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def to_number(value: Known) -> float:
    """Return a value as a number; NaN where it is none."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return float("nan")
    return float(value)


def to_boolean(value: Known) -> bool:
    """Return a value as true or false: blank text, zero and NaN are false."""
    if isinstance(value, float):
        return value != 0 and not isnan(value)
    return bool(value)


def to_text(value: Known) -> str:
    """Return a value as text: whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if isnan(value):
            return "NaN"
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def _selected(chosen: Known, name: Known) -> bool:
    return to_text(name) in to_text(chosen).split()


def _substring(text: Known, start: Known, end: Known = float("inf")) -> str:
    last = to_number(end)
    whole = to_text(text)
    return whole[int(to_number(start)) : len(whole) if last == float("inf") else int(last)]


def _whole(value: Known) -> float:
    number = to_number(value)
    return number if isnan(number) else float(int(number))


def _round(value: Known, digits: Known = 0.0) -> float:
    number = to_number(value)
    scale = 10.0 ** int(to_number(digits))
    return number if isnan(number) else copysign(int(abs(number) * scale + 0.5) / scale, number)


def _coalesce(one: Known, other: Known) -> Known:
    return one if one != "" else other


def _concat(*parts: Known) -> str:
    return "".join(map(to_text, parts))


def _if(test: Known, yes: Known, no: Known) -> Known:
    return yes if to_boolean(test) else no


def _matches(text: Known, pattern: Known) -> bool:
    try:
        return re.fullmatch(to_text(pattern), to_text(text)) is not None
    except re.error as error:
        raise ExpressionError(
            say('"{pattern}" is no pattern ({error})', pattern=to_text(pattern), error=error)
        ) from error


def _format_date(day: Known, form: Known) -> str:
    found = _DAY.match(to_text(day))
    if not found:
        return ""
    year, month, of_month = found.groups()
    parts = {"%Y": year, "%y": year[2:], "%m": month, "%n": str(int(month)), "%d": of_month, "%e": str(int(of_month))}
    return re.sub("%[Yymnde]", lambda code: parts.get(code[0], code[0]), to_text(form))


MANY = 99
FUNCTIONS: Final[Mapping[str, tuple[Callable[..., Known], int, int]]] = {
    "true": (lambda: True, 0, 0),
    "false": (lambda: False, 0, 0),
    "not": (lambda value: not to_boolean(value), 1, 1),
    "boolean": (to_boolean, 1, 1),
    "number": (to_number, 1, 1),
    "string": (to_text, 1, 1),
    "int": (_whole, 1, 1),
    "round": (_round, 1, 2),
    "if": (_if, 3, 3),
    "coalesce": (_coalesce, 2, 2),
    "concat": (_concat, 0, MANY),
    "string-length": (lambda text: float(len(to_text(text))), 1, 1),
    "normalize-space": (lambda text: " ".join(to_text(text).split()), 1, 1),
    "contains": (lambda text, part: to_text(part) in to_text(text), 2, 2),
    "starts-with": (lambda text, part: to_text(text).startswith(to_text(part)), 2, 2),
    "substr": (_substring, 2, 3),
    "regex": (_matches, 2, 2),
    "format-date": (_format_date, 2, 2),
    "selected": (_selected, 2, 2),
    "count-selected": (lambda chosen: float(len(to_text(chosen).split())), 1, 1),
    "min": (lambda *values: min(map(to_number, values)), 1, MANY),
    "max": (lambda *values: max(map(to_number, values)), 1, MANY),
    "once": (lambda value: value, 1, 1),  # a simulated interview is filled in once
}
"""Name to (meaning, fewest values, most values)."""
