"""Time the whole road: ``python -m benchmarks.road [STUDY] [WAVE ...]``.

Runs a copy of a study from raw data to brief and prints the seconds of each stage, start-up apart. Without waves,
every wave. The study is copied first, so that nothing of it changes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable

STAGES = {
    "danvan_study.store.raw_wave": ("decode_submissions",),
    "danvan_study.pipeline.sources": ("read_form",),
    "danvan_study.pipeline.wave": (
        "collect_responses",
        "apply_corrections",
        "describe_respondents",
        "score_answers",
        "weight_respondents",
    ),
    "danvan_study.pipeline.workshop": ("estimate_period",),
    "danvan_study.pipeline.run": ("publish_estimates",),
    "danvan_study.pipeline.outputs": ("start_outputs",),
}
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "processed", "__pycache__", ".*_cache")


def main(arguments: list[str]) -> None:
    """Time one run and print a table."""
    study = Path(arguments[0] if arguments else ".")
    started = time.perf_counter()
    from danvan_study.pipeline import run_study  # noqa: PLC0415 -- what is timed

    start_up = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "study"
        shutil.copytree(study, copy, ignore=NOT_COPIED)
        seconds, total = _timed(lambda: run_study(copy, arguments[1:]))
    print(f"{'start-up (imports)':24}{start_up:8.2f} s")
    for stage, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{stage:24}{spent:8.2f} s{100 * spent / total:6.0f} %")
    print(f"{'the rest':24}{total - sum(seconds.values()):8.2f} s")
    print(f"{'raw to brief':24}{total:8.2f} s   most: {max(seconds, key=lambda stage: seconds[stage])}")


def _timed(work: Callable[[], object]) -> tuple[dict[str, float], float]:
    seconds: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for module, names in STAGES.items():
            for name in names:
                stack.enter_context(patch(f"{module}.{name}", _clocked(module, name, seconds)))
        started = time.perf_counter()
        work()
        return dict(seconds), time.perf_counter() - started


def _clocked(module: str, name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    function = getattr(sys.modules[module], name)

    @wraps(function)
    def clocked(*positional: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*positional, **named)
        finally:
            seconds[name] += time.perf_counter() - started

    return clocked


if __name__ == "__main__":
    main(sys.argv[1:])
