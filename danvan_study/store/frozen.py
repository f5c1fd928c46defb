"""The record of fielded forms: once frozen, a form is its hash, and any other content is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.chain import add_to_log, read_chain
from danvan_study.store.manifest import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.store.folder import Folder

FROZEN = "survey_forms/FROZEN.csv"
COLUMNS = ("form", "form_id", "version", "sha256", "frozen_on", "previous_hash")


def read_frozen(folder: Folder) -> dict[str, dict[str, str]]:
    """Return the frozen forms by file name, the chain of the record checked."""
    return {row["form"]: row for row in read_chain(folder, FROZEN, COLUMNS)}


def freeze(folder: Folder, form: str, *, identity: tuple[str, str], day: str) -> bool:
    """Freeze the content that a form has now; return whether it wasn't frozen before.

    Parameters
    ----------
    form
        Its file name inside the study.
    identity
        Its form_id and version.
    day
        The day of freezing (ISO).

    Raises
    ------
    StudyError
        The form was frozen with other content, or another file has the same id and version.
    """
    content = folder.read(form, needed_by="danvan form freeze")
    frozen = read_frozen(folder)
    if form in frozen:
        refuse_changed(form, content, frozen)
        return False
    form_id, version = identity
    for row in frozen.values():
        if (row["form_id"], row["version"]) == identity:
            raise StudyError(
                form,
                say(
                    '"{form}" is frozen as version {version} of {form_id}.',
                    form=row["form"],
                    version=version,
                    form_id=form_id,
                ),
                say("Give this one a new version."),
            )
    new = {"form": form, "form_id": form_id, "version": version, "sha256": sha256(content), "frozen_on": day}
    add_to_log(folder, FROZEN, new)
    return True


def refuse_changed(form: str, content: bytes, frozen: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse a form whose content is no longer what was frozen.

    Raises
    ------
    StudyError
        It was changed after it had been frozen.
    """
    row = frozen.get(form)
    if row and row["sha256"] != sha256(content):
        raise StudyError(
            form,
            say(
                "version {version} was frozen on {frozen_on} and has been changed since.",
                version=row["version"],
                frozen_on=row["frozen_on"],
            ),
            say("Restore the file. Save your changes under a new name with a new version, and freeze that one."),
        )
