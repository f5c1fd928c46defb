"""Carry out a page of the handbook as a person would: type its commands in order, and make its edits by the letter.

Above what is to be written stands a comment that says where and how::

    <!-- edit: data/areas/areas.csv, add at the end -->                          a block: lines to add
    <!-- edit: study.toml, add before [[wave]] -->                               a block: before the first such line
    <!-- edit: study.toml, replace -->                                           a block: "- what is there", "+ instead"
    <!-- edit: study.toml, replace the last -->                                  the same, where it stands several times
    <!-- edit: data/areas/margin_residence.csv, new file -->                     a block: the whole file
    <!-- edit: survey_forms/form.xlsx, sheet survey, below svc_respect -->       a table: column, cell of the new row
    <!-- edit: data/matches/2026q3.csv, fill in -->                              a table: cells by row
    <!-- edit: notebooks/01_bat_dau.ipynb, new cell -->                          a block of Python, run in that folder
    <!-- edit: DANVAN_KEY_FILE, environment -->                                  a block: what stands after the last "="

``python -m tests.walk docs/vi/walkthrough.md`` does so with the real command, in an empty home folder, and says how
long the machine took.
"""

from __future__ import annotations

import csv
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
ADD_BEFORE = re.compile(r"add before (.+)")
CODE = re.compile(r"`(.+?)`")
ANYTHING = "…"
KEPT = ("HOME", "USERPROFILE", "DANVAN_KEY_FILE")


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
            here = (here / words[1]).resolve()
        elif words[:1] == ["mkdir"]:
            (here / words[1]).mkdir()
        elif words:
            said = run(words, here)
            missing = [line for line in step.shown if not says(said, line)]
            assert not missing, f"$ {step.command}\n{said}\nis said to show: {missing}"
        elif step.action == "environment":
            os.environ[step.file] = step.text.split("=")[-1].strip().replace("$HOME", str(home))
        else:
            edit(here / step.file, step.action, step.text)
    return here


def says(said: str, line: str) -> bool:
    """Return whether a command said a line; ``…`` stands for anything."""
    parts = map(re.escape, " ".join(line.split()).split(ANYTHING))
    pattern = re.compile(".*".join(parts))
    return any(pattern.fullmatch(" ".join(each.split())) for each in said.splitlines())


def edit(file: Path, action: str, text: str) -> None:
    """Change a file as the page says."""
    if action == "new cell":
        subprocess.run([sys.executable, "-c", text], cwd=file.parent, check=True, capture_output=True)
    elif action == "new file":
        assert not file.exists() or len(file.read_text(encoding="utf-8").splitlines()) < 2, f"{file.name} is there"
        file.write_text(text, encoding="utf-8")
    elif action == "fill in":
        fill_in(file, text)
    elif below := BELOW.fullmatch(action):
        insert_row(file, sheet=below[1], below=below[2], cells=dict(CELLS.findall(text)))
    else:
        before = file.read_text(encoding="utf-8")
        file.write_text(changed(before, action, text), encoding="utf-8")


def changed(before: str, action: str, text: str) -> str:
    """Return a file's text as a person would leave it."""
    if action == "add at the end":
        return before + text
    if line := ADD_BEFORE.fullmatch(action):
        head, found, tail = before.partition(f"\n{line[1]}\n")
        assert found, f"no line is {line[1]}"
        return f"{head}\n{text}{found}{tail}"
    assert action in {"replace", "replace the last"}, f"nobody knows how to do: {action}"
    old, new = (line[2:] for line in text.splitlines())
    count = before.count(old)
    assert count == 1 or (count and action == "replace the last"), f"{count} times stands: {old}"
    head, _, tail = before.rpartition(old)
    return head + new + tail


def fill_in(file: Path, table: str) -> None:
    """Fill in cells of a CSV: two columns of the table say in which row, its last line what every row gets."""
    head, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
    names = [name.strip("`") for name in head]
    everywhere = dict([CODE.findall(lines.pop()[-1])])
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = {tuple(cell.strip("`") for cell in line[:2]): line for line in lines}
    for row in rows:
        line = wanted.get((row[names[0]], row[names[1]]), ())
        cells = {name: cell.strip("`") for name, cell in zip(names[2:], line[2:], strict=False) if cell}
        row.update(cells | everywhere)
    assert {(row[names[0]], row[names[1]]) for row in rows} >= set(wanted), "the table names rows that are not there"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


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
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"PATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(words, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"$ {shlex.join(words)}\n{done.stdout}{done.stderr}"
    sys.stdout.write(f"$ {shlex.join(words)}\n{done.stdout}")
    return done.stdout


def main(page: str) -> None:
    """Walk through a page in a new folder."""
    begun, before = time.monotonic(), os.times()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "USERPROFILE": home}
        walk((ROOT / page).read_text(encoding="utf-8"), Path(home), as_process)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    sys.stdout.write(f"{page}: {time.monotonic() - begun:.0f} s on the clock, {used:.0f} s of the processor\n")


if __name__ == "__main__":
    main(sys.argv[1])
