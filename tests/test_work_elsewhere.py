"""Processes and Dask's workers in the place of this process: the same bytes, also when one of them is killed."""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from distributed.comm.core import CommClosedError
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline import (
    admission,
    cluster,
    compute_waves,
    import_raw_files,
    load_study,
    open_workers,
    processes,
    run_study,
)
from danvan_study.pipeline.ahead import MOST, Ahead, Step
from danvan_study.pipeline.processes import LastingPool
from danvan_study.pipeline.workshop import Workshop
from danvan_study.publish import AtOnce
from danvan_study.store import Folder, Manifest, read_versions, write_raw_wave
from tests.small_study import STUDY, WAVE, lines, submissions, write_small_study
from tests.test_pipeline import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
NEXT = "2025q4"
TWO_WAVES = f'{STUDY}\n[[wave]]\nid = "{NEXT}"\nforms = ["form.xlsx"]\nstart = 2025-10-05\nend = 2025-10-31\n'
WORKER = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--no-dashboard", "--host", "127.0.0.1")


@pytest.fixture(scope="module", autouse=True)
def _same_commit() -> Iterator[None]:
    """Name one commit in every output, also while somebody commits beside the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("danvan_study.pipeline.result.read_commit", lambda: "0" * 40)
        yield


def write_two_waves(root: Path) -> Path:
    write_small_study(root, study=TWO_WAVES)
    later = [{key: value.replace("2025-07", "2025-10") for key, value in one.items()} for one in submissions(seed=2)]
    manifest = Manifest(
        wave=NEXT, provenance="simulated", source="thử", received_at="2025-12-01T00:00:00+07:00", seed=2, files=()
    )
    write_raw_wave(Folder(root), manifest, {"submissions.jsonl": lines(later)})
    return root


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_two_waves(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def expected(study: Path) -> dict[str, str]:
    """What one process makes."""
    run_study(study)
    return tree(study / "data" / "processed")


class Posted(Executor):
    """Does each task at once, but as another process would: from bytes to bytes."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.letters.append(pickle.dumps(partial(fn, *args, **kwargs)))
        done: Future[Any] = Future()
        try:
            done.set_result(pickle.loads(pickle.dumps(pickle.loads(self.letters[-1])())))
        except StudyError as error:
            done.set_exception(pickle.loads(pickle.dumps(error)))
        return done


class Deadly(Executor):
    """Kills a process when so many tasks were given away."""

    def __init__(self, executor: Executor, after: int, victim: Callable[[], int]) -> None:
        self._executor, self._left, self._victim = executor, after, victim

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        given = self._executor.submit(fn, *args, **kwargs)
        self._left -= 1
        if self._left == 0:
            os.kill(self._victim(), signal.SIGKILL)
        return given


# Steps


def step(name: str, *needs: str, fails: bool = False) -> Step[str]:
    call = partial(_fail, name) if fails else partial(str, name)
    return Step(key=(name,), call=lambda: call, needs=tuple((need,) for need in needs))


def _fail(name: str) -> str:
    raise StudyError(name, say("this is wrong."), say("Mend it."))


class Waiting(Executor):
    """Does nothing by itself."""

    def __init__(self) -> None:
        self.given: list[tuple[Future[Any], partial[Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append((Future(), fn))
        return self.given[-1][0]


def test_a_step_is_given_away_when_what_it_needs_is_there() -> None:
    executor = Waiting()
    ahead = Ahead(executor)
    ahead.plan([step("a"), step("b", "a"), step("c", "a", "b")])
    assert [task.args for _, task in executor.given] == [("a",)]
    executor.given[0][0].set_result("made elsewhere")
    assert ahead.take(step("a")) == "made elsewhere"
    assert [task.args for _, task in executor.given] == [("a",), ("b",)]


def test_no_more_steps_are_under_way_than_may_be() -> None:
    executor = Waiting()
    Ahead(executor).plan(step(str(number)) for number in range(2 * MOST))
    assert len(executor.given) == MOST


def test_a_step_that_nobody_planned_is_taken_here() -> None:
    executor = Waiting()
    ahead = Ahead(executor)
    ahead.plan([step("a"), step("b", "a")])
    assert ahead.take(step("z")) == "z"
    assert ahead.take(step("b", "a")) == "b"
    assert len(executor.given) == 1


def test_a_step_that_fails_says_so_when_it_is_asked_for_and_not_before() -> None:
    ahead = Ahead(Posted())
    ahead.plan([step("a"), step("b", fails=True), step("c", "b"), step("d", "a")])
    assert [ahead.take(step(name)) for name in "ad"] == ["a", "d"]
    with pytest.raises(StudyError, match=r"b: .* "):
        ahead.take(step("b"))


def test_one_process_plans_nothing_and_so_holds_nothing_before_its_turn() -> None:
    taken = []
    ahead = Ahead(AtOnce())
    ahead.plan([Step(key=("a",), call=lambda: partial(taken.append, "a"))])
    assert not taken
    assert not ahead.knows(("a",))


# Tasks


def test_figures_made_from_posted_tasks_are_the_same_and_no_submission_travels(study: Path, key_file: Path) -> None:
    executor = Posted()
    for mine, posted in zip(compute_waves(study), compute_waves(study, executor=executor), strict=True):
        assert posted.estimates.equals(mine.estimates)
        assert posted.published.rows.equals(mine.published.rows)
        assert posted.past.trends.equals(mine.past.trends)
        assert posted.past.outlooks.forecasts.equals(mine.past.outlooks.forecasts)
        assert posted.precision["replicate_errors"].equals(mine.precision["replicate_errors"])
    assert len(executor.letters) > 10
    secret = key_file.read_text(encoding="utf-8").strip().encode()
    for letter in executor.letters:
        assert secret not in letter
        assert b"_submission_time" not in letter


def test_everything_planned_is_asked_for(study: Path) -> None:
    folder = Folder(study)
    described, areas = load_study(folder)
    workshop = Workshop(study, study=described, areas=areas, there=[WAVE, NEXT], executor=Posted())
    from danvan_study.pipeline.run import publish_wave

    workshop.plan([NEXT])
    publish_wave(NEXT, workshop, areas=areas, inputs={})
    assert not workshop._ahead._planned
    workshop._ahead._begin()
    assert not workshop._ahead._begun


def test_what_is_taken_from_the_estimates_by_group_is_what_is_made_without_groups(study: Path) -> None:
    described, areas = load_study(Folder(study))
    planned, plain = (
        Workshop(study, study=described, areas=areas, there=[WAVE, NEXT], executor=executor)
        for executor in (Posted(), None)
    )
    planned.plan([NEXT])
    period = planned.calendar.wave(NEXT)
    assert len(planned.estimate(period).estimates) < len(planned.estimate_groups(period).estimates)
    assert planned.estimate(period).estimates.equals(plain.estimate(period).estimates)


def test_a_mistake_found_elsewhere_is_the_same_message(study: Path, tmp_path: Path) -> None:
    write_two_waves(tmp_path)
    (tmp_path / "margin_sex.csv").write_text("sex,population,source\n1,many,thử\n2,5100,thử\n", encoding="utf-8")
    messages = []
    for executor in (None, Posted()):
        with pytest.raises(StudyError) as caught:
            list(compute_waves(tmp_path, executor=executor))
        messages.append([caught.value.told(language) for language in ("vi", "en")])
    assert messages[0] == messages[1]
    assert "margin_sex.csv, row 2" in messages[0][1]


def test_a_file_that_a_worker_read_otherwise_stops_the_run(tmp_path: Path) -> None:
    write_two_waves(tmp_path)

    class Elsewhere(Posted):
        """Finds another table under the same name."""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            margin = tmp_path / "margin_sex.csv"
            here = margin.read_bytes()
            margin.write_bytes(here + b"\n")
            done = super().submit(fn, *args, **kwargs)
            margin.write_bytes(here)
            return done

    with pytest.raises(StudyError, match=r"margin_sex\.csv: the file that a worker read"):
        list(compute_waves(tmp_path, executor=Elsewhere()))


# Processes


def test_another_process_gives_the_same_bytes_also_when_it_is_killed(study: Path, expected: dict[str, str]) -> None:
    with LastingPool(1) as executor:
        deadly = Deadly(executor, 4, lambda: next(iter(executor._pool._processes)))
        run_study(study, again=True, executor=deadly)
    assert tree(study / "data" / "processed") == expected


def test_a_task_that_kills_every_process_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("danvan_study.pipeline.processes.LIVES", 1)
    with LastingPool(1) as pool, pytest.raises(StudyError, match="--processes 1"):
        pool.submit(signal.raise_signal, signal.SIGKILL).result()


class Locked(Executor):
    """A pool as Python has it from 3.12 on: it holds its lock while it tells that a process was killed."""

    def __init__(self, count: int) -> None:
        self._lock, self._is_broken = Lock(), False
        self.given: list[tuple[Future[Any], partial[Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        assert self._lock.acquire(timeout=5), "this would wait for ever"
        try:
            if self._is_broken:
                raise BrokenExecutor
            self.given.append((Future(), fn))
        finally:
            self._lock.release()
        return self.given[-1][0]

    def lose_a_process(self) -> None:
        with self._lock:
            self._is_broken = True
            for future in [future for future, _ in self.given if not future.done()]:
                future.set_exception(BrokenExecutor())


def test_a_pool_that_tells_of_a_death_under_its_lock_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[Locked] = []
    monkeypatch.setattr(processes, "_start", lambda count: pools.append(Locked(count)) or pools[-1])
    pool = LastingPool(1)
    promises = [pool.submit(str, number) for number in range(2)]
    pools[0].lose_a_process()
    assert len(pools) == 2
    assert [task.args for _, task in pools[1].given] == [(0,), (1,)]
    pools[1].given[1][0].set_result("1")
    assert [promise.done() for promise in promises] == [False, True]
    pools[1].lose_a_process()
    pools[2].lose_a_process()
    with pytest.raises(StudyError, match="--processes 1"):
        promises[0].result(timeout=0)


def test_no_process_is_started_before_there_is_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[Locked] = []
    monkeypatch.setattr(processes, "_start", lambda count: pools.append(Locked(count)) or pools[-1])
    with LastingPool(1):
        assert pools == []


def test_a_task_that_finds_no_process_alive_is_given_to_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[Locked] = []
    monkeypatch.setattr(processes, "_start", lambda count: pools.append(Locked(count)) or pools[-1])
    pool = LastingPool(1)
    pool.submit(str, "before")
    pools[0].given[0][0].set_result("before")
    pools[0].lose_a_process()
    pool.submit(str, "a")
    assert [task.args for _, task in pools[1].given] == [("a",)]

    def start_dead(count: int) -> Locked:
        pools.append(Locked(count))
        pools[-1].lose_a_process()
        return pools[-1]

    monkeypatch.setattr(processes, "_start", start_dead)
    pools[1].lose_a_process()
    with pytest.raises(StudyError, match="--processes 1"):
        pool.submit(str, "b").result(timeout=0)


def test_processes_do_not_outlive_a_run_that_is_killed() -> None:
    words = (
        "from danvan_study.pipeline.processes import LastingPool, _load\n"
        "if __name__ == '__main__':\n"
        "    pool = LastingPool(1)\n"
        "    pool.submit(_load).result()\n"
        "    print(*pool._pool._processes, flush=True)\n"
        "    input()\n"
    )
    run = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    worker = int(run.stdout.readline())
    run.kill()
    run.wait()
    for _ in range(300):
        if not is_running(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the process went on")


def is_running(process: int) -> bool:
    """Return whether a process is there that is not only waiting to be counted."""
    words = Path(f"/proc/{process}/cmdline")
    return words.exists() and words.read_bytes() != b""


# Dask


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    run = partial(subprocess.Popen, cwd=folder, stderr=subprocess.DEVNULL)
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file))
    process = run([sys.executable, "-m", "dask", "scheduler", *words])
    while not file.exists():
        assert process.poll() is None
        time.sleep(0.1)
    yield json.loads(file.read_text(encoding="utf-8"))["address"]
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers, one thread each."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", "worker", scheduler, *WORKER, "--local-directory", str(tmp_path)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    yield started
    for process in started:
        process.kill()
        process.wait()


class Traced(Executor):
    """Leaves a trace of each time that a task is done: its number and the process."""

    def __init__(self, executor: Executor, traces: Path) -> None:
        self._executor, self._traces = executor, traces
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        return self._executor.submit(trace, self._traces / str(self.given), partial(fn, *args, **kwargs))

    def done_by(self) -> dict[int, list[int]]:
        """Return the processes that did each task."""
        return {
            number: [int(path.name) for path in (self._traces / str(number)).iterdir()]
            for number in range(1, self.given + 1)
        }


def trace(folder: Path, task: partial[Any]) -> Any:
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch(exist_ok=False)
    return task()


def test_two_workers_of_dask_give_the_same_bytes_and_a_killed_one_costs_its_own_tasks(
    study: Path,
    tmp_path: Path,
    expected: dict[str, str],
    scheduler: str,
    workers: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (admission, cluster):
        monkeypatch.setattr(module, "ANSWER", 120)  # a busy machine is no mistake
    traces = tmp_path / "traces"
    traces.mkdir()
    with open_workers(study, scheduler=scheduler) as executor:
        executor._executor._client.wait_for_workers(2)
        traced = Traced(executor, traces)
        run_study(study, again=True, executor=Deadly(traced, 12, lambda: workers[0].pid))
    assert tree(study / "data" / "processed") == expected
    assert workers[0].wait() == -signal.SIGKILL
    done_by = traced.done_by()
    assert traced.given > 12
    assert all(workers[1].pid in processes or processes == [workers[0].pid] for processes in done_by.values())

    versions = read_versions()
    with monkeypatch.context() as patch:
        patch.setattr(admission, "read_versions", lambda: versions | {"pandas": "2.9"})
        with pytest.raises(StudyError) as caught, open_workers(study, scheduler=scheduler):
            pass
    assert f"pandas is {versions['pandas']} there and 2.9 here" in caught.value.told("en")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "has_file", lambda *_: False)
        with pytest.raises(StudyError, match=str(study)), open_workers(study, scheduler=scheduler):
            pass

    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    monkeypatch.setattr(cluster, "PAUSE", 0.2)

    def be_left_alone() -> None:
        with open_workers(study, scheduler=scheduler) as executor:
            under_way = executor.submit(time.sleep, 60)
            workers[1].kill()
            under_way.result()

    with pytest.raises(StudyError) as caught:
        be_left_alone()
    assert "the last of its workers is gone" in caught.value.told("en")


# What is refused


class Seen:
    """A scheduler as its client sees it."""

    def __init__(self, *workers: str, address: str = "tcp://127.0.0.1:8786", threads: int = 1, memory: int = 0) -> None:
        about = {"nthreads": threads, "memory_limit": memory}
        self._info = {"address": address, "workers": dict.fromkeys(workers, about)}

    def scheduler_info(self, **_: int) -> dict[str, Any]:
        return self._info

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if len(self._info["workers"]) < count:
            raise TimeoutError(timeout)


HERE, AWAY, SECRET = "tcp://127.0.0.1:4000", "tcp://10.0.0.5:4000", "tls://10.0.0.5:4000"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Path:
    root = write_small_study(tmp_path_factory.mktemp("real"))
    for path in sorted((root / "data").rglob("*"), reverse=True):
        path.chmod(0o700)
        path.rmdir() if path.is_dir() else path.unlink()
    export = root / "export.jsonl"
    export.write_bytes(lines(submissions()))
    import_raw_files(root, WAVE, [export], source="KoboToolbox")
    return root


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (Seen(HERE, AWAY), "unencrypted"),
        (Seen(HERE, address=AWAY), "unencrypted"),
        (Seen(HERE, memory=2**30), "writes to its disk"),
        (Seen(SECRET, address=SECRET, memory=2**30), "writes to its disk"),
        (Seen(HERE), ""),
        (Seen(SECRET, HERE, address=SECRET), ""),
    ],
)
def test_answers_of_real_people_stay_here_or_are_encrypted(real: Path, study: Path, seen: Seen, what: str) -> None:
    admission._refuse_in_the_clear(seen, AWAY, study)  # simulated ones may go anywhere
    if not what:
        admission._refuse_in_the_clear(seen, HERE, real)
        with pytest.raises(StudyError, match=r"10\.0\.0\.5"):
            admission._refuse_in_the_clear(seen, AWAY, real)
        return
    with pytest.raises(StudyError) as caught:
        admission._refuse_in_the_clear(seen, HERE, real)
    assert what in caught.value.told("en")


@pytest.mark.parametrize(
    ("worker", "about", "is_secret", "what"),
    [
        (HERE, {"nthreads": 4, "memory_limit": 0}, False, "4 tasks at a time"),
        (HERE, {"nthreads": 1, "memory_limit": 2**30}, True, "writes to its disk"),
        (AWAY, {"nthreads": 1, "memory_limit": 0}, True, "unencrypted"),
        (AWAY, {"nthreads": 1, "memory_limit": 2**30}, False, ""),
        (SECRET, {"nthreads": 1, "memory_limit": 0}, True, ""),
    ],
)
def test_a_worker_that_comes_during_a_run_keeps_to_the_same_terms(
    worker: str, about: dict[str, int], *, is_secret: bool, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_myself", lambda: (worker, about))
    terms = admission.Terms(here=admission.surroundings(), address=HERE, is_secret=is_secret)
    done: list[str] = []
    task = partial(done.append, "done")
    if not what:
        admission.take_alike(task, terms)
        assert done
        return
    with pytest.raises(StudyError) as caught:
        admission.take_alike(task, terms)
    assert what in caught.value.told("en")
    assert not done


def test_a_worker_that_was_started_anew_with_another_library_takes_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_myself", lambda: (HERE, {"nthreads": 1, "memory_limit": 0}))
    here = admission.surroundings() | {"pandas": "2.9"}
    with pytest.raises(StudyError, match=r"pandas is .* there and 2\.9 here"):
        admission.take_alike(partial(pytest.fail), admission.Terms(here=here, address=HERE, is_secret=False))


def test_a_worker_that_does_several_tasks_at_once_is_refused() -> None:
    with pytest.raises(StudyError, match="--nthreads 1"):
        admission._refuse_unfit(Seen(HERE, threads=4), HERE)


def test_a_scheduler_without_workers_is_told_how_to_get_one() -> None:
    with pytest.raises(StudyError, match=f"dask worker {HERE}"):
        admission._refuse_unfit(Seen(), HERE)


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tcp://localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("tls://office.example:8786", True),
        ("tcp://office.example:8786", False),
        ("tcp://127.0.0.1.office.example:8786", False),
        ("tcp://0.0.0.0:8786", False),
        ("tcp://", False),
    ],
)
def test_only_this_machine_and_encryption_are_private(address: str, *, private: bool) -> None:
    assert admission.is_private(address) is private


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "http://127.0.0.1:1"])
def test_a_scheduler_that_is_not_there_is_one_message_within_seconds(
    study: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 1)
    said = CliRunner().invoke(app, ["--study", str(study), "run", "--scheduler", address])
    assert isinstance(said.exception, StudyError)
    assert "dask scheduler --host 127.0.0.1" in said.exception.told("en")


def test_a_scheduler_that_dies_is_one_message(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise CommClosedError("Stream is closed")

    monkeypatch.setattr(cluster, "_connect", lambda _: io.BytesIO())
    monkeypatch.setattr(cluster, "admit_workers", break_off)
    with pytest.raises(StudyError) as caught, open_workers(study, scheduler=HERE):
        pass
    assert "the scheduler or the last of its workers is gone" in caught.value.told("en")


def test_without_the_extra_the_message_says_how_to_install_it(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StudyError, match=r"danvan-study\[cluster\]"), open_workers(study, scheduler=HERE):
        pass
