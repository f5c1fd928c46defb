"""The demonstration study across 1 July 2025: the same districts before and after, everybody placed and counted."""

from __future__ import annotations

from functools import cache

import pytest

from danvan_study.pipeline import PreparedWave, load_study, load_wave, prepare_wave
from danvan_study.store import Folder
from danvan_study.tables import Respondents, Weights
from tests.demonstration import ROOT, areas, truth

BEFORE, AFTER, LAST = "2025q2", "2025q3", "2026q3"


@cache
def prepared(wave_id: str) -> PreparedWave:
    study, reporting = load_study(Folder(ROOT))
    source = load_wave(Folder(ROOT), study.wave(wave_id), study=study, areas=reporting)
    return prepare_wave(source, study=study, areas=reporting)


def planted(wave_id: str) -> int:
    return sum(fault.count for fault in truth().faults_of(wave_id, "district_unknown"))


@pytest.mark.parametrize("wave", [BEFORE, AFTER, LAST])
def test_every_wave_speaks_of_the_same_seventeen_districts(wave):
    assert set(prepared(wave).respondents[Respondents.area]) == {area.key for area in areas().reporting}


@pytest.mark.parametrize("wave", [BEFORE, AFTER, LAST])
def test_everybody_known_by_a_straddling_commune_alone_is_apportioned_and_counted(wave):
    bases = prepared(wave).respondents[Respondents.area_basis]
    assert (bases == "apportioned").sum() == planted(wave)
    assert (planted(wave) > 0) == (wave != BEFORE)
    assert (bases == "area").sum() == len(bases) - planted(wave)


@pytest.mark.parametrize("wave", [AFTER, LAST])
def test_the_apportioned_are_weighted_and_the_districts_still_add_up(wave):
    people = prepared(wave).respondents.merge(prepared(wave).weighted.weights, on=Respondents.respondent)
    assert (people.loc[people[Respondents.area_basis] == "apportioned", Weights.base] > 0).all()
    before = prepared(BEFORE).respondents.merge(prepared(BEFORE).weighted.weights, on=Respondents.respondent)
    totals = [table.groupby(Respondents.area)[Weights.weight].sum() for table in (before, people)]
    assert totals[0].to_dict() == pytest.approx(totals[1].to_dict(), rel=1e-6)
