"""Draw the waves of a simulated study again, from the truth that it keeps in ``data/simulation.toml``."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from danvan_study.areas.census import CENSUS_COLUMNS
from danvan_study.areas.frame import FRAME_COLUMNS, commune_cells
from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.pipeline.simulate_coders import simulate_coding
from danvan_study.pipeline.sources import load_codebooks, load_study
from danvan_study.simulate import (
    SEX_COLUMNS,
    World,
    make_villages,
    read_population,
    read_truth,
    simulate_wave,
)
from danvan_study.simulate.diary import HANOI
from danvan_study.simulate.model import AGE_BANDS
from danvan_study.store import Folder, Manifest, check_raw, load_facts, table_rows, write_corrections, write_raw_wave

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.study import Study, Wave

TRUTH = "data/simulation.toml"
FRAME = "data/frame/villages.csv"
CENSUS = "data/areas/census_2019.csv"
COMMUNES = "survey_forms/communes.csv"
VILLAGES = "survey_forms/villages.csv"
COMMUNE_COLUMNS = ("name", "label", "district", "residence")
SEX_AGE = "data/areas/margin_sex_age.csv"


def simulate_study(root: Path, *, tell: Callable[[Words], None] | None = None) -> None:
    """Write frame, samples, raw waves and the corrections decided on them; the same truth gives the same bytes.

    Parameters
    ----------
    root
        A study whose waves are simulated.
    tell
        Called with a line after each wave.

    Raises
    ------
    StudyError
        A wave holds answers of real people, the truth has a mistake, or a wave is missing from it.
    """
    folder = Folder(root)
    with folder.locked():
        study, areas = load_study(folder)
        _refuse_field_data(folder)
        world, made = make_world(folder, areas)
        for name, table in made.items():
            folder.write_file(name, table.to_csv(index=False, lineterminator="\n").encode())
        for wave in study.waves:
            count = _simulate(folder, study, world=world, wave=wave)
            simulate_coding(folder, wave, study=study, areas=areas, truth=world.truth)
            if tell:
                tell(say("{wave}: simulated submissions in data/raw/{wave}: {count}", wave=wave.id, count=count))


def _refuse_field_data(folder: Folder) -> None:
    for wave_id, manifest in check_raw(folder).items():
        if not manifest.is_simulated:
            raise StudyError(
                f"data/raw/{wave_id}",
                say("this wave holds answers of real people."),
                say("Simulate in a study of its own."),
            )


def make_world(folder: Folder, areas: Areas | None) -> tuple[World, dict[str, pd.DataFrame]]:
    """Make the world of a study that keeps its truth, and the files of villages that follow from it, by name.

    Raises
    ------
    StudyError
        The study has no areas, its truth has a mistake, or its margins have other age bands than the simulator.
    """
    if areas is None:
        raise StudyError("study.toml, [areas]", say("a simulated study needs areas."), say('Add file = "…".'))
    truth = read_truth(folder.read(TRUTH, needed_by="danvan simulate").decode(), TRUTH)
    census = folder.read_table(CENSUS, needed_by=TRUTH, columns=CENSUS_COLUMNS)
    sex_age = folder.read_table(SEX_AGE, needed_by=TRUTH, columns=SEX_COLUMNS)
    if set(sex_age["age_band"]) != set(AGE_BANDS):
        raise StudyError(
            say("{file}, age_band", file=SEX_AGE),
            say("the simulator knows the bands {bands} alone.", bands=", ".join(AGE_BANDS)),
            say("Write it with these bands: danvan areas margins"),
        )
    communes = folder.read_table(COMMUNES, needed_by=TRUTH, columns=COMMUNE_COLUMNS)
    villages = make_villages(census, commune_cells(load_facts().gazetteer, areas), truth)
    offered = _village_choices(villages)
    population = read_population(
        areas=areas,
        villages=villages,
        census=census,
        sex_age=sex_age,
        file=FRAME,
    )
    media = {name.rpartition("/")[2]: table_rows(rows) for name, rows in ((COMMUNES, communes), (VILLAGES, offered))}
    made = {VILLAGES: offered, FRAME: villages[list(FRAME_COLUMNS)]}
    return World(truth=truth, areas=areas, population=population, media=media), made


def _village_choices(villages: pd.DataFrame) -> pd.DataFrame:
    """Return the villages as the form offers them."""
    label = "Thôn mô phỏng " + villages["village"].str.removeprefix("v").str.replace("_", ".")
    return villages[["village", "commune", "commune_now"]].rename(columns={"village": "name"}).assign(label=label)


def _simulate(folder: Folder, study: Study, *, world: World, wave: Wave) -> int:
    codebook = list(load_codebooks(folder, wave, study=study).values())[-1]
    drawn = simulate_wave(world, wave=wave, codebook=codebook)
    folder.write_file(study.weighting.file.replace("{wave}", wave.id), drawn.sample_file())
    if wave.id in world.truth.fieldwork.visits:
        folder.write_file(f"data/visits/{wave.id}.csv", drawn.visits_file())
    corrections = f"data/corrections/{wave.id}.csv"
    if drawn.corrections:
        write_corrections(folder, corrections, drawn.corrections)
    else:  # a fault taken out of the truth leaves no decision behind
        folder.remove_file(corrections)
    manifest = Manifest(
        wave=wave.id,
        provenance="simulated",
        source=f"danvan simulate, {TRUTH}",
        received_at=datetime.combine(wave.end, time(18), HANOI).isoformat(),
        seed=world.truth.seed,
        files=(),
    )
    write_raw_wave(folder, manifest, drawn.raw_files())
    return len(drawn.records)
