"""What people keep by hand: the follow-up table and the consultations, read line by line, told apart, never pooled."""

from __future__ import annotations

from datetime import date

import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import check_study, run_study
from danvan_study.publish.blocks import DataTable, Heading, Paragraph
from danvan_study.publish.kept import (
    consultation_blocks,
    consultations,
    follow_up,
    follow_up_blocks,
    read_consultations,
    read_follow_up,
)
from danvan_study.store import read_rows
from danvan_study.study import Period, Span, Wave
from tests.brief_material import STUDY, context, replace
from tests.demonstration import ROOT
from tests.small_study import WAVE, write_small_study

WAVES = tuple(
    Wave(id=wave, forms=("core.xlsx",), start=date(2026, month, 1), end=date(2026, month + 1, 28))
    for wave, month in (("2026q1", 1), ("2026q2", 4), ("2026q3", 7))
)
OF_WAVES = replace(STUDY, waves=WAVES)
RAISED = {
    "wave": "2026q2", "issue": "Đường sá", "proposed": "Sửa cầu tràn", "owner": "UBND xã Đại Phúc",
    "due": "2026-08-15", "state": "đang xử lý", "result": "", "closed_on": "",
}  # fmt: skip
HELD = {
    "round": "Dự thảo quy chế, lần 1", "channel": "hội nghị", "held_on": "2026-08-05", "invited": "60",
    "attended": "52", "opinions": "18", "accepted": "15", "not_accepted": "3", "reason": "Ngoài thẩm quyền",
}  # fmt: skip
DONE = {"state": "done", "result": "Đã sửa", "closed_on": "2026-08-20"}


def raised(*lines, **fields):
    rows = read_follow_up([RAISED | line for line in lines], waves=[wave.id for wave in WAVES])
    return context(study=OF_WAVES, follow_up=rows, **fields)


def held(*lines, **fields):
    return context(study=OF_WAVES, consultations=read_consultations([HELD | line for line in lines]), **fields)


def plain(blocks):
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def rows_of(blocks):
    return [row.cells for block in blocks if isinstance(block, DataTable) for row in block.rows]


# Reading


def test_a_sound_line_is_read_whether_the_office_writes_its_days_one_way_or_the_other():
    written = read_follow_up([RAISED | DONE | {"closed_on": "20/8/2026", "state": "Đã giải quyết"}], waves=["2026q2"])
    assert written == read_follow_up([RAISED | DONE], waves=["2026q2"])
    assert written[0].closed_on == date(2026, 8, 20)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"wave": "2026q9"}, '"2026q9" is not known'),
        ({"issue": ""}, '"issue" is blank'),
        ({"owner": ""}, '"owner" is blank'),
        ({"owner": "Nguyễn Văn An"}, '"owner" looks as if it told of a person: [tên]'),
        ({"owner": "Đồng chí Hà, chủ tịch xã"}, "name the body, not the person"),
        ({"proposed": "Gọi 0912 345 678"}, "[số điện thoại]"),
        ({"due": ""}, '"due" is blank'),
        ({"due": "31/13/2026"}, '"31/13/2026" is no day'),
        ({"state": "gần xong"}, '"gần xong" is not known'),
        ({"state": "done"}, "contradict each other"),
        ({"closed_on": "2026-08-20"}, "contradict each other"),
        (DONE | {"result": ""}, '"result" is blank'),
        (DONE | {"result": "Bà Trần Thị Bình đã nhận tiền"}, '"result" looks as if it told of a person'),
    ],
)
def test_each_bad_line_of_the_follow_up_is_told_by_its_row(line, fault):
    with pytest.raises(StudyError) as caught:
        read_follow_up([RAISED, RAISED | line, RAISED, RAISED | line], waves=["2026q2"])
    assert caught.value.where == follow_up.FILE
    assert fault in caught.value.what
    assert caught.value.what.count("row ") == 2
    assert "row 3:" in caught.value.what
    assert "row 5:" in caught.value.what


@pytest.mark.parametrize(
    "owner",
    [
        "Đoàn Thanh niên Cộng sản Hồ Chí Minh tỉnh",
        "Đảng ủy phường Phan Đình Phùng",
        "Sở Nông nghiệp và Môi trường",
        "Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "Hội Liên hiệp Phụ nữ xã Đại Phúc",
    ],
)
def test_bodies_are_not_taken_for_people(owner):
    assert read_follow_up([RAISED | {"owner": owner}], waves=["2026q2"])[0].owner == owner


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"round": ""}, '"round" is blank'),
        ({"held_on": "hôm qua"}, '"hôm qua" is no day'),
        ({"held_on": ""}, '"held_on" is blank'),
        ({"attended": "khoảng 50"}, '"khoảng 50" is no count'),
        ({"attended": "-3"}, "is no count"),
        ({"accepted": "17"}, 'more than "opinions"'),
        ({"reason": ""}, '"reason" is blank'),
        ({"reason": "80 % không đồng ý"}, "a share stands in it"),
        ({"reason": "Theo ý ông Lê Văn Cường"}, "told of a person"),
    ],
)
def test_each_bad_line_of_the_consultations_is_told_by_its_row(line, fault):
    with pytest.raises(StudyError) as caught:
        read_consultations([HELD, HELD | line])
    assert caught.value.where == consultations.FILE
    assert caught.value.what.startswith("row 3:")
    assert fault in caught.value.what


# What became of issues


def test_counts_and_ages_are_those_of_the_day_of_the_brief():
    """The brief's day is 28 August 2026: what was closed later is still open then, and told by the next brief."""
    given = raised(
        {},
        {"due": "2026-05-01"},
        {"due": "2026-07-20"},
        {"due": "2026-09-30"},
        DONE,
        DONE | {"closed_on": "2026-09-02"},
        DONE | {"state": "dropped"},
    )
    said = plain(follow_up_blocks(given))
    assert "ngày 28/8/2026" in said
    assert "đã đề nghị 7 việc; 1 việc đã giải quyết, 1 việc không thực hiện, 5 việc còn đang xử lý" in said
    assert "trong đó 4 việc quá hạn" in said
    assert "đến 30 ngày: 2; từ 31 đến 90 ngày: 1; trên 90 ngày: 1; lâu nhất: 119 ngày" in said
    states = [cells[-1] for cells in rows_of(follow_up_blocks(given))]
    assert states.count("đang xử lý, chưa đến hạn") == 1
    assert "đang xử lý, quá hạn 13 ngày" in states
    assert "đã giải quyết ngày 20/8/2026: Đã sửa" in states


def test_once_the_wave_is_locked_its_day_is_that_of_the_lock():
    given = raised(DONE | {"closed_on": "2026-09-02"}, locked_on=date(2026, 9, 10))
    assert "1 việc đã giải quyết" in plain(follow_up_blocks(given))
    assert "ngày 10/9/2026" in plain(follow_up_blocks(given))


def test_issues_of_the_brief_itself_wait_for_the_next_and_old_ones_stay_until_they_are_closed():
    given = raised({"wave": "2026q3"}, {"wave": "2026q1", "issue": "cũ, chưa xong"}, {"wave": "2026q1"} | DONE, {})
    assert [(cells[0], cells[1]) for cells in rows_of(follow_up_blocks(given))] == [
        ("I/26", "cũ, chưa xong"),
        ("II/26", "Đường sá"),
    ]
    assert "đã đề nghị 3 việc" in plain(follow_up_blocks(given))


def test_a_longer_period_lists_what_was_raised_within_it():
    nine = Period(id="2026-9T", waves=("2026q1", "2026q2", "2026q3"), span=Span.NINE)
    given = raised({"wave": "2026q1"} | DONE, {}, period=nine)
    assert [cells[0] for cells in rows_of(follow_up_blocks(given))] == ["I/26", "II/26"]


def test_a_table_that_nobody_keeps_is_told_plainly():
    assert "Chưa có sổ theo dõi" in plain(follow_up_blocks(context()))
    assert "chưa đề nghị việc nào" in plain(follow_up_blocks(raised({"wave": "2026q3"})))
    assert not rows_of(follow_up_blocks(context()))


def test_an_issue_is_called_by_its_answer_its_topic_or_its_own_words():
    asks = replace(
        OF_WAVES, reports=replace(STUDY.reports, issues=replace(STUDY.reports.issues, question="priority_next_q"))
    )
    rows = read_follow_up([RAISED | {"issue": code} for code in ("3", "TRU", "Nước sạch")], waves=["2026q2"])
    blocks = follow_up_blocks(context(study=asks, follow_up=rows))
    assert [cells[1] for cells in rows_of(blocks)] == [
        "Đất đai, bồi thường, tái định cư",
        "Nước sạch",
        "Niềm tin vào chính quyền",
    ]


# Consultations


def test_consultations_are_told_apart_with_their_label_and_without_any_share():
    blocks = consultation_blocks(held({}, {"accepted": "", "not_accepted": "", "reason": "", "invited": ""}))
    (heading,) = (block for block in blocks if isinstance(block, Heading))
    (table,) = (block for block in blocks if isinstance(block, DataTable))
    assert "không phải mẫu xác suất" in heading.text
    assert "không phải mẫu xác suất" in table.caption
    assert sorted(rows_of(blocks)) == [
        ("Dự thảo quy chế, lần 1", "hội nghị", "05/8/2026", "60", "52", "18", "15", "3: Ngoài thẩm quyền"),
        ("Dự thảo quy chế, lần 1", "hội nghị", "05/8/2026", "chưa ghi", "52", "18", "chưa ghi", "chưa ghi"),
    ]
    told = [block.text for block in blocks if not isinstance(block, DataTable)]
    told += [table.caption, *table.head, *table.notes, *(cell for cells in rows_of(blocks) for cell in cells)]
    assert not any("%" in text for text in told)


@pytest.mark.parametrize("period", [Period(id=wave, waves=(wave,)) for wave in ("2026q1", "2026q2", "2026q3")])
def test_each_consultation_belongs_to_one_quarter(period):
    days = {"2026q1": "2025-01-07", "2026q2": "2026-03-01", "2026q3": "2026-05-29"}
    blocks = consultation_blocks(held(*({"held_on": day, "round": wave} for wave, day in days.items()), period=period))
    assert [cells[0] for cells in rows_of(blocks)] == [period.id]


def test_a_period_without_consultations_says_nothing_of_them():
    assert consultation_blocks(context()) == []
    assert consultation_blocks(held({"held_on": "2027-01-01"})) == []


def test_nothing_of_consultations_and_follow_up_reaches_a_figure(tmp_path):
    """With and without both files a run gives the same tables, byte for byte; only documents tell of them."""
    root = write_small_study(tmp_path)
    made = root / "data/processed" / WAVE
    run_study(root)
    figures = [*made.rglob("*.parquet"), *made.rglob("*.csv")]
    before = {path: path.read_bytes() for path in figures}
    text = "round,channel,held_on,invited,attended,opinions,accepted,not_accepted,reason\n"
    text += "Dự thảo,hội nghị,2025-08-05,7777,6325,19,18,1,Trùng\n"
    (root / consultations.FILE).write_text(text, encoding="utf-8")
    head = ",".join(follow_up.COLUMNS)
    (root / follow_up.FILE).write_text(f"{head}\n2025q3,roads,Sửa đường,UBND xã,2025-12-31,open,,\n", encoding="utf-8")
    run_study(root)
    assert {path: path.read_bytes() for path in [*made.rglob("*.parquet"), *made.rglob("*.csv")]} == before
    assert not any(b"6325" in content or b"6.325" in content for content in before.values())


def test_the_check_says_what_is_kept_and_names_a_bad_line_before_a_run(tmp_path):
    root = write_small_study(tmp_path)
    assert f"{follow_up.FILE}: chưa có" in [line.told("vi") for line in check_study(root)]
    table = root / follow_up.FILE
    table.write_text(
        f"{','.join(follow_up.COLUMNS)}\n2025q3,roads,Sửa đường,UBND xã,2025-12-31,open,,\n", encoding="utf-8"
    )
    assert f"{follow_up.FILE}: 1 việc" in [line.told("vi") for line in check_study(root)]
    table.write_text(table.read_text(encoding="utf-8").replace("UBND xã", "Lê Văn Cường"), encoding="utf-8")
    for work in (check_study, run_study):
        with pytest.raises(StudyError, match="row 2"):
            work(root)


def test_the_demonstrations_files_are_sound_and_marked_as_made_up():
    table = read_rows((ROOT / follow_up.FILE).read_bytes(), follow_up.FILE, columns=list(follow_up.COLUMNS))
    log = read_rows((ROOT / consultations.FILE).read_bytes(), consultations.FILE, columns=list(consultations.COLUMNS))
    assert all("(mô phỏng)" in row["owner"] for row in table)
    assert all("(mô phỏng)" in row["round"] for row in log)
    assert len(read_follow_up(table, waves=["2025q4", "2026q1", "2026q2"])) == len(table)
    assert len(read_consultations(log)) == len(log)
