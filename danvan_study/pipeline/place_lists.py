"""Bring a form's lists of places up to the areas table: one row there is all that a new district needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.areas.lists import COMMUNE_COLUMNS, NEW_COMMUNE_COLUMNS, commune_rows, new_commune_rows
from danvan_study.errors import StudyError
from danvan_study.form import read_form
from danvan_study.form.places import DISTRICT, offer_areas
from danvan_study.form.sheets import read_sheets
from danvan_study.form.write import write_sheets
from danvan_study.messages import Message, say
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, load_facts, read_frozen, write_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.areas.lists import Rows
    from danvan_study.form.sheets import Sheets

COMMUNES: Final = "survey_forms/communes.csv"
NEW_COMMUNES: Final = "survey_forms/new_communes.csv"
LISTS: Final = {COMMUNES: COMMUNE_COLUMNS, NEW_COMMUNES: NEW_COMMUNE_COLUMNS}
"""File to its columns."""


def write_place_lists(root: Path) -> list[Message]:
    """Write the places that the newest form offers, from the areas table and the units of the kit.

    Provinces and districts stand in the form itself, communes in tables beside it. Rows that people wrote for districts
    that the kit doesn't know are kept, and so are columns that they added.

    Returns
    -------
    list of Message
        What was written, a line for each file.

    Raises
    ------
    StudyError
        The study has no areas, its newest form is frozen, or it takes its districts from elsewhere.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    if areas is None:
        raise StudyError("study.toml, [areas]", say("the study has no areas."), say('Add file = "…".'))
    form = study.waves[-1].forms[-1]
    sheets = read_sheets(folder.read(form, needed_by="study.toml, [[wave]] forms"), source=form)
    _refuse_frozen(folder, form)
    _refuse_foreign(sheets, form)
    kept = {name: _kept(folder, name) for name in LISTS}
    tables = place_lists(areas, kept)
    content = write_sheets(offer_areas(sheets, areas, file=study.areas_file))
    read_form(content, source=form)
    with folder.locked():
        for name, rows in tables.items():
            folder.write_file(name, _with_own_columns(rows, kept[name], LISTS[name]))
        folder.write_file(form, content)
    told = [say("{file}: areas {count}", file=form, count=len(areas.reporting))]
    return told + [say("{file}: communes {count}", file=name, count=len(rows)) for name, rows in tables.items()]


def place_lists(areas: Areas, kept: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the rows of each table in :data:`LISTS`; ``kept`` has the rows that there are."""
    gazetteer = load_facts().gazetteer
    return {
        COMMUNES: commune_rows(gazetteer, areas, kept[COMMUNES]),
        NEW_COMMUNES: new_commune_rows(gazetteer, areas, kept[NEW_COMMUNES]),
    }


def _kept(folder: Folder, name: str) -> Rows:
    return folder.read_rows(name, needed_by="danvan areas lists", columns=LISTS[name]) if folder.has_file(name) else []


def _with_own_columns(rows: Rows, kept: Rows, columns: Sequence[str]) -> bytes:
    """Return a table with the columns that people added to it, a note or another language, beside the same places."""
    before = {row["name"]: row for row in kept}
    own = [column for column in (kept[0] if kept else ()) if column not in columns]
    beside = ({column: before.get(row["name"], {}).get(column, "") for column in own} for row in rows)
    return write_rows([row | more for row, more in zip(rows, beside, strict=True)], [*columns, *own])


def _refuse_frozen(folder: Folder, form: str) -> None:
    if form in read_frozen(folder):
        raise StudyError(
            form,
            say("this form is frozen, so it can't offer other places."),
            say("Copy it under a new name, raise its version, name it in the next [[wave]], and repeat."),
        )


def _refuse_foreign(sheets: Sheets, form: str) -> None:
    if not any(row.get("type") == f"select_one {DISTRICT}" for row in sheets["survey"]):
        raise StudyError(
            form,
            say('no question takes its answers from the list "{name}".', name=DISTRICT),
            say("Write the places into this form yourself."),
        )
