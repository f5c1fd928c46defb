"""TOML as text into a dictionary; where it is none, the line and what is wrong there, in sentences of the kit."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.messages import Message, Words

_PLACE: Final = re.compile(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
_KNOWN: Final[Mapping[str, tuple[Message, Message]]] = {
    r"""Illegal character|Unterminated string|Expected ("'+"|'"+')$""": (
        say("a text isn't closed."),
        say('Write " before it and " after it, in one line.'),
    ),
    r"Unescaped|hex value|Unicode scalar": (
        say("a text holds \\, which has a meaning of its own here."),
        say("Write / in paths, or the text between ' and '."),
    ),
    r"Invalid value": (
        say("what stands after = is no value."),
        say('Write a text between " and ", a number such as 0.5, true, false, or a day such as 2026-09-30.'),
    ),
    r"Invalid date": (say("this is no day."), say("Write a day such as 2026-09-30.")),
    r"Expected newline": (
        say("something stands after the value."),
        say('Write one key to a line, a text between " and ", a number with a point, such as 0.5'),
    ),
    r"Expected '=' after a key|Invalid statement|Invalid initial character": (
        say("this is neither a key with its value nor a [section]."),
        say("Write key = value; a key has letters without marks, digits, _ and -. A remark begins with #."),
    ),
    r"Unclosed array|Expected ']": (say("a [ isn't closed."), say("Write the ] that is missing.")),
    r"Unclosed inline table": (say("a { isn't closed."), say("Write the } that is missing.")),
    r"Cannot|Duplicate": (say("this stands twice."), say("Delete one of the two, or put them together.")),
}
"""What the parser says, to what is wrong and what to do."""


def read_toml(text: str, file: str) -> dict[str, Any]:
    """Parse TOML.

    Raises
    ------
    StudyError
        The text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.fullmatch(str(error))
        said = found["said"] if found else str(error)
        where: Words = file
        if found and found["line"]:
            where = say("{file}, line {line}", file=file, line=found["line"])
        known = next((told for pattern, told in _KNOWN.items() if re.match(pattern, said)), None)
        what, cure = known or (say('this is not TOML: "{said}"', said=said), say("Mend the line."))
        raise StudyError(where, what, cure) from error
