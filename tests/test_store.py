"""The disk edge: manifests, whole-or-nothing writing, the corrections chain, CSV tables."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.store.chain import check_chain, seal_chain
from danvan_study.store.folder import Folder
from danvan_study.store.manifest import (
    MANIFEST,
    Manifest,
    check_files,
    list_files,
    read_manifest,
    sha256,
    write_manifest,
)
from danvan_study.store.output import one_run_at_a_time, tidy, write_folder
from danvan_study.store.raw_wave import check_raw, write_raw_wave
from danvan_study.store.rows import read_rows, write_rows
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"submissions.jsonl": b'{"_uuid":"a"}\n', "truth.csv": "khu vực,giá trị\n".encode()}


def manifest(provenance: str = "simulated") -> Manifest:
    return Manifest(
        wave="2026q3",
        provenance=provenance,
        source="thử",
        received_at="2026-09-05T00:00:00+07:00",
        seed=7,
        files=list_files(FILES),
    )


def test_a_manifest_reads_back_as_it_was_written() -> None:
    there = read_manifest(write_manifest(manifest()), MANIFEST)
    assert there.files == manifest().files
    assert there.is_simulated
    check_files(there, FILES, "data/raw/2026q3")


@given(st.data())
def test_damage_to_any_byte_of_a_manifest_is_found_and_told_with_both_hashes(data: st.DataObject) -> None:
    sound = write_manifest(manifest())
    place = data.draw(st.integers(0, len(sound) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != sound[place]))
    damaged = sound[:place] + bytes([other]) + sound[place + 1 :]
    with pytest.raises(StudyError) as caught:
        read_manifest(damaged, MANIFEST)
    body = damaged[: damaged.rfind(b"\n", 0, len(damaged) - 1) + 1]
    last = damaged[len(body) :].decode("utf-8", "replace").strip()
    assert sha256(body) in caught.value.what
    assert last in caught.value.what


@given(st.integers(min_value=0), st.binary(max_size=3))
def test_truncating_or_lengthening_a_manifest_is_found(cut: int, more: bytes) -> None:
    sound = write_manifest(manifest())
    for damaged in (sound[: cut % len(sound)], sound + more):
        if damaged != sound:
            with pytest.raises(StudyError):
                read_manifest(damaged, MANIFEST)


def test_damage_to_any_byte_of_a_raw_file_is_found_and_told_with_both_hashes(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    write_raw_wave(folder, manifest(), FILES)
    assert check_raw(folder)["2026q3"].is_simulated
    for name, content in FILES.items():
        path = tmp_path / "data" / "raw" / "2026q3" / name
        for place in range(len(content)):
            damaged = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            path.write_bytes(damaged)
            with pytest.raises(StudyError) as caught:
                check_raw(folder)
            assert sha256(content) in caught.value.what
            assert sha256(damaged) in caught.value.what
        path.write_bytes(content)


def test_a_file_that_is_missing_or_was_added_stops_the_run(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    write_raw_wave(folder, manifest(), FILES)
    there = tmp_path / "data" / "raw" / "2026q3"
    (there / "more.csv").write_bytes(b"x")
    with pytest.raises(StudyError, match=r"more.csv.*not in MANIFEST"):
        check_raw(folder)
    (there / "more.csv").unlink()
    (there / "truth.csv").unlink()
    with pytest.raises(StudyError, match=r"truth.csv.*missing"):
        check_raw(folder)


def test_a_wave_without_a_manifest_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "data" / "raw" / "2026q3").mkdir(parents=True)
    with pytest.raises(StudyError, match=MANIFEST):
        check_raw(Folder(tmp_path))


def test_field_data_are_never_overwritten_but_a_simulation_is(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    write_raw_wave(folder, manifest(), FILES)
    write_raw_wave(folder, manifest(), FILES)
    with pytest.raises(StudyError, match="raw data already"):
        write_raw_wave(folder, manifest("field"), FILES)
    other = tmp_path / "other"
    write_raw_wave(Folder(other), manifest("field"), FILES)
    with pytest.raises(StudyError, match="raw data already"):
        write_raw_wave(Folder(other), manifest(), FILES)


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "2026q3"
    write_folder(target, {"a.txt": b"old", "charts/b.png": b"old"})
    write_folder(target, {"a.txt": b"new"})
    assert {path.name for path in target.rglob("*")} == {"a.txt"}
    assert [path.name for path in tmp_path.iterdir()] == ["2026q3"]


def test_what_a_kill_between_the_two_renames_leaves_is_put_back(tmp_path: Path) -> None:
    (tmp_path / ".2026q3.old").mkdir()
    (tmp_path / ".2026q3.old" / "a.txt").write_bytes(b"old")
    (tmp_path / ".2026q3.new").mkdir()
    tidy(tmp_path / "2026q3")
    assert (tmp_path / "2026q3" / "a.txt").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["2026q3"]


def test_a_failed_write_keeps_the_old_folder_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "2026q3"
    write_folder(target, {"a.txt": b"old"})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudyError, match="No space left"):
        write_folder(target, {"a.txt": b"new"})
    assert (target / "a.txt").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["2026q3"]


def test_two_runs_at_once_are_refused_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "data" / ".lock"
    holder = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from danvan_study.store.output import one_run_at_a_time
        with one_run_at_a_time(Path({str(lock)!r})):
            print("held", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StudyError, match="another run"), one_run_at_a_time(lock):
            pass
        other.kill()
    with one_run_at_a_time(lock):
        pass


def correction(respondent: str) -> dict[str, str]:
    return dict.fromkeys(Corrections.columns(), "") | {"respondent": respondent, "action": "remove"}


def test_a_changed_or_deleted_correction_breaks_the_chain() -> None:
    rows = seal_chain([correction("a"), correction("b"), correction("c")])
    check_chain(rows, "2026q3.csv")
    changed = [{**rows[0], "reason": "other"}, *rows[1:]]
    with pytest.raises(StudyError, match="row 3"):
        check_chain(changed, "2026q3.csv")
    with pytest.raises(StudyError, match="row 3"):
        check_chain([rows[0], rows[2]], "2026q3.csv")
    by_hand = [*rows, correction("d")]
    check_chain(by_hand, "2026q3.csv")


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\r\n"), max_size=8).map(
    str.strip
)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_rows_read_back_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    import unicodedata

    rows = [{"a": unicodedata.normalize("NFC", a), "b": unicodedata.normalize("NFC", b)} for a, b in pairs]
    rows = [{key: value.strip() for key, value in row.items()} for row in rows]
    expected = [row for row in rows if any(row.values())]
    assert read_rows(write_rows(rows, ["a", "b"]), "x.csv", columns=["a", "b"]) == expected


def test_excel_habits_are_read_and_mistakes_are_named() -> None:
    assert read_rows("﻿mã;tên\n06;Bắc Kạn\n".encode(), "x.csv") == [{"mã": "06", "tên": "Bắc Kạn"}]
    assert read_rows("tên\nHoà".encode(), "x.csv")[0]["tên"] == "Hoà"
    for content, message in {
        b"a,b\n1,2,3\n": "x.csv, row 2.*3 cells",
        b"a,a\n1,2\n": "twice",
        "a\nHà".encode("utf-16"): "UTF-8",
        b"": "empty",
    }.items():
        with pytest.raises(StudyError, match=message):
            read_rows(content, "x.csv")
    with pytest.raises(StudyError, match="columns are missing: 'b'"):
        read_rows(b"a\n1\n", "x.csv", columns=["a", "b"])
