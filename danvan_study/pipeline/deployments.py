"""The record of what was put into the field: ``data/deployments/<wave>.csv``, one row per form version, append-only.

The server gives every form version a name of its own; this file is where its name meets the version in the XLSForm.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from danvan_study.store import write_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.store import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A form version that is, or is about to be, in the field."""

    at: str
    """ISO 8601."""
    server: str
    asset: str
    version: str
    """Name that the server gave the version; empty: it was imported and not yet deployed."""
    form: str
    """The XLSForm in the study's folder."""
    form_version: str
    """What the settings sheet calls it, hence what the codebooks are keyed by."""
    content: str
    """SHA-256 of the XLSForm: whether it has to be imported again."""


COLUMNS = tuple(each.name for each in fields(Deployment))


def deployments_file(wave_id: str) -> str:
    """Return the name of the file inside the study."""
    return f"data/deployments/{wave_id}.csv"


def read_deployments(folder: Folder, wave_id: str) -> list[Deployment]:
    """Read the deployments of a wave, oldest first; none where there is no file."""
    name = deployments_file(wave_id)
    if not folder.has_file(name):
        return []
    rows = folder.read_rows(name, needed_by=name, columns=COLUMNS)
    return [Deployment(**{column: row[column] for column in COLUMNS}) for row in rows]


def record_deployment(folder: Folder, wave_id: str, deployment: Deployment) -> None:
    """Add a row."""
    rows = [asdict(each) for each in (*read_deployments(folder, wave_id), deployment)]
    folder.write_file(deployments_file(wave_id), write_rows(rows, COLUMNS))


def join_form_versions(
    records: Sequence[Mapping[str, object]], deployments: Sequence[Deployment], *, field: str
) -> Sequence[Mapping[str, object]]:
    """Write the form's own version where a submission names the server's.

    Parameters
    ----------
    field
        Field of a submission that names its version.
    """
    versions = {each.version: each.form_version for each in deployments if each.version}
    if not versions:
        return records
    return [
        {**record, field: versions.get(str(record[field]), record[field])} if field in record else record
        for record in records
    ]
