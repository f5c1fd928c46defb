"""The steps from one schema of a study's folder to the next: pure, from the files as they are to those that change.

A step changes no figure, rewrites no raw data, and leaves alone what is laid out anew already. Until schema 3 every
kit wrote 1, whatever the folder held.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.store.manifest import MANIFEST, read_manifest
from danvan_study.store.received import BOOK, with_states

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from danvan_study.messages import Message

STUDY: Final = "study.toml"
UNTOLD: Final = ("funding", "sample", "mode", "training", "show_cards", "dispositions")
"""Items of the disclosure sheet that the files of a study may leave untold."""
NOT_RECORDED: Final = {
    "vi": "Không còn ghi chép nào ngoài các tệp của cuộc khảo sát này",
    "en": "No record beyond the files of this study",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, from the schema before ``to``."""

    to: int
    what: Message
    change: Callable[[Mapping[str, bytes]], dict[str, bytes]]
    """From files by name to those of them that change or are added."""


def add_disclosure(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """From 1 to 2: ``study.toml`` gets a ``[disclosure]`` section, without which no brief is made.

    What an older study did not write down is not invented: each line says that there is no record, until somebody who
    knows writes a better one.
    """
    text = files[STUDY].decode()
    page = tomllib.loads(text.removeprefix("\ufeff"))
    if "disclosure" in page:
        return {}
    first, *others = page.get("study", {}).get("languages", ["vi", "en"])
    said = {first: NOT_RECORDED.get(first, NOT_RECORDED["en"])}
    said |= {language: NOT_RECORDED[language] for language in others if language in NOT_RECORDED}
    lines = ["", "# Bảng công khai phương pháp: danvan migrate thêm; ai biết thì viết lại cho đúng.", ""]
    for language, sentence in said.items():
        lines.append("[disclosure]" if language == first else f"[disclosure.{language}]")
        lines += [*(f'{item} = "{sentence}"' for item in UNTOLD), ""]
    newline = "\r\n" if "\r\n" in text else "\n"
    return {STUDY: (text.rstrip() + newline + newline.join(lines)).encode()}


def begin_book(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """From 2 to 3: ``data/raw/RECEIVED.csv`` gets a line for each wave of real people that it does not know.

    From then on a wave that is lost, or an older state of it that is put back, is found.
    """
    names = sorted(name for name in files if name.endswith(f"/{MANIFEST}"))
    manifests = [read_manifest(files[name], name) for name in names]
    book = with_states(files.get(BOOK), manifests)
    return {BOOK: book} if book is not None else {}


STEPS: Final = (
    Step(to=2, what=say("study.toml: the section [disclosure] is added"), change=add_disclosure),
    Step(to=3, what=say("{file}: the book of received data is begun", file=BOOK), change=begin_book),
)
