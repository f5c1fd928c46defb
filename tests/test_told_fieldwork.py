"""What a brief tells of the fieldwork of one wave, and of the waves of a longer period together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from danvan_study.field import response_rates, sum_rates
from danvan_study.pipeline import PreparedWave, Workshop, load_study
from danvan_study.pipeline.told_fieldwork import credible_days, days_of, tell_fieldwork, tell_weights
from danvan_study.store import Folder

if TYPE_CHECKING:
    from danvan_study.publish import Fieldwork
    from danvan_study.study import Study

ROOT = Path(__file__).parents[1]
WAVES = ("2026q1", "2026q2", "2026q3")


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(Folder(ROOT))[0]


@pytest.fixture(scope="module")
def waves(study: Study) -> list[PreparedWave]:
    areas = load_study(Folder(ROOT))[1]
    workshop = Workshop(ROOT, study=study, areas=areas, there=WAVES)
    return [workshop.wave(wave) for wave in WAVES]


@pytest.fixture(scope="module")
def told(waves: list[PreparedWave], study: Study) -> Fieldwork:
    return tell_fieldwork(waves, study)


def test_a_longer_period_adds_up_what_its_waves_tell(waves, told, study):
    single = [tell_fieldwork([wave], study) for wave in waves]
    for name in ("submissions_received", "interviews", "corrections", "clusters", "apportioned"):
        assert getattr(told, name) == sum(getattr(one, name) for one in single) > 0 or name == "corrections"
    assert told.removed == {
        reason: sum(one.removed.get(reason, 0) for one in single) for one in single for reason in one.removed
    }
    assert (told.fieldwork_start, told.fieldwork_end) == (single[0].fieldwork_start, single[-1].fieldwork_end)


def test_days_that_a_wrong_clock_wrote_are_no_days_of_fieldwork(waves, told, study):
    """In the first of these waves one tablet is a month early (data/simulation.toml)."""
    first = tell_fieldwork(waves[:1], study)
    assert first.misdated == sum(day < study.wave("2026q1").start for day in days_of(waves[0])) > 0
    assert min(days_of(waves[0])) < first.fieldwork_start == told.fieldwork_start == study.wave("2026q1").start
    assert tell_fieldwork(waves[1:], study).misdated == 0


def test_a_wave_that_is_dated_otherwise_throughout_keeps_its_days(waves):
    planned = replace(waves[0].source.wave, start=date(2031, 1, 1), end=date(2031, 2, 1))
    elsewhere = replace(waves[0], source=replace(waves[0].source, wave=planned))
    assert credible_days(elsewhere) == days_of(elsewhere)


def test_interviewers_who_come_back_count_once(waves, told, study):
    codes = {code for wave in waves for code in wave.respondents["interviewer"]}
    assert told.interviewers == len(codes - {""})
    assert told.interviewers < sum(tell_fieldwork([wave], study).interviewers for wave in waves)


def test_response_rates_of_a_period_are_those_of_all_its_households(waves, told):
    """Of three waves two kept their attempts; households of different waves never count as one."""
    assert told.waves_without_visits == ("2026q1",)
    kept = [response_rates(wave.source.visits)[""] for wave in waves[1:]]
    assert told.response == sum_rates(kept)
    assert told.response.households == sum(one.households for one in kept)
    assert min(one.rr3 for one in kept) <= told.response.rr3 <= max(one.rr3 for one in kept)


def test_no_rates_are_told_where_nobody_kept_the_attempts(waves, study):
    assert sum_rates([]) is None
    told = tell_fieldwork(waves[:1], study)
    assert (told.response, told.waves_without_visits) == (None, ("2026q1",))


def test_weights_of_several_waves_are_told_wave_by_wave(waves):
    assert tell_weights(waves[-1:]) == waves[-1].weighted.report.as_dict()
    told = tell_weights(waves)
    assert list(told["waves"]) == list(WAVES)
    assert told["waves"]["2026q3"]["kish_deff"] == waves[-1].weighted.report.kish_deff
    assert len(told["merged_cells"]) == sum(len(wave.weighted.report.merged_cells) for wave in waves)
    assert "kish_deff" not in told
