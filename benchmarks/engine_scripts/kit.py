"""The kit itself, from its tables."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import limit
from benchmarks.speed import seconds, table_tasks


def main(folder: str, task: str) -> None:
    """Print the seconds of a task."""
    rows = int((Path(folder) / "rows").read_text(encoding="utf-8"))
    work = table_tasks(limit.make_material(rows))[task].fresh()
    print(seconds(work))


if __name__ == "__main__":
    main(*sys.argv[1:])
