"""Pull 50,000 submissions from the stand-in, beside a bare httpx loop over the same pages.

    python -m benchmarks.pull [--submissions N] [--page-size N]

Time in seconds, the best of three; memory as the process's peak, measured in a process of its own for each size.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from danvan_study.pipeline import pull_wave
from danvan_study.vault import new_key
from tests.kobo_contract.fixtures import OWNER_TOKEN, Account, account, control, standin
from tests.kobo_study import quiet, start_fieldwork
from tests.small_study import WAVE, submissions

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 3
ONE = "--one"


def main() -> None:
    """Time both ways and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=50_000)
    parser.add_argument("--page-size", type=int, default=1000)
    parser.add_argument(ONE, action="store_true", help="pull once and print the peak memory")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(pull_once(chosen.submissions, chosen.page_size, bare=False)))
        return
    best = [pull_once(chosen.submissions, chosen.page_size, bare=True) for _ in range(TIMES)]
    kit, bare = (min(each[key] for each in best) for key in ("kit", "bare"))
    print(f"{chosen.submissions:,} submissions, pages of {chosen.page_size}")
    print(f"  bare httpx loop   {bare:6.2f} s")
    print(f"  danvan pull       {kit:6.2f} s   {kit / bare:.2f} times")
    print(f"  pull without news {min(each['again'] for each in best):6.2f} s")
    for count in (chosen.submissions // 10, chosen.submissions):
        print(f"  peak memory of a process that pulls {count:,}: {peak(count, chosen.page_size):.0f} MB")


def pull_once(count: int, page_size: int, *, bare: bool) -> dict[str, float]:
    """Fill a stand-in, read it, and return the seconds that each way took."""
    with tempfile.TemporaryDirectory() as place, standin(f"--page-size={page_size}") as url:
        key = Path(place) / "study.key"
        key.write_text(new_key(), encoding="utf-8")
        key.chmod(0o600)
        os.environ |= {"DANVAN_KEY_FILE": str(key), "DANVAN_KOBO_TOKEN": OWNER_TOKEN}
        (Path(place) / "study").mkdir()
        work = start_fieldwork(Path(place) / "study", account(url))
        fill(work.owner, work.asset, count)
        took = {"bare": timed(lambda: bare_loop(work.owner, work.asset)) if bare else 0.0}
        took["kit"] = timed(lambda: pull_wave(work.root, WAVE, tell=quiet))
        took["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took["again"] = timed(lambda: pull_wave(work.root, WAVE, tell=quiet))
        return took


def fill(owner: Account, asset: str, count: int) -> None:
    """Put ``count`` submissions of some 700 bytes on the server."""
    rows = [{key: value for key, value in row.items() if key != "_uuid"} for row in submissions()[:200]]
    for _ in range(count // len(rows) // 50 or 1):
        control(owner.url, "load", {"asset": asset, "rows": rows, "times": min(50, count // len(rows))})


def bare_loop(owner: Account, asset: str) -> None:
    """Ask for the same pages, parse them, and keep nothing."""
    last = 0
    with owner.plain() as client:
        while True:
            asked = {"query": json.dumps({"_id": {"$gt": last}}), "sort": '{"_id":1}', "limit": 1000}
            answer = client.get(f"/api/v2/assets/{asset}/data/", params=asked)
            page = answer.json()["results"]
            if not page:
                return
            last = page[-1]["_id"]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak(count: int, page_size: int) -> float:
    """Return the peak memory, in MB, of a process that pulls so many."""
    words = [sys.executable, "-m", "benchmarks.pull", ONE, f"--submissions={count}", f"--page-size={page_size}"]
    printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return float(json.loads(printed.splitlines()[-1])["peak"])


if __name__ == "__main__":
    main()
