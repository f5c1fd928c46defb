"""What the handbook prints is true: every command and every block of code is what the kit knows and does."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import shlex
import shutil
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from typer.exceptions import TyperException

from danvan_study.study import read, read_study
from danvan_study.study.toml import Section
from tests.handbook_blocks import KIT, ROOT, Block, blocks, command_line, pages, parse_command
from tests.test_walkthrough import in_process
from tests.walk import steps, walk

if TYPE_CHECKING:
    from pathlib import Path

STUDY = tomllib.loads((ROOT / "study.toml").read_text(encoding="utf-8"))
SHELL = {"cd", "cp", "mkdir", "git", "ls", "unzip"}
"""Commands of the system that a page may print beside the kit's."""

VERBATIM = {"text", "{toctree}", "{glossary}", "{math}"}
KINDS = {"console", "toml", "csv", "python", *VERBATIM}
PATH = re.compile(r"`((?:danvan_study|tests|docs|benchmarks)/[\w./-]*)`")
MADE = ("docs/_build", "docs/pictures")
RUN_WHOLE = ("walkthrough.md", "province.md", "spss.md", "administration.md")
"""Pages about a study of their own: tests/test_walkthrough.py runs them from the first line to the last."""


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def about_the_demonstration(*languages: str) -> list[Block]:
    return [block for block in blocks(*languages) if block.page.rpartition("/")[2] not in RUN_WHOLE]


def test_every_block_is_of_a_kind_that_a_test_reads() -> None:
    unknown = [f"{block.place}: {block.language or 'no language'}" for block in blocks() if block.language not in KINDS]
    assert unknown == []


def test_every_printed_command_exists() -> None:
    for block in blocks("console"):
        assert block.commands, f"{block.place}: no line begins with '$ '"
        for line in block.commands:
            if KIT.match(line):
                parse_command(line)
            elif line.startswith(("python3 -m ", ".venv/bin/python -m ")):
                assert importlib.util.find_spec(line.split("-m ")[1].split()[0])
            else:
                assert shlex.split(line)[0] in SHELL, f"{block.place}: {line}"


@pytest.mark.parametrize("line", ["danvan runn 2026q3", "danvan run --fast", "danvan sample plan", "danvan form lint"])
def test_a_command_that_does_not_exist_is_seen(line: str) -> None:
    with pytest.raises(TyperException):
        parse_command(line)


ASKING = [page for page in pages()[1:] if page.name not in RUN_WHOLE and any(steps(page.read_text(encoding="utf-8")))]
"""Pages that ask for a command which a test can run; the README's first one makes everything, its second one tests."""


@pytest.fixture
def demonstration(tmp_path: Path) -> Path:
    """Return a copy of the demonstration, without results."""
    shutil.copy(ROOT / "study.toml", tmp_path)
    shutil.copytree(ROOT / "survey_forms", tmp_path / "survey_forms")
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("processed", "exports", "release"))
    return tmp_path


@pytest.mark.parametrize("page", ASKING, ids=page_name)
def test_what_a_command_is_said_to_print_is_what_it_prints(page: Path, demonstration: Path) -> None:
    walk(page.read_text(encoding="utf-8"), demonstration, in_process)


def test_lines_of_a_study_are_read_by_the_kit(monkeypatch: pytest.MonkeyPatch) -> None:
    for block in about_the_demonstration("toml"):
        said = tomllib.loads(block.text)
        whole = said if "schema" in said else merged(STUDY, said)
        monkeypatch.setattr(read, "parse", lambda _, file, whole=whole: Section(whole, file, ""))
        read_study("", block.place)


def merged(study: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return the demonstration with what a page says in its place; tables in a list are told apart by their id."""
    both = dict(study)
    for key, value in said.items():
        old = study.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            both[key] = merged(old, value)
        elif isinstance(old, list) and value and isinstance(value[0], dict):
            new = {one.get("id") for one in value} - {None}
            every = [*(one for one in old if one.get("id") not in new), *value]
            both[key] = sorted(every, key=lambda one: one["start"]) if key == "wave" else every
        else:
            both[key] = value
    return both


def test_rows_of_a_file_have_the_columns_of_that_file() -> None:
    for block in about_the_demonstration("csv"):
        kind, name = block.mark
        assert kind == "file", f"{block.place}: which file is this?"
        header, *rows = list(csv.reader(io.StringIO(block.text)))
        with (ROOT / name).open(encoding="utf-8", newline="") as file:
            assert header == next(csv.reader(file)), block.place
        assert {len(row) for row in rows} <= {len(header)}, block.place


def test_python_stands_only_where_it_is_run() -> None:
    assert [block.place for block in about_the_demonstration("python")] == []


@pytest.mark.parametrize("page", [page for page in pages() if page.name not in RUN_WHOLE], ids=page_name)
def test_files_of_the_repository_that_a_page_names_exist(page: Path) -> None:
    named = PATH.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith(MADE)] == []


@pytest.mark.parametrize("page", pages(), ids=page_name)
def test_verbs_named_in_a_sentence_exist(page: Path) -> None:
    for words in re.findall(r"`(danvan [^`]+)`", page.read_text(encoding="utf-8")):
        first, *others = words.split(" | ")
        stem = first.rsplit(" ", 1)[0]
        for said in (first, *(f"{stem} {other}" for other in others)):
            follow(said.split()[1:])


def follow(words: list[str]) -> None:
    """Go from verb to verb; options, and names in capitals or with a number, are not looked at."""
    command = command_line()
    for word in words:
        if word.startswith("--"):
            continue
        if not hasattr(command, "commands") or not re.fullmatch(r"[a-z-]+", word):
            return
        assert word in command.commands, " ".join(["danvan", *words])
        command = command.commands[word]
