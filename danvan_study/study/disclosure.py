"""Read the section ``[disclosure]`` of ``study.toml``: what only people know about how the survey was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.study.toml import Section

ITEMS: Final[Mapping[str, str]] = {
    "strategy": "A1",
    "funding": "A2",
    "instrument": "A3",
    "population": "A4",
    "sample": "A5",
    "mode": "A6",
    "dates": "A7",
    "size": "A8",
    "weighting": "A9",
    "processing": "A10",
    "limitations": "A11",
    "panel": "B1",
    "training": "B2",
    "screening": "B3",
    "show_cards": "B4",
    "dispositions": "B5",
    "subgroups": "B6",
    "models": "B7",
}
"""Key to number: part III of the AAPOR Code of Professional Ethics and Practices (April 2021), A to be told at once, B
on request; here both are told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Lines that people wrote, by language and item."""

    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The office's language stands first."""

    def said(self, item: str, language: str) -> str:
        """Return what was written of an item, in ``language`` or else in the office's; blank: nothing."""
        first = next(iter(self.lines.values()), {})
        return self.lines.get(language, {}).get(item, "") or first.get(item, "")


def read_disclosure(section: Section, languages: Sequence[str]) -> Disclosure:
    """Read a line per item, in the study's first language; other languages stand in ``[disclosure.en]`` and the like.

    A line without a word, or in square brackets as drafts leave it, is none.

    Raises
    ------
    StudyError
        An item or a language is unknown, or a line stands in another language alone.
    """
    written = {languages[0]: _read_lines(section)}
    for language in languages[1:]:
        inner = section.section(language, required=False)
        written[language] = _read_lines(inner)
        inner.close()
        for item in written[language]:
            if item not in written[languages[0]]:
                raise StudyError(
                    inner.where(item),
                    say("this line is missing in the study's first language."),
                    say("Write [disclosure] {item}.", item=item),
                )
    section.close()
    return Disclosure(lines=written)


def _read_lines(section: Section) -> dict[str, str]:
    said = {item: " ".join(section.text(item, "").split()) for item in ITEMS}
    return {item: text for item, text in said.items() if _says_something(text)}


def _says_something(text: str) -> bool:
    is_draft = text.startswith("[") and text.endswith("]")
    return not is_draft and any(letter.isalpha() for letter in text)
