"""The disk edge: the only place that reads or writes files."""

from danvan_study.store.folder import Folder, Inputs, RawWave
from danvan_study.store.manifest import Manifest
from danvan_study.store.revision import read_commit, read_versions

__all__ = ["Folder", "Inputs", "Manifest", "RawWave", "read_commit", "read_versions"]
