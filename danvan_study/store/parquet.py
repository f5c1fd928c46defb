"""Tables in Parquet, which outlive the code that wrote them: each file says by which contracts it was written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from danvan_study.study.schema import check_schema

if TYPE_CHECKING:
    from danvan_study.messages import Words

CONTRACTS: Final = 1
"""Raised when a column of a table that is kept for good (:mod:`danvan_study.tables`) changes its name, kind or meaning;
a step of ``danvan migrate``, or the reader, then says how an older table is read."""
KEY: Final = b"danvan_contracts"


def write_table(table: pd.DataFrame) -> bytes:
    """Return a table in Parquet, without its index; the same rows give the same bytes."""
    content = pa.Table.from_pandas(table, preserve_index=False)
    content = content.replace_schema_metadata({**content.schema.metadata, KEY: str(CONTRACTS).encode()})
    stream = io.BytesIO()
    pq.write_table(content, stream, compression="zstd")
    return stream.getvalue()


def read_table(content: bytes, where: Words) -> pd.DataFrame:
    """Read a table that :func:`write_table` wrote; one without a number is of the first contracts.

    Raises
    ------
    StudyError
        It was written by other contracts than this kit's.
    """
    found = (pq.read_schema(io.BytesIO(content)).metadata or {}).get(KEY, b"1")
    check_schema(int(found), where, CONTRACTS)
    return pd.read_parquet(io.BytesIO(content))
