"""The book of what was received: every state that a raw wave has had, each line with the hash of the one before.

A manifest proves that a wave's folder is whole. Only the book can tell that a whole folder is gone, or that an older
state of it was put back. Simulated waves are not in it: they can be drawn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.chain import LINK, check_chain, extend_chain
from danvan_study.store.manifest import MANIFEST, Entry, Manifest, entry_hash
from danvan_study.store.output import replace_file
from danvan_study.store.rows import read_rows, write_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BOOK = "data/raw/RECEIVED.csv"
COLUMNS = ("wave", "what", "at", "seal", "entries", "last_entry", LINK)
FIRST_ROW = 2
STATE, DESTROYED = "state", "destroyed"
CURE = say("Restore data/raw from an archive (danvan restore) or a backup; nothing is taken out of it by hand.")


def enter_states(root: Path, manifests: Sequence[Manifest]) -> None:
    """Write down the states that the book doesn't hold yet.

    Parameters
    ----------
    root
        The study's folder.
    manifests
        Of waves as they are now; simulated ones are passed over.

    Raises
    ------
    StudyError
        A line of the book was changed, or it can't be written.
    """
    book = _content(root)
    grown = with_states(book, manifests)
    if grown is not None and grown != book:
        replace_file(root / BOOK, grown)


def with_states(book: bytes | None, manifests: Sequence[Manifest]) -> bytes | None:
    """Return the book (None: there is none yet) with the states of these waves that it doesn't hold; the rest stands.

    Raises
    ------
    StudyError
        A line of the book was changed.
    """
    rows = _rows(book)
    last = _last(rows)
    new = [
        _state(each) for each in manifests if not each.is_simulated and last.get(each.wave, {}).get("seal") != each.seal
    ]
    return write_rows(extend_chain(rows, new), COLUMNS) if new else book


def enter_destroyed(root: Path, wave_id: str, *, at: str) -> None:
    """Write down that the raw data of a wave are to be destroyed, their time being over; do so beforehand."""
    rows = _rows(_content(root))
    before = _last(rows).get(wave_id, {})
    line = {**dict.fromkeys(COLUMNS, ""), **before, "wave": wave_id, "what": DESTROYED, "at": at}
    replace_file(root / BOOK, write_rows(extend_chain(rows, [line]), COLUMNS))


def check_received(root: Path, manifests: Mapping[str, Manifest]) -> None:
    """Check that every wave in the book is there, in the state of its last line or in one that follows from it.

    A wave that isn't in the book is no mistake: a run may have been killed between the folder and the book.

    Raises
    ------
    StudyError
        A wave is gone, an earlier state of it was put back, or a line of the book was changed.
    """
    for wave_id, line in _last(_rows(_content(root))).items():
        where = f"data/raw/{wave_id}"
        if wave_id not in manifests:
            if line["what"] == DESTROYED:
                continue
            raise StudyError(
                where,
                say("{book} says that this wave was received ({at}); its folder is gone.", book=BOOK, at=line["at"]),
                CURE,
            )
        manifest = manifests[wave_id]
        if manifest.seal != line["seal"] and not _follows(manifest.entries, line):
            raise StudyError(
                f"{where}/{MANIFEST}",
                say(
                    "its seal is {seal}; the last state in {book} ({at}) has {last} and isn't a step before it: "
                    "an older state was put back, or another wave's.",
                    seal=manifest.seal,
                    book=BOOK,
                    at=line["at"],
                    last=line["seal"],
                ),
                CURE,
            )


def relation(archived: Manifest, now: Manifest | None) -> str:
    """Say how a wave stands to an archived state of it.

    Returns
    -------
    str
        ``same``; ``grown`` by pulls; ``redacted``: the archive still holds what a person withdrew; ``gone``; ``other``:
        the wave isn't a later state of the archived one.
    """
    if now is None:
        return "gone"
    if archived.seal == now.seal:
        return "same"
    known = len(archived.entries)
    if known == 0 or now.entries[:known] != archived.entries or len(now.entries) == known:
        return "other"
    return "redacted" if any(entry.event == "redaction" for entry in now.entries[known:]) else "grown"


def _state(manifest: Manifest) -> dict[str, str]:
    entries = manifest.entries
    return {
        "wave": manifest.wave,
        "what": STATE,
        "at": entries[-1].at if entries else manifest.received_at,
        "seal": manifest.seal,
        "entries": str(len(entries)),
        "last_entry": entry_hash(entries[-1]) if entries else "",
        LINK: "",
    }


def _follows(entries: Sequence[Entry], line: Mapping[str, str]) -> bool:
    """Return whether a manifest's history goes on from where a line of the book left it."""
    known = int(line["entries"] or 0)
    return 0 < known < len(entries) and entry_hash(entries[known - 1]) == line["last_entry"]


def _content(root: Path) -> bytes | None:
    path = root / BOOK
    return path.read_bytes() if path.is_file() else None


def _rows(book: bytes | None) -> list[dict[str, str]]:
    if book is None:
        return []
    rows = read_rows(book, BOOK, columns=COLUMNS)
    check_chain(rows, BOOK)
    for number, row in enumerate(rows, 2):
        if bool(row[LINK]) is (number == FIRST_ROW):
            raise StudyError(
                say("{file}, row {row}", file=BOOK, row=number),
                say("the line above it, or its link to that line, is gone."),
                CURE,
            )
    return rows


def _last(rows: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {row["wave"]: row for row in rows}
