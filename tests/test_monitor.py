"""The monitoring page: what it says, what it never says, and that it fits a phone."""

from __future__ import annotations

import io
import re

import openpyxl
import pandas as pd
import pytest

from danvan_study.check import progress
from danvan_study.errors import StudyError
from danvan_study.pipeline.monitoring import check_fieldwork, monitor_wave
from danvan_study.store import Folder, write_corrections
from danvan_study.tables import Findings
from tests.chromium import Page
from tests.fieldwork_material import honest_wave, material
from tests.small_study import WAVE, submissions, write_small_study

VISITS = """visit,area,cluster,household,result,interviewer,visited_on
1,Huyện A,a0,1,1.1,i0,2025-07-10
2,Huyện A,a0,2,2.11,i0,2025-07-10
3,Huyện B,b0,1,2.2,i1,2025-07-11
4,Huyện B,b0,1,1.1,i1,2025-07-12
"""


def spoiled():
    records = submissions()
    records[0]["living/life_overall"] = "77"
    records[1]["living/worry_open"] = "Hỏi anh Tám, 0912345678"
    records[2]["start"] = "2025-07-10T23:30:00.000+07:00"
    records[2]["end"] = "2025-07-10T23:44:00.000+07:00"
    return records


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    root = write_small_study(tmp_path_factory.mktemp("study"), records=spoiled())
    Folder(root).write_file(f"data/visits/{WAVE}.csv", VISITS.encode())
    monitor_wave(root, WAVE)
    return root


@pytest.fixture(scope="module")
def page(study):
    return (study / f"data/processed/{WAVE}-fieldwork/monitor.html").read_text(encoding="utf-8")


def workbook(study):
    return (study / f"data/processed/{WAVE}-fieldwork/monitor.xlsx").read_bytes()


def test_findings_stand_on_the_page_with_a_random_id_and_no_answer(study, page) -> None:
    for id_, message in (("a-0-00", "không có trong danh sách"), ("a-0-01", "số điện thoại"), ("a-0-02", "ngoài giờ")):
        assert id_ in page
        assert message in page
    for never in ("0912345678", "anh Tám", "Đường làng xấu", ">77<"):
        assert never not in page


def test_nothing_is_fetched_and_nothing_is_run(page) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=|href=|@import|url\(", page)


def test_response_rates_come_from_the_visits(page) -> None:
    assert re.search(r"cả đợt</td><td[^>]*></td><td[^>]*>3</td><td[^>]*>66,7", page)


def test_the_workbook_holds_the_same_tables(study, page) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(study)))
    titles = [book[name]["A1"].value for name in book.sheetnames]
    assert len(titles) == page.count("<h2>")
    assert all(title.startswith("SỐ LIỆU MÔ PHỎNG") for title in titles)
    assert "a-0-02" in [cell.value for cell in book["phat_hien"]["C"]][3:]


def test_the_same_wave_gives_the_same_bytes(study, page) -> None:
    before = workbook(study)
    monitor_wave(study, WAVE)
    assert workbook(study) == before
    assert (study / f"data/processed/{WAVE}-fieldwork/monitor.html").read_text(encoding="utf-8") == page


def test_interviewers_stand_in_the_order_of_their_codes(study) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(study)))
    assert [cell.value for cell in book["dieu_tra_vien"]["A"]][3:] == ["i0", "i1", "i2"]


def test_every_village_stands_in_the_order_of_the_sample_with_its_interviews(study) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(study)))["thon"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(4)]
    assert [row[:3] for row in rows[:2]] == [["Huyện A", "a0", 20], ["Huyện A", "a1", 20]]
    assert len(rows) == 12


def test_a_village_that_nobody_reached_or_nobody_drew_is_marked() -> None:
    wave = material(honest_wave()[:32])
    sample = pd.DataFrame({"cluster": ["t01", "t99"], "area": ["", ""], "selected": ["20", "20"]})
    rows = {row[1]: row[2:] for row in progress.villages_sheet(wave, sample, {}).rows}
    assert list(rows) == ["t01", "t99", "t00"]
    assert rows["t01"] == (16, 20, "03/07", "")
    assert rows["t99"] == (0, 20, "", "chưa đến")
    assert rows["t00"] == (16, 0, "02/07", "ngoài mẫu")


def test_findings_lie_apart_from_the_results_of_the_wave(study) -> None:
    findings, name = check_fieldwork(study, WAVE)
    assert name == f"data/processed/{WAVE}-fieldwork/findings.csv"
    assert not (study / f"data/processed/{WAVE}").exists()
    assert (study / name).read_text(encoding="utf-8").count("\n") == len(findings) + 1


def test_a_decided_correction_takes_its_finding_away(tmp_path) -> None:
    root = write_small_study(tmp_path, records=spoiled())
    found, _ = check_fieldwork(root, WAVE)
    line = {"respondent": "a-0-00", "question": "life_overall", "old_value": "77", "new_value": "", "action": "blank"}
    rest = dict.fromkeys(("reason", "check", "decided_by", "decided_at", "previous_hash"), "")
    write_corrections(Folder(root), f"data/corrections/{WAVE}.csv", [line | rest])
    after, _ = check_fieldwork(root, WAVE)
    gone = set(found[Findings.finding]) - set(after[Findings.finding])
    assert found.set_index(Findings.finding).loc[sorted(gone), Findings.respondent].tolist() == ["a-0-00"]


def test_an_unknown_wave_is_named(study) -> None:
    with pytest.raises(StudyError, match='no wave "2031q1"'):
        monitor_wave(study, "2031q1")


def test_precision_is_that_of_the_sample_size_table() -> None:
    assert [round(progress.margin_of_error(n), 1) for n in (60, 100, 400, 1200)] == [17.9, 13.9, 6.9, 4.0]
    assert [round(progress.smallest_change(n), 1) for n in (100, 400, 1200)] == [28.0, 14.0, 8.1]


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_a_phone_and_a_desk(page, width) -> None:
    with Page(page.encode()) as opened:
        opened.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=True)
        opened.wait_for("document.readyState === 'complete' && document.querySelectorAll('details').length === 9")
        assert opened.run("document.documentElement.scrollWidth") <= width
        assert opened.run("document.querySelector('table').getBoundingClientRect().height") > 50
        assert (
            opened.run("getComputedStyle(document.querySelector('.simulated')).backgroundColor") == "rgb(122, 31, 31)"
        )
        assert opened.errors == []
