"""XLSForm expressions (relevance, constraints, calculations, choice filters): parsed once, evaluated many times.

The part of XPath 1.0 and its ODK functions that forms of this kit use. Evaluated with answers that are not known yet,
an expression may still be certain: ``false() and X`` is false whatever X is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danvan_study.expression.functions import FUNCTIONS, ExpressionError, Known, to_boolean, to_number
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression that was understood."""

    text: str
    names: frozenset[str]
    """The questions that it looks at."""
    evaluate: Callable[[Scope], Value]

    def holds(self, scope: Scope) -> bool | None:
        """Return whether the expression is true; None where that depends on unknown answers."""
        value = self.evaluate(scope)
        return None if isinstance(value, Unknown) else to_boolean(value)


def parse(text: str) -> Expression:
    """Parse an expression; a blank one is true.

    Raises
    ------
    ExpressionError
        It uses something the kit doesn't know; the message says what.
    """
    if not text.strip():
        return Expression(text=text, names=frozenset(), evaluate=lambda _: True)
    parser = _Parser(list(_tokens(text)))
    evaluate = parser.disjunction()
    if parser.kind:
        raise ExpressionError(say('"{word}" stands where the expression should end', word=parser.word))
    return Expression(text=text, names=frozenset(parser.names), evaluate=evaluate)


# Words

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<question>\$\{\s*(?:last-saved\#)?(?P<name>[^}]+?)\s*\})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<sign><=|>=|!=|[=<>+*(),-])
    | (?P<dot>\.(?![.\d]))
    | (?P<word>[^\W\d][\w:-]*(?:\.[\w:-]+)*)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_COMPARE = {"=", "!=", "<", "<=", ">", ">="}


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text.rstrip()):
        kind = match.lastgroup or ""
        if match["question"]:
            yield "question", match["name"]
        elif kind == "other":
            raise ExpressionError(say('"{word}" is not understood', word=match["other"]))
        else:
            yield kind, match[kind]


class _Parser:
    """Recursive descent: one method per level of precedence, loosest first."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self.names: set[str] = set()

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def word(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        word = self.word
        self._at += 1
        return word

    def _expect(self, sign: str) -> None:
        if self.word != sign or self.kind != "sign":
            raise ExpressionError(say('"{sign}" is missing', sign=sign))
        self._at += 1

    def disjunction(self) -> Callable[[Scope], Value]:
        left = self._conjunction()
        while (self.kind, self.word) == ("word", "or"):
            self._at += 1
            left = _either(left, self._conjunction())
        return left

    def _conjunction(self) -> Callable[[Scope], Value]:
        left = self._comparison()
        while (self.kind, self.word) == ("word", "and"):
            self._at += 1
            left = _both(left, self._comparison())
        return left

    def _comparison(self) -> Callable[[Scope], Value]:
        left = self._sum()
        while self.kind == "sign" and self.word in _COMPARE:
            left = _compared(self._take(), left, self._sum())
        return left

    def _sum(self) -> Callable[[Scope], Value]:
        left = self._product()
        while self.kind == "sign" and self.word in ("+", "-"):
            left = _calculated(self._take(), left, self._product())
        return left

    def _product(self) -> Callable[[Scope], Value]:
        left = self._signed()
        while (self.kind == "sign" and self.word == "*") or (self.kind == "word" and self.word in ("div", "mod")):
            left = _calculated(self._take(), left, self._signed())
        return left

    def _signed(self) -> Callable[[Scope], Value]:
        if (self.kind, self.word) == ("sign", "-"):
            self._at += 1
            return _calculated("-", lambda _: 0.0, self._signed())
        return self._primary()

    def _primary(self) -> Callable[[Scope], Value]:
        kind, word = self.kind, self._take()
        if kind == "text":
            return _constant(word[1:-1])
        if kind == "number":
            return _constant(float(word))
        if kind == "dot":
            return lambda scope: scope.this
        if kind == "question":
            self.names.add(word)
            return _answer(word)
        if (kind, word) == ("sign", "("):
            inside = self.disjunction()
            self._expect(")")
            return inside
        if kind == "word":
            return self._call(word) if (self.kind, self.word) == ("sign", "(") else _column(word)
        raise ExpressionError(
            say('"{word}" is not understood', word=word) if word else say("the expression is not finished")
        )

    def _call(self, name: str) -> Callable[[Scope], Value]:
        self._expect("(")
        arguments: list[Callable[[Scope], Value]] = []
        while (self.kind, self.word) != ("sign", ")"):
            arguments.append(self.disjunction())
            if (self.kind, self.word) == ("sign", ","):
                self._at += 1
        self._expect(")")
        return _called(name, arguments)


# Meaning


def _constant(value: Value) -> Callable[[Scope], Value]:
    return lambda _: value


def _answer(name: str) -> Callable[[Scope], Value]:
    return lambda scope: scope.answers.get(name, UNKNOWN if scope.open_world else "")


def _column(name: str) -> Callable[[Scope], Value]:
    return lambda scope: scope.row.get(name, UNKNOWN if scope.open_world else "")


def _either(left: Callable[[Scope], Value], right: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
    def evaluate(scope: Scope) -> Value:
        sides = [side if isinstance(side, Unknown) else to_boolean(side) for side in (left(scope), right(scope))]
        return True if True in sides else UNKNOWN if UNKNOWN in sides else False

    return evaluate


def _both(left: Callable[[Scope], Value], right: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
    def evaluate(scope: Scope) -> Value:
        sides = [side if isinstance(side, Unknown) else to_boolean(side) for side in (left(scope), right(scope))]
        return False if False in sides else UNKNOWN if UNKNOWN in sides else True

    return evaluate


def _compared(sign: str, left: Callable[[Scope], Value], right: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
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


def _calculated(sign: str, left: Callable[[Scope], Value], right: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
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


def _called(name: str, arguments: list[Callable[[Scope], Value]]) -> Callable[[Scope], Value]:
    if name == "random":
        return lambda scope: scope.draw()
    if name in ("today", "now"):
        return lambda scope: scope.today.isoformat() if scope.today else UNKNOWN
    if name == "once":  # a simulated interview is filled in once
        return arguments[0]
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
