"""Make every result again from the raw data, in an empty folder, and compare it with what stands here, byte by byte."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.pipeline.copies import study_files
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, copy_apart, run_apart
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

RESULTS: Final = "data/processed"
RECORD: Final = "run.json"
CHAPTERS, REVIEW = "chapters-", "review-"
STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "collect": ("removed.csv", "respondents.parquet", "answers.parquet", "texts.parquet"),
    "weight": ("weights.parquet", "weight_report.json"),
    "estimate": ("estimates.parquet", "indices.parquet", "drift.csv"),
    "trend": ("trends.parquet", "smoothed.parquet", "forecasts.parquet", "signals.parquet"),
    "publish": ("published.parquet", "published_*.parquet", "published*.csv", "hidden_sets.csv"),
}
"""Stage to the files that it alone decides; what is in none of them is set from these."""
LAST: Final = "brief"
OF_PEOPLE: Final = ("respondents.parquet", "answers.parquet", "texts.parquet", "weights.parquet", "removed.csv")
"""Tables with a row for a person: a difference is told by place, never by value."""
MADE_BY: Final = ("commit", "code")
"""Parts of the record that name the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A result that comes out otherwise."""

    file: str
    stage: str
    what: str
    """The first row that differs, or how the files differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one folder of results compares with the one made again."""

    folder: str
    files: int
    """Files compared."""
    by_bytes: bool
    """Whether bytes were compared; otherwise Python or a library is another one, and published figures were."""
    same_code: bool
    """Whether the code that made the results is the one at hand."""
    differences: tuple[Difference, ...]
    """In the order of the stages: the first names the stage at which the roads part."""


def verify_study(root: Path, wave_ids: Sequence[str] = ()) -> list[Verdict]:
    """Make results again from the raw data and compare.

    Every file that a run, its chapters or a comparison of two spans has written is made again by another process in an
    empty folder: another time zone, locale, hash seed and number of threads.

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
    folder.check_raw()
    there = [wave.id for wave in study.waves if folder.has_file(f"{RESULTS}/{wave.id}/{RECORD}")]
    waves = [wave_id for wave_id in there if wave_id in (wave_ids or there)]
    missing = sorted(set(wave_ids) - set(there))
    if missing or not waves:
        raise StudyError(
            RESULTS, f"there are no results of {', '.join(missing) or 'any wave'}.", "Make them: danvan run"
        )
    chapters = [wave_id for wave_id in waves if folder.files(f"{RESULTS}/{CHAPTERS}{wave_id}")]
    reviews = (
        [] if wave_ids else [one.id for one in study.reports.reviews if folder.files(f"{RESULTS}/{REVIEW}{one.id}")]
    )
    with copy_apart(root, study_files(folder, study)) as copy:
        run_apart(copy, ["run", *waves])
        for wave_id in chapters:
            run_apart(copy, ["chapters", wave_id])
        if reviews:
            run_apart(copy, ["compare", *reviews])
        again = Folder(copy)
        names = [*waves, *(f"{CHAPTERS}{one}" for one in chapters), *(f"{REVIEW}{one}" for one in reviews)]
        return [_compare(folder, again, name) for name in names]


def _compare(here: Folder, again: Folder, name: str) -> Verdict:
    part = f"{RESULTS}/{name}"
    mine, made = ({path.removeprefix(f"{part}/") for path in each.files(part)} for each in (here, again))
    mine_by, made_by = (_maker(each, part) for each in (here, again))
    by_bytes = mine_by.get("versions") == made_by.get("versions")
    files = sorted(mine | made, key=lambda file: (_rank(file), file))
    if not by_bytes:
        files = [file for file in files if file.startswith("published") and file.endswith(".csv")]
    found = []
    for file in files:
        if file in mine and file in made:
            one, other = (each.read(f"{part}/{file}", needed_by=file) for each in (here, again))
            what = _difference(file, one, other)
        else:
            what = "chỉ có ở đây" if file in mine else "chỉ có khi làm lại"
        if what:
            found.append(Difference(file=file, stage=_stage(file), what=what))
    return Verdict(
        folder=name,
        files=len(files),
        by_bytes=by_bytes,
        same_code=mine_by.get("commit") == made_by.get("commit"),
        differences=tuple(found),
    )


def _maker(folder: Folder, part: str) -> dict[str, object]:
    """Return what made a folder of results; chapters and comparisons have no record."""
    name = f"{part}/{RECORD}"
    if not folder.has_file(name):
        return {}
    record: dict[str, object] = json.loads(folder.read(name, needed_by=part))
    return record


def _rank(file: str) -> int:
    stages = [*STAGES, LAST]
    return stages.index(_stage(file))


def _stage(file: str) -> str:
    path = PurePosixPath(file)
    for stage, patterns in STAGES.items():
        if any(path.match(pattern) and len(path.parts) == 1 for pattern in patterns):
            return stage
    return LAST


def _difference(file: str, mine: bytes, made: bytes) -> str:
    if mine == made:
        return ""
    if file == RECORD:
        return _difference_of_records(json.loads(mine), json.loads(made))
    if file.endswith((".parquet", ".csv")):
        tables = [_table(file, content) for content in (mine, made)]
        return first_difference(*tables, tell=PurePosixPath(file).name not in OF_PEOPLE) or "số liệu giống, byte khác"
    return f"{len(mine)} byte ở đây, {len(made)} byte khi làm lại"


def _difference_of_records(mine: dict[str, object], made: dict[str, object]) -> str:
    keys = [key for key in {**mine, **made} if mine.get(key) != made.get(key) and key not in MADE_BY]
    keys = [key for key in keys if key != "outputs"]  # what it lists is compared file by file
    return f"khác ở: {', '.join(keys)}" if keys else ""


def first_difference(mine: pd.DataFrame, made: pd.DataFrame, *, tell: bool) -> str:
    """Say in words where two tables differ first; empty where they don't.

    Parameters
    ----------
    tell
        Whether values may be told; of people's rows only the place is.
    """
    if list(mine.columns) != list(made.columns):
        return f"cột khác: {', '.join(sorted(set(mine.columns) ^ set(made.columns))) or 'thứ tự'}"
    rows = min(len(mine), len(made))
    one, other = (each.head(rows).reset_index(drop=True) for each in (mine, made))
    unequal = (one != other) & ~(one.isna() & other.isna())
    if unequal.to_numpy().any():
        row = int(unequal.any(axis=1).to_numpy().argmax())
        column = str(unequal.columns[int(unequal.iloc[row].to_numpy().argmax())])
        told = f": {one[column].iloc[row]} ở đây, {other[column].iloc[row]} khi làm lại" if tell else ""
        return f"dòng {row + 1}, cột {column}{told}{_key(one, row) if tell else ''}"
    return f"{len(mine)} dòng ở đây, {len(made)} dòng khi làm lại" if len(mine) != len(made) else ""


def _key(table: pd.DataFrame, row: int) -> str:
    """Return the cells that say what a row is about."""
    names = (PublishedRows.period, PublishedRows.area, PublishedRows.question, PublishedRows.statistic)
    cells = [str(table[name].iloc[row]) for name in names if name in table.columns]
    return f" ({', '.join(cell for cell in cells if cell)})" if cells else ""


def _table(file: str, content: bytes) -> pd.DataFrame:
    if file.endswith(".parquet"):
        return pd.read_parquet(io.BytesIO(content))
    return pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
