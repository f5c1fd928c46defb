"""The right to withdraw: a code removes one submission everywhere; after the lock nobody can be found any more."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.field import draw_codes, is_code, tidy_code
from danvan_study.field.slips import ALPHABET, LENGTH, show_code
from danvan_study.pipeline import draw_slips, keep_wave_traces, run_study, withdraw_submission
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.fieldwork import withdraw as module
from danvan_study.pipeline.fieldwork.withdraw import destroy_links, read_codes
from danvan_study.store import Folder, check_raw, read_corrections, read_sealed, write_corrections
from danvan_study.store.pulled import read_lines
from danvan_study.tables import Corrections
from tests.kobo_contract.fixtures import OWNER_TOKEN, QUICK, account, standin
from tests.kobo_study import quiet, start_fieldwork
from tests.small_study import WAVE

OPEN_ANSWER = "cầu treo đã gãy từ tháng trước"


@pytest.fixture(scope="module")
def url():
    with standin() as here:
        yield here


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)


@pytest.fixture
def work(tmp_path, url):
    return start_fieldwork(tmp_path, account(url))


@pytest.fixture
def code(work) -> str:
    draw_slips(work.root, WAVE, count=2, draw=Random(3))
    return min(read_codes(Folder(work.root), WAVE))


def withdraw(work, code: str) -> None:
    withdraw_submission(work.root, WAVE, code, tell=quiet, patience=QUICK)


def stored(root) -> str:
    """Return every line of the raw wave, decrypted."""
    vault = Folder(root).vault()
    paths = sorted((root / "data" / "raw" / WAVE).glob("pull-*"))
    return "".join(str(line) for path in paths for line in read_lines(vault.open(path.read_bytes(), path.name)))


def test_a_code_removes_one_submission_on_the_server_and_here(work, code):
    work.send(0, 1)
    (uuid,) = work.send(2, slip=show_code(code).lower(), living__worry_open=OPEN_ANSWER)
    work.send(3)
    work.pull()
    assert work.owner.submit(work.xml(2, replaces=uuid, slip=code, living__worry_open=f"{OPEN_ANSWER}!")) == 201
    work.pull()
    submission = work.rows()[uuid]["_id"]
    assert stored(work.root).count(OPEN_ANSWER) == 2
    sheet = work.root / CodingNames(wave=WAVE).sheet("coder", "worry_open", "c1")
    Folder(work.root).write_file(sheet.relative_to(work.root).as_posix(), OPEN_ANSWER.encode())
    exported = work.root / "data" / "exports" / WAVE
    Folder(work.root).write_file(f"data/exports/{WAVE}/{WAVE}.csv", b"x")
    kept = work.root.parent / "positions.csv"
    kept.write_text(f"respondent,latitude,longitude,accuracy\n{uuid},21.5,105.8,9\nother,21.6,105.9,9\n", "utf-8")
    (trace,) = keep_wave_traces(work.root, WAVE, [kept])
    withdraw(work, show_code(code))
    (left,) = read_sealed(Folder(work.root), trace.rpartition("/")[0]).values()
    assert uuid.encode() not in left
    assert b"other" in left
    assert not sheet.exists(), "a sheet holds masked words of everybody, theirs among them"
    assert not exported.exists(), "an export holds everybody's answers, theirs among them"
    assert uuid not in work.rows()
    assert len(work.rows()) == 3
    assert OPEN_ANSWER not in stored(work.root)
    assert uuid not in stored(work.root)
    raw = work.raw()
    assert raw.withdrawn == (str(submission),)
    assert len(raw.records) == 3
    redactions = [entry for entry in check_raw(Folder(work.root))[WAVE].entries if entry.event == "redaction"]
    assert len(redactions) == 2
    assert all(entry.previous and entry.before != entry.after for entry in redactions)
    report = work.pull()
    assert (report.changes, report.withdrawn) == (0, 0)
    with pytest.raises(StudyError, match="stands on no submission"):
        withdraw(work, code)


def test_what_the_corrections_repeat_of_the_answers_goes_too(work, code):
    (uuid,) = work.send(2, slip=code, living__worry_open=OPEN_ANSWER)
    (other,) = work.send(1)
    work.pull()
    file = f"data/corrections/{WAVE}.csv"
    blank = dict.fromkeys(Corrections.columns(), "")
    said = {"action": "change", "question": "worry_open", "old_value": OPEN_ANSWER, "new_value": "cầu"}
    lines = [blank | {"respondent": other, "action": "none"}, blank | said | {"respondent": uuid}]
    write_corrections(Folder(work.root), file, lines)
    withdraw(work, code)
    text = (work.root / file).read_text(encoding="utf-8")
    assert OPEN_ANSWER not in text
    assert uuid not in text
    assert other in text
    assert len(read_corrections(Folder(work.root), file)) == 2


def test_the_outputs_can_be_made_again_after_a_withdrawal(work, code):
    work.send(*range(24))
    (uuid,) = work.send(24, slip=code)
    work.pull()
    (before,) = run_study(work.root)
    blank = dict.fromkeys(Corrections.columns(), "")
    write_corrections(
        Folder(work.root),
        f"data/corrections/{WAVE}.csv",
        [blank | {"respondent": uuid, "action": "none", "reason": "hỏi lại"}],
    )
    withdraw(work, code)
    assert module.rebuild_outputs(work.root, WAVE) == [WAVE]
    (after,) = run_study(work.root)
    assert (before.interviews, after.interviews) == (25, 24)
    processed = work.root / "data" / "processed" / WAVE
    assert "withdrawn" in (processed / "removed.csv").read_text(encoding="utf-8")
    for path in processed.rglob("*"):
        assert not path.is_file() or uuid.encode() not in path.read_bytes()


@pytest.mark.parametrize("step", ["_redact_corrections", "_redact_raw", "_forget_link"])
def test_a_withdrawal_that_breaks_off_may_be_repeated(work, code, step, monkeypatch):
    (uuid,) = work.send(2, slip=code, living__worry_open=OPEN_ANSWER)
    work.send(1)
    work.pull()
    blank = dict.fromkeys(Corrections.columns(), "")
    write_corrections(
        Folder(work.root),
        f"data/corrections/{WAVE}.csv",
        [blank | {"respondent": uuid, "action": "none", "old_value": OPEN_ANSWER}],
    )

    class KilledError(BaseException):
        pass

    def kill(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(module, step, kill)
        with pytest.raises(KilledError):
            withdraw(work, code)
    withdraw(work, code)
    assert OPEN_ANSWER not in stored(work.root)
    assert OPEN_ANSWER not in (work.root / "data" / "corrections" / f"{WAVE}.csv").read_text(encoding="utf-8")
    assert len(work.raw().withdrawn) == 1


def test_a_withdrawn_submission_that_comes_back_on_the_server_is_deleted_there_and_not_pulled(work, code, monkeypatch):
    work.send(2, slip=code)
    work.send(1)
    work.pull()
    with monkeypatch.context() as patch:
        patch.setattr("danvan_study.kobo.Submissions.delete", lambda *_: None)
        withdraw(work, code)
    assert len(work.rows()) == 2
    assert work.pull().withdrawn == 1
    assert len(work.rows()) == 1
    assert len(work.raw().records) == 1


def test_a_mistyped_code_an_unknown_one_and_one_on_two_submissions_are_refused(work, code):
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(StudyError, match="a letter is wrong"):
        withdraw(work, wrong)
    with pytest.raises(StudyError, match=r"no submission.*danvan pull"):
        withdraw(work, code)
    work.send(1, 2, slip=code)
    work.pull()
    with pytest.raises(StudyError, match="stands on more than one submission: 2"):
        withdraw(work, code)
    assert len(work.rows()) == 2


def test_the_lock_destroys_the_links_for_good(work, code):
    work.send(1, slip=code)
    work.pull()
    assert list((work.root / "data" / "withdrawal").rglob("*.age"))
    findings = work.root / "data" / "processed" / f"{WAVE}-fieldwork" / "findings.csv"
    findings.parent.mkdir(parents=True)
    findings.write_bytes(b"finding\n")
    destroy_links(Folder(work.root), WAVE)
    assert not list((work.root / "data" / "withdrawal").rglob("*.age"))
    assert not findings.exists()
    with pytest.raises(StudyError, match="locked since"):
        withdraw(work, code)
    with pytest.raises(StudyError, match="locked since"):
        draw_slips(work.root, WAVE, count=1, draw=Random(1))
    with pytest.raises(StudyError, match="locked since"):
        destroy_links(Folder(work.root), WAVE)
    assert len(work.raw().records) == 1
    work.send(2, slip=code)
    work.pull()
    assert not list((work.root / "data" / "withdrawal").rglob("*.age"))


def test_slips_are_drawn_for_every_account_never_twice_and_stored_encrypted(work):
    draw = Random(5)
    first = draw_slips(work.root, WAVE, count=30, draw=draw)
    second = draw_slips(work.root, WAVE, count=30, draw=draw)
    assert first != second
    codes = read_codes(Folder(work.root), WAVE)
    assert len(codes) == 120
    assert sorted(codes.values()) == ["dtv01"] * 60 + ["dtv02"] * 60
    page = (work.root / first).read_text(encoding="utf-8")
    assert page.count('class="slip"') == 60
    assert all(show_code(code) in page + (work.root / second).read_text(encoding="utf-8") for code in codes)
    (sealed,) = (work.root / "data" / "withdrawal" / WAVE).glob("*")
    assert next(iter(codes)).encode() not in sealed.read_bytes()


codes = st.integers(0, 10_000).map(lambda seed: draw_codes(1, Random(seed))[0])


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_wrong_letter_is_noticed(code, place, letter):
    assert is_code(code)
    assert is_code(tidy_code(f" {show_code(code).lower()} "))
    wrong = code[:place] + letter + code[place + 1 :]
    assert is_code(wrong) == (wrong == code)


@given(codes, st.integers(0, LENGTH - 2))
def test_nearly_every_swap_of_neighbours_is_noticed(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    first, second = sorted((code[place], code[place + 1]), key=ALPHABET.index)
    assert is_code(swapped) == (swapped == code or (first, second) == (ALPHABET[0], ALPHABET[-1]))
