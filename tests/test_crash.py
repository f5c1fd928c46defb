"""Whatever ends a run (a full disk, a folder that is read-only, another run, a kill) leaves no half result."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from functools import partial
from typing import TYPE_CHECKING

import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import Maker, freshness, run_study
from danvan_study.store import Folder, output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

PROCESSES = multiprocessing.get_context("forkserver")
"""Each child is forked from a process without threads: the fork of one with threads may hang."""
PROCESSES.set_forkserver_preload(["danvan_study.pipeline.run", "tests.small_study"])
MAKER, CODE = Maker.current(), "the code"
"""Held still for all: somebody may be at work in the repository while the tests run."""
NOBODY = 65534
KILLS = int(os.environ.get("DANVAN_KILLS", "8"))
"""A hundred take some minutes: DANVAN_KILLS=100; --junitxml says how many met a run at work."""


@pytest.fixture(scope="module", autouse=True)
def one_code() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Maker, "current", lambda: MAKER)
        patch.setattr(freshness, "hash_code", lambda: CODE)
        yield


def contents(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in Folder(root).files("data")}


def run_apart(
    root: Path, maker: Maker, limit: Callable[[], object] | None = None, said: Connection | None = None
) -> None:
    """Run the study; a process of its own does this. What it says at its end is sent, if somebody listens."""
    Maker.current = lambda: maker
    freshness.hash_code = lambda: CODE
    message = ""
    try:
        if limit:
            limit()
        run_study(root, again=True)
    except Exception as error:  # noqa: BLE001 -- told to the test
        message = str(error) if isinstance(error, StudyError) else traceback.format_exc()
    if said:
        said.send(message)


def run_limited(root: Path, limit: Callable[[], object] | None = None) -> str:
    """Run the study in a process with a limit of its own; return the message in which it ends."""
    here, there = PROCESSES.Pipe()
    child = PROCESSES.Process(target=run_apart, args=(root, MAKER, limit, there))
    child.start()
    there.close()
    message = here.recv()
    child.join()
    return str(message)


def fill_the_disk(size: int) -> None:
    """Let the operating system refuse to write any file beyond a size, as it does when the disk is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def become_somebody_else() -> None:
    """Nothing is forbidden to root: be nobody."""
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def die_after(files: int) -> None:
    """Be killed as soon as one file more than these is written."""
    write, left = output.write_file, iter(range(files))

    def count(path: Path, content: bytes) -> None:
        write(path, content)
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    output.write_file = count


def danvan(root: Path, limit: Callable[[], None]) -> subprocess.CompletedProcess[str]:
    """Run the command as people do, with a limit that the operating system sets."""
    words = [sys.executable, "-m", "danvan_study", "--study", str(root), "run", "--again"]
    return subprocess.run(words, preexec_fn=limit, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [1_000, 200_000])
def test_a_disk_that_fills_up_leaves_the_old_results_and_says_so(size: int, study: Path) -> None:
    before = contents(study)
    done = danvan(study, partial(fill_the_disk, size))
    assert done.returncode == 2
    assert "free space" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(study) == before
    assert not list((study / "data/processed").glob(".*.new"))
    run_study(study, again=True)
    assert contents(study) == before


def test_a_folder_that_can_not_be_written_is_told_and_nothing_changes(study: Path) -> None:
    before = contents(study)
    for path in (study, *study.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in study.parents:
        if path.stat().st_uid == os.getuid() and os.getuid() == 0 and str(path).startswith("/tmp/"):
            path.chmod(0o755)

    try:
        message = run_limited(study, become_somebody_else)
    finally:
        for path in (study, *study.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert "can't be written (Permission denied)" in message
    assert "Traceback" not in message
    assert contents(study) == before


def test_of_two_runs_at_once_one_is_refused_and_the_result_is_right(study: Path) -> None:
    before = contents(study)
    with Folder(study).locked():
        message = run_limited(study)
    assert "another run is working in this study" in message
    assert contents(study) == before
    assert run_limited(study) == ""
    assert contents(study) == before


def test_a_kill_while_files_are_written_leaves_the_old_results_or_none_and_the_next_run_finishes(study: Path) -> None:
    before = contents(study)
    draw = random.Random(7)
    for _ in range(3):
        child = PROCESSES.Process(target=run_apart, args=(study, MAKER, partial(die_after, draw.randrange(1, 40))))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        run_study(study)
        assert contents(study) == before


def test_a_kill_at_any_moment_leaves_nothing_that_the_next_run_does_not_mend(
    study: Path, record_property: Callable[[str, object], None]
) -> None:
    before = contents(study)
    draw = random.Random(20)
    started = time.monotonic()
    assert run_limited(study) == ""
    length = time.monotonic() - started
    killed = mended = 0
    for _ in range(KILLS):
        child = PROCESSES.Process(target=run_apart, args=(study, MAKER))
        child.start()
        time.sleep(draw.uniform(0, 1.1 * length))
        child.kill()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        mended += contents(study) != before or any((study / "data/processed").glob(".*.*"))
        run_study(study)
        assert contents(study) == before
    record_property("kills", f"{killed} of {KILLS} met a run at work, {mended} left something to mend")
    assert killed >= KILLS // 2
