"""Start a new study: everything that a folder needs before the first answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from string import Template
from typing import TYPE_CHECKING, Final

from danvan_study.areas import COLUMNS as AREA_COLUMNS
from danvan_study.areas import OLD, read_areas, reporting_places
from danvan_study.areas.seeds import area_rows, english_name, find_seed, seed_districts
from danvan_study.errors import StudyError
from danvan_study.form.places import offer_areas
from danvan_study.form.write import write_sheets
from danvan_study.messages import say
from danvan_study.pipeline.margins import margin_files
from danvan_study.pipeline.place_lists import LISTS, place_lists
from danvan_study.store import load_facts, read_seed, read_seed_rows, refuse_taken, write_new_folder, write_rows
from danvan_study.study import read_study
from danvan_study.study.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from danvan_study.areas import Areas, Unit
    from danvan_study.areas.seeds import Seed

AREAS: Final = "data/areas/areas.csv"
PLAIN: Final = {
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "data.md": "data/README.md",
    "issues.toml": "data/codes/issues.toml",
    "notebook.ipynb": "notebooks/01_bat_dau.ipynb",
}
"""File of the kit to file of the study: those that are the same in every study but for its words."""
VILLAGE_COLUMNS: Final = ("name", "commune", "commune_now", "label")
WAVE: Final = re.compile(r"(20\d\d)q([1-4])")
FIELD_STARTS, FIELD_LASTS = timedelta(weeks=4), timedelta(weeks=5, days=-1)
"""Weeks 5 to 9 of the quarter, as the programme's calendar has it."""
PER_DISTRICT, FEWEST, ROUND = 70, 400, 100
PER_VILLAGE = 10
VILLAGES_PER_INTERVIEWER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStudy:
    """What is asked for."""

    wave: str
    """The first quarter, such as ``2027q1``."""
    province: str = ""
    """One of the provinces that the kit knows; empty: the areas are written by hand."""
    districts: tuple[str, ...] = ()
    """Names or codes of its districts; empty: all."""


def init_study(target: Path, asked: NewStudy) -> list[str]:
    """Lay a new study into ``target``: page, questionnaire, areas, population, truth of the practice answers.

    Returns
    -------
    list of str
        The files, sorted.

    Raises
    ------
    StudyError
        The folder holds something, the quarter can't be read, or the kit doesn't know the province or a district.
    """
    refuse_taken(target)
    start = _first_day(asked.wave)
    if asked.districts and not asked.province:
        raise StudyError("--district", say("the province is missing."), say("Write --province too."))
    seed = find_seed(asked.province) if asked.province else None
    districts = seed_districts(load_facts().gazetteer, seed, asked.districts) if seed else []
    words = _words(asked, seed, districts=districts, start=start)
    files = {name: _filled(source, words).encode() for source, name in PLAIN.items()}
    files["study.toml"] = _filled("study.toml", words).encode()
    files |= _place_files(seed, districts, words)
    if seed:
        files["data/simulation.toml"] = _filled("simulation.toml", words).encode()
    write_new_folder(target, files)
    return sorted(files)


def _first_day(wave: str) -> date:
    found = WAVE.fullmatch(wave)
    if not found:
        raise StudyError("--wave", say('"{wave}" is no quarter.', wave=wave), say("Write it as 2027q1."))
    return date(int(found[1]), 3 * int(found[2]) - 2, 1) + FIELD_STARTS


def _filled(name: str, words: Mapping[str, str]) -> str:
    return Template(read_seed(name)).substitute(words)


def _words(asked: NewStudy, seed: Seed | None, *, districts: Sequence[Unit], start: date) -> dict[str, str]:
    """Return what stands for each ``$word`` of the kit's files."""
    interviews = max(FEWEST, round(PER_DISTRICT * len(districts) / ROUND) * ROUND)
    villages = interviews // PER_VILLAGE
    form = seed.name.replace("-", "_") if seed else "khao_sat"
    return _about(seed, districts, start) | {
        "schema": str(SCHEMA),
        "wave": asked.wave,
        "start": start.isoformat(),
        "end": (start + FIELD_LASTS).isoformat(),
        "seed": start.strftime("%Y%m%d"),
        "interviews": str(interviews),
        "villages": str(villages),
        "interviewers": str(villages // VILLAGES_PER_INTERVIEWER),
        "form_id": form,
        "form": f"survey_forms/{form}_v1.xlsx",
        "margin": "" if seed else "# ",
    }


def _about(seed: Seed | None, districts: Sequence[Unit], start: date) -> dict[str, str]:
    """Return how the study is called, and whom it speaks of."""
    adults = "Người từ 18 tuổi trở lên, sống tại các hộ"
    if seed is None:
        return {
            "name": "Khảo sát ý kiến người dân (điền tên tỉnh)",
            "name_en": "Survey of residents' opinions (name of the province)",
            "population": f"{adults} trong … (điền địa bàn)",
        }
    gazetteer = load_facts().gazetteer
    now = gazetteer.unit(seed.now, start)
    is_whole = seed.is_whole and len(districts) == len(seed_districts(gazetteer, seed))
    place = _within(now.name)
    if not is_whole:
        names = ", ".join(_within(unit.name) for unit in districts)
        place = f"{names} (địa giới trước ngày 01/7/2025, nay thuộc {place})"
    return {
        "name": f"Khảo sát ý kiến người dân {_within(now.name)}",
        "name_en": f"Survey of residents' opinions, {english_name(now)}",
        "population": f"{adults} trong {place}",
    }


def _within(name: str) -> str:
    """Return a unit's name as it stands inside a sentence: ``tỉnh Điện Biên``."""
    return name[:1].lower() + name[1:]


def _place_files(seed: Seed | None, districts: Sequence[Unit], words: Mapping[str, str]) -> dict[str, bytes]:
    """Return the areas table and all that follows from it: margins, lists of places, the questionnaire."""
    facts = load_facts()
    rows = area_rows(facts, seed, districts) if seed else []
    areas = read_areas(rows, file=AREAS, vintage=OLD, level="district") if rows else None
    if areas:
        areas = replace(areas, places=reporting_places(facts.gazetteer, areas))
    files = {AREAS: write_rows(rows, AREA_COLUMNS), "survey_forms/villages.csv": write_rows([], VILLAGE_COLUMNS)}
    lists = place_lists(areas, {name: [] for name in LISTS}) if areas else {name: [] for name in LISTS}
    files |= {name: write_rows(rows, LISTS[name]) for name, rows in lists.items()}
    files[words["form"]] = _questionnaire(areas, words)
    if areas:
        files |= margin_files(read_study(_filled("study.toml", words)), areas)
    return files


def _questionnaire(areas: Areas | None, words: Mapping[str, str]) -> bytes:
    """Return version 1 of the core questionnaire, every item valid from the first day in the field."""
    survey = [
        row | {"valid_from": words["start"]} if row.get("purpose") else row for row in read_seed_rows("survey.csv")
    ]
    settings = {
        "form_title": words["name"],
        "form_id": words["form_id"],
        "version": "v1",
        "default_language": "Tiếng Việt (vi)",
    }
    sheets = {"survey": survey, "choices": read_seed_rows("choices.csv"), "settings": [settings]}
    return write_sheets(offer_areas(sheets, areas, file=AREAS))
