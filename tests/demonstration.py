"""The repository's own study, read from its files for tests; nothing here is drawn twice."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.areas import Areas, read_areas, reporting_places
from danvan_study.form import read_form
from danvan_study.simulate import Truth, World, read_population, read_truth
from danvan_study.store import load_facts
from danvan_study.study import Study, read_study

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook

ROOT = Path(__file__).resolve().parents[1]


def table(name: str) -> pd.DataFrame:
    """Return a CSV of the study, every cell as text."""
    return pd.read_csv(ROOT / name, dtype="str", keep_default_na=False)


@cache
def study() -> Study:
    """Return the demonstration study."""
    return read_study((ROOT / "study.toml").read_text(encoding="utf-8"))


@cache
def areas() -> Areas:
    """Return its reporting areas."""
    rows = table(study().areas_file).to_dict("records")
    read = read_areas(rows, file=study().areas_file, vintage=study().areas_vintage, level=study().areas_level)
    return replace(read, places=reporting_places(load_facts().gazetteer, read))


@cache
def codebook(wave_id: str) -> Codebook:
    """Return the form of a wave."""
    form = study().wave(wave_id).forms[-1]
    return read_form((ROOT / form).read_bytes(), source=form, missing=study().missing)


@cache
def truth() -> Truth:
    """Return the truth behind the answers."""
    return read_truth((ROOT / "data/simulation.toml").read_text(encoding="utf-8"))


@cache
def world() -> World:
    """Return truth, areas and population together."""
    population = read_population(
        areas=areas(),
        villages=table("data/frame/villages.csv"),
        census=table("data/areas/census_2019.csv"),
        sex_age=table("data/areas/margin_sex_age.csv"),
        file="data/frame/villages.csv",
    )
    return World(truth=truth(), areas=areas(), population=population)
