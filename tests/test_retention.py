"""Retention: every kind of file has its day, what is due goes with a line in the log, and withdrawals have a clock."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.field import draw_codes
from danvan_study.field.retention import FOREVER, KINDS, due_day, withdrawal_clock
from danvan_study.pipeline import (
    destroy_due,
    draw_slips,
    note_erased,
    note_withdrawal,
    note_withdrawn,
    take_stock,
)
from danvan_study.pipeline.fieldwork.withdraw import destroy_links, read_codes
from danvan_study.store import Folder, Manifest, write_raw_wave
from danvan_study.study import Wave
from danvan_study.vault import new_key
from tests.kobo_contract.fixtures import OWNER_TOKEN, account, standin
from tests.kobo_study import start_fieldwork
from tests.small_study import STUDY, WAVE, lines, submissions, write_small_study

END = date(2025, 8, 31)  # of the small study's wave
CODE = draw_codes(1, Random(1))[0]
BACKUPS = ("ổ cứng trong két", "máy chủ dự phòng")


def log(folder, name):
    with (folder / f"data/logs/{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# The clock


@pytest.mark.parametrize(
    ("received", "answer_by"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday to Wednesday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday over the weekend
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday to Tuesday
    ],
)
def test_an_answer_is_due_in_two_working_days(received, answer_by):
    assert withdrawal_clock(received).answer_by == answer_by


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_the_clock_keeps_the_days_of_the_law(received):
    clock = withdrawal_clock(received)
    assert clock.answer_by.weekday() < 5
    assert 2 <= (clock.answer_by - received).days <= 4
    assert (clock.stop_by - received).days == 15
    assert (clock.erase_by - received).days == 20


# The days of each kind


def test_every_kind_has_its_day():
    wave = Wave(id="w", forms=("f",), start=date(2026, 7, 29), end=date(2026, 9, 1))
    days = {kind.name: due_day(kind.name, wave) for kind in KINDS}
    assert days == {
        "contact_sheet": date(2026, 10, 1),
        "withdrawal_link": date(2026, 10, 16),
        "fieldwork": date(2026, 10, 16),
        "coding_sheets": date(2026, 10, 16),
        "enumerator_pages": date(2026, 10, 16),
        "paradata": date(2028, 8, 31),
        "responses": date(2027, 12, 31),  # the year's report, then twelve months
        "sample": date.max,
        "results": date.max,
    }


def test_only_what_tells_of_nobody_stays_for_ever():
    assert {kind.name for kind in KINDS if kind.days == FOREVER} == {"sample", "results"}
    assert all(kind.holds and kind.who and kind.paths for kind in KINDS)


# A wave of real people


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The small study as a wave of real people, with something of every kind."""
    key = tmp_path / "answers.key"
    key.write_text(new_key(), encoding="utf-8")
    key.chmod(0o600)
    monkeypatch.setenv("DANVAN_KEY_FILE", str(key))
    backups = ", ".join(f'"{each}"' for each in BACKUPS)
    root = write_small_study(tmp_path / "study", study=STUDY.replace("[study]", f"[study]\nbackups = [{backups}]", 1))
    there = Folder(root)
    there.destroy("data/raw")
    head = Manifest(wave=WAVE, provenance="field", source="thử", received_at="2025-09-01", seed=None, files=())
    write_raw_wave(there, head, {"submissions.jsonl": lines(submissions())})
    for name in (
        f"data/contacts/{WAVE}/contacts.csv.age", f"data/withdrawal/{WAVE}/codes.csv.age", f"data/visits/{WAVE}.csv",
        f"data/backchecks/{WAVE}.csv", f"data/enumerators/{WAVE}/dtv01.html", f"data/sample/{WAVE}.csv",
        f"data/processed/{WAVE}/answers.parquet", f"data/processed/{WAVE}/texts.parquet",
        f"data/processed/{WAVE}/brief.html",
        f"data/coding_sheets/{WAVE}/q-coder-mh1.xlsx",
    ):  # fmt: skip
        there.write_file(name, b"x" * 10)
    return root


def paths(holdings):
    return {each.path for each in holdings}


def test_stock_names_every_file_of_the_wave_with_its_day_the_next_first(folder):
    holdings = take_stock(folder).holdings
    assert [each.due for each in holdings] == sorted(each.due for each in holdings)
    assert {each.kind for each in holdings} == {kind.name for kind in KINDS}
    contacts = next(each for each in holdings if each.kind == "contact_sheet")
    assert (contacts.due, contacts.files, contacts.size) == (END + timedelta(days=30), 1, 10)


def test_nothing_is_destroyed_on_its_last_day_and_all_of_it_on_the_next(folder):
    last = END + timedelta(days=30)
    assert destroy_due(folder, today=last, who="pt01") == []
    gone = destroy_due(folder, today=last + timedelta(days=1), who="pt01")
    assert paths(gone) == {f"data/contacts/{WAVE}"}
    assert not (folder / f"data/contacts/{WAVE}").exists()
    assert (folder / f"data/raw/{WAVE}").exists()


def test_destruction_is_written_down_with_who_and_which_copies_are_left(folder):
    destroy_due(folder, today=END + timedelta(days=31), who="pt01")
    (line,) = log(folder, "retention")
    assert (line["wave"], line["kind"], line["files"], line["bytes"]) == (WAVE, "contact_sheet", "1", "10")
    assert (line["due"], line["who"], line["backups"]) == ("2025-09-30", "pt01", "; ".join(BACKUPS))


def test_a_copy_stays_open_until_somebody_says_it_is_erased(folder):
    assert take_stock(folder).backups == ()
    destroy_due(folder, today=END + timedelta(days=31), who="pt01")
    assert take_stock(folder).backups == tuple(sorted(BACKUPS))
    note_erased(folder, BACKUPS[0])
    assert take_stock(folder).backups == (BACKUPS[1],)
    destroy_due(folder, today=END + timedelta(days=46), who="pt01")
    assert take_stock(folder).backups == tuple(sorted(BACKUPS))
    with pytest.raises(StudyError, match="no copy"):
        note_erased(folder, "đĩa khác")


def test_links_that_are_due_lock_the_wave(folder):
    destroy_due(folder, today=END + timedelta(days=46), who="pt01")
    assert not (folder / f"data/withdrawal/{WAVE}").exists()
    with pytest.raises(StudyError, match="locked since"):
        destroy_links(Folder(folder), WAVE)


def test_answers_go_after_the_year_and_the_brief_stays(folder):
    gone = destroy_due(folder, today=date(2027, 1, 1), who="pt01")
    assert f"data/raw/{WAVE}" in paths(gone)
    made = folder / f"data/processed/{WAVE}"
    assert not (made / "answers.parquet").exists()
    assert not (made / "texts.parquet").exists()
    assert (made / "brief.html").exists()
    assert (folder / f"data/visits/{WAVE}.csv").exists()  # 24 months
    assert (folder / f"data/sample/{WAVE}.csv").exists()


def test_the_lock_destroys_contacts_and_lists_too_and_writes_it_down(folder):
    destroy_links(Folder(folder), WAVE)
    assert not (folder / f"data/contacts/{WAVE}").exists()
    assert not (folder / f"data/backchecks/{WAVE}.csv").exists()
    assert (folder / f"data/enumerators/{WAVE}").exists()
    assert not (folder / f"data/coding_sheets/{WAVE}").exists()
    kinds = {"contact_sheet", "withdrawal_link", "fieldwork", "coding_sheets"}
    assert {line["kind"] for line in log(folder, "retention")} == kinds


def test_a_simulated_wave_is_nobodys_data(tmp_path):
    write_small_study(tmp_path)
    assert take_stock(tmp_path).holdings == ()


@pytest.mark.usefixtures("vietnamese")
def test_the_command_shows_asks_destroys_and_tells_of_copies(folder):
    run = CliRunner().invoke
    shown = run(app, ["--study", str(folder), "retention"])
    assert shown.exit_code == 0, shown.output
    assert "QUÁ HẠN" in shown.output  # the wave of 2025 is over
    assert (folder / f"data/contacts/{WAVE}").exists()
    refused = run(app, ["--study", str(folder), "retention", "--destroy", "--who", "Bà Tư"])
    assert refused.exit_code == 2
    kept = run(app, ["--study", str(folder), "retention", "--destroy", "--who", "pt01"], input="n\n")
    assert kept.exit_code == 1
    assert (folder / f"data/contacts/{WAVE}").exists()
    done = run(app, ["--study", str(folder), "retention", "--destroy", "--who", "pt01"], input="y\n")
    assert done.exit_code == 0, done.output
    assert not (folder / f"data/contacts/{WAVE}").exists()
    assert BACKUPS[0] in done.output


# Withdrawals


def test_a_wish_to_withdraw_is_noted_by_number_and_open_until_it_is_done(folder):
    first = note_withdrawal(folder, WAVE, CODE, received_on=date(2025, 9, 4))
    again = note_withdrawal(folder, WAVE, CODE, received_on=date(2025, 9, 4))
    later = note_withdrawal(folder, WAVE, CODE, received_on=date(2025, 9, 5))
    assert (first.number, again.number, later.number) == (1, 1, 2)
    assert [line["request"] for line in take_stock(folder).requests] == ["1", "2"]
    note_withdrawn(folder, first)
    assert [line["request"] for line in take_stock(folder).requests] == ["2"]
    line = log(folder, "withdrawals")[0]
    assert (line["what"], line["answer_by"], line["erase_by"]) == ("asked", "2025-09-08", "2025-09-24")


def test_the_log_of_withdrawals_holds_neither_code_nor_interview_nor_answers(folder):
    note_withdrawn(folder, note_withdrawal(folder, WAVE, CODE, received_on=date(2025, 9, 4)))
    text = (folder / "data/logs/withdrawals.csv").read_text(encoding="utf-8")
    assert CODE not in text
    assert set(log(folder, "withdrawals")[0]) == {
        "at", "wave", "request", "what", "received_on", "answer_by", "stop_by", "erase_by", "previous_hash",
    }  # fmt: skip


def test_a_mistyped_code_starts_no_clock(folder):
    with pytest.raises(StudyError, match="a letter is wrong"):
        note_withdrawal(folder, WAVE, CODE[:-1] + ("2" if CODE[-1] != "2" else "3"), received_on=END)
    assert not (folder / "data/logs").exists()


def test_after_the_lock_the_wish_is_noted_as_one_that_came_too_late(folder):
    destroy_links(Folder(folder), WAVE)
    note_withdrawal(folder, WAVE, CODE, received_on=date(2025, 12, 1))
    assert log(folder, "withdrawals")[-1]["what"] == "locked"
    assert take_stock(folder).requests == ()


@pytest.mark.usefixtures("vietnamese")
def test_the_command_withdraws_tells_the_days_and_writes_them_down(tmp_path, monkeypatch):
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)
    with standin() as url:
        work = start_fieldwork(tmp_path, account(url))
        draw_slips(work.root, WAVE, count=1, draw=Random(3))
        code = min(read_codes(Folder(work.root), WAVE))
        work.send(1, slip=code)
        work.pull()
        words = ["--study", str(work.root), "withdraw", WAVE, code, "--received", "2025-09-04"]
        result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    assert re.search(r"trả lời trước hết ngày 08/09/2025.*xoá xong trước hết ngày 24/09/2025", told)
    assert [line["what"] for line in log(work.root, "withdrawals")] == ["asked", "done"]
    assert list(work.raw().records) == []
