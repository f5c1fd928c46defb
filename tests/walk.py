"""Carry out a page of the handbook as a person would: type its commands in order, and make its edits by the letter.

``python -m tests.walk docs/vi/walkthrough.md`` does so with the real command, in an empty home folder, and says how
long the machine took.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
EDIT = re.compile(r"<!-- edit: ([^,]+), (.+) -->")
FENCE = re.compile(r"```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
CELLS = re.compile(r"^\| `(.+?)` \| `(.+)` \|$", re.MULTILINE)
BELOW = re.compile(r"sheet (\w+), below (\w+)")
ANYTHING = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: a command and what it shows, or an edit."""

    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    action: str = ""
    text: str = ""


def steps(page: str) -> Iterator[Step]:
    """Return what a page asks for, in its order; commands marked as not run are left out."""
    starts = [*re.finditer(r"^(?:<!-- edit: .+ -->|(?<! -->\n)```console)$", page, re.MULTILINE)]
    for start in starts:
        edit = EDIT.match(start[0])
        if edit is None:
            block = FENCE.match(page, start.start())
            assert block, f"a block has no end: {page[start.start() : start.start() + 60]}"
            yield from _commands(block[2])
            continue
        table, block = TABLE.match(page, start.end() + 1), FENCE.match(page, start.end() + 1)
        found = table[0] if table else block[2] if block else None
        assert found, f"nothing to write below {start[0]}"
        yield Step(file=edit[1], action=edit[2], text=found)


def _commands(text: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield Step(command=command, shown=tuple(filter(None, map(str.strip, shown))))


def walk(page: str, home: Path, run: Callable[[list[str], Path], str]) -> Path:
    """Do all that a page asks for, below ``home``; return the folder in which it ends."""
    here = home
    for step in steps(page):
        words = shlex.split(step.command)
        if words[:1] == ["cd"]:
            here /= words[1]
        elif words:
            said = run(words, here)
            missing = [line for line in step.shown if not _says(said, line)]
            assert not missing, f"$ {step.command}\n{said}\nis said to show: {missing}"
        else:
            edit(here / step.file, step.action, step.text)
    return here


def _says(said: str, line: str) -> bool:
    parts = map(re.escape, " ".join(line.split()).split(ANYTHING))
    pattern = re.compile(".*".join(parts))
    return any(pattern.fullmatch(" ".join(each.split())) for each in said.splitlines())


def edit(file: Path, action: str, text: str) -> None:
    """Change a file as the page says."""
    if action == "new cell":
        subprocess.run([sys.executable, "-c", text], cwd=file.parent, check=True, capture_output=True)
    elif below := BELOW.fullmatch(action):
        insert_row(file, sheet=below[1], below=below[2], cells=dict(CELLS.findall(text)))
    elif action == "add at the end":
        file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    elif action == "replace":
        old, new = (line[2:] for line in text.splitlines())
        before = file.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{file.name} holds {before.count(old)} times: {old}"
        file.write_text(before.replace(old, new), encoding="utf-8")
    else:
        raise AssertionError(f"nobody knows how to do: {action}")


def insert_row(file: Path, *, sheet: str, below: str, cells: dict[str, str]) -> None:
    """Insert a row below the one of that name, as one does in a spreadsheet."""
    book = openpyxl.load_workbook(file)
    rows = book[sheet]
    column = {cell.value: cell.column for cell in rows[1]}
    names = [row[column["name"] - 1].value for row in rows.iter_rows()]
    place = names.index(below) + 2
    rows.insert_rows(place)
    for name, value in cells.items():
        rows.cell(place, column[name], value)
    book.save(file)


def as_process(words: list[str], here: Path) -> str:
    """Run the real command in a home folder that holds nothing else."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {"HOME": str(here.parent), "USERPROFILE": str(here.parent), "PATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(words, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"$ {shlex.join(words)}\n{done.stdout}{done.stderr}"
    sys.stdout.write(f"$ {shlex.join(words)}\n{done.stdout}")
    return done.stdout


def main(page: str) -> None:
    """Walk through a page in a new folder."""
    begun, before = time.monotonic(), os.times()
    with tempfile.TemporaryDirectory() as home:
        walk((ROOT / page).read_text(encoding="utf-8"), Path(home), as_process)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    sys.stdout.write(f"{page}: {time.monotonic() - begun:.0f} s on the clock, {used:.0f} s of the processor\n")


if __name__ == "__main__":
    main(sys.argv[1])
