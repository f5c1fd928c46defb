"""Encrypted files of a study beside its raw data: traces and slips, and the contact sheets under a key of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.store.secret import read_contact_vault
from danvan_study.vault import ENDING

if TYPE_CHECKING:
    from danvan_study.store.folder import Folder


def write_sealed(folder: Folder, name: str, content: bytes) -> None:
    """Write one file encrypted, whole or not at all; ``.age`` is added to its name."""
    folder.write_file(f"{name}{ENDING}", folder.vault().seal(content))


def read_sealed(folder: Folder, name: str) -> dict[str, bytes]:
    """Return the decrypted files of a folder by name without ``.age``; none where the folder is absent."""
    return {
        sealed.removesuffix(ENDING): folder.vault().open((folder.root / name / sealed).read_bytes(), f"{name}/{sealed}")
        for sealed in folder.names(name, ENDING)
    }


def write_contacts(folder: Folder, name: str, content: bytes) -> None:
    """Write one file encrypted with the key of the contact sheets; ``.age`` is added to its name."""
    folder.write_file(f"{name}{ENDING}", read_contact_vault(folder.root).seal(content))


def read_contacts(folder: Folder, name: str) -> bytes:
    """Decrypt a file of :func:`write_contacts`.

    Raises
    ------
    StudyError
        There is none, or the key is missing or another.
    """
    sealed = folder.read(f"{name}{ENDING}", needed_by=name)
    return read_contact_vault(folder.root).open(sealed, f"{name}{ENDING}")
