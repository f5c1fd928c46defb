"""What servers, networks and disks do to a pull: it is survived, or told in one message, and nothing is lost."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import time
import traceback
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.kobo import Connection, Forms, Patience, Submissions, Token
from danvan_study.kobo.submissions import read_page
from danvan_study.pipeline import assign_enumerators, pull_wave
from danvan_study.pipeline.fieldwork import parts
from danvan_study.store import Folder, check_raw, open_raw_log
from tests.kobo_contract.fixtures import OWNER_TOKEN, QUICK, ROOT, account, control, standin
from tests.kobo_study import quiet, start_fieldwork
from tests.small_study import WAVE

ROW = {"consent_part": "1", "living/worry_open": "đường làng lầy lội, mưa là không đi được " * 8, "sex": "1"}


@pytest.fixture(scope="module")
def url():
    with standin("--page-size=20") as here:
        yield here


@pytest.fixture(autouse=True)
def sound(url, monkeypatch):
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", OWNER_TOKEN)
    yield
    control(url, "faults", [])


@pytest.fixture
def work(tmp_path, url):
    return start_fieldwork(tmp_path, account(url))


def load(work, count: int) -> None:
    control(work.owner.url, "load", {"asset": work.asset, "rows": [ROW], "times": count})


def suffer(url: str, kind: str, *, times: int = 1, path: str = "/data/", **more: object) -> None:
    control(url, "faults", [{"kind": kind, "times": times, "path": path, **more}])


def ids(work) -> list[int]:
    return [int(record["_id"]) for record in work.raw().records]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "die", "after": 1},
        {"kind": "die", "times": 3},
        {"kind": "half", "after": 2},
        {"kind": "broken_json", "after": 1},
        {"kind": "html", "after": 1, "times": 2},
        {"kind": "status", "status": 502, "after": 1},
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "status", "status": 504, "after": 3},
        {"kind": "status", "status": 429, "times": 3, "retry_after": 0},
        {"kind": "slow", "seconds": 0.6, "after": 1},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
def test_a_fault_that_passes_is_survived(work, url, fault):
    load(work, 65)
    suffer(url, **fault)
    patience = Patience(attempts=4, first_wait=0.01, timeout=0.3)
    report = pull_wave(work.root, WAVE, tell=quiet, patience=patience)
    assert report.new == 65
    assert ids(work) == sorted(set(ids(work)))
    assert len(ids(work)) == 65


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "die"}, "did not answer after 4 attempts"),
        ({"kind": "html"}, "web page instead of data"),
        ({"kind": "status", "status": 503}, "it answered 503"),
        ({"kind": "status", "status": 401}, "token is not accepted; it may have expired"),
        ({"kind": "status", "status": 403}, "may not do this"),
        ({"kind": "status", "status": 302}, "sends the request elsewhere"),
    ],
    ids=str,
)
def test_a_fault_that_stays_is_one_message_and_the_next_pull_goes_on_there(work, url, fault, message):
    load(work, 65)
    suffer(url, **fault, after=2, times=99)
    with pytest.raises(StudyError, match=message):
        work.pull()
    assert ids(work) == ids(work)[:40]
    assert len(ids(work)) == 40
    control(url, "faults", [])
    assert work.pull().new == 25
    assert len(set(ids(work))) == 65


def test_retry_after_is_honoured_and_waits_grow(work, url):
    load(work, 1)
    waits: list[float] = []
    patience = Patience(attempts=6, first_wait=1.0, longest_wait=5.0, sleep=waits.append)
    connection = Connection(url, Token(OWNER_TOKEN, "test"), patience=patience)
    faults = [
        {"kind": "status", "status": 429, "times": 1, "retry_after": 3},
        {"kind": "status", "status": 503, "times": 3},
        {"kind": "status", "status": 429, "times": 1, "retry_after": 600},
    ]
    control(url, "faults", faults)
    connection.read("/me/")
    assert waits == [3.0, 2.0, 4.0, 5.0, 5.0]
    connection.close()


def test_what_is_not_safe_to_repeat_is_sent_once(work, url):
    forms = Forms(work.owner.connection())
    for fault in ({"kind": "status", "status": 502}, {"kind": "die"}):
        before = control(url, "calls").get("suffered", 0)
        suffer(url, **fault, path="/imports/", times=9)
        with pytest.raises(StudyError, match="not sent twice"):
            forms.upload("x", b"x", file="x.xlsx")
        assert control(url, "calls")["suffered"] == before + 1
    suffer(url, "status", status=429, path="/imports/", times=2)  # refused unread: may be sent again
    assert forms.upload("x", b"x", file="x.xlsx")


def test_a_large_page_that_never_comes_is_not_waited_for_for_ever(work, url):
    suffer(url, "slow", seconds=0.5, times=99)
    began = time.monotonic()
    patience = Patience(attempts=3, first_wait=0.01, timeout=0.1)
    with pytest.raises(StudyError, match="silent for too long"):
        pull_wave(work.root, WAVE, tell=quiet, patience=patience)
    assert time.monotonic() - began < 5


def test_a_full_disk_is_told_and_nothing_is_lost(work, monkeypatch):
    load(work, 30)
    work.pull()
    load(work, 30)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StudyError, match="No space left"):
            work.pull()
    assert len(ids(work)) == 30
    assert work.pull().new == 30
    assert len(set(ids(work))) == 60


def test_a_pull_that_is_killed_at_any_moment_is_completed_by_the_next(work, url):
    """Killed for good, by SIGKILL, while parts of 40 submissions are stored one after another."""
    load(work, 300)
    script = (
        "import sys; from pathlib import Path; from danvan_study.pipeline import pull_wave;"
        "from danvan_study.pipeline.fieldwork import parts; parts.PART_BYTES = 1;"
        f"pull_wave(Path({str(work.root)!r}), {WAVE!r}, tell=print)"
    )
    suffer(url, "slow", seconds=0.03, times=9999)
    seen = 0
    for delay in (0.0, 0.07):
        folder = work.root / "data" / "raw" / WAVE
        before = len(list(folder.glob("pull-*"))) if folder.exists() else 0
        with subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
            deadline = time.monotonic() + 30
            while process.poll() is None and time.monotonic() < deadline:
                if folder.exists() and len(list(folder.glob("pull-*"))) > before:
                    time.sleep(delay)
                    break
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        check_raw(Folder(work.root))
        assert len(ids(work)) > seen
        seen = len(ids(work))
    control(url, "faults", [])
    assert work.pull().new == 300 - seen
    assert len(set(ids(work))) == len(ids(work)) == 300


def test_fifty_thousand_submissions_come_through_a_page_size_of_twenty(work):
    load(work, 50_000)
    assert work.pull().new == 50_000
    pulls = open_raw_log(Folder(work.root), work.raw().manifest).pulls()
    assert sum(1 for pull in pulls for _ in pull) == 50_000


def test_memory_does_not_grow_with_the_number_of_submissions(work, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 20_000)
    peaks = []
    for count in (500, 2_000, 8_000):  # the second and third also sweep what came before
        load(work, count)
        gc.collect()
        tracemalloc.start()
        assert work.pull().new == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    received = 8_000 * len(json.dumps(ROW))
    assert max(peaks) < received / 4, peaks
    assert peaks[2] < peaks[1] + 1_000_000, peaks


# Secrets


def test_the_token_and_the_key_appear_in_no_file_log_error_or_traceback(
    work, url, key_file, caplog, capfd, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    secrets = [OWNER_TOKEN, key_file.read_text(encoding="utf-8").splitlines()[-1]]
    load(work, 3)
    work.pull()
    assign_enumerators(work.root, WAVE, tell=quiet, patience=QUICK)
    told = []
    faults = [{"kind": kind} for kind in ("die", "half", "html", "broken_json")]
    faults += [{"kind": "status", "status": status} for status in (302, 400, 401, 403, 404, 429, 500, 503)]
    for fault in faults:
        suffer(url, **fault, times=99)
        with pytest.raises(StudyError) as caught:
            work.pull()
        told += traceback.format_exception(caught.value)
        told += [repr(frame.f_locals) for frame, _ in traceback.walk_tb(caught.value.__traceback__) if is_ours(frame)]
    control(url, "faults", [])
    monkeypatch.setenv("DANVAN_KOBO_TOKEN", f"{OWNER_TOKEN} and more")
    with pytest.raises(StudyError) as caught:
        work.pull()
    told += traceback.format_exception(caught.value)
    told += [record.getMessage() for record in caplog.records] + list(capfd.readouterr())
    assert "127.0.0.1" in "".join(told)
    written = [path for path in work.root.rglob("*") if path.is_file()]
    assert len(written) > 8
    for secret in secrets:
        assert secret not in "".join(told)
        assert not [path for path in written if secret.encode() in path.read_bytes()]


def is_ours(frame) -> bool:
    return "/tests/" not in frame.f_code.co_filename


def test_the_client_shows_its_token_to_nobody(url):
    connection = Connection(url, Token(OWNER_TOKEN, "test"), patience=QUICK)
    assert OWNER_TOKEN not in repr((connection, vars(connection), vars(connection._client), connection._client.auth))
    with pytest.raises(StudyError, match="no token") as caught:
        Token("hai từ", "DANVAN_KOBO_TOKEN")
    assert "hai từ" not in str(caught.value)
    connection.close()


def test_a_server_that_does_not_sort_is_not_trusted(work, monkeypatch):
    load(work, 3)
    submissions = Submissions(work.owner.connection(), work.asset)
    page = submissions._page({"_id": {"$gt": 0}}, fields=(), limit=10)
    monkeypatch.setattr(Submissions, "_page", lambda *_, **__: page[::-1])
    with pytest.raises(StudyError, match="does not sort"):
        list(submissions.pages())
    monkeypatch.setattr(Submissions, "_page", lambda *_, **__: page)  # the same page for ever
    with pytest.raises(StudyError, match="does not sort"):
        list(submissions.pages())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
records = st.dictionaries(st.text(max_size=6), values, max_size=4)


@given(st.lists(records, max_size=4), st.sampled_from([None, 1]), st.text(max_size=10), st.booleans())
def test_a_page_is_read_with_the_text_of_every_submission_and_a_broken_one_is_noticed(
    rows, indent, address, ascii_only
):
    whole = {"count": len(rows), "next": f'http://x/?"results":[{address}', "previous": None, "results": rows}
    text = json.dumps(whole, ensure_ascii=ascii_only, indent=indent)
    page = read_page(text)
    assert [record for record, _ in page] == rows
    assert [json.loads(own) for _, own in page] == rows
    for cut in range(1, min(len(text), 60)):
        with pytest.raises(ValueError):  # noqa: PT011 -- JSON's own error is one
            read_page(text[:-cut])
