"""The checks on a real assessment, beside the log of its own field team: the counts of docs/measured hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.field_assessment import check_raw, compare, page, read_log
from danvan_study.tables import Findings

PAGE = Path(__file__).parents[2] / "docs" / "measured" / "field_assessment.md"


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    return check_raw(tmp_path_factory.mktemp("field"))


@pytest.fixture(scope="module")
def log():
    return read_log()


def test_the_page_says_what_the_checks_find_today(findings, log) -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == "\n".join(page(findings, log)) + "\n", f"python -m benchmarks.field_assessment {PAGE}"


def test_of_what_turned_out_to_be_wrong_the_checks_find_what_the_data_can_show(findings, log) -> None:
    found = {each.kind.name: each for each in compare(findings, log)}
    outlier, date = found["outlier"], found["same as data collection date"]
    assert (outlier.lines, outlier.found, outlier.acted, outlier.acted_found) == (398, 128, 10, 8)
    assert (date.lines, date.found, date.acted, date.acted_found) == (33, 33, 33, 33)
    assert (found["other, please say"].lines, found["other, please say"].found) == (48, 48)


def test_no_answer_in_words_stands_in_a_finding(findings) -> None:
    told = findings[[Findings.value, Findings.message, Findings.rule]].to_csv()
    assert not any("\u0600" <= letter <= "\u06ff" for letter in told)
