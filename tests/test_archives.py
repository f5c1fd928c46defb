"""An archive holds all that a study needs and nothing that must go; any change of it is found; it comes back whole."""

from __future__ import annotations

import io
import random
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import archive_study, check_archive, list_archives, restore_study, run_study
from danvan_study.pipeline.copies import copies_with
from danvan_study.store import (
    WITHDRAWN,
    Change,
    Folder,
    destroy_raw_wave,
    note,
    open_raw_log,
    pack_lines,
    pull_file,
    read_bag,
    write_bag,
)
from danvan_study.store import bag as bag_module
from tests.small_study import WAVE, write_small_study
from tests.test_received import AT, head

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20261126
PULLED = "2025q4"
PRIVATE = (
    f"data/contacts/{WAVE}/sheet.csv.age",
    f"data/withdrawal/{WAVE}/codes.csv.age",
    f"data/coding_sheets/{WAVE}/a.xlsx",
    f"data/processed/{WAVE}-fieldwork/findings.csv",
    f"data/enumerators/{WAVE}/slips.html",
    f"data/exports/{WAVE}/answers.sav",
    f"data/release/{WAVE}/answers.csv",
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    root = write_small_study(tmp_path / "study")
    for name in PRIVATE:
        Folder(root).write_file(name, b"private")
    return root


@pytest.fixture
def archive(study: Path, tmp_path: Path) -> Path:
    archive_study(study, tmp_path / "study.tar")
    return tmp_path / "study.tar"


def pull(root: Path, number: int, *lines: dict, event: str = "pull", day: int = 1) -> None:
    change = Change(name=f"{pull_file(number, 1)}.age", content=pack_lines(lines), event=event, what="thử")
    log = open_raw_log(Folder(root), head(PULLED))
    log.write(change, at=AT.format(day))
    log.enter_state()


def contents(root: Path) -> dict[str, bytes]:
    folder = Folder(root)
    return {
        name: (root / name).read_bytes()
        for part in ("study.toml", "survey_forms", "data")
        for name in folder.files(part)
    }


def test_what_comes_back_is_what_went_in_and_runs_to_the_same_brief(study: Path, archive: Path, tmp_path: Path) -> None:
    restore_study(archive, tmp_path / "back")
    there, back = contents(study), contents(tmp_path / "back")
    assert back == {name: there[name] for name in back}
    assert set(there) - set(back) == {*PRIVATE, "data/logs/archives.csv"}
    for root in (study, tmp_path / "back"):
        run_study(root, [WAVE])
    made = [
        {name: each for name, each in contents(root).items() if name.startswith(f"data/processed/{WAVE}/")}
        for root in (study, tmp_path / "back")
    ]
    assert made[0]
    assert made[0] == made[1]


def test_nothing_that_goes_at_the_lock_and_no_result_is_in_it(archive: Path) -> None:
    names = set(read_bag(archive).files)
    assert "study.toml" in names
    assert any(name.startswith(f"data/raw/{WAVE}/") for name in names)
    assert not names & set(PRIVATE)
    assert not any(name.startswith("data/processed") for name in names)


def test_the_same_files_give_the_same_bytes(study: Path, tmp_path: Path) -> None:
    names = Folder(study).files("data")
    made = [
        write_bag(study, order, tmp_path / name, info={"A": "b"}) for name, order in (("a", names), ("b", names[::-1]))
    ]
    assert made[0] == made[1]


def test_its_manifests_are_those_that_sha256sum_reads(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "bag", filter="data")
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "--check", "--strict", name], cwd=tmp_path / "bag/danvan", check=False)
        assert done.returncode == 0


def test_every_single_bit_counts(archive: Path) -> None:
    content = archive.read_bytes()
    draw = random.Random(SEED)
    for place in draw.sample(range(len(content)), 400):
        broken = bytearray(content)
        broken[place] ^= 1 << draw.randrange(8)
        archive.write_bytes(bytes(broken))
        with pytest.raises(StudyError):
            read_bag(archive)


def members(archive: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(archive) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]


def pack(archive: Path, some: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(archive, "w") as tar:
        for member, content in some:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def truncated(some):
    return [*some[:-1], (some[-1][0], some[-1][1][:-1])]


def flipped(some):
    return [*some[:-1], (some[-1][0], bytes([some[-1][1][0] ^ 1]) + some[-1][1][1:])]


def missing(some):
    return some[:-1]


def reordered(some):
    return [*some[:-2], some[-1], some[-2]]


def repeated(some):
    return [*some, some[-1]]


def added(some):
    return [*some, (tarfile.TarInfo("danvan/data/zzz.txt"), b"more")]


def climbing(some):
    return [*some, (tarfile.TarInfo("danvan/data/../../../evil.txt"), b"more")]


def without_manifest(some):
    return [each for each in some if not each[0].name.endswith("danvan/manifest-sha256.txt")]


def described_anew(some):
    return [
        (member, content + b"A: b\n" if member.name.endswith("bag-info.txt") else content) for member, content in some
    ]


def listed_anew(some):
    return [
        (member, b"".join(content.splitlines(keepends=True)[1:]) if "/manifest-" in member.name else content)
        for member, content in some
    ]


DAMAGE = {
    truncated: "has the SHA-256",
    flipped: "has the SHA-256",
    missing: "is missing",
    reordered: "their order",
    repeated: "twice",
    added: "says nothing of it",
    climbing: "no place in an archive",
    without_manifest: "manifest-sha256.txt is missing",
    described_anew: "were changed",
    listed_anew: "says nothing of it",
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda each: each.__name__)
def test_damage_to_an_archive_is_found_named_and_nothing_is_unpacked(damage, archive: Path, tmp_path: Path) -> None:
    pack(archive, damage(members(archive)))
    with pytest.raises(StudyError, match=DAMAGE[damage]):
        restore_study(archive, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x00" * 10_240])
def test_what_is_no_archive_is_told_in_one_message(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(content)
    with pytest.raises(StudyError, match=r"a\.tar"):
        restore_study(tmp_path / "a.tar", tmp_path / "back")


def test_a_full_disk_leaves_no_half_archive(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bag_module, "_add", full)
    with pytest.raises(StudyError, match="No space left"):
        archive_study(study, tmp_path / "study.tar")
    assert not list(tmp_path.glob("*.tar*"))
    assert not list(tmp_path.glob(".*"))
    assert list_archives(study) == []


def test_archives_lie_outside_the_study_and_are_never_overwritten(study: Path, archive: Path) -> None:
    with pytest.raises(StudyError, match="in the study itself"):
        archive_study(study, study / "copy.tar")
    with pytest.raises(StudyError, match="there is a file of that name"):
        archive_study(study, archive)


def test_all_copies_are_listed_archives_and_those_that_the_study_names(study: Path, tmp_path: Path) -> None:
    page = study / "study.toml"
    named = page.read_text(encoding="utf-8").replace("[study]\n", '[study]\nbackups = ["ổ cứng, tủ số 2"]\n', 1)
    page.write_text(named, encoding="utf-8")
    made = archive_study(study, tmp_path / "one.tar")
    listed = CliRunner().invoke(app, ["--study", str(study), "archive"]).stdout.splitlines()
    assert listed[0] == f"{made.made_at}  one.tar  {made.size} bytes  {made.sha256}"
    assert listed[1].endswith("ổ cứng, tủ số 2")
    assert len(listed) == 2


def test_a_folder_that_holds_something_is_left_alone(study: Path, archive: Path) -> None:
    before = contents(study)
    with pytest.raises(StudyError, match="something is there already"):
        restore_study(archive, study)
    assert contents(study) == before


def test_the_study_is_compared_with_its_archive_and_copies_are_known_by_wave(study: Path, tmp_path: Path) -> None:
    first, second = ({"_id": each, "_uuid": f"u{each}"} for each in (1, 2))
    pull(study, 1, first, second)
    archive_study(study, tmp_path / "one.tar")
    assert check_archive(study, tmp_path / "one.tar") == {WAVE: "same", PULLED: "same"}
    pull(study, 2, {"_id": 3, "_uuid": "u3"}, day=2)
    assert check_archive(study, tmp_path / "one.tar")[PULLED] == "grown"
    pull(study, 1, note(WITHDRAWN, 1), second, event="redaction", day=3)
    assert check_archive(study, tmp_path / "one.tar")[PULLED] == "redacted"
    archive_study(study, tmp_path / "two.tar")
    assert copies_with(study, PULLED) == ("one.tar", "two.tar")
    destroy_raw_wave(Folder(study), PULLED, at=AT.format(20))
    assert check_archive(study, tmp_path / "two.tar")[PULLED] == "gone"


def test_a_restored_older_state_does_not_pass_for_the_study(study: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        pull(study, number, {"_id": number, "_uuid": f"u{number}"}, day=number)
        archive_study(study, tmp_path / f"{number}.tar")
    restore_study(tmp_path / "1.tar", tmp_path / "back")
    assert check_archive(tmp_path / "back", tmp_path / "2.tar")[PULLED] == "other"


def test_raw_files_are_read_only_here_and_after_a_restore(study: Path, archive: Path, tmp_path: Path) -> None:
    restore_study(archive, tmp_path / "back")
    for root in (study, tmp_path / "back"):
        found = [path for path in (root / "data/raw" / WAVE).iterdir() if path.name != "MANIFEST.jsonl"]
        assert found
        assert not any(path.stat().st_mode & 0o222 for path in found)


@pytest.mark.usefixtures("vietnamese")
def test_the_verbs_make_check_list_and_restore(study: Path, tmp_path: Path) -> None:
    run = CliRunner()
    for words in (["archive", "a.tar"], ["archive", "a.tar", "--check"], ["archive"], ["restore", "a.tar", "back"]):
        paths = [str(tmp_path / word) if word in {"a.tar", "back"} else word for word in words]
        done = run.invoke(app, ["--study", str(study), *paths])
        assert done.exit_code == 0, done.output
    assert "nguyên vẹn" in done.output
