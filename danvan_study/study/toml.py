"""A table of ``study.toml`` that knows its place: it checks types and remembers which keys were asked for."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from danvan_study.errors import StudyError
from danvan_study.messages import joined, say
from danvan_study.study.syntax import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(text: str, file: str) -> Section:
    """Parse TOML text into its top section.

    Raises
    ------
    StudyError
        The text is not TOML.
    """
    return Section(read_toml(text, file), file, "")


class Section:
    """One table of the file. Reading a key checks its type; :meth:`close` refuses keys that nobody read."""

    def __init__(self, content: Mapping[str, Any], file: str, name: str) -> None:
        self._content = dict(content)
        self._read: set[str] = set()
        self.file = file
        self.name = name

    def where(self, key: str = "") -> str:
        """Return file, section and key, as a message names them."""
        return ", ".join(filter(None, [self.file, self.name])) + (f" {key}" if key else "")

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def value(self, key: str, wanted: type | tuple[type, ...], default: Any = ...) -> Any:
        """Return the value of ``key``; without a ``default`` the key is required.

        Raises
        ------
        StudyError
            The key is missing, or its value is of another type.
        """
        self._read.add(key)
        if key not in self._content:
            if default is ...:
                raise StudyError(
                    self.where(), say('the key "{key}" is missing.', key=key), say("Add {key} = … .", key=key)
                )
            return default
        value = self._content[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            kinds = wanted if isinstance(wanted, tuple) else (wanted,)
            names = joined([_NAMES[kind] for kind in kinds], " / ")
            raise StudyError(
                self.where(key),
                say("{value!r} is not {wanted}.", value=value, wanted=names),
                say("Write {wanted}.", wanted=names),
            )
        return value

    def text(self, key: str, default: Any = ...) -> str:
        """Return a text."""
        return str(self.value(key, str, default)).strip()

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        value = self.value(key, (str, list), default)
        items = [value] if isinstance(value, str) else list(value)
        for item in items:
            if not isinstance(item, str):
                raise StudyError(
                    self.where(key),
                    say("{item!r} is not a text.", item=item),
                    say('Write it in quotes: "{item}".', item=item),
                )
        return tuple(items)

    def number(self, key: str, default: Any = ...) -> float:
        """Return a number."""
        return float(self.value(key, (int, float), default))

    def numbers(self, key: str, default: Any = ...) -> tuple[float, ...]:
        """Return a list of numbers."""
        items = self.value(key, list, default)
        for item in items:
            if not isinstance(item, (int, float)) or isinstance(item, bool):
                raise StudyError(
                    self.where(key), say("{item!r} is not a number.", item=item), say("Write numbers, without quotes.")
                )
        return tuple(float(item) for item in items)

    def whole(self, key: str, default: Any = ...) -> int:
        """Return a whole number."""
        return int(self.value(key, int, default))

    def day(self, key: str) -> date:
        """Return a date."""
        value = self.value(key, date)
        return value.date() if isinstance(value, datetime) else value

    def section(self, key: str, *, required: bool = True) -> Section:
        """Return a table inside this one."""
        value = self.value(key, dict, ... if required else {})
        return Section(value, self.file, self._inner(f"[{key}]"))

    def sections(self, key: str) -> list[Section]:
        """Return a list of tables inside this one, named by their position."""
        value = self.value(key, list, [])
        for item in value:
            if not isinstance(item, dict):
                raise StudyError(
                    self.where(key), say("{item!r} is not a table.", item=item), say("Write [[{key}]] blocks.", key=key)
                )
        return [Section(item, self.file, self._inner(f"[[{key}]] no. {n}")) for n, item in enumerate(value, 1)]

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        """Return a text that must be one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            raise StudyError(
                self.where(key),
                say('"{word}" is not known.', word=value),
                say("Write one of {known}.", known=", ".join(allowed)),
            )
        return value

    def keys(self) -> list[str]:
        """Return every key of this table and count them as read."""
        self._read |= set(self._content)
        return list(self._content)

    def close(self) -> None:
        """Refuse keys that nobody asked for.

        Raises
        ------
        StudyError
            A key is unknown; the message offers the nearest known one.
        """
        for key in self._content:
            if key not in self._read:
                near = difflib.get_close_matches(key, self._read, n=1, cutoff=0.6)
                cure = (
                    say('Did you mean "{name}"?', name=near[0])
                    if near
                    else say("Known keys: {known}.", known=", ".join(sorted(self._read)))
                )
                raise StudyError(self.where(), say('the key "{key}" is not known.', key=key), cure)

    def _inner(self, name: str) -> str:
        return f"{self.name} {name}".strip()


_NAMES = {
    str: say("a text in quotes"),
    int: say("a whole number"),
    float: say("a number"),
    list: say("a list"),
    dict: say("a table"),
    date: say("a date such as 2025-07-05"),
    bool: say("true or false"),
}
