"""Contact sheets of those who may be called again: under a key of their own, and every look written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.field import tidy_code
from danvan_study.field.retention import due_day
from danvan_study.messages import say
from danvan_study.pipeline.fieldwork.backcheck import drawn_file, read_drawn, refuse_locked
from danvan_study.pipeline.fieldwork.desk import now
from danvan_study.pipeline.fieldwork.parts import LINK_COLUMNS, links_folder
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study
from danvan_study.store import (
    Folder,
    add_to_log,
    read_contacts,
    read_outside,
    read_raw_wave,
    read_rows,
    read_sealed,
    write_contacts,
    write_rows,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

CONTACT_COLUMNS = ("code", "contact")
LOG = "data/logs/contacts.csv"
WHO = re.compile(r"[a-z][a-z0-9_]{1,29}")
"""A supervisor's code."""


def keep_contacts(root: Path, wave_id: str, path: Path) -> str:
    """Encrypt a sheet of contacts, columns ``code`` (of the slip, or the interview's id) and ``contact``.

    Returns
    -------
    Name of the encrypted file inside the study; the sheet itself is for the supervisor to destroy.

    Raises
    ------
    StudyError
        The wave is locked, no key of the contact sheets is named, or it is the key of the answers.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    known_wave(study, wave_id)
    with folder.locked():
        refuse_locked(folder, wave_id)
        rows = read_rows(read_outside(path), str(path), columns=CONTACT_COLUMNS)
        lines = [{name: row[name] for name in CONTACT_COLUMNS} for row in rows]
        write_contacts(folder, contacts_file(wave_id), write_rows(lines, CONTACT_COLUMNS))
    return f"{contacts_file(wave_id)}.age"


def open_contacts(root: Path, wave_id: str, *, who: str, why: str, today: date) -> list[tuple[str, str]]:
    """Show the contacts of those who were drawn and of nobody else, after writing down who looked and why.

    Parameters
    ----------
    who
        Code of the supervisor, not a name.
    today
        After the day on which the sheet is to be destroyed it is opened no more.

    Returns
    -------
    Interview's id and contact of everybody drawn who left one.

    Raises
    ------
    StudyError
        The sheet is overdue, a key is missing, there is no sheet or no draw, or ``who`` is no code or ``why`` is blank.
    """
    if not WHO.fullmatch(who) or not why.strip():
        raise StudyError(
            "--who, --why", say("a look at contacts is written down."), say("Give your code and the reason.")
        )
    folder = Folder(root)
    with folder.locked():
        study, _ = load_study(folder)
        due = due_day("contact_sheet", known_wave(study, wave_id))
        if today > due:
            raise StudyError(
                contacts_file(wave_id),
                say("it was to be destroyed by {due}.", due=due),
                say("Destroy it: danvan retention --destroy"),
            )
        drawn = read_drawn(folder, wave_id)
        if not drawn:
            raise StudyError(
                drawn_file(wave_id),
                say("nobody was drawn."),
                say("Draw first: danvan backcheck draw {wave}", wave=wave_id),
            )
        content = read_contacts(folder, contacts_file(wave_id))
        rows = read_rows(content, contacts_file(wave_id), columns=CONTACT_COLUMNS)
        people = _people_of_codes(folder, wave_id)
        found = {people.get(tidy_code(row["code"]), row["code"]): row["contact"] for row in rows}
        shown = [(each, found[each]) for each in drawn if each in found]
        line = {"at": now(), "wave": wave_id, "who": who, "why": why.strip(), "contacts": str(len(shown))}
        add_to_log(folder, LOG, line)
        return shown


def contacts_file(wave_id: str) -> str:
    """Return where the contact sheet lies, without ``.age``: a folder of its own."""
    return f"data/contacts/{wave_id}/contacts.csv"


def _people_of_codes(folder: Folder, wave_id: str) -> dict[str, str]:
    """Map the codes of slips to the interviews' ids, for waves that were pulled from a server."""
    files = read_sealed(folder, links_folder(wave_id))
    if not files:
        return {}
    study, _ = load_study(folder)
    ids = {
        str(record.get("_id", "")): str(record.get(study.design.respondent, ""))
        for record in read_raw_wave(folder, wave_id).records
    }
    return {
        row["code"]: ids[row["submission"]]
        for name, content in files.items()
        for row in read_rows(content, name, columns=LINK_COLUMNS)
        if row["submission"] in ids
    }
