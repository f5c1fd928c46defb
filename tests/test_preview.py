"""The preview page: interviews are done in a browser as an enumerator would, and come out as collect reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from danvan_study.codebook import QuestionKind
from danvan_study.collect import collect_responses
from danvan_study.form import read_form
from danvan_study.form.preview import media_names, preview_page
from danvan_study.sampling import stream
from danvan_study.simulate import FormFiller
from danvan_study.tables import Answers
from tests.chromium import Page
from tests.demonstration import ROOT, study, table
from tests.form_material import VI, form_bytes

FORM = ROOT / "survey_forms/thai_nguyen_v2.xlsx"
CALCULATED = ("selection_seed", "selected_adult", "interview_day")
"""What chance or the clock of the browser decides."""

QUESTIONS = """
[...document.querySelectorAll('.question-container')].map(box => ({
    id: box.id.replace('_container', ''),
    label: box.querySelector('.control-text label').innerText.trim(),
    radio: !!box.querySelector('input[type=radio]'),
    list: !!box.querySelector('.p-select'),
    entry: !!box.querySelector('input[type=text],textarea'),
}))
"""


@cache
def book():
    return read_form(FORM.read_bytes(), source=FORM.name)


@cache
def media() -> dict[str, bytes]:
    return {name: (FORM.parent / name).read_bytes() for name in media_names(FORM.read_bytes(), source=FORM.name)}


def plan(number: int, **decided: str) -> dict[str, str]:
    """Return what an enumerator is going to enter: everything that the form asks of such a person today."""
    rows = {name: table(f"survey_forms/{name}").to_dict("records") for name in media()}
    filler = FormFiller(book(), media=rows, generator=stream(number, "preview"))
    usual = {"adult_18": "1", "hh_adults": "3", "interviewer": "dtv07", "top_issue_open": "Đường lầy lội"}
    return filler.fill(usual | decided, today=datetime.now(UTC).date())


def open_page() -> Page:
    page = Page(preview_page(FORM.read_bytes(), source=FORM.name, media=media()))
    page.wait_for("document.querySelectorAll('.question-container').length > 5")
    return page


def interview(page: Page, answers: dict[str, str]) -> list[str]:
    """Answer every question that the page asks, as they appear; return their names in order."""
    names = {each.label("vi"): each.name for each in book().questions if each.is_asked}
    asked: list[str] = []
    while True:
        shown = [each for each in page.run(QUESTIONS) if names.get(each["label"]) not in (None, *asked)]
        if not shown:
            return asked
        name = names[shown[0]["label"]]
        asked.append(name)
        if name in answers:
            enter(page, shown[0], answers[name], name)


def enter(page: Page, box: dict, answer: str, name: str) -> None:
    at = f"document.getElementById({json.dumps(box['id'])})"
    if box["radio"]:
        option = json.dumps(f"{box['id']}_{answer}")
        page.wait_for(f"document.getElementById({option}) && (document.getElementById({option}).click(), true)")
        page.wait_for(f"document.getElementById({option}).checked")
    elif box["list"]:
        label = next(row["label"] for row in rows_of(name) if row["name"] == answer)
        container = f"document.getElementById({json.dumps(box['id'] + '_container')})"
        page.run(f"{container}.querySelector('.p-select').click()")
        option = (
            f"[...document.querySelectorAll('li[role=option]')].find(o => o.innerText.trim() === {json.dumps(label)})"
        )
        # The list puts the cursor into its search box a moment after it opens; a hand is slower than that, so wait.
        page.wait_for("document.activeElement.matches('.p-select-filter')")
        press = "dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))"
        page.wait_for(f"{option} && {option}.{press}")
        page.wait_for(f"{container}.innerText.includes({json.dumps(label)})")
    else:
        inner = f"({at}.querySelector('input,textarea') || {at})"
        page.run(f"{inner}.focus()")
        page.type(answer)
        page.run(f"{inner}.blur()")
        page.wait_for(f"{inner}.value === {json.dumps(answer)}")


def rows_of(name: str) -> list[dict[str, str]]:
    return table(f"survey_forms/{book().question(name).itemset}").to_dict("records")


def finish(page: Page) -> dict[str, str]:
    """Send the interview; return it as KoboToolbox's API would hand it out."""
    page.run("[...document.querySelectorAll('button')].find(b => b.innerText.includes('Kết thúc phỏng vấn')).click()")
    xml = page.wait_for("document.getElementById('submission').textContent")
    record = dict(flatten(ET.fromstring(xml)))
    return record | {"_uuid": record["meta/instanceID"], "__version__": book().version}


def flatten(element: ET.Element, path: str = ""):
    for child in element:
        name = f"{path}{child.tag.rpartition('}')[2]}"
        if len(child):
            yield from flatten(child, f"{name}/")
        elif child.text:
            yield name, child.text


def collected(record: dict[str, str]):
    return collect_responses([record], codebooks={"v2": book()}, study=study(), wave=study().wave("2026q3"))


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("number", [1, 2])
def test_an_interview_in_the_browser_comes_out_as_a_submission_that_collect_reads(number):
    answers = plan(number, consent_part="1", svc_contact_3m="13"[number - 1], land_affected_24m="12"[number - 1])
    with open_page() as page:
        interview(page, answers)
        record = finish(page)
        assert page.errors == [], "the page reached for the network, or broke"
    said = collected(record)
    assert len(said.interviews) == 1
    answered = dict(zip(said.answers[Answers.question], said.answers[Answers.answer], strict=True))
    # The tablet's engine and the simulator agree on every relevance, filter and calculation of the form.
    expected = {name: answer for name, answer in answers.items() if name not in CALCULATED}
    assert {name: answer for name, answer in answered.items() if name not in CALCULATED} == expected
    assert answered["selected_adult"] == str(1 + int(answered["selection_seed"]) % 3)


@pytest.mark.needs("chromium")
def test_refusing_consent_ends_the_interview_and_leaves_its_code_alone():
    answers = plan(3, consent_part="2")
    with open_page() as page:
        asked = interview(page, {"hh_adults": "3", **answers})
        record = finish(page)
        assert page.errors == []
    assert asked == ["hh_adults", "adult_18", "consent_part", "result_code"]
    kept = {key for key in record if "/" in key and not key.startswith("meta/")}
    assert kept == {"consent/adult_18", "consent/consent_part", "result/result_code"}
    said = collected(record)
    assert len(said.interviews) == 0
    assert list(said.removed["reason"]) == ["no_consent: consent_part"]


@pytest.mark.needs("chromium")
def test_a_constraint_speaks_vietnamese_and_keeps_the_interview_open():
    with open_page() as page:
        interview(page, {"hh_adults": "44", "adult_18": "1"})
        page.run("[...document.querySelectorAll('button')].find(b => b.innerText.includes('Kết thúc')).click()")
        page.wait_for("document.body.innerText.includes('Số người phải từ 1 đến 12.')")
        page.wait_for("document.body.innerText.includes('Cần trả lời câu này.')")
        assert page.run("document.getElementById('submission').textContent") == ""


def test_nothing_in_a_form_can_end_the_script_that_holds_it():
    survey = [{"type": "note", "name": "a", VI: "</script><script>alert(1)</script><!-- &"}]
    page = preview_page(form_bytes(survey, []), source="f.xlsx", media={}).decode()
    assert "alert(1)</script>" not in page
    assert page.count("</script>") == 2


def test_the_page_names_no_address_that_it_could_load():
    page = Path(ROOT / "danvan_study/form/preview/page.html").read_text(encoding="utf-8")
    head = page[: page.index('<script type="module">')]
    assert "default-src 'none'" in head
    assert "src=" not in head
    assert "href=" not in head


def test_the_lock_of_the_preview_names_no_addresses_and_its_licences_are_there():
    lock = (ROOT / "preview/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 40
    licences = (ROOT / "danvan_study/form/preview/LICENCES.txt").read_text(encoding="utf-8")
    for name in ("@getodk/web-forms 0.22.0 (Apache-2.0)", "vue 3.5.29 (MIT)", "Apache License", "Permission is hereby"):
        assert name in licences


def test_select_questions_of_the_demonstration_take_their_choices_from_files_that_are_there():
    files = {each.itemset for each in book().questions if each.itemset.endswith(".csv")}
    assert files == set(media())
    assert all(each.kind is QuestionKind.SELECT_ONE for each in book().questions if each.itemset in files)
