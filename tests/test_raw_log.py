"""Raw data that grow: parts, notes, redactions, and what a kill between two steps leaves."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.store import (
    DELETED,
    JUDGED,
    WITHDRAWN,
    Change,
    Folder,
    Manifest,
    check_raw,
    note,
    open_raw_log,
    pack_lines,
    pull_file,
    read_raw_wave,
    write_raw_wave,
)
from danvan_study.store import raw_log as raw_log_module
from danvan_study.store.manifest import MANIFEST, read_manifest, sha256, write_manifest
from danvan_study.store.pulled import fold

if TYPE_CHECKING:
    from danvan_study.store.raw_log import RawLog

WAVE = "2026q4"
AT = "2026-11-01T00:00:00+00:00"


def head(provenance: str = "field") -> Manifest:
    return Manifest(wave=WAVE, provenance=provenance, source="thử", received_at=AT, seed=None, files=())


def record(number: int, **more: object) -> dict[str, object]:
    return {"_id": number, "_uuid": f"u{number}", "meta/rootUuid": f"uuid:u{number}", "worry": "giá cả", **more}


def part(number: int, *lines: dict[str, object], event: str = "pull") -> Change:
    return Change(name=f"{pull_file(number, 1)}.age", content=pack_lines(lines), event=event, what="thử")


def grow(root: Path, *changes: Change) -> RawLog:
    log = open_raw_log(Folder(root), head())
    for change in changes:
        log.write(change, at=AT)
    return log


def test_every_pull_adds_a_file_and_an_entry_that_names_the_one_before(tmp_path: Path) -> None:
    log = grow(tmp_path, part(1, record(1)), part(2, record(2)))
    manifest = check_raw(Folder(tmp_path))[WAVE]
    assert [entry.file for entry in manifest.entries] == [file.file for file in manifest.files] == log.names
    assert manifest.entries[0].previous == ""
    assert manifest.entries[1].previous
    assert log.next_pull == 3
    assert [[line["_id"] for line in pull] for pull in log.pulls()] == [[1], [2]]
    assert len(read_raw_wave(Folder(tmp_path), WAVE).records) == 2


def test_notes_override_what_came_before(tmp_path: Path) -> None:
    judged = note(JUDGED, 1, _validation_status={"uid": "validation_status_approved"})
    edited = record(2, _uuid="changed", worry="đường sá")
    grow(tmp_path, part(1, record(1), record(2), record(3)), part(2, judged, edited, note(DELETED, 3)))
    wave = read_raw_wave(Folder(tmp_path), WAVE)
    assert [each["_id"] for each in wave.records] == ["1", "2"]
    assert "approved" in str(wave.records[0]["_validation_status"])
    assert (wave.records[1]["_uuid"], wave.records[1]["worry"]) == ("u2", "đường sá")
    assert wave.deleted == ("u3",)


def test_a_redaction_leaves_a_tombstone_and_later_checks_accept_it(tmp_path: Path) -> None:
    log = grow(tmp_path, part(1, record(1), record(2)))
    before = check_raw(Folder(tmp_path))[WAVE].files[0].sha256
    log.write(part(1, note(WITHDRAWN, 1), record(2), event="redaction"), at=AT)
    manifest = check_raw(Folder(tmp_path))[WAVE]
    assert (manifest.entries[1].event, manifest.entries[1].before) == ("redaction", before)
    wave = read_raw_wave(Folder(tmp_path), WAVE)
    assert [each["_id"] for each in wave.records] == ["2"]
    assert wave.withdrawn == ("1",)


def test_a_history_that_was_cut_is_refused_even_under_a_new_seal(tmp_path: Path) -> None:
    log = grow(tmp_path, part(1, record(1)), part(2, record(2)), part(3, record(3)))
    log.write(part(1, note(WITHDRAWN, 1), event="redaction"), at=AT)
    whole = log.manifest
    from dataclasses import replace

    for entries in (whole.entries[:-1], whole.entries[1:], (whole.entries[0], *whole.entries[2:])):
        with pytest.raises(StudyError, match="entry"):
            read_manifest(write_manifest(replace(whole, entries=entries)), MANIFEST)


@pytest.mark.parametrize("step", ["before the manifest", "after the manifest"])
@pytest.mark.parametrize("event", ["pull", "redaction"])
def test_a_kill_between_two_steps_leaves_the_old_state_or_the_new_one(
    step: str, event: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = grow(tmp_path, part(1, record(1), record(2)))

    class KilledError(BaseException):
        pass

    def kill(*_: object) -> None:
        raise KilledError

    change = part(2, record(3)) if event == "pull" else part(1, note(WITHDRAWN, 1), record(2), event="redaction")
    with monkeypatch.context() as patch:
        if step == "before the manifest":
            patch.setattr(raw_log_module, "replace_file", kill)
        else:
            patch.setattr(Path, "replace", _replace_manifest_only(kill))
        with pytest.raises(KilledError):
            log.write(change, at=AT)
    old = ["1", "2"]
    new = [*old, "3"] if event == "pull" else ["2"]
    expected = old if step == "before the manifest" else new
    assert [each["_id"] for each in read_raw_wave(Folder(tmp_path), WAVE).records] == expected
    reopened = open_raw_log(Folder(tmp_path), head())
    assert not list((tmp_path / "data" / "raw" / WAVE).glob(".*.new"))
    if expected == old:
        reopened.write(change, at=AT)
    assert [each["_id"] for each in read_raw_wave(Folder(tmp_path), WAVE).records] == new


def _replace_manifest_only(kill):
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name != MANIFEST:
            kill()
        return real(self, target)

    return replace


def test_a_full_disk_changes_nothing_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    log = grow(tmp_path, part(1, record(1)))
    there = tmp_path / "data" / "raw" / WAVE
    before = {path.name: path.read_bytes() for path in there.iterdir()}

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StudyError, match="No space left"):
            log.write(part(2, record(2)), at=AT)
    assert {path.name: path.read_bytes() for path in there.iterdir()} == before
    log.write(part(2, record(2)), at=AT)
    assert len(read_raw_wave(Folder(tmp_path), WAVE).records) == 2


def test_damage_to_a_part_is_found_before_it_is_read(tmp_path: Path) -> None:
    log = grow(tmp_path, part(1, record(1)))
    path = tmp_path / "data" / "raw" / WAVE / log.names[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StudyError, match=sha256(path.read_bytes())):
        log.read(log.names[0])
    with pytest.raises(StudyError, match=sha256(path.read_bytes())):
        read_raw_wave(Folder(tmp_path), WAVE)


def test_real_answers_are_never_added_to_a_simulated_wave(tmp_path: Path) -> None:
    write_raw_wave(Folder(tmp_path), head("simulated"), {"a.jsonl": b'{"_uuid":"a"}\n'})
    with pytest.raises(StudyError, match="simulated"):
        open_raw_log(Folder(tmp_path), head())


def test_the_same_lines_are_packed_to_the_same_bytes() -> None:
    assert pack_lines([record(1)]) == pack_lines([record(1)])
    assert gzip.decompress(pack_lines([record(1)])).decode().count("\n") == 1


kinds = st.sampled_from(["new", "edit", JUDGED, DELETED, WITHDRAWN])


@settings(max_examples=60)
@given(st.lists(st.tuples(kinds, st.integers(1, 4)), max_size=20))
def test_folding_keeps_the_last_word_on_every_submission(events: list[tuple[str, int]]) -> None:
    lines = [
        {key: str(value) for key, value in (record(n) if kind in ("new", "edit") else note(kind, n)).items()}
        for kind, n in events
    ]
    folded = fold(lines)
    for number in {n for _, n in events}:
        told = [kind for kind, n in events if n == number and kind != JUDGED]
        name = str(number)
        stands = bool(told) and told[-1] in ("new", "edit")
        assert (name in folded.records) == stands
        assert (name in folded.withdrawn) == (WITHDRAWN in told)
