"""The schema of a study's folder: how ``study.toml`` and the files that people and commands keep in it are laid out.

One number for the whole folder, in the first lines of ``study.toml``. What leaves the folder or is kept for good has a
number of its own: manifests, records of runs, tables in Parquet. ``docs/decisions/0027-schema-versions.md`` says why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.syntax import read_toml

if TYPE_CHECKING:
    from danvan_study.messages import Words

SCHEMA: Final = 3
OLDEST: Final = 1
KEY: Final = "schema"
_LINE: Final = re.compile(r"^(\ufeff?[ \t]*schema[ \t]*=[ \t]*)\d+", re.MULTILINE)
_FIRST_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def check_schema(found: int, where: Words, known: int = SCHEMA) -> None:
    """Refuse what another version of the kit has laid out.

    Raises
    ------
    StudyError
        It is older: ``danvan migrate`` moves it; or newer: this kit is to be updated.
    """
    if found == known:
        return
    cure = say("Move the study to this kit: danvan migrate.") if found < known else say("Update the kit.")
    raise StudyError(
        where, say("this is of schema {found}; the kit works with {known}.", found=found, known=known), cure
    )


def schema_of(text: str) -> int:
    """Return the schema that the text of a ``study.toml`` names; the oldest where it names none.

    Raises
    ------
    StudyError
        The text is not TOML, or its schema is no whole number.
    """
    found = read_toml(text.removeprefix("\ufeff"), "study.toml").get(KEY, OLDEST)
    if not isinstance(found, int) or isinstance(found, bool) or found < OLDEST:
        raise StudyError(
            f"study.toml {KEY}",
            say("{value} is no schema.", value=repr(found)),
            say("Write {key} = {schema}.", key=KEY, schema=SCHEMA),
        )
    return found


def with_schema(text: str, schema: int) -> str:
    """Return the text with another schema, every other letter as it was; a page without one gets a first line."""
    table = _FIRST_TABLE.search(text)
    end = table.start() if table else len(text)
    head, found = _LINE.subn(rf"\g<1>{schema}", text[:end], count=1)
    if found:
        return head + text[end:]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{mark}{KEY} = {schema}{newline}{text.removeprefix(mark)}"
