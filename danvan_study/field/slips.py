"""Codes of withdrawal slips: short enough to be read out on the telephone, with a letter that catches mistakes.

The check letter is Luhn's algorithm modulo 32 (ISO/IEC 7812-1 annex B, generalised to the alphabet): it catches every
single wrong letter and nearly every swap of neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from random import Random

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which look alike."""
LENGTH = 8
BASE = len(ALPHABET)


def draw_codes(count: int, draw: Random, *, taken: frozenset[str] = frozenset()) -> list[str]:
    """Draw ``count`` new codes that are not in ``taken``.

    Parameters
    ----------
    draw
        Where chance comes from; outside tests the system's (``secrets.SystemRandom``).
    """
    codes: list[str] = []
    known = set(taken)
    while len(codes) < count:
        body = "".join(draw.choice(ALPHABET) for _ in range(LENGTH - 1))
        code = body + _check_letter(body)
        if code not in known:
            known.add(code)
            codes.append(code)
    return codes


def tidy_code(text: str) -> str:
    """Return a code as it is stored: capital letters, without spaces and hyphens."""
    return "".join(text.upper().split()).replace("-", "")


def is_code(code: str) -> bool:
    """Return whether a tidied text can be a code."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and _check_letter(code[:-1]) == code[-1]


def read_code(text: str) -> str:
    """Return the code that somebody typed, tidied.

    Raises
    ------
    StudyError
        It can't be one.
    """
    code = tidy_code(text)
    if not is_code(code):
        raise StudyError(
            say("code"),
            say('"{code}" is not a code: a letter is wrong.', code=text),
            say("Ask for it again, letter by letter."),
        )
    return code


def show_code(code: str) -> str:
    """Return a code as it is printed: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def _check_letter(body: str) -> str:
    total = 0
    for place, letter in enumerate(reversed(body)):
        addend = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += addend // BASE + addend % BASE
    return ALPHABET[-total % BASE]
