"""What the parts of an expression mean: a value in a scope, or unknown where it hangs on answers that are not known.

Evaluated with answers that are not known yet, an expression may still be certain: ``false() and X`` is false whatever
X is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danvan_study.expression.functions import FUNCTIONS, ExpressionError, Known, to_boolean, to_number
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Unknown:
    """The value of an answer that is not known (yet)."""


UNKNOWN: Final = Unknown()

Value = Known | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an expression is evaluated with."""

    answers: Mapping[str, str]
    """Question to answer; a question that isn't there is blank, or unknown where ``open_world``."""
    this: str = ""
    """The answer to the question itself: the dot of a constraint."""
    row: Mapping[str, str] = field(default_factory=dict)
    """Columns of the choice that a filter looks at."""
    draw: Callable[[], float] = lambda: 0.0
    """What ``random()`` gives."""
    today: date | None = None
    """What ``today()`` and ``now()`` give; None: not known."""
    open_world: bool = False
    """Whether answers that aren't there are unknown instead of blank."""


Meaning = Callable[[Scope], Value]
"""What an expression, or a part of it, is worth in a scope."""


def constant(value: Value) -> Meaning:
    """Return what a number or a text in quotes means."""
    return lambda _: value


def answer(name: str) -> Meaning:
    """Return what ``${name}`` means."""
    return lambda scope: scope.answers.get(name, UNKNOWN if scope.open_world else "")


def column(name: str) -> Meaning:
    """Return what a bare name means: a column of the choice that a filter looks at."""
    return lambda scope: scope.row.get(name, UNKNOWN if scope.open_world else "")


def either(left: Meaning, right: Meaning) -> Meaning:
    """Return what ``or`` means: true as soon as one side is, whatever the other may be."""
    return _settled_by(left, right, outcome=True)


def both(left: Meaning, right: Meaning) -> Meaning:
    """Return what ``and`` means: false as soon as one side is, whatever the other may be."""
    return _settled_by(left, right, outcome=False)


def _settled_by(left: Meaning, right: Meaning, *, outcome: bool) -> Meaning:
    def evaluate(scope: Scope) -> Value:
        sides = [side if isinstance(side, Unknown) else to_boolean(side) for side in (left(scope), right(scope))]
        return outcome if outcome in sides else UNKNOWN if UNKNOWN in sides else not outcome

    return evaluate


def compared(sign: str, left: Meaning, right: Meaning) -> Meaning:
    """Return what a comparison means: texts are equal as texts, all else is compared as numbers."""

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, Unknown) or isinstance(other, Unknown):
            return UNKNOWN
        if sign in ("=", "!="):
            return _equal(one, other) == (sign == "=")
        a, b = to_number(one), to_number(other)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]

    return evaluate


def _equal(one: Known, other: Known) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return to_boolean(one) == to_boolean(other)
    return to_number(one) == to_number(other)


def calculated(sign: str, left: Meaning, right: Meaning) -> Meaning:
    """Return what an arithmetic sign means."""

    def evaluate(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, Unknown) or isinstance(other, Unknown):
            return UNKNOWN
        return _calculate(sign, to_number(one), to_number(other))

    return evaluate


def _calculate(sign: str, a: float, b: float) -> float:
    if sign in ("div", "mod"):
        if not b:
            return float("nan")
        # XPath's mod takes the sign of the dividend, unlike Python's.
        return a / b if sign == "div" else a - b * int(a / b)
    return {"+": a + b, "-": a - b, "*": a * b}[sign]


def called(name: str, arguments: list[Meaning]) -> Meaning:
    """Return what the call of a function means.

    Raises
    ------
    ExpressionError
        The kit doesn't know the function, or it takes another number of values.
    """
    if name == "random":
        return lambda scope: scope.draw()
    if name in ("today", "now"):
        return lambda scope: scope.today.isoformat() if scope.today else UNKNOWN
    if name not in FUNCTIONS:
        raise ExpressionError(say('the function "{name}" is not known', name=name))
    function, fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(
            say(
                '"{name}" takes {fewest} to {most} values, not {count}',
                name=name,
                fewest=fewest,
                most=most,
                count=len(arguments),
            )
        )

    def evaluate(scope: Scope) -> Value:
        values: list[Known] = []
        for argument in arguments:
            value = argument(scope)
            if isinstance(value, Unknown):
                return UNKNOWN
            values.append(value)
        return function(*values)

    return evaluate
