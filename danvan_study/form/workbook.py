"""Read an XLSForm with pyxform, so that a form which pyxform refuses is refused here too."""

from __future__ import annotations

import copy
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import openpyxl
from pyxform.builder import create_survey_element_from_dict
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from danvan_study.errors import StudyError
from danvan_study.form.refusals import tell_pyxform
from danvan_study.messages import Words, say
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIRST_ROW = 2
_END = re.compile(r"\s*end[ _](group|repeat|loop|lgroup|looped group)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWorkbook:
    """A form that pyxform accepted: its tree, and on which row of which sheet everything stands."""

    source: str
    tree: Mapping[str, Any]
    """pyxform's own JSON of the form: groups with ``children``, aliases resolved, our columns kept."""
    survey_rows: Mapping[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Name to (row, type as written) for each time it stands on the survey sheet."""
    choice_rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(list name, choice name) to row."""
    has_missing_column: bool = False
    topics: Sequence[Mapping[str, str]] = ()
    """Rows of our own sheet ``topics``."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The row of the settings sheet, our own columns included."""
    xform: str = ""
    """The XForm that pyxform makes of it."""
    warnings: Sequence[str] = ()
    """What pyxform finds doubtful."""

    def where(self, sheet: str, row: int, column: str) -> Words:
        """Name a cell, as messages do."""
        return say(
            "{source}, sheet {sheet}, row {row}, column {column}",
            source=self.source,
            sheet=sheet,
            row=row,
            column=column,
        )


def read_workbook(content: bytes, *, source: str) -> FormWorkbook:
    """Read the bytes of an XLSForm (.xlsx).

    Raises
    ------
    StudyError
        The bytes are no workbook, or pyxform refuses the form.
    """
    try:
        sheets = get_xlsform(xlsform=content, file_type=".xlsx")
        rows = _survey_rows(sheets), _choice_rows(sheets), _has_missing(sheets)
        settings = dict(sheets.settings[0]) if sheets.settings else {}
        warnings: list[str] = []
        tree = workbook_to_json(workbook_dict=sheets, form_name="data", warnings=warnings)
        xform = create_survey_element_from_dict(copy.deepcopy(tree)).to_xml(
            validate=False, pretty_print=False, warnings=warnings
        )
    except PyXFormError as error:
        raise StudyError(*tell_pyxform(str(error), source=source)) from error
    return FormWorkbook(
        source=source,
        tree=tree,
        survey_rows=rows[0],
        choice_rows=rows[1],
        has_missing_column=rows[2],
        topics=_read_topics(content),
        settings={nfc(str(key)): nfc(str(value)) for key, value in settings.items()},
        xform=str(xform),
        warnings=tuple(warnings),
    )


def _survey_rows(sheets: DefinitionData) -> dict[str, list[tuple[int, str]]]:
    rows: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, row in enumerate(sheets.survey or (), FIRST_ROW):
        kind = str(row.get("type", row.get("command", "")))
        if not _END.match(kind):
            rows[nfc(str(row.get("name", row.get("value", ""))))].append((number, kind))
    rows.pop("", None)
    return rows


def _choice_rows(sheets: DefinitionData) -> dict[tuple[str, str], int]:
    rows: dict[tuple[str, str], int] = {}
    for number, row in enumerate(sheets.choices or (), FIRST_ROW):
        list_name = str(row.get("list_name", row.get("list name", "")))
        rows.setdefault((nfc(list_name), nfc(str(row.get("name", row.get("value", ""))))), number)
    return rows


def _has_missing(sheets: DefinitionData) -> bool:
    return any("missing" in header for header in sheets.choices_header or ())


def _read_topics(content: bytes) -> list[dict[str, str]]:
    # pyxform skips sheets that are not XLSForm's own.
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError):  # pragma: no cover -- pyxform has just read the same bytes
        return []
    with_topics = [name for name in book.sheetnames if name.strip().lower() == "topics"]
    rows = list(book[with_topics[0]].iter_rows(values_only=True)) if with_topics else []
    book.close()
    if not rows:
        return []
    head = [str(cell or "").strip() for cell in rows[0]]
    filled = [[nfc(str(cell).strip()) if cell is not None else "" for cell in row] for row in rows[1:]]
    return [dict(zip(head, row, strict=True)) for row in filled if any(row)]
