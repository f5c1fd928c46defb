"""Open answers on texts that nobody of this project may ship: what is masked, what is found, what it costs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from danvan_study.open_ended.scrub import scrub_text

HERE = Path(__file__).parent
OPEN = Path(os.environ.get("DANVAN_SHARED", HERE.parents[2] / "shared")) / "real" / "open_answers"

pytestmark = pytest.mark.skipif(
    not OPEN.is_dir(), reason=f"{OPEN} is absent: the texts are for internal evaluation and never part of the kit"
)


def test_templated_identifiers_are_masked() -> None:
    found = total = touched = clean = 0
    for line in (OPEN / "pii_synthetic.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = scrub_text(row["text"]).spans
        total += len(row["spans"])
        found += sum(any(span.start <= start and span.end >= end for span in spans) for start, end, _ in row["spans"])
        clean += not row["spans"]
        touched += not row["spans"] and bool(spans)

    assert found / total >= 0.99, f"{found} of {total}"
    assert touched == 0
