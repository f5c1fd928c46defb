"""Names that SPSS, Stata and R all take: Latin letters, digits and _, at most 28, told apart without regard to case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 28
"""Stata takes 32, of which pyreadstat needs some to name the sets of value labels; SPSS takes 64."""
RESERVED = frozenset(
    {
        *("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"),  # SPSS
        *("byte", "double", "float", "if", "in", "int", "long", "str", "strl", "using"),  # Stata
    }
)
_NO_LETTER = re.compile(r"[^0-9A-Za-z_]+")


def legal_names(wanted: Iterable[str]) -> list[str]:
    """Return a legal name for each, in order: equal ones get a number, the first keeps its name.

    ``Đường làng/1`` becomes ``Duong_lang_1``, ``by`` becomes ``by_``.
    """
    taken: set[str] = set()
    return [_unique(_legal(name), taken) for name in wanted]


def _legal(name: str) -> str:
    plain = _NO_LETTER.sub("_", name if name.isascii() else fold(name)).strip("_") or "v"
    plain = plain if plain[0].isalpha() else f"v{plain}"
    return f"{plain}_" if plain.lower() in RESERVED or re.fullmatch(r"str\d+", plain.lower()) else plain[:LONGEST]


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found.lower() in taken:
        number += 1
        found = f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
    taken.add(found.lower())
    return found
