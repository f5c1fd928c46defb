"""Tell the server what was decided, and end the fieldwork of a wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.pipeline.fieldwork.desk import field_desk
from danvan_study.store import read_corrections, read_raw_wave
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from danvan_study.kobo import Patience

APPROVED, REFUSED, ON_HOLD = (f"validation_status_{word}" for word in ("approved", "not_approved", "on_hold"))
REMOVE = "remove"


def judge_wave(
    root: Path, wave_id: str, *, tell: Callable[[Words], None], patience: Patience | None = None
) -> dict[str, int]:
    """Write the decisions of the corrections file back as validation statuses.

    A submission with a decided removal is not approved, one with other decided lines is approved, one with a line that
    nobody has decided yet is on hold. Submissions without a line are left alone, and so are those judged so already.

    Returns
    -------
    dict
        Status to number of submissions that were judged.

    Raises
    ------
    StudyError
        The wave has no raw data or no form on the server.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk:
        name = desk.wave.corrections or f"data/corrections/{wave_id}.csv"
        wanted = decided_statuses(read_corrections(desk.folder, name))
        records = read_raw_wave(desk.folder, wave_id).records
        by_status = submissions_to_judge(records, wanted, respondent=desk.study.design.respondent)
        submissions = desk.submissions()
        for status, ids in by_status.items():
            submissions.judge(ids, status)
            tell(
                say(
                    "{wave}: submissions {count} -> {status}",
                    wave=wave_id,
                    count=len(ids),
                    status=status.removeprefix("validation_status_"),
                )
            )
        return {status: len(ids) for status, ids in by_status.items()}


def decided_statuses(corrections: pd.DataFrame) -> dict[str, str]:
    """Return respondent to validation status; what is undecided holds up the rest."""
    statuses: dict[str, str] = {}
    columns = (Corrections.respondent, Corrections.action, Corrections.decided_by)
    for respondent, action, decided_by in zip(*(corrections[column].tolist() for column in columns), strict=True):
        status = ON_HOLD if not decided_by else REFUSED if action == REMOVE else APPROVED
        statuses[respondent] = max(status, statuses.get(respondent, APPROVED), key=(APPROVED, REFUSED, ON_HOLD).index)
    return statuses


def submissions_to_judge(
    records: Sequence[Mapping[str, object]], wanted: Mapping[str, str], *, respondent: str
) -> dict[str, list[int]]:
    """Return status to ids, for the submissions that do not have it yet."""
    by_status: dict[str, list[int]] = {}
    for record in records:
        status = wanted.get(str(record.get(respondent, "")), "")
        # The store keeps the server's status as JSON text.
        if status and f'"{status}"' not in str(record.get("_validation_status", "")):
            by_status.setdefault(status, []).append(int(str(record["_id"])))
    return dict(sorted(by_status.items()))


def close_wave(root: Path, wave_id: str, *, tell: Callable[[Words], None], patience: Patience | None = None) -> None:
    """Archive the wave's form: tablets can send nothing more, what was sent stays.

    Raises
    ------
    StudyError
        The wave has no form on the server, or it was never in the field.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk:
        asset = desk.forms.read(desk.needed_asset())
        if asset.status == "draft":
            raise StudyError(
                say("wave {wave}", wave=wave_id),
                say("its form was never deployed."),
                say("Nothing to close: danvan deploy {wave}", wave=wave_id),
            )
        if asset.is_collecting:
            desk.forms.archive(asset.uid)
        tell(say("{wave}: the form is closed on the server. Pull for the last time: danvan pull {wave}", wave=wave_id))
