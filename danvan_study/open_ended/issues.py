"""The codebook of issues: what each code means, what it takes in and leaves out, which words point to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.toml import Section, parse
from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """What somebody does by answering; coded apart from polarity, since nearly every answer asks for something."""

    PRAISE = "praise"
    COMPLAINT = "complaint"
    REQUEST = "request"
    NONE = "none"

    @property
    def label(self) -> str:
        """What the coding sheet calls it."""
        return {"praise": "khen", "complaint": "chê", "request": "đề nghị", "none": "không"}[self]


class Polarity(StrEnum):
    """How somebody feels about what they speak of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"

    @property
    def label(self) -> str:
        """What the coding sheet calls it."""
        return {"negative": "xấu", "neutral": "không rõ", "positive": "tốt"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCode:
    """One code."""

    name: str
    labels: Mapping[str, str]
    definition: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCodebook:
    """The codes of one or several open questions."""

    source: str
    version: str
    questions: tuple[str, ...]
    codes: tuple[IssueCode, ...]
    most: int
    """Codes that one answer may have."""
    other: str
    """Code of an answer that no code fits."""
    nothing: str
    """Code of "nothing worries me"; empty: none."""

    @property
    def names(self) -> tuple[str, ...]:
        """The codes in order."""
        return tuple(code.name for code in self.codes)

    def label(self, name: str, language: str) -> str:
        """Return what a code is called in ``language``, else in any, else its name."""
        labels = next(code.labels for code in self.codes if code.name == name)
        return labels.get(language) or next(iter(labels.values()), name)

    def ordered(self, names: set[str]) -> str:
        """Return codes as a table holds them: in the order of the codebook, with a space between."""
        return " ".join(name for name in self.names if name in names)


def read_issues(text: str, file: str) -> IssueCodebook:
    """Read a codebook of issues.

    Raises
    ------
    StudyError
        A key is unknown, missing or of the wrong kind; a code stands twice or is named but not defined.
    """
    top = parse(text, file)
    codes = tuple(_read_code(section) for section in top.sections("code"))
    book = IssueCodebook(
        source=file,
        version=top.text("version"),
        questions=top.texts("questions"),
        codes=codes,
        most=top.whole("most", 3),
        other=top.text("other"),
        nothing=top.text("nothing", ""),
    )
    top.close()
    for name in book.names:
        if book.names.count(name) > 1:
            raise StudyError(
                file, say('the code "{name}" stands twice.', name=name), say("Give each code a name of its own.")
            )
    for key, name in (("other", book.other), ("nothing", book.nothing)):
        if name and name not in book.names:
            raise StudyError(
                f"{file}, {key}", say('there is no code "{name}".', name=name), say("Add a [[code]] of that name.")
            )
    return book


def _read_code(section: Section) -> IssueCode:
    labels = section.section("label")
    name = section.text("name")
    if not name or len(name.split()) != 1:
        raise StudyError(
            section.where("name"), say('"{name}" is no name of a code.', name=name), say("Write one word, such as 4.")
        )
    code = IssueCode(
        name=name,
        labels={language: labels.text(language) for language in labels.keys()},  # noqa: SIM118 -- keys() marks them read
        definition=squeeze(section.text("definition")),
        included=section.texts("included", []),
        excluded=section.texts("excluded", []),
        keywords=tuple(map(squeeze, section.texts("keywords", []))),
    )
    section.close()
    return code
