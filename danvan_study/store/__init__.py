"""The disk edge: the only place that reads or writes files."""

from danvan_study.store.apart import copy_apart, run_apart
from danvan_study.store.bag import Bag, read_bag, unpack_bag, write_bag
from danvan_study.store.cells import read_cells
from danvan_study.store.decided import add_corrections
from danvan_study.store.decode import decode_submissions
from danvan_study.store.facts import load_facts
from danvan_study.store.folder import Folder, RawWave, read_outside
from danvan_study.store.frozen import freeze, read_frozen, refuse_changed
from danvan_study.store.manifest import Manifest, read_manifest
from danvan_study.store.new_study import new_study
from danvan_study.store.odk_validate import has_java, validate_xform
from danvan_study.store.output import refuse_taken, write_new_folder
from danvan_study.store.pulled import (
    DELETED,
    JUDGED,
    WITHDRAWN,
    GzipLines,
    note,
    pack_lines,
    pull_file,
    read_lines,
    write_line,
)
from danvan_study.store.raw_log import Change, RawLog
from danvan_study.store.received import relation
from danvan_study.store.revision import hash_code, read_commit, read_versions
from danvan_study.store.rows import read_rows, write_rows
from danvan_study.store.secret import KEY_FILE, TOKEN, read_token, write_key
from danvan_study.store.seeds import read_seed, read_seed_rows

__all__ = [
    "DELETED",
    "JUDGED",
    "KEY_FILE",
    "TOKEN",
    "WITHDRAWN",
    "Bag",
    "Change",
    "Folder",
    "GzipLines",
    "Manifest",
    "RawLog",
    "RawWave",
    "add_corrections",
    "copy_apart",
    "decode_submissions",
    "freeze",
    "has_java",
    "hash_code",
    "load_facts",
    "new_study",
    "note",
    "pack_lines",
    "pull_file",
    "read_bag",
    "read_cells",
    "read_commit",
    "read_frozen",
    "read_lines",
    "read_manifest",
    "read_outside",
    "read_rows",
    "read_seed",
    "read_seed_rows",
    "read_token",
    "read_versions",
    "refuse_changed",
    "refuse_taken",
    "relation",
    "run_apart",
    "unpack_bag",
    "validate_xform",
    "write_bag",
    "write_key",
    "write_line",
    "write_new_folder",
    "write_rows",
]
