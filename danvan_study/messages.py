"""What the kit says to people: written in English where it is said, told in Vietnamese unless English is asked for."""

from __future__ import annotations

import io
import os
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGE: Final = "DANVAN_LANG"
"""The environment variable that chooses; it reaches every process that a command starts."""
LANGUAGES: Final = ("vi", "en")
CATALOGUE: Final = "locale/vi/LC_MESSAGES/danvan_study.mo"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that becomes text only when it is shown, so that it can be had in each language.

    It travels between processes as it is; the process that shows it chooses the language.
    """

    template: str
    """In English, with named placeholders; taken as it stands where there are no values."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What stands in the placeholders; messages among them are told in the same language."""

    def __str__(self) -> str:
        return self.told(current_language())

    def told(self, language: str) -> str:
        """Tell it in ``language``; a sentence that the catalogue lacks stays English."""
        template = _catalogue().gettext(self.template) if language == "vi" else self.template
        if not self.values:
            return template
        return template.format(**{name: told(value, language) for name, value in self.values.items()})


Words: TypeAlias = str | Message
"""A text that is the same in every language, or a message."""


def say(template: str, /, **values: object) -> Message:
    """Make the message ``template``, with ``values`` in its placeholders.

    Babel collects the templates from calls of this function, so the first argument is always written out.
    """
    return Message(template, values)


def joined(parts: Iterable[Words], separator: str = ", ") -> Message:
    """Put ``parts`` one after the other in one message."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in values), values)


def told(value: object, language: str) -> object:
    """Tell ``value`` in ``language`` if it is a message; anything else stays as it is."""
    return value.told(language) if isinstance(value, Message) else value


def current_language() -> str:
    """Return the language of this process: English where ``DANVAN_LANG`` is ``en``, else Vietnamese."""
    return "en" if os.environ.get(LANGUAGE) == "en" else "vi"


@cache
def _catalogue() -> GNUTranslations:
    return GNUTranslations(io.BytesIO(pkgutil.get_data("danvan_study", CATALOGUE) or b""))
