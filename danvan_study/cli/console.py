"""Where the commands speak."""

import io
import sys
from typing import Any

from rich.console import Console

from danvan_study.messages import Message, current_language


class _Console(Console):
    """A console that tells messages as text; a bracket in them is a bracket."""

    def print(self, *objects: Any, **manner: Any) -> None:
        super().print(*(str(each) if isinstance(each, Message) else each for each in objects), **manner)


out = _Console(highlight=False, soft_wrap=True, markup=False)
err = _Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with the decimal sign of the reader's language."""
    text = f"{value:.{digits}f}"
    return text if current_language() == "en" else text.replace(".", ",")


def speak_utf8() -> None:
    """Write UTF-8 wherever the output goes: on Windows a file or a pipe gets an old code page that lacks letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
