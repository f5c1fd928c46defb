"""The plain numpy limit, from ready codes."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import limit
from benchmarks.speed import seconds


def main(folder: str, task: str) -> None:
    """Print the seconds of a task."""
    material = limit.make_material(int((Path(folder) / "rows").read_text(encoding="utf-8")))
    work = {"rake": limit.rake, "domain means": limit.domain_means}[task]
    print(seconds(lambda: work(material)))


if __name__ == "__main__":
    main(*sys.argv[1:])
