"""What matters of a form, read from the frozen XLSForm and from the server's copy of it, and how the two differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COMPARED = ("relevant", "constraint", "calculation", "choice_filter")
"""Columns that decide what is asked and what is accepted, beside type, name and labels."""
LABEL = "label"
PULLDATA = re.compile(r"pulldata\(\s*['\"]([^'\"]+)['\"]")
FROM_FILE = "_from_file"

Row = tuple[tuple[str, str], ...]
"""(column, text) in order, blanks left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A form, reduced to what an interview depends on."""

    questions: tuple[Row, ...]
    choices: tuple[Row, ...]
    """By list and choice, whatever the order of the lists."""


def read_outline(workbook: bytes, *, source: str) -> Outline:
    """Read an XLSForm.

    Raises
    ------
    StudyError
        The bytes are no workbook.
    """
    sheets = _sheets(workbook, source)
    return Outline(
        questions=tuple(_question(row, _written_labels(row)) for row in sheets.survey or () if row.get("type")),
        choices=_choices((row, _written_labels(row)) for row in sheets.choices or ()),
    )


def server_outline(content: Mapping[str, Any]) -> Outline:
    """Read the ``content`` of an asset or of one of its versions."""
    languages = [str(name or "") for name in content.get("translations") or [None]]
    rows = content.get("survey") or ()
    return Outline(
        questions=tuple(_question(row, _listed_labels(row, languages)) for row in rows if row.get("type")),
        choices=_choices((row, _listed_labels(row, languages)) for row in content.get("choices") or ()),
    )


def differences(frozen: Outline, server: Outline) -> list[str]:
    """Say where the server's form is another one; nothing when they are the same."""
    return [
        *_differ("question", frozen.questions, server.questions),
        *_differ("choice", frozen.choices, server.choices),
    ]


def media_names(workbook: bytes, *, source: str) -> tuple[str, ...]:
    """Return the files that a form needs beside it: lists of choices and tables for ``pulldata``."""
    names: set[str] = set()
    for row in _sheets(workbook, source).survey or ():
        kind, _, rest = " ".join(str(row.get("type", "")).split()).partition(" ")
        if kind.endswith(FROM_FILE) and rest:
            names.add(rest.split()[0])
        for text in row.values():
            names |= {f"{name.removesuffix('.csv')}.csv" for name in PULLDATA.findall(str(text))}
    return tuple(sorted(names))


def _sheets(workbook: bytes, source: str) -> Any:
    try:
        return get_xlsform(xlsform=workbook, file_type=".xlsx")
    except PyXFormError as error:
        raise StudyError(
            source, say("this is no XLSForm ({error}).", error=error), say("Save the form again as .xlsx.")
        ) from error


def _question(row: Mapping[str, Any], labels: Mapping[str, str]) -> Row:
    kind, _, rest = " ".join(str(row["type"]).split()).partition(" ")
    if kind in ("begin", "end"):
        kind, rest = f"{kind}_{rest}", ""
    if rest and not kind.startswith("select"):
        kind, rest = f"{kind}_{rest.replace(' ', '_')}", ""
    is_end = kind.startswith("end")
    said = {
        "type": kind,
        "list": str(row.get("select_from_list_name") or row.get("file") or rest),
        "name": "" if is_end else str(row.get("name") or row.get("$autoname") or ""),
        **labels,
        **{column: str(row.get(column) or "") for column in COMPARED},
    }
    return _row(said)


def _choices(rows: Iterable[tuple[Mapping[str, Any], dict[str, str]]]) -> tuple[Row, ...]:
    read = [
        _row(
            {"list": str(row.get("list_name") or row.get("list name") or ""), "name": str(row.get("name", ""))} | labels
        )
        for row, labels in rows
    ]
    return tuple(sorted(read, key=lambda row: dict(row).get("list", "")))  # stable: the order inside a list counts


def _row(said: Mapping[str, str]) -> Row:
    return tuple((column, text) for column, raw in said.items() if (text := nfc(" ".join(raw.split()))))


def _written_labels(row: Mapping[str, Any]) -> dict[str, str]:
    labels = {}
    for column, text in row.items():
        head, _, language = str(column).partition("::")
        if head.strip() == LABEL and text:
            labels[f"{LABEL} {language.strip()}".strip()] = str(text)
    return dict(sorted(labels.items()))


def _listed_labels(row: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    listed = row.get(LABEL) or ()
    texts = [listed] if isinstance(listed, str) else listed
    labels = {f"{LABEL} {name}".strip(): str(text) for name, text in zip(languages, texts, strict=False) if text}
    return dict(sorted(labels.items()))


def _differ(what: str, frozen: Sequence[Row], server: Sequence[Row]) -> list[str]:
    found = []
    for number, (ours, theirs) in enumerate(zip_longest(frozen, server, fillvalue=()), 1):
        if ours != theirs:
            mine, other = dict(ours), dict(theirs)
            columns = [column for column in {**mine, **other} if mine.get(column) != other.get(column)]
            name = mine.get("name") or other.get("name") or mine.get("type") or other.get("type")
            found.append(
                f"{what} no. {number} ({name}), {columns[0]}: "
                f'frozen "{mine.get(columns[0], "")}", on the server "{other.get(columns[0], "")}"'
            )
    return found
