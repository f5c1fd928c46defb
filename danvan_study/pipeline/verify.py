"""Make every result again from the raw data, in an empty folder, and compare it with what stands here, byte by byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.copies import study_files
from danvan_study.pipeline.differences import SAME_CELLS, find_difference
from danvan_study.pipeline.makings import RECORD, RESULTS, find_makings, read_record, waves_with_results
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, check_raw, copy_apart, read_commit, read_versions, run_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from danvan_study.messages import Words
    from danvan_study.pipeline.makings import Making

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "collect": ("removed.csv", "respondents.parquet", "answers.parquet", "texts.parquet"),
    "weight": ("weights.parquet", "weight_report.json"),
    "estimate": ("estimates.parquet", "indices.parquet", "drift.csv"),
    "trend": ("trends.parquet", "smoothed.parquet", "forecasts.parquet", "signals.parquet"),
    "publish": ("published.parquet", "published_*.parquet", "published*.csv", "hidden_sets.csv"),
}
"""Stage to the files that it alone decides; what a run writes beside them is set from these."""
LAST: Final = "brief"
SHOWN: Final = ("published", "annex")
"""How the names of files begin in which only figures stand that passed the gate. In all others there are people, or
figures that were held back: a difference is told by place, never by value."""
NOT_COMPARED: Final = ("commit", "made_from", "outputs")
"""Parts of the record that name the code, which is told apart, and the files, which are compared one by one."""
OF_LIBRARIES: Final = "versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A result that comes out otherwise."""

    file: str
    stage: str
    """Of a run; of other results the verb that makes them."""
    what: Words
    """The first row that differs, or how the files differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one folder of results compares with the one made again."""

    folder: str
    """Inside the study."""
    files: int
    """Files compared."""
    others: tuple[str, ...]
    """Python or libraries other than those that made the results, with both versions; empty: the same lock."""
    by_bytes: bool
    """Whether bytes were compared; else the published tables were, because bytes differ and so do ``others``."""
    same_code: bool
    """Whether the code that made the results is the one at hand."""
    differences: tuple[Difference, ...]
    """In the order of the stages: the first names the stage at which the roads part."""


def verify_study(root: Path, wave_ids: Sequence[str] = ()) -> list[Verdict]:
    """Make results again from the raw data and compare.

    Everything that a run, its chapters, a brief, an export, a release or a comparison of two spans has written is made
    again by another process in an empty folder: another time zone, locale, hash seed and number of threads. By the same
    Python and libraries it has to come out byte for byte. By others bytes are compared first; where they differ, the
    published tables are, cell by cell, which is at the rounding that is published.

    Parameters
    ----------
    wave_ids
        Waves; empty: every wave that has results, and the comparisons.

    Raises
    ------
    StudyError
        There are no results, or they can't be made again.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    check_raw(folder)
    there = waves_with_results(folder, study)
    waves = [wave_id for wave_id in there if wave_id in (wave_ids or there)]
    missing = sorted(set(wave_ids) - set(there))
    if missing or not waves:
        raise StudyError(
            RESULTS,
            say("there are no results of {waves}.", waves=", ".join(missing) or say("any wave")),
            say("Make them: danvan run"),
        )
    makings = find_makings(folder, study, waves, reviews=not wave_ids)
    last = read_record(folder, f"{RESULTS}/{waves[-1]}")
    with copy_apart(root, study_files(folder, study)) as copy:
        for making in makings:
            run_apart(copy, making.words)
        again = Folder(copy)
        return [
            _compare(folder, again, making, part=part, record=read_record(folder, part) or last)
            for making in makings
            for part in making.folders
        ]


def _compare(here: Folder, again: Folder, making: Making, *, part: str, record: Mapping[str, Any]) -> Verdict:
    """Compare a folder of results; ``record`` is of the run that made it, or of the last one where it has none."""
    others = _others(record.get("versions", {}), read_versions())
    names = {path.removeprefix(f"{part}/") for each in (here, again) for path in each.files(part)}
    stage = {name: _stage(name) if making.words[0] == "run" else making.words[0] for name in names}
    files = sorted(names, key=lambda name: (_rank(stage[name]), name))

    def differing(of: Iterable[str]) -> tuple[Difference, ...]:
        found = {name: _difference(here, again, f"{part}/{name}", updated=bool(others)) for name in of}
        return tuple(Difference(file=name, stage=stage[name], what=what) for name, what in found.items() if what)

    by_bytes, differences = True, differing(files)
    if differences and others:
        files = [name for name in files if _is_published_table(name)]
        by_bytes, differences = False, tuple(each for each in differing(files) if each.what != SAME_CELLS)
    return Verdict(
        folder=part,
        files=len(files),
        others=others,
        by_bytes=by_bytes,
        same_code=record.get("commit") == read_commit(),
        differences=differences,
    )


def _others(mine: Mapping[str, str], made: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name} {mine.get(name, '–')} → {made.get(name, '–')}"
        for name in sorted({**mine, **made})
        if mine.get(name) != made.get(name)
    )


def _rank(stage: str) -> int:
    return list(STAGES).index(stage) if stage in STAGES else len(STAGES)


def _stage(file: str) -> str:
    path = PurePosixPath(file)
    for stage, patterns in STAGES.items():
        if any(path.match(pattern) and len(path.parts) == 1 for pattern in patterns):
            return stage
    return LAST


def _is_published_table(file: str) -> bool:
    return file.startswith("published") and file.endswith((".csv", ".parquet"))


def _difference(here: Folder, again: Folder, file: str, *, updated: bool) -> Words:
    """Say how a file differs; ``updated``: Python or a library is another one, and the record may say so."""
    if not again.has_file(file):
        return say("only here")
    if not here.has_file(file):
        return say("only there when made again")
    mine, made = (each.read(file, needed_by=file) for each in (here, again))
    if mine != made and file.endswith(f"/{RECORD}"):
        return _difference_of_records(json.loads(mine), json.loads(made), passed=(OF_LIBRARIES,) if updated else ())
    return find_difference(file, mine, made, tell=PurePosixPath(file).name.startswith(SHOWN))


def _difference_of_records(mine: dict[str, object], made: dict[str, object], *, passed: Sequence[str]) -> Words:
    keys = [key for key in {**mine, **made} if mine.get(key) != made.get(key) and key not in (*NOT_COMPARED, *passed)]
    return say("they differ in: {keys}", keys=", ".join(keys)) if keys else ""
