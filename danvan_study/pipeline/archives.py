"""A study in one file: made, looked into beside the study as it is now, restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.pipeline.copies import ARCHIVE_LOG, COLUMNS, SEPARATOR, Archive, study_files
from danvan_study.pipeline.fieldwork.desk import now
from danvan_study.pipeline.sources import load_study
from danvan_study.store import (
    Folder,
    add_to_log,
    check_raw,
    read_bag,
    read_commit,
    read_manifest,
    read_versions,
    relation,
    unpack_bag,
    write_bag,
)

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.study import Study

MANIFEST = "/MANIFEST.jsonl"


def archive_study(root: Path, target: Path) -> Archive:
    """Write the study into one file, and a line about it into the log of archives.

    What must be gone by the lock of a wave (contacts, slips, findings, coding sheets) stays out, and so do results.

    Raises
    ------
    StudyError
        The raw data are damaged, the file lies in the study or exists already, or it can't be written.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    with folder.locked():
        waves = tuple(sorted(check_raw(folder)))
        sha256, size = write_bag(root, study_files(folder, study), target, info=_info(study))
        made = Archive(name=target.name, made_at=now(), sha256=sha256, size=size, waves=waves)
        cells = (made.made_at, made.name, sha256, str(size), SEPARATOR.join(waves))
        add_to_log(folder, ARCHIVE_LOG, dict(zip(COLUMNS, cells, strict=True)))
    return made


def check_archive(root: Path, path: Path) -> dict[str, str]:
    """Read an archive through, every byte of it, and say how the study's waves stand to it now.

    Returns
    -------
    dict
        Wave to ``same``, ``grown``, ``redacted`` (somebody has withdrawn since: this copy has to go), ``gone`` or
        ``other`` (the study's state doesn't follow from the archived one).

    Raises
    ------
    StudyError
        The archive is damaged, or the study's raw data are.
    """
    bag = read_bag(path, keep=MANIFEST)
    there = check_raw(Folder(root))
    archived = {
        name.removesuffix(MANIFEST).rpartition("/")[2]: read_manifest(content, f"{path.name}, {name}")
        for name, content in bag.kept.items()
    }
    return {wave_id: relation(manifest, there.get(wave_id)) for wave_id, manifest in sorted(archived.items())}


def restore_study(path: Path, target: Path) -> int:
    """Unpack an archive into a new folder and check its raw data; return the number of files.

    Raises
    ------
    StudyError
        The archive is damaged or the folder isn't empty; nothing is left behind.
    """
    bag = unpack_bag(path, target)
    check_raw(Folder(target))
    return len(bag.files)


def _info(study: Study) -> dict[str, str]:
    versions = read_versions()
    return {
        "Bag-Software-Agent": f"danvan_study {versions['danvan_study']}, commit {read_commit()}",
        "External-Description": next(iter(study.name.values())),
        "Source-Organization": study.conducted_by,
    }
