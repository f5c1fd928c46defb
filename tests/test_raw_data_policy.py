"""Answers of real people never enter git: below data/raw only waves that say "simulated" may be tracked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from danvan_study.errors import StudyError
from danvan_study.store.manifest import MANIFEST, Manifest, list_files, read_manifest, write_manifest

ROOT = Path(__file__).resolve().parents[1]
RAW = re.compile(r"(?P<folder>(?:.*/)?data/raw/(?P<wave>[^/]+))/(?P<file>.+)")

pytestmark = pytest.mark.needs("git")


def git(repository: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-c", "safe.directory=*", *words], cwd=repository, capture_output=True, check=False)


def tracked(repository: Path) -> list[str]:
    listed = git(repository, "ls-files", "-z")
    assert listed.returncode == 0, listed.stderr
    return [name for name in listed.stdout.decode().split("\0") if name]


def refused(repository: Path) -> list[str]:
    """Return every tracked file below a ``data/raw`` that is not part of a simulated wave.

    A file is part of one when the wave's manifest, as git holds it, is whole, says ``simulated``, and lists the file.
    """
    faults = []
    for name in tracked(repository):
        if re.search(r"(^|/)data/raw/", name):
            place = RAW.fullmatch(name)
            allowed = simulated_files(repository, place["folder"]) if place else set()
            if not place or place["file"] not in allowed:
                faults.append(name)
    return faults


def simulated_files(repository: Path, folder: str) -> set[str]:
    """Return the files that a simulated wave's manifest vouches for; none when there is no such manifest."""
    stored = git(repository, "show", f":{folder}/{MANIFEST}")
    if stored.returncode:
        return set()
    try:
        manifest = read_manifest(stored.stdout, folder)
    except (StudyError, ValueError):
        return set()
    return {MANIFEST, *(file.file for file in manifest.files)} if manifest.is_simulated else set()


def test_only_simulated_waves_are_tracked_here():
    assert refused(ROOT) == []


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/2027q1/submissions.jsonl.gz",
        "data/raw/2027q1/MANIFEST.jsonl",
        "data/raw/export.csv",
        "data/raw/2026q3x/a.json",
        "tests/acceptance/any/data/raw/w1/submissions.json",
        "data/processed/2026q3/answers.parquet",
        "data/visits/2027q1.csv",
        "data/corrections/2027q1.csv",
        "data/backchecks/2026q3.csv",
        "data/contacts/2026q3/contacts.csv.age",
        "data/raw/2027q1.age",
    ],
)
def test_git_ignores_a_real_wave_before_anybody_has_thought_of_it(name):
    assert git(ROOT, "check-ignore", "--no-index", "-q", name).returncode == 0


@pytest.mark.parametrize("wave", ["2024q4", "2025q1", "2025q2", "2025q3", "2025q4", "2026q1", "2026q2", "2026q3"])
def test_the_waves_of_the_demonstration_can_be_tracked(wave):
    assert git(ROOT, "check-ignore", "--no-index", "-q", f"data/raw/{wave}/{MANIFEST}").returncode == 1
    assert git(ROOT, "check-ignore", "--no-index", "-q", f"data/raw/{wave}/submissions.jsonl.gz").returncode == 1


# The rule itself, in a repository where somebody was careless


@pytest.fixture
def repository(tmp_path):
    assert git(tmp_path, "init", "-q").returncode == 0
    shutil.copy(ROOT / ".gitignore", tmp_path)
    return tmp_path


def plant(repository: Path, folder: str, *, provenance: str) -> None:
    """Put a wave of one file into the repository and force it past the ignore rules."""
    files = {"submissions.jsonl.gz": b"answers"}
    wave = repository / folder
    wave.mkdir(parents=True)
    manifest = Manifest(
        wave=wave.name, provenance=provenance, source="a test", received_at="", seed=None, files=list_files(files)
    )
    (wave / MANIFEST).write_bytes(write_manifest(manifest))
    for name, content in files.items():
        (wave / name).write_bytes(content)
    assert git(repository, "add", "--force", folder).returncode == 0


def test_a_simulated_wave_passes(repository):
    plant(repository, "data/raw/2026q3", provenance="simulated")
    assert len(tracked(repository)) == 2
    assert refused(repository) == []


@pytest.mark.parametrize("folder", ["data/raw/2026q3", "data/raw/2027q1", "studies/other/data/raw/2026q3"])
def test_a_wave_of_real_people_is_refused_wherever_it_lies(repository, folder):
    plant(repository, folder, provenance="field")
    assert refused(repository) == [f"{folder}/{MANIFEST}", f"{folder}/submissions.jsonl.gz"]


def test_a_file_slipped_into_a_simulated_wave_is_refused(repository):
    plant(repository, "data/raw/2026q3", provenance="simulated")
    (repository / "data/raw/2026q3/real.csv").write_text("name,answer\n", encoding="utf-8")
    assert git(repository, "add", "data/raw/2026q3/real.csv").returncode == 0
    assert refused(repository) == ["data/raw/2026q3/real.csv"]


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"provenance":"simulated"}\n'])
def test_a_manifest_that_is_not_whole_vouches_for_nothing(repository, damage):
    plant(repository, "data/raw/2026q3", provenance="field")
    (repository / "data/raw/2026q3" / MANIFEST).write_bytes(damage)
    assert git(repository, "add", "data/raw/2026q3").returncode == 0
    assert len(refused(repository)) == 2


def test_what_git_holds_counts_and_not_what_lies_in_the_folder(repository):
    plant(repository, "data/raw/2026q3", provenance="field")
    shutil.rmtree(repository / "data/raw/2026q3")
    (repository / "data/raw/2026q3").mkdir()
    head = Manifest(wave="2026q3", provenance="simulated", source="", received_at="", seed=1, files=())
    (repository / "data/raw/2026q3" / MANIFEST).write_bytes(write_manifest(head))
    assert len(refused(repository)) == 2


def test_a_file_without_a_wave_is_refused(repository):
    (repository / "data/raw").mkdir(parents=True)
    (repository / "data/raw/export.csv").write_text("name,answer\n", encoding="utf-8")
    assert git(repository, "add", "--force", "data/raw/export.csv").returncode == 0
    assert refused(repository) == ["data/raw/export.csv"]
