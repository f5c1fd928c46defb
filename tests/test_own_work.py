"""The survey's own panel: each figure from a record, and "not recorded" where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from danvan_study.errors import StudyError
from danvan_study.field import ResponseRates
from danvan_study.pipeline import Workshop, load_study
from danvan_study.pipeline.fieldwork.backcheck import RATE_COLUMNS, totals_file
from danvan_study.pipeline.told_work import held_waves, tell_work
from danvan_study.publish import publish_estimates
from danvan_study.publish.blocks import DataTable
from danvan_study.publish.content import read_content
from danvan_study.publish.kept import read_follow_up
from danvan_study.publish.own_work import LAST, HeldWave, OwnWork, own_work_blocks, working_days
from danvan_study.store import Folder, write_rows
from danvan_study.study import Period, Wave, read_study
from danvan_study.study.programme import Programme
from danvan_study.text import format_number
from tests import small_study
from tests.brief_material import CODEBOOK, STUDY, context, replace, set_of, table

WAVES = (
    Wave(id="2026q2", forms=("core.xlsx",), start=date(2026, 4, 20), end=date(2026, 5, 28)),
    *STUDY.waves,
)
HELD = HeldWave(wave="2026q3", planned_end=date(2026, 8, 28), ended_on=date(2026, 8, 28))
WORK = OwnWork(calendar=(HELD,))


def told(work=WORK, **fields):
    """Read the panel as measure to value, and to source."""
    given = context(study=fields.pop("study", STUDY), own_work=work, **fields)
    (panel,) = (block for block in own_work_blocks(given) if isinstance(block, DataTable))
    return {row.cells[0]: row.cells[1].replace("\u00a0", " ") for row in panel.rows}


def test_what_no_record_tells_is_said_to_be_not_recorded():
    panel = told()
    assert panel["Tỷ lệ trả lời"] == "chưa ghi"
    assert panel["Gọi lại kiểm tra"] == "chưa ghi"
    assert panel["Số phiếu so với kế hoạch"] == "chưa ghi"
    assert panel["Việc đề nghị ở kỳ trước còn đang xử lý"] == "chưa ghi"
    assert panel["Dự báo so với cách “giữ nguyên”"] == "chưa ghi"
    assert panel["Hồ sơ đợt khảo sát"] == "chưa ghi"
    assert panel["Từ cuộc phỏng vấn cuối đến khi khoá sổ, ra báo cáo"] == "chưa khoá sổ"
    assert panel["Phỏng vấn có người khác nghe được"] == "phiếu không có câu này"


def test_every_measure_of_the_panel_names_its_source():
    (panel,) = (block for block in own_work_blocks(context(own_work=WORK)) if isinstance(block, DataTable))
    assert len(panel.rows) == 11
    assert all(row.cells[2] for row in panel.rows)
    assert own_work_blocks(context()) == []


def test_waves_are_on_time_when_the_last_interview_is_no_later_than_planned():
    late = replace(HELD, wave="2026q1", ended_on=date(2026, 8, 29))
    missing = replace(HELD, wave="2026q2", ended_on=None)
    panel = told(OwnWork(calendar=(late, missing, HELD)))
    assert panel["Đợt khảo sát đúng hạn"] == ("1 trên 3 đợt gần nhất; trễ: quý I/2026; không có số liệu: quý II/2026")


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("2026-08-28", "2026-08-28", 0), ("2026-08-28", "2026-08-31", 1), ("2026-08-28", "2026-09-11", 10),
     ("2026-08-29", "2026-08-30", 0), ("2026-08-24", "2026-08-28", 4)],
)  # fmt: skip
def test_working_days_are_counted_from_the_day_after(start, end, days):
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert working_days(first, last) == days
    every = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    assert days == sum(day.strftime("%a") not in {"Sat", "Sun"} for day in every)


@pytest.mark.parametrize(("locked", "said"), [("2026-09-11", "10 ngày làm việc (yêu cầu"), ("2026-09-14", "CHẬM")])
def test_days_to_the_brief_run_from_the_last_interview_to_the_lock(locked, said):
    assert said in told(locked_on=date.fromisoformat(locked))["Từ cuộc phỏng vấn cuối đến khi khoá sổ, ra báo cáo"]


def test_rates_back_checks_and_plans_are_told_as_recorded():
    rates = ResponseRates(
        complete=812, partial=18, refused=96, not_met=74, other=12, unknown_household=40, unknown_other=8,
        eligible_share=0.85,
    )  # fmt: skip
    work = replace(
        WORK,
        areas=(17, 16),
        interviews_planned=1200,
        backchecks={"factual": (96, 4), "administrative": (98, 1)},
        backchecks_unrecorded=("2026q1",),
        dossier=(10, 8),
        dossier_gaps=("training", "backchecks"),
    )
    panel = told(work, fieldwork=replace(context().fieldwork, response=rates))
    assert panel["Tỷ lệ trả lời"] == "RR1 76,6 %; RR3 77,1 %"
    assert panel["Địa bàn có phiếu so với kế hoạch"] == "16 trên 17 địa bàn"
    assert panel["Số phiếu so với kế hoạch"] == "1.180 phiếu, kế hoạch 1.200"
    assert panel["Gọi lại kiểm tra"] == (
        "câu không đổi: 96 người được hỏi lại, 4 người có chỗ khác; "
        "cách hỏi: 98 người được hỏi lại, 1 người nói có chỗ làm chưa đúng (chưa ghi: quý I/2026)"
    )
    assert panel["Hồ sơ đợt khảo sát"] == "đủ 8 trên 10 phần (thiếu: Nhật ký tập huấn; Gọi lại kiểm tra)"


def test_answers_left_open_are_told_of_the_headline_questions():
    said = told()["Khó trả lời ở các câu chính"]
    assert said.startswith("trung vị 4,5 %; cao nhất 4,5 %, ở câu “")


def test_who_could_hear_is_told_from_published_figures_alone():
    """The share is all but those who were alone; where the gate hides it, the panel hides it."""
    heard = Programme(others="sex", alone=("1",))
    alone = read_content(context()).results.get("sex").share("1")
    low, high = (format_number(100 - bound, 1) for bound in (alone.high, alone.low))
    said = told(study=replace(STUDY, programme=heard))["Phỏng vấn có người khác nghe được"]
    assert said == f"50,9 % ({low}–{high}); n = 1.180"
    both = replace(STUDY, programme=Programme(others="sex", alone=("1", "2")))
    assert told(study=both)["Phỏng vấn có người khác nghe được"] == "0,0 %; n = 1.180"
    few = table(*set_of("sex", {"1": 49.1, "2": 50.9}, n=12, clusters=2))
    hidden = publish_estimates(few, rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    panel = told(study=replace(STUDY, programme=heard), published=hidden)
    assert panel["Phỏng vấn có người khác nghe được"] == "…"


def test_open_actions_are_those_that_the_last_brief_proposed():
    line = {"issue": "1", "proposed": "Sửa", "owner": "UBND xã", "due": "2026-08-01", "result": "", "closed_on": ""}
    done = line | {"state": "done", "result": "Xong", "closed_on": "2026-07-01"}
    rows = [{"wave": "2026q2", "state": "open"} | line, {"wave": "2026q2"} | done, {"wave": "2026q1"} | done]
    waves = (replace(WAVES[0], id="2026q1", start=date(2026, 1, 20), end=date(2026, 2, 28)), *WAVES)
    given = read_follow_up(rows, waves=[wave.id for wave in waves])
    panel = told(study=replace(STUDY, waves=waves), follow_up=given)
    assert panel["Việc đề nghị ở kỳ trước còn đang xử lý"] == "1 trên 2 việc"


# From a study's folder


@pytest.fixture
def work(tmp_path):
    folder = Folder(small_study.write_small_study(tmp_path))
    study, areas = load_study(folder)

    def tell():
        workshop = Workshop(tmp_path, study=study, areas=areas, there=[small_study.WAVE])
        waves = [workshop.wave(small_study.WAVE)]
        period = Period(id=small_study.WAVE, waves=(small_study.WAVE,))
        return tell_work(period, waves, study=study, areas=areas, folder=folder)

    return tell, folder


def test_records_are_read_from_where_the_verbs_leave_them(work):
    tell, folder = work
    before = tell()
    assert before.calendar == (HeldWave(wave="2025q3", planned_end=date(2025, 8, 31), ended_on=date(2025, 7, 15)),)
    assert before.areas == (2, 2)
    assert before.interviews_planned is None
    assert (before.backchecks, before.backchecks_unrecorded) == ({}, ("2025q3",))
    assert before.dossier[0] == 10
    assert {"training", "backchecks", "impact"} <= set(before.dossier_gaps)
    cells = [("factual", "", "", 20, 3), ("factual", "sex", "", 20, 1), ("administrative", "", "", 20, 0)]
    rows = [dict.fromkeys(RATE_COLUMNS, "") | dict(zip(RATE_COLUMNS, map(str, line), strict=False)) for line in cells]
    folder.write_file(totals_file("2025q3"), write_rows(rows, RATE_COLUMNS))
    folder.write_file("data/field/2025q3/training.csv", b"day,topic,people\n2025-07-01,form,24\n")
    after = tell()
    assert after.backchecks == {"factual": (20, 3), "administrative": (20, 0)}
    assert after.dossier[1] == before.dossier[1] + 2
    assert set(before.dossier_gaps) - set(after.dossier_gaps) == {"training", "backchecks"}


def test_the_calendar_holds_planned_waves_without_data_and_no_more_than_eight():
    blocks = "".join(
        f'[[wave]]\nid = "w{year}"\nforms = ["form.xlsx"]\nstart = {year}-07-05\nend = {year}-08-31\n'
        for year in range(2010, 2025)
    )
    study = read_study(small_study.STUDY.replace("[[wave]]", f"{blocks}[[wave]]"))
    calendar = held_waves("2025q3", {}, study)
    assert [one.wave for one in calendar] == [f"w{year}" for year in range(2018, 2025)] + ["2025q3"]
    assert len(calendar) == LAST
    assert not any(one.is_on_time for one in calendar)


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ('others = "sex"', "nobody else could hear"),
        ("days_to_brief = 11", "11 working days"),
        ("days = 5", '"days" is not known'),
    ],
)
def test_a_mistake_in_the_section_is_one_message(section, what):
    with pytest.raises(StudyError, match="programme") as caught:
        read_study(small_study.STUDY.replace("[publication]", f"[programme]\n{section}\n[publication]"))
    assert what in caught.value.what
