"""Pages of the handbook that are made from the code: ``python -m docs.generate`` writes, ``--check`` compares.

A page that differs from what the code says is stale; CI refuses it.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import typer

from danvan_study.cli import app
from danvan_study.contract import Table
from danvan_study.messages import LANGUAGE, LANGUAGES
from danvan_study.tables import collected, figures, trends, words
from docs.catalogue import messages_page, verbs
from docs.gallery import gallery_page
from docs.questions import questions_page
from docs.rules import briefs_page, checks_page, forms_page, records_page

DOCS = Path(__file__).parent
HEAD = "<!-- Made by python -m docs.generate; changes made here are lost. -->\n\n"
WIDTH = 84
"""Letters of a line of help that stand beside one another in the book."""
TABLES_ABOUT = """Các bảng mà các khâu trao cho nhau và ghi vào `data/processed`: một dòng là gì, khoá là những cột nào,
mỗi cột nhận gì; `∅` là để trống. Lời kể bằng tiếng Anh, cho người lập trình và phân tích. (The tables that stages hand
on and that lie in `data/processed`: what a row is, which columns are its key, what each column takes; `∅` is blank.)"""


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale; return the exit status."""
    stale = []
    for name, text in pages().items():
        path = DOCS / name
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"docs/{name} is stale: run python -m docs.generate")
    return 1 if stale else 0


def pages() -> dict[str, str]:
    """Return every page by its file below ``docs``."""
    shared = {"reference/messages.md": messages_page(), "reference/tables.md": tables_page()}
    twins = {f"{language}/{name}.md": page(language) for name, page in PAGES.items() for language in LANGUAGES}
    return {name: HEAD + text for name, text in (shared | twins).items()}


def commands_page(language: str) -> str:
    """Return the help of every verb in a language."""
    title = {"vi": "Các lệnh", "en": "Commands"}[language]
    with patch.dict(os.environ, {LANGUAGE: language}):
        blocks = "\n".join(_help(path, command) for path, command in verbs((), typer.main.get_command(app)))
    return f"# {title}\n\n{blocks}"


def tables_page() -> str:
    """Return every table's contract, column by column."""
    here = [value for module in (collected, figures, trends, words) for value in vars(module).values()]
    classes = dict.fromkeys(value for value in here if inspect.isclass(value) and issubclass(value, Table))
    contracts = [value for value in classes if value is not Table and not value.__name__.startswith("_")]
    return f"# Các bảng (tables)\n\n{TABLES_ABOUT}\n\n" + "\n".join(_contract(contract) for contract in contracts)


def _help(path: tuple[str, ...], command: Any) -> str:
    words = " ".join(("danvan", *path))
    context = typer.Context(command, info_name=words, terminal_width=WIDTH)
    return f"## {words}\n\n```text\n{command.get_help(context)}\n```\n"


def _contract(contract: type[Table]) -> str:
    rows = []
    for name, column in contract.columns().items():
        blank, allowed = "có (yes)" if column.blank else "", ", ".join(value or "∅" for value in column.allowed)
        rows.append(f"| {name} | {column.kind} | {blank} | {allowed} |")
    about = inspect.getdoc(contract) or ""
    key = ", ".join(contract.key) or "—"
    head = "| cột (column) | kiểu (kind) | trống (blank) | chỉ nhận (only) |\n|---|---|---|---|"
    return f"## {contract.__name__}\n\n{about}\n\nKhoá (key): {key}\n\n{head}\n" + "\n".join(rows) + "\n"


PAGES: Final = {
    "brief_rules": briefs_page,
    "checks": checks_page,
    "commands": commands_page,
    "form_rules": forms_page,
    "gallery": gallery_page,
    "questions": questions_page,
    "records": records_page,
}
"""The pages that each book has in its own language."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
