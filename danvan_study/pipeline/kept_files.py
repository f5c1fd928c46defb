"""What people keep by hand beside the survey: the follow-up table and the log of consultations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.messages import Message, say
from danvan_study.publish.kept import Consultation, FollowUp, consultations, follow_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from danvan_study.store import Folder
    from danvan_study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Both, as read."""

    follow_up: tuple[FollowUp, ...] | None
    """None: there is no table."""
    consultations: tuple[Consultation, ...]

    def lines(self) -> list[Message]:
        """Say what is there."""
        followed = (
            say("{file}: none so far", file=follow_up.FILE)
            if self.follow_up is None
            else say("{file}: matters to follow up {count}", file=follow_up.FILE, count=len(self.follow_up))
        )
        consulted = say("{file}: consultations {count}", file=consultations.FILE, count=len(self.consultations))
        return [followed, consulted]


def read_kept(folder: Folder, study: Study) -> Kept:
    """Read both files, as far as they are there.

    Raises
    ------
    StudyError
        A line of one of them can't be used.
    """
    table = _rows(folder, follow_up.FILE, follow_up.COLUMNS)
    log = _rows(folder, consultations.FILE, consultations.COLUMNS)
    return Kept(
        follow_up=None if table is None else follow_up.read_follow_up(table, waves=[wave.id for wave in study.waves]),
        consultations=consultations.read_consultations(log or []),
    )


def _rows(folder: Folder, name: str, columns: Iterable[str]) -> list[dict[str, str]] | None:
    return folder.read_rows(name, needed_by=name, columns=list(columns)) if folder.has_file(name) else None
