"""The reference cases of R survey, run beside the project: DANVAN_REFERENCE names their folder."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.reference import Verdict, judge_folder

FOLDER = Path(os.environ.get("DANVAN_REFERENCE", Path(__file__).parents[3] / "shared" / "reference"))

AGREE_AT_LEAST = 333
"""Of 361; raise it with every case that is added, never lower it."""


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return judge_folder(FOLDER)


def test_no_case_differs(verdicts):
    assert {verdict.case_id: verdict.remark for verdict in verdicts if verdict.word == "differ"} == {}


def test_as_many_cases_agree_as_did_before(verdicts):
    counts = Counter(verdict.word for verdict in verdicts)
    assert counts["agree"] >= AGREE_AT_LEAST, counts


def test_only_rank_tests_are_not_done(verdicts):
    undone = [verdict.case_id for verdict in verdicts if verdict.word == "not done"]
    assert [case_id for case_id in undone if "/ranktest" not in case_id] == []
