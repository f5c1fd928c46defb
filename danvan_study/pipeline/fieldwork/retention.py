"""What is kept until when, what is destroyed, and the clock of those who withdraw; each step leaves a line in a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.field import read_code
from danvan_study.field.retention import KINDS, Clock, due_day, withdrawal_clock
from danvan_study.messages import say
from danvan_study.pipeline.copies import SEPARATOR, copies_with, list_archives
from danvan_study.pipeline.fieldwork.desk import now
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, add_to_log, check_raw, destroy_raw_wave

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from danvan_study.messages import Message

RETENTION_LOG, WITHDRAWAL_LOG = "data/logs/retention.csv", "data/logs/withdrawals.csv"
RETENTION_COLUMNS = ("at", "wave", "kind", "path", "files", "bytes", "due", "who", "backups")
WITHDRAWAL_COLUMNS = ("at", "wave", "request", "what", "received_on", "answer_by", "stop_by", "erase_by")
ASKED, DONE, LOCKED = "asked", "done", "locked"
BACKUP = "backup"
AT_LOCK = ("contact_sheet", "withdrawal_link", "fieldwork", "coding_sheets")
"""Kinds by which somebody might still be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A file or folder of a wave that is there, and until when."""

    wave: str
    kind: str
    title: Message
    """Of the kind."""
    path: str
    due: date
    files: int
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is kept, what is owed."""

    holdings: tuple[Holding, ...]
    backups: tuple[str, ...]
    """Copies in which something has still to be erased."""
    requests: tuple[dict[str, str], ...]
    """Wishes to withdraw that are not done: lines of the log, without code or answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish to withdraw, by number: neither the code nor the submission is written down."""

    number: int
    wave: str
    received_on: date
    clock: Clock


def take_stock(root: Path) -> Account:
    """Say what is kept of real people, until when, in which copies something is left to erase, and who waits.

    Simulated waves are nobody's data and are passed over.
    """
    folder = Folder(root)
    lines = _read_log(folder, RETENTION_LOG, RETENTION_COLUMNS)
    return Account(
        holdings=tuple(_holdings(folder)), backups=_open_backups(lines), requests=tuple(_open_requests(folder))
    )


def destroy_due(root: Path, *, today: date, who: str) -> list[Holding]:
    """Destroy what was to be kept until yesterday or earlier, with a line in the log for each; return it.

    A wave whose links are destroyed is locked, so that no later pull brings them back.
    """
    folder = Folder(root)
    with folder.locked():
        due = [each for each in _holdings(folder) if each.due < today]
        for each in due:
            if each.kind == "withdrawal_link" and not folder.has_file(lock_file(each.wave)):
                folder.write_file(lock_file(each.wave), f"{now()}\n".encode())
            _destroy(folder, each, who=who)
    return due


def destroy_at_lock(folder: Folder, wave_id: str) -> None:
    """Destroy all by which somebody of a wave might be told apart, with a line in the log for each."""
    for each in _holdings_of(folder, wave_id, kinds=AT_LOCK):
        _destroy(folder, each, who=LOCKED)


def note_erased(root: Path, backup: str) -> None:
    """Write down that a copy no longer holds what was destroyed here.

    Raises
    ------
    StudyError
        The study names no such copy.
    """
    folder = Folder(root)
    with folder.locked():
        study, _ = load_study(folder)
        known = (*study.backups, *(each.name for each in list_archives(root)))
        if backup not in known:
            raise StudyError(
                "study.toml, [study] backups",
                say('there is no copy "{backup}".', backup=backup),
                say("Known: {known}.", known=", ".join(known)),
            )
        blank = dict.fromkeys(RETENTION_COLUMNS, "")
        add_to_log(folder, RETENTION_LOG, blank | {"at": now(), "kind": BACKUP, "path": backup})


def note_withdrawal(root: Path, wave_id: str, code: str, *, received_on: date) -> Request:
    """Write down a wish to withdraw and start its clock; one that was noted that day and is not done is taken up again.

    The code is looked at for mistakes and not kept.

    Raises
    ------
    StudyError
        The code is mistyped.
    """
    read_code(code)  # looked at and not kept
    folder = Folder(root)
    study, _ = load_study(folder)
    known_wave(study, wave_id)
    clock = withdrawal_clock(received_on)
    with folder.locked():
        waiting = [
            line
            for line in _open_requests(folder)
            if (line["wave"], line["received_on"]) == (wave_id, received_on.isoformat())
        ]
        lines = _read_log(folder, WITHDRAWAL_LOG, WITHDRAWAL_COLUMNS)
        number = int(waiting[0]["request"]) if waiting else 1 + len({line["request"] for line in lines})
        request = Request(number=number, wave=wave_id, received_on=received_on, clock=clock)
        is_locked = folder.has_file(lock_file(wave_id))
        if not waiting or is_locked:
            _note(folder, request, LOCKED if is_locked else ASKED)
    return request


def note_withdrawn(root: Path, request: Request) -> None:
    """Write down that a wish to withdraw is carried out."""
    folder = Folder(root)
    with folder.locked():
        _note(folder, request, DONE)


def _note(folder: Folder, request: Request, what: str) -> None:
    clock = request.clock
    cells = (now(), request.wave, str(request.number), what, *(
        day.isoformat() for day in (request.received_on, clock.answer_by, clock.stop_by, clock.erase_by)
    ))  # fmt: skip
    add_to_log(folder, WITHDRAWAL_LOG, dict(zip(WITHDRAWAL_COLUMNS, cells, strict=True)))


def _open_requests(folder: Folder) -> list[dict[str, str]]:
    last = {line["request"]: line for line in _read_log(folder, WITHDRAWAL_LOG, WITHDRAWAL_COLUMNS)}
    return [line for line in last.values() if line["what"] == ASKED]


def _holdings(folder: Folder) -> list[Holding]:
    study, _ = load_study(folder)
    simulated = {wave_id for wave_id, manifest in check_raw(folder).items() if manifest.is_simulated}
    found = [each for wave in study.waves if wave.id not in simulated for each in _holdings_of(folder, wave.id)]
    return sorted(found, key=lambda each: each.due)


def _holdings_of(folder: Folder, wave_id: str, *, kinds: Collection[str] = ()) -> list[Holding]:
    study, _ = load_study(folder)
    wave = known_wave(study, wave_id)
    found = []
    for kind in KINDS:
        if kinds and kind.name not in kinds:
            continue
        for pattern in kind.paths:
            path = pattern.replace("{wave}", wave_id)
            if sizes := folder.sizes(path):
                due = due_day(kind.name, wave)
                found.append(
                    Holding(
                        wave=wave_id,
                        kind=kind.name,
                        title=kind.title,
                        path=path,
                        due=due,
                        files=len(sizes),
                        size=sum(sizes),
                    )
                )
    return found


def _destroy(folder: Folder, holding: Holding, *, who: str) -> None:
    if holding.path == f"data/raw/{holding.wave}":
        destroy_raw_wave(folder, holding.wave, at=now())
    else:
        folder.destroy(holding.path)
    cells = (
        now(), holding.wave, holding.kind, holding.path, str(holding.files), str(holding.size),
        holding.due.isoformat(), who, SEPARATOR.join(copies_with(folder.root, holding.wave)),
    )  # fmt: skip
    add_to_log(folder, RETENTION_LOG, dict(zip(RETENTION_COLUMNS, cells, strict=True)))


def _open_backups(lines: list[dict[str, str]]) -> tuple[str, ...]:
    """Return the copies that were named when something was destroyed, and not erased since."""
    left: set[str] = set()
    for line in lines:
        if line["kind"] == BACKUP:
            left.discard(line["path"])
        else:
            left |= set(filter(None, line["backups"].split(SEPARATOR)))
    return tuple(sorted(left))


def _read_log(folder: Folder, name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return folder.read_rows(name, needed_by=name, columns=columns) if folder.has_file(name) else []
