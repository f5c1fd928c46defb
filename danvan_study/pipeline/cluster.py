"""Workers of Dask, on this machine or on others, in the place of processes.

A task names the study's folder and a wave. Workers read the folder themselves, under the same path, and open what is
sealed with a key of their own: no key and no submission travels. Tables with a row for an answer do, back and forth.
"""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.admission import ANSWER, admit_workers, start_worker, take_alike, workers_of
from danvan_study.pipeline.processes import killed_again, open_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from distributed import Client

    from danvan_study.pipeline.admission import Terms

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE: Final = 30.0
"""Seconds for which a run waits for another worker when the last one is gone."""
PAUSE: Final = 2.0
"""Seconds between two looks at the workers."""
QUIET: Final = {"distributed.admin.large-graph-warning-threshold": "1GiB"}
"""A task takes the tables of a period along, and is meant to."""


def open_workers(root: Path, *, processes: int = 0, scheduler: str = "") -> AbstractContextManager[Executor]:
    """Return an executor for the tasks of a study, to be closed by ``with``.

    Parameters
    ----------
    processes
        As for :func:`~danvan_study.pipeline.processes.open_processes`.
    scheduler
        Address of a Dask scheduler, whose workers are taken instead.

    Raises
    ------
    StudyError
        As :func:`open_cluster`.
    """
    return open_cluster(scheduler, root) if scheduler else open_processes(processes)


@contextmanager
def open_cluster(address: str, root: Path) -> Iterator[Executor]:
    """Give tasks to the workers of a Dask scheduler.

    When a worker dies, Dask gives its tasks to another; only they are done again.

    Parameters
    ----------
    address
        Of the scheduler, as ``tcp://127.0.0.1:8786``; ``tls://…`` with the certificates that Dask's settings name.
    root
        The study's folder; every worker must find it under the same path.

    Raises
    ------
    StudyError
        Dask isn't installed, no scheduler answers, or its workers can't be admitted
        (:func:`~danvan_study.pipeline.admission.admit_workers`); or, at the end of ``with``, all of them are gone.
    """
    client = _connect(address)
    from distributed import KilledWorker  # noqa: PLC0415 -- it is there: a client was made
    from distributed.comm.core import CommClosedError  # noqa: PLC0415 -- as above

    over = Event()
    try:
        executor = _Workers(client, admit_workers(client, address, root))
        Thread(target=_watch, args=(client, executor, over), daemon=True).start()
        yield executor
    except (CancelledError, CommClosedError) as error:
        raise StudyError(
            address,
            say("the scheduler or the last of its workers is gone."),
            say("Start them again, then danvan run once more: waves that were written stay."),
        ) from error
    except KilledWorker as error:
        raise killed_again() from error
    finally:
        over.set()
        client.close()


class _Workers(Executor):
    """The workers of a scheduler; each compares itself with this process before it takes a task."""

    def __init__(self, client: Client, terms: Terms) -> None:
        self._executor, self._terms = client.get_executor(pure=False), terms

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Give a task to a worker."""
        given: Future[T] = self._executor.submit(take_alike, partial(fn, *args, **kwargs), self._terms)
        return given

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as the base
        """Take no more tasks, and drop those that are not done unless they are waited for."""
        self._executor.shutdown(wait=wait and not cancel_futures)


def _connect(address: str) -> Client:
    try:
        import dask  # noqa: PLC0415 -- an extra that most offices do without
        from distributed import Client  # noqa: PLC0415 -- see above
    except ImportError as error:
        raise StudyError(
            "--scheduler",
            say("work on other machines needs the package {package}.", package=error.name),
            say('pip install "danvan-study[cluster]", or leave --scheduler out.'),
        ) from error
    # What goes wrong is told once, as a StudyError.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set(QUIET)
    try:
        return Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise StudyError(
            address,
            say("no Dask scheduler answers there."),
            say("Start one: dask scheduler --host 127.0.0.1 --port 8786. Then: {worker}", worker=start_worker(address)),
        ) from error


def _watch(client: Client, executor: Executor, over: Event) -> None:
    """Give the tasks up when nobody has been there to take them for a while: Dask itself would wait for ever."""
    alone = 0.0
    while not over.wait(PAUSE):
        try:
            alone = 0.0 if workers_of(client) else alone + PAUSE
        except (OSError, RuntimeError):  # the scheduler is gone: its tasks end by themselves
            return
        if alone >= PATIENCE:
            executor.shutdown(wait=False)
            return
