"""XLSForm expressions (relevance, constraints, calculations, choice filters): parsed once, evaluated many times.

The part of XPath 1.0 and its ODK functions that forms of this kit use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.expression.functions import ExpressionError, to_boolean
from danvan_study.expression.meaning import (
    Unknown,
    answer,
    both,
    calculated,
    called,
    column,
    compared,
    constant,
    either,
)
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.expression.meaning import Meaning, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression that was understood."""

    text: str
    names: frozenset[str]
    """The questions that it looks at."""
    evaluate: Meaning

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

    def disjunction(self) -> Meaning:
        left = self._conjunction()
        while (self.kind, self.word) == ("word", "or"):
            self._at += 1
            left = either(left, self._conjunction())
        return left

    def _conjunction(self) -> Meaning:
        left = self._comparison()
        while (self.kind, self.word) == ("word", "and"):
            self._at += 1
            left = both(left, self._comparison())
        return left

    def _comparison(self) -> Meaning:
        left = self._sum()
        while self.kind == "sign" and self.word in _COMPARE:
            left = compared(self._take(), left, self._sum())
        return left

    def _sum(self) -> Meaning:
        left = self._product()
        while self.kind == "sign" and self.word in ("+", "-"):
            left = calculated(self._take(), left, self._product())
        return left

    def _product(self) -> Meaning:
        left = self._signed()
        while (self.kind == "sign" and self.word == "*") or (self.kind == "word" and self.word in ("div", "mod")):
            left = calculated(self._take(), left, self._signed())
        return left

    def _signed(self) -> Meaning:
        if (self.kind, self.word) == ("sign", "-"):
            self._at += 1
            return calculated("-", constant(0.0), self._signed())
        return self._primary()

    def _primary(self) -> Meaning:
        kind, word = self.kind, self._take()
        if kind == "text":
            return constant(word[1:-1])
        if kind == "number":
            return constant(float(word))
        if kind == "dot":
            return lambda scope: scope.this
        if kind == "question":
            self.names.add(word)
            return answer(word)
        if (kind, word) == ("sign", "("):
            inside = self.disjunction()
            self._expect(")")
            return inside
        if kind == "word":
            return self._call(word) if (self.kind, self.word) == ("sign", "(") else column(word)
        raise ExpressionError(
            say('"{word}" is not understood', word=word) if word else say("the expression is not finished")
        )

    def _call(self, name: str) -> Meaning:
        self._expect("(")
        arguments: list[Meaning] = []
        while (self.kind, self.word) != ("sign", ")"):
            arguments.append(self.disjunction())
            if (self.kind, self.word) == ("sign", ","):
                self._at += 1
        self._expect(")")
        return called(name, arguments)
