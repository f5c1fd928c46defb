"""Raw data can't be lost unseen: every kind of damage is found and named; what is lawful is let through."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from danvan_study.errors import StudyError
from danvan_study.store import (
    WITHDRAWN,
    Change,
    Folder,
    Manifest,
    check_raw,
    destroy_raw_wave,
    note,
    open_raw_log,
    pack_lines,
    pull_file,
    read_raw_wave,
    write_raw_wave,
)
from danvan_study.store.manifest import MANIFEST, read_manifest, write_manifest
from danvan_study.store.received import BOOK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT = "2026-11-{:02d}T00:00:00+00:00"
FIRST, SECOND, DRAWN = "2026q3", "2026q4", "2026q2"


def head(wave: str, provenance: str = "field") -> Manifest:
    return Manifest(wave=wave, provenance=provenance, source="thử", received_at=AT.format(1), seed=None, files=())


def part(number: int, *ids: int, withdrawn: int = 0) -> Change:
    lines = [note(WITHDRAWN, each) if each == withdrawn else {"_id": each, "_uuid": f"u{each}"} for each in ids]
    event = "redaction" if withdrawn else "pull"
    return Change(name=f"{pull_file(number, 1)}.age", content=pack_lines(lines), event=event, what="thử")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two pulled waves of two files each, and a simulated one in plain text."""
    for wave in (FIRST, SECOND):
        log = open_raw_log(Folder(tmp_path), head(wave))
        for number in (1, 2):
            log.write(part(number, 10 * number, 10 * number + 1), at=AT.format(number))
            log.enter_state()
    lines = b"".join(b'{"_id": %d}\n' % each for each in range(9))
    write_raw_wave(Folder(tmp_path), head(DRAWN, "simulated"), {"submissions.jsonl.gz": gzip.compress(lines, mtime=0)})
    return tmp_path


def raw(root: Path, wave: str, name: str = "") -> Path:
    return root / "data" / "raw" / wave / name


def truncate(root: Path) -> None:
    path = raw(root, FIRST, f"{pull_file(2, 1)}.age")
    path.write_bytes(path.read_bytes()[:-7])


def flip_a_bit(root: Path) -> None:
    path = raw(root, FIRST, f"{pull_file(1, 1)}.age")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def reorder_lines(root: Path) -> None:
    path = raw(root, DRAWN, "submissions.jsonl.gz")
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(reversed(lines)), mtime=0))


def lose_a_file(root: Path) -> None:
    raw(root, SECOND, f"{pull_file(1, 1)}.age").unlink()


def add_a_file(root: Path) -> None:
    raw(root, SECOND, "more.jsonl.age").write_bytes(b"?")


def rename_a_file(root: Path) -> None:
    raw(root, SECOND, f"{pull_file(2, 1)}.age").rename(raw(root, SECOND, f"{pull_file(3, 1)}.age"))


def swap_manifests(root: Path) -> None:
    one, other = raw(root, FIRST, MANIFEST), raw(root, SECOND, MANIFEST)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def swap_waves(root: Path) -> None:
    raw(root, FIRST).rename(raw(root, "aside"))
    raw(root, SECOND).rename(raw(root, FIRST))
    raw(root, "aside").rename(raw(root, SECOND))


def lose_a_manifest(root: Path) -> None:
    raw(root, FIRST, MANIFEST).unlink()


def cut_a_manifest(root: Path) -> None:
    path = raw(root, FIRST, MANIFEST)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def lose_a_wave(root: Path) -> None:
    shutil.rmtree(raw(root, FIRST))


def put_an_older_state_back(root: Path) -> None:
    older = read_manifest(raw(root, FIRST, MANIFEST).read_bytes(), MANIFEST)
    first = replace(older, files=older.files[:1], entries=older.entries[:1])
    for file in older.files[1:]:
        raw(root, FIRST, file.file).unlink()
    raw(root, FIRST, MANIFEST).write_bytes(write_manifest(first))


def take_a_submission_out_unrecorded(root: Path) -> None:
    folder = Folder(root)
    sealed = folder.vault().seal(pack_lines([note(WITHDRAWN, 10), {"_id": 11, "_uuid": "u11"}]))
    raw(root, FIRST, f"{pull_file(1, 1)}.age").write_bytes(sealed)


def change_a_line_of_the_book(root: Path) -> None:
    path = root / BOOK
    path.write_text(path.read_text(encoding="utf-8").replace(AT.format(1), AT.format(9), 1), encoding="utf-8")


def drop_a_line_of_the_book(root: Path) -> None:
    lines = (root / BOOK).read_text(encoding="utf-8").splitlines(keepends=True)
    (root / BOOK).write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")


DAMAGE: list[tuple[Callable[[Path], None], str, str]] = [
    (truncate, "2026q3/pull-0000002", "SHA-256"),
    (flip_a_bit, "2026q3/pull-0000001", "SHA-256"),
    (reorder_lines, "2026q2/submissions.jsonl.gz", "SHA-256"),
    (lose_a_file, "2026q4/pull-0000001", "is missing from the folder"),
    (add_a_file, "2026q4/more.jsonl.age", "is not in MANIFEST"),
    (rename_a_file, "2026q4/pull-0000003", "is not in MANIFEST"),
    (swap_manifests, "2026q3/MANIFEST", "the manifest of wave 2026q4"),
    (swap_waves, "2026q3/MANIFEST", "the manifest of wave 2026q4"),
    (lose_a_manifest, "data/raw/2026q3", "there is no MANIFEST"),
    (cut_a_manifest, "2026q3/MANIFEST", "the last line says"),
    (lose_a_wave, "data/raw/2026q3", "its folder is gone"),
    (put_an_older_state_back, "2026q3/MANIFEST", "an older state was put back"),
    (take_a_submission_out_unrecorded, "2026q3/pull-0000001", "SHA-256"),
    (change_a_line_of_the_book, "RECEIVED.csv, row 3", "the line above has the hash"),
    (drop_a_line_of_the_book, "RECEIVED.csv, row 2", "the line above it, or its link to that line, is gone"),
]


@pytest.mark.parametrize(("damage", "where", "what"), DAMAGE, ids=[each[0].__name__ for each in DAMAGE])
def test_damage_to_the_raw_data_is_found_and_named(
    damage: Callable[[Path], None], where: str, what: str, root: Path
) -> None:
    check_raw(Folder(root))
    damage(root)
    with pytest.raises(StudyError) as caught:
        check_raw(Folder(root))
    name = where.replace("pull-0000001", pull_file(1, 1)).replace("pull-0000002", pull_file(2, 1))
    assert name.replace("pull-0000003", pull_file(3, 1)) in caught.value.where
    assert what in caught.value.what


def test_a_recorded_withdrawal_is_accepted_and_enters_the_book(root: Path) -> None:
    before = (root / BOOK).read_text(encoding="utf-8")
    log = open_raw_log(Folder(root), head(FIRST))
    log.write(part(1, 10, 11, withdrawn=10), at=AT.format(3))
    log.enter_state()
    assert check_raw(Folder(root))[FIRST].entries[-1].event == "redaction"
    assert (root / BOOK).read_text(encoding="utf-8").startswith(before)
    assert [each["_id"] for each in read_raw_wave(Folder(root), FIRST).records] == ["11", "20", "21"]


def test_a_kill_between_the_raw_data_and_the_book_is_no_damage(root: Path) -> None:
    before = (root / BOOK).read_text(encoding="utf-8")
    for number in (3, 4):
        open_raw_log(Folder(root), head(FIRST)).write(part(number, 10 * number), at=AT.format(number))
    assert (root / BOOK).read_text(encoding="utf-8") == before
    assert len(check_raw(Folder(root))[FIRST].files) == 4
    log = open_raw_log(Folder(root), head(FIRST))
    log.write(part(5, 50), at=AT.format(5))
    log.enter_state()
    assert (root / BOOK).read_text(encoding="utf-8").count("\n") == before.count("\n") + 1
    put_an_older_state_back(root)
    with pytest.raises(StudyError, match="older state"):
        check_raw(Folder(root))


def test_a_wave_whose_time_is_over_may_go_and_no_other(root: Path) -> None:
    destroy_raw_wave(Folder(root), FIRST, at=AT.format(20))
    assert FIRST not in check_raw(Folder(root))
    shutil.rmtree(raw(root, SECOND))
    with pytest.raises(StudyError, match=SECOND):
        check_raw(Folder(root))


def test_simulated_waves_are_drawn_again_and_not_in_the_book(root: Path) -> None:
    assert DRAWN not in (root / BOOK).read_text(encoding="utf-8")
    shutil.rmtree(raw(root, DRAWN))
    check_raw(Folder(root))
