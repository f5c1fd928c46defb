"""What outlives the code that wrote it says how it is laid out."""

from __future__ import annotations

import hashlib
import io
import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline.issued import KEYS
from danvan_study.store.manifest import MANIFEST, read_manifest, sha256
from danvan_study.store.parquet import CONTRACTS, KEY, read_table, write_table
from danvan_study.tables import Forecasts, PublishedChanges, PublishedRows, Ranks, ReleasedSets, Signals, Smoothed

KEPT = (PublishedRows, PublishedChanges, Ranks, Smoothed, Forecasts, Signals, ReleasedSets)
"""Contracts of tables that lie in data/issued and data/register for years."""
FINGERPRINTS = {1: "56ddcdaaed9fa5c5f51615121173235f021b1ff33d99beefca348a9a8bad0cd6"}
"""Number of the contracts to a hash over them; a number that was given out is never changed."""
TABLE = pd.DataFrame({"a": ["ộ", ""], "b": [1.5, float("nan")], "c": [True, False]})


def numbered(content: bytes, number: bytes | None) -> bytes:
    table = pq.read_table(io.BytesIO(content))
    metadata = {name: value for name, value in table.schema.metadata.items() if name != KEY}
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata | ({KEY: number} if number else {})), stream)
    return stream.getvalue()


def test_a_table_reads_back_and_says_by_which_contracts_it_was_written() -> None:
    content = write_table(TABLE)
    assert content == write_table(TABLE)
    assert pq.read_schema(io.BytesIO(content)).metadata[KEY] == str(CONTRACTS).encode()
    pd.testing.assert_frame_equal(read_table(content, "a table"), TABLE)


def test_a_table_without_a_number_is_of_the_first_contracts() -> None:
    pd.testing.assert_frame_equal(read_table(numbered(write_table(TABLE), None), "a table"), TABLE)


def test_a_table_of_a_later_kit_is_refused_by_name() -> None:
    with pytest.raises(StudyError, match=r"published\.parquet.*Update the kit"):
        read_table(numbered(write_table(TABLE), b"99"), "published.parquet")


def test_a_manifest_of_a_later_kit_is_refused_by_name() -> None:
    body = json.dumps({"schema": 99}).encode() + b"\n"
    seal = json.dumps({"seal": sha256(body)}, separators=(",", ":")).encode() + b"\n"
    with pytest.raises(StudyError, match="Update the kit"):
        read_manifest(body + seal, MANIFEST)


def test_a_table_that_is_kept_does_not_change_without_a_new_number() -> None:
    contracts = [(table.__name__, *((name, str(one.kind)) for name, one in table.columns().items())) for table in KEPT]
    assert {table.key for table in KEPT} >= set(KEYS.values())
    assert FINGERPRINTS[CONTRACTS] == hashlib.sha256(repr(contracts).encode()).hexdigest()
