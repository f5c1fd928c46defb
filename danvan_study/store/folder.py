"""A study's folder: what is read from it, what is written into it, and nothing outside.

What has rules of its own stands apart: raw data (``raw_wave``), encrypted files (``sealed``), files that only grow
(``chain``, ``corrections``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import Words, say
from danvan_study.store.manifest import sha256
from danvan_study.store.output import delete_file, one_run_at_a_time, remove_folder, replace_file, write_folder
from danvan_study.store.parquet import read_table
from danvan_study.store.rows import read_rows
from danvan_study.store.secret import read_vault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from danvan_study.vault import Vault

NOT_DATA = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave behind; no data, hence not in any manifest."""


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

    def read_processed(self, wave_id: str, name: str) -> pd.DataFrame:
        """Read a table that a run has written.

        Raises
        ------
        StudyError
            There is none: the wave hasn't been run.
        """
        where = f"data/processed/{wave_id}/{name}.parquet"
        return read_table(self.read(where, needed_by=f"danvan run {wave_id}"), where)

    def has_file(self, name: str) -> bool:
        """Return whether the study has a file of that name."""
        return (self.root / name).is_file()

    def names(self, folder: str, ending: str) -> list[str]:
        """Return the names of the files of a folder with that ending, sorted; none where the folder is absent."""
        path = self.root / folder
        return sorted(one.name for one in path.glob(f"*{ending}")) if path.is_dir() else []

    def files(self, name: str) -> list[str]:
        """Return the files of a part of the study, sorted; hidden ones and those of file managers left out."""
        path = self.root / name
        found = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        inside = sorted(each.relative_to(self.root) for each in found if each.name not in NOT_DATA)
        return [each.as_posix() for each in inside if not any(part.startswith(".") for part in each.parts)]

    def sizes(self, name: str) -> list[int]:
        """Return the bytes of a file, or of every file of a folder; none where there is neither."""
        path = self.root / name
        return [each.stat().st_size for each in (path, *sorted(path.rglob("*"))) if each.is_file()]

    # Writing

    def write_file(self, name: str, content: bytes) -> None:
        """Write one file of the study whole or not at all."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)

    def write_folder(self, name: str, files: Mapping[str, bytes]) -> Path:
        """Make a folder of the study hold exactly these files, all together; return it."""
        target = self.root / name
        write_folder(target, files)
        return target

    def write_processed(self, wave_id: str, files: Mapping[str, bytes]) -> Path:
        """Put the outputs of a wave in place, all together; return their folder."""
        return self.write_folder(f"data/processed/{wave_id}", files)

    def remove_file(self, name: str) -> None:
        """Take one file of the study away, if it is there."""
        delete_file(self.root / name)

    def destroy(self, name: str) -> None:
        """Delete a file of the study, or a folder and all that is in it."""
        if self.has_file(name):
            self.remove_file(name)
        else:
            remove_folder(self.root / name)

    # Both

    def locked(self) -> AbstractContextManager[None]:
        """Let no second run work in this study at the same time."""
        return one_run_at_a_time(self.root / "data" / "processed" / ".lock")

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
