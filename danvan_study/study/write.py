"""A ``study.toml`` from its content, for studies that the kit makes itself."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def write_toml(content: Mapping[str, Any]) -> str:
    """Return TOML text: plain keys first, then a section for each mapping, a ``[[block]]`` for each in a list.

    Raises
    ------
    TypeError
        A value is of a kind that no ``study.toml`` has.
    """
    return "\n".join(_lines(content, "")) + "\n"


def _lines(content: Mapping[str, Any], inside: str) -> Iterator[str]:
    blocks = {key: value for key, value in content.items() if _is_block(value)}
    for key, value in content.items():
        if key not in blocks:
            yield f"{key} = {_value(value)}"
    for key, value in blocks.items():
        name = f"{inside}{key}"
        for block in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _lines(block, f"{name}.")


def _is_block(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, bool, int, float)):
        # Strings, numbers, true and false are written as in JSON.
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{value!r} can't stand in study.toml")
