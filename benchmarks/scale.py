"""From raw answers to published tables in one process, at any size.

python -m benchmarks.scale FOLDER 1e4 1e5 1e6 1e7 1e7-one

Makes a national study of each size in FOLDER (``danvan simulate --provinces``), unless it is there, and publishes its
last wave, for which every wave is read, weighted and summed: each size in a process of its own, its largest resident
memory and its processor time, which a busy machine stretches less than the clock's. A folder that is named in the
place of a size is measured as it is. The estimation step beside other engines: ``benchmarks.scale_step``.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
SIZES = {
    "1e4": (1, 1, 6, None),
    "1e5": (5, 1, 12, None),
    "1e6": (34, 2, 8, None),
    "1e6-one": (34, 1, 56, 1),
    "1e7": (34, 10, 17, None),
    "1e7-one": (34, 1, 600, 1),
    "1e8": (34, 10, 165, None),
}
"""About so many answers: provinces, years, villages in each province and wave, and waves (None: every quarter)."""
STAGES = {
    "wave": ("collect_responses", "apply_corrections", "describe_respondents", "score_answers", "weight_respondents"),
    "workshop": ("estimate_period", "sum_wave", "estimate_changes", "estimate_indices"),
    "past": ("find_trends", "publish_estimates", "publish_trends"),
    "lookout": ("fit_trends", "find_signals", "score_forecasts"),
    "run": ("publish_estimates", "precision_tables", "tell_conditions"),
}
"""Module of the pipeline to the functions that are timed in it. Collect reads the raw lines, so their time is its."""


def main(arguments: list[str]) -> None:
    """Measure every size that is asked for."""
    folder, *sizes = arguments
    for size in sizes:
        study = Path(folder) / size
        if not study.exists():
            from danvan_study.pipeline import simulate_national  # noqa: PLC0415 -- only where there is none
            from danvan_study.simulate import Size  # noqa: PLC0415

            provinces, years, villages, waves = SIZES[size]
            simulate_national(ROOT, study, Size(provinces=provinces, years=years, villages=villages, waves=waves))
        command = [sys.executable, "-m", "benchmarks.scale", "--road", str(study)]
        print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout, end="", flush=True)


def road(study: Path) -> None:
    """Go from the raw files to the published tables of the last wave, and print what it took."""
    from danvan_study.pipeline.run import compute_waves  # noqa: PLC0415 -- the process begins with nothing in it
    from danvan_study.store import Folder, check_raw  # noqa: PLC0415

    seconds: dict[str, float] = defaultdict(float)
    started = time.perf_counter(), time.process_time()
    with ExitStack() as stack:
        for module, names in STAGES.items():
            for name in names:
                path = f"danvan_study.pipeline.{module}"
                stack.enter_context(patch(f"{path}.{name}", _clocked(path, name, seconds)))
        (result,) = compute_waves(study, sorted(check_raw(Folder(study)))[-1:])
        for published in (result.published, result.past.published, result.past.changes, result.past.outlook):
            published.rows.to_parquet(io.BytesIO(), compression="zstd")
    wall, busy = time.perf_counter() - started[0], time.process_time() - started[1]
    waves = result.past.waves
    people, answers = (sum(len(getattr(wave, name)) for wave in waves) for name in ("respondents", "answers"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{answers:>10} answers, {people} interviews, {len(waves)} waves: ", end="")
    print(f"{busy:.1f} s busy, {wall:.1f} s by the clock, peak {peak:.2f} GB")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{'':>10} {name:<24}{spent:8.1f} s")


def _clocked(module: str, name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    function = getattr(sys.modules[module], name)

    @wraps(function)
    def clocked(*positional: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return function(*positional, **named)
        finally:
            seconds[name] += time.process_time() - started

    return clocked


if __name__ == "__main__":
    if sys.argv[1] == "--road":
        road(Path(sys.argv[2]))
    else:
        main(sys.argv[1:])
