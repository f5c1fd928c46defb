"""What the weights of a wave are made from: the frame or sample file, and the margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.study import Base
from danvan_study.weight import MarginTable, WeightSources
from danvan_study.weight.model import POPULATION

if TYPE_CHECKING:
    from danvan_study.areas import Areas
    from danvan_study.store import Folder
    from danvan_study.study import Margin, Study, Wave

AREA = "area"


def load_weighting(folder: Folder, wave: Wave, *, study: Study, areas: Areas | None) -> WeightSources:
    """Read the frame or sample file and the margins; their areas become area keys.

    Raises
    ------
    StudyError
        A file or a column is missing, a count is none, a cell stands twice, or an area is not the study's.
    """
    weighting = study.weighting_of(wave)
    frame, name = None, ""
    if weighting.base in (Base.SELECTION, Base.FRAME):
        name = weighting.file.replace("{wave}", wave.id)
        column = weighting.area_column or AREA
        frame = folder.read_table(name, needed_by="study.toml, [weighting] file", columns=(column,) if areas else ())
        frame = _with_area_keys(frame, column, areas=areas, file=name)
    margins, candidates = (
        tuple(_load_margin(folder, margin, areas, key=key) for margin in chosen)
        for key, chosen in (("margin", weighting.margins), ("candidate", weighting.candidates))
    )
    return WeightSources(frame=frame, frame_name=name, margins=margins, candidates=candidates)


def _load_margin(folder: Folder, margin: Margin, areas: Areas | None, *, key: str) -> MarginTable:
    by, file = margin.by, margin.file
    needed_by = f"study.toml, [[weighting.{key}]] file"
    table = folder.read_table(file, needed_by=needed_by, columns=(*by, POPULATION, "source"))
    if AREA in by:
        table = _with_area_keys(table, AREA, areas=areas, file=file)
    population = pd.to_numeric(table[POPULATION], errors="coerce")
    _refuse_first(
        population.isna() | (population < 0),
        file,
        what=say("the population is not a count."),
        cure=say("Write a number."),
    )
    cells = table[list(by)].assign(**{POPULATION: population.astype("float64")})
    _refuse_first(
        cells.duplicated(list(by)), file, what=say("this cell stands twice."), cure=say("Keep one of the two rows.")
    )
    return MarginTable(by=by, cells=cells, file=file)


def _with_area_keys(table: pd.DataFrame, column: str, *, areas: Areas | None, file: str) -> pd.DataFrame:
    """Write areas by key, whether the file names them by key, by form answer or by code."""
    if areas is None:
        return table
    keys = {name: area.key for area in areas.reporting for name in (area.code, area.answer, area.key)}
    found = table[column].map(keys)
    _refuse_first(
        found.isna(),
        file,
        what=say('"{column}" names no area of the study.', column=column),
        cure=say("Mend it, or add the area to [areas] file."),
    )
    return table.assign(**{column: found.astype("str")})


def _refuse_first(bad: pd.Series, file: str, *, what: Words, cure: Words) -> None:
    if bad.any():
        raise StudyError(say("{file}, row {row}", file=file, row=int(bad.to_numpy().argmax()) + 2), what, cure)
