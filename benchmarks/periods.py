"""Time all outputs of every period: ``python -m benchmarks.periods [STUDY]``.

Runs a copy of a study as ``danvan run`` does, from raw data to every document, and shares the time out over the
periods that came out: the wave's own, 6T, 9T and NAM. Then one edition alone, as ``danvan brief`` makes it. Seconds on
the clock stand beside seconds of the processor: a busy machine stretches the former far more.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.road import NOT_COPIED
from danvan_study.pipeline import Edition, open_processes, run_study, write_brief

if TYPE_CHECKING:
    from collections.abc import Callable

EDITIONS = (Edition(), Edition(period="9T"), Edition(period="9T", language="en"))
WAVE = "2026q3"
DOCUMENT = "summary.pdf"
"""Every period has one."""


def main(arguments: list[str]) -> None:
    """Time the run and the editions and print a table."""
    study = Path(arguments[0] if arguments else ".")
    print(f"{'':34}{'clock s':>9}{'processor s':>13}{'files':>7}{'MB':>7}   load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "study"
        shutil.copytree(study, copy, ignore=NOT_COPIED)
        clock, processor = _timed(lambda: _run(copy))
        made = copy / "data" / "processed"
        periods = len(list(made.rglob(DOCUMENT)))
        _tell(f"all waves, {periods} periods", (clock, processor), made)
        print(f"{'  a period':34}{clock / periods:9.1f}{processor / periods:13.1f}")
        for edition in EDITIONS:
            target = Path(folder) / f"{edition.period}-{edition.language}"
            clock, processor = _timed(lambda edition=edition, target=target: _edition(copy, edition, target))
            _tell(f"{WAVE} {edition.period} {edition.language or 'vi'} alone", (clock, processor), target)


def _run(study: Path) -> None:
    with open_processes() as executor:
        run_study(study, executor=executor)


def _edition(study: Path, edition: Edition, target: Path) -> None:
    with open_processes() as executor:
        write_brief(study, WAVE, edition, target=target, executor=executor)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds on the clock, and of the processor in this process and its workers."""
    clock, processor = time.perf_counter(), _processor()
    work()
    return time.perf_counter() - clock, _processor() - processor


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _tell(what: str, seconds: tuple[float, float], folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{what:34}{seconds[0]:9.1f}{seconds[1]:13.1f}{len(files):7}{size:7.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
