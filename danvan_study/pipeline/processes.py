"""Processes that prepare waves and set documents while the next figures are computed."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import cached_property, partial
from multiprocessing import get_context, parent_process
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.publish import AtOnce, set_document

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

MOST: Final = 4
"""More than these wait for figures most of the time."""
LIVES: Final = 3
"""So often a task is given to a process before it is blamed for the death of all."""


def open_processes(count: int = 0) -> Executor:
    """Return an executor of so many processes, started with its first task; to be closed by ``with``.

    Parameters
    ----------
    count
        0: as many as there are processors, four at most. One, and always on Windows, where a program that was installed
        as an .exe can't be started anew as a worker: none, the work is done here.
    """
    count = count or min(os.cpu_count() or 1, MOST)
    if count == 1 or sys.platform == "win32":
        return AtOnce()
    return LastingPool(count)


class LastingPool(Executor):
    """Processes that are replaced when one of them is killed: what was under way or waiting is done again.

    Left by ``with`` on an error or an interrupt, it does what is under way and no more.

    Parameters
    ----------
    count
        How many processes.
    """

    def __init__(self, count: int) -> None:
        self._count, self._changing = count, Lock()

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        """The processes, from the first task on: a run that finds all fresh, or a mistake, starts none."""
        return _start(self._count)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Give a task away; its future ends in :class:`StudyError` where process after process is killed over it."""
        promise: Future[T] = Future()
        self._give(partial(fn, *args, **kwargs), promise, lives=LIVES)
        return promise

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as the base
        """Close the processes, if a task has started any."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def _give(self, task: partial[T], promise: Future[T], *, lives: int) -> None:
        pool = self._pool
        try:
            given = pool.submit(task)
        except BrokenExecutor:
            self._give_again(task, promise, broken=pool, lives=lives)
        else:
            given.add_done_callback(partial(self._keep, task, promise, pool=pool, lives=lives))

    def _keep(
        self, task: partial[T], promise: Future[T], given: Future[T], *, pool: ProcessPoolExecutor, lives: int
    ) -> None:
        """Keep the promise by what came of a task, or give the task away again if its process was killed."""
        if given.cancelled():
            promise.cancel()
            return
        error = given.exception()
        if error is None:
            promise.set_result(given.result())
        elif isinstance(error, BrokenExecutor):
            self._give_again(task, promise, broken=pool, lives=lives)
        else:
            promise.set_exception(error)

    def _give_again(self, task: partial[T], promise: Future[T], *, broken: ProcessPoolExecutor, lives: int) -> None:
        """Give a task to other processes.

        The broken pool is not asked anything: from Python 3.12 on it holds its lock while it tells what became of its
        tasks, and whoever asks it then waits for ever.
        """
        if lives == 1:
            promise.set_exception(killed_again())
            return
        with self._changing:
            if self._pool is broken:
                self._pool = _start(self._count)
        self._give(task, promise, lives=lives - 1)


def killed_again() -> StudyError:
    """Say that every process that a task was given to was killed."""
    return StudyError(
        say("this run"),
        say("{lives} processes were killed one after the other over the same task.", lives=LIVES),
        say("Memory is the usual reason: run it with fewer (danvan run --processes 1) or on a larger machine."),
    )


def _start(count: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a fork of a process with threads may hang, and every system does this alike.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_end_with_the_parent)
    # Processes inherit what is blocked while they are started: interrupts are for this process alone.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    for _ in range(count):
        pool.submit(_load)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pool


def _end_with_the_parent() -> None:
    """Stay no longer than the process that started this one, however that ends."""
    parent = parent_process()

    def leave() -> None:
        if parent:
            parent.join()
        signal.raise_signal(signal.SIGTERM)

    Thread(target=leave, daemon=True).start()


def _load() -> str:
    """Name what is loaded: to find this function a worker has imported all that sets documents."""
    return set_document.__name__
