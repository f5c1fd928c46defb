"""Processes that draw and set documents while the next figures are computed."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from danvan_study.publish import AtOnce, set_document

if TYPE_CHECKING:
    from concurrent.futures import Executor

MOST: Final = 4
"""More than these wait for figures most of the time."""


def open_processes(count: int = 0) -> Executor:
    """Return an executor of so many processes, which load what they need at once; to be closed by ``with``.

    Parameters
    ----------
    count
        0: as many as there are processors, four at most. One, and always on Windows, where a program that was installed
        as an .exe can't be started anew as a worker: none, the work is done here.
    """
    count = count or min(os.cpu_count() or 1, MOST)
    if count == 1 or sys.platform == "win32":
        return AtOnce()
    # Spawned, not forked: a fork of a process with threads may hang, and every system does this alike.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
    for _ in range(count):
        pool.submit(_load)
    return pool


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _load() -> str:
    """Name what is loaded: to find this function a worker has imported all that sets documents."""
    return set_document.__name__
