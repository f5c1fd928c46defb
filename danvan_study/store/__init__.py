"""The disk edge: the only place that reads or writes files."""

from danvan_study.store.apart import copy_apart, run_apart
from danvan_study.store.bag import Bag, read_bag, unpack_bag, write_bag
from danvan_study.store.cells import read_cells
from danvan_study.store.chain import add_to_log
from danvan_study.store.corrections import add_corrections, read_corrections, write_corrections
from danvan_study.store.decode import decode_submissions
from danvan_study.store.facts import load_facts
from danvan_study.store.folder import Folder
from danvan_study.store.frozen import freeze, read_frozen, refuse_changed
from danvan_study.store.manifest import Manifest, read_manifest
from danvan_study.store.new_study import new_study
from danvan_study.store.odk_validate import has_java, validate_xform
from danvan_study.store.output import refuse_taken, write_new_folder
from danvan_study.store.outside import read_outside
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
from danvan_study.store.raw_wave import (
    RawWave,
    check_raw,
    destroy_raw_wave,
    open_raw_log,
    read_raw_wave,
    write_raw_wave,
)
from danvan_study.store.received import relation
from danvan_study.store.revision import hash_code, read_commit, read_versions
from danvan_study.store.rows import read_rows, table_rows, write_rows
from danvan_study.store.sealed import read_contacts, read_sealed, write_contacts, write_sealed
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
    "add_to_log",
    "check_raw",
    "copy_apart",
    "decode_submissions",
    "destroy_raw_wave",
    "freeze",
    "has_java",
    "hash_code",
    "load_facts",
    "new_study",
    "note",
    "open_raw_log",
    "pack_lines",
    "pull_file",
    "read_bag",
    "read_cells",
    "read_commit",
    "read_contacts",
    "read_corrections",
    "read_frozen",
    "read_lines",
    "read_manifest",
    "read_outside",
    "read_raw_wave",
    "read_rows",
    "read_sealed",
    "read_seed",
    "read_seed_rows",
    "read_token",
    "read_versions",
    "refuse_changed",
    "refuse_taken",
    "relation",
    "run_apart",
    "table_rows",
    "unpack_bag",
    "validate_xform",
    "write_bag",
    "write_contacts",
    "write_corrections",
    "write_key",
    "write_line",
    "write_new_folder",
    "write_raw_wave",
    "write_rows",
    "write_sealed",
]
