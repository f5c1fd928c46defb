"""Make a national study for benchmarks in a folder of its own, from a study that is simulated itself."""

from __future__ import annotations

import gzip
import io
import json
import tomllib
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import pandas as pd

from danvan_study.areas import COLUMNS as AREA_COLUMNS
from danvan_study.form import read_form
from danvan_study.form.sheets import read_sheets
from danvan_study.form.write import write_workbook
from danvan_study.messages import Words, say
from danvan_study.pipeline.simulate import COMMUNES, VILLAGES, make_world
from danvan_study.pipeline.sources import load_codebooks, load_study
from danvan_study.simulate import (
    Size,
    draw_province,
    offer_provinces,
    province,
    quarters,
    renamed,
    settle,
    spread_margin,
)
from danvan_study.simulate.diary import HANOI
from danvan_study.store import Folder, Manifest, new_study, write_raw_wave
from danvan_study.study.write import write_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from danvan_study.areas import Area
    from danvan_study.codebook import Codebook
    from danvan_study.simulate import World
    from danvan_study.study import Study, Wave

KEPT = (
    "schema", "design", "group", "missing", "weighting", "open", "index", "publication", "issues", "conditions",
    "disclosure",
)  # fmt: skip
"""Sections of study.toml that hold for the national study as they stand; its own are written anew."""
AREAS = "data/areas/areas.csv"
FORM = "survey_forms/national.xlsx"
LABELS = {"label::Tiếng Việt (vi)": "vi", "label::English (en)": "en"}
NAME, NAME_EN = "Khảo sát toàn quốc MÔ PHỎNG: {} tỉnh không có thật", "SIMULATED national survey: {} invented provinces"
COMPRESSION = 6


def simulate_national(pattern: Path, target: Path, size: Size, *, tell: Callable[[Words], None] | None = None) -> None:
    """Write a study of invented provinces, wave by wave and province by province; one province-wave is in memory.

    Parameters
    ----------
    pattern
        A study whose waves are simulated; nothing is written there.
    target
        A folder that is new or empty.
    tell
        Called with a line after each wave.

    Raises
    ------
    StudyError
        The folder holds something, lies in the pattern study, a size can't be drawn, or the pattern has a mistake.
    """
    source, made = Folder(pattern), new_study(target, outside=pattern)
    study, areas = load_study(source)
    world, _ = make_world(source, areas)
    size.check(most_villages=len(world.population.villages))
    provinces = [province(number, study.areas_vintage) for number in range(1, size.provinces + 1)]
    waves = quarters(study.waves[-1], size, FORM)
    made.write_file("study.toml", _study_toml(source, study, waves=waves, provinces=provinces).encode())
    _write_tables(source, made, study=study, provinces=provinces)
    _write_form(source, made, study.waves[-1].forms[-1], provinces=provinces)
    _write_media(made, world, provinces)
    if study.issues_file:
        made.write_file(study.issues_file, source.read(study.issues_file, needed_by="study.toml, [open] codebook"))
    made_study, _ = load_study(made)
    worlds = [settle(world, area, waves=waves, villages=size.villages) for area in provinces]
    for wave in waves:
        codebook = next(iter(load_codebooks(made, wave, study=made_study).values()))
        count = _draw_wave(made, wave, worlds=worlds, codebook=codebook, sample_file=study.weighting.file)
        if tell:
            tell(say("{wave}: simulated submissions in data/raw/{wave}: {count}", wave=wave.id, count=count))


def _study_toml(source: Folder, study: Study, *, waves: Sequence[Wave], provinces: Sequence[Area]) -> str:
    content: dict[str, Any] = tomllib.loads(source.read_study())
    kept = {key: value for key, value in content.items() if key in KEPT}
    kept["design"] = {key: value for key, value in content["design"].items() if key != "commune"}
    about = {
        "name": NAME.format(len(provinces)),
        "name_en": NAME_EN.format(len(provinces)),
        "population": "Không có ai: dân số của cuộc khảo sát mẫu, chép cho từng tỉnh",
        "backups": [],
    }
    own = {
        "study": content["study"] | about,
        "areas": {"file": AREAS, "vintage": study.areas_vintage, "level": provinces[0].level},
        "wave": [{"id": one.id, "forms": list(one.forms), "start": one.start, "end": one.end} for one in waves],
    }
    return write_toml({"schema": content["schema"]} | own | kept)


def _write_tables(source: Folder, made: Folder, *, study: Study, provinces: Sequence[Area]) -> None:
    rows = [
        dict.fromkeys(AREA_COLUMNS, "")
        | {
            column: getattr(area, column)
            for column in ("vintage", "code", "level", "name", "name_en", "answer", "source")
        }
        | {"as_of": area.vintage}
        for area in provinces
    ]
    _write_csv(made, AREAS, pd.DataFrame(rows, columns=list(AREA_COLUMNS)))
    for margin in study.weighting.margins:
        table = source.read_table(margin.file, needed_by="study.toml, [[weighting.margin]]", columns=margin.by)
        _write_csv(made, margin.file, spread_margin(table, margin.by, provinces))


def _write_form(source: Folder, made: Folder, name: str, *, provinces: Sequence[Area]) -> None:
    sheets = read_sheets(source.read(name, needed_by="study.toml"), source=name)
    choices = offer_provinces(sheets["choices"], provinces, LABELS)
    settings = [row | {"form_title": NAME.format(len(provinces)), "form_id": "national"} for row in sheets["settings"]]
    content = write_workbook(sheets | {"choices": choices, "settings": settings})
    read_form(content, source=FORM)
    made.write_file(FORM, content)


def _write_media(made: Folder, world: World, provinces: Sequence[Area]) -> None:
    for name in (COMMUNES, VILLAGES):
        pattern = world.media[name.rpartition("/")[2]]
        rows = [row for area in provinces for row in renamed(pattern, area.code)]
        _write_csv(made, name, pd.DataFrame(rows))


def _draw_wave(made: Folder, wave: Wave, *, worlds: Sequence[World], codebook: Codebook, sample_file: str) -> int:
    samples, packed, count = [], {}, 0
    for world in worlds:
        drawn, records = draw_province(world, wave=wave, codebook=codebook)
        samples.append(drawn.sample)
        stream = io.BytesIO()
        with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=COMPRESSION, mtime=0) as lines:
            for record in records:
                lines.write(_line(record))
                count += 1
        packed[f"submissions-{world.areas.reporting[0].code}.jsonl.gz"] = stream.getvalue()
    _write_csv(made, sample_file.replace("{wave}", wave.id), pd.concat(samples, ignore_index=True))
    manifest = Manifest(
        wave=wave.id,
        provenance="simulated",
        source=f"danvan simulate --provinces {len(worlds)}",
        received_at=datetime.combine(wave.end, time(18), HANOI).isoformat(),
        seed=worlds[0].truth.seed,
        files=(),
    )
    write_raw_wave(made, manifest, packed)
    return count


def _line(record: dict[str, object]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _write_csv(made: Folder, name: str, table: pd.DataFrame) -> None:
    made.write_file(name, table.to_csv(index=False, lineterminator="\n").encode())
