"""Back-checks: a tenth of each interviewer's people, drawn for good; error rates; contacts under another key."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from random import Random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.field import compare_answers, draw_backchecks
from danvan_study.pipeline import (
    compare_wave_backchecks,
    draw_slips,
    draw_wave_backchecks,
    keep_contacts,
    open_contacts,
)
from danvan_study.pipeline.fieldwork.backcheck import totals_file
from danvan_study.pipeline.fieldwork.withdraw import read_codes
from danvan_study.store import Folder, read_contacts
from danvan_study.study import Backcheck, read_study
from danvan_study.vault import new_key
from tests.kobo_contract.fixtures import OWNER_TOKEN, account, standin
from tests.kobo_study import start_fieldwork
from tests.small_study import CHOICES, STUDY, SURVEY, WAVE, submissions, workbook, write_small_study

SECTIONS = """
[sample]
seed = 11

[backcheck]
agreed = "recontact"
factual = ["sex"]
attitude = ["life_overall"]
[backcheck.administrative]
was_interviewed = "1"
"""
CONTACT = "0912 345 678"
TODAY = date(2025, 9, 10)


def agreed(**people):
    """Interviewer to number of people who agreed."""
    return {f"{who}-{n:03}": who for who, count in people.items() for n in range(count)}


# Who is drawn


@settings(deadline=None)
@given(counts=st.lists(st.integers(0, 45), min_size=1, max_size=6), share=st.sampled_from([10.0, 12.5, 30.0, 100.0]))
def test_of_every_interviewer_at_least_the_share_is_drawn_and_one_at_least(counts, share):
    people = agreed(**{f"dtv{n}": count for n, count in enumerate(counts)})
    drawn = draw_backchecks(people, drawn=(), share=share, seed=1, wave="w")
    assert len(set(drawn)) == len(drawn)
    got = Counter(people[each] for each in drawn)
    for who, count in Counter(people.values()).items():
        assert share / 100 * count <= got[who] < share / 100 * count + 1 or got[who] == 1


def test_a_tenth_of_thirty_is_three_and_not_four():
    assert len(draw_backchecks(agreed(a=30), drawn=(), share=10.0, seed=1, wave="w")) == 3


def test_the_draw_does_not_depend_on_the_order_of_the_interviews():
    people = agreed(a=40, b=25)
    backwards = dict(reversed(people.items()))
    assert draw_backchecks(people, drawn=(), share=10, seed=3, wave="w") == draw_backchecks(
        backwards, drawn=(), share=10, seed=3, wave="w"
    )


def test_whoever_was_drawn_stays_drawn_while_interviews_come_in():
    early, late = agreed(a=20), agreed(a=60, b=10)
    first = draw_backchecks(early, drawn=(), share=10, seed=3, wave="w")
    added = draw_backchecks(late, drawn=first, share=10, seed=3, wave="w")
    assert not set(first) & set(added)
    assert Counter(late[each] for each in [*first, *added]) == {"a": 6, "b": 1}
    assert draw_backchecks(late, drawn=[*first, *added], share=10, seed=3, wave="w") == []


def test_everybody_has_the_same_chance_to_be_called():
    people = agreed(a=20)
    hits = Counter(
        each for seed in range(2000) for each in draw_backchecks(people, drawn=(), share=10, seed=seed, wave="w")
    )
    assert len(hits) == 20
    # 2 of 20 drawn: 200 expected each, standard deviation 13.4
    assert max(abs(hits[each] - 200) for each in people) < 5 * 13.4


# What differs

CHECK = Backcheck(agreed="x", factual=("sex", "age"), administrative={"was_interviewed": "1"}, attitude=("view",))
DRAWN = {"r1": "dtv02", "r2": "dtv01", "r3": "dtv01", "r4": "dtv01"}
FIRST = {(who, question): "1" for who in DRAWN for question in ("sex", "age", "view")}


def second(**rows):
    blank = {"sex": "", "age": "", "was_interviewed": "1", "view": ""}
    return [{"respondent": who, "result": "1.1"} | blank | cells for who, cells in rows.items()]


def rates(rows):
    found = compare_answers(rows, FIRST, drawn=DRAWN, backcheck=CHECK, file="f.xlsx")
    return {(rate.kind, rate.question, rate.interviewer): (rate.different, rate.compared) for rate in found}


def test_differences_are_counted_by_kind_question_and_interviewer():
    found = rates(
        second(
            r1={"sex": "1", "age": "1", "view": "3"},
            r2={"sex": "2", "age": "3", "view": "1"},
            r3={"sex": "1", "was_interviewed": "2"},
        )
    )
    assert found["factual", "", ""] == (1, 3)  # r2 alone, for two questions
    assert found["factual", "sex", ""] == (1, 3)
    assert found["factual", "age", ""] == (1, 2)  # r3 was not asked again
    assert found["administrative", "was_interviewed", ""] == (1, 3)
    assert found["attitude", "view", ""] == (1, 2)
    assert found["factual", "", "dtv01"] == (1, 2)
    assert found["factual", "", "dtv02"] == (0, 1)


def test_interviewers_stand_in_the_order_of_their_codes_and_never_under_attitudes():
    found = compare_answers(second(r1={"sex": "2"}), FIRST, drawn=DRAWN, backcheck=CHECK, file="f")
    for kind in ("factual", "administrative"):
        codes = [rate.interviewer for rate in found if rate.kind == kind and rate.interviewer]
        assert codes == ["dtv01", "dtv02"]
    assert not any(rate.interviewer for rate in found if rate.kind == "attitude")


def test_only_those_who_were_reached_are_compared():
    rows = second(r1={"sex": "2"})
    rows[0]["result"] = "2.2"
    assert rates(rows)["factual", "", ""] == (0, 0)


def test_intervals_are_wilsons():
    found = compare_answers(
        second(**{who: {"sex": "2" if who == "r1" else "1"} for who in DRAWN}), FIRST, drawn=DRAWN, backcheck=CHECK,
        file="f",
    )  # fmt: skip
    rate = next(each for each in found if each.question == "sex")
    # 1 of 4: Wilson 1927 gives 4.56 to 69.94 percent
    assert rate.rate == 25
    assert rate.interval == (pytest.approx(4.56, abs=0.01), pytest.approx(69.94, abs=0.01))


@pytest.mark.parametrize(("who", "what"), [(["r9"], "was not drawn"), (["r1", "r1"], "stands twice")])
def test_somebody_who_was_not_drawn_or_stands_twice_is_refused(who, what):
    with pytest.raises(StudyError, match=what):
        compare_answers([second(x={})[0] | {"respondent": each} for each in who], FIRST, drawn=DRAWN, backcheck=CHECK,
                        file="f")  # fmt: skip


# A whole wave


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The small study with a question on being called again; three of four agree."""
    study = STUDY.replace("[publication]", f"{SECTIONS}\n[publication]")
    records = [
        record | {"recontact": "2" if n % 4 == 0 else "1"} if record.get("consent_part") == "1" else record
        for n, record in enumerate(submissions())
    ]
    write_small_study(tmp_path / "study", study=study, records=records)
    survey = [*SURVEY, ["select_one yes_no", "recontact", "Gọi lại được không?", "Call back?", "", "consent"]]
    settings = [["form_title", "form_id", "version", "default_language"], ["Thử", "small", "v1", "Tiếng Việt (vi)"]]
    form = workbook({"survey": survey, "choices": CHOICES, "settings": settings})
    Folder(tmp_path / "study").write_file("form.xlsx", form)
    for name in ("DANVAN_KEY_FILE", "DANVAN_CONTACT_KEY_FILE"):
        path = tmp_path / f"{name}.key"
        path.write_text(new_key(), encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setenv(name, str(path))
    return tmp_path / "study"


def drawn_of(folder):
    with (folder / f"data/backchecks/{WAVE}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_draw_lists_people_who_agreed_and_a_sheet_without_their_answers(folder):
    names, count, added = draw_wave_backchecks(folder, WAVE)
    agreed_ids = {r["_uuid"] for r in submissions() if r.get("consent_part") == "1"}
    listed = drawn_of(folder)
    assert count == added == len(listed)
    assert {row["respondent"] for row in listed} <= agreed_ids
    assert draw_wave_backchecks(folder, WAVE)[1:] == (count, 0)
    sheet = openpyxl.load_workbook(folder / names[1]).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("respondent", "interviewer", "result", "was_interviewed", "sex", "life_overall")
    assert all(row[2:] == (None,) * 4 for row in rows[2:])


def test_compare_keeps_rates_and_no_answers(folder):
    names, count, _ = draw_wave_backchecks(folder, WAVE)
    path = folder / names[1]
    book = openpyxl.load_workbook(path)
    for row in range(3, 3 + count):
        book.worksheets[0].cell(row, 3).value = "1.1"
        book.worksheets[0].cell(row, 4).value = "2" if row == 3 else "1"
    book.save(path)
    name, found = compare_wave_backchecks(folder, WAVE, path)
    held = next(rate for rate in found if rate.kind == "administrative" and not rate.interviewer)
    assert (held.different, held.compared) == (1, count)
    text = (folder / name).read_text(encoding="utf-8")
    assert not any(row["respondent"] in text for row in drawn_of(folder))
    totals = Folder(folder).read_rows(totals_file(WAVE), needed_by="")
    assert ("administrative", "", str(count), "1") in {
        (row["kind"], row["question"], row["compared"], row["different"]) for row in totals
    }
    assert not any(row["interviewer"] for row in totals)
    result = CliRunner().invoke(app, ["--study", str(folder), "backcheck", "compare", WAVE, str(path)])
    assert result.exit_code == 0, result.output
    assert f"1/{count}" in result.output


def contacts(folder, tmp_path):
    """Everybody of the wave left a number."""
    path = tmp_path / "contacts.csv"
    ids = [r["_uuid"] for r in submissions() if r.get("consent_part") == "1"]
    path.write_text("code,contact,note\n" + "".join(f"{each},{CONTACT},Bà Tư\n" for each in ids), encoding="utf-8")
    return keep_contacts(folder, WAVE, path)


def test_contacts_lie_encrypted_in_a_folder_of_their_own(folder, tmp_path):
    name = contacts(folder, tmp_path)
    assert name == f"data/contacts/{WAVE}/contacts.csv.age"
    for path in folder.rglob("*"):
        assert not path.is_file() or CONTACT.encode() not in path.read_bytes()
    assert "Bà Tư" not in read_contacts(Folder(folder), name.removesuffix(".age")).decode()


def test_the_key_of_the_answers_neither_seals_nor_opens_them(folder, tmp_path, monkeypatch):
    contacts(folder, tmp_path)
    monkeypatch.setenv("DANVAN_CONTACT_KEY_FILE", str(tmp_path / "DANVAN_KEY_FILE.key"))
    with pytest.raises(StudyError, match="this is the key of the answers"):
        contacts(folder, tmp_path)
    monkeypatch.delenv("DANVAN_KEY_FILE")
    draw_wave_backchecks(folder, WAVE)
    with pytest.raises(StudyError, match="does not open it"):
        open_contacts(folder, WAVE, who="gs01", why="gọi lại", today=TODAY)


def test_opening_shows_only_those_drawn_and_every_look_is_logged_without_contacts(folder, tmp_path):
    contacts(folder, tmp_path)
    count = draw_wave_backchecks(folder, WAVE)[1]
    for why in ("gọi lại đợt đầu", "gọi lại đợt hai"):
        shown = open_contacts(folder, WAVE, who="gs01", why=why, today=TODAY)
    assert {who for who, _ in shown} == {row["respondent"] for row in drawn_of(folder)}
    log = list(csv.DictReader(io.StringIO((folder / "data/logs/contacts.csv").read_text(encoding="utf-8"))))
    assert [(line["who"], line["why"], line["contacts"]) for line in log] == [
        ("gs01", "gọi lại đợt đầu", str(count)),
        ("gs01", "gọi lại đợt hai", str(count)),
    ]
    assert log[1]["previous_hash"]
    text = str(log)
    assert not any(who in text for who, _ in shown)
    assert CONTACT not in text


def test_a_log_somebody_changed_stops_the_next_look(folder, tmp_path):
    contacts(folder, tmp_path)
    draw_wave_backchecks(folder, WAVE)
    for _ in range(2):
        open_contacts(folder, WAVE, who="gs01", why="gọi", today=TODAY)
    path = folder / "data/logs/contacts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("gs01", "gs02", 1), encoding="utf-8")
    with pytest.raises(StudyError, match="hash"):
        open_contacts(folder, WAVE, who="gs01", why="gọi", today=TODAY)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"today": date(2025, 10, 1)}, "to be destroyed by 2025-09-30"),
        ({"who": "Nguyễn Văn A"}, "is written down"),
        ({"why": " "}, "is written down"),
    ],
)
def test_an_overdue_sheet_a_name_or_a_look_without_reason_is_refused(folder, tmp_path, changes, what):
    contacts(folder, tmp_path)
    draw_wave_backchecks(folder, WAVE)
    with pytest.raises(StudyError, match=what):
        open_contacts(folder, WAVE, **{"who": "gs01", "why": "gọi lại", "today": TODAY} | changes)
    assert not (folder / "data/logs").exists()


def test_without_a_draw_nobody_is_shown(folder, tmp_path):
    contacts(folder, tmp_path)
    with pytest.raises(StudyError, match="nobody was drawn"):
        open_contacts(folder, WAVE, who="gs01", why="gọi lại", today=TODAY)


def test_contacts_under_the_codes_of_slips_are_found_through_their_links(tmp_path, monkeypatch):
    """On a server the enumerator knows the slip's code and nobody's id; the link is sealed with the other key."""
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)
    key = tmp_path / "contacts.key"
    key.write_text(new_key(), encoding="utf-8")
    key.chmod(0o600)
    monkeypatch.setenv("DANVAN_CONTACT_KEY_FILE", str(key))
    with standin() as url:
        work = start_fieldwork(tmp_path / "study", account(url))
        page = work.root / "study.toml"
        sections = SECTIONS.replace("recontact", "consent_recontact")
        page.write_text(
            page.read_text(encoding="utf-8").replace("[publication]", f"{sections}\n[publication]"), "utf-8"
        )
        draw_slips(work.root, WAVE, count=3, draw=Random(3))
        yes, no, other = sorted(read_codes(Folder(work.root), WAVE))[:3]
        (called,) = work.send(0, slip=yes, consent_recontact="1")
        work.send(1, slip=no, consent_recontact="2")
        work.pull()
    sheet = tmp_path / "contacts.csv"
    numbers = {yes: CONTACT, no: "0987 000 000", other: "0987 111 111"}
    spoken = {f"{code[:4].lower()}-{code[4:]}": number for code, number in numbers.items()}
    sheet.write_text("code,contact\n" + "".join(f"{c},{n}\n" for c, n in spoken.items()), encoding="utf-8")
    keep_contacts(work.root, WAVE, sheet)
    draw_wave_backchecks(work.root, WAVE)
    assert open_contacts(work.root, WAVE, who="gs01", why="gọi lại", today=TODAY) == [(called, CONTACT)]


# study.toml


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('agreed = "recontact"', "", "no question asks"),
        ('agreed = "recontact"', 'agreed = "recontact"\nshare = 5', "5 % is not possible"),
        ('factual = ["sex"]', 'factul = ["sex"]', '"factul" is not known'),
    ],
)
def test_a_mistake_in_the_section_is_named(old, new, what):
    page = STUDY.replace("[publication]", f"{SECTIONS.replace(old, new)}\n[publication]")
    with pytest.raises(StudyError, match=what):
        read_study(page)


def test_a_study_without_the_section_calls_nobody(tmp_path):
    write_small_study(tmp_path)
    with pytest.raises(StudyError, match="does not say who may be called"):
        draw_wave_backchecks(tmp_path, WAVE)
