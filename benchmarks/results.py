"""Results of measurements, with the commit and a hash of the modules they were measured on."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / "docs" / "measured"
MODULES = (
    "benchmarks/limit.py",
    "benchmarks/speed.py",
    "danvan_study/coding.py",
    "danvan_study/estimate/answers.py",
    "danvan_study/estimate/ratios.py",
    "danvan_study/estimate/replicated.py",
    "danvan_study/weight/margins.py",
    "danvan_study/weight/rake.py",
    "danvan_study/weight/stage.py",
    "danvan_study/weight/whole.py",
)
"""The kernel and the stages that the times are about; a change of any makes the table stale."""
TABLE = re.compile(r"^```\n.*?^```\n", re.DOTALL | re.MULTILINE)
MEASURED_ON = re.compile(r"^Measured with `.*` on commit `\w+`, sources `(\w+)`\.$", re.MULTILINE)


def fingerprint() -> str:
    """Return the hash of the measured modules."""
    digest = hashlib.sha256()
    for name in MODULES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def write_results(file: str, module: str, arguments: Sequence[str], *, lines: Sequence[str]) -> None:
    """Put a table in the place of the one in ``docs/measured/FILE``, and say what it was measured on.

    The words around the table stay; they carry no figures that a new table would contradict.
    """
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    command = " ".join(["python -m", module, *arguments])
    measured = f"Measured with `{command}` on commit `{git.stdout.strip()}`, sources `{fingerprint()}`."
    page = (MEASURED / file).read_text(encoding="utf-8")
    table = "```\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"
    page = MEASURED_ON.sub(lambda _: measured, TABLE.sub(lambda _: table, page, count=1), count=1)
    (MEASURED / file).write_text(page, encoding="utf-8")
