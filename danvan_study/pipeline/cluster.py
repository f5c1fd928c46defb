"""Workers of Dask, on this machine or on others, in the place of processes.

A task names the study's folder and a wave. Workers read the folder themselves, under the same path, and open what is
sealed with a key of their own: no key and no submission travels. Tables with a row for an answer do, back and forth.
"""

from __future__ import annotations

import logging
import platform
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.processes import killed_again, open_processes
from danvan_study.store import Folder, hash_code, read_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from distributed import Client

P = ParamSpec("P")
T = TypeVar("T")

ANSWER: Final = 10
"""Seconds in which a scheduler must answer, and a worker be there."""
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
        Dask isn't installed, no scheduler or no worker answers, a worker runs other code or does several tasks at once,
        answers of real people would travel or lie about unencrypted; or, at the end of ``with``, all workers are gone.
    """
    client = _connect(address)
    over = Event()
    try:
        _refuse_unfit(client, address)
        _refuse_in_the_clear(client, address, root)
        _refuse_others(client, address)
        executor = _Workers(client)
        Thread(target=_watch, args=(client, executor, over), daemon=True).start()
        yield executor
    except CancelledError as error:
        raise StudyError(
            address,
            say("the scheduler or the last of its workers is gone."),
            say("Start them again, then danvan run once more: waves that were written stay."),
        ) from error
    except Exception as error:
        if type(error).__name__ == "KilledWorker":
            raise killed_again(error) from error
        raise
    finally:
        over.set()
        client.close()


class _Workers(Executor):
    """The workers of a scheduler; each compares itself with this process before it takes a task."""

    def __init__(self, client: Client) -> None:
        self._executor, self._here = client.get_executor(pure=False), surroundings()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Give a task to a worker."""
        given: Future[T] = self._executor.submit(take_alike, partial(fn, *args, **kwargs), self._here)
        return given

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as the base
        """Take no more tasks, and drop those that are not done unless they are waited for."""
        self._executor.shutdown(wait=wait and not cancel_futures)


def surroundings() -> dict[str, str]:
    """Return what makes the bytes of an output: the code, the versions of Python and libraries, the kind of machine."""
    machine = f"{platform.system()} {platform.machine()}"
    return {**read_versions(), "danvan_study, code": hash_code()[:12], "machine": machine}


def take_alike(task: partial[T], wanted: Mapping[str, str]) -> T:
    """Do a task where the surroundings are those of the process that gave it.

    Raises
    ------
    StudyError
        They aren't.
    """
    refuse_unlike(surroundings(), wanted, worker=platform.node())
    return task()


def refuse_unlike(there: Mapping[str, str], here: Mapping[str, str], *, worker: str) -> None:
    """Refuse a worker whose outputs might have other bytes.

    Raises
    ------
    StudyError
        A version differs; the message names the first one.
    """
    for name, version in here.items():
        if there.get(name) != version:
            raise StudyError(
                say("worker {worker}", worker=worker),
                say(
                    "{name} is {there} there and {here} here: results might differ.",
                    name=name,
                    there=there.get(name, "–"),
                    here=version,
                ),
                say("Install the same on both from requirements.lock, and start the worker again."),
            )


def is_private(address: str) -> bool:
    """Return whether nobody can read along on the way to an address: it is encrypted, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "tls":
        return True
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


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
            say(
                "Start one: dask scheduler --host 127.0.0.1 --port 8786. Then: {worker}", worker=_start_worker(address)
            ),
        ) from error


def _workers(client: Client) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
    return found


def _refuse_unfit(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except TimeoutError as error:
        raise StudyError(
            address,
            say("this scheduler has no worker."),
            say("Start one for each processor: {worker}", worker=_start_worker(address)),
        ) from error
    for worker, about in _workers(client).items():
        if about["nthreads"] != 1:
            raise StudyError(
                say("worker {worker}", worker=worker),
                say("it takes {count} tasks at a time; charts are drawn one at a time.", count=about["nthreads"]),
                say("Start one for each processor: {worker}", worker=_start_worker(address)),
            )


def _refuse_in_the_clear(client: Client, address: str, root: Path) -> None:
    """Let answers of real people neither travel nor lie on a disk unencrypted."""
    if all(manifest.is_simulated for manifest in Folder(root).check_raw().values()):
        return
    workers = _workers(client)
    for name in (address, client.scheduler_info()["address"], *workers):
        if not is_private(name):
            raise StudyError(
                name,
                say("answers of real people would travel unencrypted."),
                say(
                    "Let scheduler and workers listen on this machine alone (--host 127.0.0.1), or encrypt their "
                    "connections: give them certificates and name the scheduler tls://…"
                ),
            )
    for name, about in workers.items():
        if about["memory_limit"]:
            raise StudyError(
                say("worker {worker}", worker=name),
                say("it writes to its disk what its memory can't hold, answers of real people too."),
                say("Start it so that it doesn't: {worker}", worker=_start_worker(address)),
            )


def _refuse_others(client: Client, address: str) -> None:
    """Compare every worker with this process before the first task."""
    try:
        found = client.run(surroundings)
    except (ImportError, AttributeError) as error:
        raise StudyError(
            address,
            say("a worker can't load this version of danvan_study."),
            say("Install the same on both from requirements.lock, and start the worker again."),
        ) from error
    for worker, there in found.items():
        refuse_unlike(there, surroundings(), worker=worker)


def _watch(client: Client, executor: Executor, over: Event) -> None:
    """Give the tasks up when nobody has been there to take them for a while: Dask itself would wait for ever."""
    alone = 0.0
    while not over.wait(PAUSE):
        try:
            alone = 0.0 if _workers(client) else alone + PAUSE
        except (OSError, RuntimeError):  # the scheduler is gone: its tasks end by themselves
            return
        if alone >= PATIENCE:
            executor.shutdown(wait=False)
            return


def _start_worker(address: str) -> str:
    return f"dask worker {address} --nthreads 1 --memory-limit 0"
