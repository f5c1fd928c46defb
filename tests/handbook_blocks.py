"""The blocks of code in the handbook and the README, and what each asks for."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from danvan_study.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("vi", "en")
MARK = re.compile(r"<!-- (not run|file): (.+?) -->")
FENCE = re.compile(r" *(`{3,})[^`]*")
KIT = re.compile(r"(?:danvan|python3 start\.py)(?= |$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block of a page."""

    page: str
    line: int
    language: str
    text: str
    mark: tuple[str, str]
    """What the comment above it says: ``("not run", reason)``, ``("file", name)``, or two empty texts."""

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines to type, without their prompt; a line that ends with a backslash goes on."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line[2:].strip() for line in lines if line.startswith("$ ")]

    @property
    def shown(self) -> list[str]:
        """The lines that the page says a command prints."""
        return [line.strip() for line in self.text.splitlines() if line.strip() and not line.startswith("$ ")]


def pages() -> list[Path]:
    """Return the pages that people write or read as a book, and the README."""
    return [ROOT / "README.md", *(page for name in LANGUAGES for page in sorted((ROOT / "docs" / name).rglob("*.md")))]


def blocks(*languages: str) -> list[Block]:
    """Return the blocks of all pages, those in ``languages`` only if any are named."""
    found = [block for page in pages() for block in _blocks(page)]
    return [block for block in found if not languages or block.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    lines = page.read_text(encoding="utf-8").splitlines()
    name, start, inside = page.relative_to(ROOT).as_posix(), 0, ""
    for number, line in enumerate(lines):
        fence = FENCE.fullmatch(line.rstrip())
        if inside and line.strip() == inside:
            text = textwrap.dedent("\n".join(lines[start + 1 : number]))
            above = MARK.search(lines[start - 1]) if start else None
            language = lines[start].strip().lstrip("`").strip()
            mark = (above[1], above[2]) if above else ("", "")
            yield Block(page=name, line=start + 1, language=language, text=text, mark=mark)
            inside = ""
        elif not inside and fence:
            start, inside = number, fence[1]
    assert not inside, f"{name}:{start + 1}: the block has no end"


@cache
def command_line() -> Any:
    """Return the real command line of the kit."""
    return typer.main.get_command(app)


def parse_command(line: str) -> None:
    """Let the real command line read a command of the kit, without doing anything.

    Raises
    ------
    typer.exceptions.TyperException
        A verb, an option or an argument does not exist, or one is missing.
    """
    words = shlex.split(line, comments=True)
    words = words[1:] if words[0] == "danvan" else words[2:]
    if words[:1] in ([], ["test"], ["lab"], ["--help"]):  # start.py's own, and plain `danvan`
        return
    command = command_line()
    context = command.make_context("danvan", words)
    while hasattr(command, "commands"):
        words = [*context._protected_args, *context.args]
        if words[:1] == ["--help"]:
            return
        name, command, rest = command.resolve_command(context, words)
        if "--help" in rest:
            return
        context = command.make_context(name, rest, parent=context)
