"""Checks: each finds what was planted for it, and nothing in a clean wave."""

from __future__ import annotations

import copy
import random

import pytest

from danvan_study.check import CHECKS
from danvan_study.check.habits import FAMILY_ERROR, HABITS
from danvan_study.tables import Findings
from tests.fieldwork_material import ITEMS, findings, honest_wave, material

CLEAN = honest_wave()
SUSPECT = "dtv3"
NAMES = [f"item_{n:02}" for n in range(ITEMS)]


def spoil(place=0, **changes):
    """Return a planter that changes one interview; None takes a cell away."""

    def plant(wave):
        wave[place].update(changes)
        for name in [name for name, value in wave[place].items() if value is None]:
            del wave[place][name]
        return wave[place]["_uuid"]

    return plant


def spoil_interviewer(change):
    """Return a planter that changes every interview of the suspect."""

    def plant(wave):
        theirs = [record for record in wave if record["interviewer"] == SUSPECT]
        for number, record in enumerate(theirs):
            change(record, number, theirs)
        return SUSPECT

    return plant


def spoil_question(name, value):
    def plant(wave):
        for record in wave:
            record[name] = value
        return name

    return plant


def send_again(wave):
    wave.append(copy.copy(wave[0]))
    return wave[0]["_uuid"]


def refuse_but_answer(wave):
    wave.append(wave[0] | {"_uuid": "no", "consent_part": "2"})
    return "no"


def keep_an_old_form(wave):
    for record in wave[1:]:
        record["__version__"] = "v2"
    wave[0]["start"] = "2025-07-28T09:00:00.000+07:00"
    wave[0]["end"] = "2025-07-28T09:15:00.000+07:00"
    wave[0]["_submission_time"] = "2025-07-28T12:00:00"
    return wave[0]["_uuid"]


def copy_one(wave):
    wave[40].update({name: wave[41][name] for name in [*NAMES, "used"]})
    return wave[41]["_uuid"]


def double_a_day(wave):
    for record in wave[:4]:
        record["interviewer"] = SUSPECT
    for number, record in enumerate(record for record in wave if record["interviewer"] == SUSPECT):
        hour, minute = divmod(7 * 60 + 25 * number, 60)
        record["start"] = f"2025-07-11T{hour:02}:{minute:02}:00.000+07:00"
        record["end"] = f"2025-07-11T{hour + (minute + 14) // 60:02}:{(minute + 14) % 60:02}:00.000+07:00"
    return SUSPECT


def depend_on_the_interviewer(wave):
    for record in wave:
        record["item_05"] = "1" if record["interviewer"] in {"dtv0", "dtv2", "dtv4", "dtv6", "dtv8"} else "5"
    for record in wave[::7]:
        record["item_05"] = "3"
    return "item_05"


def share_one_spot(wave):
    theirs = [record for record in wave if record["interviewer"] == SUSPECT]
    for record in theirs[:5]:
        record["_at"] = "21.53 105.8 8"
    return SUSPECT


def draw_each_answer(record, number, theirs):
    draw = random.Random(number)
    record.update({name: draw.choice(CLEAN)[name] for name in NAMES})


def copy_the_first(record, number, theirs):
    record.update({name: theirs[number % 3][name] for name in [*NAMES, "used"]})


def take_the_popular(record, number, theirs):
    record.update({name: "3" if (n + number) % 9 else "4" for n, name in enumerate(NAMES)})


def run_through(record, number, theirs):
    record.update({name: "4" if (n + number) % 6 else "2" for n, name in enumerate(NAMES)})


def always_agree(record, number, theirs):
    record.update({name: str(4 + (n * 7 + number * 5) % 3 % 2) for n, name in enumerate(NAMES)})


def never_know(record, number, theirs):
    record.update({name: "98" for n, name in enumerate(NAMES) if (n + number) % 3 == 0})


def hurry(record, number, theirs):
    record["end"] = record["start"][:11] + record["start"][11:14] + "59:00.000+07:00"
    hour, minute = int(record["start"][11:13]), int(record["start"][14:16]) + 7
    record["end"] = f"{record['start'][:11]}{hour + minute // 60:02}:{minute % 60:02}:30.000+07:00"


def tire(record, number, theirs):
    hour, minute = int(record["start"][11:13]), int(record["start"][14:16]) + (20 if number < 16 else 8)
    record["end"] = f"{record['start'][:11]}{hour + minute // 60:02}:{minute % 60:02}:00.000+07:00"


def close_the_branch(record, number, theirs):
    record["used"] = "2"
    record.pop("liked", None)


TRIGGERS = {
    "submission_came_once": send_again,
    "nothing_is_recorded_without_consent": refuse_but_answer,
    "form_version_is_current": keep_an_old_form,
    "interview_names_its_place_and_interviewer": spoil(village=None),
    "interview_was_finished": spoil(**dict.fromkeys(NAMES[4:])),
    "question_tells_people_apart": spoil_question("item_03", "4"),
    "answer_is_among_the_choices": spoil(item_02="7"),
    "skips_were_kept": spoil(used="2", liked="4"),
    "required_questions_were_answered": spoil(item_02=None),
    "constraints_hold": spoil(age="12"),
    "text_holds_no_personal_data": spoil(worry="gọi 0912 345 678 nhé"),
    "other_answers_are_read": spoil_question("worry_other", "Nước sạch"),
    "field_comments_are_read": spoil(remark="Trời mưa"),
    "interview_ended_after_it_began": spoil(end="2025-07-02T07:00:00.000+07:00"),
    "device_clock_is_right": spoil(_submission_time="2025-07-01T00:00:00"),
    "submission_is_sent_in_time": spoil(_submission_time="2025-07-20T00:00:00"),
    "interview_takes_a_plausible_time": spoil(
        start="2025-07-02T09:00:00.000+07:00", end="2025-07-02T09:02:00.000+07:00"
    ),
    "interview_takes_place_by_day": spoil(start="2025-07-02T23:00:00.000+07:00", end="2025-07-02T23:15:00.000+07:00"),
    "interview_lies_in_the_wave": spoil(start="2025-06-20T09:00:00.000+07:00", end="2025-06-20T09:15:00.000+07:00"),
    "interviewer_is_in_one_place": spoil(1, start=CLEAN[0]["start"], end=CLEAN[0]["end"]),
    "day_holds_a_plausible_number": double_a_day,
    "scale_items_get_different_answers": spoil(**dict.fromkeys(NAMES, "4"), used="2", liked=None),
    "number_is_not_far_out": spoil(land="90000"),
    "ages_are_not_rounded": spoil_question("age", "40"),
    "interviews_differ_from_one_another": copy_one,
    "own_interviews_are_no_copies": spoil_interviewer(copy_the_first),
    "scales_are_read_out": spoil_interviewer(run_through),
    "people_state_an_opinion": spoil_interviewer(never_know),
    "people_do_not_always_agree": spoil_interviewer(always_agree),
    "filters_open_their_branches": spoil_interviewer(close_the_branch),
    "interviews_keep_the_usual_pace": spoil_interviewer(hurry),
    "interviews_do_not_grow_shorter": spoil_interviewer(tire),
    "answers_are_sometimes_unusual": spoil_interviewer(take_the_popular),
    "answers_hang_together": spoil_interviewer(draw_each_answer),
    "numbers_are_not_rounded": spoil_interviewer(lambda record, number, _: record.update(land=str(200 + 10 * number))),
    "open_questions_are_written_down": spoil_interviewer(lambda record, *_: record.pop("worry")),
    "answers_do_not_depend_on_the_interviewer": depend_on_the_interviewer,
    "date_is_not_that_of_the_interview": spoil(moved_on="2025-07-02"),
    "position_is_recorded_and_exact": spoil(_at=""),
    "interview_lies_in_its_village": spoil(_at="21.52 105.8 8"),
    "interviews_are_not_all_at_one_spot": share_one_spot,
    "interviewer_travels_at_a_possible_speed": spoil(31, _at="22.9 105.8 8"),
    "questions_are_given_time": spoil(_haste="0.3"),
    "screen_time_is_plausible": spoil(_haste="0.35"),
}


def leave_alone(wave):
    """Plant nothing: the clean wave itself holds what the check looks at."""


def shorten_every_second(record, number, theirs):
    if number % 2:
        hurry(record, number, theirs)


NEAR_MISSES = {
    "submission_came_once": leave_alone,
    "nothing_is_recorded_without_consent": lambda wave: wave.append(
        {"_uuid": "no", "__version__": "v1", "consent_part": "2", "interviewer": "dtv1", "village": "t10"}
    ),
    "form_version_is_current": leave_alone,
    "interview_names_its_place_and_interviewer": spoil(area=None),
    "interview_was_finished": spoil(**dict.fromkeys(NAMES[:8])),
    "question_tells_people_apart": lambda wave: [record.update(item_03="4") for record in wave[1:]],
    "answer_is_among_the_choices": spoil(item_02="98"),
    "skips_were_kept": spoil(used="1", liked="4"),
    "required_questions_were_answered": spoil(used="2", liked=None),
    "constraints_hold": spoil(age="18"),
    "text_holds_no_personal_data": spoil(worry="mất 12.000.000 đồng, ngày 12/07/2024"),
    "other_answers_are_read": spoil(worry_other=None),
    "field_comments_are_read": spoil(remark=None),
    "interview_ended_after_it_began": spoil(start="2025-07-02T07:00:00.000+07:00", end="2025-07-02T07:12:00.000+07:00"),
    "device_clock_is_right": spoil(start="2025-07-02T09:00:00.000+07:00", _submission_time="2025-07-02T01:57:00"),
    "submission_is_sent_in_time": spoil(_submission_time="2025-07-04T23:00:00"),
    "interview_takes_a_plausible_time": spoil(
        start="2025-07-02T09:00:00.000+07:00", end="2025-07-02T09:07:00.000+07:00"
    ),
    "interview_takes_place_by_day": spoil(start="2025-07-02T20:40:00.000+07:00", end="2025-07-02T20:55:00.000+07:00"),
    "interview_lies_in_the_wave": leave_alone,
    "interviewer_is_in_one_place": spoil(1, start=CLEAN[0]["end"], end=CLEAN[1]["end"]),
    "day_holds_a_plausible_number": leave_alone,
    "scale_items_get_different_answers": spoil(**dict.fromkeys(NAMES[:16], "4")),
    "number_is_not_far_out": spoil(land="1500"),
    "ages_are_not_rounded": lambda wave: [record.update(age="40") for record in wave[::12]],
    "interviews_differ_from_one_another": lambda wave: wave[40].update({name: wave[41][name] for name in NAMES[:9]}),
    "own_interviews_are_no_copies": leave_alone,
    "scales_are_read_out": leave_alone,
    "people_state_an_opinion": leave_alone,
    "people_do_not_always_agree": leave_alone,
    "filters_open_their_branches": leave_alone,
    "interviews_keep_the_usual_pace": leave_alone,
    "interviews_do_not_grow_shorter": spoil_interviewer(shorten_every_second),
    "answers_are_sometimes_unusual": leave_alone,
    "answers_hang_together": leave_alone,
    "numbers_are_not_rounded": leave_alone,
    "open_questions_are_written_down": leave_alone,
    "answers_do_not_depend_on_the_interviewer": leave_alone,
    "date_is_not_that_of_the_interview": spoil(moved_on="2025-07-01"),
    "position_is_recorded_and_exact": spoil(_at="21.5 105.8 99"),
    "interview_lies_in_its_village": spoil(_at="21.507 105.8 8"),
    "interviews_are_not_all_at_one_spot": lambda wave: [record.update(_at="21.53 105.8 8") for record in wave[:4]],
    "interviewer_travels_at_a_possible_speed": spoil(31, _at="21.54 105.8 8"),
    "questions_are_given_time": spoil(_haste="0.7"),
    "screen_time_is_plausible": spoil(_haste="0.45"),
}
"""Data on the right side of the bound of each check; where that is what people and interviewers do by themselves, the
clean wave."""


@pytest.fixture(scope="module")
def clean():
    return findings(CLEAN)


def test_every_check_has_something_that_triggers_it_and_something_that_nearly_does() -> None:
    assert sorted(TRIGGERS) == sorted(CHECKS) == sorted(NEAR_MISSES)


def test_a_clean_wave_has_no_findings(clean) -> None:
    assert clean.empty, clean.to_string()


@pytest.mark.parametrize("name", list(TRIGGERS))
def test_a_check_finds_what_was_planted_and_names_it(name) -> None:
    wave = copy.deepcopy(CLEAN)
    planted = TRIGGERS[name](wave)
    found = findings(wave, ("v1", "v2") if name == "form_version_is_current" else ("v1",))
    theirs = found[found[Findings.check] == name]
    assert len(theirs) == 1, found.to_string()
    named = theirs.iloc[0]
    assert planted in {named[Findings.respondent], named[Findings.question], named[Findings.interviewer]}
    assert named[Findings.severity] == CHECKS[name].severity.value
    assert named[Findings.message]


@pytest.mark.parametrize("name", [name for name, plant in NEAR_MISSES.items() if plant is not leave_alone])
def test_a_check_lets_a_near_miss_pass(name) -> None:
    wave = copy.deepcopy(CLEAN)
    NEAR_MISSES[name](wave)
    assert not list(CHECKS[name].find(material(wave)))


def test_an_answer_of_opinion_never_gets_into_a_finding() -> None:
    wave = copy.deepcopy(CLEAN)
    wave[0].update(item_02="xxanswerxx", worry="gọi 0912 345 678 xxwordsxx", remark="xxremarkxx")
    wave[1].update(used="2", liked="xxlikedxx")
    told = findings(wave).to_csv()
    assert not any(word in told for word in ("xxanswerxx", "xxwordsxx", "xxremarkxx", "xxlikedxx", "0912"))


def test_a_number_of_the_background_is_quoted_so_that_it_can_be_mended() -> None:
    wave = copy.deepcopy(CLEAN)
    wave[0]["age"] = "12"
    found = findings(wave)
    assert found.loc[found[Findings.check] == "constraints_hold", Findings.value].tolist() == ["12"]


def test_a_finding_keeps_its_id_whatever_else_is_found() -> None:
    wave = copy.deepcopy(CLEAN)
    wave[5]["age"] = "12"
    alone = findings(wave)
    wave[0]["age"] = "11"
    both = findings(wave)
    assert set(alone[Findings.finding]) < set(both[Findings.finding])


def test_a_rule_that_very_many_break_is_one_question_about_the_form() -> None:
    wave = copy.deepcopy(CLEAN)
    for record in wave[:60]:
        del record["item_02"]
    found = findings(wave)
    theirs = found[found[Findings.check] == "required_questions_were_answered"]
    assert theirs[Findings.respondent].tolist() == [""]
    assert "60 phiếu" in theirs[Findings.message].iloc[0]


def test_a_number_that_the_form_marks_as_missing_is_not_far_out() -> None:
    wave = copy.deepcopy(CLEAN)
    wave[0]["land"] = "90000"
    found = findings(wave)
    far = found[found[Findings.check] == "number_is_not_far_out"]
    assert far[Findings.value].tolist() == ["90000"]


def test_a_wave_of_refusals_alone_has_no_findings() -> None:
    refusal = {"_uuid": "no", "__version__": "v1", "consent_part": "2"}
    assert findings([refusal]).empty


def test_the_habits_share_the_error_among_them() -> None:
    assert set(HABITS) <= set(CHECKS)
    assert FAMILY_ERROR == 0.05
