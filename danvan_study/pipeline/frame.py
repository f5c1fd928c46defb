"""Bring a list of villages into the study: the frame that samples are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.areas.census import census_table
from danvan_study.areas.frame import compare_with_census, read_frame
from danvan_study.areas.margins import adults_by_band
from danvan_study.errors import StudyError
from danvan_study.messages import Message, say
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, load_facts, read_outside, read_rows
from danvan_study.text import format_number

if TYPE_CHECKING:
    from pathlib import Path

FRAME = "data/frame/villages.csv"
NEEDED = ("village", "commune", "residence", "households", "adults", "vintage", "source")


def import_frame(root: Path, path: Path) -> list[Message]:
    """Check a list of villages, resolve merged and renamed ones, and make it the study's frame.

    Returns
    -------
    list of Message
        What was written, and every commune whose adults differ from the census of 2019 by more than a quarter.

    Raises
    ------
    StudyError
        The study has no areas, or the list has a mistake.
    """
    folder = Folder(root)
    _, areas = load_study(folder)
    if areas is None:
        raise StudyError("study.toml, [areas]", say("the study has no areas."), say('Add file = "…".'))
    facts = load_facts()
    rows = read_rows(read_outside(path), str(path), columns=NEEDED)
    frame = read_frame(rows, file=str(path), gazetteer=facts.gazetteer, areas=areas)
    census = census_table(facts, [area.key for area in areas.reporting])
    share = adults_by_band(census).to_numpy().sum() / census["population"].sum()
    counts = compare_with_census(frame, gazetteer=facts.gazetteer, adult_share=float(share))
    with folder.locked():
        folder.write_file(FRAME, frame.to_csv(index=False, lineterminator="\n").encode())
    villages, adults = format_number(len(frame)), format_number(float(frame["adults"].sum()))
    merged = len(rows) - len(frame)
    lines = [
        say(
            "{file}: villages {villages} (merged or renamed {merged}), adults {adults}",
            file=FRAME,
            villages=villages,
            merged=merged,
            adults=adults,
        )
    ]
    units = {unit.choice: unit.name for unit in facts.gazetteer.units}
    for count in counts:
        if not count.is_near:
            found, expected = format_number(count.adults), format_number(count.expected)
            name = f"{count.commune} {units[count.commune]}"
            lines.append(
                say(
                    "  {commune}: adults {found}, by the census of 2019 about {expected}",
                    commune=name,
                    found=found,
                    expected=expected,
                )
            )
    return lines
