"""What was issued of a locked wave: kept as it was, checked byte by byte, corrected by an erratum beside it only.

``data/issued/WAVE/1`` is what was issued at the lock, ``2`` the first erratum. Tables of people and figures that did
not pass the gate are no part of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.result import Standing
from danvan_study.publish.erratum import NEW, OLD, find_corrected
from danvan_study.store import add_to_log
from danvan_study.store.manifest import sha256
from danvan_study.store.parquet import read_table
from danvan_study.tables import Forecasts, PublishedChanges, PublishedRows, Ranks, Signals, Smoothed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from danvan_study.store import Folder

ISSUED: Final = "data/issued"
LOG: Final = "data/logs/issued.csv"
COLUMNS: Final = ("at", "wave", "number", "reason", "sha256")
LIST: Final = "SHA256.json"
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "published": PublishedRows.key,
    "published_trends": PublishedChanges.key,
    "published_ranks": Ranks.key,
    "published_smoothed": Smoothed.key,
    "published_forecasts": Forecasts.key,
    "published_signals": Signals.key,
}
"""Published tables, and what names a row of each."""
DOCUMENTS: Final = (".html", ".docx", ".pdf", ".xlsx", ".png", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What was issued of a wave at one time."""

    wave: str
    number: int
    """1 at the lock, then one more with each erratum."""
    at: str
    reason: str
    sha256: str
    """Of the list of its files."""

    @property
    def day(self) -> date:
        """When it was issued."""
        return date.fromisoformat(self.at[:10])

    @property
    def folder(self) -> str:
        """Where it lies."""
        return f"{ISSUED}/{self.wave}/{self.number}"


def read_issues(folder: Folder, wave_id: str = "") -> list[Issue]:
    """Return what was issued, in order: of one wave, or of all."""
    rows = folder.read_rows(LOG, needed_by=LOG, columns=COLUMNS) if folder.has_file(LOG) else []
    found = [
        Issue(wave=row["wave"], number=int(row["number"]), at=row["at"], reason=row["reason"], sha256=row["sha256"])
        for row in rows
    ]
    return [issue for issue in found if wave_id in ("", issue.wave)]


def read_standing(folder: Folder, wave_id: str) -> Standing:
    """Return whether a wave is locked, and by which erratum its documents were corrected last."""
    if not folder.has_file(lock_file(wave_id)):
        return Standing()
    since = folder.read(lock_file(wave_id), needed_by=wave_id).decode()[:10]
    issues = read_issues(folder, wave_id)
    return Standing(locked_on=date.fromisoformat(since), erratum=issues[-1].number - 1 if issues else 0)


def check_issued(folder: Folder) -> None:
    """Check every byte of everything that was issued.

    Raises
    ------
    StudyError
        A file was changed, added or taken away.
    """
    for issue in read_issues(folder):
        names = {name.removeprefix(f"{issue.folder}/") for name in folder.files(issue.folder)}
        listed = _listed(folder, issue)
        wrong = sorted(names ^ {*listed, LIST}) or [
            name
            for name in sorted(listed)
            if sha256(folder.read(f"{issue.folder}/{name}", needed_by=LOG)) != listed[name]
        ]
        if wrong:
            raise _touched(f"{issue.folder}/{wrong[0]}")


def find_differences(folder: Folder, issue: Issue, files: Mapping[str, bytes]) -> dict[str, pd.DataFrame]:
    """Return the rows of each published table that differ from what was issued; tables without any are left out."""
    found = {}
    for name, key in KEYS.items():
        file = f"{name}.parquet"
        old = folder.read(f"{issue.folder}/{file}", needed_by=LOG)
        if old != files[file]:
            rows = find_corrected(*(read_table(content, file) for content in (old, files[file])), key=key)
            if len(rows):
                found[name] = rows
    return found


def refuse_corrected(folder: Folder, wave_id: str, files: Mapping[str, bytes]) -> None:
    """Refuse outputs of a locked wave whose published figures are not those that were issued.

    Raises
    ------
    StudyError
        They differ: the message counts the rows, and tells the first figure.
    """
    issues = read_issues(folder, wave_id)
    differences = find_differences(folder, issues[-1], files) if issues else {}
    if not differences:
        return
    counts = ", ".join(f"{name} {len(rows)}" for name, rows in differences.items())
    figures = differences.get("published", pd.DataFrame())
    first: Words = ""
    if len(figures):
        row = figures.iloc[0]
        about = ", ".join(str(row[name]) for name in PublishedRows.key if str(row[name]))
        first = say(
            " First: {about}: {old} -> {new}.",
            about=about,
            old=row[PublishedRows.estimate + OLD],
            new=row[PublishedRows.estimate + NEW],
        )
    raise StudyError(
        say("wave {wave}", wave=wave_id),
        say(
            "it is locked, and figures that were issued on {day} would change (rows: {counts}).{first}",
            day=issues[-1].day,
            counts=counts,
            first=first,
        ),
        say('Take back what was changed since, or issue an erratum: danvan revise {wave} --reason "…"', wave=wave_id),
    )


def write_issue(folder: Folder, issue: Issue, files: Mapping[str, bytes]) -> Path:
    """Keep what is issued; it counts from the line in the log on, which is written last."""
    kept = {name: content for name, content in files.items() if _is_issued(name)}
    listed = {name: sha256(content) for name, content in sorted(kept.items())}
    kept[LIST] = (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()
    target = folder.write_folder(issue.folder, kept)
    cells = (issue.at, issue.wave, str(issue.number), issue.reason, sha256(kept[LIST]))
    add_to_log(folder, LOG, dict(zip(COLUMNS, cells, strict=True)))
    return target


def _is_issued(name: str) -> bool:
    return name.startswith("published") or name.endswith(DOCUMENTS) or name in ("run.json", "erratum.csv")


def _listed(folder: Folder, issue: Issue) -> dict[str, str]:
    content = folder.read(f"{issue.folder}/{LIST}", needed_by=LOG)
    if sha256(content) != issue.sha256:
        raise _touched(f"{issue.folder}/{LIST}")
    listed: dict[str, str] = json.loads(content)
    return listed


def _touched(name: str) -> StudyError:
    return StudyError(
        name,
        say("it is not what was issued: what is issued stays as it is."),
        say("Bring it back from a copy of the study."),
    )
