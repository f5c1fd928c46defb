"""The disk edge: the only place that reads or writes files."""

from danvan_study.store.decode import decode_submissions
from danvan_study.store.facts import load_facts
from danvan_study.store.folder import Folder, RawWave, read_outside
from danvan_study.store.manifest import Manifest
from danvan_study.store.revision import read_commit, read_versions
from danvan_study.store.rows import read_rows

__all__ = [
    "Folder",
    "Manifest",
    "RawWave",
    "decode_submissions",
    "load_facts",
    "read_commit",
    "read_outside",
    "read_rows",
    "read_versions",
]
