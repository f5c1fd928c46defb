"""Which results need not be made again: whatever they were made from is as it was, and so are they."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.pipeline.copies import study_files
from danvan_study.store import Folder, hash_code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from danvan_study.pipeline.result import Maker
    from danvan_study.study import Study

RECORD: Final = "run.json"
NO_INPUT: Final = ("study.toml", "notebooks/", "data/logs/")
"""Files of a study from which no result of a wave is made; study.toml counts as it was understood."""
SHARED: Final = ""
"""Stands for files that belong to no wave."""


def made_from(folder: Folder, study: Study, *, there: Collection[str], maker: Maker) -> dict[str, str]:
    """Return for each wave a hash over all that its results are made from.

    That is the code, the versions of Python and the libraries, study.toml as it was understood without later waves, and
    every file of the study but those of later waves. A file belongs to the first wave whose id stands in its name, and
    without any to all.

    Parameters
    ----------
    there
        Waves that have raw data.
    """
    ids = [wave.id for wave in study.waves]
    parts: dict[str, list[str]] = {name: [] for name in (SHARED, *ids)}
    for name in study_files(folder, study):
        if not name.startswith(NO_INPUT):
            folder.read(name, needed_by=name)
            parts[_owner(name, ids)].append(f"{name} {folder.hashes[name]}")
    code = hash_code()
    keys = {}
    for place, wave_id in enumerate(ids):
        known = ids[: place + 1]
        parameters = replace(
            study, waves=study.waves[: place + 1], reports=replace(study.reports, reviews=()), backups=()
        )
        lines = [code, maker.commit, json.dumps(dict(maker.versions)), repr(parameters)]
        lines += [line for name in (SHARED, *known) for line in parts[name]]
        lines += [name for name in known if name in there]
        keys[wave_id] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return keys


def is_fresh(folder: Folder, wave_id: str, key: str) -> bool:
    """Return whether a wave's folder holds exactly what a run made from the same: a changed result is not trusted."""
    part = f"data/processed/{wave_id}"
    if not folder.has_file(f"{part}/{RECORD}"):
        return False
    try:
        record = json.loads(folder.read(f"{part}/{RECORD}", needed_by=part))
    except ValueError:
        return False
    if not isinstance(record, dict) or record.get("made_from") != key:
        return False
    made: Mapping[str, str] = record["outputs"]
    names = {name.removeprefix(f"{part}/") for name in folder.files(part)}
    if names != {*made, RECORD}:
        return False
    for name in made:
        folder.read(f"{part}/{name}", needed_by=part)
    return all(folder.hashes[f"{part}/{name}"] == sha256 for name, sha256 in made.items())


def _owner(name: str, ids: Collection[str]) -> str:
    return next((each for each in ids if re.search(rf"(?<![0-9A-Za-z]){re.escape(each)}(?![0-9A-Za-z])", name)), SHARED)
