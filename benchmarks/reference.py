"""Compare the kit with a folder of reference cases: agree, differ or not done, case by case.

    python -m benchmarks.reference FOLDER

The folder holds ``cases.json`` and the data files that it names. The exit status is 0 only if no case differs. Cases
marked ``informational`` (good engines define the figure differently) are printed and never count as different.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.reference_answers import NotDoneError, answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORDS = ("names", "by", "rows", "cols", "ci_level")
"""Keys that say which figures follow; the figures are compared, not these."""
NEAR_ZERO = 1e-9
"""Relative to 1: where the expected figure is 0, there is nothing to be relative to."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case."""

    case_id: str
    word: str
    """agree, differ, not done, or informational."""
    remark: str = ""


def judge(case: Mapping[str, Any], folder: Path) -> Verdict:
    """Answer a case and compare every figure with what is expected."""
    try:
        given = answer(case, folder)
    except NotDoneError as reason:
        return Verdict(case["case_id"], "not done", str(reason))
    wanted = {key: value for key, value in case["expected"].items() if key not in WORDS}
    absent = sorted(set(wanted) - set(given))
    if absent:
        return Verdict(case["case_id"], "not done", f"without {', '.join(absent)}")
    worst = [remark for key in wanted for remark in _differences(key, wanted[key], given[key], case=case)]
    if not worst:
        return Verdict(case["case_id"], "agree")
    return Verdict(case["case_id"], "informational" if case.get("informational") else "differ", worst[0])


def _differences(key: str, wanted: Any, given: Any, *, case: Mapping[str, Any]) -> Iterator[str]:
    """Walk down lists and mappings; say where a figure is out of tolerance."""
    if isinstance(wanted, dict):
        for name in wanted:
            yield from _differences(f"{key}.{name}", wanted[name], given[name], case=case)
    elif isinstance(wanted, list):
        figures = list(given) if hasattr(given, "__iter__") else [given]
        if len(figures) != len(wanted):
            yield f"{key}: {len(figures)} figures instead of {len(wanted)}"
            return
        for number, (one, other) in enumerate(zip(wanted, figures, strict=True)):
            yield from _differences(f"{key}[{number}]", one, other, case=case)
    elif isinstance(wanted, str):
        if wanted != given:
            yield f"{key}: {given} instead of {wanted}"
    elif not _agrees(key, wanted, float(given), case=case):
        yield f"{key}: {float(given)!r} instead of {wanted!r}"


def _agrees(key: str, wanted: float | None, given: float, *, case: Mapping[str, Any]) -> bool:
    if wanted is None:
        return math.isnan(given)
    relative, absolute = case["rel_tol"], NEAR_ZERO
    if "se" in key.split("[", maxsplit=1)[0].rsplit(".", maxsplit=1)[-1].split("_"):
        relative = case.get("rel_tol_se", relative)
        absolute = case.get("abs_tol_se", absolute)
    return math.isclose(wanted, given, rel_tol=relative, abs_tol=absolute)


def judge_folder(folder: Path) -> list[Verdict]:
    """Judge every case of a folder."""
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["cases"]
    return [judge(case, folder) for case in cases]


def main() -> int:
    """Print one line per case and the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    verdicts = judge_folder(parser.parse_args().folder)
    for verdict in verdicts:
        print(f"{verdict.word:<14}{verdict.case_id}  {verdict.remark}".rstrip())
    counts = Counter(verdict.word for verdict in verdicts)
    print(", ".join(f"{counts[word]} {word}" for word in ("agree", "differ", "informational", "not done")))
    return 1 if counts["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
