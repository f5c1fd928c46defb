"""Write the margins that a study weights to, from the census that comes with the kit and from newer totals."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from danvan_study.areas import OLD, NameMatcher
from danvan_study.areas.census import CENSUS_COLUMNS, census_table, population_structure
from danvan_study.areas.margins import AGE_BANDS, adult_structure, margin_table, rake_structure
from danvan_study.areas.totals import read_totals
from danvan_study.errors import StudyError
from danvan_study.messages import Message, say
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, load_facts, read_cells

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from danvan_study.areas import Areas, Facts
    from danvan_study.areas.totals import Totals
    from danvan_study.study import Study

CENSUS_FILE = "data/areas/census_2019.csv"
CENSUS_DAY = "2019-04-01"
CENSUS_TITLE = "GSO, 2019 Population and Housing Census"
ADULTS = "; 18 years and older, people of 18 and 19 taken as 2/5 of the group 15-19"
SEX = "; men and women by their share within province and age group in the GSO/UNFPA projection for 2019"


def write_margins(
    root: Path, totals: Sequence[Path] = (), *, bands: Sequence[str] = AGE_BANDS, as_of: str = CENSUS_DAY
) -> list[Message]:
    """Write the census of the reporting areas, and every margin that ``study.toml`` names.

    Parameters
    ----------
    root
        The study's folder.
    totals
        Newer totals of all ages: yearbook tables as CSV or cube exports; the census is raked to them.
    bands
        The choices of the age question, young to old.
    as_of
        Day of the newer totals, for the column of that name.

    Returns
    -------
    list of str
        What was written, a line for each file.

    Raises
    ------
    StudyError
        The study has no areas, a margin asks for figures that nobody published, a table of totals is wrong, or
        ``as_of`` is no day.
    """
    if not _is_day(as_of):
        raise StudyError("--as-of", say("this is no day."), say("Write a day such as 2026-09-30."))
    folder = Folder(root)
    study, areas = load_study(folder)
    facts = load_facts()
    if areas is None:
        raise StudyError("study.toml, [areas]", say("the study has no areas."), say('Add file = "…".'))
    newer = [_read(path, facts, areas) for path in totals]
    files = _tables(study, areas, newer, bands=bands, as_of=as_of)
    with folder.locked():
        for name, (table, source, day) in files.items():
            folder.write_file(name, _csv(table, source, day))
    return [
        say("{file}: rows {rows}, people {people}", file=name, rows=len(table), people=table["population"].sum())
        for name, (table, _, _) in files.items()
    ]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def margin_files(study: Study, areas: Areas) -> dict[str, bytes]:
    """Return the files that :func:`write_margins` writes from the census alone, by name."""
    tables = _tables(study, areas, (), bands=AGE_BANDS, as_of=CENSUS_DAY)
    return {name: _csv(table, source, day) for name, (table, source, day) in tables.items()}


def _tables(
    study: Study, areas: Areas, newer: Sequence[Totals], *, bands: Sequence[str], as_of: str
) -> dict[str, tuple[pd.DataFrame, str, str]]:
    """Return table, source and day of each file."""
    facts = load_facts()
    census = census_table(facts, [area.key for area in areas.reporting])
    structure = rake_structure(population_structure(facts, census), newer)
    adults = adult_structure(structure, bands)
    title = next(row["title"] for row in facts.tables["sources"] if row["source"] == "census_2019")
    files = {CENSUS_FILE: (census[list(CENSUS_COLUMNS)], title, CENSUS_DAY)}
    for margin in (*study.weighting.margins, *study.weighting.candidates):
        source = CENSUS_TITLE + ADULTS + (SEX if "sex" in margin.by else "")
        source += "".join(f"; raked to {table.file}" for table in newer)
        files[margin.file] = (margin_table(adults, margin.by), source, as_of if newer else CENSUS_DAY)
    return files


def _read(path: Path, facts: Facts, areas: Areas) -> Totals:
    matcher = NameMatcher(facts.gazetteer, vintage=OLD, level="district")
    known = [facts.gazetteer.unit(area.key) for area in areas.reporting]
    return read_totals(read_cells(path), file=path.name, areas=matcher, within=known)


def _csv(table: pd.DataFrame, source: str, day: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*table.columns, "source", "as_of"])
    writer.writerows([*row, source, day] for row in table.itertuples(index=False))
    return stream.getvalue().encode()
