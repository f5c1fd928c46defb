"""ODK Central's exports under the names that KoboToolbox uses, so that one study reads both.

Central writes groups with ``-`` in CSV and as nested objects in OData JSON, and names the server's fields its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CSV_MARKS = ("KEY", "meta-instanceID")
JSON_MARKS = ("__id", "__system")
SERVER_FIELDS = {
    "KEY": "_uuid",
    "__id": "_uuid",
    "SubmissionDate": "_submission_time",
    "__system/submissionDate": "_submission_time",
    "FormVersion": "__version__",
    "__system/formVersion": "__version__",
    "SubmitterID": "_submitted_by",
    "__system/submitterId": "_submitted_by",
}
REPEAT_COLUMN = "SET-OF-"
REPEAT_LINK = "@odata.navigationLink"


def is_central_csv(names: Collection[str]) -> bool:
    """Return whether the head of a CSV is one of Central's."""
    return all(mark in names for mark in CSV_MARKS)


def is_central_json(record: object) -> bool:
    """Return whether a submission is one of Central's."""
    return isinstance(record, dict) and all(mark in record for mark in JSON_MARKS)


def from_central_csv(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Rename the columns of one row.

    Raises
    ------
    StudyError
        The row has turns of a repeat, which stand in a file that is not here.
    """
    _refuse_repeats(name, [key for key in record if REPEAT_COLUMN in key])
    return _rename({key if key in SERVER_FIELDS else key.replace("-", "/"): value for key, value in record.items()})


def from_central_json(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the groups of one submission into paths.

    Raises
    ------
    StudyError
        A repeat is only linked to.
    """
    _refuse_repeats(name, [key for key in record if key.endswith(REPEAT_LINK)])
    return _rename(_flatten(record, ""))


def _flatten(record: Mapping[str, Any], path: str) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        inner = f"{path}/{key}" if path else key
        if isinstance(value, dict):
            flat |= _flatten(value, inner)
        elif isinstance(value, list):
            flat[inner] = [_flatten(turn, inner) if isinstance(turn, dict) else turn for turn in value]
        else:
            flat[inner] = value
    return flat


def _rename(record: dict[str, Any]) -> dict[str, Any]:
    renamed = {SERVER_FIELDS.get(key, key): value for key, value in record.items()}
    renamed["_uuid"] = str(renamed["_uuid"]).removeprefix("uuid:")
    return renamed


def _refuse_repeats(name: str, keys: list[str]) -> None:
    if keys:
        raise StudyError(
            name,
            say('the turns of a repeat are not in this file ("{key}").', key=keys[0]),
            say("Take Central's JSON with everything in it: …/Submissions?$expand=*"),
        )
