"""Raw data as received: checked against the manifest whenever they are read, and never overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.decode import decode_submissions
from danvan_study.store.folder import NOT_DATA
from danvan_study.store.manifest import (
    MANIFEST,
    Manifest,
    check_files,
    list_files,
    read_manifest,
    sha256,
    write_manifest,
)
from danvan_study.store.output import protect, remove_folder, write_folder
from danvan_study.store.pulled import PULL_FILE, fold
from danvan_study.store.raw_log import RawLog, as_listed
from danvan_study.store.received import check_received, enter_destroyed, enter_states
from danvan_study.store.records import Records
from danvan_study.vault import ENDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from danvan_study.store.decode import Submission
    from danvan_study.store.folder import Folder

SUBMISSION_ENDINGS = (".jsonl.gz", ".jsonl", ".json", ".csv", ".xlsx", ".sav", ".dta")
NOT_SUBMISSIONS = ("truth.csv",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWave:
    """The submissions of a wave as received, and where they came from."""

    records: Sequence[Mapping[str, object]]
    manifest: Manifest
    deleted: Sequence[str] = ()
    """Respondents whose submissions were deleted on the server after they had been pulled."""
    withdrawn: Sequence[str] = ()
    """Ids of submissions that their authors withdrew."""


def check_raw(folder: Folder) -> dict[str, Manifest]:
    """Check every file below ``data/raw`` against its manifest and the book; return the manifests by wave.

    Raises
    ------
    StudyError
        Any byte of any file, manifests included, isn't what was received, or a wave that was received is gone.
    """
    raw = folder.root / "data" / "raw"
    waves = sorted(path for path in raw.iterdir() if path.is_dir()) if raw.is_dir() else []
    manifests = {wave.name: _check_wave(wave)[0] for wave in waves}
    check_received(folder.root, manifests)
    return manifests


def read_raw_wave(folder: Folder, wave_id: str) -> RawWave:
    """Read the submissions of a wave after checking them against the manifest."""
    where = f"data/raw/{wave_id}"
    if not folder.has_file(f"{where}/{MANIFEST}"):
        raise StudyError(
            where,
            say("there are no raw data."),
            say("Bring them in: danvan import {wave} FILE", wave=wave_id),
        )
    manifest, files = _check_wave(folder.root / where)
    imported: list[tuple[str, bytes]] = []
    pulled: list[Submission] = []
    for name, content in sorted(files.items()):
        folder.hashes[f"{where}/{name}"] = sha256(content)
        plain = name.removesuffix(ENDING)
        if plain.endswith(SUBMISSION_ENDINGS) and plain not in NOT_SUBMISSIONS:
            opened = content if plain == name else folder.vault().open(content, f"{where}/{name}")
            if PULL_FILE.fullmatch(name):
                pulled += decode_submissions(f"{where}/{plain}", opened)
            else:
                imported.append((f"{where}/{plain}", opened))
    folder.hashes[f"{where}/{MANIFEST}"] = sha256(write_manifest(manifest))
    folded = fold(pulled)
    return RawWave(
        records=Records(imported, list(folded.records.values())),
        manifest=manifest,
        deleted=tuple(folded.deleted.values()),
        withdrawn=tuple(folded.withdrawn),
    )


def write_raw_wave(folder: Folder, manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
    """Store a raw wave with its manifest; ``manifest.files`` is filled in here.

    What real people answered is encrypted on the way, file by file.

    Raises
    ------
    StudyError
        The wave has raw data already: nothing received is ever overwritten, except by a newer simulation.
    """
    target = folder.root / "data" / "raw" / manifest.wave
    if (target / MANIFEST).is_file():
        there = read_manifest((target / MANIFEST).read_bytes(), f"data/raw/{manifest.wave}/{MANIFEST}")
        if not (there.is_simulated and manifest.provenance == "simulated"):
            raise StudyError(
                f"data/raw/{manifest.wave}",
                say("this wave has raw data already (received {received_at}).", received_at=there.received_at),
                say("Raw data is never overwritten: move the folder away yourself if it is wrong."),
            )
    if not manifest.is_simulated:
        files = {f"{name}{ENDING}": folder.vault().seal(content) for name, content in files.items()}
    sealed = write_manifest(replace(manifest, files=list_files(files)))
    write_folder(target, {**files, MANIFEST: sealed})
    for name in files:
        protect(target / name)
    stored = read_manifest(sealed, MANIFEST)
    enter_states(folder.root, [stored])
    return stored


def open_raw_log(folder: Folder, manifest: Manifest) -> RawLog:
    """Open the raw data of a wave for adding to them."""
    return RawLog(folder.root / "data" / "raw" / manifest.wave, manifest, folder.vault())


def destroy_raw_wave(folder: Folder, wave_id: str, *, at: str) -> None:
    """Delete the raw data of a wave whose time is over; the book says so before they go."""
    enter_destroyed(folder.root, wave_id, at=at)
    remove_folder(folder.root / "data" / "raw" / wave_id)


def _check_wave(target: Path) -> tuple[Manifest, dict[str, bytes]]:
    where = f"data/raw/{target.name}"
    files = {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in sorted(target.rglob("*"))
        if path.is_file() and path.name not in NOT_DATA
    }
    if MANIFEST not in files:
        raise StudyError(
            where, say("there is no {manifest}.", manifest=MANIFEST), say("Bring raw data in with: danvan import.")
        )
    manifest = read_manifest(files.pop(MANIFEST), f"{where}/{MANIFEST}")
    if manifest.wave != target.name:
        raise StudyError(
            f"{where}/{MANIFEST}",
            say("this is the manifest of wave {wave}.", wave=manifest.wave),
            say("Put the folders back in place."),
        )
    files = as_listed(manifest, files)
    check_files(manifest, files, where)
    return manifest, files
