"""Where the commands speak."""

import io
import sys

from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def speak_utf8() -> None:
    """Write UTF-8 wherever the output goes: on Windows a file or a pipe gets an old code page that lacks letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
