"""The kit beside other engines: the same data and tasks in one run, as ratios to the kit, with time and peak memory.

    python -m benchmarks.engines [ROWS ...] [--python NAME=INTERPRETER ...] [--seconds 900] [--write]

Tasks: raking to four margins, and 20 items by district with linearised errors. The kit starts from its three tables, R
and the others from a data frame, the numpy limit (``benchmarks.limit``) from ready codes. Every engine and task runs
in a process of its own, whose largest resident memory is told, data and interpreter included; this module itself
imports nothing large, for a new process begins with the memory of the old one. R ``survey`` is found by
itself; the others each need an interpreter where they are installed, for they get in one another's way:
``--python svy=venvs/svy/bin/python`` and so on. Seconds are of the processor, one
thread each. A task is left out where ten times the seconds of the last size would
pass the time limit. Debian's R ``survey`` counts for time, never for figures.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import write_results

HERE = Path(__file__).parent
SCRIPTS = HERE / "engine_scripts"
RESULTS = "engines.md"
TASKS = ("rake", "domain means")
ONLY_RAKE = ("balance", "weightipy")
OWN = {"numpy limit": "numpy_limit", "the kit": "kit"}
OTHERS = ("svy", "samplics", "balance", "weightipy")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Run:
    """One task done by one engine."""

    seconds: float = math.nan
    megabytes: float = math.nan
    note: str = ""


def commands(interpreters: dict[str, str]) -> dict[str, list[str]]:
    """Return the command of each engine that can be started."""
    found = {name: [sys.executable, "-m", f"benchmarks.engine_scripts.{script}"] for name, script in OWN.items()}
    if rscript := shutil.which("Rscript"):
        found["R survey"] = [rscript, str(SCRIPTS / "survey.R")]
    return found | {name: [python, str(SCRIPTS / f"{name}_engine.py")] for name, python in interpreters.items()}


def run(command: list[str], *, seconds: float) -> Run:
    """Run a task in a process of its own."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors, env=os.environ | ONE_THREAD, cwd=HERE.parent)
        deadline = time.monotonic() + seconds
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                return Run(note=f"stopped after {seconds:.0f} s")
            time.sleep(0.05)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            lines = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
            return Run(note=f"failed: {lines[-1][:80]}")
        return Run(seconds=float(out.read().split()[-1]), megabytes=usage.ru_maxrss / 1e3)


def measure(sizes: list[int], engines: dict[str, list[str]], *, seconds: float) -> list[str]:
    """Run every engine on every size; return the lines of the table."""
    lines = [f"{'rows':>9} {'task':<13} {'engine':<12} {'seconds':>9} {'times the kit':>14} {'peak MB':>8}  note"]
    last: dict[tuple[str, str], float] = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-m", "benchmarks.engine_scripts.sample", folder, str(rows)], check=True)
            for task in TASKS:
                done: dict[str, Run] = {}
                for name, command in engines.items():
                    if task != "rake" and name in ONLY_RAKE:
                        continue
                    if last.get((name, task), 0.0) * 10 > seconds:
                        done[name] = Run(note="not tried: too long")
                    else:
                        done[name] = run([*command, folder, task], seconds=seconds)
                    last[name, task] = seconds if done[name].note else done[name].seconds
                for name, one in done.items():
                    ratio = one.seconds / done["the kit"].seconds
                    figures = f"{one.seconds:9.3f} {ratio:14.2f} {one.megabytes:8.0f}"
                    lines.append(f"{rows:>9} {task:<13} {name:<12} {figures}  {one.note}".rstrip())
                    print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Measure, print, and write the table where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=float, default=[1e4, 1e5, 1e6])
    parser.add_argument("--python", action="append", default=[], metavar="NAME=INTERPRETER")
    parser.add_argument("--seconds", type=float, default=900.0, help="time limit of one task")
    parser.add_argument("--write", action="store_true", help=f"write docs/measured/{RESULTS}")
    given = parser.parse_args()
    interpreters = dict(pair.split("=", 1) for pair in given.python)
    if unknown := sorted(set(interpreters) - set(OTHERS)):
        parser.error(f"unknown engines {', '.join(unknown)}; there are {', '.join(OTHERS)}")
    lines = measure([int(rows) for rows in given.rows], commands(interpreters), seconds=given.seconds)
    if given.write:
        shown = [word for word in sys.argv[1:] if "=" not in word and word != "--python"]
        write_results(RESULTS, "benchmarks.engines", shown, lines=lines)


if __name__ == "__main__":
    main()
