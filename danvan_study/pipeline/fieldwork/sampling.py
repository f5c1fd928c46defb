"""The sample of a wave: planned before anybody spends money, drawn once, handed out on sheets, its visits read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.areas.frame import read_frame
from danvan_study.errors import StudyError
from danvan_study.field import (
    COLUMNS,
    LOT_COLUMNS,
    Plan,
    draw_households,
    draw_sample,
    lot_hash,
    plan_sample,
    read_roster,
    read_sheet,
    read_visits,
    set_sheet,
    share_villages,
)
from danvan_study.field.dispositions import FILE_COLUMNS
from danvan_study.messages import say
from danvan_study.pipeline.frame import NEEDED
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study
from danvan_study.sampling import SAMPLE_COLUMNS
from danvan_study.store import Folder, load_facts, read_cells, write_rows
from danvan_study.study import Base
from danvan_study.tables import Visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.field import Enumerator
    from danvan_study.study import Study

SCHEMA = 1
NAMED_BY = "study.toml, [sample]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSample:
    """The plan of a wave and what it was made from."""

    study: Study
    areas: Areas
    frame: pd.DataFrame
    plan: Plan

    @property
    def names(self) -> dict[str, str]:
        """Key of an area to its name."""
        return {area.key: area.name for area in self.areas.reporting}


def plan_wave(root: Path, wave_id: str) -> PlannedSample:
    """Plan the sample of a wave; write nothing.

    Raises
    ------
    StudyError
        The study has no areas, the frame can't be read, or the plan can't be carried out.
    """
    return _plan(Folder(root), wave_id)


def draw_wave(root: Path, wave_id: str) -> list[str]:
    """Draw the sample of a wave and write it, the record of the draw, and the assignment sheets.

    Returns
    -------
    list of str
        Names of the files inside the study.

    Raises
    ------
    StudyError
        As :func:`plan_wave`; there is no seed, or the wave has a sample: whoever draws twice chooses.
    """
    folder = Folder(root)
    with folder.locked():
        planned = _plan(folder, wave_id)
        sampling = planned.study.sampling
        if sampling.seed is None:
            raise StudyError(
                NAMED_BY, say("there is no seed."), say("Write seed = … once, before the first draw; keep it.")
            )
        name, record = sample_file(planned.study, wave_id), record_file(wave_id)
        for each in (name, record):
            if folder.has_file(each):
                raise StudyError(
                    each,
                    say("this wave has a sample already."),
                    say("A sample is drawn once: a second draw would be a choice."),
                )
        sample = draw_sample(planned.frame, planned.plan, sampling=sampling, wave=wave_id)
        folder.write_file(record, _record(planned, sample, folder=folder, wave_id=wave_id))
        folder.write_file(name, sample.to_csv(index=False, lineterminator="\n").encode())
        return [name, record, *_write_sheets(folder, planned, sample, wave_id=wave_id)]


def write_assignments(root: Path, wave_id: str) -> list[str]:
    """Write the assignment sheets of a drawn sample again, after the roster has changed.

    Raises
    ------
    StudyError
        The wave has no drawn sample, or its file is not the one that was drawn.
    """
    folder = Folder(root)
    with folder.locked():
        planned = _plan(folder, wave_id)
        sample = read_sample(folder, planned.study, wave_id)
        return _write_sheets(folder, planned, sample, wave_id=wave_id)


def bring_visits(root: Path, wave_id: str, paths: Sequence[Path]) -> tuple[str, int]:
    """Read filled assignment sheets into the wave's file of visits; a sheet read again replaces what it said.

    Returns
    -------
    Name of the file inside the study, and how many attempts it holds.

    Raises
    ------
    StudyError
        A sheet can't be read, or names a village or a result that isn't one.
    """
    folder = Folder(root)
    with folder.locked():
        study, _ = load_study(folder)
        known_wave(study, wave_id)
        sample = read_sample(folder, study, wave_id)
        areas = dict(zip(sample["cluster"], sample["area"], strict=True))
        name = visits_file(wave_id)
        there = folder.read_rows(name, needed_by=name, columns=FILE_COLUMNS) if folder.has_file(name) else []
        visits = {row["visit"]: row for row in there}
        for path in paths:
            rows = read_sheet(read_cells(path), file=str(path), areas=areas)
            homes = {(row["cluster"], row["household"]) for row in rows}
            visits = {key: row for key, row in visits.items() if (row["cluster"], row["household"]) not in homes}
            visits |= {row["visit"]: row for row in rows}
        read_visits(list(visits.values()), wave=wave_id, file=name)
        folder.write_file(name, write_rows([visits[key] for key in sorted(visits)], FILE_COLUMNS))
        return name, len(visits)


def close_sample(root: Path, wave_id: str) -> list[tuple[str, int, int]]:
    """Write into the sample how many households of each village were gone to, as the visits have it.

    Base weights stand on it: chance of the village times households gone to over households there.

    Returns
    -------
    list of tuple
        Villages that were not finished: name, households gone to, households on the list.

    Raises
    ------
    StudyError
        The wave has no visits, or no sample, or its file is not the one that was drawn.
    """
    folder = Folder(root)
    with folder.locked():
        study, _ = load_study(folder)
        known_wave(study, wave_id)
        sample, name = read_sample(folder, study, wave_id), visits_file(wave_id)
        rows = folder.read_rows(name, needed_by=f"danvan sample visits {wave_id}", columns=FILE_COLUMNS)
        visits = read_visits(rows, wave=wave_id, file=name)
        homes = visits.drop_duplicates([Visits.cluster, Visits.household])[Visits.cluster].value_counts()
        approached = sample["cluster"].map(homes).fillna(0).astype("int64")
        closed = sample.assign(approached=approached)[list(SAMPLE_COLUMNS)]
        folder.write_file(sample_file(study, wave_id), closed.to_csv(index=False, lineterminator="\n").encode())
    open_ = closed[closed["approached"] < closed["selected"]]
    return list(zip(*(open_[column].tolist() for column in ("cluster", "approached", "selected")), strict=True))


def read_sample(folder: Folder, study: Study, wave_id: str) -> pd.DataFrame:
    """Read a sample file, counts and chances as numbers; one that was drawn here must be as it was drawn.

    Raises
    ------
    StudyError
        There is none, or somebody has changed what the lot decided.
    """
    name = sample_file(study, wave_id)
    sample = folder.read_table(name, needed_by=f"danvan sample draw {wave_id}", columns=SAMPLE_COLUMNS)
    sample = sample.astype({"p_cluster": "float64", "households": "int64", "selected": "int64"})
    if folder.has_file(record_file(wave_id)):
        record = json.loads(folder.read(record_file(wave_id), needed_by=name))
        if record["sample"]["sha256"] != lot_hash(sample):
            raise StudyError(
                name,
                say("it is not the sample that was drawn ({columns} differ).", columns=", ".join(LOT_COLUMNS)),
                say('Restore it from a backup; only "approached" may be mended.'),
            )
    return sample


def sample_file(study: Study, wave_id: str) -> str:
    """Return where the weights look for the sample of a wave."""
    weighting = study.weighting
    pattern = weighting.file if weighting.base is Base.SELECTION else "data/sample/{wave}.csv"
    return pattern.replace("{wave}", wave_id)


def record_file(wave_id: str) -> str:
    """Return where the record of a draw lies."""
    return f"data/sample/{wave_id}_draw.json"


def visits_file(wave_id: str) -> str:
    """Return where the visits of a wave lie."""
    return f"data/visits/{wave_id}.csv"


def _plan(folder: Folder, wave_id: str) -> PlannedSample:
    study, areas = load_study(folder)
    known_wave(study, wave_id)
    if areas is None:
        raise StudyError("study.toml, [areas]", say("the study has no areas."), say('Add file = "…".'))
    sampling = study.sampling
    rows = folder.read_rows(sampling.frame, needed_by=f"{NAMED_BY} frame", columns=NEEDED)
    frame = read_frame(rows, file=sampling.frame, gazetteer=load_facts().gazetteer, areas=areas)
    shares = {}
    if sampling.shares:
        table = folder.read_table(sampling.shares, needed_by=f"{NAMED_BY} shares", columns=("area", "share"))
        shares = dict(zip(table["area"], pd.to_numeric(table["share"], errors="coerce"), strict=True))
    plan = plan_sample(frame, sampling=sampling, areas=[area.key for area in areas.reporting], shares=shares)
    return PlannedSample(study=study, areas=areas, frame=frame, plan=plan)


def _record(planned: PlannedSample, sample: pd.DataFrame, *, folder: Folder, wave_id: str) -> bytes:
    """Say how the sample was drawn, so that anybody can draw it again."""
    sampling = planned.study.sampling
    record = {
        "schema": SCHEMA,
        "wave": wave_id,
        "seed": sampling.seed,
        "frame": {"file": sampling.frame, "sha256": folder.hashes[sampling.frame], "villages": len(planned.frame)},
        "villages": f"{sampling.allocation} allocation, systematic PPS by households, urban before rural",
        "households": f"{sampling.selection}, {sampling.households} a village, none replaced",
        "areas": {part.area: {"villages": part.villages, "of": part.in_frame} for part in planned.plan.areas},
        "sample": {"columns": LOT_COLUMNS, "sha256": lot_hash(sample)},
    }
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def _write_sheets(folder: Folder, planned: PlannedSample, sample: pd.DataFrame, *, wave_id: str) -> list[str]:
    study = planned.study
    roster: tuple[Enumerator, ...] = ()
    if folder.has_file(study.kobo.roster):
        rows = folder.read_rows(study.kobo.roster, needed_by="study.toml, [kobo] roster", columns=COLUMNS)
        roster = read_roster(rows, file=study.kobo.roster, areas=planned.areas)
    units = {unit.choice: unit.name for unit in load_facts().gazetteer.units}
    now = planned.frame["commune_now"].where(planned.frame["commune_now"] != "", planned.frame["commune"])
    frame = planned.frame.assign(commune_name=now.map(units)).set_index("village")
    numbers = draw_households(sample, sampling=study.sampling, wave=wave_id)
    names = []
    for each in share_villages(sample, roster, names=planned.names):
        title = f"{study.name['vi']}, đợt {wave_id}: phân công {each.name}"
        sheet = set_sheet(each, frame, numbers=numbers, title=title, selection=study.sampling.selection)
        names.append(f"data/enumerators/{wave_id}/phan_cong_{each.name}.xlsx")
        folder.write_file(names[-1], sheet)
    return names
