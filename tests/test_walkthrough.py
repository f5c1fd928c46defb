"""The walk-through of the handbook, done by the letter in an empty home folder, reaches the brief."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from tests.walk import ROOT, edit, says, steps, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VIETNAMESE = ROOT / "docs" / "vi" / "walkthrough.md"
ENGLISH = ROOT / "docs" / "en"


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """Other processes would load again all that this one has; test_work_elsewhere.py is about them."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)


READS = re.compile(
    r"danvan (check|retention|areas check|(explain|form lint|brief lint|sample plan) .*|archive( \S+ --check)?)"
)
"""What may be asked twice, for it writes nothing."""


def in_process(words: list[str], here: Path, language: str = "vi") -> str:
    """Do a command of the kit in this process, which has loaded all that each command of its own would load again."""
    assert words[0] == "danvan", words
    before = Path.cwd()
    os.chdir(here)
    try:
        result = CliRunner(env={"DANVAN_LANG": language}).invoke(app, words[1:])
    finally:
        os.chdir(before)
    assert result.exit_code == 0, f"{words}\n{result.output}\n{result.exception}"
    return result.output


def in_both_languages(page: str) -> Callable[[list[str], Path], str]:
    """Do the commands of a page in Vietnamese; ask in English too what only reads: the English page shows that."""
    twins = (step for step in steps((ENGLISH / page).read_text(encoding="utf-8")) if step.command.startswith("danvan"))

    def run(words: list[str], here: Path) -> str:
        twin = next(twins)
        said = in_process(words, here)
        if READS.fullmatch(twin.command):
            told = in_process(words, here, "en")
            assert [line for line in twin.shown if not says(told, line)] == [], told
        return said

    return run


def test_the_walk_through_reaches_the_brief_in_an_empty_home_folder(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    study = walk(VIETNAMESE.read_text(encoding="utf-8"), tmp_path, in_both_languages(VIETNAMESE.name))
    assert "thu gom rác" in (study / "data/processed/2027q2/brief.html").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")} == {"khao-sat"}
    truth = pd.read_csv(study / "data/raw/2027q2/truth.csv", dtype=str)
    published = pd.read_csv(study / "data/processed/2027q2/published.csv", dtype=str)
    assert set(truth.query("question == 'waste_collection' and level == 'area'")["area"]) == {
        f"2025-06-30:{code}" for code in ("099", "101", "102")
    }
    assert "waste_collection" in set(published["question"])


@pytest.mark.parametrize("page", ["province.md", "spss.md", "administration.md"])
def test_a_page_about_a_study_of_its_own_is_done_by_the_letter(tmp_path, monkeypatch, page):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("DANVAN_KEY_FILE", "")
    walk((ROOT / "docs" / "vi" / page).read_text(encoding="utf-8"), tmp_path, in_both_languages(page))


@pytest.mark.parametrize("page", ["walkthrough.md", "province.md", "spss.md", "administration.md"])
def test_both_languages_ask_for_the_same_in_the_same_order_and_show_the_same_figures(page):
    asked = [
        [(step.command, figures(step.shown), step.file, step.action, to_write(step.text)) for step in steps(text)]
        for text in ((ROOT / "docs" / language / page).read_text(encoding="utf-8") for language in ("vi", "en"))
    ]
    assert asked[0] == asked[1]
    assert sum(command.startswith("danvan init") for command, *_ in asked[0])


def figures(shown: Sequence[str]) -> list[list[str]]:
    """Return the numbers of each line without their signs, sorted: in another language they stand otherwise."""
    return [sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", line))) for line in shown]


def to_write(text: str) -> str:
    """Return what an edit writes: of a table the rows in code letters, for its head is in words of the language."""
    if not text.startswith("|"):
        return text
    return "\n".join(line for line in text.splitlines() if line.startswith(("| `", "|  |")))


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("replace", "- ba\n+ bốn\n"),
        ("replace", "- năm\n+ sáu\n"),
        ("turn around", "ba\n"),
    ],
)
def test_an_edit_that_does_not_fit_the_file_is_seen(tmp_path, action, text):
    file = tmp_path / "study.toml"
    file.write_text("ba, ba\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        edit(file, action, text)
    assert file.read_text(encoding="utf-8") == "ba, ba\n"


def test_a_command_that_shows_something_else_than_the_page_says_is_seen(tmp_path):
    page = "```console\n$ danvan version\n9.9.9\n```\n"
    with pytest.raises(AssertionError, match=r"9\.9\.9"):
        walk(page, tmp_path, in_process)


def test_a_line_may_leave_out_its_end(tmp_path):
    walk("```console\n$ danvan version\n0.…\n```\n", tmp_path, in_process)
