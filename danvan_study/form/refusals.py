"""What pyxform and ODK Validate say against a form, in sentences of the kit: their own are English, and often long.

What is not known here is quoted, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.messages import Message, Words, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Tell = Callable[[re.Match[str]], tuple[Message, Message]]
    """From what was found in a message to what is wrong and what to do."""

_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_SHEET: Final = re.compile(r"'(survey|choices|settings|entities|osm|external_choices)' sheet")
_COLUMN: Final = re.compile(r"On the '\w+' sheet, the '([^']+)' value ")

_MEND_NAME: Final = say("Begin with a letter; go on with letters without marks, digits and _.")
_PYXFORM: Final[Mapping[str, Tell]] = {
    r"List name not in choices sheet: (?P<name>.+)": lambda said: (
        say('the sheet "choices" has no list "{name}".', name=said["name"]),
        say("Add the list, or mend its name in the type."),
    ),
    r"Unknown question type '(?P<name>.+)'": lambda said: (
        say('"{name}" is no type of question.', name=said["name"]),
        say("Write text, integer, select_one LIST, select_multiple LIST, note, or another type of XLSForm."),
    ),
    r"Question with no type": lambda _: (say("the type is empty."), say("Write the type, or delete the row.")),
    r"Question or group with no name": lambda _: (say("the name is empty."), say("Write a name, or delete the row.")),
    r"Choices must have a name": lambda _: (say("the name is empty."), say("Write a name, or delete the row.")),
    r"Names must begin with a letter": lambda _: (say("this can't be a name."), _MEND_NAME),
    r"The survey element named '(?P<name>.+)' has no label or hint": lambda said: (
        say('the question "{name}" has no label.', name=said["name"]),
        say("Write its label in each language."),
    ),
    r"No matching 'end_(?P<kind>\w+)' was found for the name '(?P<name>.+)'": lambda said: (
        say('begin_{kind} "{name}" has no end_{kind}.', kind=said["kind"], name=said["name"]),
        say("Add the row that ends it."),
    ),
    r"No matching 'begin_(?P<kind>\w+)'": lambda said: (
        say("end_{kind} stands here, but nothing began.", kind=said["kind"]),
        say("Delete the row, or add the row that begins."),
    ),
    r"'name' value '(?P<name>.+)' is invalid. Questions, groups, and repeats must be unique": lambda said: (
        say('the name "{name}" stands twice.', name=said["name"]),
        say("Give one of them another name."),
    ),
    r"Choice names must be unique": lambda _: (
        say("this choice's name stands twice in its list."),
        say("Give one of them another name."),
    ),
    r"Could not find the name '(?P<name>.+)'": lambda said: (
        say('it asks for "{name}", but no question has that name.', name=said["name"]),
        say("Mend the name between ${ and }."),
    ),
    r"The name '(?P<name>.+)' appears more than once": lambda said: (
        say('it asks for "{name}", and several questions have that name.', name=said["name"]),
        say("Give one of them another name."),
    ),
    r"Reference variables must start with": lambda _: (
        say("a question is not named as it should be."),
        say("Write ${ before its name and } after it."),
    ),
    r"Missing calculation": lambda _: (
        say("the calculation is empty."),
        say("Write it in the column calculation, or delete the row."),
    ),
    r"required column headers were not found: (?P<name>.+?)\.": lambda said: (
        say("columns are missing: {columns}.", columns=said["name"]),
        say("Put the names of the columns into the first row."),
    ),
    r"Headers that are different names for the same column were found: (?P<name>.+?)\.": lambda said: (
        say("two columns are the same to XLSForm: {columns}.", columns=said["name"]),
        say("Rename or delete one of them."),
    ),
    r"Choices should have a label": lambda _: (say("this choice has no label."), say("Write its label.")),
    r"Language '(?P<language>.+?)' is missing the (?P<sheet>\w+) columns? (?P<name>.+?)\.?$": lambda said: (
        say("columns are missing in {language}: {columns}.", language=said["language"], columns=said["name"]),
        say("Add them to the sheet {sheet}.", sheet=said["sheet"]),
    ),
}
_QUESTION: Final = re.compile(r"\$\{(?!form\})([\w.-]+)\}")
_ODK: Final[Mapping[str, Tell]] = {
    r"cannot handle function '(?P<name>.+?)'": lambda said: (
        say('there is no function "{name}".', name=said["name"]),
        say("Use one of XLSForm, such as selected, coalesce, if, count-selected."),
    ),
    r"mismatched brackets or parentheses": lambda _: (
        say("an expression opens a bracket and doesn't close it, or the other way round."),
        say("Count the brackets."),
    ),
    r"Cycle detected.* loop: (?P<names>.+?) The following files": lambda said: (
        say("each of these questions waits for the other: {names}.", names=said["names"]),
        say("Let one of them stand without the others."),
    ),
    r"contains invalid (?P<column>\w+) expression \[(?P<text>.*?)\]": lambda said: (
        say('the {column} "{text}" is no expression.', column=said["column"], text=said["text"]),
        say("Write it as XLSForm does, such as . >= 0 and . <= 120"),
    ),
}
"""What stands in a message, to what is wrong and what to do."""


def tell_pyxform(said: str, *, source: str) -> tuple[Words, Message, Message]:
    """Return where, what and what to do of a refusal or a doubt of pyxform."""
    text = " ".join(_ROW.sub("", said).split())
    quoted = say('pyxform, which makes the form for tablets, says: "{said}"', said=text)
    known = _look_up(text, _PYXFORM)
    return _where(said, source), *(known or (quoted, say("Mend the form, or save it again as .xlsx.")))


def tell_odk_validate(said: str, rows: Mapping[str, int], *, source: str) -> tuple[Words, Message, Message]:
    """Return where, what and what to do of a refusal of ODK Validate; ``rows`` are those of the questions."""
    quoted = say('ODK Validate, which reads the form as the tablet does, says: "{said}"', said=said)
    row = next((rows[name] for name in _QUESTION.findall(said) if name in rows), None)
    where = source if row is None else say("{file}, sheet survey, row {row}", file=source, row=row)
    return where, *(_look_up(said, _ODK) or (quoted, say("Mend the form.")))


def _look_up(said: str, known: Mapping[str, Tell]) -> tuple[Message, Message] | None:
    matches = ((re.search(pattern, said), tell) for pattern, tell in known.items())
    return next((tell(found) for found, tell in matches if found), None)


def _where(said: str, source: str) -> Words:
    row, sheet, column = (pattern.search(said) for pattern in (_ROW, _SHEET, _COLUMN))
    where: Words = source
    if row or sheet:
        where = say("{file}, sheet {sheet}", file=source, sheet=sheet[1] if sheet else "survey")
    if row:
        where = say("{file}, row {row}", file=where, row=row[1])
    return say("{file}, column {column}", file=where, column=column[1]) if column else where
