"""A study's folder: what is read from it, what is written into it, and nothing outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import Words, say
from danvan_study.store.corrections import LINK, check_chain, seal_chain
from danvan_study.store.decode import decode_submissions
from danvan_study.store.manifest import (
    MANIFEST,
    Manifest,
    check_files,
    list_files,
    read_manifest,
    sha256,
    write_manifest,
)
from danvan_study.store.output import delete_file, one_run_at_a_time, protect, remove_folder, replace_file, write_folder
from danvan_study.store.parquet import read_table
from danvan_study.store.pulled import PULL_FILE, fold
from danvan_study.store.raw_log import RawLog, as_listed
from danvan_study.store.received import check_received, enter_destroyed, enter_states
from danvan_study.store.records import Records
from danvan_study.store.rows import read_rows, write_rows
from danvan_study.store.secret import read_contact_vault, read_vault
from danvan_study.tables import Corrections
from danvan_study.vault import ENDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from danvan_study.store.decode import Submission
    from danvan_study.vault import Vault

SUBMISSION_ENDINGS = (".jsonl.gz", ".jsonl", ".json", ".csv", ".xlsx", ".sav", ".dta")
NOT_SUBMISSIONS = ("truth.csv",)
NOT_DATA = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave behind; no data, hence not in any manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWave:
    """The submissions of a wave as received, and where they came from."""

    records: Sequence[Mapping[str, object]]
    manifest: Manifest
    deleted: Sequence[str] = ()
    """Respondents whose submissions were deleted on the server after they had been pulled."""
    withdrawn: Sequence[str] = ()
    """Ids of submissions that their authors withdrew."""


class Folder:
    """A study's folder on disk.

    Parameters
    ----------
    root
        The folder that holds ``study.toml``.

    Attributes
    ----------
    hashes
        SHA-256 of every file read through this object, by path inside the study.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hashes: dict[str, str] = {}
        self._vault: Vault | None = None

    # Reading

    def read(self, name: str, *, needed_by: Words) -> bytes:
        """Read a file of the study and remember its hash.

        Raises
        ------
        StudyError
            The file isn't there or can't be read.
        """
        path = self.root / name
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise StudyError(
                needed_by, say('the file "{name}" is missing.', name=name), say("Put it there, or mend the name.")
            ) from error
        except OSError as error:
            raise StudyError(
                str(path), say("it can't be read ({reason}).", reason=reason_of(error)), say("Check its permissions.")
            ) from error
        self.hashes[name] = sha256(content)
        return content

    def read_study(self) -> str:
        """Return the text of ``study.toml``."""
        if not (self.root / "study.toml").is_file():
            raise StudyError(
                str(self.root),
                say('there is no "study.toml" here.'),
                say("Name the study's folder: danvan --study DIR …"),
            )
        try:
            return self.read("study.toml", needed_by=str(self.root)).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise StudyError("study.toml", say("this is not UTF-8 text."), say("Save it as UTF-8.")) from error

    def read_rows(self, name: str, *, needed_by: Words, columns: Sequence[str] = ()) -> list[dict[str, str]]:
        """Read a CSV of the study as rows of text."""
        return read_rows(self.read(name, needed_by=needed_by), name, columns=columns)

    def read_table(self, name: str, *, needed_by: Words, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Read a CSV of the study as a table of text columns."""
        rows = self.read_rows(name, needed_by=needed_by, columns=columns)
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else list(columns), dtype="str")

    def read_corrections(self, name: str) -> pd.DataFrame:
        """Read a corrections file, its chain of hashes checked; an empty table where there is none."""
        columns = list(Corrections.columns())
        if not (self.root / name).is_file():
            return Corrections.empty()
        rows = self.read_rows(name, needed_by=name, columns=columns)
        check_chain(rows, name)
        return Corrections.conform(pd.DataFrame(rows, columns=columns, dtype="str"))

    def check_raw(self) -> dict[str, Manifest]:
        """Check every file below ``data/raw`` against its manifest and the book; return the manifests by wave.

        Raises
        ------
        StudyError
            Any byte of any file, manifests included, isn't what was received, or a wave that was received is gone.
        """
        raw = self.root / "data" / "raw"
        folders = sorted(path for path in raw.iterdir() if path.is_dir()) if raw.is_dir() else []
        manifests = {folder.name: self._check_wave(folder)[0] for folder in folders}
        check_received(self.root, manifests)
        return manifests

    def read_raw_wave(self, wave_id: str) -> RawWave:
        """Read the submissions of a wave after checking them against the manifest."""
        folder = self.root / "data" / "raw" / wave_id
        if not (folder / MANIFEST).is_file():
            raise StudyError(
                f"data/raw/{wave_id}",
                say("there are no raw data."),
                say("Bring them in: danvan import {wave} FILE", wave=wave_id),
            )
        manifest, files = self._check_wave(folder)
        imported: list[tuple[str, bytes]] = []
        pulled: list[Submission] = []
        for name, content in sorted(files.items()):
            self.hashes[f"data/raw/{wave_id}/{name}"] = sha256(content)
            plain = name.removesuffix(ENDING)
            if plain.endswith(SUBMISSION_ENDINGS) and plain not in NOT_SUBMISSIONS:
                where = f"data/raw/{wave_id}/{name}"
                opened = content if plain == name else self.vault().open(content, where)
                if PULL_FILE.fullmatch(name):
                    pulled += decode_submissions(f"data/raw/{wave_id}/{plain}", opened)
                else:
                    imported.append((f"data/raw/{wave_id}/{plain}", opened))
        self.hashes[f"data/raw/{wave_id}/{MANIFEST}"] = sha256(write_manifest(manifest))
        folded = fold(pulled)
        return RawWave(
            records=Records(imported, list(folded.records.values())),
            manifest=manifest,
            deleted=tuple(folded.deleted.values()),
            withdrawn=tuple(folded.withdrawn),
        )

    def vault(self) -> Vault:
        """Return what encrypts and decrypts the answers of real people.

        Raises
        ------
        StudyError
            The environment names no key, or none that fits.
        """
        if self._vault is None:
            self._vault = read_vault(self.root)
        return self._vault

    # Writing

    def write_raw_wave(self, manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
        """Store a raw wave with its manifest; ``manifest.files`` is filled in here.

        What real people answered is encrypted on the way, file by file.

        Raises
        ------
        StudyError
            The wave has raw data already: nothing received is ever overwritten, except by a newer simulation.
        """
        target = self.root / "data" / "raw" / manifest.wave
        if (target / MANIFEST).is_file():
            there = read_manifest((target / MANIFEST).read_bytes(), f"data/raw/{manifest.wave}/{MANIFEST}")
            if not (there.is_simulated and manifest.provenance == "simulated"):
                raise StudyError(
                    f"data/raw/{manifest.wave}",
                    say("this wave has raw data already (received {received_at}).", received_at=there.received_at),
                    say("Raw data is never overwritten: move the folder away yourself if it is wrong."),
                )
        if not manifest.is_simulated:
            files = {f"{name}{ENDING}": self.vault().seal(content) for name, content in files.items()}
        sealed = write_manifest(replace(manifest, files=list_files(files)))
        write_folder(target, {**files, MANIFEST: sealed})
        for name in files:
            protect(target / name)
        stored = read_manifest(sealed, MANIFEST)
        enter_states(self.root, [stored])
        return stored

    def raw_log(self, manifest: Manifest) -> RawLog:
        """Open the raw data of a wave for adding to them."""
        return RawLog(self.root / "data" / "raw" / manifest.wave, manifest, self.vault())

    def write_sealed(self, name: str, content: bytes) -> None:
        """Write one file encrypted, whole or not at all; ``.age`` is added to its name."""
        self.write_file(f"{name}{ENDING}", self.vault().seal(content))

    def read_sealed(self, name: str) -> dict[str, bytes]:
        """Return the decrypted files of a folder by name without ``.age``; none where the folder is absent."""
        folder = self.root / name
        paths = sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []
        return {
            path.name.removesuffix(ENDING): self.vault().open(path.read_bytes(), f"{name}/{path.name}")
            for path in paths
        }

    def write_contacts(self, name: str, content: bytes) -> None:
        """Write one file encrypted with the key of the contact sheets; ``.age`` is added to its name."""
        self.write_file(f"{name}{ENDING}", read_contact_vault(self.root).seal(content))

    def read_contacts(self, name: str) -> bytes:
        """Decrypt a file of :meth:`write_contacts`.

        Raises
        ------
        StudyError
            There is none, or the key is missing or another.
        """
        sealed = self.read(f"{name}{ENDING}", needed_by=name)
        return read_contact_vault(self.root).open(sealed, f"{name}{ENDING}")

    def add_to_log(self, name: str, line: Mapping[str, str]) -> None:
        """Add a line to a log, with the hash of the line before; what stands there is never changed.

        Raises
        ------
        StudyError
            Somebody has changed a line.
        """
        columns = [*line, LINK]
        rows = self.read_rows(name, needed_by=name, columns=columns) if self.has_file(name) else []
        check_chain(rows, name)
        self.write_file(name, write_rows(seal_chain([*rows, line]), columns))

    def destroy(self, name: str) -> None:
        """Delete a file of the study, or a folder and all that is in it."""
        if self.has_file(name):
            self.remove_file(name)
        else:
            remove_folder(self.root / name)

    def destroy_raw_wave(self, wave_id: str, *, at: str) -> None:
        """Delete the raw data of a wave whose time is over; the book says so before they go."""
        enter_destroyed(self.root, wave_id, at=at)
        remove_folder(self.root / "data" / "raw" / wave_id)

    def sizes(self, name: str) -> list[int]:
        """Return the bytes of a file, or of every file of a folder; none where there is neither."""
        path = self.root / name
        return [each.stat().st_size for each in (path, *sorted(path.rglob("*"))) if each.is_file()]

    def files(self, name: str) -> list[str]:
        """Return the files of a part of the study, sorted; hidden ones and those of file managers left out."""
        path = self.root / name
        found = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        inside = sorted(each.relative_to(self.root) for each in found if each.name not in NOT_DATA)
        return [each.as_posix() for each in inside if not any(part.startswith(".") for part in each.parts)]

    def write_corrections(self, name: str, rows: Sequence[dict[str, str]]) -> None:
        """Write a corrections file, each line with the hash of the line before."""
        self.write_file(name, write_rows(seal_chain(rows), list(Corrections.columns())))

    def write_file(self, name: str, content: bytes) -> None:
        """Write one file of the study whole or not at all."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)

    def remove_file(self, name: str) -> None:
        """Take one file of the study away, if it is there."""
        delete_file(self.root / name)

    def write_folder(self, name: str, files: Mapping[str, bytes]) -> Path:
        """Make a folder of the study hold exactly these files, all together; return it."""
        target = self.root / name
        write_folder(target, files)
        return target

    def write_processed(self, wave_id: str, files: Mapping[str, bytes]) -> Path:
        """Put the outputs of a wave in place, all together; return their folder."""
        return self.write_folder(f"data/processed/{wave_id}", files)

    def locked(self) -> AbstractContextManager[None]:
        """Let no second run work in this study at the same time."""
        return one_run_at_a_time(self.root / "data" / "processed" / ".lock")

    def read_processed(self, wave_id: str, name: str) -> pd.DataFrame:
        """Read a table that a run has written.

        Raises
        ------
        StudyError
            There is none: the wave hasn't been run.
        """
        where = f"data/processed/{wave_id}/{name}.parquet"
        return read_table(self.read(where, needed_by=f"danvan run {wave_id}"), where)

    def names(self, folder: str, ending: str) -> list[str]:
        """Return the names of the files of a folder with that ending, sorted; none where the folder is absent."""
        path = self.root / folder
        return sorted(one.name for one in path.glob(f"*{ending}")) if path.is_dir() else []

    def has_file(self, name: str) -> bool:
        """Return whether the study has a file of that name."""
        return (self.root / name).is_file()

    def _check_wave(self, folder: Path) -> tuple[Manifest, dict[str, bytes]]:
        where = f"data/raw/{folder.name}"
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in NOT_DATA
        }
        if MANIFEST not in files:
            raise StudyError(
                where, say("there is no {manifest}.", manifest=MANIFEST), say("Bring raw data in with: danvan import.")
            )
        manifest = read_manifest(files.pop(MANIFEST), f"{where}/{MANIFEST}")
        if manifest.wave != folder.name:
            raise StudyError(
                f"{where}/{MANIFEST}",
                say("this is the manifest of wave {wave}.", wave=manifest.wave),
                say("Put the folders back in place."),
            )
        files = as_listed(manifest, files)
        check_files(manifest, files, where)
        return manifest, files


def read_outside(path: Path) -> bytes:
    """Read a file that the user names on the command line.

    Raises
    ------
    StudyError
        It isn't there or can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudyError(
            str(path),
            say("it can't be read ({reason}).", reason=reason_of(error)),
            say("Check the name and its permissions."),
        ) from error
