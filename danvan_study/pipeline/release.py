"""Release a wave to everybody: from the people who agreed, protected, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_period
from danvan_study.messages import say
from danvan_study.pipeline.exchange import PAGE, Manner, dataset_files, wave_tables
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study
from danvan_study.pipeline.workshop import Workshop
from danvan_study.publish import publish_estimates
from danvan_study.publish.release import (
    compare,
    gather,
    licence,
    page,
    protect,
    release_dataset,
    utility_report,
    who_agreed,
)
from danvan_study.store import Folder, check_raw
from danvan_study.store.handed_out import hand_out

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from danvan_study.pipeline.wave import PreparedWave

RELEASES = "data/release"
PUBLIC, OFFICE = "cong_khai", "noi_bo"
"""What is handed out, and what stays."""
ACCESS = "GIAY_PHEP.txt: cấm nhận dạng lại, cấm ghép với số liệu khác. (No re-identification, no joining.)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What was released."""

    folder: Path
    rows: int
    interviews: int
    smallest_class: int
    columns: int
    left_out: int
    steps: tuple[str, ...]


def release_wave(root: Path, wave_id: str) -> Release:
    """Write the public-use file of a wave to ``data/release/<wave>``: all of it, or nothing.

    Raises
    ------
    StudyError
        Nobody was asked or agreed; the wave is of real people and not locked, so that somebody may still withdraw; or
        no telling of the characteristics protects everybody.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    known_wave(study, wave_id)
    workshop = Workshop(root, study=study, areas=areas, there=check_raw(folder))
    wave = workshop.wave(wave_id)
    tables = wave_tables(wave)
    who_agreed(tables)
    if not tables.simulated and not folder.has_file(lock_file(wave_id)):
        raise StudyError(
            say("wave {wave}", wave=wave_id),
            say("it is not locked: people may still withdraw."),
            say("Release it after: danvan lock {wave}", wave=wave_id),
        )
    gathered = gather(tables, _published(wave, workshop), study=study, areas=areas)
    protected = protect(gathered.microdata, where=say("wave {wave}", wave=wave_id))
    dataset = release_dataset(gathered, protected, wave=wave_id, study=study, simulated=tables.simulated)
    files, _ = dataset_files(dataset, Manner(), study=study, access=ACCESS)
    files |= {"GIAY_PHEP.txt": licence(dataset, study), PAGE: page(dataset, protected)}
    report = utility_report(gathered, protected, compare(tables, dataset), title=dataset.title("vi"))
    target = root / RELEASES / wave_id
    with folder.locked():
        handed = {f"{PUBLIC}/{name}": content for name, content in files.items()}
        hand_out(target, handed | {f"{OFFICE}/bao_cao_huu_ich.xlsx": report}, stem=wave_id)
    return Release(
        folder=target / PUBLIC,
        rows=gathered.agreed,
        interviews=gathered.interviews,
        smallest_class=protected.smallest_class,
        columns=len(protected.items),
        left_out=len(protected.left_out),
        steps=protected.rung.steps,
    )


def _published(wave: PreparedWave, workshop: Workshop) -> pd.DataFrame:
    """Return the wave's figures after the gate, by area and by group: what is hidden there stays hidden."""
    wave_id, study = wave.source.wave.id, workshop.study
    estimates = estimate_period(workshop.calendar.wave(wave_id), [wave.sample], study=study).estimates
    return publish_estimates(
        estimates,
        rules=study.publication,
        codebook=wave.source.latest_codebook,
        simulated=wave.source.raw.manifest.is_simulated,
        closed=workshop.closing.of(wave_id, estimates),
    ).rows
