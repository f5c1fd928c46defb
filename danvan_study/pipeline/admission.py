"""Which workers of Dask are given a study: those with the same code and the same files, out of the sight of others."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store import Folder, check_raw, hash_code, read_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from functools import partial
    from pathlib import Path

    from distributed import Client

T = TypeVar("T")

ANSWER: Final = 10
"""Seconds in which a scheduler must answer, and a worker be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a worker must be like, also one that comes when the run has begun."""

    here: Mapping[str, str]
    """The surroundings of the process that gives tasks."""
    address: str
    """Of the scheduler."""
    is_secret: bool
    """Whether answers of real people travel."""


def admit_workers(client: Client, address: str, root: Path) -> Terms:
    """Look at every worker of a scheduler before the first task.

    Returns
    -------
    Terms
        For :func:`take_alike`.

    Raises
    ------
    StudyError
        There is none; one does several tasks at once, runs other code or versions, or doesn't find the study; answers
        of real people would travel, or lie on its disk, unencrypted.
    """
    _refuse_unfit(client, address)
    is_secret = _refuse_in_the_clear(client, address, root)
    _refuse_others(client, address, root)
    return Terms(here=surroundings(), address=address, is_secret=is_secret)


def surroundings() -> dict[str, str]:
    """Return what makes the bytes of an output: the code, the versions of Python and libraries, the kind of machine."""
    machine = f"{platform.system()} {platform.machine()}"
    return {**read_versions(), "danvan_study, code": hash_code()[:12], "machine": machine}


def take_alike(task: partial[T], terms: Terms) -> T:
    """Do a task on a worker that keeps to the terms.

    Raises
    ------
    StudyError
        This one doesn't, as :func:`admit_workers` would have said had it been there.
    """
    worker, about = _myself()
    _refuse_threads(worker, about, terms.address)
    if terms.is_secret:
        _refuse_open_way(worker)
        _refuse_spilling(worker, about, terms.address)
    refuse_unlike(surroundings(), terms.here, worker=platform.node())
    return task()


def _myself() -> tuple[str, dict[str, Any]]:
    """Return the address of the worker that this process is, and what a scheduler would say about it."""
    from distributed import get_worker  # noqa: PLC0415 -- an extra; a worker has it

    me = get_worker()
    return me.address, {"nthreads": me.state.nthreads, "memory_limit": me.memory_manager.memory_limit}


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


def workers_of(client: Client) -> dict[str, dict[str, Any]]:
    """Return the workers that a scheduler has now, by address."""
    found: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
    return found


def _refuse_unfit(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except TimeoutError as error:
        raise StudyError(
            address,
            say("this scheduler has no worker."),
            say("Start one for each processor: {worker}", worker=start_worker(address)),
        ) from error
    for worker, about in workers_of(client).items():
        _refuse_threads(worker, about, address)


def _refuse_threads(worker: str, about: Mapping[str, Any], address: str) -> None:
    if about["nthreads"] != 1:
        raise StudyError(
            say("worker {worker}", worker=worker),
            say("it takes {count} tasks at a time; charts are drawn one at a time.", count=about["nthreads"]),
            say("Start one for each processor: {worker}", worker=start_worker(address)),
        )


def _refuse_in_the_clear(client: Client, address: str, root: Path) -> bool:
    """Let answers of real people neither travel nor lie on a disk unencrypted; return whether there are any."""
    if all(manifest.is_simulated for manifest in check_raw(Folder(root)).values()):
        return False
    workers = workers_of(client)
    for name in (address, client.scheduler_info()["address"], *workers):
        _refuse_open_way(name)
    for worker, about in workers.items():
        _refuse_spilling(worker, about, address)
    return True


def _refuse_open_way(name: str) -> None:
    if not is_private(name):
        raise StudyError(
            name,
            say("answers of real people would travel unencrypted."),
            say(
                "Let scheduler and workers listen on this machine alone (--host 127.0.0.1), or encrypt their "
                "connections: give them certificates and name the scheduler tls://…"
            ),
        )


def _refuse_spilling(worker: str, about: Mapping[str, Any], address: str) -> None:
    if about["memory_limit"]:
        raise StudyError(
            say("worker {worker}", worker=worker),
            say("it writes to its disk what its memory can't hold, answers of real people too."),
            say("Start it so that it doesn't: {worker}", worker=start_worker(address)),
        )


def _refuse_others(client: Client, address: str, root: Path) -> None:
    """Compare every worker, and what it sees of the study, with this process before the first task."""
    try:
        # The scheduler opens tasks, too, to see which needs which.
        found = {f"{address} (scheduler)": client.run_on_scheduler(surroundings), **client.run(surroundings)}
    except (ImportError, AttributeError) as error:
        raise StudyError(
            address,
            say("a worker can't load this version of danvan_study."),
            say("Install the same on both from requirements.lock, and start the worker again."),
        ) from error
    for worker, there in found.items():
        refuse_unlike(there, surroundings(), worker=worker)
    root = root.resolve()
    for worker, seen in client.run(_study_seen, root).items():
        if seen != _study_seen(root):
            raise StudyError(
                say("worker {worker}", worker=worker),
                say('this study is not what it finds at "{root}".', root=root),
                say("Let it have the study's folder under the same path, from a shared disk for one."),
            )


def _study_seen(root: Path) -> str:
    """Return the hash of a study's description; empty where there is none."""
    folder = Folder(root)
    if not folder.has_file("study.toml"):
        return ""
    folder.read_study()
    return folder.hashes["study.toml"]


def start_worker(address: str) -> str:
    """Return the command that starts a worker as a study needs it."""
    return f"dask worker {address} --nthreads 1 --memory-limit 0"
