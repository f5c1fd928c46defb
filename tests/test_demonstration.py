"""The demonstration study: real areas and census figures that add up, forms that convert, waves with known faults."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import datetime

import pandas as pd
import pytest
from pyxform.xls2xform import convert

from danvan_study.areas.frame import commune_cells
from danvan_study.codebook import QuestionKind, Role
from danvan_study.estimate.questions import comparable_questions
from danvan_study.form.lint import lint_form
from danvan_study.form.workbook import read_workbook
from danvan_study.pipeline import load_wave, prepare_wave
from danvan_study.simulate import make_villages
from danvan_study.store import Folder, load_facts, validate_xform
from tests.demonstration import ROOT, areas, codebook, study, table, truth

WAVES = [wave.id for wave in study().waves]
FORMS = sorted({form for wave in study().waves for form in wave.forms})
PUBLISHED_2019 = {"2025-06-30:06": 313_905, "2025-06-30:19": 1_286_751}
BANDS = {"18_29": range(15, 30), "30_44": range(30, 45), "45_59": range(45, 60), "60_plus": range(60, 100)}
CORE = """
    life_overall life_change_3m price_burden expect_next_q svc_contact_3m svc_satisfaction svc_on_time svc_respect
    dem_informed dem_meeting_12m dem_voice dem_satisfaction petition_made_12m petition_handling petition_trust
    safety_night theft_hh_3m land_affected_24m land_fair land_explained disaster_hit_12m disaster_support disaster_fair
    child_marriage_law child_report_know fair_treatment speak_freely pressure_12m trust_commune top_issue_open
    priority_next_q
"""
ROTATING = "twotier_access dialogue_held_12m dvk_useful custom_respect child_local_action feedback_known"
DIVIDED_SCALES = {
    "svc_on_time", "dem_meeting_12m", "theft_hh_3m", "petition_handling", "disaster_support", "dialogue_held_12m",
}  # fmt: skip
"""Scored items where several answers share a score."""


def submissions(wave: str) -> list[dict[str, str]]:
    content = gzip.decompress((ROOT / "data/raw" / wave / "submissions.jsonl.gz").read_bytes())
    return [json.loads(line) for line in content.decode().splitlines()]


def census() -> pd.DataFrame:
    rows = table("data/areas/census_2019.csv")
    start = rows["age_group"].str.extract(r"(\d+)", expand=False).astype(int)
    return rows.assign(start=start, population=rows["population"].astype(int))


def adults() -> pd.DataFrame:
    rows = census()
    band = rows["start"].map(lambda age: next((name for name, ages in BANDS.items() if age in ages), ""))
    counts = [
        int(people * 2 / 5 + 0.5) if start == 15 else people
        for people, start in zip(rows["population"], rows["start"], strict=True)
    ]
    return rows.assign(band=band, adults=counts)[band != ""]


# Areas and margins


def test_seventeen_districts_stand_in_fixed_order_below_their_old_provinces():
    parents = [area.parent for area in areas().reporting]
    assert parents == ["2025-06-30:06"] * 8 + ["2025-06-30:19"] * 9
    codes = [area.code for area in areas().reporting]
    assert codes == sorted(codes)
    assert [area.answer for area in areas().reporting] == [f"d2025_{code}" for code in codes]


def test_the_code_19_means_two_provinces_told_apart_by_vintage():
    keys = [area.key for area in areas().others if area.code == "19"]
    assert keys == ["2025-06-30:19", "2025-07-01:19"]


def test_census_rows_add_up_to_the_published_province_totals():
    parent = {area.key: area.parent for area in areas().reporting}
    rows = census()
    totals = rows.groupby(rows["area"].map(parent))["population"].sum()
    assert totals.to_dict() == PUBLISHED_2019


def test_margins_are_the_census_adults_to_the_last_person():
    people = adults()
    by_area = table("data/areas/margin_area_age.csv").set_index(["area", "age_band"])["population"].astype(int)
    assert by_area.to_dict() == people.groupby(["area", "band"])["adults"].sum().to_dict()
    by_residence = table("data/areas/margin_residence.csv").set_index("residence")["population"].astype(int)
    assert by_residence.to_dict() == people.groupby("residence")["adults"].sum().to_dict()


def test_men_and_women_share_each_age_as_projected_and_add_up_to_the_census():
    people = adults()
    province = people["area"].map({area.key: area.parent for area in areas().reporting})
    group = people["age_group"].replace({"80-84": "80+", "85+": "80+"})
    projected = table("data/areas/projection_2019_sex.csv").set_index(["province", "sex", "age_group"])["population"]
    men, women = (
        [int(projected[key, sex, age]) for key, age in zip(province, group, strict=True)] for sex in ("1", "2")
    )
    share = pd.Series(men, index=people.index) / (pd.Series(men, index=people.index) + women)
    expected = (people["adults"] * share).groupby(people["band"]).sum().round().astype(int)
    margin = table("data/areas/margin_sex_age.csv").set_index(["sex", "age_band"])["population"].astype(int)
    assert margin["1"].to_dict() == expected.to_dict()
    assert (margin["1"] + margin["2"]).to_dict() == people.groupby("band")["adults"].sum().to_dict()


def test_margin_values_are_choices_of_the_form():
    for wave in ("2024q4", "2026q3"):
        for margin in study().weighting.margins:
            cells = table(margin.file)
            for name in set(margin.by) - {"area"}:
                question = codebook(wave).question(name)
                assert question is not None
                assert set(cells[name]) <= {choice.name for choice in question.choices}
    assert set(table("data/areas/margin_area_age.csv")["area"]) == {area.key for area in areas().reporting}


def test_the_village_frame_is_what_the_truth_makes_of_the_census_and_says_that_it_is_simulated():
    frame = table("data/frame/villages.csv")
    made = make_villages(
        table("data/areas/census_2019.csv"), commune_cells(load_facts().gazetteer, areas()), truth()
    ).astype("str")
    pd.testing.assert_frame_equal(frame, made)
    assert frame["source"].str.startswith("SIMULATED").all()
    assert frame.groupby("area").size().between(60, 150).all()
    by_place = frame.assign(adults=frame["adults"].astype(int)).groupby(["area", "residence"])["adults"].sum()
    expected = adults().groupby(["area", "residence"])["adults"].sum()
    assert by_place.to_dict() == expected[expected > 0].to_dict()


# Forms


@pytest.mark.parametrize("form", FORMS)
def test_forms_convert_without_a_warning(form: str):
    result = convert(ROOT / form)
    assert result.warnings == []
    assert "<h:html" in result.xform


@pytest.mark.parametrize("wave", ["2024q4", "2026q3"])
def test_every_opinion_item_offers_dont_know_and_refusal_and_scores_the_rest_from_0_to_100(wave: str):
    items = [question for question in codebook(wave).questions if question.role is Role.OPINION]
    chosen = [item for item in items if item.kind is QuestionKind.SELECT_ONE]
    assert len(chosen) >= 19
    for item in chosen:
        missing = {choice.name: choice.missing for choice in item.choices if choice.missing}
        assert missing.items() >= {"98": "dont_know", "99": "refused"}.items(), item.name
        scores = [choice.score for choice in item.choices if not choice.missing]
        if item.card.scale == "nominal":
            assert scores == [None] * len(scores)
        else:
            assert min(scores) == 0, item.name
            assert max(scores) == 100, item.name
            assert item.name in DIVIDED_SCALES or len(set(scores)) == len(scores), item.name


def test_both_forms_speak_both_languages_everywhere():
    for wave in ("2024q4", "2026q3"):
        book = codebook(wave)
        assert book.languages == ("vi", "en")
        for question in book.questions:
            if question.is_asked:
                assert question.labels.keys() == {"vi", "en"}, question.name
            assert all(choice.labels.keys() == {"vi", "en"} for choice in question.choices), question.name
        assert all(topic.labels.keys() == {"vi", "en"} for topic in book.topics if topic.name)


def test_only_one_question_is_worded_otherwise_in_the_second_form():
    old, new = codebook("2025q4"), codebook("2026q1")
    assert [question.name for question in old.questions] == [question.name for question in new.questions]
    changed = [
        question.name
        for question, other in zip(old.questions, new.questions, strict=True)
        if question.fingerprint("vi") != other.fingerprint("vi")
    ]
    assert changed == ["dem_informed"]


@pytest.mark.parametrize("form", FORMS)
def test_without_consent_nothing_else_is_asked(form: str):
    book = codebook("2024q4" if "v1" in form else "2026q3")
    consent = book.question("consent_part")
    assert consent is not None
    xform = convert(ROOT / form).xform
    assert re.search(r"<consent_part\s*/>", xform), "consent has a default"
    groups = {question.path.partition("/")[0] for question in book.questions if "/" in question.path}
    for group in groups - {"consent", "result"}:
        bind = re.search(rf'<bind nodeset="/[^/"]+/{group}"[^>]*/>', xform)
        assert bind is not None, group
        assert "consent_part" in bind[0], group


@pytest.mark.parametrize("form", FORMS)
def test_forms_keep_every_rule(form: str):
    assert [str(each) for each in lint_form((ROOT / form).read_bytes(), source=form)] == []


@pytest.mark.needs("java")
@pytest.mark.parametrize("form", FORMS)
def test_odk_validate_is_content_with_the_forms(form: str):
    assert validate_xform(read_workbook((ROOT / form).read_bytes(), source=form).xform) == []


def test_the_core_questionnaire_is_asked_in_full():
    asked = {question.name for question in codebook("2026q3").questions if question.is_asked}
    core = set(CORE.split())
    assert len(core) == 31, "thirty core items, the last of them in two parts"
    assert core <= asked
    assert set(ROTATING.split()) <= asked


@pytest.mark.parametrize("wave", WAVES)
def test_a_wave_asks_the_rotating_items_of_its_quarter_and_the_truth_knows_them(wave: str):
    asked = {key.rpartition("/")[2] for record in submissions(wave) for key in record}
    turn = asked & set(ROTATING.split())
    assert len(turn) == 2
    true = set(table(f"data/raw/{wave}/truth.csv")["question"])
    assert true & set(ROTATING.split()) == turn


def test_a_rotating_item_is_not_pooled_over_quarters_that_did_not_ask_it():
    samples = [prepared(wave).sample for wave in ("2026q2", "2026q3")]
    kept, skipped = comparable_questions(samples, study())
    assert "life_overall" in {each.question.name for each in kept}
    assert skipped["twotier_access"] == "not asked in 2026q2"
    assert skipped["dvk_useful"] == "not asked in 2026q3"


def prepared(wave: str):
    source = load_wave(Folder(ROOT), study().wave(wave), study=study(), areas=areas())
    return prepare_wave(source, study=study(), areas=areas())


def test_no_form_asks_for_religion_party_name_or_place():
    asked_for = re.compile(r"tôn giáo|tín ngưỡng|đảng viên|họ và tên|religio|belief|party member", re.IGNORECASE)
    for wave in ("2024q4", "2026q3"):
        for question in codebook(wave).questions:
            assert question.type_as_written not in ("geopoint", "geotrace", "geoshape", "deviceid", "phonenumber")
            assert not any(asked_for.search(label) for label in question.labels.values()), question.name


# Waves


def test_eight_quarters_lie_around_the_first_of_july_2025():
    assert ["2024q4", *(f"2025q{n}" for n in range(1, 5)), *(f"2026q{n}" for n in range(1, 4))] == WAVES


@pytest.mark.parametrize("wave", WAVES)
def test_a_wave_has_about_twelve_hundred_interviews_of_its_sample_in_kobos_shape(wave: str):
    records = submissions(wave)
    interviews = [record for record in records if record.get("consent/consent_part") == "1"]
    assert 1_150 <= len(interviews) <= 1_350
    sample = table(f"data/sample/{wave}.csv")
    assert len(sample) == truth().fieldwork.villages
    assert {record["design/village"] for record in interviews} <= set(sample["cluster"])
    approached = sample.set_index("cluster")["approached"].astype(int)
    met = Counter(record["design/village"] for record in interviews)
    assert all(met[village] <= approached[village] + 3 for village in met)  # a resent form counts twice
    version = codebook(wave).version
    for record in records:
        assert record["__version__"] == version
        assert record["start"].endswith("+07:00")
        assert all(value for key, value in record.items() if "/" in key), "an unanswered question has no key"
    ids = [record["_id"] for record in records]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("wave", WAVES)
def test_every_answer_is_a_choice_of_the_form_and_every_skip_is_kept(wave: str):
    book = codebook(wave)
    by_path = {question.path: question for question in book.questions}
    for record in submissions(wave):
        for key in record:
            if "/" in key and not key.startswith("meta/"):
                question = by_path[key]
                assert not question.choices or question.choice(record[key]) is not None, (key, record[key])
        contact = record.get("SVC/svc_contact_3m")
        assert ("SVC/svc_satisfaction" in record) == (contact in ("1", "2", "3"))
        assert ("SVC/svc_respect" in record) == (contact in ("1", "3"))
        assert ("RES/petition_handling" in record) == (record.get("RES/petition_made_12m") == "1")


@pytest.mark.parametrize("wave", WAVES)
def test_a_refusal_leaves_nothing_but_the_refusal_and_its_code(wave: str):
    refusals = [record for record in submissions(wave) if record.get("consent/consent_part") == "2"]
    assert refusals
    for record in refusals:
        assert {key for key in record if "/" in key} == {
            "consent/adult_18",
            "consent/consent_part",
            "result/result_code",
            "meta/instanceID",
            "meta/rootUuid",
        }


# Planted faults


@pytest.mark.parametrize("wave", WAVES)
def test_the_planted_duplicates_are_there_and_no_others(wave: str):
    records = submissions(wave)
    times = Counter(record["_uuid"] for record in records)
    planted = sum(fault.count for fault in truth().faults_of(wave, "duplicate"))
    assert sum(count - 1 for count in times.values()) == planted
    for uuid in (uuid for uuid, count in times.items() if count > 1):
        first, second = (record for record in records if record["_uuid"] == uuid)
        assert {key for key in first if first[key] != second[key]} == {"_id", "_submission_time"}


@pytest.mark.parametrize("wave", WAVES)
def test_each_impossible_household_has_a_correction_that_mends_it(wave: str):
    found = {record["_uuid"]: record for record in submissions(wave) if int(record.get("selection/hh_adults", 0)) > 12}
    planted = sum(fault.count for fault in truth().faults_of(wave, "household_size"))
    assert len(found) == planted
    file = ROOT / f"data/corrections/{wave}.csv"
    assert file.exists() == (planted > 0)
    if planted:
        corrections = table(f"data/corrections/{wave}.csv")
        assert set(corrections["respondent"]) == set(found)
        assert (corrections["old_value"] == "44").all()
        assert (corrections["new_value"].astype(int) <= 12).all()


@pytest.mark.parametrize("wave", WAVES)
def test_a_missing_village_was_drawn_and_never_reached(wave: str):
    sample = table(f"data/sample/{wave}.csv")
    missing = set(sample.loc[sample["approached"] == "0", "cluster"])
    assert len(missing) == sum(fault.count for fault in truth().faults_of(wave, "missing_village"))
    assert not missing & {record.get("design/village") for record in submissions(wave)}
    assert (sample["selected"].astype(int) > 0).all()


@pytest.mark.parametrize("wave", WAVES)
def test_only_planted_interviews_start_at_night_or_outside_the_field_weeks(wave: str):
    field = study().wave(wave)
    starts = [(record["_submitted_by"], datetime.fromisoformat(record["start"])) for record in submissions(wave)]
    at_night = [start for _, start in starts if not 7 <= start.hour < 21]
    assert len(at_night) == sum(fault.count for fault in truth().faults_of(wave, "out_of_hours"))
    outside = {who for who, start in starts if not field.start <= start.date() <= field.end}
    assert outside == {fault.interviewer for fault in truth().faults_of(wave, "clock")}
