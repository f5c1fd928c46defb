"""The walk-through of the handbook, done by the letter in an empty home folder, reaches the brief."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from tests.walk import ROOT, edit, steps, walk

VIETNAMESE, ENGLISH = (ROOT / "docs" / language / "walkthrough.md" for language in ("vi", "en"))
RUN_TEST = "danvan run"


def in_process(words: list[str], here: Path) -> str:
    """Do a command of the kit in this process, which has loaded all that each command of its own would load again."""
    assert words[0] == "danvan", words
    before = Path.cwd()
    os.chdir(here)
    try:
        result = CliRunner().invoke(app, words[1:])
    finally:
        os.chdir(before)
    assert result.exit_code == 0, f"{words}\n{result.output}\n{result.exception}"
    return result.output


def test_the_walk_through_reaches_the_brief_in_an_empty_home_folder(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    study = walk(VIETNAMESE.read_text(encoding="utf-8"), tmp_path, in_process)
    assert "thu gom rác" in (study / "data/processed/2027q2/brief.html").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")} == {"khao-sat"}
    truth = pd.read_csv(study / "data/raw/2027q2/truth.csv", dtype=str)
    published = pd.read_csv(study / "data/processed/2027q2/published.csv", dtype=str)
    assert set(truth.query("question == 'waste_collection' and level == 'area'")["area"]) == {
        f"2025-06-30:{code}" for code in ("099", "101", "102")
    }
    assert "waste_collection" in set(published["question"])


def test_both_languages_ask_for_the_same_in_the_same_order():
    asked = [
        [(step.command, step.file, step.action, step.text if "sheet" not in step.action else sorted_cells(step.text))
         for step in steps(page.read_text(encoding="utf-8"))]
        for page in (VIETNAMESE, ENGLISH)
    ]  # fmt: skip
    assert asked[0] == asked[1]
    commands = [command for command, *_ in asked[0] if command]
    assert RUN_TEST in commands
    assert sum(command.startswith("danvan init") for command in commands) == 1


def sorted_cells(table: str) -> str:
    """Return the rows of a table that say what to write; its head is words of the language."""
    return "\n".join(line for line in table.splitlines() if line.startswith("| `"))


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
