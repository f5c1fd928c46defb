"""The attempts of the simulated waves: every household of the list, no answers, and rates that fit the interviews."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest

from danvan_study.field.dispositions import FILE_COLUMNS, ResponseRates, read_visits, response_rates
from danvan_study.publish.blocks import Facts
from danvan_study.publish.method import method_blocks
from danvan_study.simulate import simulate_wave
from danvan_study.store import Folder, read_raw_wave
from danvan_study.study import Period, Span
from danvan_study.tables import Visits
from tests.brief_material import STUDY, context
from tests.demonstration import ROOT, codebook, study, table, truth, world

WAVES = truth().fieldwork.visits


def rows(wave):
    return table(f"data/visits/{wave}.csv").to_dict("records")


def rates(wave, by=""):
    return response_rates(read_visits(rows(wave), wave=wave, file="f"), by)


@pytest.mark.parametrize("wave", WAVES)
def test_every_household_of_the_list_was_gone_to_three_times_at_most(wave):
    sample = table(f"data/sample/{wave}.csv")
    tries = Counter((row["cluster"], row["household"]) for row in rows(wave))
    assert set(tries.values()) == {1, 2, 3}
    homes = Counter(cluster for cluster, _ in tries)
    assert {cluster: str(count) for cluster, count in homes.items()} == {
        cluster: count for cluster, count in zip(sample["cluster"], sample["approached"], strict=True) if int(count)
    }


@pytest.mark.parametrize("wave", WAVES)
def test_interviews_of_the_visits_are_those_of_the_server(wave):
    records = read_raw_wave(Folder(ROOT), wave).records
    interviews = {str(record["_uuid"]) for record in records if record.get("consent/consent_part") == "1"}
    found = rates(wave)[""]
    assert found.complete == len(interviews)
    assert found.complete + found.refused >= len({str(record["_uuid"]) for record in records})


@pytest.mark.parametrize("wave", WAVES)
def test_attempts_of_a_household_follow_one_another_within_the_wave(wave):
    days = defaultdict(list)
    for row in rows(wave):
        days[row["cluster"], row["household"]].append(row["visited_on"])
    period = study().wave(wave)
    for each in days.values():
        assert each == sorted(each)
        assert period.start <= date.fromisoformat(each[0])
        assert date.fromisoformat(each[-1]) <= period.end


@pytest.mark.parametrize("wave", WAVES)
def test_rates_by_district_and_by_interviewer_add_up_to_the_whole(wave):
    whole = rates(wave)[""]
    for by in (Visits.area, Visits.interviewer):
        parts = rates(wave, by).values()
        for name in ("complete", "refused", "not_met", "other", "unknown_household", "unknown_other", "not_eligible"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
    assert len(rates(wave, Visits.interviewer)) == truth().fieldwork.interviewers
    assert 0.5 < whole.rr1 < whole.rr3 < whole.con1 < 1


def test_the_file_has_no_place_for_an_answer():
    assert tuple(rows(WAVES[0])[0]) == FILE_COLUMNS
    assert set(FILE_COLUMNS) == set(Visits.columns()) - {Visits.wave}


def test_the_same_truth_writes_the_same_visits():
    wave = WAVES[-1]
    drawn = simulate_wave(world(), wave=study().wave(wave), codebook=codebook(wave))
    assert drawn.visits_file() == (ROOT / f"data/visits/{wave}.csv").read_bytes()


# In the brief


def method_rows(response, language="vi"):
    brief = context(fieldwork=replace(context().fieldwork, response=response), study=_speaking(language))
    return next(block for block in method_blocks(brief, []) if isinstance(block, Facts)).rows


def _speaking(language):
    return replace(context().study, languages=(language,))


def test_the_brief_tells_the_response_rates_of_the_vector():
    rates = ResponseRates(
        complete=812, partial=18, refused=96, not_met=74, other=12, unknown_household=40, unknown_other=8,
        eligible_share=0.85,
    )  # fmt: skip
    text = dict(method_rows(rates))["Tỷ lệ trả lời"]
    assert "Đã đến 1.060 hộ" in text
    for rate in ("RR1 76,6", "RR2 78,3", "RR3 77,1", "RR4 78,8", "COOP1 86,6", "REF1 9,1", "CON1 88,5"):
        assert rate in text
    assert "RR1 76.6%" in dict(method_rows(rates, "en"))["Response"]


def test_a_brief_without_visits_says_that_no_rate_is_known():
    text = dict(method_rows(None))["Tỷ lệ trả lời"]
    assert text.startswith("Chưa ghi")
    assert "RR1" not in text


def test_a_period_of_several_waves_names_its_waves_and_those_without_visits():
    waves = tuple(replace(STUDY.waves[0], id=wave) for wave in ("2026q1", "2026q2", "2026q3"))
    rates = ResponseRates(
        complete=812, partial=18, refused=96, not_met=74, other=12, unknown_household=40, unknown_other=8
    )
    weights = {"waves": {wave.id: {"n": 1200, "kish_deff": 1.4, "n_effective": 857.1} for wave in waves}}
    brief = context(
        study=replace(STUDY, waves=waves),
        period=Period(id="2026-9T", waves=tuple(wave.id for wave in waves), span=Span.NINE),
        fieldwork=replace(context().fieldwork, response=rates, waves_without_visits=("2026q1",)),
        weights=weights,
    )
    rows = dict(next(block for block in method_blocks(brief, []) if isinstance(block, Facts)).rows)
    assert "Gồm 3 đợt: quý I/2026, quý II/2026, quý III/2026." in rows["Thời gian"]
    assert rows["Tỷ lệ trả lời"].endswith("Chưa gồm quý I/2026: không giữ sổ các lượt đến hộ.")
    assert "quý II/2026: 1,40" in rows["Độ chính xác"]
