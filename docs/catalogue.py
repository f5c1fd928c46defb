"""Bring the Vietnamese catalogue up to date with the code: ``python -m docs.catalogue``.

Messages that are new in the code come in with an empty translation, to be written; those that the code says no more
go out. Nothing is guessed from a similar sentence. The same input gives the same bytes.
"""

from __future__ import annotations

import inspect
import io
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from danvan_study.cli import app
from docs.rules import demands

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[1] / "danvan_study"
PO = PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "danvan_study.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"say": None}
HEADER = [("Language", "vi"), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]
WIDTH = 116
ABOUT = """Mọi câu mà bộ công cụ nói với người dùng, bằng hai thứ tiếng; chữ trong ngoặc nhọn được thay khi nói. Một
thông báo lỗi có ba phần: *ở đâu: điều gì sai. cách sửa.* Máy nói tiếng Việt; muốn tiếng Anh thì đặt biến
`DANVAN_LANG=en`, hoặc viết `danvan --english …`. (Everything that the kit says to people, in both languages; what
stands in braces is filled in. A message of an error has three parts: *where: what. cure.* The kit speaks Vietnamese
unless `DANVAN_LANG=en` is set, or `danvan --english …` is written.)"""


class _Plain(Catalog):
    """A catalogue whose head names no day and no tool, so that the same input gives the same bytes."""

    mime_headers = HEADER


@cache
def said_in_code() -> dict[str, list[str]]:
    """Return every message of the code, in the order of the modules: the modules that say it."""
    modules: dict[str, list[str]] = {}
    for name, _, message, _, _ in extract_from_dir(PACKAGE, keywords=KEYWORDS, comment_tags=()):
        told = modules.setdefault(str(message), [])
        if (module := f"danvan_study/{name}") not in told:
            told.append(module)
    demanded = ((text, f"{module.replace('.', '/')}.py") for text, module in demands())
    for text, module in (*_helps(typer.main.get_command(app)), *demanded):
        if module not in (told := modules.setdefault(text, [])):
            told.append(module)
    return modules


def verbs(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield a command and all that are inside it, with their words."""
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from verbs((*path, name), inner)


def _helps(command: Any) -> Iterator[tuple[str, str]]:
    """Yield every line of help of the command line, and the module whose verbs it is about."""
    for _, each in verbs((), command):
        first = each if each.callback else next(iter(each.commands.values()))
        module = inspect.getsourcefile(inspect.unwrap(first.callback)) or ""
        for said in (each, *each.get_params(typer.Context(each))):
            yield said.help, f"danvan_study/{Path(module).relative_to(PACKAGE).as_posix()}"


def read_catalogue() -> dict[str, str]:
    """Return the Vietnamese of every message of the catalogue, by its English."""
    with PO.open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream, locale="vi") if message.id}


def build(translations: dict[str, str]) -> tuple[bytes, bytes]:
    """Return the catalogue as .po and .mo: the messages of the code with their translations."""
    catalogue = _Plain(locale="vi", fuzzy=False)
    for english, modules in sorted(said_in_code().items(), key=lambda item: (item[1][0], item[0])):
        places = [(module, 0) for module in sorted(modules)]
        catalogue.add(english, translations.get(english, ""), locations=places, flags=())
    return _as_po(catalogue), _as_mo(catalogue)


def _as_po(catalogue: Catalog) -> bytes:
    lines = ["# The messages of danvan_study in Vietnamese; written and reviewed by people.", 'msgid ""', 'msgstr ""']
    lines += [f'"{name}: {value}\\n"' for name, value in HEADER]
    stream = io.BytesIO()
    write_po(stream, catalogue, omit_header=True, include_lineno=False, width=WIDTH)
    return "\n".join([*lines, "", ""]).encode() + stream.getvalue()


def _as_mo(catalogue: Catalog) -> bytes:
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def messages_page() -> str:
    """Return the page of all messages in both languages, by the part of the kit that says them first."""
    vietnamese = read_catalogue()
    rows: dict[str, list[str]] = {}
    for english, modules in sorted(said_in_code().items(), key=lambda item: (item[1][0], item[0])):
        part, _, module = modules[0].removeprefix("danvan_study/").removesuffix(".py").partition("/")
        cells = (vietnamese.get(english, ""), english, module.removesuffix("__init__").rstrip("/") or part)
        rows.setdefault(part, []).append(f"| {' | '.join(map(_as_markdown, cells))} |")
    head = "| tiếng Việt (Vietnamese) | tiếng Anh (English) | nơi nói (said by) |\n|---|---|---|"
    tables = ["\n".join((f"## {part}", "", head, *lines, "")) for part, lines in rows.items()]
    return "\n".join((f"# Các thông báo (messages)\n\n{ABOUT}\n", *tables))


def _as_markdown(text: str) -> str:
    """Escape what would be markup, so that a sentence stands on the page as people see it."""
    return re.sub(r"([\\`*_\[\]<>|$~#{}&])", r"\\\1", " ".join(text.split()))


def main() -> int:
    """Write both files; say how many messages still want their Vietnamese."""
    translations = read_catalogue() if PO.exists() else {}
    MO.parent.mkdir(parents=True, exist_ok=True)
    po, mo = build(translations)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    known = said_in_code()
    open_ones = [english for english in known if not translations.get(english)]
    for english in open_ones:
        print(f"no Vietnamese yet: {english}")
    print(f"{PO.name}: {len(known)} messages, {len(known) - len(open_ones)} in Vietnamese")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
