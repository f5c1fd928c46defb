"""The printed pages: one sheet for an enumerator, slips that are cut apart; looked at as a printer would."""

from __future__ import annotations

import subprocess
from random import Random
from shutil import which

import pytest

from danvan_study.field import Enumerator, draw_codes, enumerator_page, slips_page
from danvan_study.study import read_study
from tests.small_study import STUDY

KOBO = '\n[kobo]\nserver = "https://kf.tinh.vn"\nslip = "slip"\n'
LINKS = {"offline_url": "https://ee.tinh.vn/x/aBcD1234"}


def pages(content: bytes, tmp_path) -> int:
    """Print a page as Chromium does; return the number of sheets."""
    page = tmp_path / "page.html"
    page.write_bytes(content)
    browser = which("chromium") or which("chromium-browser") or which("google-chrome")
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={page}.pdf"]
    subprocess.run([browser, *words, str(page)], check=True, capture_output=True, timeout=120)
    subprocess.run(["pdftoppm", "-r", "30", "-png", f"{page}.pdf", str(tmp_path / "sheet")], check=True)
    return len(list(tmp_path.glob("sheet*.png")))


@pytest.mark.needs("chromium", "poppler")
def test_an_enumerators_page_is_one_sheet(tmp_path):
    study = read_study(STUDY + KOBO)
    person = Enumerator(account="dtv01", areas=("Thành phố Thái Nguyên", "Huyện Định Hoá", "Huyện Đại Từ"))
    title = "Khảo sát ý kiến người dân tỉnh Thái Nguyên – 2026q3"
    content = enumerator_page(person, study=study, wave=study.waves[0], form_title=title, links=LINKS)
    assert "nhập đúng mã đó vào phiếu" in content.decode()
    assert pages(content, tmp_path) == 1


@pytest.mark.needs("chromium", "poppler")
def test_each_account_gets_sheets_of_its_own(tmp_path):
    study = read_study(STUDY + KOBO)
    codes = {"dtv01": draw_codes(6, Random(1)), "dtv02": draw_codes(6, Random(2))}
    assert pages(slips_page(codes, study=study, wave=study.waves[0]), tmp_path) == 2


def test_a_study_without_slips_does_not_speak_of_them_and_a_form_without_link_has_no_second_code():
    study = read_study(STUDY + KOBO.replace('slip = "slip"', ""))
    person = Enumerator(account="dtv01", areas=())
    content = enumerator_page(person, study=study, wave=study.waves[0], form_title="<b>", links={}).decode()
    assert "mã rút lại" not in content
    assert "Mã 2" not in content
    assert "&lt;b&gt;" in content
